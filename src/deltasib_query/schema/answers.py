"""What a server answers: how its values are read, and answers that no filter can ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, NoReturn, TypeVar, overload

from pydantic import BeforeValidator

from deltasib_query.backends.semantics import ZERO_DATE
from deltasib_query.errors import FilterUsageError
from deltasib_query.language.terminals import NUMBER
from deltasib_query.schema.values import THOUSANDS

A = TypeVar("A")

_ANSWERED_DATE: Final = re.compile(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}")


def empty_to_none(value: object) -> object:
    """Read an answered empty text as no value."""
    return None if value == "" else value


def plain_number(value: object) -> object:
    """Read an answered number: 5, "5", "1,234,567", "UL" for no limit, "" for none."""
    if isinstance(value, bool):
        raise ValueError("a number is needed")
    if isinstance(value, str):
        value = value.strip()
        plain = value.replace(",", "") if THOUSANDS.fullmatch(value) else value
        if plain and not NUMBER.fullmatch(plain) and plain.upper() != "UL":
            raise ValueError("a number is needed")
        return plain.upper() or None
    return value


def zero_to_none(value: object) -> object:
    """Read an answered zero date as no date."""
    if not isinstance(value, str):
        return value
    if not value or value.startswith(ZERO_DATE):
        return None
    if not _ANSWERED_DATE.match(value):
        raise ValueError("a date is needed")
    return value.replace("/", "-")


YES_NO: Final = Annotated[bool | None, BeforeValidator(empty_to_none)]
"""How an answered Yes or No is read."""

AMOUNT: Final = Annotated[int | Literal["UL"] | None, BeforeValidator(plain_number)]
"""How an answered amount is read."""


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

        def _not_filterable(self, _other: object) -> NoReturn:
            raise FilterUsageError(f"{self.name} is answered, but the list cannot be filtered by it")

        __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _not_filterable
        __hash__ = object.__hash__


def amount(doc: str = "") -> Answer[int | Literal["UL"]]:
    """Declare an answered amount (bytes or seconds): a whole number, or "UL" where there is no limit [guide]."""
    return Answer(AMOUNT, doc)
