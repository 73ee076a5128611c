"""Arguments that several commands have: an object of the service, and a filter."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from deltasib_query import Filter, FilterError, Problem, check, parse
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import RECORDS

OBJECTS = {record.service_object.lower(): record for record in RECORDS}


def parse_object(name: str) -> type[Record]:
    """Return the record of an object, whose name may be in any case."""
    record = OBJECTS.get(name.lower())
    if record is None:
        raise typer.BadParameter(f"there is no object {name!r}; there are {', '.join(OBJECTS)}")
    return record


Object = Annotated[Any, typer.Argument(metavar="OBJECT", parser=parse_object, help=f"one of {', '.join(OBJECTS)}")]
RepairOption = Annotated[bool, typer.Option("--repair", help="make the repairs that are certain")]


def parse_filter(text: str, record: type[Record], *, repair: bool) -> tuple[Filter[Any] | None, list[Problem]]:
    """Return the filter, or None if it is wrong, and the problems of the text, repaired ones included."""
    try:
        return parse(text, record, repair=repair), check(text, record)
    except FilterError:
        return None, check(text, record)
