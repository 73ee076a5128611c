"""Rows that a caller gives, as the tables store them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from sqlalchemy import Table

from deltasib_query.errors import ParameterError
from deltasib_query.filters.fields import DecimalField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.database.engine import Contents, Row
from deltasib_query.sandbox.database.tables import ACTIVE, TABLES, USERS, owner_of

GivenRows: TypeAlias = Mapping[type[Record], Iterable[Mapping[str, object] | Record]]
"""Records or mappings by class. Payments and base services have a ``User_Id`` beside their fields; users may have
``Reseller_Id`` and ``Status_Id``. A missing value is NULL, a missing id the next one.
"""


def table_rows(rows: GivenRows, resellers: Sequence[int]) -> Contents:
    """Return the rows of each table. Raise `ParameterError` for a row that fits no table."""
    contents: dict[Table, list[Row]] = {}
    for record, some in rows.items():
        table = TABLES.get(getattr(record, "declared_in", record))
        if table is None:
            known = tuple(each.__name__ for each in TABLES)
            raise ParameterError("rows", Message("parameter.no-table", known=known, record=record.__name__))
        contents.setdefault(table, []).extend(_row(record, table, row, resellers) for row in some)
    return contents


def _row(record: type[Record], table: Table, row: Mapping[str, object] | Record, resellers: Sequence[int]) -> Row:
    values = {**(row.model_extra or {}), **row.database_values()} if isinstance(row, Record) else dict(row)
    columns = [column.name for column in table.c]
    unknown = values.keys() - set(columns)
    if unknown:
        names = tuple(sorted(unknown))
        raise ParameterError("rows", Message("parameter.no-column", record=record.__name__, names=names))
    if table is USERS:
        user_id = values.get("User_Id")
        owner = owner_of(user_id, resellers) if isinstance(user_id, int) else resellers[0]
        values = {"Reseller_Id": owner, "Status_Id": ACTIVE, **values}
    return tuple(_stored(record, name, values.get(name)) for name in columns)


def _stored(record: type[Record], name: str, value: object) -> Any:
    """Return a value as its column stores it: money as a float, dates as text, booleans as Yes and No."""
    field = record.fields_by_name.get(name)
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return str(value.replace(microsecond=0, tzinfo=None))
        case date():
            return str(value)
        case str() | int() | Decimal() if isinstance(field, DecimalField):
            try:
                return float(Decimal(str(value).replace(",", "")))
            except InvalidOperation:
                raise ParameterError("rows", Message("parameter.no-number", field=name, given=repr(value))) from None
        case str():
            text = str.__str__(value)
            return text.capitalize() if isinstance(field, YesNoField) else text
        case int():
            return int.__int__(value)
        case float() | None:
            return value
        case _:
            raise ParameterError("rows", Message("parameter.cannot-hold", field=name, type=type(value).__name__))
