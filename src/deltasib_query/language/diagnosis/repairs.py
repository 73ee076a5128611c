"""Making repairs: which can be certain, several at once, and the problems of the repaired text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from deltasib_query.problems import Problem, Repair, Span

CERTAIN: Final = frozenset({
    "bare-word", "between", "comma", "connective", "digits", "glued-keyword", "in", "invisible-character", "keyword",
    "mixed-and-or", "negation", "not-a-date", "not-a-number", "number", "number-for-text", "operator", "quoted-field",
    "quotes", "reversed", "semicolon", "split-name", "sql-word", "unclosed-parenthesis", "unclosed-quote",
    "unknown-field",
})  # fmt: skip
"""Problems of spelling: the repaired text finds the rows that the typed one visibly asks for.

The repair of any other problem is a guess, and never certain. The repair of one of these is certain unless the text can
be read in another way, and only if the text with all certain repairs made is a valid filter, see `filters.reading`.
"""

_OF_A_NAME: Final = frozenset({"unknown-field", "not-filterable"})
"""Errors of the name, which leave the repair of the value beside it alone."""


def apply(text: str, repairs: Iterable[Repair]) -> str:
    """Return the text with all the repairs made, which must not overlap. One that is given twice is made once.

    >>> apply("a != 1 && b = 2", [Repair(Span(2, 4), "<>"), Repair(Span(7, 9), "and")])
    'a <> 1 and b = 2'
    """
    pieces: list[str] = []
    position = 0
    for repair in sorted(set(repairs), key=lambda r: r.span):
        pieces += (text[position : repair.span.start], repair.replacement)
        position = repair.span.end
    return "".join(pieces) + text[position:]


def binds(problem: Problem) -> bool:
    """Return whether a repair must not write a value with this problem: an error, or a date that looks Jalali.

    >>> from deltasib_query.messages.message import Message
    >>> [binds(Problem(Message(key), Span(0, 1), "warning")) for key in ("jalali-date", "leading-wildcard")]
    [True, False]
    """
    return problem.severity == "error" or problem.code == "jalali-date"


def joined(text: str, edits: Sequence[Repair], first: Iterable[Problem], second: Iterable[Problem]) -> list[Problem]:
    """Return the problems of a typed text and of the repaired text, all of them as problems of the typed text.

    edits: the edits that make the repaired text: the repairs of `first`, and others.
    first: the problems of the typed text.
    second: the problems of the repaired text.

    A problem in a place that an edit has written changes that edit. A repair of the problem becomes part of the edit,
    which is then certain only if both were. Without a repair, an error takes the edit back, and a warning makes it
    uncertain.

    >>> from deltasib_query.messages.message import Message
    >>> first = Problem(Message("bare-word"), Span(7, 8), repair=Repair(Span(7, 8), "'5'"))
    >>> second = Problem(Message("not-a-number"), Span(7, 10), repair=Repair(Span(7, 10), "5"))
    >>> [problem.repair for problem in joined("Price = x", [first.repair], [first], [second])]
    [Repair(span=Span(start=7, end=8), replacement='5', certain=True), None]
    """
    back = _Backwards(text, edits)
    inner: defaultdict[Repair, list[Repair]] = defaultdict(list)
    refused: set[Repair] = set()
    uncertain: set[Repair] = set()
    found: list[tuple[Problem, Repair | None]] = []
    for problem in second:
        edit = back.edit_around((problem.repair or problem).span)
        if edit is not None and binds(problem):
            if problem.repair is not None:
                place = Span(*(offset - back.start_of[edit] for offset in problem.repair.span))
                inner[edit].append(replace(problem.repair, span=place))
            elif problem.severity == "warning":
                uncertain.add(edit)
            elif problem.code not in _OF_A_NAME:
                refused.add(edit)
        found.append((back.map(problem), edit))

    def changed(edit: Repair) -> Repair | None:
        certain = edit.certain and edit not in uncertain and all(repair.certain for repair in inner[edit])
        return None if edit in refused else Repair(edit.span, apply(edit.replacement, inner[edit]), certain)

    problems = [replace(p, repair=p.repair and changed(p.repair)) for p in first]
    unique: dict[tuple[str, Span], Problem] = {}
    for problem, edit in found:
        if edit is not None and problem.code == "jalali-date":
            problem = replace(problem, repair=changed(edit))
        unique[problem.code, problem.span] = problem
    return [*problems, *unique.values()]


class _Backwards:
    """Turns spans of a repaired text into spans of the original."""

    def __init__(self, original: str, edits: Iterable[Repair]) -> None:
        self._original, self._repaired = original, apply(original, edits)
        self._edits = sorted(edits, key=lambda r: r.span)
        growths = (len(r.replacement) - (r.span.end - r.span.start) for r in self._edits)
        self._shifts = list(accumulate(growths, initial=0))
        self._starts = [r.span.start + shift for r, shift in zip(self._edits, self._shifts, strict=False)]
        self._ends = [start + len(r.replacement) for r, start in zip(self._edits, self._starts, strict=True)]
        self.start_of = dict(zip(self._edits, self._starts, strict=True))

    def edit_around(self, span: Span) -> Repair | None:
        """Return the edit that has written the whole of a span; None if there is none."""
        index = bisect_right(self._starts, span.start) - 1
        inside = index >= 0 and span.start < self._ends[index] and span.end <= self._ends[index]
        return self._edits[index] if inside else None

    def map(self, problem: Problem) -> Problem:
        """Return the problem with its span in the original, without its repair if that touches an edit."""
        piece = self._repaired[slice(*problem.span)]
        start, end = self._map(problem.span)
        found = self._original.find(piece, start, max(end, start + len(piece)))
        span = Span(start, end) if found < 0 else Span(found, found + len(piece))
        repair = problem.repair
        if repair is not None:
            repair = None if self._touches(repair.span) else replace(repair, span=self._map(repair.span))
        return replace(problem, span=span, repair=repair)

    def _touches(self, span: Span) -> bool:
        before = bisect_left(self._starts, span.end)
        return before > 0 and self._ends[before - 1] > span.start

    def _map(self, span: Span) -> Span:
        start = self._offset(span.start, end=False)
        return Span(start, max(start, self._offset(span.end, end=True)))

    def _offset(self, offset: int, *, end: bool) -> int:
        index = bisect_right(self._starts, offset - end) - 1
        if index < 0:
            return offset
        edit = self._edits[index]
        if offset - self._starts[index] < len(edit.replacement) + end:
            return edit.span.end if end else edit.span.start
        return offset - self._shifts[index + 1]
