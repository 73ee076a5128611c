"""Signals that end the command: Ctrl-C, and what else tells it to end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def end_on_signals() -> None:
    """End the command as Ctrl-C does when it is told to end, or its terminal goes, unless that is ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let an interrupt wait until the rows at hand are written; a second one does not wait."""
    waiting: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    handled = [number for number in signal.valid_signals() if signal.getsignal(number) is signal.default_int_handler]
    for number in handled:
        signal.signal(number, wait)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, signal.default_int_handler)
    if waiting:
        raise KeyboardInterrupt
