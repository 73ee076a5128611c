"""``deltasib-query add-user``."""

from __future__ import annotations

from typing import Annotated

import typer

from deltasib_query.cli.passwords import new_password
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, option, writer
from deltasib_query.service.actions import USER_ADD


def add_user_command(
    new_username: Annotated[str, typer.Argument(metavar="Username", help="the new customer's name")],
    *,
    name: Annotated[str | None, option(USER_ADD, "Name")] = None,
    family: Annotated[str | None, option(USER_ADD, "Family")] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Add a customer: a dry run unless --yes.

    The customer's password is asked for. If standard input is a pipe or a file, its first line is the password.
    """
    with writer(server, yes=yes) as isp:
        isp.user.add(new_username, new_password(new_username), name=name, family=family)
