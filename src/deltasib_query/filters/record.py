"""Records: one class per list. On the class an attribute is a field, on a row it is a value.

`User.Username` is a `TextField`, which makes filters, and `user.Username` a `str` or None. One declaration says both::

    class User(Record, service="user", key="User_Id"):
        User_Id = IntegerField["User"]("…")
        Username = TextField["User"]("…")

Rows are pydantic models, and pydantic makes a model of a class's annotations and defaults. So a field is on its class
before and after pydantic reads it, but not meanwhile. `__init_subclass__`, which Python calls first, exchanges each
field for an annotation with the default None; `__pydantic_init_subclass__`, which pydantic calls last, puts it back. A
row has its values in its own dictionary, where Python looks before it finds a field on the class, so neither access
runs code of ours. (A `__getattr__` on the class would cost 0.5 µs each time, and a second set of names for fields would
have to be learnt and kept alike.) For type checkers a field is a descriptor with one type on the class and another on a
row.

The metaclass makes no fields. It is there for the errors: only a metaclass can say what is wrong with an attribute that
a class lacks (`User.Usernme`), or that is assigned on the class (`User.Username = "ali"`, where `==` was meant).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, Unpack

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticUndefined

from deltasib_query.display import printable
from deltasib_query.errors import FilterUsageError, InvalidRowError
from deltasib_query.evaluation.kinds import HELD, Kind, is_missing, stored_text
from deltasib_query.filters.checker import accept_tree, accepted_by, find_field
from deltasib_query.filters.field import Field
from deltasib_query.filters.reading import read
from deltasib_query.filters.response_fields import UNDOCUMENTED, ResponseField
from deltasib_query.filters.values import whole_number
from deltasib_query.language.diagnosis.synonyms import KEYWORDS, closest
from deltasib_query.language.fast_parser import MakeComparison
from deltasib_query.language.terminals import FIELD
from deltasib_query.language.tree import Node
from deltasib_query.messages.message import Message

if sys.version_info >= (3, 14):
    import annotationlib
if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _RecordType(ModelMetaclass):
    """Says what is wrong with a name that a record's class lacks, and keeps its fields from being changed."""

    if not TYPE_CHECKING:  # type checkers know the fields, and refuse the rest by themselves

        def __getattr__(self, name: str) -> Any:
            try:
                return super().__getattr__(name)
            except AttributeError:
                meant = None if name.startswith("_") else closest(name, self.names_by_casefold.values())[0]
                message = f"{self.__name__} has no {name}" + (f"; did you mean {meant}?" if meant else "")
                # With its `obj` alone Python adds no second suggestion to the message.
                raise AttributeError(message, obj=self) from None

        def __setattr__(self, name: str, value: object) -> None:
            # A name that the class lacks is a misspelt one: its AttributeError says so.
            if not name.startswith("_") and isinstance(getattr(self, name), Field | ResponseField):
                raise FilterUsageError(Message("usage.assigned", record=self.__name__, field=name))
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if isinstance(vars(self).get(name), Field | ResponseField):
                raise FilterUsageError(Message("usage.deleted", record=self.__name__, field=name))
            super().__delattr__(name)


_NO_NAMES: Final = KEYWORDS | {
    "current_date", "current_role", "current_time", "current_timestamp", "current_user", "default", "false",
    "localtime", "localtimestamp", "not", "null", "true", "utc_date", "utc_time", "utc_timestamp",
}  # fmt: skip
"""Keywords of the language, and what the database reads as an operator or a value."""


def _all_fields(record: type[Record]) -> dict[str, Any]:
    return {**record.fields_by_name, **record.response_fields_by_name}


def _base_record(cls: type[Record]) -> type[Record]:
    """Return the class whose fields a new class inherits: `Record`, which has none, or a class of rows."""
    declaring = {base.declared_in for base in cls.__bases__ if issubclass(base, Record) and base.fields_by_name}
    if len(declaring) > 1:
        one, other, *_ = sorted(record.__name__ for record in declaring)
        raise FilterUsageError(Message("usage.two-bases", record=cls.__name__, one=one, other=other))
    return declaring.pop() if declaring else Record


def _check_names(cls: type[Record], base: type[Record], declared: Iterable[str]) -> None:
    """Raise `FilterUsageError` for a name that a field cannot have."""
    by_casefold = dict(base.names_by_casefold)
    taken = Record.__class_vars__.union(*map(dir, cls.__bases__))
    for name in declared:
        fold = name.lower()
        if not FIELD.fullmatch(name) or name.startswith("_"):
            why = Message("field-name.letters")
        elif fold in _NO_NAMES:
            why = Message("field-name.reserved")
        elif fold in by_casefold:
            why = Message("field-name.twice", other=by_casefold[fold])
        elif name in taken:
            why = Message("field-name.taken")
        else:
            by_casefold[fold] = name
            continue
        raise FilterUsageError(Message("usage.field-name", record=cls.__name__, name=repr(name), why=why))


