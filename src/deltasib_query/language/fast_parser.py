"""Text to tree in one pass of one expression, for texts that are plainly of the language; silent about all others.

The expression is made of the grammar's own terminals. It matches a whole comparison, the parentheses around it and the
keyword behind it. What it does not match, what is nested very deeply and what a field does not accept is left to the
parser that Lark makes of the grammar, which alone refuses. So this reader is either right or silent, and the tests
hold every tree, place and note of it against Lark's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from deltasib_query.language.limits import Limits, too_long
from deltasib_query.language.terminals import BLANK, number_of, terminals
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, join
from deltasib_query.problems import Span

_DEEPEST: Final = 64
"""Parentheses within parentheses; what nests deeper was not typed, and is Lark's."""


class NotSimple(Exception):  # noqa: N818 - never leaves the package
    """The text is not plainly a filter: Lark decides."""


class Acceptance(NamedTuple):
    """How a field accepts what stands behind one operator.

    `name` is the field's documented name. `text` takes the operator and the text that a string literal stands for,
    `number` the operator and a number; each returns the value for the tree, or raises if the field does not accept it.
    """

    name: str
    text: Callable[[str, str], Value]
    number: Callable[[str, int | Decimal], Value]


Accepted: TypeAlias = Mapping[tuple[str, str], Acceptance]
"""What each comparison is accepted by, under the field's name in small letters and the operator."""


def read(text: str, accepted: Accepted | None = None, limits: Limits | None = None) -> tuple[Node, list[Span]]:
    """Return the tree of a text that is plainly a filter, and the spans of `and` groups in an `or` without parentheses.

    accepted: the comparisons that there may be; None accepts any field, operator and value, and leaves them as written.
    limits: how large the text may be; None lifts every limit.

    Raises `NotSimple` for any other text, or what an `Acceptance` raises for a value that it does not accept.

    >>> read("User_Id >= 100 and Name = 'علی'")[0]
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    deepest = _DEEPEST
    if limits is not None:
        if too_long(text, limits):
            raise NotSimple
        deepest = _DEEPEST if limits.depth is None else min(_DEEPEST, limits.depth)
    outer: list[tuple[list[Node], list[int], int]] = []
    operands: list[Node] = []  # of the parentheses at hand: those from `run` on are joined by `and` so far
    starts: list[int] = []  # where each of them begins
    run = count = end = 0
    value: Value
    conjunction, disjunction = "and", None  # as if a keyword had come before: a condition must follow
    mixed: list[Span] = []
    for match in comparison().finditer(text):
        opening, name, operator, literal, number, closing, conjunction, disjunction = match.groups()
        if name is None:
            raise NotSimple
        count += 1
        start = match.start(FIELD)
        value_span = match.span(LITERAL)
        end = value_span[1]
        if "(" in opening:
            for at, sign in enumerate(opening, match.start()):
                if sign == "(":
                    starts.append(at)
                    outer.append((operands, starts, run))
                    operands, starts, run = [], [], 0
            if len(outer) > deepest:
                raise NotSimple
        starts.append(start)
        operator = operator or "like"
        acceptance = None
        if accepted is not None:
            acceptance = accepted.get((name.lower(), operator))
            if acceptance is None:
                raise NotSimple
            name = acceptance.name
        if number:
            exact = number_of(number)
            value = exact if acceptance is None else acceptance.number(operator, exact)
        else:
            words = literal[1:-1].replace("''", "'")
            value = words if acceptance is None else acceptance.text(operator, words)
        operands.append(Comparison(name, operator, value, (start, end), value_span))
        if ")" in closing:
            for at, sign in enumerate(closing, end + 1):
                if sign == ")":
                    if not outer:
                        raise NotSimple
                    group = _closed(operands, starts, run, end, mixed)
                    operands, starts, run = outer.pop()
                    operands.append(group)
                    end = at
        if disjunction:
            if len(operands) - run > 1:
                _complete(operands, starts, run, end, mixed)
            run = len(operands)
    if conjunction or disjunction or outer:
        raise NotSimple
    if limits is not None and limits.comparisons is not None and count > limits.comparisons:
        raise NotSimple
    tree = _closed(operands, starts, run, end, mixed)
    mixed.sort()
    return tree, mixed


def _closed(operands: list[Node], starts: list[int], run: int, end: int, mixed: list[Span]) -> Node:
    """The condition between two parentheses, or of the whole text, that ends here."""
    if run == 0:
        return join(And, operands, (starts[0], end))
    if len(operands) - run > 1:
        _complete(operands, starts, run, end, mixed)
    return join(Or, operands, (starts[0], end))


def _complete(operands: list[Node], starts: list[int], run: int, end: int, mixed: list[Span]) -> None:
    """Join the run of `and`s at the end, which stands in an `or` without parentheses, and note its place."""
    span = Span(starts[run], end)
    mixed.append(span)
    operands[run:] = [join(And, operands[run:], span)]
    del starts[run + 1 :]


FIELD, OPERATOR, LITERAL, NUMBER, CLOSING, AND, OR = range(2, 9)
"""The groups of the expression. OPERATOR is empty for `like`; at the end of the text AND and OR are both empty."""


@cache
def comparison() -> re.Pattern[str]:
    """Return what matches a comparison and what stands around it, or else one character, so that none is skipped."""
    token = {name: f"(?>{expression})" for name, expression in terminals().items()}
    blank = terminals()[BLANK].removesuffix("+")
    return re.compile(
        rf"""((?:{blank}|\()*)
        (?!{token["_AND"]}|{token["_OR"]}|{token["LIKE"]})({token["FIELD"]}){blank}*
        (?:({token["OPERATOR"]})|{token["LIKE"]}){blank}*
        ({token["STRING"]}|({token["NUMBER"]})|(?(3)(?!)|{token["PATTERN"]}))
        ((?:{blank}|\))*)(?:({token["_AND"]})|({token["_OR"]})|\Z)
        |(?s:.)""".replace("\n        ", ""),
        re.ASCII,
    )
