"""Values: what a literal may hold for each kind of field, and what is seldom meant by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import index
from typing import Final

from deltasib_query.evaluation.kinds import ZERO_DATE
from deltasib_query.filters.jalali import DOUBTFUL_YEARS, gregorian, is_day
from deltasib_query.language.diagnosis.synonyms import ascii_number
from deltasib_query.language.excerpts import name
from deltasib_query.language.terminals import MAX_DIGITS, NUMBER, fits, number_of
from deltasib_query.language.tree import Value

_WEIGHTLESS: Final = re.compile(
    "[\u0640\u06de\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f\uff9e\uff9f]"
)
"""What some collation of MariaDB ignores, beside marks, controls and format characters [measured]."""


@dataclass(frozen=True, slots=True)
class ValueIssue:
    """What a field says of a value: refused, or doubtful.

    `suggestion` is a value that would do, with `operator` if that has to change, too.
    """

    code: str
    message: str
    suggestion: Value | None = None
    certain: bool = True
    offset: int | None = None
    operator: str | None = None


class ValueRejected(Exception):  # noqa: N818 - never leaves the package
    """A field does not take a value: `issue` says why, and `warning` what is doubtful about it besides."""

    def __init__(
        self,
        code: str,
        message: str,
        suggestion: Value | None = None,
        *,
        certain: bool = True,
        offset: int | None = None,
        warning: ValueIssue | None = None,
    ) -> None:
        super().__init__(code)
        self.issue = ValueIssue(code, message, suggestion, certain, offset)
        self.warning = warning


_DATE: Final = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
_DAY: Final = re.compile(_DATE)
_MOMENT: Final = re.compile(_DATE + r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?")
_WRITTEN: Final = re.compile(
    r"([0-9]{4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})"
    r"(?:(?:\s+|[Tt])([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.0+)?)?)?)?"
)
_DIGITS: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:(?:\s+|[Tt])?([0-9]{1,2}):?([0-9]{2})(?::?([0-9]{2}))?)?"
)
"""All ways in which people write a date, with or without a time of day; the second is without separators."""
_COMMAS: Final = str.maketrans("،٬，", ",,,")
_PERSIAN: Final = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک"}
_OTHER_PERCENT: Final = re.compile("[٪％]")
_OTHER_WILDCARD: Final = re.compile("[*＊٪％]")
_OTHER_WILDCARD_AT_AN_END: Final = re.compile(r"^[*＊٪％]|[*＊٪％]\Z")
THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
"""A number with thousands commas."""


def whole_number(value: object) -> int | None:
    """Return the int that a value is; None where it is no whole number.

    Whatever has ``__index__`` is one, such as the integers of numpy, but for a bool.

    >>> whole_number(5), whole_number(True), whole_number(5.0)
    (5, None, None)
    """
    if isinstance(value, int):
        return None if isinstance(value, bool) else int.__int__(value)
    try:
        return index(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    except Exception:  # of a class of somebody's own, whatever its method raises
        return None


def number_in(name: str, text: str) -> int | Decimal:
    """Return the number that a text is, which the database takes as if it were not quoted; or raise `ValueRejected`."""
    if NUMBER.fullmatch(text):
        return number_of(text)
    typed = text.strip()
    digits = ascii_number(typed).translate(_COMMAS)
    marked = len(digits) < len(typed)
    digits = digits.replace(",", "") if THOUSANDS.fullmatch(digits) else digits
    meant = number_of(digits) if NUMBER.fullmatch(digits) and len(digits) <= MAX_DIGITS else None
    message = f"{name} is a number, this text is not: the database would take what it starts with, or 0"
    raise ValueRejected("not-a-number", message, meant, certain=not marked)


def exact_number(number: int | Decimal) -> int | Decimal:
    """Return the number, zero without a sign; or raise `ValueRejected` for one that no literal holds."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueRejected("not-a-number", f"{number} is not a number that the language has")
    if not fits(number):
        raise ValueRejected("number-too-long", f"a number has at most {MAX_DIGITS} digits")
    return number.copy_abs() if isinstance(number, Decimal) and not number else number


def day(name: str, text: str, *, number: bool = False) -> str:
    """Return a day as ``YYYY-MM-DD``, or raise `ValueRejected`. Other separators, which mean the same, are accepted.

    `number` says that it was written without quotes.

    >>> day("VoucherDate", "2021/1/30")
    '2021-01-30'
    """
    return _dated(_DAY, f"{name} takes a date 'YYYY-MM-DD'", text, number)


def moment(name: str, text: str, *, number: bool = False) -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``; or raise `ValueRejected`.

    >>> moment("CDT", "2021-01-30T8:15"), moment("CDT", "2021-01-30")
    ('2021-01-30 08:15:00', '2021-01-30')
    """
    return _dated(_MOMENT, f"{name} takes a datetime 'YYYY-MM-DD HH:MM:SS'", text, number)


def jalali_warning(text: str) -> ValueIssue | None:
    """Doubt a date whose year is one of the Jalali calendar's present, and offer the Gregorian date for it.

    The date may be written in any way that people use, with a time or without.

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
    said, suggestion = "looks like a Jalali date", None
    if not is_day(year, month, of_month):
        said = "has the year of a Jalali date, but the Jalali calendar has no such day"
    with suppress(ValueError):
        suggestion = gregorian(year, month, of_month).isoformat() + time
        said += f", {suggestion} in the Gregorian calendar"
    where = "the database has Gregorian dates, also where a screen shows Jalali ones"
    text = f"{year:04}-{month:02}-{of_month:02}{time}"
    return ValueIssue("jalali-date", f"{text} {said}; {where}", suggestion, certain=False)


