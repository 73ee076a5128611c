"""Which failed attempts are repeated, how often, and after how long. No I/O."""

from __future__ import annotations

import random
from typing import Final

from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.errors import DeltasibQueryError, ServiceError, TransportError
from deltasib_query.service.actions import Action

TRANSIENT_STATUSES: Final = frozenset({429, 502, 503, 504})
LONGEST_WAIT: Final = 30.0
"""Seconds between two attempts at most, even if a server asks for more: no server may put a client to sleep."""
FIRST_WAIT: Final = 5.0
"""Seconds after the first 429 without Retry-After: between half of it and all of it, and twice as long each time."""


class Retries:
    """The attempts of one call.

    A read is repeated after a failure that may pass: a failed connection, a time-out, the statuses 429, 502, 503, 504.
    A write is repeated only if the caller says so (`retry_writes`) or if just the login failed: nobody knows whether a
    write without an answer was done.
    """

    def __init__(self, action: Action, most: int, *, retry_writes: bool, deadline: Deadline | None = None) -> None:
        self._left, self._attempt, self._deadline = most, 0, deadline
        self._repeatable = action.method == "GET" or retry_writes

    def wait_after(self, error: DeltasibQueryError) -> float | None:
        """Return the seconds to wait before the next attempt; None if there is none, and the error stands.

        Raises `BudgetError` if the wait would not end before the deadline.
        """
        if not self._left or not (isinstance(error, TransportError | ServiceError) and self._is_worth_another(error)):
            return None
        self._left -= 1
        self._attempt += 1
        seconds = backoff(error, self._attempt)
        if self._deadline and seconds >= self._deadline.left():
            raise self._deadline.error()
        return seconds

    def _is_worth_another(self, error: TransportError | ServiceError) -> bool:
        transient = error.transient if isinstance(error, TransportError) else error.status in TRANSIENT_STATUSES
        return transient and (self._repeatable or error.login_failed)


def backoff(error: TransportError | ServiceError, attempt: int) -> float:
    """Return the seconds to wait after the error of an attempt, counted from 1.

    They are random and double with each attempt; at least what the server asks for, at most `LONGEST_WAIT`.
    """
    doubled = 2.0 ** min(attempt - 1, 10)
    asked = error.retry_after if isinstance(error, ServiceError) and error.retry_after else 0.0
    if isinstance(error, ServiceError) and error.status == 429 and not asked:
        return min(FIRST_WAIT * doubled, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(min(asked, LONGEST_WAIT), random.uniform(0.0, min(0.5 * doubled, LONGEST_WAIT)))  # noqa: S311
