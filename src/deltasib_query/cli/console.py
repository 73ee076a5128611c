"""Messages on standard error, and questions on the terminal. Nothing that is shown can control the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import replace
from getpass import GetPassWarning, getpass
from typing import Final

from rich.console import Console
from rich.text import Text

from deltasib_query.errors import FilterError
from deltasib_query.problems import Problem

stderr = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

_JOINERS: Final = "\u200c\u200d"
"""Characters that the spelling of Persian words needs."""


def visible(text: str) -> str:
    r"""Return a text with everything that a terminal would obey escaped as in JSON.

    >>> visible("علی\x1b[2J\u202e می‌رود")
    'علی\\u001b[2J\\u202e می\u200cرود'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    shown = character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
    return character if shown else json.dumps(character)[1:-1]


def print_error(error: BaseException) -> None:
    """Print an error; of a wrong filter, each of its problems."""
    if isinstance(error, FilterError):
        print_problems(error.problems)
    else:
        lines = "\n".join(map(visible, str(error).split("\n")))
        stderr.print(Text.assemble(("error:", "bold red"), " ", lines))


def print_problems(problems: Iterable[Problem], *, repaired: bool = False) -> None:
    """Print the problems of a filter; `repaired`: the errors among them have been repaired."""
    for problem in problems:
        word = "repaired" if repaired and problem.severity == "error" else problem.severity
        colour = {"repaired": "cyan", "error": "red", "warning": "yellow"}[word]
        repair = problem.repair and replace(problem.repair, replacement=visible(problem.repair.replacement))
        shown = replace(problem, message=visible(problem.message), repair=repair)  # the excerpt is escaped already
        stderr.print(Text.assemble((word, f"bold {colour}"), " ", (problem.code, "dim"), ": ", str(shown)))


def ask_password() -> str | None:
    """Ask for the password on the terminal or, without one, read a line of standard input. Return None at its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass("Password: ")
        except GetPassWarning:  # there is no terminal
            return sys.stdin.readline().rstrip("\r\n") or None
        except EOFError:
            return None
