"""The command line: its commands, and how the process ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from copy import copy
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from deltasib_query import __version__
from deltasib_query.cli.check import check_command
from deltasib_query.cli.console import print_error
from deltasib_query.cli.console_command import console_command
from deltasib_query.cli.customer import credit_command, status_command
from deltasib_query.cli.demo import demo_command
from deltasib_query.cli.errors import errors_command
from deltasib_query.cli.exit_codes import EPILOG, ERRORS, exit_code
from deltasib_query.cli.explain import explain_command
from deltasib_query.cli.fields import fields_command
from deltasib_query.cli.language import choose_language
from deltasib_query.cli.list import count_command, list_command
from deltasib_query.cli.options import with_shared_options
from deltasib_query.cli.probe import probe_command
from deltasib_query.cli.sandbox import sandbox_command
from deltasib_query.cli.signals import interrupt_on_signals
from deltasib_query.cli.write import add_user_command, buy_command, cancel_command, disconnect_command, pay_command


class _Command(TyperCommand):
    """A command that takes `--language` behind its name too, and whose help has no types of Python."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters of the command, and the language of `main_command`."""
        assert ctx.parent
        parameters: list[Any] = super().get_params(ctx)
        for each in parameters:
            if each.param_type_name == "argument":  # whose type typer shows behind its metavar
                each.display_type_rich = lambda ctx: None  # noqa: ARG005
        language = copy(next(each for each in ctx.parent.command.params if each.name == "language"))
        language.envvar = None  # the main command has read the variable, and its option wins over that
        return [*parameters, language]


class Language(StrEnum):
    """The languages of messages and explanations."""

    en = "en"
    fa = "fa"


app = typer.Typer(
    help="Check filters for the DeltaSIB web service, read its lists, and change its data.",
    epilog=EPILOG,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "check": check_command,
    "explain": explain_command,
    "fields": fields_command,
    "errors": errors_command,
    "probe": probe_command,
    "list": list_command,
    "count": count_command,
    "credit": credit_command,
    "status": status_command,
    "disconnect": disconnect_command,
    "add-user": add_user_command,
    "pay": pay_command,
    "buy": buy_command,
    "cancel": cancel_command,
    "console": console_command,
    "sandbox": sandbox_command,
    "demo": demo_command,
}
for _name, _function in _COMMANDS.items():
    settings = {"ignore_unknown_options": _function is errors_command}  # whose argument may be -5
    app.command(_name, epilog=EPILOG, cls=_Command, context_settings=settings)(with_shared_options(_function))


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
        typer.Option(
            envvar="DELTASIB_LANGUAGE",
            callback=choose_language,
            is_eager=True,
            expose_value=False,
            help="of messages: Persian is fa",
        ),
    ] = None,
) -> None:
    """Check filters for the DeltaSIB web service, read its lists, and change its data."""
