"""The standard streams: data on standard output, all talk on standard error; and what may be shown on a terminal.

What standard output does not take raises `OutputError`. What standard error does not take is lost, and nothing else is.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final


class OutputError(Exception):
    """What was asked for cannot be written: the disk is full, the reader has gone."""

    def __init__(self, name: object, reason: object) -> None:
        super().__init__(f"{name} cannot be written ({getattr(reason, 'strerror', None) or reason})")


@contextmanager
def writing(name: object) -> Iterator[None]:
    """Raise what goes wrong with a file as `OutputError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(name, error) from error


def prepare() -> None:
    """Have three standard streams, whatever the command was started with, that take any text."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed; a file that is opened takes the lowest number: this one
            os.open(os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = _text(1, sys.stdout, _raise)
    sys.stderr = _text(2, sys.stderr, lambda _error: None)


def _text(number: int, stream: object, failed: Callable[[OSError], None]) -> io.TextIOWrapper:
    # Persian text has to come out whatever the locale says; half a character is shown, not raised.
    raw = getattr(getattr(stream, "buffer", None), "raw", None) or io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(_Guarded(raw, failed)), "utf-8", "backslashreplace", newline="\n", line_buffering=number == 2
    )


def _raise(error: OSError) -> None:
    raise OutputError("standard output", error)


class _Guarded(io.RawIOBase):
    """A stream that says once that it cannot be written to, and takes anything from then on."""

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


_JOINERS: Final = "\u200c\u200d"
"""Without which words of Persian are misspelled."""


def visible(text: str) -> str:
    r"""Return a text with all that a terminal would obey written out, as JSON writes it.

    >>> visible("علی\x1b[2J\u202e می‌رود")
    'علی\\u001b[2J\\u202e می\u200cرود'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    shown = character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
    return character if shown else json.dumps(character)[1:-1]


def visible_lines(text: str) -> str:
    """Return a text of several lines, each `visible`."""
    return "\n".join(map(visible, text.split("\n")))
