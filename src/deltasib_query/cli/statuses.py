"""The exit statuses of the command, and which error ends it with which."""

from __future__ import annotations

from typing import Final, NamedTuple

from deltasib_query.cli.streams import OutputError
from deltasib_query.errors import (
    ColumnError,
    DeltasibQueryError,
    FilterError,
    ServiceError,
    TransportError,
)


class Status(NamedTuple):
    """How the command ends: its number, what that says, and the errors that end it so, with those below them."""

    number: int
    meaning: str
    errors: tuple[type[BaseException], ...] = ()


STATUSES: Final = (
    Status(0, "done"),
    Status(1, "the filter is wrong", (FilterError,)),
    Status(2, "the command cannot be run as it was given", (DeltasibQueryError,)),  # arguments, extras, checkpoints
    Status(3, "the service refused, or its answer cannot be used", (ServiceError,)),
    Status(4, "no answer came", (TransportError,)),
    Status(5, "the output could not be written", (OutputError, ColumnError)),
    Status(130, "interrupted", (KeyboardInterrupt,)),
)

ERRORS: Final = (DeltasibQueryError, OutputError, KeyboardInterrupt)
"""What ends the command with one line rather than a traceback."""


def status_of(error: BaseException) -> int:
    """Return the exit status for one of `ERRORS`: that of the nearest class that has one.

    >>> from deltasib_query import InvalidKeyError
    >>> status_of(InvalidKeyError("Invalid key", code=-2, status=401, object="auth", action="gettoken"))
    3
    """
    by_error = {kind: status.number for status in STATUSES for kind in status.errors}
    return next(by_error[kind] for kind in type(error).__mro__ if kind in by_error)


EPILOG: Final = "\b\nExit status:\n" + "\n".join(f"  {number:<3}  {meaning}" for number, meaning, _errors in STATUSES)
"""For the help of every command."""
