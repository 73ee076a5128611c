"""How many requests a client sends in a second, over all its threads and tasks. No I/O, and no waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from math import inf
from threading import Lock

from deltasib_query.client.wire.deadlines import Deadline


class RateLimiter:
    """Assigns each request the instant at which it may be sent, in the order of their arrival.

    Two instants are at least 1 / `rate` seconds apart. Time without requests is not saved up, so there are no bursts.
    """

    def __init__(self, rate: float) -> None:
        self._spacing = 1 / rate
        self._next = -inf
        self._returned: list[float] = []
        self._lock = Lock()

    @contextmanager
    def turn(self, deadline: Deadline | None = None) -> Iterator[float]:
        """Yield the seconds to wait before a request is sent. The wait belongs inside the ``with``.

        An exception inside gives the instant back to the others. Raises `BudgetError` at once if the instant is not
        before the deadline.
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
