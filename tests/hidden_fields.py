"""Policies that hide fields, each beside a record that was declared without them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from deltasib_query import Policy, Record, UserPayment
from deltasib_query.filters.field import Field
from deltasib_query.filters.labels import field_label
from deltasib_query.service.objects import RECORDS, User, UserServiceBase
from strategies import FRAGMENTS, damaged, random_texts


def copied(field: Field[Any, Any]) -> Field[Any, Any]:
    """Return a field like another one that no class has yet."""
    new: Field[Any, Any] = object.__new__(type(field))
    vars(new).update({name: value for name, value in vars(field).items() if name not in {"name", "record"}})
    return new


def without(record: type[Record], hidden: set[str]) -> type[Record]:
    """Declare a record that never had some of another's fields."""
    fields = {name: copied(field) for name, field in record.fields_by_name.items() if name not in hidden}
    declare: Any = type(Record)
    key = record.key.name if record.key.name in fields else ""
    body = {"__module__": __name__, **fields}
    less: type[Record] = declare("Less", (Record,), body, service=record.service_object, key=key)
    return less


def pair(record: type[Record], hidden: set[str]) -> tuple[Policy[Any], type[Record]]:
    fields = [field for name, field in record.fields_by_name.items() if name not in hidden]
    scope = record.key == 5
    return Policy(record, scope=scope, fields=fields, allow_leading_wildcard=True), without(record, hidden)


PAIRS = {
    "a user's name and address": pair(User, {"Name", "Family", "Address"}),
    "all of a user but the name": pair(User, {"User_Id", "Username", "Family", "Address"}),
    "a payment's type, date and price": pair(UserPayment, {"PaymentType", "VoucherDate", "Price"}),
    "a payment's key and comment": pair(UserPayment, {"User_Payment_Id", "Comment"}),
    "a service's status and end": pair(UserServiceBase, {"ServiceStatus", "EndDate", "Off"}),
}
_NAMES = [name for record in RECORDS for name in record.fields_by_name]
_LABELS = [field_label(field, "fa") for record in RECORDS for field in record.fields_by_name.values()]
_HIDDEN = [*_NAMES, *map(str.upper, _NAMES), *(name[:-1] for name in _NAMES), *_LABELS, "نوع", "تاریخ", "وضعیت"]
_PARTS = st.lists(st.sampled_from([*_HIDDEN, *FRAGMENTS, "like", "= '", "'ام", "'Ca", "<", " and "]), max_size=8)
TEXTS = _PARTS.map(" ".join) | _PARTS.map("".join) | random_texts() | damaged().map(lambda found: found[0])
"""Texts about visible and hidden fields, whole and broken."""
