r"""Text to tree with one regular expression, for texts that are plainly filters.

`parser` reads every text of the language, with Lark; this module reads most of them ten times as fast. It raises
`NotSimple` for a text that it does not match, one that is nested very deeply, and one beyond the limits. Whether such a
text is wrong, and why, is for `parser` to say: this module gives the right tree or none, and the tests compare its
trees with Lark's, every span included.

The expression is made of the terminals of `filter.lark`. It matches one comparison with everything around it:

    (a = 1 and b like 'x%') or c = 2
    ^^^^^^^^^^                            a parenthesis, a comparison, the keyword behind it
              ^^^^^^^^^^^^^^^^^           a comparison, a parenthesis, the keyword behind it
                               ^^^^^^    a comparison, the end

So a text is a filter if these matches follow one another without a gap, a keyword stands between any two of them, and
the parentheses are balanced.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

from deltasib_query.language.limits import Limits, too_long
from deltasib_query.language.terminals import BLANK, number_of, terminals
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, join
from deltasib_query.problems import Span

_DEEPEST: Final = 64
"""Parentheses within parentheses. Nobody types more of them, so what nests deeper is left to Lark."""

MakeComparison: TypeAlias = Callable[[str, str, Value, tuple[int, int], tuple[int, int]], Comparison]
"""Makes a comparison of a field's name, an operator, a value, and the spans of the comparison and of its value.

`Comparison` itself keeps all of it as it was written. A record's `accepted` asks the field.
"""


class NotSimple(Exception):  # noqa: N818 - never leaves the package
    """The text is not plainly a filter: it may be one all the same."""


Parsed: TypeAlias = tuple[Node, list[Span]]
"""A tree, and the spans of its `and` groups that stand in an `or` without parentheses, in the order of the text."""


def read(text: str, limits: Limits | None = None, make: MakeComparison = Comparison) -> Parsed:
    """Return the tree of a text that is plainly a filter.

    limits: how large the text may be; None lifts every limit.
    make: makes each comparison. Whatever it raises ends the reading.

    Raises `NotSimple` for any other text.

    >>> read("User_Id >= 100 and Name = 'علی'")[0]
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    deepest = _DEEPEST
    if limits is not None:
        if too_long(text, limits):
            raise NotSimple
        deepest = _DEEPEST if limits.depth is None else min(_DEEPEST, limits.depth)
    outer: list[tuple[list[Node], list[int], int]] = []  # for each open parenthesis what had been read before it
    operands: list[Node] = []  # of the innermost parenthesis; those from `run` on are joined by `and` so far
    starts: list[int] = []  # where each operand begins
    run = count = end = 0
    mixed: list[Span] = []
    conjunction, disjunction = "and", None  # a comparison is expected at the start, as behind a keyword
    for match in comparison().finditer(text):
        opening, name, operator, literal, number, closing, conjunction, disjunction = match.groups()
        if name is None:
            raise NotSimple
        count += 1
        start, value_span = match.start(_FIELD), match.span(_LITERAL)
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
        value: Value = number_of(number) if number else literal[1:-1].replace("''", "'")
        operands.append(make(name, operator or "like", value, (start, end), value_span))
        if ")" in closing:
            for at, sign in enumerate(closing, end + 1):
                if sign == ")":
                    if not outer:
                        raise NotSimple
                    group = _close(operands, starts, run, end, mixed)
                    operands, starts, run = outer.pop()
                    operands.append(group)
                    end = at
        if disjunction:
            if len(operands) - run > 1:
                _join_run(operands, starts, run, end, mixed)
            run = len(operands)
    too_many = limits is not None and limits.comparisons is not None and count > limits.comparisons
    if conjunction or disjunction or outer or too_many:
        raise NotSimple
    tree = _close(operands, starts, run, end, mixed)
    mixed.sort()
    return tree, mixed


def _close(operands: list[Node], starts: list[int], run: int, end: int, mixed: list[Span]) -> Node:
    """Return the condition that ends at `end`, with a parenthesis or with the text."""
    if run == 0:
        return join(And, operands, (starts[0], end))
    if len(operands) - run > 1:
        _join_run(operands, starts, run, end, mixed)
    return join(Or, operands, (starts[0], end))


def _join_run(operands: list[Node], starts: list[int], run: int, end: int, mixed: list[Span]) -> None:
    """Make one group of the operands from `run` on, which `and` joins beside an `or`, and note its span."""
    span = Span(starts[run], end)
    mixed.append(span)
    operands[run:] = [join(And, operands[run:], span)]
    del starts[run + 1 :]


_FIELD, _OPERATOR, _LITERAL = 2, 3, 4
"""The numbers of three groups of the expression."""


@cache
def comparison() -> re.Pattern[str]:
    """Return the expression for a comparison and what stands around it. It matches any other character by itself."""
    token = {name: f"(?>{expression})" for name, expression in terminals().items()}
    blank = terminals()[BLANK].removesuffix("+")  # a class of characters
    opening, closing = f"({blank[:-1]}(]*)", f"({blank[:-1]})]*)"
    field = f"(?!{token['_AND']}|{token['_OR']}|{token['LIKE']})({token['FIELD']})"
    operator = f"(?:({token['OPERATOR']})|{token['LIKE']})"
    pattern = f"(?({_OPERATOR})(?!)|{token['PATTERN']})"  # not behind an operator, so behind `like` alone
    literal = f"({token['STRING']}|({token['NUMBER']})|{pattern})"
    keyword = rf"(?:({token['_AND']})|({token['_OR']})|\Z)"
    whole = f"{opening}{field}{blank}*{operator}{blank}*{literal}{closing}{keyword}"
    return re.compile(f"{whole}|(?s:.)", re.ASCII)
