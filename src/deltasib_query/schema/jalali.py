"""Jalali dates, which people write and screens show, and the Gregorian ones that the database has for them."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol, TypeAlias

CONVERTED_YEARS: Final = range(1300, 1501)
"""In these years the leap years that are observed are those that programs compute."""

DOUBTFUL_YEARS: Final = range(1200, 1501)
"""Years of the Jalali calendar's present. As years of the Gregorian one they are older than any row."""


class PersiantoolsDate(Protocol):
    """A Jalali date or datetime of persiantools."""

    def to_gregorian(self) -> date:
        """Return the Gregorian one."""
        ...


class JdatetimeDate(Protocol):
    """A Jalali date or datetime of jdatetime."""

    def togregorian(self) -> date:
        """Return the Gregorian one."""
        ...


JalaliObject: TypeAlias = PersiantoolsDate | JdatetimeDate


def gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Jalali date. Raises `ValueError` for a date that there is not, or of another year.

    >>> gregorian(1399, 11, 12)
    datetime.date(2021, 1, 31)
    """
    from persiantools.jdatetime import JalaliDate  # few programs ever need it

    if year not in CONVERTED_YEARS:
        raise ValueError(f"a Jalali year is from {CONVERTED_YEARS[0]} to {CONVERTED_YEARS[-1]}")
    if not JalaliDate.check_date(year, month, day):
        raise ValueError("there is no such Jalali date")
    return JalaliDate(year, month, day).to_gregorian()


def as_gregorian(value: object) -> object:
    """Return the date or datetime of a Jalali one of jdatetime or persiantools; any other value as it is.

    >>> from persiantools.jdatetime import JalaliDate
    >>> as_gregorian(JalaliDate(1399, 11, 12)), as_gregorian("1399-11-12")
    (datetime.date(2021, 1, 31), '1399-11-12')
    """
    for method in ("togregorian", "to_gregorian"):
        convert = getattr(type(value), method, None)
        if callable(convert):
            day = convert(value)
            return day if isinstance(day, date) else value
    return value
