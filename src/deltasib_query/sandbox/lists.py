"""The six lists: from the parameters of a request to the rows of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select

from deltasib_query.backends.sqlalchemy import where
from deltasib_query.errors import FilterError
from deltasib_query.language.limits import Limits
from deltasib_query.sandbox.credit import credit
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.sandbox.tables import BASE_SERVICES, ONLINE, PAYMENTS, SERVICES, USERS
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record
from deltasib_query.validation import parse

Rows = list[dict[str, object]]
Conditions = tuple[ColumnElement[bool], ...]

LIST_PARAMETERS: Final = ("Username", "User_Id", "Filter", "Field", "LimitFrom", "LimitCount")
"""What the lists take between them [guide]."""

_LIMITS: Final = Limits(text=65536, depth=32, comparisons=5000)


class TableList(NamedTuple):
    """A list that answers the columns of one table."""

    record: type[Record]
    table: Table
    scope: Callable[[Parameters], Conditions] = lambda _parameters: ()
    """Whose rows are meant, where a parameter says so."""

    def rows(self, parameters: Parameters, connection: Connection) -> Rows:
        """Return the rows asked for. Raises `RequestError` for a wrong parameter."""
        names = _chosen(parameters, tuple(self.record.fields_by_name))
        conditions = *self.scope(parameters), *_filtered(parameters, self.record, self.table)
        query = select(*(self.table.c[name] for name in names)).where(*conditions)
        page = _page(query, parameters, self.table.c[self.record.key.name])
        return [dict(zip(names, map(_shown, row), strict=True)) for row in connection.execute(page)]


def credit_rows(parameters: Parameters, connection: Connection) -> Rows:
    """Return the rows of `user creditinfo`, from the users and the services that they have now.

    User_Id is required [guide]; a Filter beside `User_Id=0`, or without any, is enough [wild].
    """
    names = _chosen(parameters, (*UserCreditInfo.fields_by_name, *UserCreditInfo.answers_by_name))
    conditions = _filtered(parameters, UserCreditInfo, USERS)
    user_id = parameters.number("User_Id", 0 if conditions else None)
    if user_id or not conditions:
        conditions = *conditions, USERS.c.User_Id == user_id
    active = and_(BASE_SERVICES.c.User_Id == USERS.c.User_Id, BASE_SERVICES.c.ServiceStatus == "Active")
    query: Select[*tuple[Any, ...]] = (
        select(
            USERS.c.User_Id, USERS.c.Username,
            SERVICES.c.ServiceName, BASE_SERVICES.c.StartDate, BASE_SERVICES.c.EndDate,
        )
        .outerjoin_from(USERS, BASE_SERVICES, active)
        .outerjoin(SERVICES, SERVICES.c.Service_Id == BASE_SERVICES.c.Service_Id)
        .where(*conditions)
    )  # fmt: skip
    rows = connection.execute(_page(query, parameters, USERS.c.User_Id))
    wholes = ({"User_Id": row.User_Id, "Username": row.Username, **credit(*row)} for row in rows)
    return [{name: whole[name] for name in names} for whole in wholes]


def _of_user(parameters: Parameters) -> Conditions:
    return (PAYMENTS.c.User_Id == parameters.number("User_Id"),)


def _of_user_or_username(parameters: Parameters) -> Conditions:
    """Where both are given, Username wins [guide]."""
    username = parameters.text("Username")
    if not username:
        return (BASE_SERVICES.c.User_Id == parameters.number("User_Id"),)
    meant = select(USERS.c.User_Id).where(USERS.c.Username.collate("NOCASE") == username)
    return (BASE_SERVICES.c.User_Id.in_(meant),)


LISTS: Final[Mapping[tuple[str, str], Callable[[Parameters, Connection], Rows]]] = {
    ("user", "list"): TableList(User, USERS).rows,
    ("user", "creditinfo"): credit_rows,
    ("service", "list"): TableList(Service, SERVICES).rows,
    ("radius", "list"): TableList(OnlineRadiusUser, ONLINE).rows,
    ("User.payment", "list"): TableList(UserPayment, PAYMENTS, _of_user).rows,
    ("user.service.base", "list"): TableList(UserServiceBase, BASE_SERVICES, _of_user_or_username).rows,
}
"""Object and action, as the guide spells them, to what answers them."""


def _chosen(parameters: Parameters, names: Sequence[str]) -> Sequence[str]:
    """The names in `Field`, in its order, each once; all where there are none, or a `*` [guide]."""
    asked = [name.strip() for name in parameters.text("Field").split(",")]
    if asked == [""] or "*" in asked:
        return names
    by_fold = {name.lower(): name for name in names}
    for name in asked:
        if name.lower() not in by_fold:
            raise RequestError(-5, f"Field: there is no field {name!r}")
    return tuple(dict.fromkeys(by_fold[name.lower()] for name in asked))


def _filtered(parameters: Parameters, record: type[Record], table: Table) -> Conditions:
    """The condition of `Filter`; programs in use send numbers for user names [wild], so those are repaired."""
    text = parameters.text("Filter")
    if not text:
        return ()
    try:
        return (where(parse(text, record, limits=_LIMITS, repair=True), table),)
    except FilterError as error:
        reason = f"Filter: {error.problem.message} (line {error.line}, column {error.column})"
        raise RequestError(-5, reason) from None


def _page(query: Select[*tuple[Any, ...]], parameters: Parameters, key: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """LimitCount rows from LimitFrom on [guide]. The guide promises no order: ours is the key's."""
    return query.order_by(key).offset(parameters.number("LimitFrom", 0)).limit(parameters.number("LimitCount", 100))


def _shown(value: object) -> object:
    """Money as screens have it, with thousands commas: ``-1,200.50`` [wild]."""
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else value
