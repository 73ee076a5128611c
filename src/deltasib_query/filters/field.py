"""What every field does: make filters, accept values for literals, and raise for Python that means something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeVar

from deltasib_query.display import printable, shown
from deltasib_query.errors import FilterUsageError, filter_error
from deltasib_query.evaluation.kinds import Kind, is_missing
from deltasib_query.filters.filter import HOW_TO_FIND, HOW_TO_JOIN, Filter, Filterable, filter_of
from deltasib_query.filters.response_fields import TEXT
from deltasib_query.filters.values import (
    ValueIssue,
    ValueRejected,
    arabic_warnings,
    equality_warnings,
    number_for_text,
    pattern_warnings,
)
from deltasib_query.language.diagnosis.literals import unsafe_message
from deltasib_query.language.excerpts import locate
from deltasib_query.language.renderer import literal, unsafe_character
from deltasib_query.language.tree import EQUALITY, ORDER, And, Comparison, Or, Value, join
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span

R = TypeVar("R", bound=Filterable)
V = TypeVar("V", contravariant=True)

A_STR: Final = Message("wanted.str")


class Field(Generic[R, V]):
    """A field that the list of an object can be filtered by.

    Comparisons and methods make filters. They raise `FilterError` for a value that the field does not accept, and
    `FilterUsageError` for Python that would silently mean something else: `and`, `in`, the field alone.

    >>> from deltasib_query import User
    >>> str((User.Name != "علی") & (User.User_Id == 5))
    "Name <> 'علی' and User_Id = 5"
    """

    kind: ClassVar[Kind] = "text"
    contents: Message = Message("contents.text")
    """What the field holds, in a few words."""
    operators: tuple[str, ...] = EQUALITY
    plain_type: ClassVar[type[str | int]] = str
    """A Python value of exactly this type is passed to `accept` as it is, any other through `from_python` first."""
    held_types: ClassVar[frozenset[type]] = frozenset({str})
    """The exact types of a row's values that are compared as they are, without `Record.held_for`."""
    annotation: Any = TEXT
    """The type as which pydantic reads a row's value."""
    lossy: ClassVar[bool] = False
    """Whether two values of the database can look the same in a row: NULL and a zero date are None, a decimal and a
    double are a `Decimal`."""
    required: ClassVar[bool] = False
    """Whether every row of a response has a value for it."""
    integral: ClassVar[bool] = False
    """Whether the values are whole numbers."""
    exact: bool = True
    """Whether the column certainly holds exact numbers; otherwise it may hold floats."""
    choices: tuple[str, ...] = ()
    """The known values, where there are only a few."""
    blank: ClassVar[str | None] = None
    """What the database holds where a row has None, unless the response had NULL [inferred]."""
    name: str
    record: type[R]

    def __init__(self, doc: str = "") -> None:
        self.__doc__ = doc

    @property
    def description(self) -> str:
        """What the field holds, in a few words of English."""
        return str(self.contents)

    def bind(self, record: type[R], name: str) -> None:
        """Set the record and the name that the field is declared with."""
        self.name, self.record = name, record

    # For typed filters

    def accept(self, operator: str, value: Value, written: str = "") -> Value:
        """Return a value as a literal of this field holds it, or raise `ValueRejected`.

        written: the value as it was typed, which for a number includes the zeros in front; empty for Python code.
        """
        if not isinstance(value, str):
            return self.accept_number(operator, value, written)
        offset = unsafe_character(value, pattern=operator == "like")
        if offset is not None:
            raise ValueRejected(unsafe_message(value[offset]), offset=offset)
        return self.accept_text(operator, value)

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:  # noqa: ARG002
        """Return a number as a literal of this field holds it, or raise `ValueRejected`.

        A field of text rejects every number. The same digits in quotes are certainly meant, except behind `<` and the
        like, because texts have another order than numbers [measured].
        """
        raise number_for_text(Message("number-for-text", field=self.name), written, certain=operator not in ORDER)

    def accept_text(self, operator: str, value: str) -> Value:  # noqa: ARG002
        """Return a text as a literal of this field holds it, or raise `ValueRejected`.

        A literal can hold every character of the text: the grammar or `accept` has made sure of that.
        """
        return value

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        """Yield the warnings of `check` for a value that the field accepts, but that is seldom meant."""
        text = str(value)
        if operator == "like":
            yield from pattern_warnings(text)
        elif operator in EQUALITY and "like" in self.operators:
            yield from equality_warnings(operator, text)
        if text.isascii():
            return
        yield from arabic_warnings(text)
        if max(text) > "\uffff":
            yield ValueIssue(Message("beyond-bmp"))

    def unheard(self, value: Value) -> ValueIssue | None:  # noqa: ARG002
        """Return the warning that is an error where no one hears warnings: in Python code and in forms."""
        return None

    def from_python(self, value: object) -> Value:
        """Return the literal's value for a Python value, or raise `ValueRejected`."""
        return self._plain_text(value, A_STR)

    def operator_problem(self, operator: str, place: Span) -> Problem:
        """Return what is wrong with an operator that the field does not take."""
        taken, given = self.operators, printable(operator)
        reason = Message("operator-not-allowed", field=self.name, contents=self.contents, operators=taken, given=given)
        return Problem(reason, place, possible=taken)

    # For Python code

    def compare(self, operator: str, value: V) -> Filter[R]:
        """Select the rows whose field compares so with a value: for an operator that a program has as data.

        operator: one of the field's `operators`, as the language writes them: ``= <> < > <= >= like``.
        value: what the Python operator takes; behind ``like`` a pattern, as `like` takes it.

        Raises `UnsupportedOperatorError` for an operator that the field does not take, and what ``==`` raises.

        >>> from deltasib_query import User
        >>> str(User.field("username").compare("like", "ali%"))
        "Username like 'ali%'"
        """
        if operator not in self.operators:
            raise filter_error(self.operator_problem(str(operator), Span(0, 0)))
        return self._compare(operator, value)

    def __eq__(self, value: V) -> Filter[R]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compare("=", value)

    def __ne__(self, value: V) -> Filter[R]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compare("<>", value)

    __hash__ = object.__hash__

    def in_(self, values: Iterable[V]) -> Filter[R]:
        """Select the rows whose field is one of the values. For no values it is the `constant` filter False.

        >>> from deltasib_query import User
        >>> str(User.User_Id.in_([1, 2]))
        '(User_Id = 1 or User_Id = 2)'
        """
        return self._each("=", values)

    def not_in(self, values: Iterable[V]) -> Filter[R]:
        """Select the rows whose field is none of the values. For no values it is the `constant` filter True.

        >>> from deltasib_query import User
        >>> str(User.User_Id.not_in([1, 2]))
        'User_Id <> 1 and User_Id <> 2'
        """
        return self._each("<>", values)

    def _each(self, operator: str, values: Iterable[V]) -> Filter[R]:
        negated = operator == "<>"
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            method = "not_in" if negated else "in_"
            reason = Message("usage.several-values", field=self.name, method=method, given=shown(values))
            raise FilterUsageError(reason)
        leaves = [self.comparison(operator, value) for value in values]
        return filter_of(self.record, join(And if negated else Or, leaves) if leaves else negated)

    def _compare(self, operator: str, value: object) -> Filter[R]:
        return filter_of(self.record, self.comparison(operator, value))

    def comparison(self, operator: str, value: object) -> Comparison:
        """Return the comparison with a value of Python code; raise `FilterError` for one that the field rejects."""
        try:
            if type(value) is not self.plain_type:
                value = plain_value(value)
                value = self.from_python(value)
            return Comparison(self.name, operator, self.accept(operator, value))
        except ValueRejected as refusal:
            raise filter_error(self._problem(refusal.issue, value)) from None

    def empty_range(self, low: Value, high: Value) -> ValueIssue | None:
        """Return what is wrong with a range in which nothing lies; None where something may."""
        if not self.is_above(low, high):
            return None
        return ValueIssue(Message("empty-range", low=literal(low), high=literal(high)))

    def is_above(self, one: Any, other: Any) -> bool:
        """Return whether a value is certainly greater than another."""
        return bool(one > other)

    def _problem(self, issue: ValueIssue, value: object) -> Problem:
        text = str.__str__(value) if isinstance(value, str) else shown(value)
        reason = issue.reason
        if not _names_its_field(reason):
            reason = Message(f"{reason.code}.in-field", field=self.name, reason=reason)
        suggestion = issue.suggestion
        repair = None if suggestion is None else Repair(Span(0, len(text)), literal(suggestion), issue.certain)
        if issue.offset is None:
            return Problem(reason, Span(0, len(text)), repair=repair)
        return locate(Problem(reason, Span(issue.offset, issue.offset + 1)), text)

    def _plain_text(self, value: object, wanted: Message) -> str:
        """Return a str, and of a subclass the plain text, whatever its `__str__` returns; raise for any other value."""
        return str.__str__(value) if isinstance(value, str) else self._wrong_type(value, wanted)

    def _wrong_type(self, value: object, wanted: Message) -> NoReturn:
        if isinstance(value, Field):
            raise ValueRejected(Message("wrong-type.field", rule=Message("bare-word.field"), hint=HOW_TO_FIND))
        several = isinstance(value, Iterable) and not isinstance(value, str | bytes)
        key = "wrong-type.several" if several else "wrong-type"
        raise ValueRejected(Message(key, wanted=wanted, type=type(value).__name__))

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
            raise FilterUsageError(Message("usage.field-as-condition", field=self.name, hint=HOW_TO_JOIN))

        def __contains__(self, value: object) -> NoReturn:
            raise FilterUsageError(Message("usage.in-field", field=self.name))

        def __iter__(self) -> NoReturn:
            raise FilterUsageError(Message("usage.field-as-list", field=self.name))

        def __and__(self, other: object) -> NoReturn:
            raise FilterUsageError(Message("usage.field-alone", field=self.name, hint=HOW_TO_JOIN))

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            raise FilterUsageError(Message("usage.field-alone", field=self.name, hint=HOW_TO_JOIN))

        def _no_order(self, _value: object) -> NoReturn:
            raise FilterUsageError(Message("usage.no-order", field=self.name, operators=self.operators))

        __lt__ = __gt__ = __le__ = __ge__ = _no_order


