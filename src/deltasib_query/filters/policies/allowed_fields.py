"""What a policy leaves of a record: the fields that may be named, and the operators that each may have.

The parser and the checker take `AllowedFields` in the place of a record. They do not contain the other fields, so no
message can tell that there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from deltasib_query.display import shown
from deltasib_query.errors import ParameterError, RecordMismatchError
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.checker import accepted_by
from deltasib_query.filters.field import Field
from deltasib_query.filters.record import Record
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.fast_parser import MakeComparison
from deltasib_query.language.tree import OPPOSITE, Comparison, Value
from deltasib_query.messages.message import Message

ALL_FIELDS: Final = "all fields"
ALL_OPERATORS: Final = "all operators"


class _RestrictedField(Field[Any, Any]):
    """A field with the operators that a policy leaves it. It takes the values that the whole field takes."""

    def __init__(self, whole: Field[Any, Any], operators: tuple[str, ...], *, leading_wildcard: bool) -> None:
        super().__init__()
        self.bind(whole.record, whole.name)
        self.whole, self.operators, self.leading_wildcard = whole, operators, leading_wildcard
        narrower = len(operators) < len(whole.operators)
        self.contents = Message("contents.restricted", contents=whole.contents) if narrower else whole.contents

    def accept_number(self, operator: str, value: int | Decimal, written: str = "") -> Value:
        return self.whole.accept_number(operator, value, written)

    def accept_text(self, operator: str, value: str) -> Value:
        accepted = self.whole.accept_text(operator, value)
        if not self.leading_wildcard and any(
            warning.reason.code == "leading-wildcard" for warning in self.warnings(operator, accepted)
        ):
            raise ValueRejected(Message("leading-wildcard.refused"))
        return accepted

    def warnings(self, operator: str, value: Value) -> Iterator[ValueIssue]:
        return self.whole.warnings(operator, value)

    def unheard(self, value: Value) -> ValueIssue | None:
        return self.whole.unheard(value)

    def comparison(self, operator: str, value: object) -> Comparison:
        return self.whole.comparison(operator, value)

    def is_above(self, one: Any, other: Any) -> bool:
        return self.whole.is_above(one, other)


@dataclass(frozen=True, slots=True)
class AllowedFields:
    """The part of a record that typed filters are read with: a `Whitelist` of the checker."""

    service_object: str
    fields_by_name: Mapping[str, Field[Any, Any]]
    field_kinds: Mapping[str, Kind]
    accepted: MakeComparison
    response_fields_by_name: Mapping[str, object] = field(default_factory=dict)


def allowed_fields(
    record: type[Record], operators: Mapping[str, tuple[str, ...]], *, leading_wildcard: bool
) -> AllowedFields:
    """Return the fields of a record with these operators, and no other field."""
    fields = {
        name: _RestrictedField(record.fields_by_name[name], signs, leading_wildcard=leading_wildcard)
        for name, signs in operators.items()
    }
    kinds: dict[str, Kind] = {name: record.field_kinds[name] for name in operators}
    return AllowedFields(record.service_object, fields, kinds, accepted_by(fields))


def allowed_operators(
    record: type[Record],
    fields: Iterable[Field[Any, Any]] | str,
    operators: Mapping[Any, Iterable[str]] | Iterable[str],
) -> dict[str, tuple[str, ...]]:
    """Return the operators of each field that may be named, both in the record's order.

    Raises `ParameterError` for rules that allow nothing or mean nothing, `RecordMismatchError` for another record's
    field.
    """
    names = _names(record, fields)
    own = {name: record.fields_by_name[name].operators for name in names}
    if isinstance(operators, str) and operators == ALL_OPERATORS:
        return own
    if isinstance(operators, Mapping):
        given = {_name("operators", record, field): _signs(signs) for field, signs in operators.items()}
        wrong = [f"{name} {sign}" for name, signs in given.items() for sign in signs if sign not in own.get(name, ())]
    else:
        given = dict.fromkeys(names, _signs(operators))
        wrong = [sign for sign in given[names[0]] if sign != "like" and sign not in OPPOSITE]
    if wrong:
        raise ParameterError("operators", Message("parameter.unknown-operators", operators=tuple(wrong)))
    allowed = {name: tuple(sign for sign in own[name] if sign in given.get(name, own[name])) for name in names}
    for name, signs in allowed.items():
        if not signs:
            raise ParameterError("operators", Message("parameter.no-operators", field=name))
    return allowed


def _names(record: type[Record], fields: Iterable[Field[Any, Any]] | str) -> list[str]:
    if isinstance(fields, str) and fields == ALL_FIELDS:
        return list(record.fields_by_name)
    if isinstance(fields, str) or not isinstance(fields, Iterable):
        raise ParameterError("fields", Message("parameter.fields", all=ALL_FIELDS, given=shown(fields)))
    given = {_name("fields", record, field) for field in fields}
    if not given:
        raise ParameterError("fields", Message("parameter.no-fields"))
    return [name for name in record.fields_by_name if name in given]


def _name(parameter: str, record: type[Record], field: object) -> str:
    if not isinstance(field, Field):
        raise ParameterError(parameter, Message("parameter.field", given=shown(field)))
    if record.fields_by_name.get(field.name) is not field:
        raise RecordMismatchError(Message("usage.other-field", field=repr(field), record=record.__name__))
    return field.name


def _signs(given: object) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParameterError("operators", Message("parameter.several-operators", given=shown(given)))
    return tuple(str(sign) for sign in given)
