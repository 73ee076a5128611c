"""The kinds of field: which operators each takes, which literals, and what its answers hold.

A field is declared once, in the class of its rows. On the class it builds filters (`User.Username == "ali"`),
on a row it is the value (`user.Username`), and type checkers know both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, Literal, NoReturn, TypeVar, overload

from pydantic import BeforeValidator

from deltasib_query.backends.semantics import ZERO_DATE, ZERO_DATETIME, Kind
from deltasib_query.errors import FilterUsageError, Problem, Repair, Span, filter_error
from deltasib_query.filters import HOW_TO_JOIN, Filter, Filterable
from deltasib_query.language.diagnostics import unsafe_message
from deltasib_query.language.parser import MAX_DIGITS
from deltasib_query.language.renderer import escape_like, literal, unsafe_character
from deltasib_query.language.source import Source
from deltasib_query.language.spelling import ascii_number
from deltasib_query.language.tree import And, Comparison, Or, Value, join

R = TypeVar("R", bound=Filterable)
O = TypeVar("O", bound=Filterable)  # noqa: E741 - the owner of a field
V = TypeVar("V", contravariant=True)

EQUALITY: Final = ("=", "<>")
ORDER: Final = ("<", ">", "<=", ">=")
ID_MAX: Final = 4294967295
"""The largest id, an unsigned 32-bit integer [wild: the vendor's panel]."""


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

    def __init__(self, code: str, message: str, suggestion: Value | None = None, *, certain: bool = True, offset: int | None = None) -> None:
        super().__init__(code)
        self.finding = Finding(code, message, suggestion, certain, offset)


class Field(Generic[R, V]):
    """A field of an object that its list can be filtered by.

    Comparisons give filters; everything that would silently mean something else raises and says what to write.
    """

    kind: ClassVar[Kind] = "text"
    operators: ClassVar[tuple[str, ...]] = EQUALITY
    annotation: Any = Annotated[str | None, None]
    name: str
    record: type[R]

    def __init__(self, doc: str = "") -> None:
        self.__doc__ = doc

    def bind(self, record: type[R], name: str) -> None:
        """Tell a newly declared field whose it is."""
        self.name, self.record = name, record

    # What the language asks

    def accept(self, operator: str, value: Value, written: str) -> Value:
        """Return the value as a literal of this field holds it, or raise `Refusal`.

        `written` is how it stands in a typed filter, which for a number may be more than its value.
        """
        if not isinstance(value, str):
            message = f"{self.name} holds text: a number there is compared in another way, and finds other rows"
            raise Refusal("number-for-text", message, written)
        offset = unsafe_character(value, pattern=operator == "like")
        if offset is not None:
            raise Refusal("unsafe-character", unsafe_message(value[offset]), offset=offset)
        return self.accept_text(operator, value)

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the value of a text literal, or raise `Refusal`; the part of `accept` that kinds differ in."""
        return value

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant; the warnings of `check`."""
        if operator == "like":
            yield from _pattern_doubts(str(value))
        if isinstance(value, str) and any(character > "\uffff" for character in value):
            message = "characters beyond U+FFFF (emoji and the like) are an error on a utf8mb3 column"
            yield Finding("beyond-bmp", message)

    def from_python(self, value: object) -> Value:
        """Return the literal's value for a Python value, or raise `Refusal`."""
        if isinstance(value, str):
            return str.__str__(value)
        return self._wrong_type(value, "a str")

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "text"

    # What people ask

    def __eq__(self, value: V) -> Filter[R]:  # type: ignore[override]
        return self._compare("=", value)

    def __ne__(self, value: V) -> Filter[R]:  # type: ignore[override]
        return self._compare("<>", value)

    __hash__ = object.__hash__

    def in_(self, values: Iterable[V]) -> Filter[R]:
        """Hold where the field is one of the values; for no values, nowhere.

        >>> from deltasib_query import User
        >>> str(User.User_Id.in_([1, 2]))
        '(User_Id = 1 or User_Id = 2)'
        """
        return self._each("=", values)

    def not_in(self, values: Iterable[V]) -> Filter[R]:
        """Hold where the field is none of the values; for no values, everywhere.

        >>> from deltasib_query import User
        >>> str(User.User_Id.not_in([1, 2]))
        'User_Id <> 1 and User_Id <> 2'
        """
        return self._each("<>", values)

    def _each(self, operator: str, values: Iterable[V]) -> Filter[R]:
        if isinstance(values, str | bytes):
            raise FilterUsageError(f"{self.name}.in_ takes several values: write [{values!r}] for one")
        leaves = [self._leaf(operator, value) for value in values]
        negated = operator == "<>"
        return Filter(self.record, join(And if negated else Or, leaves) if leaves else negated)

    def _compare(self, operator: str, value: object) -> Filter[R]:
        return Filter(self.record, self._leaf(operator, value))

    def _leaf(self, operator: str, value: object) -> Comparison:
        try:
            converted = self.from_python(value.value if isinstance(value, Enum) else value)
            return Comparison(self.name, operator, self.accept(operator, converted, str(converted)))
        except Refusal as refusal:
            raise filter_error(self._problem(refusal.finding, value)) from None

    def _problem(self, finding: Finding, value: object) -> Problem:
        repair = None
        text = value if isinstance(value, str) else repr(value)
        span = Span(0, len(text)) if finding.offset is None else Span(finding.offset, finding.offset + 1)
        if finding.suggestion is not None:
            repair = Repair(Span(0, len(text)), literal(finding.suggestion), finding.certain)
        problem = Problem(finding.code, f"{self.name}: {finding.message}", span, repair=repair)
        return Source(text).place(problem)

    def _wrong_type(self, value: object, wanted: str) -> NoReturn:
        if value is None:
            message = "the language has no NULL: a field without a value matches no comparison, and None cannot be written"
            raise Refusal("wrong-type", message)
        if isinstance(value, Field):
            raise Refusal("wrong-type", "the right side is a value, a comparison of two fields is not part of the language")
        hint = "; for one of several values write .in_(…)" if isinstance(value, list | tuple | set | frozenset) else ""
        raise Refusal("wrong-type", f"takes {wanted}, not {type(value).__name__}{hint}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.record.__name__}.{self.name}>"

    def __reduce__(self) -> tuple[object, ...]:
        return getattr, (self.record, self.name)

    def __copy__(self) -> Field[R, V]:
        return self

    def __deepcopy__(self, memo: object) -> Field[R, V]:
        return self

    if not TYPE_CHECKING:  # for type checkers these do not exist, so that they refuse them

        def __bool__(self) -> NoReturn:
            raise FilterUsageError(f"{self.name} is a field, and neither true nor false: {HOW_TO_JOIN}")

        def __contains__(self, value: object) -> NoReturn:
            raise FilterUsageError(f"`in` cannot ask a field: write {self.name}.contains(text) or {self.name}.in_(values)")

        def __iter__(self) -> NoReturn:
            raise FilterUsageError(f"{self.name} is a field, not a list of values")

        def __and__(self, other: object) -> NoReturn:
            raise FilterUsageError(f"{self.name} alone is no condition: {HOW_TO_JOIN}")

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            raise FilterUsageError(f"{self.name} alone is no condition: {HOW_TO_JOIN}")

        def _no_order(self, value: object) -> NoReturn:
            raise FilterUsageError(f"{self.name} has no order: it takes {', '.join(self.operators)}")

        __lt__ = __gt__ = __le__ = __ge__ = _no_order


class _Ordered(Field[R, V]):
    """A field that can be compared by size."""

    operators = (*EQUALITY, *ORDER)

    def __lt__(self, value: V) -> Filter[R]:
        return self._compare("<", value)

    def __gt__(self, value: V) -> Filter[R]:
        return self._compare(">", value)

    def __le__(self, value: V) -> Filter[R]:
        return self._compare("<=", value)

    def __ge__(self, value: V) -> Filter[R]:
        return self._compare(">=", value)

    def between(self, low: V, high: V) -> Filter[R]:
        """Hold from `low` to `high`, both included.

        >>> from deltasib_query import User
        >>> str(User.User_Id.between(10, 20))
        'User_Id >= 10 and User_Id <= 20'
        """
        return (self >= low) & (self <= high)


class _Patterned(Field[R, V]):
    """A field that `like` can search."""

    operators = (*EQUALITY, "like")

    def like(self, pattern: str) -> Filter[R]:
        r"""Hold where the text matches a pattern: ``%`` is any text, ``_`` any character, ``\%`` and ``\_`` themselves.

        >>> from deltasib_query import User
        >>> str(User.Username.like("ali%"))
        "Username like 'ali%'"
        """
        return self._compare("like", pattern)

    def contains(self, text: str) -> Filter[R]:
        r"""Hold where the field contains the text, of which every character stands for itself.

        >>> from deltasib_query import User
        >>> print(User.Username.contains("a_b"))
        Username like '%a\_b%'
        """
        return self.like(f"%{self._literally(text)}%")

    def startswith(self, text: str) -> Filter[R]:
        """Hold where the field starts with the text, of which every character stands for itself."""
        return self.like(f"{self._literally(text)}%")

    def endswith(self, text: str) -> Filter[R]:
        """Hold where the field ends with the text, of which every character stands for itself."""
        return self.like(f"%{self._literally(text)}")

    def _literally(self, text: str) -> str:
        try:
            plain = self.accept("=", Field.from_python(self, text), "")
        except Refusal as refusal:
            raise filter_error(self._problem(refusal.finding, text)) from None
        return escape_like(str(plain))


class TextField(_Ordered[R, str], _Patterned[R, str]):
    """Text, compared without regard to case. `max_length` is in characters, None where it is not known."""

    operators = (*EQUALITY, *ORDER, "like")
    annotation = str | None

    def __init__(self, max_length: int | None = None, doc: str = "") -> None:
        super().__init__(doc)
        self.max_length = max_length

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "text" if self.max_length is None else f"text up to {self.max_length}"

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant."""
        yield from super().doubts(operator, value)
        if self.max_length is not None and operator != "like" and len(str(value)) > self.max_length:
            yield Finding("long-text", f"{self.name} holds at most {self.max_length} characters")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> TextField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class ChoiceField(_Patterned[R, str]):
    """Text out of an enumeration. `choices` are the known values, not all that a server may hold."""

    annotation = str | None

    def __init__(self, *choices: str, doc: str = "") -> None:
        super().__init__(doc)
        self.choices = choices

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return f"one of {', '.join(self.choices)}"

    def accept_text(self, operator: str, value: str) -> Value:
        """Return a known value as it is documented, any other as it is."""
        if operator == "like":
            return value
        return next((choice for choice in self.choices if choice.lower() == value.lower()), value)

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant."""
        yield from super().doubts(operator, value)
        if operator != "like" and value not in self.choices:
            yield Finding("unknown-choice", f"{self.name} is known to be {self.description}")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> ChoiceField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> str | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class YesNoField(Field[R, "bool | str"]):
    """Yes or No. Takes True, False, "Yes" and "No"; rows have bools."""

    @property
    def annotation(self) -> Any:  # type: ignore[override]
        """How a row's value is read."""
        return Annotated[bool | None, BeforeValidator(_empty_to_none)]

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "Yes or No"

    def accept(self, operator: str, value: Value, written: str) -> Value:
        """Return Yes or No, or raise `Refusal`."""
        if isinstance(value, str) and value.lower() in {"yes", "no"}:
            return value.capitalize()
        meant = {"true": "Yes", "1": "Yes", "false": "No", "0": "No", "y": "Yes", "n": "No"}.get(written.lower())
        message = f"{self.name} is 'Yes' or 'No'; a number would be the place in the list of labels"
        raise Refusal("not-yes-or-no", message, meant, certain=False)

    def from_python(self, value: object) -> Value:
        """Return Yes or No for a bool, a str as it is."""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str.__str__(value) if isinstance(value, str) else self._wrong_type(value, "a bool, 'Yes' or 'No'")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> YesNoField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> bool | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class IntegerField(_Ordered[R, int]):
    """A whole number between `lowest` and `highest`; an id unless they are given."""

    kind = "number"

    def __init__(self, lowest: int = 0, highest: int = ID_MAX, doc: str = "") -> None:
        super().__init__(doc)
        self.lowest, self.highest = lowest, highest

    @property
    def annotation(self) -> Any:  # type: ignore[override]
        """How a row's value is read: a number, also as text, also with thousands commas."""
        return Annotated[int | None, BeforeValidator(_plain_number)]

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return f"whole number, {self.lowest} to {self.highest}"

    def accept(self, operator: str, value: Value, written: str) -> Value:
        """Return the number, also of a quoted one, or raise `Refusal`."""
        number = _exact_number(self.name, value)
        if number != int(number):
            raise Refusal("not-a-number", f"{self.name} is a whole number")
        if not self.lowest <= number <= self.highest:
            raise Refusal("out-of-range", f"{self.name} is between {self.lowest} and {self.highest}")
        return int(number)

    def from_python(self, value: object) -> Value:
        """Return the int; a str, float, Decimal or bool is refused."""
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value)
        return self._wrong_type(value, "an int")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> IntegerField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> int | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DecimalField(_Ordered[R, "int | Decimal"]):
    """A decimal number: money, exact. `exact=False` marks a column that may be a float in the database."""

    kind = "number"

    def __init__(self, doc: str = "", *, exact: bool = True) -> None:
        super().__init__(doc)
        self.exact = exact

    @property
    def annotation(self) -> Any:  # type: ignore[override]
        """How a row's value is read: a number, also as text, also with thousands commas."""
        return Annotated[Decimal | None, BeforeValidator(_plain_number)]

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "decimal number" if self.exact else "number"

    def accept(self, operator: str, value: Value, written: str) -> Value:
        """Return the number, also of a quoted one, or raise `Refusal`."""
        return _exact_number(self.name, value)

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant."""
        if not self.exact and operator in EQUALITY:
            message = f"{self.name} may be a float in the database, which hardly ever equals a decimal: use a range"
            yield Finding("float-equality", message)

    def from_python(self, value: object) -> Value:
        """Return the int or Decimal; a float is refused, since it seldom is the number that was meant."""
        if isinstance(value, Decimal) or isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value) if isinstance(value, Decimal) else int(value)
        if isinstance(value, float):
            raise Refusal("wrong-type", f"a float is not exact: write Decimal('{value}')")
        return self._wrong_type(value, "an int or a Decimal")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DecimalField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> Decimal | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DateField(_Ordered[R, "date | str"]):
    """A Gregorian day. Takes a `date`, or its text ``YYYY-MM-DD``; ``0000-00-00`` is the database's "none"."""

    kind = "date"

    @property
    def annotation(self) -> Any:  # type: ignore[override]
        """How a row's value is read; the zero date is None."""
        return Annotated[date | None, BeforeValidator(_zero_to_none)]

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "date 'YYYY-MM-DD', Gregorian"

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the day as ``YYYY-MM-DD``, or raise `Refusal`."""
        return _day(self.name, value)

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant."""
        yield from _jalali_doubt(str(value))
        if operator in {"<", "<="} and value != ZERO_DATE:
            yield _zero_doubt(self.name, ZERO_DATE)

    def from_python(self, value: object) -> Value:
        """Return the text of a date, a str as it is; a datetime is refused, its time would be lost."""
        if isinstance(value, datetime):
            raise Refusal("wrong-type", "takes a date, not a datetime: write .date()")
        if isinstance(value, date):
            return value.isoformat()
        return str.__str__(value) if isinstance(value, str) else self._wrong_type(value, "a date or 'YYYY-MM-DD'")

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> date | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


class DateTimeField(_Ordered[R, "datetime | date | str"]):
    """A Gregorian moment in the server's time. Takes a naive `datetime`, or its text ``YYYY-MM-DD HH:MM:SS``.

    A bare day is its midnight; as a `date` it is taken for ``>=`` and ``<`` only, where that is what is meant.
    """

    kind = "datetime"

    @property
    def annotation(self) -> Any:  # type: ignore[override]
        """How a row's value is read; the zero date is None."""
        return Annotated[datetime | None, BeforeValidator(_zero_to_none)]

    @property
    def description(self) -> str:
        """What the field holds, in a few words."""
        return "datetime 'YYYY-MM-DD HH:MM:SS', Gregorian"

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the moment as ``YYYY-MM-DD HH:MM:SS``, a bare day as ``YYYY-MM-DD``, or raise `Refusal`."""
        found = _MOMENT.fullmatch(value)
        if found is None:
            return _day(self.name, value)
        day, hour, minute, second = found[1], int(found[2]), int(found[3]), int(found[4] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise Refusal("not-a-date", f"{value!r} is not a time of day")
        return f"{_day(self.name, day)} {hour:02}:{minute:02}:{second:02}"

    def doubts(self, operator: str, value: Value) -> Iterator[Finding]:
        """What is allowed but seldom meant."""
        text = str(value)
        yield from _jalali_doubt(text)
        if len(text) == 10 and operator not in {">=", "<"} and text != ZERO_DATE:
            message = f"{self.name} has a time, and a bare day is its midnight: a whole day is >= the day and < the next"
            yield Finding("bare-day", message)
        if operator in {"<", "<="} and text not in {ZERO_DATE, ZERO_DATETIME}:
            yield _zero_doubt(self.name, ZERO_DATETIME)

    def from_python(self, value: object) -> Value:
        """Return the text of a datetime or date, a str as it is."""
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                message = "an aware datetime means nothing to the server: convert it to the server's time, then .replace(tzinfo=None)"
                raise Refusal("wrong-type", message)
            if value.microsecond:
                raise Refusal("wrong-type", "the language has whole seconds: write .replace(microsecond=0)")
            return value.isoformat(" ")
        if isinstance(value, date):
            return value.isoformat()
        return str.__str__(value) if isinstance(value, str) else self._wrong_type(value, "a datetime or its text")

    def _compare(self, operator: str, value: object) -> Filter[R]:
        if isinstance(value, date) and not isinstance(value, datetime) and operator not in {">=", "<"}:
            finding = Finding("wrong-type", "a day is its midnight here: write >= the day and < the next day, or a datetime")
            raise filter_error(self._problem(finding, value))
        return super()._compare(operator, value)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[O]) -> DateTimeField[O]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> datetime | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...


A = TypeVar("A")


class Answer(Generic[A]):
    """A value that an answer has and a filter cannot ask for; on a row the value, on the class just its name."""

    name: str

    def __init__(self, annotation: Any, doc: str = "") -> None:
        self.annotation = annotation
        self.__doc__ = doc

    def bind(self, record: type[object], name: str) -> None:
        """Tell a newly declared answer whose it is."""
        self.name, self.record = name, record

    def __repr__(self) -> str:
        return f"<Answer {self.record.__name__}.{self.name}>"

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> Answer[A]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> A | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...

    else:

        def _not_filterable(self, other: object) -> NoReturn:
            raise FilterUsageError(f"{self.name} is answered, but the list cannot be filtered by it")

        __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _not_filterable
        __hash__ = object.__hash__


_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DAY: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_MOMENT: Final = re.compile(r"(\S+)[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def _exact_number(name: str, value: Value) -> int | Decimal:
    """The number of a literal; a quoted one counts as it does for the database, unless it is not wholly a number."""
    number: int | Decimal
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            digits = ascii_number(value.strip().replace(",", "").replace("،", "").replace("٬", ""))
            meant = _parse_number(digits) if _NUMBER.fullmatch(digits) and len(digits) <= MAX_DIGITS else None
            raise Refusal("not-a-number", f"{name} is a number: the database would take what it can read of this text", meant)
        number = _parse_number(value)
    else:
        number = value
    if isinstance(number, Decimal) and not number.is_finite():
        raise Refusal("not-a-number", f"{number} is not a number that the language has")
    if _digits(number) > MAX_DIGITS:
        raise Refusal("number-too-long", f"a number has at most {MAX_DIGITS} digits")
    return number if number else abs(number) if isinstance(number, int) else number.copy_abs()


def _parse_number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text or len(text) > MAX_DIGITS + 1 else int(text)


def _digits(number: int | Decimal) -> int:
    if isinstance(number, int):
        return MAX_DIGITS + 1 if abs(number) >= 10**MAX_DIGITS else 1
    _sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + max(exponent, 0), 1 - exponent)


def _day(name: str, text: str) -> str:
    """The day as ``YYYY-MM-DD``. Other separators mean the same to the database, so they are taken."""
    found = _DAY.fullmatch(text)
    if found is None:
        meant = ascii_number(text.strip())
        suggestion = _day(name, meant) if meant != text and _DAY.fullmatch(meant) else None
        raise Refusal("not-a-date", f"{name} takes a date 'YYYY-MM-DD'", suggestion)
    year, month, day = map(int, found.groups())
    if year == month == day == 0:
        return ZERO_DATE
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Refusal("not-a-date", f"{text!r} is not a day of the Gregorian calendar") from None


def _jalali_doubt(text: str) -> Iterator[Finding]:
    if "1200" <= text[:4] <= "1500":
        message = "this looks like a Jalali date: the database has Gregorian dates, also where a screen shows Jalali ones"
        yield Finding("jalali-date", message)


def _zero_doubt(name: str, zero: str) -> Finding:
    message = f"< and <= also find the rows without a date, which have {zero}: and {name} > '{zero}' keeps them out"
    return Finding("zero-dates", message)


def _pattern_doubts(pattern: str) -> Iterator[Finding]:
    bare = re.sub(r"\\[%_]", "", pattern)
    if not re.search("[%_]", bare):
        yield Finding("no-wildcard", "`like` without % or _ is a stricter `=`: it minds spaces at the end")
    elif pattern[0] in "%_":
        yield Finding("leading-wildcard", "`like` with a wildcard in front reads the whole table")


def _empty_to_none(value: object) -> object:
    return None if value == "" else value


def _plain_number(value: object) -> object:
    """What a server answers for a number: 5, "5", "1,234,567", or "" for none."""
    if isinstance(value, str):
        value = value.strip()
        return value.replace(",", "") if _THOUSANDS.fullmatch(value) else value or None
    return value


def _zero_to_none(value: object) -> object:
    return None if isinstance(value, str) and (not value or value.startswith(ZERO_DATE)) else value


UNLIMITED: Final = "UL"
Amount = int | Literal["UL"]


def amount(doc: str = "") -> Answer[int | Literal["UL"]]:
    """Declare an answered amount (bytes or seconds): a whole number, or "UL" where there is no limit [guide]."""
    return Answer(Annotated[int | Literal["UL"] | None, BeforeValidator(_plain_number)], doc)
