"""What the command says beside its data: all of it on standard error, or on the terminal where it asks."""

from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from getpass import GetPassWarning, getpass

from rich.console import Console
from rich.text import Text

from deltasib_query.cli.streams import visible, visible_lines
from deltasib_query.errors import FilterError
from deltasib_query.problems import Problem

talk = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def print_error(error: BaseException) -> None:
    """Say what has gone wrong."""
    if isinstance(error, FilterError):
        for problem in error.problems:
            print_problem(problem)
    else:
        talk.print(Text.assemble(("error:", "bold red"), " ", visible_lines(str(error))))


def print_problem(problem: Problem, *, repaired: bool = False) -> None:
    """Say what is wrong with a filter, or was until it was `repaired`."""
    word, colour = (
        ("repaired", "cyan") if repaired else (problem.severity, "red" if problem.severity == "error" else "yellow")
    )
    repair = problem.repair and replace(problem.repair, replacement=visible(problem.repair.replacement))
    shown = replace(problem, message=visible(problem.message), repair=repair)  # the excerpt is so already
    talk.print(Text.assemble((word, f"bold {colour}"), " ", (problem.code, "dim"), ": ", str(shown)))


def ask_password() -> str | None:
    """Ask for the password on the terminal; where there is none, read a line of standard input. None for no line."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass("Password: ")
        except GetPassWarning:  # there is no terminal
            return sys.stdin.readline().rstrip("\r\n") or None
        except EOFError:
            return None
