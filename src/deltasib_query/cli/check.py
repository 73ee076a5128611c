"""``deltasib-query check``."""

from __future__ import annotations

import codecs
import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from deltasib_query import Problem
from deltasib_query.cli.arguments import Object, RepairOption, parse_filter
from deltasib_query.cli.console import print_problems

_MAX_INPUT = 1 << 20  # bytes: more than the longest filter, so that endless input is refused as too long


def check_command(
    record: Object,
    filter_text: Annotated[str, typer.Argument(metavar="FILTER", help="the filter; - reads it from standard input")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object, for programs")] = False,
    repair: RepairOption = False,
) -> None:
    """Check a filter: print its canonical text, or what is wrong with it and how to repair it.

    The canonical text of a valid filter goes to standard output, everything else to standard error.
    """
    if filter_text == "-":
        filter_text = _decode(sys.stdin.buffer.read(_MAX_INPUT))
    condition, problems = parse_filter(filter_text, record, repair=repair)
    canonical = None if condition is None else str(condition)
    if as_json:
        found = [_as_data(problem) for problem in problems]
        print(json.dumps({"valid": canonical is not None, "canonical": canonical, "problems": found}))
    else:
        print_problems(problems, repaired=canonical is not None)
        if canonical is not None:
            print(canonical)
    raise typer.Exit(0 if canonical is not None else 1)


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
        raise typer.BadParameter(f"standard input is not UTF-16: {error.reason}") from None


def _as_data(problem: Problem) -> dict[str, Any]:
    data = asdict(problem)
    data["start"], data["end"] = data.pop("span")
    if problem.repair is not None:
        data["repair"]["start"], data["repair"]["end"] = data["repair"].pop("span")
    return data
