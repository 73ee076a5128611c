"""What the command says: in which language, and with nothing in it that controls the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final, TextIO

import typer

from deltasib_query.display import JOINERS
from deltasib_query.messages.message import Message, Param
from deltasib_query.messages.said import for_no_reader
from deltasib_query.problems import Problem

_LANGUAGE: Final = ContextVar("the language of the command", default="en")


def choose_language(chosen: str | None) -> None:
    """Say everything from here on in a language, if one is given."""
    if chosen is not None:
        _LANGUAGE.set(chosen)


def language() -> str:
    """Return the language of the command."""
    return _LANGUAGE.get()


def said(told: Message | Problem, stream: TextIO | None = None) -> str:
    """Return a message, or all about a problem, in the language of the command.

    English has its code in backticks.

    stream: where it is printed; None is standard error.
    """
    told = _harmless(told)
    if language() == "en":
        text = str(told)
    else:
        text = str(told.describe(language()) if isinstance(told, Problem) else told.said(language()))
    return for_reader_of(stream or sys.stderr, text)


def for_reader_of(stream: TextIO, text: str) -> str:
    """Return a text that is printed there. Only on a terminal it keeps the marks that isolate values."""
    return text if stream.isatty() else for_no_reader(text)


def wrong(key: str, **params: Param) -> typer.BadParameter:
    """Return the error of options or arguments that make no sense."""
    return typer.BadParameter(said(Message(key, **params)))


def visible(text: str) -> str:
    r"""Return a text with everything that a terminal would obey escaped as in JSON.

    >>> visible("علی\x1b[2J\u202e می‌رود")
    'علی\\u001b[2J\\u202e می\u200cرود'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    shown = character.isprintable() or character in JOINERS or unicodedata.category(character) == "Zs"
    return character if shown else json.dumps(character)[1:-1]


def _harmless(told: Any) -> Any:
    """Return what is to be said, or is filled in there, with all texts as `visible` has them."""
    match told:
        case str():
            return visible(told)
        case tuple():
            return tuple(map(_harmless, told))
        case Message():
            return Message(told.key, **{name: _harmless(each) for name, each in told.params.items()})
        case Problem():  # whose excerpt is escaped already
            repair = told.repair and replace(told.repair, replacement=visible(told.repair.replacement))
            return replace(told, reason=_harmless(told.reason), possible=_harmless(told.possible), repair=repair)
        case _:
            return told
