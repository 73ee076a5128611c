"""The exit codes of the command."""

from __future__ import annotations

from typing import Final, NamedTuple

from deltasib_query.cli.streams import OutputError
from deltasib_query.errors import ColumnError, DeltasibQueryError, FilterError, ServiceError, TransportError


class ExitCode(NamedTuple):
    """An exit code, its meaning, and the errors that lead to it; their subclasses do too."""

    number: int
    meaning: str
    errors: tuple[type[BaseException], ...] = ()


EXIT_CODES: Final = (
    ExitCode(0, "done"),
    ExitCode(1, "the filter is wrong", (FilterError,)),
    ExitCode(2, "the command cannot be run as it was given", (DeltasibQueryError,)),  # arguments, extras, checkpoints
    ExitCode(3, "the service refused, or its response cannot be used", (ServiceError,)),
    ExitCode(4, "no response came", (TransportError,)),
    ExitCode(5, "the output could not be written", (OutputError, ColumnError)),
    ExitCode(130, "interrupted", (KeyboardInterrupt,)),
)

ERRORS: Final = (DeltasibQueryError, KeyboardInterrupt)
"""The errors that end the command without a traceback."""


def exit_code(error: BaseException) -> int:
    """Return the exit code of one of `ERRORS`: that of its nearest base class.

    >>> from deltasib_query import InvalidKeyError
    >>> exit_code(InvalidKeyError("Invalid key", code=-2, status=401, object="auth", action="gettoken"))
    3
    """
    by_error = {kind: code.number for code in EXIT_CODES for kind in code.errors}
    return next(by_error[kind] for kind in type(error).__mro__ if kind in by_error)


EPILOG: Final = "\b\nExit status:\n" + "\n".join(f"  {number:<3}  {meaning}" for number, meaning, _errors in EXIT_CODES)
"""For the help of every command."""
