"""``deltasib-query fields``."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query.cli.arguments import parse_object
from deltasib_query.cli.completion import complete_object
from deltasib_query.cli.language import language, said
from deltasib_query.filters.field import Field
from deltasib_query.filters.labels import field_label
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service.objects import RECORDS


def fields_command(
    record: Annotated[
        Any,
        typer.Argument(metavar="OBJECT", parser=parse_object, autocompletion=complete_object, help="only this object"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON array, for programs")] = False,
) -> None:
    """Show the fields of an object, or of all: what they hold and which operators they take."""
    records = [record] if record else RECORDS
    if as_json:
        print(json.dumps([_as_data(each) for each in records]))
        return
    console = Console(highlight=False)
    for each in records:
        table = Table(title=each.service_object, title_justify="left", title_style="bold")
        for heading in ("name", "contents", "operators", "meaning"):
            table.add_column(_said(Message(f"command.{heading}")), no_wrap=heading == "name", overflow="fold")
        for name, field in each.fields_by_name.items():
            shown = _said(Message("command.key", name=name)) if field is each.key else name
            table.add_row(shown, _said(field.contents), " ".join(field.operators), escape(_meaning(field)))
        console.print(table)
        if each.response_fields_by_name:
            others = tuple(each.response_fields_by_name)
            console.print(f"{_said(Message('command.response-fields', names=others))}\n")


def _as_data(record: type[Record]) -> dict[str, Any]:
    fields = [
        {"name": name, "holds": str(field.contents), "operators": field.operators, "meaning": field.__doc__ or ""}
        for name, field in record.fields_by_name.items()
    ]
    return {
        "object": record.service_object,
        "key": record.key.name,
        "fields": fields,
        "response_fields": [*record.response_fields_by_name],
    }


def _meaning(field: Field[Any, Any]) -> str:
    """Return what stands in the documentation, which is English, or else the field's label."""
    return field.__doc__ or "" if language() == "en" else field_label(field, language())


def _said(message: Message) -> str:
    return said(message, sys.stdout)
