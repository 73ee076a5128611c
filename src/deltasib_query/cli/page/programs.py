"""The same search elsewhere: a program in Python and a command line, to copy."""

from __future__ import annotations

import shlex
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
    words = ["deltasib-query", "list", request.list.service_object]
    if request.condition is not None:
        words += ["--filter", str(request.condition)]
    if request.customer is not None:
        words += ["--for-user-id", str(request.customer)]
    if request.columns is not None:
        words += ["--fields", ",".join(field.name for field in request.columns)]
    return shlex.join(words)
