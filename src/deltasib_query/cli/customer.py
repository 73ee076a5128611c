"""The commands that show something of one customer, who is named by id or by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from deltasib_query import Client, UserCreditInfo
from deltasib_query.cli.formats import lines
from deltasib_query.cli.language import wrong
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, option, writer
from deltasib_query.service.actions import STATUS_ADD


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


def credit_command(customer: CustomerOptions, server: ServerOptions) -> None:
    """Show what a customer has left: traffic in bytes, time in seconds. `list user/creditinfo` has other formats."""
    whose = customer.arguments("credit")
    with server.client(Client) as client:
        named = None if whose["username"] is None else UserCreditInfo.Username == whose["username"]
        found = client.user.credit_info(named, user_id=whose["user_id"]).one()
    print(lines(found.model_dump(exclude_unset=True)), end="")


def status_command(
    customer: CustomerOptions,
    *,
    status_name: Annotated[str | None, option(STATUS_ADD, "Status_Name")] = None,
    status_id: Annotated[int | None, option(STATUS_ADD, "Status_Id")] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Show the status of a customer or, with a new one, change it: a dry run unless --yes."""
    whose = customer.arguments("status")
    if status_name is not None or status_id is not None:
        with writer(server, yes=yes) as isp:
            isp.user_status.add(**whose, status_name=status_name, status_id=status_id)
        return
    if yes:
        raise wrong("command.needs-one", object="--yes", one="--status-name", other="--status-id")
    with server.client(Client) as client:
        print(lines(client.user_status.current_status(**whose).model_dump(exclude_unset=True)), end="")
