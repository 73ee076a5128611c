"""Values: what a literal may hold for each kind of field, and what is seldom meant by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import index
from typing import Final

from deltasib_query.backends.semantics import ZERO_DATE
from deltasib_query.language.spelling import ascii_number
from deltasib_query.language.terminals import MAX_DIGITS, NUMBER, number_of
from deltasib_query.language.tree import Value

_WEIGHTLESS: Final = re.compile(
    "[\u0640\u06de\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f\uff9e\uff9f]"
)
"""What some collation of MariaDB ignores, beside marks, controls and format characters [measured]."""


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
_A_DAY: Final = "a date 'YYYY-MM-DD'"
_A_MOMENT: Final = "a datetime 'YYYY-MM-DD HH:MM:SS'"
_COMMAS: Final = str.maketrans("،٬", ",,")
_TOO_LARGE: Final[int] = 10**MAX_DIGITS
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
    except TypeError:
        return None


def number_in(name: str, text: str) -> int | Decimal:
    """Return the number that a text is, which the database takes as if it were not quoted; or raise `Refusal`."""
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
    if not fits(number):
        raise Refusal("number-too-long", f"a number has at most {MAX_DIGITS} digits")
    return number.copy_abs() if isinstance(number, Decimal) and not number else number


def fits(number: int | Decimal) -> bool:
    """Whether the database's DECIMAL has room for all digits of a finite number, before its point and behind it."""
    if isinstance(number, int):
        return abs(number) < _TOO_LARGE
    _sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + max(exponent, 0), 1 - exponent) <= MAX_DIGITS


def day(name: str, text: str, taken: str = _A_DAY) -> str:
    """Return a day as ``YYYY-MM-DD``, or raise `Refusal`. Other separators mean the same to the database and are taken.

    >>> day("VoucherDate", "2021/1/30")
    '2021-01-30'
    """
    found = _DAY.fullmatch(text)
    if found is None:
        meant = ascii_number(text.strip())
        suggestion = day(name, meant) if meant != text and _DAY.fullmatch(meant) else None
        hint = "" if text else f"; where none is set there is '{ZERO_DATE}'"
        raise Refusal("not-a-date", f"{name} takes {taken}{hint}", suggestion)
    year, month, of_month = map(int, found.groups())
    if year == month == of_month == 0:
        return ZERO_DATE
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        raise Refusal("not-a-date", f"{text!r} is not a day of the Gregorian calendar") from None


def number_for_date(name: str, written: str) -> Refusal:
    """Return the refusal of a number for a date. Eight digits are a date to the database, and may be meant as one."""
    try:
        meant = date(int(written[:4]), int(written[4:6]), int(written[6:])).isoformat() if len(written) == 8 else None
    except ValueError:
        meant = None
    return Refusal("not-a-date", f"{name} takes a date in quotes: 'YYYY-MM-DD'", meant)


def number_for_text(message: str, written: str, *, certain: bool) -> Refusal:
    """Return the refusal of a number for a text; what was typed, if it was, is the text that was meant."""
    meant = written if NUMBER.fullmatch(written) else None
    return Refusal("number-for-text", message, meant, certain=certain)


def moment(name: str, text: str) -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``; or raise `Refusal`.

    >>> moment("CDT", "2021-01-30T8:15"), moment("CDT", "2021-01-30")
    ('2021-01-30 08:15:00', '2021-01-30')
    """
    found = _MOMENT.fullmatch(text)
    meant = ascii_number(text.strip())
    if meant != text and _MOMENT.fullmatch(meant):
        raise Refusal("not-a-date", f"{name} takes {_A_MOMENT}", moment(name, meant))
    if found is None:
        return day(name, text, _A_MOMENT)
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Refusal("not-a-date", f"{text!r} has no time of day")
    on = day(name, found[1], _A_MOMENT)
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
    front, wildcard, _ = re.split(r"([%_]|\Z)", re.sub(r"\\[%_]", "-", pattern), maxsplit=1)
    if not wildcard:
        yield Finding("no-wildcard", "`like` without % or _ is a stricter `=`: it minds spaces at the end")
    elif not any(map(_has_weight, front)):
        yield Finding("leading-wildcard", "`like` with a wildcard in front reads the whole table")


def _has_weight(character: str) -> bool:
    """Say whether every collation of MariaDB gives a character a weight, by which an index can find it."""
    return unicodedata.category(character)[0] not in "CM" and not _WEIGHTLESS.match(character)
