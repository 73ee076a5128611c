"""Signals that end the command: Ctrl-C, SIGTERM, and SIGHUP when its terminal closes.

Each raises KeyboardInterrupt wherever the command is. Python drops an exception that is raised in a destructor or a
callback, so the signal is remembered, and `interrupts_wait` raises it again.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_interrupted = _delayed = False  # plain values: a handler that takes a lock may wait for the code that it interrupts


def interrupt_on_signals() -> None:
    """Make the signals raise KeyboardInterrupt, unless they are ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    global _interrupted, _delayed
    delayed, _interrupted, _delayed = _delayed, True, False
    if not delayed:
        raise KeyboardInterrupt


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Delay an interrupt to the end of the block, where rows are being written. A second one is not delayed."""
    global _delayed
    _delayed = True
    try:
        yield
    finally:
        _delayed = False
    if _interrupted:
        raise KeyboardInterrupt


def wait_for_interrupt() -> None:
    """Return once a signal has come, inside `interrupts_wait`."""
    while not _interrupted:
        time.sleep(0.5)  # a signal that comes just before a sleep, or to another thread, does not end it
