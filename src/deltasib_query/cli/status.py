"""``deltasib-query status``."""

from __future__ import annotations

from typing import Annotated

from deltasib_query import Client
from deltasib_query.cli.customer import CustomerOptions
from deltasib_query.cli.formats import lines
from deltasib_query.cli.language import wrong
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, option, writer
from deltasib_query.service.actions import STATUS_ADD


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
