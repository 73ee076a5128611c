"""The codes of problems: what the page on the language says of each, and an example that provokes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_ROW: Final = re.compile(r"^\| (`[\w-]+`(?:, `[\w-]+`)*) \| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code of an error or a warning.

    example: a `filter` and its `object`, or an expression in `python`; None for a code that nothing but a fault of
        this package provokes.
    """

    severity: str
    code: str
    meaning: str
    example: Mapping[str, str] | None


def problem_codes() -> list[ProblemCode]:
    """Return the codes in the order of that page. Some are of an error and of a warning.

    >>> [each.severity for each in problem_codes() if each.code == "jalali-date"]
    ['error', 'warning']
    """
    grammar = files("deltasib_query.grammar")
    lines = grammar.joinpath("conformance", "codes.jsonl").read_text("utf-8").splitlines()
    examples = {(each.get("severity", "error"), each["code"]): each for each in map(json.loads, lines)}
    page = grammar.joinpath("README.md").read_text("utf-8").partition("\n| error |")[2].partition("\n## ")[0]
    tables = zip(("error", "warning"), page.split("\n| warning |"), strict=True)
    return [
        ProblemCode(severity, code, meaning.replace("\\|", "|"), examples.get((severity, code)))
        for severity, table in tables
        for codes, meaning in _ROW.findall(table)
        for code in re.findall(r"[\w-]+", codes)
    ]
