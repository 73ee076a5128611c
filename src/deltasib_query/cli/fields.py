"""``deltasib-query fields``."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query.assist.labels import field_label
from deltasib_query.cli.arguments import parse_object
from deltasib_query.cli.language import language, said
from deltasib_query.filters.field import Field
from deltasib_query.messages.message import Message
from deltasib_query.service.objects import RECORDS


def fields_command(
    record: Annotated[Any, typer.Argument(metavar="[OBJECT]", parser=parse_object, help="only this object")] = None,
) -> None:
    """Show the fields of an object, or of all: what they hold and which operators they take."""
    console = Console(highlight=False)
    for each in [record] if record else RECORDS:
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


def _meaning(field: Field[Any, Any]) -> str:
    """Return what stands in the documentation, which is English, or else the field's label."""
    return field.__doc__ or "" if language() == "en" else field_label(field, language())


def _said(message: Message) -> str:
    return said(message, sys.stdout)
