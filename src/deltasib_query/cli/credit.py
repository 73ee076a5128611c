"""``deltasib-query credit``."""

from __future__ import annotations

from deltasib_query import Client, UserCreditInfo
from deltasib_query.cli.customer import CustomerOptions
from deltasib_query.cli.formats import lines
from deltasib_query.cli.server import ServerOptions


def credit_command(customer: CustomerOptions, server: ServerOptions) -> None:
    """Show what a customer has left: traffic in bytes, time in seconds. `list user/creditinfo` has other formats."""
    whose = customer.arguments("credit")
    with server.client(Client) as client:
        named = None if whose["username"] is None else UserCreditInfo.Username == whose["username"]
        found = client.user.credit_info(named, user_id=whose["user_id"]).one()
    print(lines(found.model_dump(exclude_unset=True)), end="")
