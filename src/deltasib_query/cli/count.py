"""``deltasib-query count``."""

from __future__ import annotations

from typing import Any

from deltasib_query import Client
from deltasib_query.cli.rows import RowOptions
from deltasib_query.cli.server import ServerOptions


def count_command(rows: RowOptions, server: ServerOptions) -> None:
    """Print how many rows a list has, which takes a few dozen requests at most."""
    condition = rows.condition()
    with server.client(Client) as client:
        listing: Any = rows.listing(client, condition)
        print(listing.count())
