"""``deltasib-query disconnect``."""

from __future__ import annotations

from typing import Annotated

import typer

from deltasib_query import OnlineRadiusUser
from deltasib_query.cli.arguments import SessionFilterText, parse_or_exit
from deltasib_query.cli.formats import Format
from deltasib_query.cli.output import print_rows
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, writer


def disconnect_command(
    filter_text: SessionFilterText,
    *,
    at_most: Annotated[
        int | None,
        typer.Option(min=0, metavar="NUMBER", help="count the sessions first, and end none if there are more"),
    ] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """End the sessions that a filter selects: unless --yes, a dry run that lists them.

    A filter that selects every session needs --at-most.
    """
    condition = parse_or_exit(filter_text, OnlineRadiusUser)
    with writer(server, yes=yes) as isp:
        isp.radius.disconnect(condition, at_most=at_most)
        if not yes:
            print_rows(isp.radius.list(condition), Format.table, None, excel=False)
