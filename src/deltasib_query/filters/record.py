"""Records: one class per list, whose attributes are fields on the class and values on a row."""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from deltasib_query.errors import FilterUsageError, InvalidRowError, printable
from deltasib_query.evaluation.kinds import HELD, Kind, is_missing, stored_text
from deltasib_query.filters.field import Field, accepted_by
from deltasib_query.filters.response_fields import UNDOCUMENTED, ResponseField
from deltasib_query.filters.values import whole_number
from deltasib_query.language.diagnosis.synonyms import KEYWORDS, closest
from deltasib_query.language.fast_parser import MakeComparison
from deltasib_query.language.terminals import FIELD

if sys.version_info >= (3, 14):
    import annotationlib
if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _RecordType(ModelMetaclass):
    """Takes the fields out of the class body, lets pydantic make a model of their values, and puts them back.

    A class of rows names its `service`, the object as the guide spells it, and its `key`, the field that tells two rows
    apart.
    """

    names_by_fold: Mapping[str, str] = MappingProxyType({})
    """What `Record` has until it is made."""

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        service: str = "",
        key: str = "",
        **kwargs: Any,
    ) -> Any:
        declared = {
            attribute: value for attribute, value in namespace.items() if isinstance(value, Field | ResponseField)
        }
        base = _base_record(name, bases)
        if declared:
            _check_names(name, bases, base, declared)
        annotations = {attribute: field.annotation for attribute, field in declared.items()}
        body = namespace | dict.fromkeys(declared)
        if any(isinstance(field, Field) and field.lossy for field in declared.values()):
            body["_hold"] = model_validator(mode="wrap")(_hold)
        body["__annotations__"] = _annotations(namespace) | annotations
        record: Any = super().__new__(mcs, name, bases, body, **kwargs)
        inherited = ChainMap(*(base.model_fields for base in bases if issubclass(base, BaseModel)))
        for attribute, found in record.model_fields.items():
            # Pydantic takes the field that stands on the base for the value of a row that has none.
            if isinstance(found.default, Field | ResponseField):
                record.model_fields[attribute] = inherited[attribute]
        type.__setattr__(record, "names_by_fold", {name.lower(): name for name in record.model_fields})
        if base is not None:
            if not declared:
                return record  # a class of somebody's own with the fields of its base
            declared = {**base.fields_by_name, **base.response_fields_by_name} | declared
            service = service or base.service_object
            key = key or getattr(base.key, "name", "")
        own = {attribute: _bound(field, record, attribute) for attribute, field in declared.items()}
        fields = {attribute: value for attribute, value in own.items() if isinstance(value, Field)}
        by_class = {
            **own,
            "declared_in": record,
            "service_object": service,
            "key": fields.get(key),
            "fields_by_name": MappingProxyType(fields),
            "response_fields_by_name": MappingProxyType({n: a for n, a in own.items() if isinstance(a, ResponseField)}),
            "field_kinds": MappingProxyType({n: f.kind for n, f in fields.items()}),
            "accepted": accepted_by(fields),
        }
        for attribute, value in by_class.items():
            type.__setattr__(record, attribute, value)
        return record

    if not TYPE_CHECKING:  # type checkers know the fields, and refuse the rest by themselves

        def __getattr__(self, name: str) -> Any:
            try:
                return super().__getattr__(name)
            except AttributeError:
                meant = None if name.startswith("_") else closest(name, self.names_by_fold.values())[0]
                message = f"{self.__name__} has no {name}" + (f"; did you mean {meant}?" if meant else "")
                # With its `obj` alone Python adds no second suggestion to the message.
                raise AttributeError(message, obj=self) from None

        def __setattr__(self, name: str, value: object) -> None:
            # A name that the class lacks is a misspelt one: its AttributeError says so.
            if not name.startswith("_") and isinstance(getattr(self, name), Field | ResponseField):
                raise FilterUsageError(f"{self.__name__}.{name} is a field, not to be assigned to: `==` compares")
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if isinstance(vars(self).get(name), Field | ResponseField):
                raise FilterUsageError(f"{self.__name__}.{name} is a field, and cannot be deleted")
            super().__delattr__(name)


_NO_NAMES: Final = KEYWORDS | {
    "current_date", "current_role", "current_time", "current_timestamp", "current_user", "default", "false",
    "localtime", "localtimestamp", "not", "null", "true", "utc_date", "utc_time", "utc_timestamp",
}  # fmt: skip
"""Names that are a keyword of the language, or an operator or a value of SQL."""


def _base_record(name: str, bases: tuple[type, ...]) -> Any:
    """The class whose fields a new class inherits; None where there is none."""
    records: list[Any] = [base for base in bases if isinstance(base, _RecordType)]
    declaring = {record.declared_in for record in records if record.model_fields}
    if len(declaring) > 1:
        names = " and ".join(sorted(record.__name__ for record in declaring))
        raise FilterUsageError(f"{name} cannot be a record of both {names}")
    return declaring.pop() if declaring else None


