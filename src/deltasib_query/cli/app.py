"""The commands: what they take, and which exit status they end with."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query import (
    Client,
    Filter,
    FilterError,
    Problem,
    TransportError,
    __version__,
    check,
    parse,
)
from deltasib_query.cli.export import RESUMABLE, export
from deltasib_query.cli.interrupts import end_on_signals, undisturbed
from deltasib_query.cli.output import Form, print_rows, texts_of
from deltasib_query.cli.statuses import EPILOG, ERRORS, status_of
from deltasib_query.cli.streams import visible, writing
from deltasib_query.cli.talk import ask_password, print_error, print_problem, talk
from deltasib_query.client.paging.atomic_file import behind_links, may_be_work_of
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.filters.field import Field
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import (
    RECORDS,
    OnlineRadiusUser,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
)

app = typer.Typer(
    help="Check filters for the DeltaSIB web service, and walk its lists.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_MOST_INPUT = 1 << 20  # bytes: more than a filter may have, so that an input without an end is refused too
OBJECTS = {record.service_object.lower(): record for record in RECORDS}


def _record(name: str) -> type[Record]:
    record = OBJECTS.get(name.lower())
    if record is None:
        raise typer.BadParameter(f"there is no object {name!r}; there are {', '.join(OBJECTS)}")
    return record


Object = Annotated[Any, typer.Argument(metavar="OBJECT", parser=_record, help=f"one of {', '.join(OBJECTS)}")]
RepairOption = Annotated[bool, typer.Option("--repair", help="make the repairs that are certain")]


def run() -> None:
    """Run a command, and end with its exit status. What was printed until then is intact."""
    end_on_signals()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ERRORS as error:
        if not isinstance(error, KeyboardInterrupt):
            print_error(error)
        sys.exit(status_of(error))


def _print_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def main_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Check filters for the DeltaSIB web service, and walk its lists."""


