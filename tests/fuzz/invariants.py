"""What holds for any text at all: the promises of `parse` and `check`, as assertions on one text.

The fuzzer looks for a text that breaks one of them; `test_found.py` holds the conformance cases, damaged ones,
and everything that was ever found against the same.
"""

from __future__ import annotations

import json
import pickle
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

from deltasib_query import (
    Filter,
    FilterError,
    Limits,
    Problem,
    Record,
    UnsupportedOperatorError,
    check,
    from_tree,
    parse,
)
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import YesNoField
from deltasib_query.filters.reading import MOST_PROBLEMS
from deltasib_query.language.diagnosis.repairs import apply
from deltasib_query.language.tree import comparisons
from deltasib_query.service.objects import RECORDS

LIMITS = (None, Limits(), Limits(text=64, depth=2, comparisons=3))
TOO_COMPLEX = {"text-too-long", "too-deep", "too-many-comparisons"}
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_OUTSIDE_LITERALS = set(string.ascii_letters + string.digits + "_ ()<>=.-")
_ISOLATES = "\u2068\u2069"
_DAY, _MOMENT = "2021-01-30", "2021-01-30 10:00:00"


@dataclass(frozen=True)
class Case:
    """A text, and what it is read with."""

    text: str
    record: type[Record]
    limits: Limits | None
    repair: bool

    @classmethod
    def read(cls, data: bytes) -> Case:
        """The first byte chooses the record, the limits and the repair; the others are the text, as UTF-8 or nearly."""
        choice, text = data[0] if data else 0, data[1:]
        choice, repair = divmod(choice, 2)
        choice, limits = divmod(choice, len(LIMITS))
        try:
            decoded = text.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            decoded = text.decode("utf-8", "surrogateescape")
        return cls(decoded, RECORDS[choice % len(RECORDS)], LIMITS[limits], bool(repair))

    def written(self) -> bytes:
        """The bytes that read as this case."""
        choice = (RECORDS.index(self.record) * len(LIMITS) + LIMITS.index(self.limits)) * 2 + self.repair
        return bytes([choice]) + self.text.encode("utf-8", "surrogatepass")


def seeds() -> Iterator[Case]:
    """The conformance cases, each with every limit in turn and with the repair."""
    records = {record.service_object.lower(): record for record in RECORDS}
    number = 0
    for name in ("accept", "reject"):
        cases = files("deltasib_query.grammar").joinpath("conformance", f"{name}.jsonl").read_text(encoding="utf-8")
        for line in cases.splitlines():
            case = json.loads(line)
            yield Case(case["filter"], records[case["object"].lower()], LIMITS[number % len(LIMITS)], number % 2 == 1)
            number += 1


def hold(case: Case) -> None:
    """Assert every promise about one text."""
    text, record = case.text, case.record
    problems = check(text, record, limits=case.limits)
    errors = [problem for problem in problems if problem.severity == "error"]
    _places_are_right(text, problems)
    for one, other in pairwise(sorted(problem.repair.span for problem in errors if problem.repair is not None)):
        assert one.end <= other.start, "the repairs of two errors overlap"

    result = _parsed(case, repair=False)
    if isinstance(result, FilterError):
        assert errors, f"parse refuses what check has no error in: {result!r}"
        assert (result.problem, result.problems) == (errors[0], tuple(problems)), "parse and check say different things"
        _can_be_shown(result)
    else:
        assert not errors, f"parse takes what check has errors in: {errors[0].code}"
        _is_safe(result)

    _limits_only_refuse(case, problems, result)
    if case.repair:
        _repairs_do_what_they_say(case, problems, result)


def _parsed(case: Case, *, repair: bool) -> Filter[Any] | FilterError:
    try:
        return parse(case.text, case.record, limits=case.limits, repair=repair)
    except FilterError as error:
        return error


def _places_are_right(text: str, problems: list[Problem]) -> None:
    assert [problem.span for problem in problems] == sorted(problem.span for problem in problems)
    for problem in problems:
        start, end = problem.span
        assert 0 <= start <= end <= len(text), "a problem lies outside the text"
        assert problem.line == text.count("\n", 0, start) + 1
        assert problem.column == start - (text.rfind("\n", 0, start) + 1) + 1
        if problem.repair is not None:
            start, end = problem.repair.span
            assert 0 <= start <= end <= len(text), "a repair lies outside the text"


def _can_be_shown(error: FilterError) -> None:
    for character in str(error):
        shown = unicodedata.category(character) not in {"Cc", "Cs"} or character == "\n"
        assert shown, f"the text of an error holds U+{ord(character):04X}"
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.problems) == (str(error), error.problems)


def _is_safe(filter: Filter[Any]) -> None:
    canonical = str(filter)
    again = parse(canonical, filter.record, limits=None)
    assert again == filter, "the canonical text means something else"
    assert str(again) == canonical
    assert pickle.loads(pickle.dumps(filter)) == filter
    assert from_tree(filter.tree, filter.record) == filter
    assert set(_LITERAL.sub("", canonical)) <= _OUTSIDE_LITERALS
    for literal in _LITERAL.findall(canonical):
        bare = literal.replace(r"\%", "").replace(r"\_", "")
        unsafe = [c for c in bare if c == "\\" or unicodedata.category(c) in {"Cc", "Cs"}]
        assert not unsafe, f"the canonical text holds {unsafe}"

    row = {name: _stored(field) for name, field in filter.record.fields_by_name.items()}
    found = filter.matches(row)
    assert filter.matches(dict.fromkeys(row)) is False, "NULL matches"
    try:
        opposite = ~filter
    except UnsupportedOperatorError:
        assert any(comparison.operator == "like" for comparison in comparisons(filter.tree))
        return
    assert ~opposite == filter
    assert parse(str(opposite), filter.record, limits=None) == opposite
    assert opposite.matches(row) is not found


def _stored(field: Field[Any, Any]) -> object:
    text = "Yes" if isinstance(field, YesNoField) else "ali"
    return {"number": 5, "date": _DAY, "datetime": _MOMENT}.get(field.kind, text)


def _limits_only_refuse(case: Case, problems: list[Problem], result: Filter[Any] | FilterError) -> None:
    if isinstance(result, FilterError) and result.code in TOO_COMPLEX:
        assert case.limits is not None
        assert len(problems) == 1
    elif case.limits is not None:
        unlimited = check(case.text, case.record, limits=None)
        assert _guesses(unlimited) == _guesses(problems), "limits change what is said, but for what is certain"


def _guesses(problems: list[Problem]) -> list[Problem]:
    """The problems as if no repair were certain."""
    return [replace(p, repair=p.repair and replace(p.repair, certain=False)) for p in problems]


def _repairs_do_what_they_say(case: Case, problems: list[Problem], result: Filter[Any] | FilterError) -> None:
    repaired = _parsed(case, repair=True)
    if isinstance(result, Filter):
        assert repaired == result, "a repair changes what was right"
        return
    if isinstance(repaired, FilterError):
        assert repaired.problems == result.problems
    else:
        _is_safe(repaired)
    certain = [problem.repair for problem in problems if problem.repair is not None and problem.repair.certain]
    if certain:
        mended = _parsed(replace(case, text=apply(case.text, certain)), repair=False)
        assert isinstance(mended, Filter), "the certain repairs do not make a filter"
        assert repaired == mended, "the repairs that are shown are not those that are made"
    elif len(problems) < MOST_PROBLEMS:
        assert isinstance(repaired, FilterError), "what is repaired has no certain repair"
