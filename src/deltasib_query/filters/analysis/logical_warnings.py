"""What `check` says of a right filter of which something cannot matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any, Final, cast

from deltasib_query.filters.analysis.simplification import Never, Redundant, simplify
from deltasib_query.language.excerpts import shortened
from deltasib_query.language.tree import Node
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span

_MOST_NAMED: Final = 5
"""Comparisons that a message names."""
_PARENTHESIS: Final = re.compile("[()]")


def logical_warnings(tree: Node, record: Any, text: str) -> Iterator[Problem]:
    """Yield what `check` says of a right filter: that no row fulfils a part of it, or that a part changes nothing.

    >>> from deltasib_query import User, parse
    >>> text = "User_Id < 5 and User_Id > 9"
    >>> [problem.message for problem in logical_warnings(parse(text, User).tree, User, text)]
    ['no row has `User_Id < 5` and `User_Id > 9`']
    """
    left, found = simplify(tree, record)
    if left is True:
        yield Problem(Message("redundant.always"), Span(0, len(text)), "warning")
        return
    problems = [_redundant(one, text) if isinstance(one, Redundant) else _never(one, text) for one in found]
    covered = 0  # what is within an operand that changes nothing is not worth a word
    for problem in sorted(problems, key=lambda problem: (problem.span.start, -problem.span.end)):
        if problem.span.end > covered:
            covered = problem.span.end if problem.code == "redundant" else covered
            yield problem


def _never(found: Never, text: str) -> Problem:
    spans = [cast("Span", leaf.span) for leaf in found.leaves]
    conditions = [Message("found", text=shortened(text[slice(*span)])) for span in spans[:_MOST_NAMED]]
    named = reduce(lambda one, other: Message("never.both", one=one, other=other), conditions)
    if len(spans) > _MOST_NAMED:
        named = Message("never.more", one=named)
    return Problem(Message("never", conditions=named), Span(spans[0].start, spans[-1].end), "warning")


def _redundant(found: Redundant, text: str) -> Problem:
    span = cast("Span", found.group.operands[found.place].span)
    reason = Message("redundant", condition=shortened(text[slice(*span)]))
    return Problem(reason, span, "warning", repair=_removal(found, text))


def _removal(found: Redundant, text: str) -> Repair | None:
    """The edit that removes an operand, with parentheses around it alone and the keyword on one of its sides."""
    operands, place = found.group.operands, found.place
    here = _enclosed(operands[place], text)
    for other in (*operands[:place][-1:], *operands[place + 1 :][:1]):
        beside = _enclosed(other, text)
        between = Span(min(beside.end, here.end), max(beside.start, here.start))
        if not _PARENTHESIS.search(text, *between):
            return Repair(Span(min(between.start, here.start), max(between.end, here.end)), "", certain=False)
    return None


def _enclosed(operand: Node, text: str) -> Span:
    """The place of an operand with the parentheses around it alone."""
    start, end = cast("Span", operand.span)
    while True:
        before, behind = start - 1, end
        while before >= 0 and text[before].isspace():
            before -= 1
        while behind < len(text) and text[behind].isspace():
            behind += 1
        if before < 0 or behind == len(text) or text[before] + text[behind] != "()":
            return Span(start, end)
        start, end = before, behind + 1
