"""The lists that show the rows of one table: all but `user creditinfo`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, select

from deltasib_query.filters.record import Record
from deltasib_query.sandbox.database.tables import TABLES, USERS
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.handlers.call import Call, Conditions
from deltasib_query.sandbox.request_parameters import RequestParameters

Rows = list[dict[str, object]]

_PRIME: Final = 2**31 - 1
_ANOTHER: Final = 1_234_567_891
"""The number of an order that is not that of the key."""


class TableList(NamedTuple):
    """The list of a table."""

    record: type[Record]
    scope: Callable[[Call, Table], Conditions] = lambda _call, _table: ()
    """Returns the condition of the parameters that say whose rows are listed."""

    def rows(self, call: Call) -> Rows:
        """Return the rows that a call asks for. Raise `RequestError` for a wrong parameter."""
        table = TABLES[self.record]
        names = requested_fields(call.parameters, tuple(self.record.fields_by_name))
        conditions = *self.scope(call, table), *call.own_rows(table), *call.filter(self.record, table)
        query = select(*(table.c[name] for name in names)).where(*conditions)
        rows = call.connection.execute(page(query, call, table.c[self.record.key.name]))
        return [dict(zip(names, map(_with_commas, row), strict=True)) for row in rows]


def of_user(call: Call, table: Table) -> Conditions:
    """Return the condition for the rows of one user. Username wins over User_Id [guide]."""
    if not call.parameters.text("Username"):
        return (table.c.User_Id == call.parameters.number("User_Id"),)
    return (table.c.User_Id.in_(select(USERS.c.User_Id).where(call.one_user())),)


def requested_fields(parameters: RequestParameters, names: Sequence[str]) -> Sequence[str]:
    """Return the names in `Field`, in its order, each once; all names if it is empty or has a `*` [guide].

    Raises `RequestError` -5 for a name that is not among `names`.
    """
    requested = [name.strip() for name in parameters.text("Field").split(",")]
    if requested == [""] or "*" in requested:
        return names
    by_lower_case = {name.lower(): name for name in names}
    for name in requested:
        if name.lower() not in by_lower_case:
            raise RequestError(-5, f"Field: there is no field {name!r}")
    return tuple(dict.fromkeys(by_lower_case[name.lower()] for name in requested))


def page(query: Select[*tuple[Any, ...]], call: Call, key: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Return the query for LimitCount rows from LimitFrom on [guide]."""
    start, count = call.parameters.number("LimitFrom"), call.parameters.number("LimitCount")
    return query.order_by(*order(call, key)).offset(start).limit(count)


def order(call: Call, key: ColumnElement[Any]) -> Sequence[ColumnElement[Any]]:
    """Return what rows are sorted by: the key or, otherwise, a number made of it, which any database computes alike.

    The guide promises no order. Both factors are below the prime, so the product has at most 62 bits. Keys that get
    the same number are sorted by key.
    """
    if call.profile.row_order == "descending":
        return (key.desc(),)
    shuffle = _ANOTHER if call.profile.row_order == "other" else call.shuffle
    return ((key % _PRIME + 1) * shuffle % _PRIME, key) if shuffle else (key,)


def _with_commas(value: object) -> object:
    """Return money as the panel shows it: ``-1,200.50`` [wild]."""
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float | Decimal) else value
