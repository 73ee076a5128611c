"""Typed filters: text to `Filter`, or to everything that is wrong with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Final, TypeVar

from deltasib_query.errors import Problem, Repair, Span, filter_error
from deltasib_query.filters import Filter
from deltasib_query.language.diagnostics import apply, diagnose
from deltasib_query.language.limits import Limits, check_text
from deltasib_query.language.limits import check_tree as check_limits
from deltasib_query.language.parser import Refused, parse_tree
from deltasib_query.language.source import Source
from deltasib_query.language.tree import Node
from deltasib_query.schema.checker import check_tree
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

DEFAULT_LIMITS: Final = Limits()
_ROUNDS: Final = 4
"""Repairs can uncover others (`۰۹۱۲` becomes a number, which then wants quotes), but not without end."""


def parse(text: str, record: type[R], *, limits: Limits | None = DEFAULT_LIMITS, repair: bool = False) -> Filter[R]:
    """Return the filter that a text means, or raise what is wrong with it.

    text: the filter as somebody typed it.
    record: the class of the list's rows; its fields are all that the filter may name.
    limits: how large it may be; None lifts every limit.
    repair: make the repairs that are certain first (`Username=0912…` gets its quotes), and refuse what is left.

    Raises `FilterError`, of the class of the first error in the order of the text; its `problems` are all of
    them. What is sent to a server is always `str(filter)`, never the text.

    >>> from deltasib_query import User
    >>> str(parse("username='ali'  AND (User_Id>=100)", User))
    "Username = 'ali' and User_Id >= 100"
    >>> str(parse("Username == 09121234567", User, repair=True))
    "Username = '09121234567'"
    """
    tree, problems = _examine(text, record, limits)
    original = text, problems
    for _round in range(_ROUNDS if repair else 0):
        repairs = _certain(problems)
        if tree is not None or not repairs:
            break
        text = apply(text, repairs)
        tree, problems = _examine(text, record, limits)
    if tree is None:
        text, problems = original if not _certain(problems) else (text, problems)
        placed = _place(*original)
        raise filter_error(next(p for p in placed if p.severity == "error"), placed)
    return Filter(record, tree)


def check(text: str, record: type[Record], *, limits: Limits | None = DEFAULT_LIMITS) -> list[Problem]:
    """Return every problem of a text, errors and warnings, in its order; never raises for what the text holds.

    Raises `TypeError` for what is not a str.

    >>> from deltasib_query import User
    >>> [p.code for p in check("Username != 'ali' and Usernme like '%a'", User)]
    ['operator', 'unknown-field']
    >>> [p.code for p in check("Username like '%ali'", User)]
    ['leading-wildcard']
    """
    return list(_place(text, _examine(text, record, limits)[1]))


def _examine(text: str, record: type[Record], limits: Limits | None) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of a text that has no errors, and its problems, by place."""
    if not isinstance(text, str):
        raise TypeError(f"a filter's text is a str, not {type(text).__name__}")
    too_large = check_text(text, limits) if limits else None
    if too_large:
        return None, (too_large,)
    try:
        parsed = parse_tree(text)
    except Refused:
        return None, _explain(text, record, limits)
    too_many = check_limits(parsed.tree, limits) if limits else None
    if too_many:
        return None, (too_many,)
    checked = check_tree(parsed.tree, record, text)
    mixed = (_mixed(text, span) for span in parsed.mixed)
    problems = tuple(sorted((*checked.problems, *mixed), key=lambda p: p.span))
    failed = any(problem.severity == "error" for problem in problems)
    return None if failed else checked.tree, problems


def _explain(text: str, record: type[Record], limits: Limits | None) -> tuple[Problem, ...]:
    """The syntactic problems; and, where each has a repair, what the checker says of the repaired text."""
    diagnosis = diagnose(text, record.fields_by_name)
    if diagnosis.repaired is None:
        return diagnosis.problems
    try:
        tree = parse_tree(diagnosis.repaired).tree
    except Refused:
        return diagnosis.problems
    repairs = [p.repair for p in diagnosis.problems if p.repair]
    back = _Backwards(repairs)
    found = (back.map(p) for p in check_tree(tree, record, diagnosis.repaired).problems if p.severity == "error")
    return tuple(sorted((*diagnosis.problems, *found), key=lambda p: p.span))


class _Backwards:
    """Places in a repaired text as places in the original."""

    def __init__(self, repairs: Iterable[Repair]) -> None:
        self._repairs = sorted(repairs, key=lambda r: r.span)
        growth = accumulate(len(r.replacement) - (r.span.end - r.span.start) for r in self._repairs)
        self._shifts = [0, *growth]
        self._starts = [r.span.start + shift for r, shift in zip(self._repairs, self._shifts, strict=False)]

    def map(self, problem: Problem) -> Problem:
        """Return the problem at its place in the original; a repair that touches another one goes."""
        start, start_moved = self._map(problem.span.start, end=False)
        end, end_moved = self._map(problem.span.end, end=True)
        repair = problem.repair
        if repair is not None:
            same = not start_moved and not end_moved and end - start == problem.span.end - problem.span.start
            repair = replace(repair, span=Span(start, end)) if same and repair.span == problem.span else None
        return replace(problem, span=Span(start, max(start, end)), repair=repair)

    def _map(self, offset: int, *, end: bool) -> tuple[int, bool]:
        """The original offset, and whether it lies inside a replacement."""
        index = bisect_right(self._starts, offset - end) - 1
        if index < 0:
            return offset, False
        edit = self._repairs[index]
        inside = offset - self._starts[index] < len(edit.replacement) + end
        if inside:
            return (edit.span.end if end else edit.span.start), True
        return offset - self._shifts[index + 1], False


def _certain(problems: Iterable[Problem]) -> list[Repair]:
    """The repairs that mend every error, or none where one has no certain repair."""
    repairs = [problem.repair for problem in problems if problem.severity == "error"]
    certain = [repair for repair in repairs if repair is not None and repair.certain]
    return certain if len(certain) == len(repairs) else []


def _mixed(text: str, span: Span) -> Problem:
    message = "`and` binds tighter than `or`: parentheses around it say so"
    repair = Repair(span, f"({text[slice(*span)]})")
    return Problem("mixed-and-or", message, span, "warning", repair=repair)


def _place(text: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    source = Source(text)
    return tuple(source.place(problem) for problem in problems)
