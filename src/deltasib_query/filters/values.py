"""What fields say about a value: why they reject it, or what is seldom meant by it. For dates see `dates`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import index
from typing import Final

from deltasib_query.language.diagnosis.synonyms import PERSIAN, ascii_number
from deltasib_query.language.excerpts import name
from deltasib_query.language.patterns import ESCAPED_WILDCARD
from deltasib_query.language.terminals import MAX_DIGITS, NUMBER, fits, number_of
from deltasib_query.language.tree import Value
from deltasib_query.messages.message import Message

_WEIGHTLESS: Final = re.compile(
    "[\u0640\u06de\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f\uff9e\uff9f]"
)
"""Characters that some collation of MariaDB ignores, beside marks, controls and format characters [measured]."""


@dataclass(frozen=True, slots=True)
class ValueIssue:
    """One thing that is wrong with a value, or seldom meant by it.

    reason: as in `Problem`.
    suggestion: a value to write instead; None where there is none.
    certain: whether that value is certainly what was meant.
    offset: the position of the character that is wrong; None for the whole value.
    operator: the operator to write with the suggestion; None for the same as before.
    """

    reason: Message
    suggestion: Value | None = None
    certain: bool = True
    offset: int | None = None
    operator: str | None = None


class ValueRejected(Exception):  # noqa: N818 - never leaves the package
    """A field rejects a value: `issue` says why. `warning` is a second issue to report, if there is one."""

    def __init__(
        self,
        reason: Message,
        suggestion: Value | None = None,
        *,
        certain: bool = True,
        offset: int | None = None,
        warning: ValueIssue | None = None,
    ) -> None:
        super().__init__(reason)
        self.issue = ValueIssue(reason, suggestion, certain, offset)
        self.warning = warning


_COMMAS: Final = str.maketrans("،٬，", ",,,")
_OTHER_PERCENT: Final = re.compile("[٪％]")
_OTHER_WILDCARD: Final = re.compile("[*＊٪％]")
_OTHER_WILDCARD_AT_AN_END: Final = re.compile(r"^[*＊٪％]|[*＊٪％]\Z")
THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
"""A number with thousands commas."""


def whole_number(value: object) -> int | None:
    """Return a whole number as an int; None for any other value.

    A value with ``__index__`` is a whole number, such as the integers of numpy. A bool is not.

    >>> whole_number(5), whole_number(True), whole_number(5.0)
    (5, None, None)
    """
    if isinstance(value, int):
        return None if isinstance(value, bool) else int.__int__(value)
    try:
        return index(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    except Exception:  # somebody else's __index__ may raise anything
        return None


def number_in(field: str, text: str) -> int | Decimal:
    """Return the number in a quoted literal, which the database compares as a number, or raise `ValueRejected`."""
    if NUMBER.fullmatch(text):
        return number_of(text)
    typed = text.strip()
    digits = ascii_number(typed).translate(_COMMAS)
    marked = len(digits) < len(typed)
    digits = digits.replace(",", "") if THOUSANDS.fullmatch(digits) else digits
    meant = number_of(digits) if NUMBER.fullmatch(digits) and len(digits) <= MAX_DIGITS else None
    raise ValueRejected(Message("not-a-number", field=field), meant, certain=not marked)


def exact_number(number: int | Decimal) -> int | Decimal:
    """Return the number, zero without its sign; or raise `ValueRejected` for one that no literal can hold."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueRejected(Message("not-a-number.unwritable", number=str(number)))
    if not fits(number):
        raise ValueRejected(Message("number-too-long", most=MAX_DIGITS))
    return number.copy_abs() if isinstance(number, Decimal) and not number else number


def number_for_text(reason: Message, written: str, *, certain: bool) -> ValueRejected:
    """Return the rejection of a number for a field of text. It suggests the digits as they were typed, in quotes."""
    meant = written if NUMBER.fullmatch(written) else None
    return ValueRejected(reason, meant, certain=certain)


def arabic_warnings(text: str) -> Iterator[ValueIssue]:
    """Yield a warning for Arabic letters that Persian keyboards do not have: the database tells them apart [measured].

    >>> [warning.suggestion for word in ("علي", "علی") for warning in arabic_warnings(word)]
    ['علی']
    """
    persian = text.translate(PERSIAN)
    if persian == text:
        return
    arabic = dict.fromkeys(letter for letter in text if ord(letter) in PERSIAN)
    letters = dict.fromkeys(PERSIAN[ord(letter)] for letter in arabic)
    key = "arabic-letter.several" if len(arabic) > 1 else "arabic-letter"
    reason = Message(key, typed=tuple(map(name, arabic)), persian=tuple(map(name, letters)))
    yield ValueIssue(reason, persian, certain=False)


def pattern_warnings(pattern: str) -> Iterator[ValueIssue]:
    """Yield warnings for a pattern without a wildcard, with one in front, or with another sign for one."""
    front, wildcard, _ = re.split(r"([%_]|\Z)", ESCAPED_WILDCARD.sub("-", pattern), maxsplit=1)
    signs = _OTHER_PERCENT if wildcard else _OTHER_WILDCARD
    other = signs.search(pattern)
    if other is not None:
        yield ValueIssue(Message("other-wildcard", sign=name(other[0])), signs.sub("%", pattern), certain=False)
    elif not wildcard:
        yield ValueIssue(Message("no-wildcard"))
    if wildcard and not any(map(_has_weight, front)):
        yield ValueIssue(Message("leading-wildcard"))


def _has_weight(character: str) -> bool:
    """Return whether an index can find a text by this character: every collation of MariaDB gives it a weight."""
    return unicodedata.category(character)[0] not in "CM" and not _WEIGHTLESS.match(character)


def equality_warnings(operator: str, text: str) -> Iterator[ValueIssue]:
    """Yield a warning for a text behind `=` or `<>` that looks like a pattern.

    >>> [warning.suggestion for text in ("ali%", "ali") for warning in equality_warnings("=", text)]
    ['ali%']
    """
    other = _OTHER_WILDCARD_AT_AN_END.search(text)
    if other is None and "%" not in text:
        return
    reason = Message("wildcard-without-like", operator=operator)
    if other is not None:
        reason = Message("wildcard-without-like.other", sign=name(other[0]))
    meant = _OTHER_WILDCARD_AT_AN_END.sub("%", text.replace("_", r"\_")) if operator == "=" else None
    yield ValueIssue(reason, meant, certain=False, operator="like")
