"""The time of the service, and the real time, which goes on when a test stops Python's clocks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message

Clock: TypeAlias = datetime | Callable[[], datetime]

START: Final = datetime(2021, 2, 1, 12)  # noqa: DTZ001 - the service's own time
"""The default time. It stands still, like the made-up data."""


def text_clock(clock: Clock) -> Callable[[], str]:
    """Return a function that returns the time as the database stores it. An aware datetime loses its zone.

    Raises `ParameterError` for what is not a clock.

    >>> text_clock(START)()
    '2021-02-01 12:00:00'
    """
    if isinstance(clock, datetime):
        text = str(clock.replace(microsecond=0, tzinfo=None))
        return lambda: text
    if not callable(clock):
        raise ParameterError("clock", Message("parameter.clock"))
    return lambda: str(clock().replace(microsecond=0, tzinfo=None))


def real_seconds() -> float:
    """Return the seconds of a clock that goes on when a test stops `time.monotonic`, as freezegun does."""
    return time.monotonic() if sys.platform == "win32" else time.clock_gettime(time.CLOCK_MONOTONIC)
