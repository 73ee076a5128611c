"""How many requests a second a client sends, over all its threads and tasks. No I/O, and no waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from math import inf
from threading import Lock

from deltasib_query.client.wire.deadlines import Deadline


class RateLimiter:
    """Gives each request an instant of its own, in the order in which they come.

    Two instants are never closer together than the spacing, and none is given to two requests. Time in which nothing
    is sent is not saved up, so that there are no bursts.
    """

    def __init__(self, rate: float) -> None:
        self._spacing = 1 / rate
        self._next = -inf
        self._returned: list[float] = []
        self._lock = Lock()

    @contextmanager
    def turn(self, deadline: Deadline | None = None) -> Iterator[float]:
        """Yield how many seconds to wait before a request is sent; inside the ``with`` is where to wait.

        Whoever leaves it with an exception gives the instant back. Raises `BudgetError` at once where the instant is
        not before the deadline.
        """
        at = self._reserve()
        try:
            if deadline is not None and at >= deadline.at:
                raise deadline.error()
            yield max(at - time.monotonic(), 0.0)
        except BaseException:
            with self._lock:
                heappush(self._returned, at)
            raise

    def _reserve(self) -> float:
        with self._lock:
            now = time.monotonic()
            while self._returned:
                at = heappop(self._returned)
                if at >= now:
                    return at
            at = max(now, self._next)
            self._next = at + self._spacing
            return at