class OrderedField(Field[R, V]):
    """A field that can be compared by size."""

    operators: tuple[str, ...] = (*EQUALITY, *ORDER)

    def __lt__(self, value: V) -> Filter[R]:
        return self._compare("<", value)

    def __gt__(self, value: V) -> Filter[R]:
        return self._compare(">", value)

    def __le__(self, value: V) -> Filter[R]:
        return self._compare("<=", value)

    def __ge__(self, value: V) -> Filter[R]:
        return self._compare(">=", value)

    def between(self, low: V, high: V) -> Filter[R]:
        """Select the rows from `low` to `high`, both included.

        Raises `InvalidValueError` if no value lies between them, as for ``between(9, 1)``. Texts are ordered by the
        database's collation, so they raise only if every known collation agrees.

        >>> from deltasib_query import User
        >>> str(User.User_Id.between(10, 20))
        'User_Id >= 10 and User_Id <= 20'
        """
        lowest, highest = self.comparison(">=", low), self.comparison("<=", high)
        issue = self.empty_range(lowest.value, highest.value)
        if issue is not None:
            raise filter_error(self._problem(issue, low))
        return filter_of(self.record, And([lowest, highest]))


def plain_value(value: object) -> object:
    """Return the value of an Enum's member, and any other value as it is; raise `ValueRejected` for one like None."""
    plain = value.value if isinstance(value, Enum) else value
    if is_missing(plain):
        raise ValueRejected(Message("wrong-type.missing", given=str(plain)))
    return plain


def _names_its_field(reason: Message) -> bool:
    """Return whether a message, or one within it, has the name of the field."""
    parts = (part for part in reason.params.values() if isinstance(part, Message))
    return "field" in reason.params or any("field" in part.params for part in parts)
