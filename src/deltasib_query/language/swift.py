"""Text to tree in one pass of one expression, for texts that are plainly of the language; silent about all others.

The expression is made of the grammar's own terminals and matches a whole comparison, with the parentheses before and
behind it and the keyword that follows. Whatever it does not match, whatever is nested very deeply, whatever the
caller's `leaf` does not take, is left to the parser that Lark makes of the grammar: it alone refuses. So this reader
can be right or silent, and the tests hold every tree, place and note of it against Lark's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from deltasib_query.errors import Span
from deltasib_query.language.limits import Limits, too_long
from deltasib_query.language.terminals import BLANK, number_of, terminals, text_of
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, join

Leaf: TypeAlias = Callable[[str, str, Value, tuple[int, int], tuple[int, int]], Comparison]
"""Makes a comparison of field, operator, value, its place and its literal's; raises `Unsure` where it may not do."""

_DEEPEST: Final = 64
"""Groups within groups. More would be joined into one another at a cost that grows with the depth."""


class Unsure(Exception):  # noqa: N818 - never leaves the package
    """The text is not plainly a filter: Lark decides."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, and the spans of its `and` groups that stand in an `or` without parentheses."""

    tree: Node
    mixed: tuple[Span, ...]


def read(text: str, leaf: Leaf = Comparison, limits: Limits | None = None) -> Parsed:
    """Return the tree of a text whose comparisons `leaf` takes and that keeps to the limits; raise `Unsure` for others.

    >>> read("User_Id >= 100 and Name = 'علی'").tree
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    if limits and too_long(text, limits):
        raise Unsure
    deepest = min(_DEEPEST, limits.depth) if limits and limits.depth is not None else _DEEPEST
    outer: list[tuple[list[Node], int, list[Node], int]] = []
    disjunction: list[Node] = []
    conjunction: list[Node] = []
    or_at = and_at = end = count = 0
    keyword: str | None = ""
    mixed: list[Span] = []
    for match in _pattern().finditer(text):
        opening, name, operator, quoted, number, closing, keyword = match.groups()
        if name is None:
            raise Unsure
        count += 1
        start = match.start(_NAME)
        if "(" in opening:
            for at, sign in enumerate(opening, match.start()):
                if sign == "(":
                    outer.append((disjunction, or_at, conjunction, and_at if conjunction else at))
                    disjunction, conjunction = [], []
            if len(outer) > deepest:
                raise Unsure
        if not conjunction:
            and_at = start
        value_span = match.span(_QUOTED if number is None else _NUMBER)
        value = text_of(quoted) if number is None else number_of(number)
        end = value_span[1]
        conjunction.append(leaf(name, operator or "like", value, (start, end), value_span))
        if ")" in closing:
            for at, sign in enumerate(closing, end + 1):
                if sign == ")":
                    if not outer:
                        raise Unsure
                    group = _close(disjunction, or_at, conjunction, and_at, end, mixed)
                    disjunction, or_at, conjunction, and_at = outer.pop()
                    conjunction.append(group)
                    end = at
        if keyword and keyword.lower() == "or":
            if not disjunction:
                or_at = and_at
            disjunction.append(conjunction[0] if len(conjunction) == 1 else _bare(conjunction, and_at, end, mixed))
            conjunction = []
    if keyword is not None or outer or (limits and limits.comparisons is not None and count > limits.comparisons):
        raise Unsure
    tree = _close(disjunction, or_at, conjunction, and_at, end, mixed)
    return Parsed(tree, tuple(sorted(mixed)))


def _close(
    disjunction: list[Node], or_at: int, conjunction: list[Node], and_at: int, end: int, mixed: list[Span]
) -> Node:
    """The condition of a level that ends here."""
    if not disjunction:
        return conjunction[0] if len(conjunction) == 1 else join(And, conjunction, (and_at, end))
    disjunction.append(conjunction[0] if len(conjunction) == 1 else _bare(conjunction, and_at, end, mixed))
    return join(Or, disjunction, (or_at, end))


def _bare(operands: list[Node], start: int, end: int, mixed: list[Span]) -> Node:
    """An `and` without parentheses in an `or`."""
    mixed.append(Span(start, end))
    return join(And, operands, (start, end))


_NAME, _QUOTED, _NUMBER = 2, 4, 5


@cache
def _pattern() -> re.Pattern[str]:
    """A comparison, what stands around it, and the keyword that follows; or any character, so that none is skipped."""
    token = {name: f"(?>{expression})" for name, expression in terminals().items()}
    blank = terminals()[BLANK].removesuffix("+")
    keyword = f"{token['_AND']}|{token['_OR']}"
    return re.compile(
        rf"""((?:{blank}|\()*)
        (?!{keyword}|{token["LIKE"]})({token["FIELD"]}){blank}*
        (?:({token["OPERATOR"]})|{token["LIKE"]}){blank}*
        (?:({token["STRING"]}|(?(3)(?!)|{token["PATTERN"]}))|({token["NUMBER"]}))
        ((?:{blank}|\))*)(?:({keyword})|\Z)
        |(?s:.)""".replace("\n        ", ""),
        re.ASCII,
    )
