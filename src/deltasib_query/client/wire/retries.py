"""Which failures are worth another try, how many, and after how long. No I/O."""

from __future__ import annotations

import random
from typing import Any, Final

from tenacity import RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.service.actions import Action

PASSING_STATUSES: Final = frozenset({429, 502, 503, 504})
LONGEST_WAIT: Final = 30.0
"""Seconds. A server that asks for more is not waited for longer: nobody may put a client to sleep."""

FIRST_WAIT: Final = 5.0
"""Seconds behind the first 429 that does not say how long to wait; half of it at least, and twice as much each time."""

_jittered = wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT)


def policy(action: Action, retries: int, *, retry_writes: bool, deadline: Deadline | None = None) -> dict[str, Any]:
    """Return the arguments of tenacity's `Retrying` for a call.

    Reads are tried again after a failed connection, a time-out, and the statuses 429, 502, 503 and 504; writes only
    where the caller says so, or nothing but the login has failed: nobody knows whether a write without an answer was
    done. Where the pause would not end before the deadline, `BudgetError` is raised instead of it.
    """
    repeatable = action.method == "GET" or retry_writes

    def worth_a_try(error: BaseException) -> bool:
        return _passing(error) and (repeatable or getattr(error, "login_failed", False))

    def check(state: RetryCallState) -> None:
        if deadline is not None and state.upcoming_sleep >= deadline.left():
            raise deadline.error()

    return {
        "retry": retry_if_exception(worth_a_try),
        "stop": stop_after_attempt(1 + retries),
        "wait": _wait,
        "before_sleep": check,
        "reraise": True,
    }


def _passing(error: BaseException) -> bool:
    if isinstance(error, TransportError):
        return error.transient
    return isinstance(error, ServiceError) and error.status in PASSING_STATUSES


def _wait(state: RetryCallState) -> float:
    """Exponential and jittered; at least what the server asks for, within the longest wait."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None) or 0.0
    if isinstance(error, ServiceError) and error.status == 429 and not asked:
        doublings = min(state.attempt_number - 1, 10)
        return min(FIRST_WAIT * 2.0**doublings, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(min(asked, LONGEST_WAIT), _jittered(state))
