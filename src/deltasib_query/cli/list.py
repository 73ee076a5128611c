"""``deltasib-query list``: options to a listing, and its rows to where they belong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from deltasib_query import Client, Filter
from deltasib_query.cli.arguments import (
    CaFile,
    Insecure,
    Object,
    Password,
    ProfileFile,
    RepairOption,
    Url,
    Username,
    connected,
    parse_filter,
)
from deltasib_query.cli.console import print_line, print_problems
from deltasib_query.cli.export.run import export
from deltasib_query.cli.formats import Format
from deltasib_query.cli.language import wrong
from deltasib_query.cli.output import check_options, format_of, is_special, is_standard_output, print_rows
from deltasib_query.cli.streams import writing
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.filters.field import Field
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase


def list_command(
    record: Object,
    url: Url,
    username: Username,
    password: Password = None,
    filter_text: Annotated[
        str | None, typer.Option("--filter", metavar="FILTER", help="which rows; all by default")
    ] = None,
    fields: Annotated[str | None, typer.Option(help="comma-separated; all by default")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="the most rows to read")] = None,
    page_size: Annotated[int, typer.Option(min=1, help="rows per request")] = 100,
    start: Annotated[int, typer.Option(min=0, help="rows to skip at the beginning")] = 0,
    for_user_id: Annotated[
        int | None, typer.Option(min=0, help="the customer of user/creditinfo, user.payment or user.service.base")
    ] = None,
    for_username: Annotated[str | None, typer.Option(help="the customer of user.service.base, by name")] = None,
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
            help="the file to write, which is replaced once all rows are there; - is standard output", dir_okay=False
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="keeps the progress of --output: the same command continues from there", dir_okay=False),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace an output that --checkpoint does not know")
    ] = False,
    repair: RepairOption = False,
    ca_file: CaFile = None,
    insecure: Insecure = False,
    profile: ProfileFile = None,
) -> None:
    """Read a list and print its rows to standard output, or write them to a file. Messages go to standard error."""
    format = format or format_of(output)
    with writing(output):
        if output is not None and is_standard_output(output):
            output = None
        to_file = output is not None and not is_special(output)
        check_options(format, output if to_file else None, checkpoint, excel=excel)
    columns = _columns(fields, record)
    condition = None if filter_text is None else _parse_or_exit(filter_text, record, repair=repair)
    with connected(url, username, password, ca_file, insecure, profile) as client:
        options: dict[str, Any] = {"limit": limit, "page_size": page_size, "fields": columns}
        listing = _listing(client, record, condition, for_user_id, for_username, start, scan=scan, **options)
        if output is not None and to_file:
            export(listing, format, output, checkpoint, excel=excel, overwrite=overwrite)
        else:
            print_rows(listing, format, output, excel=excel)


def _parse_or_exit(text: str, record: type[Record], *, repair: bool) -> Filter[Any]:
    condition, problems = parse_filter(text, record, repair=repair)
    print_problems(problems, repaired=condition is not None)
    if condition is None:
        raise typer.Exit(1)
    if any(problem.severity == "error" for problem in problems):
        print_line(Message("command.filter", filter=str(condition)))
    return condition


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


def _listing(
    client: Client, record: type[Record], condition: Filter[Any] | None, user_id: int | None, username: str | None,
    start: int, *, scan: bool, **options: Any,
) -> AnySyncListing[Any]:  # fmt: skip
    if scan and start:
        raise wrong("command.scan-start")
    if not scan:
        options["start"] = start

    def method(actions: Any) -> Callable[..., AnySyncListing[Any]]:
        return actions.scan if scan else actions.list  # type: ignore[no-any-return]

    if username is not None and record is not UserServiceBase:
        raise wrong("command.takes-no", object=record.service_object, option="--for-username")
    if record is UserServiceBase:
        if (user_id is None) == (username is None):
            raise wrong("command.one-of", object="user.service.base", one="--for-user-id", other="--for-username")
        return method(client.user_service_base)(condition, user_id=user_id, username=username, **options)
    if record is UserCreditInfo:
        if scan:
            raise wrong("command.takes-no", object="user/creditinfo", option="--scan")
        if options.pop("fields"):
            raise wrong("command.every-field", object="user/creditinfo")
        if user_id is None and condition is None:
            raise wrong("command.needs-one", object="user/creditinfo", one="--for-user-id", other="--filter")
        return client.user.credit_info(condition, user_id=user_id, **options)
    if record is UserPayment:
        if user_id is None:
            raise wrong("command.needs", option="user.payment", needed="--for-user-id")
        return method(client.user_payment)(condition, user_id=user_id, **options)
    if user_id is not None:
        raise wrong("command.takes-no", object=record.service_object, option="--for-user-id")
    actions: dict[type[Record], Any] = {User: client.user, Service: client.service, OnlineRadiusUser: client.radius}
    return method(actions[record])(condition, **options)
