"""A request that has passed the door, and what every action asks of it: whose rows are meant."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, exists, literal_column, select

from deltasib_query.errors import FilterError
from deltasib_query.filters.parsing import parse
from deltasib_query.filters.record import Record
from deltasib_query.integrations.sqlalchemy import where
from deltasib_query.language.limits import Limits
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.sandbox.tables import SERVICES, USERS, is_called

Conditions = tuple[ColumnElement[bool], ...]

_LIMITS: Final = Limits(text=65536, depth=32, comparisons=5000)


class Call(NamedTuple):
    """What is asked, by whom, and of which data."""

    parameters: Parameters
    """As `Parameters.checked` returns them."""
    connection: Connection
    reseller: int
    now: str
    """The moment of the call, by the service's clock."""
    shuffle: int = 0
    """Lists come in another order for each number but 0."""

    def own(self, table: Table) -> Conditions:
        """Return what keeps a reseller to the rows of their own users; services are everybody's.

        A row whose user is not among the users is everybody's as well.
        """
        if table is SERVICES:
            return ()
        if table is USERS:
            return (USERS.c.Reseller_Id == self.reseller,)
        return (~exists().where(USERS.c.User_Id == table.c.User_Id, USERS.c.Reseller_Id != self.reseller),)

    def filtered(self, record: type[Record], table: Table) -> Conditions:
        """Return the condition of `Filter`; programs in use send numbers for user names [wild]: those are repaired.

        MariaDB reads the filter's text itself, as it does behind the service [inferred]: whatever it makes of it is
        right. SQLite would make something else of it, and gets a clause that is given MariaDB's comparisons.
        """
        text = self.parameters.text("Filter")
        if not text:
            return ()
        try:
            filter = parse(text, record, limits=_LIMITS, repair=True)
        except FilterError as error:
            reason = f"Filter: {error.problem.message} (line {error.line}, column {error.column})"
            raise RequestError(-5, reason) from None
        return (where(filter, table) if self.connection.dialect.name == "sqlite" else literal_column(str(filter)),)

    def user(self) -> ColumnElement[Any]:
        """Return the condition of the user that Username or User_Id means; Username wins [guide]."""
        username = self.parameters.text("Username")
        return is_called(username) if username else USERS.c.User_Id == self.parameters.number("User_Id")

    def known_user(self) -> int:
        """Return the id of the user who is meant. Raises `RequestError` -5 where there is none of this reseller's."""
        found = select(USERS.c.User_Id).where(self.user(), *self.own(USERS))
        user_id: int | None = self.connection.scalar(found)
        if user_id is None:
            raise RequestError(-5, "there is no such user")
        return user_id
