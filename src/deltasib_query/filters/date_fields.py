"""The two kinds of field that hold dates: days, and moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, overload

from deltasib_query.errors import filter_error
from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME, whole_datetime
from deltasib_query.filters.dates import day, jalali_warning, moment, zero_warning
from deltasib_query.filters.field import OrderedField, V
from deltasib_query.filters.filter import Filter, Filterable, filter_of
from deltasib_query.filters.jalali import ConversionError, JalaliObject, as_gregorian
from deltasib_query.filters.response_fields import DAY, MOMENT
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.tree import And, Comparison, Value
from deltasib_query.messages.message import Message

R = TypeVar("R", bound=Filterable)
O = TypeVar("O", bound=Filterable)  # noqa: E741 - the owner of a field

_DATE_OR_TEXT, _DATETIME_OR_TEXT = Message("wanted.date-or-text"), Message("wanted.datetime-or-text")


class _CalendarField(OrderedField[R, V]):
    """What both kinds share: a date that looks Jalali is a warning in a typed filter, and an error elsewhere."""

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:  # noqa: ARG002
        """Yield the warnings for a value that the field accepts."""
        issue = self.unheard(value)
        if issue is not None:
            yield issue

    def unheard(self, value: Value) -> ValueIssue | None:
        """Return what is wrong with a date that looks Jalali."""
        return jalali_warning(str(value))

    def comparison(self, operator: str, value: object) -> Comparison:
        leaf = super().comparison(operator, self._day(value))
        issue = self.unheard(leaf.value)
        if issue is not None:
            raise filter_error(self._problem(issue, value))
        return leaf

    def _day(self, value: object) -> object:
        try:
            return as_gregorian(value.value if isinstance(value, Enum) else value)
        except ConversionError as error:
            raise filter_error(self._problem(ValueIssue(error.reason), value)) from error


class DateField(_CalendarField[R, date | str | JalaliObject]):
    """A Gregorian day. Takes a `date`, or its text ``YYYY-MM-DD``; ``0000-00-00`` is the database's "none".

    A Jalali date of jdatetime or persiantools becomes its Gregorian day. A date of the years 1200 to 1500 is an error.
    """

    kind = "date"
    contents = Message("contents.date")
    annotation = DAY
    held_types = frozenset({date})
    lossy = True
    blank = ZERO_DATE

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Raise `ValueRejected`: a date must be in quotes, though the database reads eight digits as a date."""
        return day(self.name, written, number=True)

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return the day as ``YYYY-MM-DD``, or raise `ValueRejected`."""
        return day(self.name, value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield the warnings for a value that the field accepts."""
        yield from super().warnings(operator, value)
        if operator in {"<", "<="} and value != ZERO_DATE:
            yield zero_warning(self.name, ZERO_DATE)

    def from_python(self, value: object) -> Value:
        """Return a date as text, and a str as it is; raise `ValueRejected` for a datetime, whose time would be lost."""
        if isinstance(value, datetime):
            raise ValueRejected(Message("wrong-type.datetime"))
        if isinstance(value, date):
            return date.isoformat(value)
        return self._plain_text(value, _DATE_OR_TEXT)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> date | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DateTimeField(_CalendarField[R, datetime | date | str | JalaliObject]):
    """A Gregorian moment in the server's time. Takes a naive `datetime`, or its text ``YYYY-MM-DD HH:MM:SS``.

    A Jalali datetime of jdatetime or persiantools becomes the Gregorian one. One of the years 1200 to 1500 is an error.
    A day without a time means midnight. A `date` is therefore taken for ``>=`` and ``<`` only.
    """

    kind = "datetime"
    contents = Message("contents.datetime")
    annotation = MOMENT
    held_types = frozenset({datetime})
    lossy = True
    blank = ZERO_DATETIME

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Raise `ValueRejected`: a date must be in quotes, though the database reads eight digits as a date."""
        return moment(self.name, written, number=True)

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return the moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``, or raise `ValueRejected`."""
        return moment(self.name, value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield the warnings for a value that the field accepts."""
        yield from super().warnings(operator, value)
        text = str(value)
        if len(text) == 10 and operator not in {">=", "<"} and text != ZERO_DATE:
            yield ValueIssue(Message("bare-day", field=self.name))
        if operator in {"<", "<="} and text not in {ZERO_DATE, ZERO_DATETIME}:
            yield zero_warning(self.name, ZERO_DATETIME)

    def from_python(self, value: object) -> Value:
        """Return a datetime or date as text, and a str as it is."""
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                raise ValueRejected(Message("wrong-type.aware"))
            if getattr(value, "nanosecond", 0):
                raise ValueRejected(Message("wrong-type.nanoseconds"))
            if value.microsecond:
                raise ValueRejected(Message("wrong-type.microseconds"))
            text = datetime.isoformat(value, " ")
            if int(text[:4]) != value.year:  # pandas has years beyond 9999, and isoformat writes another
                raise ValueRejected(Message("wrong-type.year", year=value.year))
            return text
        if isinstance(value, date):
            return date.isoformat(value)
        return self._plain_text(value, _DATETIME_OR_TEXT)

    def on(self, day: date | JalaliObject, last: date | JalaliObject | None = None) -> Filter[R]:
        """Select the rows with a moment of a day, or of all days from `day` to `last`, both included.

        Takes a `date`, or a Jalali date of jdatetime or persiantools. Raises `InvalidValueError` for anything else, and
        where `last` is before `day`. Rows with the zero date are never found.

        >>> from datetime import date
        >>> from deltasib_query import UserPayment
        >>> str(UserPayment.User_PaymentCD.on(date(2021, 1, 30)))
        "User_PaymentCD >= '2021-01-30' and User_PaymentCD < '2021-01-31'"
        """
        first, end = self._whole_day(day), self._whole_day(day if last is None else last)
        if end < first:
            reason = Message("empty-range.days", first=first.isoformat(), last=end.isoformat())
            raise filter_error(self._problem(ValueIssue(reason), last))
        begin = self.comparison(">=", first)
        if end == date.max:
            return filter_of(self.record, begin)
        return filter_of(self.record, And([begin, self.comparison("<", end + timedelta(days=1))]))

    def _whole_day(self, value: object) -> date:
        day = self._day(value)
        if isinstance(day, datetime) or not isinstance(day, date):
            issue = ValueIssue(Message("wrong-type.day", type=type(value).__name__))
            raise filter_error(self._problem(issue, value))
        return date.fromordinal(date.toordinal(day))

    def is_above(self, one: str, other: str) -> bool:
        """Return whether a moment is later. A day without a time means midnight."""
        return whole_datetime(one) > whole_datetime(other)

    def comparison(self, operator: str, value: object) -> Comparison:
        """Return the comparison; raise `FilterError` for a day where a moment is needed."""
        value = self._day(value)
        if isinstance(value, date) and not isinstance(value, datetime) and operator not in {">=", "<"}:
            raise filter_error(self._problem(ValueIssue(Message("wrong-type.midnight")), value))
        return super().comparison(operator, value)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateTimeField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> datetime | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...
