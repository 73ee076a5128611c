"""The tables behind the lists: a column for each documented field, of the same name, so that a filter finds it.

On MariaDB the types are those of the service's own database, as far as they are known [wild]. On SQLite dates are
text of the form ``YYYY-MM-DD``, because a zero date is no date of any other type; money is REAL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Float, Index, Integer, MetaData, String, Table, func
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import DecimalField, IntegerField, TextField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase

METADATA: Final = MetaData()
"""All tables."""

MADE_HERE: Final = "made by the sandbox of deltasib_query, which may drop it"
"""The comment of each table on MariaDB: what has another is not ours."""

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
    return Table(
        name, METADATA, *columns, *further, comment=MADE_HERE,
        mysql_engine="InnoDB", mysql_charset="utf8mb3", mysql_collate="utf8mb3_persian_ci",
    )  # fmt: skip


def _type(field: Field[Any, Any]) -> TypeEngine[Any]:
    """The type of a column: SQLite's, and MariaDB's as its variant."""
    match field:
        case IntegerField():
            return Integer().with_variant(mysql.INTEGER(unsigned=field.lowest >= 0), "mysql")
        case DecimalField(exact=True):
            return Float().with_variant(mysql.DECIMAL(18, 2), "mysql")
        case DecimalField():
            return Float().with_variant(mysql.DOUBLE(asdecimal=False), "mysql")
        case DateField():
            return String().with_variant(mysql.DATE(), "mysql")
        case DateTimeField():
            return String().with_variant(mysql.DATETIME(), "mysql")
        case YesNoField():
            return String().with_variant(mysql.ENUM("Yes", "No"), "mysql")
        case TextField(max_length=int(length)):
            return String().with_variant(mysql.VARCHAR(length), "mysql")
        case _:  # texts of unknown length, and enumerations of which more may be stored than is known
            return String().with_variant(mysql.VARCHAR(64), "mysql")


def _number(name: str, *, index: bool = False) -> Column[Any]:
    """A column that is never answered."""
    return Column(name, Integer().with_variant(mysql.INTEGER(unsigned=True), "mysql"), nullable=False, index=index)


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


class Alike(FunctionElement[str]):
    """A text column that is compared with an ASCII text as MariaDB compares: user names and statuses are ASCII [wild].

    On SQLite this is of its own making, and not `where`'s, so that there can be an index.
    """

    type = String()
    inherit_cache = True


@compiles(Alike)
def _as_it_is(element: Alike, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Alike, "sqlite")
def _on_sqlite(element: Alike, compiler: SQLCompiler, **kw: Any) -> str:
    [column] = element.clauses
    return compiler.process(_folded(column), **kw)


def _folded(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.rtrim(column).collate("NOCASE")


Index("users_by_name", _folded(USERS.c.Username)).ddl_if(dialect="sqlite")
Index("users_by_name", USERS.c.Username).ddl_if(dialect="mysql")

is_active: Final[ColumnElement[bool]] = Alike(BASE_SERVICES.c.ServiceStatus) == "Active"
"""The condition that a base service is the one that its user has now."""


def is_called(username: str) -> ColumnElement[bool]:
    """Return the condition that a user has this name."""
    return Alike(USERS.c.Username) == username.rstrip(" ")
