"""What the shell offers behind what has been typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import typer

from deltasib_query import complete
from deltasib_query.cli.config import server_names
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import RECORDS, OnlineRadiusUser

OBJECTS: Final = {record.service_object.lower(): record for record in RECORDS}
"""The objects that have lists, by their names in lower case."""


def starting(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names that start with what has been typed in any case, which stays as it was typed.

    typer drops what does not start exactly so.

    >>> starting(["Name", "Username"], "na")
    ['name']
    """
    end = len(incomplete)
    return [incomplete + name[end:] for name in names if name[:end].lower() == incomplete.lower()]


def complete_object(incomplete: str) -> list[str]:
    """Return the objects whose names start so."""
    return starting(OBJECTS, incomplete)


def complete_server(incomplete: str) -> list[str]:
    """Return the servers of the configuration file whose names start so; none of a file that cannot be used."""
    try:
        return [name for name in server_names() if name.startswith(incomplete)]
    except typer.BadParameter:
        return []


def complete_fields(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what has been typed of a list of fields with each field that may come next."""
    before, comma, last = incomplete.rpartition(",")
    record = _record(ctx)
    return [] if record is None else [f"{before}{comma}{name}" for name in starting(record.fields_by_name, last)]


def complete_filter(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what has been typed of a filter with each item that may come next."""
    record = _record(ctx)
    return [] if record is None else _filters(incomplete, record)


def complete_sessions(incomplete: str) -> list[str]:
    """Return the same for a filter of sessions."""
    return _filters(incomplete, OnlineRadiusUser)


def _record(ctx: typer.Context) -> type[Record] | None:
    """Return the record of the object that has been typed. In front of an option without its value, it is in `args`."""
    record: type[Record] | None = ctx.params.get("record")
    return record or next((OBJECTS[name.lower()] for name in ctx.args if name.lower() in OBJECTS), None)


def _filters(incomplete: str, record: type[Record]) -> list[str]:
    found = complete(incomplete, len(incomplete), record)
    return starting((item.apply(incomplete, found.span) for item in found.items), incomplete)
