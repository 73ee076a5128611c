"""The tables behind the lists. A column has the name of its documented field, so that filters can use it.

On MariaDB the types are those of the real service, as far as they are known [wild]. On SQLite dates are text such as
``2021-01-30``, because no other type has a zero date; money is REAL.
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
from deltasib_query.sandbox.database.comparisons import COLLATION
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase

METADATA: Final = MetaData()
"""All tables."""

TABLE_COMMENT: Final = "made by the sandbox of deltasib_query, which may drop it"
"""The comment of our tables on MariaDB. A table with another comment is not ours."""

STATUSES: Final = {1: "Active", 2: "Disable", 3: "Suspend"}
"""Status_Id to Status_Name. The guide has no list of them; these are made up."""
ACTIVE: Final = 1
"""The status of a new user."""
DISABLED: Final = 2
"""The status of every tenth made-up user."""


def owner_of(user_id: int, resellers: Sequence[int]) -> int:
    """Return the reseller that a user belongs to by default: the resellers take turns.

    >>> [owner_of(user_id, [2, 3]) for user_id in (1, 2, 3)]
    [2, 3, 2]
    """
    return resellers[(user_id - 1) % len(resellers)]


def _table(name: str, record: type[Record], *further: Column[Any]) -> Table:
    key = record.key.name
    columns = (Column(f.name, _type(f), primary_key=f.name == key) for f in record.fields_by_name.values())
    return Table(
        name, METADATA, *columns, *further, comment=TABLE_COMMENT,
        mysql_engine="InnoDB", mysql_charset="utf8mb3", mysql_collate=COLLATION,
    )  # fmt: skip


def _type(field: Field[Any, Any]) -> TypeEngine[Any]:
    """Return the type of a column on SQLite, with that on MariaDB as its variant."""
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
        case _:  # texts of unknown length, and enumerations that may have more values than are known
            return String().with_variant(mysql.VARCHAR(64), "mysql")


def _number(name: str, *, index: bool = False) -> Column[Any]:
    """Return a column that no response shows."""
    return Column(name, Integer().with_variant(mysql.INTEGER(unsigned=True), "mysql"), nullable=False, index=index)


USERS: Final = _table("users", User, _number("Reseller_Id"), _number("Status_Id"))
"""For `user list` and `user creditinfo`. Each user belongs to one reseller."""
SERVICES: Final = _table("services", Service)
"""For `service list`."""
ONLINE: Final = _table("online_radius_users", OnlineRadiusUser)
"""For `radius list`."""
PAYMENTS: Final = _table("payments", UserPayment, _number("User_Id", index=True))
"""For `User.payment list`, with the user of each payment."""
BASE_SERVICES: Final = _table("base_services", UserServiceBase, _number("User_Id", index=True))
"""For `user.service.base list`, with the user of each service."""

TABLES: Final[dict[type[Record], Table]] = {
    User: USERS,
    Service: SERVICES,
    OnlineRadiusUser: ONLINE,
    UserPayment: PAYMENTS,
    UserServiceBase: BASE_SERVICES,
}
"""The tables by the class of their rows."""


class ComparedText(FunctionElement[str]):
    """A text column that compares with ASCII text as on MariaDB. User names and statuses are ASCII [wild].

    On SQLite it uses other SQL than `where` does, so that an index helps.
    """

    type = String()
    inherit_cache = True


@compiles(ComparedText)
def _as_it_is(element: ComparedText, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(ComparedText, "sqlite")
def _on_sqlite(element: ComparedText, compiler: SQLCompiler, **kw: Any) -> str:
    [column] = element.clauses
    return compiler.process(_folded(column), **kw)


def _folded(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.rtrim(column).collate("NOCASE")


Index("users_by_name", _folded(USERS.c.Username)).ddl_if(dialect="sqlite")
Index("users_by_name", USERS.c.Username).ddl_if(dialect="mysql")

is_active: Final[ColumnElement[bool]] = ComparedText(BASE_SERVICES.c.ServiceStatus) == "Active"
"""The condition for the base service that a user has now."""


def is_called(username: str) -> ColumnElement[bool]:
    """Return the condition for the user of this name."""
    return ComparedText(USERS.c.Username) == username.rstrip(" ")
