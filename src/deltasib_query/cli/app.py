"""The command line: its commands, and how the process ends."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from deltasib_query import __version__
from deltasib_query.cli.check import check_command
from deltasib_query.cli.console import print_error
from deltasib_query.cli.console_command import console_command
from deltasib_query.cli.demo import demo_command
from deltasib_query.cli.exit_codes import EPILOG, ERRORS, exit_code
from deltasib_query.cli.explain import explain_command
from deltasib_query.cli.fields import fields_command
from deltasib_query.cli.list import list_command
from deltasib_query.cli.sandbox import sandbox_command
from deltasib_query.cli.signals import interrupt_on_signals

app = typer.Typer(
    help="Check filters for the DeltaSIB web service, and read its lists.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check", epilog=EPILOG)(check_command)
app.command("explain", epilog=EPILOG)(explain_command)
app.command("fields")(fields_command)
app.command("list", epilog=EPILOG)(list_command)
app.command("console")(console_command)
app.command("sandbox")(sandbox_command)
app.command("demo")(demo_command)


def run() -> None:
    """Run a command, then exit. Everything printed before an error stays intact."""
    interrupt_on_signals()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ERRORS as error:
        if not isinstance(error, KeyboardInterrupt):
            print_error(error)
        sys.exit(exit_code(error))


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
    """Check filters for the DeltaSIB web service, and read its lists."""
