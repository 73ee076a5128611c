"""The standard streams.

Data that cannot be written to standard output raises `OutputError`. Messages that cannot be written to standard error
are dropped.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from deltasib_query.messages.message import DeltasibQueryError, Message


class OutputError(DeltasibQueryError):
    """The output cannot be written: the disk is full, the reader is gone, …"""

    def __init__(self, output: str | Message, reason: BaseException | str | Message) -> None:
        why = (getattr(reason, "strerror", None) or str(reason)) if isinstance(reason, BaseException) else reason
        super().__init__(Message("output", output=output, reason=why), output, why)


@contextmanager
def writing(output: object) -> Iterator[None]:
    """Turn an `OSError` of the block into an `OutputError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(str(output), error) from error


def prepare_streams() -> None:
    """Make sure that all three standard streams exist, and that they take any text."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed; a newly opened file takes the lowest free number: this one
            os.open(os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = _text(1, sys.stdout, _raise)
    sys.stderr = _text(2, sys.stderr, lambda _error: None)


def _text(number: int, stream: object, failed: Callable[[OSError], None]) -> io.TextIOWrapper:
    # UTF-8 in any locale, for Persian; a lone surrogate is escaped
    raw = getattr(getattr(stream, "buffer", None), "raw", None) or io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(_Guarded(raw, failed)), "utf-8", "backslashreplace", newline="\n", line_buffering=number == 2
    )


def _raise(error: OSError) -> None:
    raise OutputError(Message("output.standard"), error)


class _Guarded(io.RawIOBase):
    """A stream that reports its first error, and drops everything that is written after that."""

    def __init__(self, raw: io.RawIOBase, failed: Callable[[OSError], None]) -> None:
        self._raw, self._failed, self._broken = raw, failed, False

    def write(self, data: Any, /) -> int:
        if not self._broken:
            try:
                written = self._raw.write(data)
                if written is not None:
                    return written
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            except OSError as error:
                self._broken = True
                self._failed(error)
        return memoryview(data).nbytes

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()
