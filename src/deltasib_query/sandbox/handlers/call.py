"""A call of an action: its parameters, and the conditions on rows that several actions need."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, exists, literal_column, select

from deltasib_query.errors import FilterError
from deltasib_query.filters.parsing import parse
from deltasib_query.filters.record import Record
from deltasib_query.integrations.sqlalchemy import where
from deltasib_query.language.limits import Limits
from deltasib_query.sandbox.database.tables import SERVICES, USERS, is_called
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.request_parameters import RequestParameters
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

Conditions = tuple[ColumnElement[bool], ...]

_LIMITS: Final = Limits(text=65536, depth=32, comparisons=5000)
_READ_AS: Final = {"and": ") and (", "(": "((", ")": "))"}
"""What makes `or` bind tighter: an `and` closes and opens a parenthesis, and every other one is doubled."""
_TOKEN: Final = re.compile(r"('(?:[^']|'')*')|\band\b|[()]", re.IGNORECASE)


def as_read(filter: str, profile: ServerProfile) -> str:
    """Return a filter as a server with this profile reads it. Raise `RequestError` -5 if it understands no such text.

    >>> as_read("User_Id = 1 or User_Id = 2 and Name = 'and'", ServerProfile(precedence="or"))
    "(User_Id = 1 or User_Id = 2 ) and ( Name = 'and')"
    """
    if profile.doubled_quotes is False and any("''" in found[1][1:-1] for found in _TOKEN.finditer(filter) if found[1]):
        raise RequestError(-5, "Filter")
    if profile.precedence != "or":
        return filter
    return f"({_TOKEN.sub(lambda found: found[1] or _READ_AS[found[0].lower()], filter)})"


class Call(NamedTuple):
    """What a handler needs to know."""

    parameters: RequestParameters
    """As `RequestParameters.checked` returns them."""
    connection: Connection
    reseller: int
    now: str
    """The time of the call by the service's clock."""
    profile: ServerProfile = DOCUMENTED
    """What the server is known to do."""
    shuffle: int = 0
    """The order of a list's rows: by key for 0, another order for each other number."""

    def own_rows(self, table: Table) -> Conditions:
        """Return the condition for rows that the reseller may see.

        Those are the rows of their own users, rows whose user does not exist, and all services.
        """
        if table is SERVICES:
            return ()
        if table is USERS:
            return (USERS.c.Reseller_Id == self.reseller,)
        return (~exists().where(USERS.c.User_Id == table.c.User_Id, USERS.c.Reseller_Id != self.reseller),)

    def filter(self, record: type[Record], table: Table) -> Conditions:
        """Return the condition of `Filter`. Raise `RequestError` -5 for a wrong one.

        A filter is repaired where that is certain, since programs in use send numbers for user names [wild].

        MariaDB gets the filter's own text, as behind the real service [inferred], so whatever it selects is right.
        SQLite would compare in another way; for it the filter becomes a clause with MariaDB's comparisons.
        """
        text = self.parameters.text("Filter")
        if not text:
            return ()
        try:
            filter = parse(as_read(text, self.profile), record, limits=_LIMITS, repair=True)
        except FilterError as error:
            reason = f"Filter: {error.problem.message} (line {error.line}, column {error.column})"
            raise RequestError(-5, reason) from None
        return (where(filter, table) if self.connection.dialect.name == "sqlite" else literal_column(str(filter)),)

    def one_user(self) -> ColumnElement[Any]:
        """Return the condition for the user with this Username or User_Id. Username wins [guide]."""
        username = self.parameters.text("Username")
        return is_called(username) if username else USERS.c.User_Id == self.parameters.number("User_Id")

    def user_id(self) -> int:
        """Return the id of `one_user`. Raise `RequestError` -5 if the reseller has no such user."""
        found = select(USERS.c.User_Id).where(self.one_user(), *self.own_rows(USERS))
        user_id: int | None = self.connection.scalar(found)
        if user_id is None:
            raise RequestError(-5, "there is no such user")
        return user_id
