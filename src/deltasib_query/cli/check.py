"""``deltasib-query check``."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from deltasib_query import Problem
from deltasib_query.cli.arguments import FilterText, Object, RepairOption, parse_filter, read_filter
from deltasib_query.cli.console import print_problems


def check_command(
    record: Object,
    filter_text: FilterText,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object, for programs")] = False,
    repair: RepairOption = False,
) -> None:
    """Check a filter: print its canonical text, or what is wrong with it and how to repair it.

    The canonical text of a valid filter goes to standard output, everything else to standard error.
    """
    condition, problems = parse_filter(read_filter(filter_text), record, repair=repair)
    canonical = None if condition is None else str(condition)
    if as_json:
        found = [_as_data(problem) for problem in problems]
        print(json.dumps({"valid": canonical is not None, "canonical": canonical, "problems": found}))
    else:
        print_problems(problems, repaired=canonical is not None)
        if canonical is not None:
            print(canonical)
    raise typer.Exit(0 if canonical is not None else 1)


def _as_data(problem: Problem) -> dict[str, Any]:
    data = problem.as_dict()
    data["start"], data["end"] = data.pop("span")
    if problem.repair is not None:
        data["repair"]["start"], data["repair"]["end"] = data["repair"].pop("span")
    return data
