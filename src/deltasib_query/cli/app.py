"""The command line: its commands, and how the process ends."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from deltasib_query import __version__
from deltasib_query.cli.check import check_command
from deltasib_query.cli.console import print_error
from deltasib_query.cli.demo import demo_command
from deltasib_query.cli.exit_codes import EPILOG, ERRORS, exit_code
from deltasib_query.cli.explain import explain_command
from deltasib_query.cli.fields import fields_command
from deltasib_query.cli.language import choose_language
from deltasib_query.cli.list import list_command
from deltasib_query.cli.probe import probe_command
from deltasib_query.cli.sandbox import sandbox_command
from deltasib_query.cli.signals import interrupt_on_signals


class _Command(TyperCommand):
    """A command that takes `--language` behind its name too."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters of the command, and the language of `main_command`."""
        assert ctx.parent
        return [*super().get_params(ctx), *(each for each in ctx.parent.command.params if each.name == "language")]


class Language(StrEnum):
    """The languages of messages and explanations."""

    en = "en"
    fa = "fa"


app = typer.Typer(
    help="Check filters for the DeltaSIB web service, and read its lists.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check", epilog=EPILOG, cls=_Command)(check_command)
app.command("explain", epilog=EPILOG, cls=_Command)(explain_command)
app.command("fields", cls=_Command)(fields_command)
app.command("list", epilog=EPILOG, cls=_Command)(list_command)
app.command("probe", epilog=EPILOG, cls=_Command)(probe_command)
app.command("sandbox", cls=_Command)(sandbox_command)
app.command("demo", cls=_Command)(demo_command)


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
    language: Annotated[
        Language | None,
        typer.Option(callback=choose_language, is_eager=True, expose_value=False, help="of messages: Persian is fa"),
    ] = None,
) -> None:
    """Check filters for the DeltaSIB web service, and read its lists."""
