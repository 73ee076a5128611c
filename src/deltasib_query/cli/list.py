"""``deltasib-query list`` and ``count``: options to a listing, and its rows to where they belong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from deltasib_query import Client
from deltasib_query.cli.completion import complete_fields
from deltasib_query.cli.export.run import export
from deltasib_query.cli.formats import Format
from deltasib_query.cli.language import wrong
from deltasib_query.cli.output import check_options, format_of, is_special, is_standard_output, print_rows
from deltasib_query.cli.rows import RowOptions
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.streams import writing
from deltasib_query.filters.field import Field
from deltasib_query.filters.record import Record


def list_command(
    rows: RowOptions,
    *,
    fields: Annotated[
        str | None,
        typer.Option(metavar="NAMES", autocompletion=complete_fields, help="comma-separated; all by default"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=0, metavar="NUMBER", help="the most rows to read")] = None,
    page_size: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="rows per request")] = 100,
    start: Annotated[int, typer.Option(min=0, metavar="NUMBER", help="rows to skip at the beginning")] = 0,
    scan: Annotated[
        bool, typer.Option("--scan", help="read by key: every row once, even if rows come and go meanwhile")
    ] = False,
    format: Annotated[
        Format | None, typer.Option(help="the format of the rows; by default as --output is named, or a table")
    ] = None,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="csv for spreadsheets: a byte order mark, and no text that runs as a formula"),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="the file to write, which is replaced once all rows are there; - is standard output",
            dir_okay=False,
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="keeps the progress of --output: the same command continues from there", dir_okay=False
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace an output that --checkpoint does not know")
    ] = False,
    server: ServerOptions,
) -> None:
    """Read a list and print its rows to standard output, or write them to a file. Messages go to standard error."""
    format = format or format_of(output)
    with writing(output):
        if output is not None and is_standard_output(output):
            output = None
        to_file = output is not None and not is_special(output)
        check_options(format, output if to_file else None, checkpoint, excel=excel)
    if scan and start:
        raise wrong("command.scan-start")
    columns = _columns(fields, rows.record)
    condition = rows.condition()
    with server.client(Client) as client:
        options: dict[str, Any] = {"limit": limit, "page_size": page_size, "fields": columns}
        if not scan:
            options["start"] = start
        listing = rows.listing(client, condition, scan=scan, **options)
        if output is not None and to_file:
            export(listing, format, output, checkpoint, excel=excel, overwrite=overwrite)
        else:
            print_rows(listing, format, output, excel=excel)


def _columns(names: str | None, record: type[Record]) -> list[Field[Any, Any]] | None:
    if names is None:
        return None
    by_lower_case = {name.lower(): field for name, field in record.fields_by_name.items()}
    columns = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name.lower() not in by_lower_case:
            known = tuple(record.fields_by_name)
            raise wrong("command.field", object=record.service_object, given=repr(name), known=known)
        columns.append(by_lower_case[name.lower()])
    return columns


def count_command(rows: RowOptions, server: ServerOptions) -> None:
    """Print how many rows a list has, which takes a few dozen requests at most."""
    condition = rows.condition()
    with server.client(Client) as client:
        listing: Any = rows.listing(client, condition)
        print(listing.count())
