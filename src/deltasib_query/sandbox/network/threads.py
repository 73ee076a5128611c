"""Event loops in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, Final

from deltasib_query.errors import TransportError
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.clock import real_seconds

_JOIN_TIMEOUT: Final = 30
"""Seconds to wait for a thread that was told to end."""


class _RealTimeLoop(asyncio.SelectorEventLoop):
    def time(self) -> float:
        return real_seconds()


def run_in_thread(serve: Callable[[], Coroutine[Any, Any, None]], name: Message) -> Callable[[], None]:
    """Run a coroutine in a thread, in an event loop that keeps the real time. Return a function that waits for its end.

    That function raises `TransportError` if the thread does not end.
    """

    def run() -> None:
        with asyncio.Runner(loop_factory=_RealTimeLoop) as runner:
            runner.run(serve())

    thread = Thread(target=run, name=str(name), daemon=True)
    thread.start()

    def join() -> None:
        thread.join(_JOIN_TIMEOUT)
        if thread.is_alive():
            raise TransportError(Message("transport.has-not-ended", name=name, seconds=_JOIN_TIMEOUT))

    return join