def _bound(field: Any, record: type, name: str) -> Any:
    """Return the field as one of this record: itself, or a copy where another record has it."""
    if hasattr(field, "record"):
        other, field = field, object.__new__(type(field))
        vars(field).update(vars(other))
    field.bind(record, name)
    return field


def _hold(cls: type[Record], given: object, read: Callable[[object], Any]) -> Any:
    """Read a row. For a zero date, a blank and a float, also keep the value that the database holds."""
    row = read(given)
    if isinstance(given, Mapping):
        values = row.__dict__
        held: dict[str, tuple[object, object]] = {}
        for name, field in cls.fields_by_name.items():
            raw, value = given.get(name), values[name]
            if value is None and raw is not None:
                held[name] = value, field.blank
            elif isinstance(raw, float) and isinstance(value, Decimal):
                held[name] = value, float(raw)
        if held:
            values[HELD] = held
    return row


def _is_nan(value: object) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else isinstance(value, float) and value != value


def _annotations(cls: type[Record]) -> dict[str, Any]:
    """Return the annotations of a class body. A name that is not defined (yet) stays a forward reference."""
    if sys.version_info >= (3, 14):
        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


_SAME: Final = {str, int, Decimal}
"""Types whose values the database holds as they are."""


class Record(BaseModel, metaclass=_RecordType):
    """A row of a list. A field that was not requested is None and not in `model_fields_set`; unknown keys are kept.

    >>> from deltasib_query import User
    >>> user = User.from_row({"user_id": "5", "Username": "ali"})
    >>> user.User_Id, user.Name
    (5, None)
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        coerce_numbers_to_str=True,
        arbitrary_types_allowed=True,
        ignored_types=(Field, ResponseField),  # they need no annotation in the class body
        defer_build=True,  # until the first row is read: importing the package stays quick
    )

    # How unknown keys are read. An object, since pydantic 2.10 looks the names of a text up in each subclass's module.
    __annotations__["__pydantic_extra__"] = dict[str, UNDOCUMENTED]

    declared_in: ClassVar[type[Record]]
    """The class that declares the fields, and that filters are of: this one, or its base if it declares none."""
    service_object: ClassVar[str] = ""
    """The object as the guide spells it."""
    key: ClassVar[Field[Any, Any]]
    """The field that tells two rows apart."""
    fields_by_name: ClassVar[Mapping[str, Field[Any, Any]]] = MappingProxyType({})
    """The documented fields, in the guide's order."""
    response_fields_by_name: ClassVar[Mapping[str, ResponseField[Any]]] = MappingProxyType({})
    """What responses have beside them."""
    field_kinds: ClassVar[Mapping[str, Kind]] = MappingProxyType({})
    """How the database compares each field."""
    names_by_casefold: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The documented names of what responses may have, by the same in small letters."""
    accepted: ClassVar[MakeComparison]
    """Makes the comparisons of a typed filter, see `accepted_by`."""

    def __init_subclass__(cls, *, service: str = "", key: str = "", **kwargs: Unpack[ConfigDict]) -> None:
        """Take the fields out of a new class, before pydantic reads it.

        service: the object of the list, as the guide spells it.
        key: the name of the field that tells two rows apart.
        """
        super().__init_subclass__(**kwargs)
        base = _base_record(cls)
        inherited = _all_fields(base)
        declared: dict[str, Any] = {n: f for n, f in vars(cls).items() if isinstance(f, Field | ResponseField)}
        # Pydantic takes attributes for defaults. What is undefined has the default that the base gave it.
        attributes = dict.fromkeys(inherited.keys() - vars(cls).keys(), PydanticUndefined) | dict.fromkeys(declared)
        if declared:
            _check_names(cls, base, declared)
            cls.__annotations__ = _annotations(cls) | {name: field.annotation for name, field in declared.items()}
            if any(isinstance(field, Field) and field.lossy for field in declared.values()):
                attributes["_hold"] = model_validator(mode="wrap")(_hold)
            own = {name: _bound(field, cls, name) for name, field in (inherited | declared).items()}
            fields = {name: field for name, field in own.items() if isinstance(field, Field)}
            others = {name: field for name, field in own.items() if isinstance(field, ResponseField)}
            attributes |= {
                "declared_in": cls,
                "service_object": service or base.service_object,
                "key": fields.get(key or getattr(getattr(base, "key", None), "name", "")),
                "fields_by_name": MappingProxyType(fields),
                "response_fields_by_name": MappingProxyType(others),
                "field_kinds": MappingProxyType({name: field.kind for name, field in fields.items()}),
                "accepted": accepted_by(fields),
            }
        for name, value in attributes.items():
            type.__setattr__(cls, name, value)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Put the fields back, after pydantic has made a model of their values."""
        super().__pydantic_init_subclass__(**kwargs)
        for name, field in _all_fields(cls).items():
            if field.record is cls:
                type.__setattr__(cls, name, field)
            elif name in vars(cls):
                type.__delattr__(cls, name)
        type.__setattr__(cls, "names_by_casefold", {name.lower(): name for name in cls.model_fields})

    @classmethod
    def field(cls, name: str) -> Field[Self, Any]:
        """Return the field of a name, in any letter case, for a name that a program has as data.

        Raises `UnknownFieldError` for any other name: its `expected` are the fields that there are, and its `repair`
        is the name that was meant, where one is near. `getattr` would give methods and attributes too.

        >>> from deltasib_query import User
        >>> str(User.field("user_id").compare(">=", 100))
        'User_Id >= 100'
        """
        return find_field(name, cls)

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Self:
        """Return the record of a row of a response: keys in any case, numbers as text or number.

        Raises `InvalidRowError` for a value that its field cannot hold.
        """
        (row,) = _with_documented_names(cls, [row])
        try:
            return cls.model_validate(row)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False)[0]
        # The values of the row are a customer's: they stand on the error, not in its text or its cause.
        # For a name that is no text, pydantic gives no place.
        name = printable(str(first["loc"][0] if first["loc"] else first["input"]))
        why: str | Message = first["msg"].removeprefix("Value error, ")
        match first.get("ctx"):
            case {"error": ValueError(args=(Message() as rule,))}:  # a rule of `response_fields`
                why = rule
        reason = Message("row.value", field=name, type=type(first["input"]).__name__, why=why)
        raise InvalidRowError(reason, row=row, field=name, object=cls.service_object, action="list")

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, object]]) -> list[Self]:
        """Return many rows, as `from_row` returns one.

        Raises `InvalidRowError` for the first row that has a value which its field cannot hold.

        >>> from deltasib_query import User
        >>> [user.User_Id for user in User.from_rows([{"user_id": "5"}, {"User_Id": 6}])]
        [5, 6]
        """
        validate = cls.__pydantic_validator__.validate_python
        with suppress(ValidationError):
            return list(map(validate, _with_documented_names(cls, rows)))
        return [cls.from_row(row) for row in rows]

    @classmethod
    def accept_tree(cls, tree: Node) -> Node:
        """Return a tree with documented names and normal values, or raise what `from_tree` raises."""
        return accept_tree(tree, cls)

    @classmethod
    def read_tree(cls, text: str) -> Node:
        """Return the tree of a filter's text, of any size, or raise what `parse` raises."""
        return read(text, cls, None, repair=False)

    @classmethod
    def held_for(cls, name: str, value: object) -> Any:
        """Return what the database holds where a response has a value: `from_row` and `database_value` in one.

        Raises `TypeError` for a value that the field cannot hold.

        >>> from deltasib_query import Service
        >>> Service.held_for("ISEnable", "y")
        'Yes'
        """
        if is_missing(value) or _is_nan(value):
            raise TypeError(f"{name}: {value!r} is no value of a column, NULL is None")
        number = whole_number(value)  # of numpy, too
        try:
            return cls.from_row({name: value if number is None else number}).database_value(name)
        except InvalidRowError as error:
            raise TypeError(error.description) from None

    def database_value(self, name: str) -> object:
        """Return a field's value as the database holds it: dates as text, Yes or No.

        No date is None if the response had NULL, and the zero date otherwise; a double is the float of the response.

        Raises `KeyError` for a field that the row lacks.

        >>> from deltasib_query import Service
        >>> Service.from_row({"ISEnable": "no"}).database_value("ISEnable")
        'No'
        """
        value = self.__dict__[name]
        held = self.__dict__.get(HELD)
        if held and name in held and held[name][0] is value:
            return held[name][1]
        if type(value) in _SAME:
            return value
        if name not in self.model_fields_set:
            raise KeyError(name)
        return stored_text(value) if isinstance(value, bool | date) else value

    def database_values(self) -> Mapping[str, object]:
        """Return the values of all fields that the row has, each as `database_value` gives it."""
        return {name: self.database_value(name) for name in type(self).field_kinds if name in self.model_fields_set}


def _with_documented_names(record: type[Record], rows: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Return the rows with documented names as keys. If a row has that name too, another spelling of it stays."""
    found: list[Mapping[str, object]] = []
    keys: list[str] = []
    names: list[str] = []
    for row in rows:
        if [*row] != keys:  # most rows of a page have the keys of the row before
            keys = [*row]
            names = _names(record, row)
        found.append(row if names == keys else dict(zip(names, row.values())))  # noqa: B905 - strict takes as long again
    return found


def _names(record: type[Record], row: Mapping[str, object]) -> list[str]:
    taken = {*row}
    names = []
    for key in row:
        name = record.names_by_casefold.get(key.lower(), key)
        names.append(key if name in taken else name)
        taken.add(name)
    return names
