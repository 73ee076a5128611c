"""Persian dates: the day that a Jalali date is in the Gregorian calendar."""

from __future__ import annotations

from datetime import date
from typing import Final

FIRST_YEAR: Final = 1178
LAST_YEAR: Final = 1500
"""In these years the leap years that are observed are those of the cycle of 33 years."""

_NEW_YEAR_1400: Final = date(2021, 3, 21).toordinal()


def gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Jalali date. Raises `ValueError` for a date that there is not.

    >>> gregorian(1399, 11, 12)
    datetime.date(2021, 1, 31)
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"a Jalali year is from {FIRST_YEAR} to {LAST_YEAR}")
    first, following = _new_year(year), _new_year(year + 1)
    before = 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6  # six months of 31 days, then of 30
    length = 31 if month <= 6 else 30 if month <= 11 else following - first - 336
    if not (1 <= month <= 12 and 1 <= day <= length):
        raise ValueError("there is no such Jalali date")
    return date.fromordinal(first + before + day - 1)


def _new_year(year: int) -> int:
    """The number of the year's first day: eight leap years in 33."""
    return _NEW_YEAR_1400 + 365 * (year - 1400) + (8 * year + 21) // 33 - (8 * 1400 + 21) // 33
