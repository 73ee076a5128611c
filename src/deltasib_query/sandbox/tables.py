"""The tables behind the lists: a column for each documented field, of the same name, so that `where` finds it.

Dates are text of the form ``YYYY-MM-DD``, because a zero date is no date of any other type; money is REAL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Float, Index, Integer, MetaData, String, Table, func
from sqlalchemy.types import TypeEngine

from deltasib_query.schema.fields import DecimalField, IntegerField
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record

METADATA: Final = MetaData()
"""All tables."""

NOW: Final = "2021-02-01 12:00:00"
"""The sandbox's clock. It stands still, as the data do."""

STATUSES: Final = {1: "Active", 2: "Disable", 3: "Suspend"}
"""Status_Id to Status_Name: the service has no list of them, so these are made up."""
ACTIVE: Final = 1
"""The status of a new user."""
DISABLED: Final = 2
"""The status of one in ten of those who are made up."""


def owner_of(user_id: int, resellers: Sequence[int]) -> int:
    """Return whose a user is unless somebody says otherwise: the resellers take turns.

    >>> [owner_of(user_id, [2, 3]) for user_id in (1, 2, 3)]
    [2, 3, 2]
    """
    return resellers[(user_id - 1) % len(resellers)]


def _table(name: str, record: type[Record], *further: Column[Any]) -> Table:
    key = record.key.name
    columns = (Column(f.name, _type(f), primary_key=f.name == key) for f in record.fields_by_name.values())
    return Table(name, METADATA, *columns, *further)


def _type(field: object) -> TypeEngine[Any]:
    if isinstance(field, IntegerField):
        return Integer()
    return Float() if isinstance(field, DecimalField) else String()


def _number(name: str, *, index: bool = False) -> Column[Any]:
    """A column that is never answered."""
    return Column(name, Integer, nullable=False, index=index)


USERS: Final = _table("users", User, _number("Reseller_Id"), _number("Status_Id"))
"""`user list`; `user creditinfo` starts from it. Each user is one reseller's."""
SERVICES: Final = _table("services", Service)
"""`service list`."""
ONLINE: Final = _table("online_radius_users", OnlineRadiusUser)
"""`radius list`."""
PAYMENTS: Final = _table("payments", UserPayment, _number("User_Id", index=True))
"""`User.payment list`, with the user whose payment it is."""
BASE_SERVICES: Final = _table("base_services", UserServiceBase, _number("User_Id", index=True))
"""`user.service.base list`, with the user whose service it is."""

TABLES: Final[dict[type[Record], Table]] = {
    User: USERS,
    Service: SERVICES,
    OnlineRadiusUser: ONLINE,
    UserPayment: PAYMENTS,
    UserServiceBase: BASE_SERVICES,
}
"""The tables by what their rows are."""

# User names are ASCII [wild], so that SQLite's own NOCASE finds them as the database's comparison would.
_username: Final[ColumnElement[str]] = func.rtrim(USERS.c.Username).collate("NOCASE")
Index("users_by_name", _username)


def is_called(username: str) -> ColumnElement[bool]:
    """Return the condition that a user has this name, which compares as the database does."""
    return _username == username.rstrip(" ")
