"""The kinds of field for text and numbers: their operators, their literals, and the values of rows.

A field is declared once, in the class of its rows. On the class it makes filters (`User.Username == "ali"`); on a row
it is the value (`user.Username`). Type checkers know both. The fields for dates, which are imported from here as well,
have a module of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, SupportsIndex, TypeVar, overload

from pydantic import BeforeValidator

from deltasib_query.evaluation.kinds import is_bool
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.field import Field, OrderedField, V
from deltasib_query.filters.filter import Filterable
from deltasib_query.filters.pattern_field import PatternField
from deltasib_query.filters.response_fields import INTEGER, YES_NO, plain_number
from deltasib_query.filters.values import (
    ValueIssue,
    ValueRejected,
    exact_number,
    number_for_text,
    number_in,
    whole_number,
)
from deltasib_query.language.tree import EQUALITY, ORDER, Value
from deltasib_query.messages.message import Message

__all__ = [
    "ChoiceField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "IntegerField",
    "KeyField",
    "TextField",
    "YesNoField",
]

R = TypeVar("R", bound=Filterable)
O = TypeVar("O", bound=Filterable)  # noqa: E741 - the owner of a field

ID_MAX: Final = 4294967295
"""The largest id, an unsigned 32-bit integer [wild: the vendor's panel]."""
PRICE_SCALE: Final = 2
"""How many digits a price has behind the point [inferred]. `ServerProfile` may state another number."""

_A_BOOL, _AN_INT, _AN_INT_OR_DECIMAL = Message("wanted.bool"), Message("wanted.int"), Message("wanted.int-or-decimal")


class TextField(OrderedField[R, str], PatternField[R, str]):
    """Text, compared without regard to case. `max_length` is in characters; None if it is not known."""

    operators: tuple[str, ...] = (*EQUALITY, *ORDER, "like")

    def __init__(self, max_length: int | None = None, doc: str = "") -> None:
        super().__init__(doc)
        self.max_length = max_length
        if max_length is not None:
            self.contents = Message("contents.short-text", longest=max_length)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield the warnings for a value that the field accepts."""
        yield from super().warnings(operator, value)
        if self.max_length is not None and operator != "like" and len(str(value)) > self.max_length:
            yield ValueIssue(Message("long-text", field=self.name, most=self.max_length))

    def is_above(self, one: str, other: str) -> bool:
        """Return whether a text is greater in every collation, with capitals and small letters told apart or not."""
        plain = all(text.isascii() and (text.isalnum() or not text) for text in (one, other))
        return plain and one > other and one.lower() > other.lower()

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> TextField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class ChoiceField(PatternField[R, str]):
    """Text of an enumeration. `choices` are its known values; a server may have others."""

    def __init__(self, *choices: str, doc: str = "") -> None:
        super().__init__(doc)
        self.choices = choices
        self.contents = Message("contents.choice", choices=choices)

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Raise `ValueRejected`: the database takes a number for a position in the list of labels."""
        raise number_for_text(Message("number-for-text.choice", field=self.name), written, certain=False)

    def accept_text(self, operator: str, value: str) -> Value:
        """Return a known value in its documented letter case, and any other as it is."""
        value = str(super().accept_text(operator, value))
        if operator == "like":
            return value
        return next((choice for choice in self.choices if choice.lower() == value.lower()), value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield the warnings for a value that the field accepts."""
        yield from super().warnings(operator, value)
        if operator != "like" and value not in self.choices:
            yield ValueIssue(Message("unknown-choice", field=self.name, contents=self.contents))

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> ChoiceField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class YesNoField(Field[R, "bool | str"]):
    """Yes or No. Takes True, False, "Yes" and "No"; rows have bools."""

    contents = Message("contents.yes-no")
    annotation = YES_NO
    choices = "Yes", "No"
    held_types = frozenset({bool})
    lossy = True
    blank = ""

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return Yes or No, or raise `ValueRejected`."""
        if value.lower() in {"yes", "no"}:
            return value.capitalize()
        raise self._neither(value)

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Raise `ValueRejected`: the database takes a number for a position in the list of labels."""
        raise self._neither(value)

    def _neither(self, value: Value) -> ValueRejected:
        meant = {"true": "Yes", "1": "Yes", "false": "No", "0": "No", "y": "Yes", "n": "No"}.get(str(value).lower())
        return ValueRejected(Message("not-yes-or-no", field=self.name), meant, certain=False)

    def from_python(self, value: object) -> Value:
        """Return Yes or No for a bool, and a str as it is."""
        if is_bool(value):
            return "Yes" if value else "No"
        return self._plain_text(value, _A_BOOL)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> YesNoField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> bool | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class _NumberField(OrderedField[R, V]):
    """What both kinds of number share: a text is the number that it holds."""

    kind = "number"
    plain_type = int

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the number in the text, or raise `ValueRejected`."""
        return self.accept_number(operator, number_in(self.name, value))


class IntegerField(_NumberField[R, SupportsIndex]):
    """A whole number from `lowest` to `highest`, by default those of an id."""

    integral = True
    annotation = INTEGER
    held_types = frozenset({int})

    def __init__(self, lowest: int = 0, highest: int = ID_MAX, doc: str = "") -> None:
        super().__init__(doc)
        self.lowest, self.highest = lowest, highest
        self.contents = Message("contents.integer", lowest=lowest, highest=highest)

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Return the number, or raise `ValueRejected`."""
        if type(value) is int and self.lowest <= value <= self.highest:
            return value
        number = exact_number(value)
        if number != int(number):
            raise ValueRejected(Message("not-a-number.fraction", field=self.name))
        if not self.lowest <= number <= self.highest:
            reason = Message("out-of-range", field=self.name, lowest=self.lowest, highest=self.highest)
            raise ValueRejected(reason)
        return int(number)

    def from_python(self, value: object) -> Value:
        """Return a whole number as an int; raise `ValueRejected` for a str, float, Decimal or bool."""
        number = whole_number(value)
        return self._wrong_type(value, _AN_INT) if number is None else number

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> IntegerField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> int | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class KeyField(IntegerField[R]):
    """The id that tells the rows of a list apart. A row of a response without it is an error.

    So type checkers take the value of a row for an int. `from_row` accepts a row without it, for tests of your own, and
    the value is None then.
    """

    required = True

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> IntegerField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> int: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DecimalField(_NumberField[R, "SupportsIndex | Decimal"]):
    """A decimal number, such as an amount of money. `exact=False` marks a column that may hold floats."""

    annotation = Annotated[Decimal | None, BeforeValidator(plain_number)]
    held_types = frozenset({int, Decimal, float})
    lossy = True

    def __init__(self, doc: str = "", *, exact: bool = True) -> None:
        super().__init__(doc)
        self.exact = exact
        self.contents = Message("contents.decimal" if exact else "contents.number")

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Return the number, or raise `ValueRejected`."""
        return exact_number(value)

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:  # noqa: ARG002
        """Yield the warnings for a value that the field accepts."""
        if not self.exact and operator in EQUALITY:
            yield ValueIssue(Message("float-equality", field=self.name))

    def from_python(self, value: object) -> Value:
        """Return an int or Decimal; raise `ValueRejected` for a float, which seldom is exactly the number meant."""
        if isinstance(value, Decimal):
            return Decimal(value)
        number = whole_number(value)
        if number is not None:
            return number
        if isinstance(value, float) and isfinite(value):
            raise ValueRejected(Message("wrong-type.float", number=float.__repr__(value)))
        return self._wrong_type(value, _AN_INT_OR_DECIMAL)

    def is_above(self, one: Any, other: Any) -> bool:
        """Return whether a number is greater, also as a float if the column may hold floats."""
        return bool(one > other and (self.exact or float(one) > float(other)))

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DecimalField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> Decimal | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...
