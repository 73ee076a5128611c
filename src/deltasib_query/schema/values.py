"""Values: what a literal may hold for each kind of field, and what is seldom meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from deltasib_query.backends.semantics import ZERO_DATE
from deltasib_query.language.spelling import ascii_number
from deltasib_query.language.terminals import MAX_DIGITS, NUMBER, number_of
from deltasib_query.language.tree import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """What a field says of a value: refused, or doubtful. `suggestion` is a value that would do."""

    code: str
    message: str
    suggestion: Value | None = None
    certain: bool = True
    offset: int | None = None


class Refusal(Exception):  # noqa: N818 - never leaves the package
    """A field does not take a value."""

    def __init__(
        self,
        code: str,
        message: str,
        suggestion: Value | None = None,
        *,
        certain: bool = True,
        offset: int | None = None,
    ) -> None:
        super().__init__(code)
        self.finding = Finding(code, message, suggestion, certain, offset)


_DAY: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_MOMENT: Final = re.compile(r"(\S+)[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_COMMAS: Final = str.maketrans("،٬", ",,")
THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
"""A number with thousands commas."""


def number_in(name: str, text: str) -> int | Decimal:
    """Return the number that is quoted, which counts for the database as if it were not; or raise `Refusal`."""
    if NUMBER.fullmatch(text):
        return number_of(text)
    digits = ascii_number(text.strip()).translate(_COMMAS)
    digits = digits.replace(",", "") if THOUSANDS.fullmatch(digits) else digits
    meant = number_of(digits) if NUMBER.fullmatch(digits) and len(digits) <= MAX_DIGITS else None
    message = f"{name} is a number, this text is not: the database would take what it starts with, or 0"
    raise Refusal("not-a-number", message, meant)


def exact_number(number: int | Decimal) -> int | Decimal:
    """Return the number, zero without a sign; or raise `Refusal` for one that no literal holds."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise Refusal("not-a-number", f"{number} is not a number that the language has")
    if _digits(number) > MAX_DIGITS:
        raise Refusal("number-too-long", f"a number has at most {MAX_DIGITS} digits")
    return number or (abs(number) if isinstance(number, int) else number.copy_abs())


def _digits(number: int | Decimal) -> int:
    if isinstance(number, int):
        return MAX_DIGITS + 1 if abs(number) >= 10**MAX_DIGITS else 1
    _sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + max(exponent, 0), 1 - exponent)


def day(name: str, text: str) -> str:
    """The day as ``YYYY-MM-DD``. Other separators mean the same to the database, so they are taken."""
    found = _DAY.fullmatch(text)
    if found is None:
        meant = ascii_number(text.strip())
        suggestion = day(name, meant) if meant != text and _DAY.fullmatch(meant) else None
        hint = "" if text else f"; where none is set there is '{ZERO_DATE}'"
        raise Refusal("not-a-date", f"{name} takes a date 'YYYY-MM-DD'{hint}", suggestion)
    year, month, of_month = map(int, found.groups())
    if year == month == of_month == 0:
        return ZERO_DATE
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        raise Refusal("not-a-date", f"{text!r} is not a day of the Gregorian calendar") from None


def number_for_date(name: str, written: str) -> Refusal:
    """Return the refusal of a number for a date; eight digits are a date to the database."""
    try:
        meant = date(int(written[:4]), int(written[4:6]), int(written[6:])).isoformat() if len(written) == 8 else None
    except ValueError:
        meant = None
    return Refusal("not-a-date", f"{name} takes a date in quotes: 'YYYY-MM-DD'", meant)


def number_for_text(message: str, written: str, *, certain: bool) -> Refusal:
    """Return the refusal of a number for a text, which is meant as it was typed; one that was not has no repair."""
    meant = written if NUMBER.fullmatch(written) else None
    return Refusal("number-for-text", message, meant, certain=certain)


def moment(name: str, text: str) -> str:
    """The moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``."""
    found = _MOMENT.fullmatch(text)
    meant = ascii_number(text.strip())
    if found is None and _MOMENT.fullmatch(meant):
        raise Refusal("not-a-date", f"{name} takes a datetime 'YYYY-MM-DD HH:MM:SS'", moment(name, meant))
    if found is None:
        return day(name, text)
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Refusal("not-a-date", f"{text!r} has no time of day")
    on = day(name, found[1])
    if on == ZERO_DATE and (hour or minute or second):
        raise Refusal("not-a-date", f"{text!r} is neither a moment nor the zero date")
    return f"{on} {hour:02}:{minute:02}:{second:02}"


def jalali_doubt(text: str) -> Iterator[Finding]:
    """Doubt a date whose year is one of the Jalali calendar's present."""
    if "1200" <= text[:4] <= "1500":
        message = (
            "this looks like a Jalali date: the database has Gregorian dates, also where a screen shows Jalali ones"
        )
        yield Finding("jalali-date", message)


def zero_doubt(name: str, zero: str) -> Finding:
    """Say that a comparison also finds the rows without a date."""
    message = f"< and <= also find the rows without a date, which have {zero}: `and {name} > '{zero}'` keeps them out"
    return Finding("zero-dates", message)


def pattern_doubts(pattern: str) -> Iterator[Finding]:
    """Doubt a pattern of `like` that has no wildcard, or one in front."""
    bare = re.sub(r"\\[%_]", "", pattern)
    if not re.search("[%_]", bare):
        yield Finding("no-wildcard", "`like` without % or _ is a stricter `=`: it minds spaces at the end")
    elif pattern[0] in "%_":
        yield Finding("leading-wildcard", "`like` with a wildcard in front reads the whole table")
