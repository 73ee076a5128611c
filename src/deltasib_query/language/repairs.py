"""Several repairs of one text: making them, and where a place in the repaired text was before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from deltasib_query.problems import Problem, Repair, Span


def apply(text: str, repairs: Iterable[Repair]) -> str:
    """Return the text with all the repairs made; they must not overlap.

    >>> apply("a != 1 && b = 2", [Repair(Span(2, 4), "<>"), Repair(Span(7, 9), "and")])
    'a <> 1 and b = 2'
    """
    pieces: list[str] = []
    position = 0
    for repair in sorted(repairs, key=lambda r: r.span):
        pieces += (text[position : repair.span.start], repair.replacement)
        position = repair.span.end
    return "".join(pieces) + text[position:]


class Backwards:
    """Places in a repaired text as places in the original.

    >>> repairs = [Repair(Span(2, 4), "=")]
    >>> back = Backwards("a == 1 and b = 2", "a = 1 and b = 2", repairs)
    >>> back.map(Problem("unknown-field", "there is no b", Span(10, 11))).span
    Span(start=11, end=12)
    """

    def __init__(self, original: str, repaired: str, repairs: Iterable[Repair]) -> None:
        self._original, self._repaired = original, repaired
        self._repairs = sorted(repairs, key=lambda r: r.span)
        growths = (len(r.replacement) - (r.span.end - r.span.start) for r in self._repairs)
        self._shifts = list(accumulate(growths, initial=0))
        self._starts = [r.span.start + shift for r, shift in zip(self._repairs, self._shifts, strict=False)]

    def map(self, problem: Problem) -> Problem:
        """Return the problem at its place in the original, without its repair where that would touch another."""
        piece = self._repaired[slice(*problem.span)]
        start, moved = self._map(problem.span.start, end=False)
        end = max(start, self._map(problem.span.end, end=True)[0])
        found = self._original.find(piece, start, max(end, start + len(piece)))
        moved = moved or found != start
        span = Span(start, end) if found < 0 else Span(found, found + len(piece))
        repair = None if moved or problem.repair is None else replace(problem.repair, span=span)
        return replace(problem, span=span, repair=repair)

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
