"""``deltasib-query fields``."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query.cli.arguments import parse_object
from deltasib_query.service.objects import RECORDS


def fields_command(
    record: Annotated[Any, typer.Argument(metavar="[OBJECT]", parser=parse_object, help="only this object")] = None,
) -> None:
    """Show the fields of an object, or of all: what they hold and which operators they take."""
    console = Console(highlight=False)
    for each in [record] if record else RECORDS:
        table = Table(title=each.service_object, title_justify="left", title_style="bold")
        for heading in ("field", "holds", "operators", "meaning"):
            table.add_column(heading, no_wrap=heading == "field", overflow="fold")
        for name, field in each.fields_by_name.items():
            key = " (key)" if field is each.key else ""
            table.add_row(name + key, field.description, " ".join(field.operators), escape(field.__doc__ or ""))
        console.print(table)
        if each.response_fields_by_name:
            console.print(f"in responses, but not in filters: {', '.join(each.response_fields_by_name)}\n")
