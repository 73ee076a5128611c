"""The kinds of values, and how the database compares each. Measured on MariaDB 10.11.

Texts are compared by `collation`. ``=`` ignores spaces at their end, `like` does not. Dates are compared as texts of
the form ``YYYY-MM-DD``, so that zero dates are ordered as in the database.
"""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from numbers import Number
from typing import Final, Literal, TypeAlias

from deltasib_query.evaluation.collation import like_key
from deltasib_query.language.patterns import parts_matcher, signs, unescape_like

Kind: TypeAlias = Literal["text", "number", "date", "datetime"]
"""How the database compares a field."""

ZERO_DATE: Final = "0000-00-00"
ZERO_DATETIME: Final = "0000-00-00 00:00:00"
HELD: Final = "_held"
"""The attribute in which a record keeps, by name, values of the row that the database has otherwise: both values."""


@lru_cache(maxsize=256)
def like_matcher(pattern: str) -> re.Pattern[str]:
    r"""Return the regular expression for a pattern of ``like``. It must match the whole `like_key` of a text.

    >>> bool(like_matcher("a_i%").fullmatch("ali reza")), bool(like_matcher(r"50\%").fullmatch("505"))
    (True, False)
    """
    parts: list[str] = [""]
    for sign in signs(pattern):
        if sign == "%":
            parts.append("")
        else:
            parts[-1] += "." if sign == "_" else re.escape(like_key(unescape_like(sign)))
    return parts_matcher(parts)


def whole_datetime(text: str) -> str:
    """Return a datetime literal with a time. A day without one means midnight.

    >>> whole_datetime("2021-01-30")
    '2021-01-30 00:00:00'
    """
    return text if len(text) > 10 else f"{text} 00:00:00"


def stored_text(value: object) -> str:
    """Return the text that the database holds for a value: Yes or No for a bool, a moment to the second.

    Raises `TypeError` for a value that no column holds, such as NaN and NaT, which pandas has for NULL.

    >>> stored_text(True), stored_text(datetime(2021, 1, 30, 8, 15, 0, 500)), stored_text(150)
    ('Yes', '2021-01-30 08:15:00', '150')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        if not is_missing(value):
            return datetime.isoformat(value, " ")[:19]
    elif isinstance(value, date):
        return date.isoformat(value)
    if is_bool(value):
        return "Yes" if value else "No"
    if isinstance(value, Number) and value == value:
        return str(value)
    raise TypeError(f"{value!r} is no value of a column: NULL is None")


def is_bool(value: object) -> bool:
    """Return whether a value is a bool of Python or numpy.

    >>> is_bool(True), is_bool(1)
    (True, False)
    """
    numpy = sys.modules.get("numpy")  # if it is not imported, no value is of its types
    return isinstance(value, bool) or (numpy is not None and isinstance(value, numpy.bool_))


def is_missing(value: object) -> bool:
    """Return whether a value is None, or NaT or NA of pandas.

    >>> is_missing(None), is_missing("")
    (True, False)
    """
    return type(value).__name__ in {"NoneType", "NaTType", "NAType"}


def same_kind(value: float | Decimal, number: int | Decimal) -> tuple[float | Decimal, float | Decimal]:
    """Return a stored number and the number of a literal as they are compared: with a float, as two floats.

    >>> same_kind(0.1, Decimal("0.1")), same_kind(5, Decimal("5.0"))
    ((0.1, 0.1), (5, Decimal('5.0')))
    """
    return (value, float(number)) if isinstance(value, float) else (value, number)
