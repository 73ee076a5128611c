"""The options that name a customer by id or by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from deltasib_query.cli.language import wrong

UserId = Annotated[int, typer.Option("--for-user-id", metavar="User_Id", help="the customer")]


@dataclass(frozen=True)
class CustomerOptions:
    """A customer, by id or by name."""

    for_user_id: Annotated[int | None, typer.Option(metavar="User_Id", help="the customer, by id")] = None
    for_username: Annotated[str | None, typer.Option(metavar="Username", help="the customer, by name")] = None

    def arguments(self, command: str) -> dict[str, Any]:
        """Return the arguments of a method. Raise `typer.BadParameter` for both options and for neither."""
        if (self.for_user_id is None) == (self.for_username is None):
            raise wrong("command.one-of", object=command, one="--for-user-id", other="--for-username")
        return {"user_id": self.for_user_id, "username": self.for_username}
