"""Which failed attempts are repeated, how often, and after how long. No I/O."""

from __future__ import annotations

import random
from typing import Final

from tenacity import RetryCallState, stop_after_attempt

from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.reporting import log_retry
from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.service.actions import Action

TRANSIENT_STATUSES: Final = frozenset({429, 502, 503, 504})
LONGEST_WAIT: Final = 30.0
"""Seconds between two attempts at most, even if a server asks for more: no server may put a client to sleep."""
FIRST_WAIT: Final = 5.0
"""Seconds after the first 429 without Retry-After: between half of it and all of it, and twice as long each time."""


class Retries:
    """Tenacity's rules for the attempts of one call.

    A read is repeated after a failure that may pass: a failed connection, a time-out, the statuses 429, 502, 503, 504.
    A write is repeated only if the caller says so (`retry_writes`) or if just the login failed: nobody knows whether a
    write without a response was done.
    """

    def __init__(self, action: Action, most: int, *, retry_writes: bool, deadline: Deadline | None = None) -> None:
        self.stop: Final = stop_after_attempt(1 + most)
        self._action, self._deadline = action, deadline
        self._repeatable = action.method == "GET" or retry_writes

    def retry(self, state: RetryCallState) -> bool:
        """Return whether the failure of an attempt is worth another one."""
        error = _failure(state)
        if not isinstance(error, TransportError | ServiceError):
            return False
        transient = error.transient if isinstance(error, TransportError) else error.status in TRANSIENT_STATUSES
        return transient and (self._repeatable or error.login_failed)

    def wait(self, state: RetryCallState) -> float:
        """Return the seconds to wait before the next attempt."""
        error = _failure(state)
        assert isinstance(error, TransportError | ServiceError)
        return backoff(error, state.attempt_number)

    def before_sleep(self, state: RetryCallState) -> None:
        """Raise `BudgetError` if the wait would not end before the deadline."""
        if self._deadline and state.upcoming_sleep >= self._deadline.left():
            raise self._deadline.error()
        log_retry(self._action, state.attempt_number, _failure(state), state.upcoming_sleep)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def backoff(error: TransportError | ServiceError, attempt: int) -> float:
    """Return the seconds to wait after the error of an attempt, counted from 1.

    They are random and double with each attempt; at least what the server asks for, at most `LONGEST_WAIT`.
    """
    doubled = 2.0 ** min(attempt - 1, 10)
    asked = error.retry_after if isinstance(error, ServiceError) and error.retry_after else 0.0
    if isinstance(error, ServiceError) and error.status == 429 and not asked:
        return min(FIRST_WAIT * doubled, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(min(asked, LONGEST_WAIT), random.uniform(0.0, min(0.5 * doubled, LONGEST_WAIT)))  # noqa: S311