@app.command("check", epilog=EPILOG)
def check_command(
    record: Object,
    filter_text: Annotated[str, typer.Argument(metavar="FILTER", help="the filter; - reads it from standard input")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object, for programs")] = False,
    repair: RepairOption = False,
) -> None:
    """Check a filter: print its canonical text, or what is wrong with it and the repair.

    The canonical text of a valid filter goes to standard output, everything else to standard error.
    """
    if filter_text == "-":
        filter_text = _decode(sys.stdin.buffer.read(_MOST_INPUT))
    condition, problems = _judge(filter_text, record, repair=repair)
    canonical = None if condition is None else str(condition)
    if as_json:
        found = [_as_data(problem) for problem in problems]
        print(json.dumps({"valid": canonical is not None, "canonical": canonical, "problems": found}))
    else:
        _print_problems(problems, repaired=canonical is not None)
        if canonical is not None:
            print(canonical)
    raise typer.Exit(0 if canonical is not None else 1)


def _decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16, which is told by its mark or by its first letter, a Latin one."""
    first, second = data[:1], data[1:2]
    if data.startswith(codecs.BOM_UTF16_LE) or (first > b"\0" and second == b"\0"):
        encoding = "utf-16-le"
    elif data.startswith(codecs.BOM_UTF16_BE) or (first == b"\0" and second > b"\0"):
        encoding = "utf-16-be"
    else:
        return data.decode("utf-8-sig", "surrogateescape")
    try:
        return data.decode(encoding, "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"standard input is not UTF-16: {error.reason}") from None


def _judge(text: str, record: type[Record], *, repair: bool) -> tuple[Filter[Any] | None, list[Problem]]:
    """Return the filter of a text, if it is one, and the problems of the text in its own places."""
    try:
        return parse(text, record, repair=repair), check(text, record)
    except FilterError:
        return None, check(text, record)


def _print_problems(problems: Iterable[Problem], *, repaired: bool) -> None:
    for problem in problems:
        print_problem(problem, repaired=repaired and problem.severity == "error")


def _as_data(problem: Problem) -> dict[str, Any]:
    data = asdict(problem)
    data["start"], data["end"] = data.pop("span")
    if problem.repair is not None:
        data["repair"]["start"], data["repair"]["end"] = data["repair"].pop("span")
    return data


@app.command("fields")
def fields_command(
    record: Annotated[Any, typer.Argument(metavar="[OBJECT]", parser=_record, help="only this object")] = None,
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
            console.print(f"answered, but not to be filtered by: {', '.join(each.response_fields_by_name)}\n")


@app.command("list", epilog=EPILOG)
def list_command(
    record: Object,
    url: Annotated[str, typer.Option(envvar="DELTASIB_URL", help="as in https://isp.example:1043")],
    username: Annotated[str, typer.Option(envvar="DELTASIB_USERNAME", help="of the API account")],
    password: Annotated[
        str | None, typer.Option(envvar="DELTASIB_PASSWORD", help="of the API account; asked for unless given")
    ] = None,
    filter_text: Annotated[
        str | None, typer.Option("--filter", metavar="FILTER", help="which rows; all unless given")
    ] = None,
    fields: Annotated[str | None, typer.Option(help="comma-separated; all unless given")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="how many rows at most")] = None,
    page_size: Annotated[int, typer.Option(min=1, help="rows asked for at a time")] = 100,
    start: Annotated[int, typer.Option(min=0, help="rows to leave out at the beginning")] = 0,
    for_user_id: Annotated[
        int | None, typer.Option(min=0, help="whose: user/creditinfo, user.payment, user.service.base")
    ] = None,
    for_username: Annotated[str | None, typer.Option(help="whose, by name: user.service.base")] = None,
    scan: Annotated[
        bool, typer.Option("--scan", help="walk by key: every row once, whatever comes and goes meanwhile")
    ] = False,
    form: Annotated[
        Form | None, typer.Option("--format", help="how rows are written; else as --output is named, or as a table")
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="csv for spreadsheets: a byte order mark, and no cell that they would run")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="the file to write, once it is complete; - is standard output", dir_okay=False)
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="keeps how far --output has come: the same command goes on from there", dir_okay=False),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace an output that --checkpoint does not know")
    ] = False,
    repair: RepairOption = False,
    ca_file: Annotated[
        Path | None, typer.Option(help="trusted certificates, for a self-signed server", exists=True, dir_okay=False)
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="do not check the server's certificate")] = False,
) -> None:
    """Walk a list and print its rows: data on standard output, or into a file, everything else on standard error."""
    form = form or _form_of(output)
    with writing(output):
        if output is not None and _is_standard_output(output):
            output = None
        to_file = output is not None and not _is_special(output)
        _check_file(form, output if to_file else None, checkpoint, excel=excel)
    columns = _columns(fields, record)
    condition = _parse_or_exit(filter_text, record, repair=repair) if filter_text is not None else None
    if password is None and (password := ask_password()) is None:
        raise typer.BadParameter("a password is needed: DELTASIB_PASSWORD, or a terminal to ask on")
    verify = False if insecure else ca_file or True
    with Client(url, username=username, password=password, verify=verify) as client:
        listing = _listing(
            client,
            record,
            condition,
            for_user_id,
            for_username,
            start,
            scan=scan,
            limit=limit,
            page_size=page_size,
            fields=columns,
        )
        if output is None:
            _print(listing, form, sys.stdout.buffer, excel=excel)
        elif not to_file:
            with writing(output), output.open("wb") as stream:
                _print(listing, form, stream, excel=excel)
        else:
            export(listing, form, output, checkpoint, excel=excel, overwrite=overwrite)


def _print(listing: AnySyncListing[Any], form: Form, stream: BinaryIO, *, excel: bool) -> None:
    print_rows(listing, texts_of(form, listing._plan.fields, excel=excel, terminal=stream.isatty()), stream)


def _form_of(output: Path | None) -> Form:
    """What the name of a file says."""
    _, point, ending = (output.name if output else "").rpartition(".")
    named = [form for form in Form if form is not Form.table]
    if point and ending.lower() not in named:
        known = ", ".join(f".{form}" for form in named)
        raise typer.BadParameter(f"--output needs a name that ends in {known}, or --format")
    return Form(ending.lower()) if point else Form.table


def _is_standard_output(output: Path) -> bool:
    return output == Path("-") or (output.exists() and os.path.samestat(output.stat(), os.fstat(1)))


def _is_special(output: Path) -> bool:
    """Whether it is a device or a pipe, which is not replaced but written to."""
    return output.exists() and not output.is_file()


def _check_file(form: Form, output: Path | None, checkpoint: Path | None, *, excel: bool) -> None:
    if excel and form is not Form.csv:
        raise typer.BadParameter("--excel needs --format csv")
    if output is None and form is Form.parquet:
        raise typer.BadParameter("parquet needs --output FILE")
    if output is not None:
        output = _behind_links(output)
    if checkpoint is None:
        return
    if output is None:
        raise typer.BadParameter("--checkpoint needs --output FILE")
    if form not in RESUMABLE:
        raise typer.BadParameter(f"--checkpoint needs --format {', '.join(RESUMABLE)}")
    checkpoint = _behind_links(checkpoint)
    same = output == checkpoint or (output.exists() and checkpoint.exists() and output.samefile(checkpoint))
    if same or may_be_work_of(output, checkpoint) or may_be_work_of(checkpoint, output):
        raise typer.BadParameter("--output and --checkpoint are two files, and neither is a work file of the other")


def _behind_links(path: Path) -> Path:
    try:
        return behind_links(path)
    except OSError:
        raise typer.BadParameter(f"{path} is a link that leads to itself") from None


def _parse_or_exit(text: str, record: type[Record], *, repair: bool) -> Filter[Any]:
    condition, problems = _judge(text, record, repair=repair)
    _print_problems(problems, repaired=condition is not None)
    if condition is None:
        raise typer.Exit(1)
    if any(problem.severity == "error" for problem in problems):
        talk.print(f"asked for: {visible(str(condition))}", markup=False)
    return condition


def _columns(names: str | None, record: type[Record]) -> list[Field[Any, Any]] | None:
    if names is None:
        return None
    by_casefold = {name.lower(): field for name, field in record.fields_by_name.items()}
    columns = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name.lower() not in by_casefold:
            raise typer.BadParameter(
                f"{record.service_object} has no field {name!r}; there are {', '.join(record.fields_by_name)}"
            )
        columns.append(by_casefold[name.lower()])
    return columns


def _listing(
    client: Client,
    record: type[Record],
    condition: Filter[Any] | None,
    user_id: int | None,
    username: str | None,
    start: int,
    *,
    scan: bool,
    **options: Any,
) -> AnySyncListing[Any]:
    if scan and start:
        raise typer.BadParameter("a scan has no --start")
    if not scan:
        options["start"] = start

    def walk(actions: Any) -> Callable[..., AnySyncListing[Any]]:
        return actions.scan if scan else actions.list  # type: ignore[no-any-return]

    if username is not None and record is not UserServiceBase:
        raise typer.BadParameter(f"{record.service_object} takes no --for-username")
    if record is UserServiceBase:
        if (user_id is None) == (username is None):
            raise typer.BadParameter("user.service.base needs --for-user-id or --for-username, and not both")
        return walk(client.user_service_base)(condition, user_id=user_id, username=username, **options)
    if record is UserCreditInfo:
        if scan:
            raise typer.BadParameter("user/creditinfo takes no --scan")
        if options.pop("fields"):
            raise typer.BadParameter("user/creditinfo answers everything, and takes no --fields")
        if user_id is None and condition is None:
            raise typer.BadParameter("user/creditinfo needs --for-user-id or --filter")
        return client.user.credit_info(user_id, condition, **options)
    if record is UserPayment:
        if user_id is None:
            raise typer.BadParameter("user.payment needs --for-user-id")
        return walk(client.user_payment)(user_id, condition, **options)
    if user_id is not None:
        raise typer.BadParameter(f"{record.service_object} takes no --for-user-id")
    of_record: dict[type[Record], Any] = {User: client.user, Service: client.service, OnlineRadiusUser: client.radius}
    return walk(of_record[record])(condition, **options)


@app.command("sandbox")
def sandbox_command(
    users: Annotated[int, typer.Option(min=1, max=1_000_000, help="how many customers")] = 5000,
    seed: Annotated[int, typer.Option(help="another seed, other customers")] = 1,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8043,
    clock: Annotated[
        str, typer.Option(metavar="MOMENT", help="the service's time, which stands still; or now, which does not")
    ] = "2021-02-01T12:00",
    tls: Annotated[bool, typer.Option("--tls", help="speak https, with a certificate made on the spot")] = False,
    faults: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="NAME=VALUE", help="what goes wrong, such as errors=0.1; may be repeated"),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="an empty MariaDB, as mysql+pymysql://USER@HOST/NAME, instead of SQLite"),
    ] = None,
) -> None:
    """Serve the documented service on an embedded database or on a MariaDB, for development and tests.

    Faults: latency=SECONDS, errors, drop and half of 2 (the first two requests), 0.1 (a share) or @2,5 (the second
    and the fifth), retry_after=SECONDS, cap=ROWS, lower_keys, numbers_as_text, shuffled, token_dies_after=REQUESTS,
    logins (they are hit too), seed=NUMBER.
    """
    from deltasib_query.sandbox.clock import read_clock
    from deltasib_query.sandbox.faults import Faults
    from deltasib_query.sandbox.server import Sandbox

    with ExitStack() as stack:
        wrong, now = Faults.read(faults or ()), read_clock(clock)
        sandbox = Sandbox(
            users=users, seed=seed, database=database, host=host, port=port, clock=now, tls=tls, faults=wrong
        )
        try:
            stack.enter_context(sandbox)
        except TransportError as error:  # the address that was given cannot be had
            raise typer.BadParameter(str(error)) from None
        stack.enter_context(suppress(KeyboardInterrupt))  # from here on that is how it ends
        with undisturbed():
            account = f"DELTASIB_USERNAME={sandbox.username} DELTASIB_PASSWORD={sandbox.password}"
            talk.print(f"export DELTASIB_URL={sandbox.url} {account}", markup=False)
            if tls:
                talk.print(f"its certificate: --ca-file {sandbox.certificate}", markup=False)
            talk.print(f"{users:,} customers; Ctrl-C ends it")
        sandbox.serve_forever()


@app.command("demo")
def demo_command() -> None:
    """Show what the library does, against a sandbox of its own."""
    from deltasib_query.cli.demo import demo

    demo()
