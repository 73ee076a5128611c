"""What the two clients do differently: how they wait, how a call ends in time, and where a client may be used.

`client` is made from `async_client`, which uses these; what is for async code has "async" in its name.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from math import inf
from threading import BoundedSemaphore, Event
from typing import Final, TypeAlias

import anyio
import httpx
from anyio.lowlevel import current_token

from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.network import attempt_until
from deltasib_query.errors import TransportError
from deltasib_query.messages.message import Message

Slots: TypeAlias = BoundedSemaphore
AsyncSlots: TypeAlias = anyio.Semaphore


@dataclass(frozen=True, slots=True)
class CallScope:
    """How long a response is wanted: until the deadline of a walk, or until the caller has left it."""

    deadline: Deadline | None = None
    stopped: Event | None = None

    @contextmanager
    def until_deadline(self) -> Iterator[None]:
        """Do nothing: each wait inside ends at the deadline by itself, since a thread cannot be cancelled."""
        yield

    def pause(self, seconds: float) -> None:
        """Wait. Raises `TransportError` once the caller has left."""
        if self.stopped is None:
            time.sleep(seconds)
        elif self.stopped.wait(seconds):
            raise TransportError(Message("transport.left"))

    @contextmanager
    def hold(self, slots: Slots) -> Iterator[None]:
        """Wait for a slot, and hold it. Raises `BudgetError` if the deadline passes meanwhile."""
        deadline = self.deadline
        if deadline is None:
            slots.acquire()
        elif not slots.acquire(timeout=deadline.left()):
            raise deadline.error()
        try:
            yield
        finally:
            slots.release()


@dataclass(frozen=True, slots=True)
class AsyncCallScope:
    """`CallScope` for async code. When the caller leaves, the task is cancelled, so `stopped` is not looked at."""

    deadline: Deadline | None = None
    stopped: Event | None = None

    @contextmanager
    def until_deadline(self) -> Iterator[None]:
        """Cancel what is done inside at the deadline, and raise `BudgetError`."""
        if self.deadline is None:
            yield
            return
        with anyio.move_on_after(self.deadline.left()) as scope:
            yield
        if scope.cancelled_caught:
            raise self.deadline.error() from None

    async def pause(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)

    def hold(self, slots: AsyncSlots) -> AsyncSlots:
        """Wait for a slot, and hold it."""
        return slots


class Attempt:
    """One attempt to get a response. It may take so many seconds, and ends at the deadline at the latest.

    ends: the instant of `time.monotonic()` at which every step of it has to end.
    """

    def __init__(self, seconds: float, deadline: Deadline | None) -> None:
        self.ends = min(time.monotonic() + seconds, deadline.at if deadline else inf)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let what this thread sends and receives inside end in time."""
        with attempt_until(self.ends):
            yield

    def check(self) -> None:
        """Raise `httpx.ReadTimeout` if the time is over, for a transport of the caller's that does not know."""
        if self.is_over:
            raise httpx.ReadTimeout("the attempt has taken its total_timeout")

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.ends


class AsyncAttempt:
    """`Attempt` for async code: it is cancelled, so no step needs to know its end.

    At the deadline `AsyncCallScope` cancels it.
    """

    ends: Final = inf

    def __init__(self, seconds: float, _deadline: Deadline | None) -> None:
        self._seconds, self.is_over = seconds, False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Cancel what is done inside when the time is over, and raise `httpx.ReadTimeout`."""
        with anyio.move_on_after(self._seconds) as scope:
            yield
        if scope.cancelled_caught:
            self.is_over = True
            raise httpx.ReadTimeout("the attempt has taken its total_timeout")

    def check(self) -> None:
        """Do nothing."""


class Owner:
    """The process in which a client is first used. A fork shares its connections, and would read its responses."""

    _process = 0

    def check(self) -> None:
        """Raise `TransportError` in another process."""
        self._process = self._process or os.getpid()
        if self._process != os.getpid():
            raise TransportError(Message("transport.process"))

    def check_close(self) -> None:
        """Do nothing: a fork may close its copies of the connections."""


class AsyncOwner:
    """The event loop in which a client is first used: connections, slots and locks belong to it."""

    _loop: object = None

    def check(self) -> None:
        """Raise `TransportError` in another event loop."""
        loop = current_token()
        self._loop = self._loop or loop
        if self._loop != loop:
            raise TransportError(Message("transport.loop"))

    def check_close(self) -> None:
        """Raise `TransportError` in another event loop, which cannot close the connections."""
        self.check()
