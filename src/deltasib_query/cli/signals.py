"""Signals that end the command: Ctrl-C, SIGTERM, and SIGHUP when its terminal closes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def interrupt_on_signals() -> None:
    """Make SIGTERM and SIGHUP raise KeyboardInterrupt as Ctrl-C does, unless they are ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Delay an interrupt to the end of the block, where rows are being written. A second one is not delayed."""
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
