"""The configuration file: servers by name, with what is needed to speak to each of them. No password stands in it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final

import typer

from deltasib_query.cli.language import wrong
from deltasib_query.messages.message import Message, Param

_NUMBERS: Final = ("timeout", "retries", "max_rate")
_FILES: Final = ("profile", "ca_file")
KEYS: Final = ("url", "username", *_FILES, "proxy", *_NUMBERS)
"""What the file may say of a server."""


def config_file() -> Path:
    """Return the path of the configuration file, which need not be there."""
    return Path(typer.get_app_dir("deltasib-query"), "config.toml")


def server_names() -> list[str]:
    """Return the names of the servers in the file. Raise as `read_server`."""
    return list(_servers())


def read_server(name: str) -> dict[str, Any]:
    """Return what the file says of a server. The paths in it begin at the file's folder.

    Raise `typer.BadParameter` if the file cannot be read, has no such server, or says something else than `KEYS`.
    """
    servers = _servers()
    if name not in servers:
        raise config_error("server", given=repr(name), known=tuple(servers))
    values = _table(servers[name], f"servers.{name}", KEYS)
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float if key in _NUMBERS else str):
            raise config_error("number" if key in _NUMBERS else "text", name=f"servers.{name}.{key}")
    if "@" in values.get("proxy", ""):
        raise config_error("password", name=f"servers.{name}.proxy", variable="DELTASIB_PROXY")
    # Unlike `Path.expanduser`, this one leaves the home of nobody as it is.
    return values | {key: config_file().parent / os.path.expanduser(values[key]) for key in _FILES if key in values}  # noqa: PTH111


def config_error(key: str, **params: Param) -> typer.BadParameter:
    """Return the error of something in the file."""
    return wrong("command.config", path=str(config_file()), reason=Message(f"command.config-{key}", **params))


def _servers() -> dict[str, Any]:
    try:
        read = tomllib.loads(config_file().read_text("utf-8"))
    except OSError as error:
        raise config_error("unreadable", reason=error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:  # neither TOML nor UTF-8, a number too long, arrays too deep
        raise config_error("no-toml", reason=str(error)) from None
    return _table(_table(read, "", ("servers",)).get("servers", {}), "servers")


def _table(value: object, name: str, keys: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return a table of the file that has none but these keys; None allows any but a password."""
    if not isinstance(value, dict):
        raise config_error("table", name=name)
    for key in value:
        path = f"{name}.{key}".lstrip(".")
        if key.lower() == "password" and not isinstance(value[key], dict):
            raise config_error("password", name=path, variable="DELTASIB_PASSWORD")
        if keys is not None and key not in keys:
            raise config_error("key", name=path, known=keys)
    return value
