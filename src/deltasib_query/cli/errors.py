"""``deltasib-query errors``."""

from __future__ import annotations

import inspect
import sys
from typing import Annotated, Any

import typer

from deltasib_query import DeltasibQueryError, check, errors
from deltasib_query.cli.completion import OBJECTS, starting
from deltasib_query.cli.language import language, said, wrong
from deltasib_query.cli.problem_codes import ProblemCode, problem_codes
from deltasib_query.messages.message import Message, Param


def complete_code(incomplete: str) -> list[str]:
    """Return the codes of problems that start so."""
    return starting(dict.fromkeys(each.code for each in problem_codes()), incomplete)


def errors_command(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", autocompletion=complete_code, help="such as bare-word, -5 or BudgetError"),
    ] = None,
) -> None:
    """Say what an error means, with an example that provokes it. Without a code, list the problems of filters.

    CODE is the code of a problem in a filter, an ErrorCode of the service, or the name of an exception.
    """
    if code is None:
        for each in problem_codes():
            print(f"{_said(f'command.{each.severity}'):7}  {each.code:23}  {each.meaning[language()]}")
        return
    found = [each for each in problem_codes() if each.code == code.lower()]
    for each in found:
        _print(each)
    if not found:
        exception = _exceptions().get(code.lower())
        if exception is None:
            raise wrong("command.code", given=repr(code))
        print(f"{exception.__name__}: {inspect.getdoc(exception)}")


def _print(problem: ProblemCode) -> None:
    """Print a code, its meaning, and an example. What checking the example says is in the language of the command."""
    print(f"{_said(f'command.{problem.severity}')} {problem.code}: {problem.meaning[language()]}")
    match problem.example:
        case {"filter": text, "object": name}:
            print(_said("command.example", object=name))
            for each in check(text, OBJECTS[name]):
                if each.code == problem.code:
                    print(said(each, sys.stdout))
        case {"python": code}:
            print(_said("command.example-python", code=code))


def _exceptions() -> dict[str, type[DeltasibQueryError]]:
    """Return every exception by its name in lower case, and those of the service by their code too."""
    kinds: dict[str, Any] = {name.lower(): kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    named = {name: kind for name, kind in kinds.items() if issubclass(kind, DeltasibQueryError)}
    return named | {str(code): kind for code, kind in errors.SERVICE_ERRORS.items()}


def _said(key: str, **params: Param) -> str:
    return said(Message(key, **params), sys.stdout)
