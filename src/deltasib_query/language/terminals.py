"""The grammar's own text, its terminals, and what their literals stand for.

`grammar/filter.lark` is the one definition of the language. Its terminals are regular expressions, one to a line, so
they are read from it without building a parser.
"""

from __future__ import annotations

import re
from decimal import Clamped, Context, Decimal, InvalidOperation, Rounded
from functools import cache
from typing import Final

MAX_DIGITS: Final = 65
"""Digits that MariaDB's DECIMAL holds; a number with more has no exact literal."""
TOO_LARGE: Final[int] = 10**MAX_DIGITS
"""The smallest whole number that DECIMAL has no room for."""

_DECIMAL: Final = Context(
    prec=MAX_DIGITS, Emin=0, Emax=MAX_DIGITS - 1, clamp=0, traps=[Rounded, Clamped, InvalidOperation]
)
"""The numbers that DECIMAL holds; any other is an error of this context."""

BLANK: Final = "__IGNORE_0"
"""Lark's name for what may stand between tokens."""

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
"""A number as the terminal of this name has it, whatever follows it."""

FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""A name as the terminal of this name has it."""

_TERMINAL: Final = re.compile(r"^(?:(\w+)(?:\.-?[0-9]+)?:|%ignore) /(.+)/(i?)$", re.MULTILINE)


@cache
def grammar() -> str:
    """Return the text of `filter.lark`."""
    from importlib.resources import files

    return files("deltasib_query.grammar").joinpath("filter.lark").read_text(encoding="utf-8")


@cache
def terminals() -> dict[str, str]:
    """Return the regular expressions of the language's tokens by the grammar's names, to be matched with `re.ASCII`.

    >>> terminals()["FIELD"], terminals()["_AND"]
    ('[A-Za-z_][A-Za-z0-9_]*', '(?i:and(?![A-Za-z0-9_]))')
    """
    found = _TERMINAL.findall(grammar())
    return {name or BLANK: f"(?i:{expression})" if flag else expression for name, expression, flag in found}


@cache
def terminal_pattern(name: str) -> re.Pattern[str]:
    """Return the compiled expression of one terminal.

    >>> bool(terminal_pattern("NUMBER").match("12and")), bool(terminal_pattern("NUMBER").match("12 and"))
    (False, True)
    """
    return re.compile(terminals()[name], re.ASCII)


def text_of(literal: str) -> str:
    """Return the text that a string literal stands for.

    >>> text_of("'O''Reilly'")
    "O'Reilly"
    """
    text = literal[1:-1]
    return text.replace("''", "'") if "'" in text else text


def number_of(literal: str) -> int | Decimal:
    """Return the number that a literal stands for.

    >>> number_of("007"), number_of("1.50")
    (7, Decimal('1.50'))
    """
    # Python refuses to make an int of thousands of digits; a Decimal takes them, and the checker refuses it.
    return int(literal) if "." not in literal and len(literal) <= MAX_DIGITS + 1 else Decimal(literal)


def fits(number: int | Decimal) -> bool:
    """Whether the database's DECIMAL has room for all digits of a finite number, before its point and behind it."""
    if isinstance(number, int):
        return abs(number) < TOO_LARGE
    try:
        _DECIMAL.plus(number)
    except (Rounded, Clamped, InvalidOperation):
        return False
    return True
