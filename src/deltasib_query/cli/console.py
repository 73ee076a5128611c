"""Messages on standard error. Nothing that is shown can control the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from deltasib_query.cli.language import said
from deltasib_query.errors import DeltasibQueryError, FilterError
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem

stderr = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def print_line(message: Message) -> None:
    """Print a message on standard error."""
    stderr.print(said(message), markup=False)


def print_error(error: DeltasibQueryError) -> None:
    """Print an error; of a wrong filter, each of its problems."""
    if isinstance(error, FilterError):
        print_problems(error.problems)
    else:
        stderr.print(Text.assemble((f"{said(Message('command.error'))}:", "bold red"), " ", said(error.reason)))


def print_problems(problems: Iterable[Problem], *, repaired: bool = False) -> None:
    """Print the problems of a filter; `repaired`: the errors among them have been repaired."""
    for problem in problems:
        word = "repaired" if repaired and problem.severity == "error" else problem.severity
        colour = {"repaired": "cyan", "error": "red", "warning": "yellow"}[word]
        heading = said(Message(f"command.{word}")), f"bold {colour}"
        stderr.print(Text.assemble(heading, " ", (problem.code, "dim"), ": ", said(problem)))
