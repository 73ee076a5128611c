"""The kinds of field: which operators each takes, which literals, and what its answers hold.

A field is declared once, in the class of its rows. On the class it builds filters (`User.Username == "ali"`),
on a row it is the value (`user.Username`), and type checkers know both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, SupportsIndex, TypeVar, overload

from pydantic import BeforeValidator

from deltasib_query.errors import filter_error
from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME, is_bool, whole_datetime
from deltasib_query.filters.field import EQUALITY, ORDER, Field, OrderedField, PatternField, V
from deltasib_query.filters.filter import Filter, Filterable
from deltasib_query.filters.jalali import ConversionError, JalaliObject, as_gregorian
from deltasib_query.filters.response_fields import DAY, INTEGER, MOMENT, YES_NO, plain_number
from deltasib_query.filters.values import (
    ValueIssue,
    ValueRejected,
    day,
    exact_number,
    jalali_warning,
    moment,
    number_for_text,
    number_in,
    whole_number,
    zero_warning,
)
from deltasib_query.language.tree import And, Comparison, Value

R = TypeVar("R", bound=Filterable)
O = TypeVar("O", bound=Filterable)  # noqa: E741 - the owner of a field

ID_MAX: Final = 4294967295
"""The largest id, an unsigned 32-bit integer [wild: the vendor's panel]."""


class TextField(OrderedField[R, str], PatternField[R, str]):
    """Text, compared without regard to case. `max_length` is in characters, None where it is not known."""

    operators: tuple[str, ...] = (*EQUALITY, *ORDER, "like")

    def __init__(self, max_length: int | None = None, doc: str = "") -> None:
        super().__init__(doc)
        self.max_length = max_length

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "text" if self.max_length is None else f"text up to {self.max_length}"

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield what is allowed but seldom meant."""
        yield from super().warnings(operator, value)
        if self.max_length is not None and operator != "like" and len(str(value)) > self.max_length:
            yield ValueIssue("long-text", f"{self.name} holds at most {self.max_length} characters")

    def _is_above(self, one: str, other: str) -> bool:
        """Whether a text is greater in every collation: in those that mind the case, and in those that do not."""
        plain = all(text.isascii() and (text.isalnum() or not text) for text in (one, other))
        return plain and one > other and one.lower() > other.lower()

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> TextField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class ChoiceField(PatternField[R, str]):
    """Text out of an enumeration. `choices` are the known values, not all that a server may hold."""

    def __init__(self, *choices: str, doc: str = "") -> None:
        super().__init__(doc)
        self.choices = choices

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return f"one of {', '.join(self.choices)}"

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Refuse a number: the database takes it for a place in the list of labels."""
        message = f"{self.name} is text: a number would be the place in the list of labels"
        raise number_for_text(message, written, certain=False)

    def accept_text(self, operator: str, value: str) -> Value:
        """Return a known value as it is documented, any other as it is."""
        value = str(super().accept_text(operator, value))
        if operator == "like":
            return value
        return next((choice for choice in self.choices if choice.lower() == value.lower()), value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield what is allowed but seldom meant."""
        yield from super().warnings(operator, value)
        if operator != "like" and value not in self.choices:
            yield ValueIssue("unknown-choice", f"{self.name} is known to be {self.description}")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> ChoiceField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class YesNoField(Field[R, "bool | str"]):
    """Yes or No. Takes True, False, "Yes" and "No"; rows have bools."""

    annotation = YES_NO
    held_types = frozenset({bool})
    lossy = True
    blank = ""

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "Yes or No"

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return Yes or No, or raise `ValueRejected`."""
        if value.lower() in {"yes", "no"}:
            return value.capitalize()
        raise self._neither(value)

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Refuse a number: the database takes it for a place in the list of labels."""
        raise self._neither(value)

    def _neither(self, value: Value) -> ValueRejected:
        meant = {"true": "Yes", "1": "Yes", "false": "No", "0": "No", "y": "Yes", "n": "No"}.get(str(value).lower())
        message = f"{self.name} is 'Yes' or 'No', and a number would be the place in the list of labels"
        return ValueRejected("not-yes-or-no", message, meant, certain=False)

    def from_python(self, value: object) -> Value:
        """Return Yes or No for a bool, a str as it is."""
        if is_bool(value):
            return "Yes" if value else "No"
        return self._plain_text(value, "a bool, 'Yes' or 'No'")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> YesNoField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> bool | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class IntegerField(OrderedField[R, SupportsIndex]):
    """A whole number between `lowest` and `highest`; an id unless they are given."""

    kind = "number"
    plain_type = int
    annotation = INTEGER
    held_types = frozenset({int})

    def __init__(self, lowest: int = 0, highest: int = ID_MAX, doc: str = "") -> None:
        super().__init__(doc)
        self.lowest, self.highest = lowest, highest

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return f"whole number, {self.lowest} to {self.highest}"

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the number that is quoted, or raise `ValueRejected`."""
        return self.accept_number(operator, number_in(self.name, value))

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Return the number, or raise `ValueRejected`."""
        if type(value) is int and self.lowest <= value <= self.highest:
            return value
        number = exact_number(value)
        if number != int(number):
            raise ValueRejected("not-a-number", f"{self.name} is a whole number")
        if not self.lowest <= number <= self.highest:
            raise ValueRejected("out-of-range", f"{self.name} is between {self.lowest} and {self.highest}")
        return int(number)

    def from_python(self, value: object) -> Value:
        """Return the int that a whole number is; a str, float, Decimal or bool is refused."""
        number = whole_number(value)
        return self._wrong_type(value, "an int") if number is None else number

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> IntegerField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> int | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DecimalField(OrderedField[R, "SupportsIndex | Decimal"]):
    """A decimal number: money, exact. `exact=False` marks a column that may be a float in the database."""

    kind = "number"
    plain_type = int
    annotation = Annotated[Decimal | None, BeforeValidator(plain_number)]
    held_types = frozenset({int, Decimal, float})
    lossy = True

    def __init__(self, doc: str = "", *, exact: bool = True) -> None:
        super().__init__(doc)
        self.exact = exact

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "decimal number" if self.exact else "number"

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the number that is quoted, or raise `ValueRejected`."""
        return self.accept_number(operator, number_in(self.name, value))

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Return the number, or raise `ValueRejected`."""
        return exact_number(value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:  # noqa: ARG002
        """Yield what is allowed but seldom meant."""
        if not self.exact and operator in EQUALITY:
            message = f"{self.name} may be a float in the database, which hardly ever equals a decimal: use a range"
            yield ValueIssue("float-equality", message)

    def from_python(self, value: object) -> Value:
        """Return the int or Decimal; a float is refused, since it seldom is the number that was meant."""
        if isinstance(value, Decimal):
            return Decimal(value)
        number = whole_number(value)
        if number is not None:
            return number
        if isinstance(value, float) and isfinite(value):
            raise ValueRejected("wrong-type", f"a float is not exact: write Decimal('{float.__repr__(value)}')")
        return self._wrong_type(value, "an int or a Decimal")

    def _is_above(self, one: Any, other: Any) -> bool:
        """Whether a number is greater, also where both are read as floats."""
        return bool(one > other and (self.exact or float(one) > float(other)))

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DecimalField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> Decimal | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class _CalendarField(OrderedField[R, V]):
    """What the two kinds of date share: a Jalali date is doubtful where it was typed, and refused in Python code."""

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:  # noqa: ARG002
        """Yield what is allowed but seldom meant."""
        warning = jalali_warning(str(value))
        if warning is not None:
            yield warning

    def _leaf(self, operator: str, value: object) -> Comparison:
        leaf = super()._leaf(operator, self._day(value))
        warning = jalali_warning(str(leaf.value))
        if warning is not None:
            raise filter_error(self._problem(warning, value))
        return leaf

    def _day(self, value: object) -> object:
        try:
            return as_gregorian(value.value if isinstance(value, Enum) else value)
        except ConversionError as error:
            raise filter_error(self._problem(ValueIssue("wrong-type", str(error)), value)) from error


class DateField(_CalendarField[R, date | str | JalaliObject]):
    """A Gregorian day. Takes a `date`, or its text ``YYYY-MM-DD``; ``0000-00-00`` is the database's "none".

    A Jalali date of jdatetime or persiantools becomes its Gregorian day. A date of the years 1200 to 1500 is refused.
    """

    kind = "date"
    annotation = DAY
    held_types = frozenset({date})
    lossy = True
    blank = ZERO_DATE

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "date 'YYYY-MM-DD', Gregorian"

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Refuse a number: a date is quoted; the database reads eight digits as one."""
        return day(self.name, written, number=True)

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return the day as ``YYYY-MM-DD``, or raise `ValueRejected`."""
        return day(self.name, value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield what is allowed but seldom meant."""
        yield from super().warnings(operator, value)
        if operator in {"<", "<="} and value != ZERO_DATE:
            yield zero_warning(self.name, ZERO_DATE)

    def from_python(self, value: object) -> Value:
        """Return the text of a date, a str as it is; a datetime is refused, its time would be lost."""
        if isinstance(value, datetime):
            raise ValueRejected("wrong-type", "takes a date, not a datetime: write .date()")
        if isinstance(value, date):
            return date.isoformat(value)
        return self._plain_text(value, "a date or 'YYYY-MM-DD'")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> date | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DateTimeField(_CalendarField[R, datetime | date | str | JalaliObject]):
    """A Gregorian moment in the server's time. Takes a naive `datetime`, or its text ``YYYY-MM-DD HH:MM:SS``.

    A Jalali datetime of jdatetime or persiantools becomes the Gregorian one. One of the years 1200 to 1500 is refused.
    A bare day is its midnight; as a `date` it is taken for ``>=`` and ``<`` only, where that is what is meant.
    """

    kind = "datetime"
    annotation = MOMENT
    held_types = frozenset({datetime})
    lossy = True
    blank = ZERO_DATETIME

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "datetime 'YYYY-MM-DD HH:MM:SS', Gregorian"

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Refuse a number: a date is quoted; the database reads eight digits as one."""
        return moment(self.name, written, number=True)

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return the moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``, or raise `ValueRejected`."""
        return moment(self.name, value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield what is allowed but seldom meant."""
        yield from super().warnings(operator, value)
        text = str(value)
        if len(text) == 10 and operator not in {">=", "<"} and text != ZERO_DATE:
            message = (
                f"{self.name} has a time, and a bare day is its midnight: a whole day is >= the day and < the next"
            )
            yield ValueIssue("bare-day", message)
        if operator in {"<", "<="} and text not in {ZERO_DATE, ZERO_DATETIME}:
            yield zero_warning(self.name, ZERO_DATETIME)

    def from_python(self, value: object) -> Value:
        """Return the text of a datetime or date, a str as it is."""
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                message = (
                    "an aware datetime cannot be written: convert it to the server's time, then .replace(tzinfo=None)"
                )
                raise ValueRejected("wrong-type", message)
            if getattr(value, "nanosecond", 0):
                raise ValueRejected("wrong-type", "the language has whole seconds: write .floor('s')")
            if value.microsecond:
                raise ValueRejected("wrong-type", "the language has whole seconds: write .replace(microsecond=0)")
            text = datetime.isoformat(value, " ")
            if int(text[:4]) != value.year:  # pandas has years that a datetime lacks, and puts another into it
                raise ValueRejected("wrong-type", f"the database has years up to 9999, not {value.year}")
            return text
        if isinstance(value, date):
            return date.isoformat(value)
        return self._plain_text(value, "a datetime or its text")

    def on(self, day: date | JalaliObject, last: date | JalaliObject | None = None) -> Filter[R]:
        """Hold for the moments of a day, or of all days from `day` to `last`, both included.

        Takes a `date`, or a Jalali date of jdatetime or persiantools. Raises `InvalidValueError` for anything else, and
        where `last` is before `day`. Rows with the zero date are never found.

        >>> from datetime import date
        >>> from deltasib_query import UserPayment
        >>> str(UserPayment.User_PaymentCD.on(date(2021, 1, 30)))
        "User_PaymentCD >= '2021-01-30' and User_PaymentCD < '2021-01-31'"
        """
        first, end = self._whole_day(day), self._whole_day(day if last is None else last)
        if end < first:
            message = f"nothing lies between {first} and {end}: the earlier day comes first"
            raise filter_error(self._problem(ValueIssue("empty-range", message), last))
        begin = self._leaf(">=", first)
        if end == date.max:
            return Filter._of(self.record, begin)
        return Filter._of(self.record, And([begin, self._leaf("<", end + timedelta(days=1))]))

    def _whole_day(self, value: object) -> date:
        day = self._day(value)
        if isinstance(day, datetime) or not isinstance(day, date):
            issue = ValueIssue("wrong-type", f"a date is needed, not {type(value).__name__}")
            raise filter_error(self._problem(issue, value))
        return date.fromordinal(date.toordinal(day))

    def _is_above(self, one: str, other: str) -> bool:
        """Whether a moment is later; a bare day is its midnight."""
        return whole_datetime(one) > whole_datetime(other)

    def _leaf(self, operator: str, value: object) -> Comparison:
        value = self._day(value)
        if isinstance(value, date) and not isinstance(value, datetime) and operator not in {">=", "<"}:
            message = "a day is its midnight here: write >= the day and < the next day, or a datetime"
            raise filter_error(self._problem(ValueIssue("wrong-type", message), value))
        return super()._leaf(operator, value)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateTimeField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> datetime | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...