def _written(text: str) -> re.Match[str] | None:
    """The year, month, day, hour, minute and second of a text that is a date in some notation."""
    plain = ascii_number(text.strip())
    return _WRITTEN.fullmatch(plain) or _DIGITS.fullmatch(plain)


def _dated(pattern: re.Pattern[str], rule: str, text: str, number: bool) -> str:
    """The day or moment that a text is, in the form that the database has; or raise `ValueRejected`."""
    found = _written(text)
    if found is None:
        hint = "" if text else f"; where none is set there is '{ZERO_DATE}'"
        raise ValueRejected("not-a-date", rule + hint)
    time = _time_of(found)
    if time is None:
        raise ValueRejected("not-a-date", f"{text!r} has no time of day")
    at_midnight = not time.strip(" 0:")
    if pattern is _DAY and at_midnight:
        time = ""
    meant, warning = _gregorian_day(found), _warning(found, time)
    if meant is None:
        raise _wrong_date(f"{text!r} is no day of the Gregorian calendar", None, warning)
    if meant == ZERO_DATE and not at_midnight:
        raise ValueRejected("not-a-date", f"{text!r} is neither a moment nor the zero date")
    plain = found.string
    taken = pattern.fullmatch(plain) is not None
    if taken and plain == text:
        return meant + time
    if pattern is _DAY and time:  # what is offered keeps the time
        raise _wrong_date(f"{rule}, without a time", None, warning and replace(warning, suggestion=None))
    certain = (taken or (number and len(plain) in {8, 14})) and len(plain) == len(text.strip())
    raise _wrong_date(rule, meant + time, warning, certain=certain)


def _time_of(found: re.Match[str]) -> str | None:
    """The time of day behind a date, empty if there is none; None for a time that no day has."""
    clock = found.groups()[3:]
    if not any(clock):
        return ""
    hour, minute, second = (int(part or 0) for part in clock)
    return f" {hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def _gregorian_day(found: re.Match[str]) -> str | None:
    """What the database takes a date for; None if it is no day."""
    year, month, of_month = map(int, found.group(1, 2, 3))
    if year == month == of_month == 0:
        return ZERO_DATE
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        return None


def _wrong_date(message: str, meant: str | None, warning: ValueIssue | None, *, certain: bool = True) -> ValueRejected:
    """The refusal of a date; what is offered for one that looks like a Jalali date is the Gregorian one."""
    if warning is None:
        return ValueRejected("not-a-date", message, meant, certain=certain)
    return ValueRejected(
        "not-a-date", f"{message}; {warning.message}", warning.suggestion, certain=False, warning=warning
    )


def number_for_text(message: str, written: str, *, certain: bool) -> ValueRejected:
    """Return the refusal of a number for a text; what was typed, if it was, is the text that was meant."""
    meant = written if NUMBER.fullmatch(written) else None
    return ValueRejected("number-for-text", message, meant, certain=certain)


def zero_warning(name: str, zero: str) -> ValueIssue:
    """Say that a comparison also finds the rows without a date."""
    message = f"< and <= also find the rows without a date, which have {zero}: `and {name} > '{zero}'` keeps them out"
    return ValueIssue("zero-dates", message)


def arabic_warnings(text: str) -> Iterator[ValueIssue]:
    """Doubt the Arabic letters that Persian keyboards do not have: to the database they are others [measured].

    >>> [warning.suggestion for word in ("علي", "علی") for warning in arabic_warnings(word)]
    ['علی']
    """
    persian = text.translate(_PERSIAN)
    if persian == text:
        return
    arabic = next(letter for letter in text if ord(letter) in _PERSIAN)
    letters = f"{name(arabic)} is another letter than {name(_PERSIAN[ord(arabic)])}"
    message = f"{letters}, which most Persian text has: rows in the other spelling are not found"
    yield ValueIssue("arabic-letter", message, persian, certain=False)


def pattern_warnings(pattern: str) -> Iterator[ValueIssue]:
    """Doubt a pattern of `like` that has no wildcard, one in front, or another sign for one."""
    front, wildcard, _ = re.split(r"([%_]|\Z)", re.sub(r"\\[%_]", "-", pattern), maxsplit=1)
    signs = _OTHER_PERCENT if wildcard else _OTHER_WILDCARD
    other = signs.search(pattern)
    if other is not None:
        yield ValueIssue("other-wildcard", f"{_no_wildcard(other)}: % is", signs.sub("%", pattern), certain=False)
    elif not wildcard:
        yield ValueIssue("no-wildcard", "`like` without % or _ is a stricter `=`: it minds spaces at the end")
    if wildcard and not any(map(_has_weight, front)):
        yield ValueIssue("leading-wildcard", "`like` with a wildcard in front reads the whole table")


def _has_weight(character: str) -> bool:
    """Say whether every collation of MariaDB gives a character a weight, by which an index can find it."""
    return unicodedata.category(character)[0] not in "CM" and not _WEIGHTLESS.match(character)


def equality_warnings(operator: str, text: str) -> Iterator[ValueIssue]:
    """Doubt a text behind `=` or `<>` that looks like a pattern.

    >>> [warning.suggestion for text in ("ali%", "ali") for warning in equality_warnings("=", text)]
    ['ali%']
    """
    other = _OTHER_WILDCARD_AT_AN_END.search(text)
    if other is None and "%" not in text:
        return
    message = f"`{operator}` takes % for itself: `like` is what searches"
    if other is not None:
        message = f"{_no_wildcard(other)}: % is, and `like` is what searches"
    meant = _OTHER_WILDCARD_AT_AN_END.sub("%", text.replace("_", r"\_")) if operator == "=" else None
    yield ValueIssue("wildcard-without-like", message, meant, certain=False, operator="like")


def _no_wildcard(sign: re.Match[str]) -> str:
    return f"{name(sign[0])} is no wildcard"
