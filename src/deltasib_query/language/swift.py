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
"""Groups within groups. More would be joined into one another at a cost that grows with the depth."""


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
    if limits and too_long(text, limits):
        raise Unsure
    deepest = min(_DEEPEST, limits.depth) if limits and limits.depth is not None else _DEEPEST
    mixed: list[Span] = []
    outer: list[_Level] = []
    level = _Level()
    count = end = 0
    keyword: str | None = ""
    for match in _pattern().finditer(text):
        opening, name, operator, literal, number, closing, keyword = match.groups()
        if name is None:
            raise Unsure
        count += 1
        start = match.start(_NAME)
        value_span = match.span(_LITERAL)
        end = value_span[1]
        if "(" in opening:
            for at, sign in enumerate(opening, match.start()):
                if sign == "(":
                    if not level.conjunction:
                        level.and_at = at
                    outer.append(level)
                    level = _Level()
            if len(outer) > deepest:
                raise Unsure
        if not level.conjunction:
            level.and_at = start
        value = text_of(literal) if number is None else number_of(literal)
        level.conjunction.append(leaf(name, operator or "like", value, (start, end), value_span))
        if ")" in closing:
            for at, sign in enumerate(closing, end + 1):
                if sign == ")":
                    if not outer:
                        raise Unsure
                    group = level.close(end, mixed)
                    level = outer.pop()
                    level.conjunction.append(group)
                    end = at
        if keyword and keyword.lower() == "or":
            level.go_on(end, mixed)
    if keyword is not None or outer or (limits and limits.comparisons is not None and count > limits.comparisons):
        raise Unsure
    return Parsed(level.close(end, mixed), tuple(sorted(mixed)))


class _Level:
    """What stands between two parentheses, as far as it is read: operands of an `or`, and of the `and` at hand."""

    __slots__ = ("and_at", "conjunction", "disjunction", "or_at")

    def __init__(self) -> None:
        self.disjunction: list[Node] = []
        self.conjunction: list[Node] = []
        self.or_at = self.and_at = 0

    def go_on(self, end: int, mixed: list[Span]) -> None:
        """Take the `and` at hand, or the single condition, for an operand of an `or`."""
        operand = self.conjunction[0]
        if len(self.conjunction) > 1:
            mixed.append(Span(self.and_at, end))
            operand = join(And, self.conjunction, (self.and_at, end))
        if not self.disjunction:
            self.or_at = self.and_at
        self.disjunction.append(operand)
        self.conjunction = []

    def close(self, end: int, mixed: list[Span]) -> Node:
        """Return the condition of the whole level, which ends here."""
        if self.disjunction:
            self.go_on(end, mixed)
            return join(Or, self.disjunction, (self.or_at, end))
        if len(self.conjunction) == 1:
            return self.conjunction[0]
        return join(And, self.conjunction, (self.and_at, end))


_NAME, _LITERAL = 2, 4


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
        ({token["STRING"]}|({token["NUMBER"]})|(?(3)(?!)|{token["PATTERN"]}))
        ((?:{blank}|\))*)(?:({keyword})|\Z)
        |(?s:.)""".replace("\n        ", ""),
        re.ASCII,
    )
