"""Text to tree: the only module that knows Lark.

`grammar/filter.lark` is the one definition of the language. This module loads it, builds nodes while Lark
reduces, and flattens them. It judges every text that `swift` is not sure of; `diagnostics` says what is wrong with one
that it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from re import ASCII
from typing import NamedTuple, TypeAlias, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput
from lark.parsers.lalr_analysis import ParseTableBase, Reduce

from deltasib_query.language import fast_parser
from deltasib_query.language.placeholders import GRAMMAR, Placeholder
from deltasib_query.language.terminals import grammar, number_of, text_of
from deltasib_query.language.tree import And, Comparison, Node, Or, Value
from deltasib_query.problems import Span


class Refused(Exception):  # noqa: N818 - never leaves the package
    """The text is not a filter; `diagnostics` says why."""


class Parsed(NamedTuple):
    """A tree, and the spans of its `and` groups that stand in an `or` without parentheses."""

    tree: Node
    mixed: tuple[Span, ...]


def parse_tree(text: str) -> Parsed:
    """Return the tree of a text that is exactly of the language.

    Raises `Refused` for any other text. Time is linear in its length, and no depth is too deep.

    >>> parse_tree("User_Id >= 100 and Name = 'علی'").tree
    And([Comparison('User_Id', '>=', 100), Comparison('Name', '=', 'علی')])
    """
    try:
        tree, mixed = fast_parser.read(text)
        return Parsed(tree, tuple(mixed))
    except fast_parser.NotSimple:
        return judge(text)


def judge(text: str, *, placeholders: bool = False) -> Parsed:
    """Return what Lark makes of a text, or raise `Refused`: `parse_tree` without the fast reader before it."""
    try:
        root = cast("_Operand", _lark(placeholders).parse(text))  # what `_Builder` makes instead of Lark's tree
    except UnexpectedInput:
        raise Refused from None
    mixed: list[Span] = []
    return Parsed(_freeze(root, mixed), tuple(sorted(mixed)))


class Cursor:
    """The parser's own automaton, moved on a token at a time.

    It follows Lark's table, but without Lark's driver, which would build values on the way.
    """

    def __init__(self) -> None:
        self.depth = 0
        self._stack = [_table().start_states["start"]]

    def expected(self) -> frozenset[str]:
        """Return the terminals that can stand next, `$END` among them."""
        return _expected(self._stack[-1], self.depth > 0)

    def feed(self, terminal: str) -> None:
        """Move on past one token, which `expected` must hold."""
        states, stack = _table().states, self._stack
        action, argument = states[stack[-1]][terminal]
        while action is Reduce:
            del stack[len(stack) - len(argument.expansion) :]
            stack.append(states[stack[-1]][argument.origin.name][1])
            action, argument = states[stack[-1]][terminal]
        stack.append(argument)
        self.depth += {"LPAR": 1, "RPAR": -1}.get(terminal, 0)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A group as it is reduced: nested as the text nests, not yet flat."""

    kind: type[And | Or]
    operands: tuple[_Operand, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """What stood in parentheses, and their place."""

    inner: Comparison | _Draft
    span: Span


_Operand: TypeAlias = "Comparison | _Draft | _Enclosed"


@v_args(inline=True)
class _Builder(Transformer[Token, _Operand]):
    def start(self, root: _Operand) -> _Operand:
        return root

    def disjunction(self, *operands: _Operand) -> _Draft:
        return _draft(Or, operands)

    def conjunction(self, *operands: _Operand) -> _Draft:
        return _draft(And, operands)

    def group(self, opening: Token, inner: _Operand, closing: Token) -> _Enclosed:
        assert opening.start_pos is not None and closing.end_pos is not None
        bare = inner.inner if isinstance(inner, _Enclosed) else inner
        return _Enclosed(bare, Span(opening.start_pos, closing.end_pos))

    def comparison(self, field: Token, operator: Token, literal: Token) -> Comparison:
        start, value_start, end = field.start_pos, literal.start_pos, literal.end_pos
        assert start is not None and value_start is not None and end is not None
        value: Value
        match literal.type:
            case "NUMBER":
                value = number_of(literal)
            case "PLACEHOLDER":
                value = Placeholder(literal[1:])
            case _:
                value = text_of(literal)
        return Comparison(str(field), operator.lower(), value, Span(start, end), Span(value_start, end))

    def placeholder(self, name: Token) -> Comparison:
        assert name.start_pos is not None and name.end_pos is not None
        span = Span(name.start_pos, name.end_pos)
        return Comparison("", "", Placeholder(name[1:]), span, span)


def _draft(kind: type[And | Or], operands: tuple[_Operand, ...]) -> _Draft:
    first, last = operands[0].span, operands[-1].span
    assert first is not None and last is not None
    return _Draft(kind, operands, Span(first.start, last.end))


def _freeze(root: _Operand, mixed: list[Span]) -> Node:
    """Make the drafts flat nodes. Operands of a group's own kind become its own, at any depth, in linear time."""
    bare = root.inner if isinstance(root, _Enclosed) else root
    if isinstance(bare, Comparison):
        return bare
    frames: list[tuple[_Draft, Iterator[_Operand], list[Node]]] = [(bare, iter(bare.operands), [])]
    while True:
        draft, rest, operands = frames[-1]
        for operand in rest:
            bare = operand.inner if isinstance(operand, _Enclosed) else operand
            if isinstance(bare, Comparison):
                operands.append(bare)
                continue
            if bare is operand and bare.kind is And:
                mixed.append(bare.span)
            inner = operands if bare.kind is draft.kind else []
            frames.append((bare, iter(bare.operands), inner))
            break
        else:
            frames.pop()
            outer = frames[-1][2] if frames else []
            if outer is operands:
                continue
            node = draft.kind(operands, draft.span)
            if not frames:
                return node
            outer.append(node)


@cache
def _lark(placeholders: bool = False) -> Lark:
    return Lark(
        grammar() + GRAMMAR * placeholders, parser="lalr", lexer="basic", g_regex_flags=ASCII, transformer=_Builder()
    )


@cache
def _table() -> ParseTableBase[int]:
    """The automaton: for each state and each symbol what to do."""
    return _lark().parse_interactive().parser_state.parse_conf.parse_table


@cache
def _expected(state: int, enclosed: bool) -> frozenset[str]:
    """The table offers `)` and the end behind any condition; whether one is open decides which of the two can be."""
    impossible = "$END" if enclosed else "RPAR"
    return frozenset(symbol for symbol in _table().states[state] if symbol.isupper() and symbol != impossible)
