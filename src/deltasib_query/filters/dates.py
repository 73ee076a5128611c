"""Date literals: which spellings a field takes, how they are written, and dates that look Jalali."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from deltasib_query.evaluation.kinds import ZERO_DATE
from deltasib_query.filters.jalali import CONVERTED_YEARS, DOUBTFUL_YEARS, gregorian, is_day
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.diagnosis.synonyms import ascii_number
from deltasib_query.messages.message import Message

_YEAR_MONTH_DAY: Final = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
_ACCEPTED_DAY: Final = re.compile(_YEAR_MONTH_DAY)
_ACCEPTED_MOMENT: Final = re.compile(_YEAR_MONTH_DAY + r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?")
"""The spellings that a field accepts."""
_TYPED: Final = re.compile(
    r"([0-9]{4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})"
    r"(?:(?:\s+|[Tt])([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.0+)?)?)?)?"
)
_TYPED_AS_DIGITS: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:(?:\s+|[Tt])?([0-9]{1,2}):?([0-9]{2})(?::?([0-9]{2}))?)?"
)
"""The spellings that are understood, and repaired: with separators and without, with a time of day and without."""
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,3}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}(?![0-9])")
_DATE, _DATETIME = Message("wanted.date"), Message("wanted.datetime")


def day(field: str, text: str, *, number: bool = False) -> str:
    """Return a day as ``YYYY-MM-DD``, or raise `ValueRejected`.

    field: its name, for messages.
    text: the day, in which ``/`` and ``.`` may separate the parts, and zeros in front may be missing.
    number: whether it was written without quotes.

    >>> day("VoucherDate", "2021/1/30")
    '2021-01-30'
    """
    return _normal(_ACCEPTED_DAY, field, _DATE, text, number)


def moment(field: str, text: str, *, number: bool = False) -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``, or raise `ValueRejected`: see `day`.

    >>> moment("CDT", "2021-01-30T8:15"), moment("CDT", "2021-01-30")
    ('2021-01-30 08:15:00', '2021-01-30')
    """
    return _normal(_ACCEPTED_MOMENT, field, _DATETIME, text, number)


def jalali_warning(text: str) -> ValueIssue | None:
    """Return the warning for a date that is probably Jalali, judging by its year, with the Gregorian date to write.

    The date may have any of the spellings that are understood, with a time or without.

    >>> jalali_warning("1399-11-11 08:00:00").suggestion, jalali_warning("13991111").suggestion
    ('2021-01-30 08:00:00', '2021-01-30')
    >>> jalali_warning("2021-01-30")
    """
    found = _written(text)
    time = _time_of(found) if found else None
    return None if found is None or time is None else _warning(found, time)


def _warning(found: re.Match[str], time: str) -> ValueIssue | None:
    year, month, of_month = map(int, found.group(1, 2, 3))
    if year not in DOUBTFUL_YEARS:
        return None
    typed = f"{year:04}-{month:02}-{of_month:02}{time}"
    if not is_day(year, month, of_month):
        return ValueIssue(Message("jalali-date.no-such-day", date=typed))
    if year not in CONVERTED_YEARS:
        return ValueIssue(Message("jalali-date.unconverted", date=typed))
    meant = gregorian(year, month, of_month).isoformat() + time
    return ValueIssue(Message("jalali-date", date=typed, gregorian=meant), meant, certain=False)


def _written(text: str) -> re.Match[str] | None:
    """Match the year, month, day, hour, minute and second of a text that is a date in any spelling."""
    plain = ascii_number(text.strip())
    return _TYPED.fullmatch(plain) or _TYPED_AS_DIGITS.fullmatch(plain)


def _normal(pattern: re.Pattern[str], field: str, wanted: Message, text: str, number: bool) -> str:
    """Return a day or moment as the database writes it; or raise `ValueRejected`, which says what is `wanted`."""
    found = _written(text)
    if not text:
        raise ValueRejected(Message("not-a-date.empty", field=field, wanted=wanted, zero=ZERO_DATE))
    if found is None:
        key = "not-a-date.short-year" if _SHORT_YEAR.match(ascii_number(text.strip())) else "not-a-date"
        raise ValueRejected(Message(key, field=field, wanted=wanted))
    time = _time_of(found)
    if time is None:
        raise ValueRejected(Message("not-a-date.time-of-day", given=repr(text)))
    at_midnight = not time.strip(" 0:")
    if pattern is _ACCEPTED_DAY and at_midnight:
        time = ""
    meant, warning = _gregorian_day(found), _warning(found, time)
    if meant is None:
        raise _wrong_date(Message("not-a-date.no-such-day", given=repr(text)), None, warning)
    if meant == ZERO_DATE and not at_midnight:
        raise ValueRejected(Message("not-a-date.no-moment", given=repr(text)))
    plain = found.string
    taken = pattern.fullmatch(plain) is not None
    if taken and plain == text:
        return meant + time
    if pattern is _ACCEPTED_DAY and time:  # no day is offered: it would lose the time
        reason = Message("not-a-date.with-time", field=field, wanted=wanted)
        raise _wrong_date(reason, None, warning and replace(warning, suggestion=None))
    certain = (taken or (number and len(plain) in {8, 14})) and len(plain) == len(text.strip())
    reason = Message("not-a-date", field=field, wanted=wanted)
    raise _wrong_date(reason, meant + time, warning, certain=certain)


def _time_of(found: re.Match[str]) -> str | None:
    """Return the time of day of a date, empty if it has none; None for a time such as 25:00."""
    clock = found.groups()[3:]
    if not any(clock):
        return ""
    hour, minute, second = (int(part or 0) for part in clock)
    return f" {hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def _gregorian_day(found: re.Match[str]) -> str | None:
    """Return the day that a date is in the Gregorian calendar, or the zero date; None for one such as 2021-02-30."""
    year, month, of_month = map(int, found.group(1, 2, 3))
    if year == month == of_month == 0:
        return ZERO_DATE
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        return None


def _wrong_date(
    reason: Message, meant: str | None, warning: ValueIssue | None, *, certain: bool = True
) -> ValueRejected:
    """Return the rejection of a date. For one that looks Jalali it offers the Gregorian date instead of `meant`."""
    if warning is None:
        return ValueRejected(reason, meant, certain=certain)
    reason = Message("not-a-date.jalali", reason=reason, warning=warning.reason)
    return ValueRejected(reason, warning.suggestion, certain=False, warning=warning)


def zero_warning(field: str, zero: str) -> ValueIssue:
    """Return the warning that a comparison also finds the rows without a date."""
    return ValueIssue(Message("zero-dates", field=field, zero=zero))
