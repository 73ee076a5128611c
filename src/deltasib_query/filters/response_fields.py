"""How the values of a response are read, and the fields of rows that no filter can compare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from numbers import Rational, Real
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, NoReturn, TypeAlias, TypeVar, overload

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from deltasib_query.errors import FilterUsageError
from deltasib_query.evaluation.kinds import is_bool, is_missing
from deltasib_query.filters.values import THOUSANDS, whole_number
from deltasib_query.language.terminals import MAX_DIGITS, NUMBER, fits
from deltasib_query.messages.message import Message

A = TypeVar("A")

_TOO_LONG: Final = Message("row.long-number", most=MAX_DIGITS)
_DEEPEST: Final = 20
"""How deep the value of an unknown key may be nested: printing and comparing rows recurse into it."""
_ZERO_DATE: Final = re.compile(r"0000([-/])00\1(?:00|00[T ]00:00(?::00(?:\.0+)?)?)")
_DATE: Final = re.compile(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}")


def empty_to_none(value: object) -> object:
    """Return None for an empty text."""
    return None if value == "" else value


def plain_number(value: object) -> object:
    """Return a number of a response: 5, "5", "1,234,567", "UL" for no limit, "" for none."""
    if isinstance(value, str):
        value = value.strip()
        plain = value.replace(",", "") if THOUSANDS.fullmatch(value) else value
        if plain and not NUMBER.fullmatch(plain) and plain.upper() != "UL":
            raise ValueError(Message("row.number"))
        if len(plain) > MAX_DIGITS + len("-."):
            raise ValueError(_TOO_LONG)
        return plain.upper() or None
    if is_bool(value):
        raise ValueError(Message("row.number"))
    if not isinstance(value, int | float | Decimal | None):
        number = whole_number(value)
        value = value if number is None else number
    if isinstance(value, Real) and not isinstance(value, Rational | float):
        value = float(value)  # a float of numpy
    if isinstance(value, Decimal):
        if not value.is_finite() or not fits(value):
            raise ValueError(_TOO_LONG)
        return value if value and "E+" not in str(value) else Decimal(int(value))  # 1E+5 is 100000, and -0.0 is 0
    if isinstance(value, int) and not fits(value):
        raise ValueError(_TOO_LONG)
    return value


def zero_to_none(value: object) -> object:
    """Return None for a zero date, and refuse any other number, which pydantic would take for seconds since 1970."""
    if isinstance(value, str):
        if value in {"", "0"} or _ZERO_DATE.fullmatch(value):
            return None
        if _DATE.match(value):
            return value.replace("/", "-")
    elif value is None or (isinstance(value, date) and not is_missing(value)):
        return value
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == 0:
        return None
    raise ValueError(Message("row.date"))


def _undocumented(value: object, depth: int = 0) -> object:
    """Return the value of an unknown key: any JSON that is not nested too deep, and whose texts UTF-8 can encode."""
    if depth > _DEEPEST:
        raise ValueError(Message("row.too-deep", most=_DEEPEST))
    parts: Iterable[object] = ()
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        parts = (*value, *value.values())
    elif isinstance(value, list):
        parts = value
    for part in parts:
        _undocumented(part, depth + 1)
    return value


TEXT: Final = Annotated[str | None, StringConstraints(min_length=0)]
"""How a text is read. With a rule on its length, pydantic refuses a lone surrogate, which UTF-8 cannot encode."""

YES_NO: Final = Annotated[bool | None, BeforeValidator(empty_to_none)]
"""How a Yes or No is read."""

INTEGER: Final = Annotated[int | None, BeforeValidator(plain_number)]
"""How a whole number is read."""

AMOUNT: Final = Annotated[int | Literal["UL"] | None, BeforeValidator(plain_number)]
"""How an amount is read."""

DAY: Final = Annotated[date | None, BeforeValidator(zero_to_none)]
"""How a date is read."""

MOMENT: Final = Annotated[datetime | None, BeforeValidator(zero_to_none)]
"""How a moment is read; a bare day is its midnight."""

UNDOCUMENTED: TypeAlias = Annotated[Any, AfterValidator(_undocumented)]
"""How the value of an unknown key is read."""


class ResponseField(Generic[A]):
    """A field that rows have and no filter can compare. On a row it is the value, on the class it only has a name."""

    name: str

    def __init__(self, annotation: Any, doc: str = "") -> None:
        self.annotation = annotation
        self.__doc__ = doc

    def bind(self, record: type[object], name: str) -> None:
        """Tell a newly declared field which record it is of, and its name there."""
        self.name, self.record = name, record

    def __repr__(self) -> str:
        return f"<ResponseField {self.record.__name__}.{self.name}>"

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> ResponseField[A]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> A | None: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...

    else:

        def _not_filterable(self, _other: object) -> NoReturn:
            raise FilterUsageError(Message("usage.response-field", field=self.name))

        __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _not_filterable
        __hash__ = object.__hash__


def amount(doc: str = "") -> ResponseField[int | Literal["UL"]]:
    """Declare an amount (bytes or seconds): a whole number, or "UL" where there is no limit [guide]."""
    return ResponseField(AMOUNT, doc)
