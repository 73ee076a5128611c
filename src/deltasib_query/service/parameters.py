"""The kinds of parameters that actions have: what each accepts, and how a request has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Protocol

from deltasib_query.display import shown
from deltasib_query.errors import ParameterError, needed
from deltasib_query.filters.fields import ID_MAX
from deltasib_query.filters.values import whole_number
from deltasib_query.messages.message import Message

_DAY: Final = re.compile(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}")
_CAPITAL: Final = re.compile("(?<=[a-z])(?=[A-Z])")
"""Where a word of a name begins."""


class Kind(Protocol):
    """A kind of parameter: checks a Python value, and writes it as text."""

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        ...

    def write(self, name: str, value: object) -> str:
        """Return the value's text. Raises `ParameterError` for a value that breaks the rule of the parameter `name`."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text. Its lengths are in characters; `max_length` is None if the guide gives none. An error does not show it.

    >>> Text(3).write("Name", "علی")
    'علی'
    """

    max_length: int | None = None
    min_length: int = 0

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        unlimited = self.max_length is None and not self.min_length
        return Message("rule.text") if unlimited else Message("rule.text-of", lengths=self._lengths)

    @property
    def _lengths(self) -> Message:
        if self.max_length is None:
            return Message("rule.long-text", least=self.min_length)
        return Message("rule.lengths", least=self.min_length, most=self.max_length)

    def write(self, name: str, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise ParameterError(name, Message("parameter.text", given=type(value).__name__))
        text = str.__str__(value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ParameterError(name, Message("parameter.surrogate"))
        if len(text) < self.min_length or (self.max_length is not None and len(text) > self.max_length):
            raise ParameterError(name, Message("parameter.several-needed", rule=self._lengths, given=len(text)))
        return text


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between two bounds, which are those of an id by default.

    >>> Integer().write("User_Id", 5)
    '5'
    """

    lowest: int = 0
    highest: int = ID_MAX

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        return Message("rule.integer", lowest=self.lowest, highest=self.highest)

    def write(self, name: str, value: object) -> str:
        """Return the digits."""
        number = whole_number(value)
        if number is None or not self.lowest <= number <= self.highest:
            raise needed(name, self.rule, value)
        return str(number)


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of at most `count` digits. Text may start with zeros.

    >>> Digits(15).write("VoucherNo", "001234")
    '001234'
    """

    count: int

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        return Message("rule.digits", most=self.count)

    def write(self, name: str, value: object) -> str:
        """Return the digits."""
        number = whole_number(value)
        if number is not None:
            text = str(number) if abs(number) < 10**self.count else ""
        else:
            text = str.__str__(value) if isinstance(value, str) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= self.count):
            raise ParameterError(name, Message("parameter.several-needed", rule=self.rule, given=shown(value)))
        return text


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of at most `digits` digits.

    >>> Price(14).write("PayPrice", Decimal("150000.50"))
    '150000.50'
    """

    digits: int

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        return Message("rule.price", digits=self.digits)

    def write(self, name: str, value: object) -> str:
        """Return the amount without an exponent."""
        amount = value if isinstance(value, Decimal) else whole_number(value)
        if amount is not None:
            number = Decimal(amount)
            if number.is_finite() and abs(number.adjusted()) <= self.digits:
                text = format(number, "f")
                if sum(character.isdigit() for character in text) <= self.digits:
                    return text
        raise needed(name, self.rule, value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the documented values.

    >>> Choice(("PrePaid", "PostPaid")).write("PayPlan", "prepaid")
    'PrePaid'
    """

    values: tuple[str, ...]

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        return Message("rule.one-of", values=self.values)

    def write(self, name: str, value: object) -> str:
        """Return the value as the guide spells it."""
        for documented in self.values:
            if isinstance(value, str) and str.__str__(value).lower() == documented.lower():
                return documented
        raise needed(name, self.rule, value)


@dataclass(frozen=True, slots=True)
class Day:
    """A day. A `date` is written as Gregorian ``YYYY-MM-DD``; text is sent unchanged, in the calendar of DateType.

    >>> Day().write("VoucherDate", date(2021, 1, 30))
    '2021-01-30'
    """

    @property
    def rule(self) -> Message:
        """What a value has to be, in a few words."""
        return Message("rule.day")

    def write(self, name: str, value: object) -> str:
        """Return the day's text."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return date.isoformat(value)
        if isinstance(value, str) and _DAY.fullmatch(text := str.__str__(value)):
            return text
        raise needed(name, self.rule, value)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the guide documents it.

    required: the guide marks it with a star.
    default: what the server assumes without it, in the guide's words; empty if nothing is documented.
    secret: nobody may be shown its value.
    """

    name: str
    kind: Kind
    required: bool = False
    default: str = ""
    doc: str = ""
    secret: bool = False

    @property
    def argument(self) -> str:
        """The name of the argument in Python.

        >>> Parameter("PriceINCurrency", Integer()).argument, Parameter("User_Id", Integer()).argument
        ('price_in_currency', 'user_id')
        """
        return _CAPITAL.sub("_", self.name).lower().replace("incurrency", "in_currency")
