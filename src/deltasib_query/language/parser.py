"""Text to tree: the only module that knows Lark.

`grammar/filter.lark` is the one definition of the language. This module loads it, builds nodes while Lark
reduces, and flattens them. It judges; what is wrong with a text that it refuses is said by `diagnostics`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from re import ASCII
from typing import Final, TypeAlias, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput
from lark.lexer import PatternRE

from deltasib_query.errors import Span
from deltasib_query.language.tree import And, Comparison, Node, Or

MAX_DIGITS: Final = 65
"""Digits that MariaDB's DECIMAL holds; a number with more has no exact literal."""


class Refused(Exception):  # noqa: N818 - never leaves the package
    """The text is not a filter; `diagnostics` says why. Never leaves the package."""


@dataclass(frozen=True, slots=True)
class Parsed:
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
        root = cast("_Operand", _lark().parse(text))  # what `_Builder` makes instead of Lark's tree
    except UnexpectedInput:
        raise Refused from None
    mixed: list[Span] = []
    return Parsed(_freeze(root, mixed), tuple(sorted(mixed)))


def terminals() -> dict[str, str]:
    """The regular expressions of the language's tokens, by the grammar's names, to be matched with `re.ASCII`."""
    return {t.name: t.pattern.to_regexp() for t in _lark().terminals if isinstance(t.pattern, PatternRE)}


class Cursor:
    """The parser's own automaton, moved a token at a time: what may stand next, and moving on."""

    def __init__(self) -> None:
        self._state = _recogniser().parse_interactive()
        self._depth = 0

    def expected(self) -> frozenset[str]:
        """The terminals that can stand next, `$END` among them.

        The automaton's table offers `)` and the end after any complete condition; which of the two is
        possible is decided by the parentheses that are open.
        """
        impossible = "$END" if self._depth else "RPAR"
        choices: Mapping[str, object] = self._state.choices()  # type: ignore[no-untyped-call]
        return frozenset(terminal for terminal in choices if terminal.isupper() and terminal != impossible)

    def feed(self, terminal: str) -> None:
        """Move on past one token, which `expected` must hold."""
        self._state.feed_token(Token(terminal, ""))
        self._depth += {"LPAR": 1, "RPAR": -1}.get(terminal, 0)


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
        value = _number(literal) if literal.type == "NUMBER" else literal[1:-1].replace("''", "'")
        return Comparison(str(field), operator.lower(), value, Span(start, end), Span(value_start, end))


def _draft(kind: type[And | Or], operands: tuple[_Operand, ...]) -> _Draft:
    first, last = operands[0].span, operands[-1].span
    assert first is not None and last is not None
    return _Draft(kind, operands, Span(first.start, last.end))


def _number(text: str) -> int | Decimal:
    # Python refuses to make an int of thousands of digits; a Decimal takes them, and the checker refuses it.
    return Decimal(text) if "." in text or len(text) > MAX_DIGITS + 1 else int(text)


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
def _grammar() -> str:
    return files("deltasib_query.grammar").joinpath("filter.lark").read_text(encoding="utf-8")


@cache
def _lark() -> Lark:
    return Lark(_grammar(), parser="lalr", lexer="basic", g_regex_flags=ASCII, transformer=_Builder())


@cache
def _recogniser() -> Lark:
    return Lark(_grammar(), parser="lalr", lexer="basic", g_regex_flags=ASCII)
