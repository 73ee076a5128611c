"""The text of the grammar, its terminals, and the values of literals.

`grammar/filter.lark` defines the language. Its terminals are regular expressions, one to a line, so they can be read
without building a parser.
"""

from __future__ import annotations

import re
from decimal import Clamped, Context, Decimal, InvalidOperation, Rounded
from functools import cache
from typing import Final

MAX_DIGITS: Final = 65
"""The most digits of MariaDB's DECIMAL. A number with more has no exact literal."""
TOO_LARGE: Final[int] = 10**MAX_DIGITS
"""The smallest whole number with more digits than that."""

_DECIMAL: Final = Context(
    prec=MAX_DIGITS, Emin=0, Emax=MAX_DIGITS - 1, clamp=0, traps=[Rounded, Clamped, InvalidOperation]
)
"""Raises for every number that DECIMAL cannot hold exactly."""

BLANK: Final = "__IGNORE_0"
"""Lark's name for the blanks that are ignored between tokens."""

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
"""The terminal NUMBER without its look-ahead."""

FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The terminal FIELD."""

_TERMINAL: Final = re.compile(r"^(?:(\w+)(?:\.-?[0-9]+)?:|%ignore) /(.+)/(i?)$", re.MULTILINE)


@cache
def grammar() -> str:
    """Return the text of `filter.lark`."""
    from importlib.resources import files

    return files("deltasib_query.grammar").joinpath("filter.lark").read_text(encoding="utf-8")


@cache
def terminals() -> dict[str, str]:
    """Return the regular expression of each terminal by its name. They are meant for `re.ASCII`.

    >>> terminals()["FIELD"], terminals()["_AND"]
    ('[A-Za-z_][A-Za-z0-9_]*', '(?i:and(?![A-Za-z0-9_]))')
    """
    found = _TERMINAL.findall(grammar())
    return {name or BLANK: f"(?i:{expression})" if flag else expression for name, expression, flag in found}


@cache
def terminal_pattern(name: str) -> re.Pattern[str]:
    """Return the compiled expression of a terminal.

    >>> bool(terminal_pattern("NUMBER").match("12and")), bool(terminal_pattern("NUMBER").match("12 and"))
    (False, True)
    """
    return re.compile(terminals()[name], re.ASCII)


def text_of(literal: str) -> str:
    """Return the text of a string literal.

    >>> text_of("'O''Reilly'")
    "O'Reilly"
    """
    return literal[1:-1].replace("''", "'")


def number_of(literal: str) -> int | Decimal:
    """Return the number of a number literal.

    >>> number_of("007"), number_of("1.50")
    (7, Decimal('1.50'))
    """
    # Python cannot make an int of thousands of digits. A Decimal can have them, and the checker rejects it.
    return int(literal) if "." not in literal and len(literal) <= MAX_DIGITS + 1 else Decimal(literal)


def fits(number: int | Decimal) -> bool:
    """Return whether DECIMAL holds all digits of a finite number, before its point and behind it."""
    if isinstance(number, int):
        return abs(number) < TOO_LARGE
    try:
        _DECIMAL.plus(number)
    except (Rounded, Clamped, InvalidOperation):
        return False
    return True
