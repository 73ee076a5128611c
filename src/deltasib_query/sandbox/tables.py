"""The tables behind the lists: a column for each documented field, of the same name, so that `where` finds it.

Dates are text of the form ``YYYY-MM-DD``, because a zero date is no date of any other type; money is REAL.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from deltasib_query.schema.fields import DecimalField, IntegerField
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record

METADATA: Final = MetaData()
"""All tables."""


def _table(name: str, record: type[Record], *further: Column[Any]) -> Table:
    key = record.key.name
    columns = (Column(f.name, _type(f), primary_key=f.name == key) for f in record.fields_by_name.values())
    return Table(name, METADATA, *columns, *further)


def _type(field: object) -> TypeEngine[Any]:
    if isinstance(field, IntegerField):
        return Integer()
    return Float() if isinstance(field, DecimalField) else String()


def _owner() -> Column[Any]:
    """Whose row it is: asked for by a parameter, never answered."""
    return Column("User_Id", Integer, nullable=False, index=True)


USERS: Final = _table("users", User)
"""`user list`; `user creditinfo` starts from it."""
SERVICES: Final = _table("services", Service)
"""`service list`."""
ONLINE: Final = _table("online_radius_users", OnlineRadiusUser)
"""`radius list`."""
PAYMENTS: Final = _table("payments", UserPayment, _owner())
"""`User.payment list`."""
BASE_SERVICES: Final = _table("base_services", UserServiceBase, _owner())
"""`user.service.base list`; a user has at most one that is Active."""

# User names are ASCII [wild], so that SQLite's own NOCASE finds them as the database's comparison would.
Index("users_by_name", USERS.c.Username.collate("NOCASE"))
