"""``deltasib-query cancel``."""

from __future__ import annotations

from typing import Annotated

import typer

from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, writer


def cancel_command(
    user_service_base_id: Annotated[
        int, typer.Argument(metavar="User_ServiceBase_Id", help="as `list user.service.base` shows it")
    ],
    *,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Cancel a service of a customer: a dry run unless --yes."""
    with writer(server, yes=yes) as isp:
        isp.user_service_base.cancel(user_service_base_id)
