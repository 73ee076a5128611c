"""The six lists: from a call to the rows of its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, func, select

from deltasib_query.filters.record import Record
from deltasib_query.sandbox.calls import Call, Conditions
from deltasib_query.sandbox.credit import credit
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.sandbox.tables import BASE_SERVICES, SERVICES, TABLES, USERS, is_active
from deltasib_query.service.objects import UserCreditInfo

Rows = list[dict[str, object]]

_PRIME: Final = 2**31 - 1


class TableList(NamedTuple):
    """A list that answers the columns of one table."""

    record: type[Record]
    scope: Callable[[Call, Table], Conditions] = lambda _call, _table: ()
    """Whose rows are meant, where a parameter says so."""

    def rows(self, call: Call) -> Rows:
        """Return the rows asked for. Raises `RequestError` for a wrong parameter."""
        table = TABLES[self.record]
        names = _chosen(call.parameters, tuple(self.record.fields_by_name))
        conditions = *self.scope(call, table), *call.own(table), *call.filtered(self.record, table)
        query = select(*(table.c[name] for name in names)).where(*conditions)
        page = _page(query, call, table.c[self.record.key.name])
        return [dict(zip(names, map(_shown, row), strict=True)) for row in call.connection.execute(page)]


def credit_rows(call: Call) -> Rows:
    """Return the rows of `user creditinfo`, from the users and the services that they have now.

    User_Id is required [guide]; a Filter beside `User_Id=0` is enough [wild].
    """
    names = _chosen(call.parameters, (*UserCreditInfo.fields_by_name, *UserCreditInfo.response_fields_by_name))
    conditions = call.filtered(UserCreditInfo, USERS)
    user_id = call.parameters.number("User_Id")
    if user_id or not conditions:
        conditions = *conditions, USERS.c.User_Id == user_id
    # The users are found by themselves: the filter's names are theirs, and they are what the limits count.
    found = select(USERS.c.User_Id, USERS.c.Username).where(*call.own(USERS), *conditions)
    users = _page(found, call, USERS.c.User_Id).subquery()
    actives = select(func.min(BASE_SERVICES.c.User_ServiceBase_Id))  # rows that a test brought may have several
    active = actives.where(BASE_SERVICES.c.User_Id == users.c.User_Id, is_active).correlate(users).scalar_subquery()
    query = (
        select(users, SERVICES.c.ServiceName, BASE_SERVICES.c.StartDate, BASE_SERVICES.c.EndDate)
        .outerjoin_from(users, BASE_SERVICES, BASE_SERVICES.c.User_ServiceBase_Id == active)
        .outerjoin(SERVICES, SERVICES.c.Service_Id == BASE_SERVICES.c.Service_Id)
        .order_by(*_order(call, users.c.User_Id))
    )
    rows = call.connection.execute(query)
    wholes = ({"User_Id": row.User_Id, "Username": row.Username, **credit(call.now, *row)} for row in rows)
    return [{name: whole[name] for name in names} for whole in wholes]


def of_user(call: Call, table: Table) -> Conditions:
    """Return the condition of the rows of one user: by Username, which wins, or by User_Id [guide]."""
    if not call.parameters.text("Username"):
        return (table.c.User_Id == call.parameters.number("User_Id"),)
    return (table.c.User_Id.in_(select(USERS.c.User_Id).where(call.user())),)


def _chosen(parameters: Parameters, names: Sequence[str]) -> Sequence[str]:
    """The names in `Field`, in its order, each once; all where there are none, or a `*` [guide]."""
    asked = [name.strip() for name in parameters.text("Field").split(",")]
    if asked == [""] or "*" in asked:
        return names
    by_casefold = {name.lower(): name for name in names}
    for name in asked:
        if name.lower() not in by_casefold:
            raise RequestError(-5, f"Field: there is no field {name!r}")
    return tuple(dict.fromkeys(by_casefold[name.lower()] for name in asked))


def _page(query: Select[*tuple[Any, ...]], call: Call, key: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """LimitCount rows from LimitFrom on [guide]."""
    start, count = call.parameters.number("LimitFrom"), call.parameters.number("LimitCount")
    return query.order_by(*_order(call, key)).offset(start).limit(count)


def _order(call: Call, key: ColumnElement[Any]) -> Sequence[ColumnElement[Any]]:
    """The guide promises no order: ours is the key's, or one that is the same on any database.

    No factor is above the prime, so that no product needs more than 62 bits; keys of one product have their own order.
    """
    return ((key % _PRIME + 1) * call.shuffle % _PRIME, key) if call.shuffle else (key,)


def _shown(value: object) -> object:
    """Money as screens have it, with thousands commas: ``-1,200.50`` [wild]."""
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float | Decimal) else value
