"""Messages on standard error, and questions on the terminal. Nothing that is shown can control the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
import warnings
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import replace
from getpass import GetPassWarning, getpass
from typing import Any, Final

import typer
from rich.console import Console
from rich.text import Text

from deltasib_query.errors import DeltasibQueryError, FilterError
from deltasib_query.messages.message import Message, Param
from deltasib_query.problems import Problem

stderr = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

_LANGUAGE: Final = ContextVar("the language of the command", default="en")
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


def choose_language(chosen: str | None) -> None:
    """Say everything from here on in a language, if one is given."""
    if chosen is not None:
        _LANGUAGE.set(chosen)


def language() -> str:
    """Return the language of the command."""
    return _LANGUAGE.get()


def said(message: Message) -> str:
    """Return a message in the language of the command for standard error, with nothing that controls a terminal."""
    return _shown(_harmless(message))


def wrong(key: str, **params: Param) -> typer.BadParameter:
    """Return the error of options or arguments that make no sense."""
    return typer.BadParameter(said(Message(key, **params)))


def print_line(message: Message) -> None:
    """Print a message on standard error."""
    stderr.print(said(message), markup=False)


def print_error(error: DeltasibQueryError) -> None:
    """Print an error; of a wrong filter, each of its problems."""
    if isinstance(error, FilterError):
        print_problems(error.problems)
    else:
        stderr.print(Text.assemble((f"{_words('error')}:", "bold red"), " ", said(error.reason)))


def print_problems(problems: Iterable[Problem], *, repaired: bool = False) -> None:
    """Print the problems of a filter; `repaired`: the errors among them have been repaired."""
    for problem in problems:
        word = "repaired" if repaired and problem.severity == "error" else problem.severity
        colour = {"repaired": "cyan", "error": "red", "warning": "yellow"}[word]
        shown = _shown(
            replace(  # the excerpt is escaped already
                problem,
                reason=_harmless(problem.reason),
                possible=tuple(map(_harmless, problem.possible)),
                repair=problem.repair and replace(problem.repair, replacement=visible(problem.repair.replacement)),
            )
        )
        stderr.print(Text.assemble((_words(word), f"bold {colour}"), " ", (problem.code, "dim"), ": ", shown))


def _shown(told: Message | Problem) -> str:
    """Return English with its code in backticks; another language with marks that isolate values, on a terminal."""
    if language() == "en":
        return str(told)
    told_in = told.describe(language()) if isinstance(told, Problem) else told.said(language())
    return str(told_in) if sys.stderr.isatty() else told_in.plain


def _words(key: str) -> str:
    return _shown(Message(f"command.{key}"))


def _harmless(param: Any) -> Any:
    """Return what is filled into a message with everything in it escaped that a terminal would obey."""
    match param:
        case str():
            return visible(param)
        case tuple():
            return tuple(map(_harmless, param))
        case Message():
            return Message(param.key, **{name: _harmless(each) for name, each in param.params.items()})
        case _:
            return param


def ask_password() -> str | None:
    """Ask for the password on the terminal or, without one, read a line of standard input. Return None at its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{_words('password')}: ")
        except GetPassWarning:  # there is no terminal
            return sys.stdin.readline().rstrip("\r\n") or None
        except EOFError:
            return None
