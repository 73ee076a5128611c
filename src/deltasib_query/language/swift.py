"""Text to tree in one pass of one expression, for texts that are plainly of the language; silent about all others.

The expression is made of the grammar's own terminals and matches a whole comparison, with the parentheses before and
behind it and the keyword that follows. Whatever it does not match, whatever is nested very deeply, whatever the
caller's `leaf` does not take, is left to the parser that Lark makes of the grammar: it alone refuses. So this reader
can be right or silent, and the tests hold every tree, place and note of it against Lark's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from deltasib_query.errors import Span
from deltasib_query.language.limits import Limits, too_long
from deltasib_query.language.terminals import BLANK, number_of, terminals, text_of
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, join

Leaf: TypeAlias = Callable[[str, str, Value, tuple[int, int], tuple[int, int]], Comparison]
"""Makes a comparison of field, operator, value, its place and its literal's; raises `Unsure` where it may not do."""

_DEEPEST: Final = 64
"""Parentheses within parentheses; what nests deeper was not typed, and is Lark's."""


class Unsure(Exception):  # noqa: N818 - never leaves the package
    """The text is not plainly a filter: Lark decides."""


class Parsed(NamedTuple):
    """A tree, and the spans of its `and` groups that stand in an `or` without parentheses."""

    tree: Node
    mixed: tuple[Span, ...]


def read(text: str, leaf: Leaf = Comparison, limits: Limits | None = None) -> Parsed:
    """Return the tree of a text whose comparisons `leaf` takes and that keeps to the limits; raise `Unsure` for others.

    >>> read("User_Id >= 100 and Name = 'علی'").tree
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    deepest = _DEEPEST
    if limits is not None:
        if too_long(text, limits):
            raise Unsure
        deepest = _DEEPEST if limits.depth is None else min(_DEEPEST, limits.depth)
    outer: list[tuple[list[Node], list[int], int]] = []
    operands: list[Node] = []  # of the level at hand: from `last` on an `and` is not complete, before it stand `or`s
    starts: list[int] = []
    last = count = end = 0
    keyword: str | None = ""
    mixed: list[Span] = []
    for match in comparison().finditer(text):
        opening, name, operator, literal, number, closing, keyword = match.groups()
        if name is None:
            raise Unsure
        count += 1
        start = match.start(FIELD)
        value_span = match.span(LITERAL)
        end = value_span[1]
        if "(" in opening:
            for at, sign in enumerate(opening, match.start()):
                if sign == "(":
                    starts.append(at)
                    outer.append((operands, starts, last))
                    operands, starts, last = [], [], 0
            if len(outer) > deepest:
                raise Unsure
        starts.append(start)
        value = text_of(literal) if number is None else number_of(literal)
        operands.append(leaf(name, operator or "like", value, (start, end), value_span))
        if ")" in closing:
            for at, sign in enumerate(closing, end + 1):
                if sign == ")":
                    if not outer:
                        raise Unsure
                    group = _closed(operands, starts, last, end, mixed)
                    operands, starts, last = outer.pop()
                    operands.append(group)
                    end = at
        if keyword and keyword.lower() == "or":
            if len(operands) - last > 1:
                _complete(operands, starts, last, end, mixed)
            last = len(operands)
    if keyword is not None or outer or (limits and limits.comparisons is not None and count > limits.comparisons):
        raise Unsure
    tree = _closed(operands, starts, last, end, mixed)
    return Parsed(tree, tuple(sorted(mixed)) if mixed else ())


def _closed(operands: list[Node], starts: list[int], last: int, end: int, mixed: list[Span]) -> Node:
    """The condition of a level that ends here."""
    if last == 0:
        return join(And, operands, (starts[0], end))
    if len(operands) - last > 1:
        _complete(operands, starts, last, end, mixed)
    return join(Or, operands, (starts[0], end))


def _complete(operands: list[Node], starts: list[int], last: int, end: int, mixed: list[Span]) -> None:
    """Make one operand of an `or` of the last ones, which are joined by `and` without parentheses."""
    span = Span(starts[last], end)
    mixed.append(span)
    operands[last:] = [join(And, operands[last:], span)]
    del starts[last + 1 :]


FIELD, OPERATOR, LITERAL, NUMBER, CLOSING, KEYWORD = range(2, 8)
"""The groups of the expression; OPERATOR is empty for `like`, KEYWORD at the end of the text."""


@cache
def comparison() -> re.Pattern[str]:
    """Return what matches a comparison and what stands around it; or else any character, so that none is skipped."""
    token = {name: f"(?>{expression})" for name, expression in terminals().items()}
    blank = terminals()[BLANK].removesuffix("+")
    keyword = f"{token['_AND']}|{token['_OR']}"
    return re.compile(
        rf"""((?:{blank}|\()*)
        (?!{keyword}|{token["LIKE"]})({token["FIELD"]}){blank}*
        (?:({token["OPERATOR"]})|{token["LIKE"]}){blank}*
        ({token["STRING"]}|({token["NUMBER"]})|(?(3)(?!)|{token["PATTERN"]}))
        ((?:{blank}|\))*)(?:({keyword})|\Z)
        |(?s:.)""".replace("\n        ", ""),
        re.ASCII,
    )
