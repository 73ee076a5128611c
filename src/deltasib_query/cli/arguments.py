"""Arguments that several commands have: an object of the service, and a filter."""

from __future__ import annotations

import codecs
import sys
from typing import Annotated, Any, Final

import typer

from deltasib_query import Filter, FilterError, Problem, check, parse
from deltasib_query.cli.completion import OBJECTS, complete_filter, complete_object, complete_sessions
from deltasib_query.cli.console import print_line, print_problems
from deltasib_query.cli.language import wrong
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message

_MAX_INPUT: Final = 1 << 20
"""Bytes: more than the longest filter, so that endless input is refused as too long."""


def parse_object(name: str) -> type[Record]:
    """Return the record of an object, whose name may be in any case."""
    record = OBJECTS.get(name.lower())
    if record is None:
        raise wrong("command.object", given=repr(name), known=tuple(OBJECTS))
    return record


Object = Annotated[
    Any,
    typer.Argument(
        metavar="OBJECT", parser=parse_object, autocompletion=complete_object, help=f"one of {', '.join(OBJECTS)}"
    ),
]


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


_FILTER_HELP: Final = "the filter; - reads it from standard input"
FilterText = Annotated[str, typer.Argument(metavar="FILTER", autocompletion=complete_filter, help=_FILTER_HELP)]
SessionFilterText = Annotated[
    str, typer.Argument(metavar="FILTER", autocompletion=complete_sessions, help=_FILTER_HELP)
]
RepairOption = Annotated[bool, typer.Option("--repair", help="make the repairs that are certain")]


def parse_filter(text: str, record: type[Record], *, repair: bool) -> tuple[Filter[Any] | None, list[Problem]]:
    """Return the filter, or None if it is wrong, and the problems of the text, repaired ones included."""
    try:
        return parse(text, record, repair=repair), check(text, record)
    except FilterError:
        return None, check(text, record)


def parse_or_exit(text: str, record: type[Record], *, repair: bool = False) -> Filter[Any]:
    """Return the filter of an argument, and print what is wrong with it. A wrong one ends the command."""
    condition, problems = parse_filter(read_filter(text), record, repair=repair)
    print_problems(problems, repaired=condition is not None)
    if condition is None:
        raise typer.Exit(1)
    if any(problem.severity == "error" for problem in problems):
        print_line(Message("command.filter", filter=str(condition)))
    return condition