def _check_names(name: str, bases: tuple[type, ...], base: Any, declared: Mapping[str, object]) -> None:
    """Raise `FilterUsageError` for a name that a field cannot have."""
    by_casefold: dict[str, str] = {} if base is None else dict(base.names_by_fold)
    taken = {attribute for each in bases for attribute in dir(each)}
    for attribute in declared:
        fold = attribute.lower()
        if not FIELD.fullmatch(attribute) or attribute.startswith("_"):
            why = "a name has ASCII letters, digits and _, and starts with a letter"
        elif fold in _NO_NAMES:
            why = "the database reads it as something else"
        elif fold in by_casefold:
            why = f"there is {by_casefold[fold]} already"
        elif attribute in taken:
            why = "a record has it for something else"
        else:
            by_casefold[fold] = attribute
            continue
        raise FilterUsageError(f"{name}: {attribute!r} cannot be the name of a field: {why}")


def _bound(field: Any, record: type, name: str) -> Any:
    """The field or answer as this record's, or a copy of it where it is another's."""
    if hasattr(field, "record"):
        other, field = field, object.__new__(type(field))
        vars(field).update(vars(other))
    field.bind(record, name)
    return field


def _hold(cls: type[Record], given: object, read: Callable[[object], Any]) -> Any:
    """Read a row; beside what is read of a zero date, a blank or a float keep what the database holds."""
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


def _annotations(namespace: dict[str, Any]) -> dict[str, Any]:
    """The annotations of a class body; a name that is not defined (yet) stays a forward reference."""
    if sys.version_info >= (3, 14):
        # Without `from __future__ import annotations` the body has a function that makes them (PEP 649).
        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            return annotationlib.call_annotate_function(annotate, annotationlib.Format.FORWARDREF)
    found: dict[str, Any] = namespace.get("__annotations__", {})
    return found


_SAME: Final = {str, int, Decimal}
"""What a row and the database hold alike; told by the type alone, which is quick."""


class Record(BaseModel, metaclass=_RecordType):
    """A row of a list. What was not asked for is None and not in `model_fields_set`; unknown keys are kept.

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
        defer_build=True,  # until the first row is read: importing the package stays quick
    )

    # How unknown keys are read. As an object: of a text pydantic 2.10 looks the names up in each subclass's module.
    __annotations__["__pydantic_extra__"] = dict[str, UNDOCUMENTED]

    declared_in: ClassVar[type[Record]]
    """The class that declares the fields, of which filters are: this one, or its base where it has none of its own."""
    service_object: ClassVar[str]
    """The object as the guide spells it."""
    key: ClassVar[Field[Any, Any]]
    """The field that tells two rows apart."""
    fields_by_name: ClassVar[Mapping[str, Field[Any, Any]]]
    """The documented fields, in the guide's order."""
    response_fields_by_name: ClassVar[Mapping[str, ResponseField[Any]]]
    """What answers have beside them."""
    field_kinds: ClassVar[Mapping[str, Kind]]
    """How the database compares each field."""
    names_by_fold: ClassVar[Mapping[str, str]]
    """The documented names of what answers may have, by themselves in small letters."""
    accepted: ClassVar[MakeComparison]
    """Makes the comparisons of a typed filter, see `accepted_by`."""

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Self:
        """Read a row as a server answers it: keys in any case, numbers as text or number.

        Raises `InvalidRowError` for a value that its field cannot hold.
        """
        (row,) = _with_documented_names(cls, [row])
        try:
            return cls.model_validate(row)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False)[0]
        # The values of the row are a customer's: they are on the error, and neither in its text nor behind it.
        # Of a name that is no text pydantic says no place.
        name = printable(str(first["loc"][0] if first["loc"] else first["input"]))
        message = f"{name} cannot hold a {type(first['input']).__name__}: {first['msg'].removeprefix('Value error, ')}"
        error = InvalidRowError(message, code=None, status=200, object=cls.service_object, action="list")
        error.row, error.field = row, name
        raise error

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, object]]) -> list[Self]:
        """Read many rows, as `from_row` reads one.

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
    def held_for(cls, name: str, value: object) -> Any:
        """Return what the database holds where a row is answered with a value: `from_row` and `database_value` in one.

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

        No date is None where NULL was answered, and the zero date otherwise; a double is the float that was answered.

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
    """The rows with documented names for keys; where a row has such a name already, another spelling of it stays."""
    found: list[Mapping[str, object]] = []
    keys: list[str] = []
    names: list[str] = []
    for row in rows:
        if [*row] != keys:  # on a page they are mostly those of the row before
            keys = [*row]
            names = _names(record, row)
        found.append(row if names == keys else dict(zip(names, row.values())))  # noqa: B905 - strict takes as long again
    return found


def _names(record: type[Record], row: Mapping[str, object]) -> list[str]:
    taken = {*row}
    names = []
    for key in row:
        name = record.names_by_fold.get(key.lower(), key)
        names.append(key if name in taken else name)
        taken.add(name)
    return names
