"""How large a filter may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deltasib_query.language.tree import Node, comparisons
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

_TEXT_OR_PARENTHESIS: Final = re.compile(r"'[^']*(?:'|\Z)|[()]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a typed filter may be. None lifts a single limit.

    text: the most bytes of the text in UTF-8.
    depth: the most parentheses within one another. MariaDB fails at 666 [measured].
    comparisons: the most comparisons.

    >>> Limits(depth=2).depth
    2
    """

    text: int | None = 8192
    depth: int | None = 32
    comparisons: int | None = 500


def too_long(text: str, limits: Limits) -> bool:
    """Return whether a text has more bytes than the limits allow.

    >>> too_long("علی", Limits(text=5))
    True
    """
    return limits.text is not None and utf8_size(text) > limits.text


def utf8_size(text: str) -> int:
    """Return the number of bytes of a text in UTF-8, half surrogate pairs included."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def check_text(text: str, limits: Limits) -> Problem | None:
    """Return the problem of a text that is too long or nested too deeply to be parsed; None for any other.

    Time is linear in its length.

    >>> check_text("((User_Id = 1))", Limits(depth=1)).span
    Span(start=1, end=2)
    """
    if too_long(text, limits):
        assert limits.text is not None
        return Problem(Message("text-too-long", size=utf8_size(text), most=limits.text), Span(0, len(text)))
    if limits.depth is None:
        return None
    depth = 0
    for found in _TEXT_OR_PARENTHESIS.finditer(text):
        if found[0] == "(":
            depth += 1
            if depth > limits.depth:
                return Problem(Message("too-deep", most=limits.depth), Span(*found.span()))
        elif found[0] == ")":
            depth -= 1
    return None


def check_count(tree: Node, limits: Limits) -> Problem | None:
    """Return the problem of a tree with too many comparisons, with the span of the first one too many; else None.

    >>> from deltasib_query.language.tree import And, Comparison
    >>> one = Comparison("User_Id", "=", 1)
    >>> check_count(And([one, one]), Limits(comparisons=1)).code
    'too-many-comparisons'
    """
    if limits.comparisons is None:
        return None
    for count, comparison in enumerate(comparisons(tree), start=1):
        if count > limits.comparisons:
            reason = Message("too-many-comparisons", most=limits.comparisons)
            return Problem(reason, comparison.span or Span(0, 0))
    return None
