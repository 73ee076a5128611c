"""Records: one class per list, whose attributes are fields on the class and values on a row."""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from deltasib_query.backends.semantics import ZERO_DATE, ZERO_DATETIME, Kind, stored_text
from deltasib_query.errors import InvalidRowError
from deltasib_query.language.swift import Accepted
from deltasib_query.schema.answers import Answer
from deltasib_query.schema.field import Field, accepted_by

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
        declared = {attribute: value for attribute, value in namespace.items() if isinstance(value, Field | Answer)}
        annotations = {attribute: field.annotation for attribute, field in declared.items()}
        body = namespace | dict.fromkeys(declared)
        body["__annotations__"] = _annotations(namespace) | annotations
        record: Any = super().__new__(mcs, name, bases, body, **kwargs)
        inherited = ChainMap(*(base.model_fields for base in bases if issubclass(base, BaseModel)))
        for attribute, found in record.model_fields.items():
            # Pydantic takes the field that stands on the base for the value of a row that has none.
            if isinstance(found.default, Field | Answer):
                record.model_fields[attribute] = inherited[attribute]
        for attribute, field in declared.items():
            field.bind(record, attribute)
            type.__setattr__(record, attribute, field)
        type.__setattr__(record, "names_by_fold", {name.lower(): name for name in record.model_fields})
        if not declared and any(isinstance(base, _RecordType) for base in bases):
            return record  # a class of somebody's own with the fields of its base
        fields = {attribute: value for attribute, value in declared.items() if isinstance(value, Field)}
        by_class = {
            "service_object": service,
            "key": fields.get(key),
            "fields_by_name": MappingProxyType(fields),
            "answers_by_name": MappingProxyType({n: a for n, a in declared.items() if isinstance(a, Answer)}),
            "field_kinds": MappingProxyType({n: f.kind for n, f in fields.items()}),
            "accepted": accepted_by(fields),
        }
        for attribute, value in by_class.items():
            type.__setattr__(record, attribute, value)
        return record


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
_NONE: Final[dict[Kind, str]] = {"date": ZERO_DATE, "datetime": ZERO_DATETIME}
"""What the database has for no value; for the other kinds that is NULL."""


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

    service_object: ClassVar[str]
    """The object as the guide spells it."""
    key: ClassVar[Field[Any, Any]]
    """The field that tells two rows apart."""
    fields_by_name: ClassVar[Mapping[str, Field[Any, Any]]]
    """The documented fields, in the guide's order."""
    answers_by_name: ClassVar[Mapping[str, Answer[Any]]]
    """What answers have beside them."""
    field_kinds: ClassVar[Mapping[str, Kind]]
    """How the database compares each field."""
    names_by_fold: ClassVar[Mapping[str, str]]
    """The documented names of what answers may have, by themselves in small letters."""
    accepted: ClassVar[Accepted]
    """The comparisons that a typed filter may have, see `accepted_by`."""

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
        # The values of the row are a customer's: they are on the error, and not in its text.
        name = str(first["loc"][0])
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
        try:
            return list(map(validate, _with_documented_names(cls, rows)))
        except ValidationError:
            return [cls.from_row(row) for row in rows]

    def database_value(self, name: str) -> object:
        """Return a field's value as the database holds it: dates as text, no date as the zero date, Yes or No.

        Raises `KeyError` for a field that the row lacks.

        >>> from deltasib_query import Service
        >>> Service.from_row({"ISEnable": "no"}).database_value("ISEnable")
        'No'
        """
        value = self.__dict__[name]
        if type(value) in _SAME:
            return value
        if name not in self.model_fields_set:
            raise KeyError(name)
        if value is None:
            return _NONE.get(type(self).field_kinds[name])
        return stored_text(value) if isinstance(value, bool | date) else value

    def database_values(self) -> Mapping[str, object]:
        """Return the values of all fields that the row has, each as `database_value` gives it."""
        return {name: self.database_value(name) for name in type(self).field_kinds if name in self.model_fields_set}


def _with_documented_names(record: type[Record], rows: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The rows with documented names for keys; where a row has such a name already, another spelling of it stays."""
    by_fold = record.names_by_fold
    found: list[Mapping[str, object]] = []
    keys: list[str] = []
    names: list[str] = []
    for row in rows:
        if [*row] != keys:  # on a page they are mostly those of the row before
            keys = [*row]
            names = [key if (name := by_fold.get(key.lower(), key)) in keys else name for key in keys]
        found.append(row if names == keys else dict(zip(names, row.values())))  # noqa: B905 - strict takes as long again
    return found
