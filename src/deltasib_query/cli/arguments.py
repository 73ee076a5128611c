"""Arguments that several commands have: an object of the service, and a filter."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from deltasib_query import Client, Filter, FilterError, ParameterError, Problem, ServerProfile, check, parse
from deltasib_query.cli.console import ask_password
from deltasib_query.cli.language import said, wrong
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import RECORDS

_MAX_INPUT: Final = 1 << 20
"""Bytes: more than the longest filter, so that endless input is refused as too long."""

OBJECTS = {record.service_object.lower(): record for record in RECORDS}


def parse_object(name: str) -> type[Record]:
    """Return the record of an object, whose name may be in any case."""
    record = OBJECTS.get(name.lower())
    if record is None:
        raise wrong("command.object", given=repr(name), known=tuple(OBJECTS))
    return record


Object = Annotated[Any, typer.Argument(metavar="OBJECT", parser=parse_object, help=f"one of {', '.join(OBJECTS)}")]


def read_filter(text: str) -> str:
    """Return the text of a filter: the argument, or standard input for ``-``."""
    return _decode(sys.stdin.buffer.read(_MAX_INPUT)) if text == "-" else text


def _decode(data: bytes) -> str:
    """Return text that is UTF-8, or UTF-16 if it has a byte order mark or begins with a Latin letter in UTF-16."""
    first, second = data[:1], data[1:2]
    if data.startswith(codecs.BOM_UTF16_LE) or (first > b"\0" and second == b"\0"):
        encoding = "utf-16-le"
    elif data.startswith(codecs.BOM_UTF16_BE) or (first == b"\0" and second > b"\0"):
        encoding = "utf-16-be"
    else:
        return data.decode("utf-8-sig", "surrogateescape")
    try:
        return data.decode(encoding, "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise wrong("command.utf-16", reason=error.reason) from None


Url = Annotated[str, typer.Option(envvar="DELTASIB_URL", help="such as https://isp.example:1043")]
Username = Annotated[str, typer.Option(envvar="DELTASIB_USERNAME", help="of the API account")]
Password = Annotated[
    str | None, typer.Option(envvar="DELTASIB_PASSWORD", help="of the API account; the default is to ask for it")
]
CaFile = Annotated[
    Path | None, typer.Option(help="trusted certificates, for a self-signed server", exists=True, dir_okay=False)
]
Insecure = Annotated[bool, typer.Option("--insecure", help="do not check the server's certificate")]


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


def connected(
    url: str, username: str, password: str | None, ca_file: Path | None, insecure: bool, profile: ServerProfile | None
) -> Client:
    """Return a client. Ask for a password that is not given."""
    if password is None and (password := ask_password()) is None:
        raise wrong("command.password-needed")
    verify = False if insecure else ca_file or True
    return Client(url, username=username, password=password, verify=verify, profile=profile or ServerProfile())


FilterText = Annotated[
    str, typer.Argument(metavar="FILTER", parser=read_filter, help="the filter; - reads it from standard input")
]
RepairOption = Annotated[bool, typer.Option("--repair", help="make the repairs that are certain")]


def parse_filter(text: str, record: type[Record], *, repair: bool) -> tuple[Filter[Any] | None, list[Problem]]:
    """Return the filter, or None if it is wrong, and the problems of the text, repaired ones included."""
    try:
        return parse(text, record, repair=repair), check(text, record)
    except FilterError:
        return None, check(text, record)
