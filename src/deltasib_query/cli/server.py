"""The options of every command that speaks to a server: which server, as whom, and how."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from deltasib_query import AsyncClient, Client, ParameterError, ServerProfile
from deltasib_query.cli.completion import complete_server
from deltasib_query.cli.config import KEYS, config_error, read_server
from deltasib_query.cli.language import said, wrong
from deltasib_query.cli.passwords import account_password

C = TypeVar("C", Client, AsyncClient)
_OPTIONS: Final = {"verify": "ca_file", "total_timeout": "timeout"}
"""The options that set parameters of `Client` with other names."""


def load_profile(path: str) -> ServerProfile:
    """Return the profile of a file."""
    try:
        return ServerProfile.load(path)
    except ParameterError as error:
        raise typer.BadParameter(said(error.reason)) from None


ProfileFile = Annotated[
    ServerProfile | None,
    typer.Option("--profile", metavar="FILE", parser=load_profile, help="what `probe` has found out about the server"),
]


@dataclass(frozen=True)
class ServerOptions:
    """A server, the account, and how requests are sent.

    An option wins over its environment variable, that over the configuration file, and that over what `Client` does by
    default.
    """

    server: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", envvar="DELTASIB_SERVER", autocompletion=complete_server,
            help="a server of the configuration file, for what is not said here",
        ),
    ] = None  # fmt: skip
    url: Annotated[
        str | None, typer.Option(metavar="URL", envvar="DELTASIB_URL", help="such as https://isp.example:1043")
    ] = None
    username: Annotated[
        str | None, typer.Option(metavar="NAME", envvar="DELTASIB_USERNAME", help="of the API account")
    ] = None
    password: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", envvar="DELTASIB_PASSWORD",
            help="of the API account; the default is to look into the keyring, then to ask for it",
        ),
    ] = None  # fmt: skip
    profile: ProfileFile = None
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="trusted certificates, for a self-signed server"
        ),
    ] = None
    insecure: Annotated[bool, typer.Option("--insecure", help="do not check the server's certificate")] = False
    proxy: Annotated[
        str | None, typer.Option(metavar="URL", envvar="DELTASIB_PROXY", help="such as http://proxy.example:3128")
    ] = None
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="the longest that one attempt of a request may take")
    ] = None
    retries: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="how often a read is tried again; writes are not")
    ] = None
    max_rate: Annotated[float | None, typer.Option(metavar="NUMBER", help="the most requests a second")] = None
    verbose: Annotated[
        bool, typer.Option("--verbose", help="tell of each request on standard error: what, how many rows, how long")
    ] = False

    def settings(self) -> dict[str, Any]:
        """Return what is known of the server, by the names in `KEYS`; `url` and `username` are always among them."""
        known = {} if self.server is None else read_server(self.server)
        settings = known | {key: value for key in KEYS if (value := getattr(self, key)) is not None}
        for key in ("url", "username"):
            if key not in settings:
                raise wrong("command.needs-server", option=f"--{key}", variable=f"DELTASIB_{key.upper()}")
        return settings

    def client(self, kind: type[C]) -> C:
        """Return a client. Ask for a password that is nowhere to be found."""
        if self.verbose:
            logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
            logging.getLogger("deltasib_query").setLevel(logging.INFO)
        settings = self.settings()
        password = self.password
        if password is None:
            password = account_password(settings["url"], settings["username"])
        options = dict(settings)
        ca_file = options.pop("ca_file", True)
        if "timeout" in options:
            options["total_timeout"] = options["timeout"]
        try:
            if isinstance(profile := options.get("profile"), Path):
                options["profile"] = ServerProfile.load(profile)
            return kind(password=password, verify=not self.insecure and ca_file, **options)
        except ParameterError as error:
            key = _OPTIONS.get(error.parameter, error.parameter)
            if key in settings and getattr(self, key) is None:
                raise config_error("value", name=f"servers.{self.server}.{key}", rule=error.rule) from None
            raise ParameterError(key, error.rule) from None
