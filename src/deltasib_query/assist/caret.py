"""Where the caret stands in a text: the token that it touches, and what the grammar takes there.

The tokens before the caret move the automaton of `diagnosis`. A token that may still grow does not, because nobody
knows yet what it will be: `or` may become `order`, and `<` become `<=`.

A text that is being typed is mostly broken somewhere. What the grammar does not take is passed over, and `and`, `or`
or an opening parenthesis starts a new condition whatever stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from deltasib_query.language.diagnosis.automaton import Automaton
from deltasib_query.language.diagnosis.literals import RUN
from deltasib_query.language.diagnosis.synonyms import CONNECTIVES, OPERATORS
from deltasib_query.problems import Span


class Token(NamedTuple):
    """A token of a text: a terminal of the grammar, or what somebody typed in the place of one."""

    terminal: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Caret:
    """The caret in a text, with all that decides what can be written there.

    span: what a completion replaces: the token under the caret, or nothing.
    typed: what of that token stands before the caret, without its quotes.
    quoted: whether the caret is inside quotes.
    closed: whether the token under the caret has its closing quote.
    expected: the terminals that can stand there.
    field, operator: those of the current comparison, as they were typed; a known synonym counts as the operator.
    depth: how many parentheses are open there.
    closable: whether the text behind leaves one of them open.
    connectives: how many `and` and `or` the text has, without the token under the caret.
    """

    span: Span
    typed: str
    quoted: bool
    closed: bool
    expected: frozenset[str]
    field: str
    operator: str
    depth: int
    closable: bool
    connectives: int


_TOKEN: Final = re.compile(
    rf"(?P<WORD>{RUN.pattern})|(?P<OPERATOR>[=<>!≠≤≥]+)|(?P<STRING>'[^']*(?:''[^']*)*+'?)|(?P<LPAR>\()|(?P<RPAR>\))"
    r"|(?P<SIGN>[&|]+)"
)
"""The tokens of the grammar, and what is typed in their place: other operators, bare words, texts without an end."""
_KEYWORDS: Final = {"and": "_AND", "or": "_OR", "like": "LIKE"}
_CONNECTIVES: Final = {"_AND", "_OR"}
_ANEW: Final = {*_CONNECTIVES, "LPAR"}
"""What starts a condition, whatever stands before it."""
_VALUES: Final = frozenset({"STRING", "NUMBER"})
_WHOLE: Final = {"=", "<>", "<=", ">=", "(", ")"}
"""Signs that no further character makes another token of."""
_REST_OF_A_WORD: Final = re.compile(r"(?:[^\s'()]|'')*'?")


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of a text from a position on: those of the grammar for a filter, and a guess for any other text.

    >>> [token.terminal for token in tokens("Name = 'ali' and User_Id > 5")]
    ['FIELD', 'OPERATOR', 'STRING', '_AND', 'FIELD', 'OPERATOR', 'NUMBER']
    """
    for found in _TOKEN.finditer(text, start):
        kind = found.lastgroup or ""
        if kind in {"WORD", "SIGN"}:
            word = found[0].lower()
            word = CONNECTIVES.get(word, word)
            kind = _KEYWORDS.get(word) or ("NUMBER" if word[0] in "+-0123456789" else "FIELD")
        yield Token(kind, *found.span())


def read_caret(text: str, offset: int) -> Caret:
    """Return the caret at an offset of a text. Takes any text; time is linear in its length.

    >>> caret = read_caret("(Name = 'ali' an", 16)
    >>> caret.span, caret.typed, sorted(caret.expected)
    (Span(start=14, end=16), 'an', ['RPAR', '_AND', '_OR'])
    """
    automaton = Automaton()
    field = operator = ""
    connectives = 0
    token = None
    for token in tokens(text):
        if token.end > offset or (token.end == offset and _may_grow(token, text)):
            break
        terminal = _taken_as(token, automaton)
        connectives += terminal in _CONNECTIVES
        if terminal not in automaton.expected() and terminal not in _ANEW:
            continue
        automaton.feed(terminal)
        if terminal == "FIELD":
            field, operator = text[token.start : token.end], ""
        elif terminal in {"OPERATOR", "LIKE"}:
            written = text[token.start : token.end].lower()
            operator = OPERATORS.get(written, written)
    else:
        token = None
    expected = automaton.expected()
    span, typed, quoted, closed = Span(offset, offset), "", False, False
    if token and (token.start < offset or _is_replaced(token, automaton)):
        end = token.end
        quoted = token.terminal == "STRING" and token.start < offset
        if token.terminal == "STRING":
            end, closed = _end_of_text(text, token, offset, automaton)
        span = Span(min(token.start, offset), end)
        typed = text[token.start : offset]
        if quoted:
            typed = typed[1:].replace("''", "'")
            expected &= _VALUES
    unopened, behind = _behind(text, span.end)
    return Caret(
        span, typed, quoted, closed, expected, field, operator, automaton.depth, automaton.depth > unopened,
        connectives + behind,
    )  # fmt: skip


def _may_grow(token: Token, text: str) -> bool:
    """Say whether the next character may make another token of a token."""
    written = text[token.start : token.end]
    return not _is_closed(written) if token.terminal == "STRING" else written not in _WHOLE


def _is_closed(quoted: str) -> bool:
    return quoted.count("'") % 2 == 0


def _taken_as(token: Token, automaton: Automaton) -> str:
    """Return the terminal that a token stands for: a word in the place of a value is a text without its quotes."""
    expected = automaton.expected()
    return "STRING" if token.terminal == "FIELD" and "STRING" in expected else token.terminal


def _is_replaced(token: Token, automaton: Automaton) -> bool:
    """Say whether a completion replaces the token behind the caret.

    In front of a field there is room for another condition, but not for a second operator or value in front of one.
    """
    expected = automaton.expected()
    return not expected.isdisjoint({"OPERATOR", "STRING"}) and _taken_as(token, automaton) in expected


def _end_of_text(text: str, token: Token, offset: int, automaton: Automaton) -> tuple[int, bool]:
    """Return where the quoted text under the caret ends, and whether a quote closes it.

    In `Name = 'a| and Family = 'x'` the next quote opens another text, as the grammar tells: no `x` can stand behind a
    value. Such a text ends with the word that the caret is in.
    """
    if _is_closed(text[token.start : token.end]):
        following = next(tokens(text, token.end), None)
        behind = Automaton()
        behind.depth = automaton.depth
        behind.feed("STRING")
        if following is None or following.terminal in behind.expected():
            return token.end, True
    word = _REST_OF_A_WORD.match(text, max(offset, token.start + 1))
    assert word is not None  # it matches the empty text, too
    return word.end(), _is_closed(text[token.start : word.end()])


def _behind(text: str, start: int) -> tuple[int, int]:
    """Return how many parentheses of the text from `start` on are closed but not opened there, and its connectives."""
    unopened = opened = connectives = 0
    for token in tokens(text, start):
        if token.terminal in _CONNECTIVES:
            connectives += 1
        elif token.terminal == "LPAR":
            opened += 1
        elif token.terminal == "RPAR" and opened:
            opened -= 1
        elif token.terminal == "RPAR":
            unopened += 1
    return unopened, connectives
