"""The codes of problems: what each says, and an example that provokes it, as ``grammar/conformance`` has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code of an error or a warning.

    meaning: what it says, by language.
    example: a `filter` and its `object`, or an expression in `python`; empty for a code that nothing but a fault of
        this package provokes.
    """

    code: str
    severity: str
    meaning: Mapping[str, str]
    example: Mapping[str, str]


def problem_codes() -> list[ProblemCode]:
    """Return the codes. Some are of an error and of a warning.

    >>> [each.severity for each in problem_codes() if each.code == "jalali-date"]
    ['error', 'warning']
    """
    text = files("deltasib_query.grammar").joinpath("conformance", "codes.jsonl").read_text("utf-8")
    return [
        ProblemCode(each.pop("code"), each.pop("severity"), each.pop("meaning"), each)
        for each in map(json.loads, text.splitlines())
    ]
