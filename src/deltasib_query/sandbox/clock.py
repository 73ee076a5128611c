"""The clock of the service, and a clock of this machine that no test stops."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from threading import Thread
from typing import Any, Final, TypeAlias

from deltasib_query.errors import ParameterError, TransportError

Clock: TypeAlias = datetime | Callable[[], datetime]

START: Final = datetime(2021, 2, 1, 12)  # noqa: DTZ001 - the service's own time
"""What the clock says unless another is given. It stands still, as the made-up data do."""

_LONGEST_END: Final = 30
"""Seconds after which what has not ended never will."""


def reader(clock: Clock) -> Callable[[], str]:
    """Return what tells the time as the database has it; an aware moment counts by its own wall clock.

    Raises `ParameterError` for what is no clock.

    >>> reader(START)()
    '2021-02-01 12:00:00'
    """
    if isinstance(clock, datetime):
        text = str(clock.replace(microsecond=0, tzinfo=None))
        return lambda: text
    if not callable(clock):
        raise ParameterError("clock", "a datetime, or a function that returns one")
    return lambda: str(clock().replace(microsecond=0, tzinfo=None))


def read_clock(text: str) -> Clock:
    """Read a clock as the command has it: a moment, or ``now``. Raises `ParameterError`.

    >>> read_clock("2026-05-01T08:30")
    datetime.datetime(2026, 5, 1, 8, 30)
    """
    if text == "now":
        return datetime.now
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ParameterError("clock", "a moment such as 2026-05-01T08:30, or now") from None


def real_seconds() -> float:
    """Return the seconds of a clock that goes on while a test has stopped `time.monotonic`, as freezegun does."""
    return time.monotonic() if sys.platform == "win32" else time.clock_gettime(time.CLOCK_MONOTONIC)


class _RealLoop(asyncio.SelectorEventLoop):
    def time(self) -> float:
        return real_seconds()


def run_in_thread(serve: Callable[[], Coroutine[Any, Any, None]], name: str) -> Callable[[], None]:
    """Run a coroutine in an event loop of a thread of its own, whose time is real; return what waits for its end.

    That raises `TransportError` where the end does not come.
    """

    def run() -> None:
        with asyncio.Runner(loop_factory=_RealLoop) as runner:
            runner.run(serve())

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()

    def join() -> None:
        thread.join(_LONGEST_END)
        if thread.is_alive():
            raise TransportError(f"{name} has not ended within {_LONGEST_END} seconds")

    return join
