"""The same search elsewhere: a program in Python and a command line, to copy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Final

from deltasib_query.cli.page.lists import ListRequest

_PROGRAM: Final = """\
import os

from deltasib_query import Client, {record}{parse}

with Client(
    os.environ["DELTASIB_URL"],
    username=os.environ["DELTASIB_USERNAME"],
    password=os.environ["DELTASIB_PASSWORD"],
) as isp:
    for row in isp.list({arguments}):
        print(row)
"""


def python_program(request: ListRequest) -> str:
    """Return a program that prints the rows. It takes the server and the account from the environment."""
    record = request.list.__name__
    arguments = [record]
    if request.condition is not None:
        arguments.append(f"parse({str(request.condition)!r}, {record})")
    if request.customer is not None:
        arguments.append(f"user_id={request.customer!r}")
    if request.columns is not None:
        arguments.append(f"fields=[{', '.join(f'{record}.{field.name}' for field in request.columns)}]")
    parse = "" if request.condition is None else ", parse"
    return _PROGRAM.format(record=record, parse=parse, arguments=", ".join(arguments))


def command_line(request: ListRequest) -> str:
    """Return the command that prints the rows, for a POSIX shell."""
    return shlex.join(_words(request))


def powershell_line(request: ListRequest) -> str | None:
    """Return the command that prints the rows, for PowerShell.

    None if the filter has a double quote: Windows PowerShell passes it on in another way than PowerShell 7.3 and later.
    """
    words = _words(request)
    return None if any('"' in word for word in words) else " ".join(map(_powershell_quoted, words))


def _words(request: ListRequest) -> Sequence[str]:
    words = ["deltasib-query", "list", request.list.service_object]
    if request.condition is not None:
        words += ["--filter", str(request.condition)]
    if request.customer is not None:
        words += ["--for-user-id", str(request.customer)]
    if request.columns is not None:
        words += ["--fields", ",".join(field.name for field in request.columns)]
    return words


def _powershell_quoted(word: str) -> str:
    """Return a word as PowerShell reads it. A curly quote ends a text there, too, unless it is doubled."""
    if re.fullmatch(r"[\w.-]+", word, re.ASCII):
        return word
    return "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", word) + "'"
