"""``deltasib-query sandbox``."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from deltasib_query import ServerProfile, TransportError
from deltasib_query.cli.console import print_line, stderr
from deltasib_query.cli.language import said
from deltasib_query.cli.server import ProfileFile
from deltasib_query.cli.signals import interrupts_wait, wait_for_interrupt
from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message

if TYPE_CHECKING:
    from deltasib_query.sandbox.clock import Clock
    from deltasib_query.sandbox.server import Sandbox


def sandbox_command(
    users: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=1_000_000, help="the number of customers")] = 5000,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="another seed makes other customers")] = 1,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=0, max=65535, help="0 takes a free one")] = 8043,
    clock: Annotated[
        str, typer.Option(metavar="MOMENT", help="the service's time, which stands still; `now` is the real time")
    ] = "2021-02-01T12:00",
    tls: Annotated[bool, typer.Option("--tls", help="serve https, with a certificate made for this run")] = False,
    faults: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="NAME=VALUE", help="what goes wrong, such as errors=0.1; may be repeated"),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="an empty MariaDB, as mysql+pymysql://USER@HOST/NAME, instead of SQLite"),
    ] = None,
    profile: ProfileFile = None,
) -> None:
    """Serve the documented service on an embedded database or on a MariaDB, for development and tests.

    Faults: latency=SECONDS, errors, drop and half of 2 (the first two requests), 0.1 (a share) or @2,5 (the second
    and the fifth), retry_after=SECONDS, cap=ROWS, lower_keys, numbers_as_text, shuffled, token_dies_after=REQUESTS,
    logins (have faults too), seed=NUMBER.
    """
    from deltasib_query.sandbox.faults import Faults
    from deltasib_query.sandbox.server import Sandbox

    with ExitStack() as stack:
        wrong, now = Faults.read(faults or ()), _parse_clock(clock)
        sandbox = Sandbox(
            users=users, seed=seed, database=database, host=host, port=port, clock=now, tls=tls, faults=wrong,
            profile=profile or ServerProfile(),
        )  # fmt: skip
        try:
            stack.enter_context(sandbox)
        except TransportError as error:  # the address is not available
            raise typer.BadParameter(said(error.reason)) from None
        stack.enter_context(suppress(KeyboardInterrupt))  # the usual end, from here on
        with interrupts_wait():
            print_account(sandbox)
            if tls:
                print_line(Message("command.certificate", path=str(sandbox.certificate)))
            print_line(Message("command.customers", users=users))
            wait_for_interrupt()


def print_account(sandbox: Sandbox) -> None:
    """Print the address and the account of a sandbox, as a line for the shell."""
    account = f"DELTASIB_USERNAME={sandbox.username} DELTASIB_PASSWORD={sandbox.password}"
    stderr.print(f"export DELTASIB_URL={sandbox.url} {account}", markup=False)


def _parse_clock(text: str) -> Clock:
    if text == "now":
        return datetime.now
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ParameterError("clock", Message("parameter.moment")) from None
