"""Tree to text: the canonical text of a filter, and the only functions that write a literal.

`grammar/README.md` has the rules, with the reason for each. A value that no literal can hold is rejected
before it comes here, see `unsafe_character`. Nothing is escaped but a quote, which is doubled: the only escape that
means the same in every mode of the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from deltasib_query.errors import FilterUsageError
from deltasib_query.language.patterns import ESCAPED_WILDCARD
from deltasib_query.language.tree import And, Comparison, Node, Value
from deltasib_query.messages.message import Message

UNSAFE: Final = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no literal can hold: the backslash, whose meaning depends on a setting, controls, lone surrogates."""


def unsafe_character(value: str, *, pattern: bool = False) -> int | None:
    r"""Return the offset of the first character that a literal cannot hold, or None.

    In a `pattern` of `like` a backslash right before ``%`` or ``_`` is allowed.

    >>> unsafe_character("a\\b"), unsafe_character("50\\%", pattern=True)
    (1, None)
    """
    if value.isprintable() and "\\" not in value:  # quicker for most texts
        return None
    position = 0
    while found := UNSAFE.search(value, position):
        if not (pattern and ESCAPED_WILDCARD.match(value, found.start())):
            return found.start()
        position = found.end()
    return None


def quote(value: str) -> str:
    """Return the string literal of `value`, which holds no unsafe character.

    >>> quote("O'Reilly")
    "'O''Reilly'"
    """
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def literal(value: Value) -> str:
    """Return the literal of a text or a number. Raises `FilterUsageError` for anything else.

    >>> literal(100), literal("علی"), literal(Decimal("1E+3"))
    ('100', "'علی'", '1000')
    """
    if type(value) is str:
        return quote(value)
    if type(value) is Decimal and value.is_finite():
        return format(value, "f")
    if type(value) is int:
        return str(value)
    raise FilterUsageError(Message("usage.no-literal", type=type(value).__name__))


def render(tree: Node, literal: Callable[[Value], str] = literal) -> str:
    """Return the canonical text of a tree. `literal` writes the values.

    Single spaces, keywords in lower case, parentheses around every group but a top-level `and`: nobody's
    precedence matters then, not even that of a server that puts the filter behind an `and` of its own.

    >>> one, two = Comparison("User_Id", ">", 1), Comparison("Name", "=", "علی")
    >>> from deltasib_query.language.tree import Or
    >>> render(And([one, two]))
    "User_Id > 1 and Name = 'علی'"
    >>> render(Or([one, two]))
    "(User_Id > 1 or Name = 'علی')"
    """
    if isinstance(tree, Comparison):
        return _comparison(tree, literal)
    keyword, closing = (" and ", "") if isinstance(tree, And) else (" or ", ")")
    written = ["(" if closing else ""]
    rest, between = iter(tree.operands), ""
    outer: list[tuple[Iterator[Node], str, str]] = []
    while True:
        for operand in rest:
            written.append(between)
            between = keyword
            if isinstance(operand, Comparison):
                written.append(_comparison(operand, literal))
                continue
            outer.append((rest, keyword, closing))
            keyword, closing = " and " if isinstance(operand, And) else " or ", ")"
            written.append("(")
            rest, between = iter(operand.operands), ""
            break
        else:
            written.append(closing)
            if not outer:
                return "".join(written)
            rest, keyword, closing = outer.pop()
            between = keyword


def _comparison(leaf: Comparison, literal: Callable[[Value], str]) -> str:
    return f"{leaf._field} {leaf._operator} {literal(leaf._value)}"
