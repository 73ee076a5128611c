"""Jalali dates, which people type and screens show, as the Gregorian dates that the database holds."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol, TypeAlias

from deltasib_query.messages.message import DeltasibQueryError, Message

CONVERTED_YEARS: Final = range(1300, 1501)
"""Years in which the computed leap years are the observed ones, so that a date can be converted."""

DOUBTFUL_YEARS: Final = range(1200, 1501)
"""Years that are probably Jalali: no row is old enough for the Gregorian ones."""


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
    """Return the Gregorian day of a Jalali date.

    Raises `ValueError` for a day that does not exist, or is not of the `CONVERTED_YEARS`.

    >>> gregorian(1399, 11, 12)
    datetime.date(2021, 1, 31)
    """
    from persiantools.jdatetime import JalaliDate  # imported when it is needed, since few programs need it

    if year not in CONVERTED_YEARS:
        raise ValueError(f"a Jalali year is from {CONVERTED_YEARS[0]} to {CONVERTED_YEARS[-1]}")
    if not is_day(year, month, day):
        raise ValueError("there is no such Jalali date")
    return JalaliDate(year, month, day).to_gregorian()


def jalali(day: date) -> tuple[int, int, int] | None:
    """Return the Jalali year, month and day of a Gregorian day; None outside of the `CONVERTED_YEARS`.

    >>> jalali(date(2021, 1, 31)), jalali(date(1399, 11, 12))
    ((1399, 11, 12), None)
    """
    from persiantools.jdatetime import JalaliDate

    if day.year - 621 not in CONVERTED_YEARS and day.year - 622 not in CONVERTED_YEARS:
        return None  # persiantools raises for some years
    found = JalaliDate.to_jalali(day)
    return (found.year, found.month, found.day) if found.year in CONVERTED_YEARS else None


def is_day(year: int, month: int, day: int) -> bool:
    """Return whether a Jalali date exists. Outside of `CONVERTED_YEARS` any year counts as a leap year.

    >>> is_day(1399, 12, 30), is_day(1398, 12, 30), is_day(1399, 13, 1)
    (True, False, False)
    """
    from persiantools.jdatetime import JalaliDate

    if year in CONVERTED_YEARS:
        return JalaliDate.check_date(year, month, day)
    return 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)


class ConversionError(DeltasibQueryError):
    """The method of a Jalali date that should convert it raised an exception."""


def as_gregorian(value: object) -> object:
    """Return the Gregorian date or datetime for one of jdatetime or persiantools, and any other value as it is.

    A `date` is Gregorian, whatever methods its class has. Raises `ConversionError` if the conversion fails.

    >>> from persiantools.jdatetime import JalaliDate
    >>> as_gregorian(JalaliDate(1399, 11, 12)), as_gregorian("1399-11-12")
    (datetime.date(2021, 1, 31), '1399-11-12')
    """
    if isinstance(value, date):
        return value
    for method in ("togregorian", "to_gregorian"):
        convert = getattr(type(value), method, None)
        if callable(convert):
            try:
                day = convert(value)
            except Exception as error:
                kind, raised = type(value).__name__, type(error).__name__
                raise ConversionError(
                    Message("wrong-type.conversion", method=method, type=kind, error=raised)
                ) from error
            return day if isinstance(day, date) else value
    return value
