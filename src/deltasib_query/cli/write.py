"""What the commands that change data share: options from the guide's table, and a dry run unless ``--yes``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from deltasib_query import Client, TransportError
from deltasib_query.cli.completion import starting
from deltasib_query.cli.console import print_line
from deltasib_query.cli.formats import lines
from deltasib_query.cli.server import ServerOptions
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action
from deltasib_query.service.parameters import Choice

Yes = Annotated[bool, typer.Option("--yes", help="do it; without it, only show what would be sent")]
_HIDDEN: Final = "(not shown)"


def option(action: Action, name: str) -> Any:
    """Return the option of a parameter in the guide's table: its help, and its values where they are listed."""
    parameter = action.parameter(name)
    kind = parameter.kind
    text = parameter.doc if kind.rule.key == "rule.text" else f"{parameter.doc}: {kind.rule}"
    values = kind.values if isinstance(kind, Choice) else ()

    def offered(incomplete: str) -> list[str]:
        return starting(values, incomplete)

    return typer.Option(metavar=name, help=text, autocompletion=offered)


class _DryRun(Client):
    """A client that shows what it would write, and does not send it. What it reads is real."""

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        sent = action.encode(arguments)
        shown = {name: _HIDDEN if action.parameter(name).secret else value for name, value in sent.items()}
        print(f"{action.object} {action.name}", lines(shown, indent="  "), sep="\n", end="")


@contextmanager
def writer(server: ServerOptions, *, yes: bool) -> Iterator[Client]:
    """Yield a client for one write, which is a dry run without `yes`; then say what has been done.

    A dry run is the same call of the same method, so it refuses whatever the real one would refuse.
    """
    with server.client(Client if yes else _DryRun) as isp:
        try:
            yield isp
        except TransportError as error:
            if not error.login_failed and error.action != "list":
                print_line(Message("command.unknown"))
            raise
    print_line(Message("command.done" if yes else "command.dry-run", url=server.settings()["url"]))
