"""Text to tree, for every text of the language: the only module that knows Lark.

`filter.lark` defines the language. What this module refuses is no filter; `diagnosis` says why.
"""

from __future__ import annotations

from functools import cache
from re import ASCII
from typing import NamedTuple

from lark import Lark, Token, v_args
from lark.exceptions import UnexpectedInput
from lark.visitors import Transformer_NonRecursive

from deltasib_query.language import fast_parser
from deltasib_query.language.fast_parser import NotSimple, Parsed
from deltasib_query.language.placeholders import GRAMMAR, Placeholder
from deltasib_query.language.terminals import grammar, number_of, text_of
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, join
from deltasib_query.problems import Span


class Refused(Exception):  # noqa: N818 - never leaves the package
    """The text is not a filter."""


def parse_tree(text: str) -> Parsed:
    """Return the tree of a text that is exactly of the language, and its `mixed` groups, see `Parsed`.

    Raises `Refused` for any other text. Time is linear in its length, and no depth is too deep.

    >>> parse_tree("User_Id >= 100 and Name = 'علی'")[0]
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    try:
        return fast_parser.read(text)
    except NotSimple:
        return parse_with_lark(text)


def parse_with_lark(text: str, *, placeholders: bool = False) -> Parsed:
    """Return what Lark makes of a text, or raise `Refused`: `parse_tree` without the fast parser.

    placeholders: names such as ``:low`` may stand for a literal or a condition, see `placeholders`.
    """
    try:
        lark_tree = _lark(placeholders).parse(text)
    except UnexpectedInput:
        raise Refused from None
    builder = _Builder()
    return builder.transform(lark_tree), sorted(builder.mixed)


class _Part(NamedTuple):
    """A condition, its span with the parentheses around it, and whether there are any."""

    node: Node
    span: Span
    enclosed: bool = False


@v_args(inline=True)
class _Builder(Transformer_NonRecursive[Token, Node]):
    """Makes our tree of Lark's: one method for each rule of the grammar."""

    def __init__(self) -> None:
        super().__init__()
        self.mixed: list[Span] = []

    def start(self, root: _Part) -> Node:
        return root.node

    def disjunction(self, *parts: _Part) -> _Part:
        self.mixed += (part.span for part in parts if isinstance(part.node, And) and not part.enclosed)
        return _joined(Or, parts)

    def conjunction(self, *parts: _Part) -> _Part:
        return _joined(And, parts)

    def group(self, opening: Token, inner: _Part, closing: Token) -> _Part:
        return _Part(inner.node, _span(opening, closing), enclosed=True)

    def comparison(self, field: Token, operator: Token, literal: Token) -> _Part:
        value: Value
        match literal.type:
            case "NUMBER":
                value = number_of(literal)
            case "PLACEHOLDER":
                value = Placeholder(literal[1:])
            case _:
                value = text_of(literal)
        span = _span(field, literal)
        return _Part(Comparison(str(field), operator.lower(), value, span, _span(literal, literal)), span)

    def placeholder(self, name: Token) -> _Part:
        span = _span(name, name)
        return _Part(Comparison("", "", Placeholder(name[1:]), span, span), span)


def _joined(kind: type[And | Or], parts: tuple[_Part, ...]) -> _Part:
    span = Span(parts[0].span.start, parts[-1].span.end)
    return _Part(join(kind, [part.node for part in parts], span), span)


def _span(first: Token, last: Token) -> Span:
    assert first.start_pos is not None and last.end_pos is not None
    return Span(first.start_pos, last.end_pos)


@cache
def _lark(placeholders: bool = False) -> Lark:
    return Lark(grammar() + GRAMMAR * placeholders, parser="lalr", lexer="basic", g_regex_flags=ASCII)
