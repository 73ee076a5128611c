"""Which failures are worth another try, how many, and after how long. No I/O."""

from __future__ import annotations

from threading import Event
from typing import Any, Final

from tenacity import (
    RetryCallState,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_when_event_set,
    wait_random_exponential,
)

from deltasib_query.client.protocol import Action
from deltasib_query.errors import ServiceError, TransportError

PASSING_STATUSES: Final = frozenset({429, 502, 503, 504})
LONGEST_WAIT: Final = 30.0
"""Seconds. A server that asks for more is not waited for longer: nobody may put a client to sleep."""

_jittered = wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT)


def policy(action: Action, retries: int, *, retry_writes: bool, stopped: Event | None = None) -> dict[str, Any]:
    """Return the arguments of tenacity's `Retrying` for a call.

    Reads are tried again after a failed connection, a time-out, and the statuses 429, 502, 503 and 504; writes only
    where the caller says so, or nothing but the login has failed: nobody knows whether a write without an answer was
    done. Once `stopped` is set nobody waits for the answer, and nothing is tried again.
    """
    repeatable = action.method == "GET" or retry_writes

    def worth_a_try(error: BaseException) -> bool:
        return _passing(error) and (repeatable or getattr(error, "unsent", False))

    arguments = {
        "retry": retry_if_exception(worth_a_try),
        "stop": stop_after_attempt(1 + retries),
        "wait": _wait,
        "reraise": True,
    }
    if stopped is not None:
        arguments["stop"] = stop_after_attempt(1 + retries) | stop_when_event_set(stopped)
        arguments["sleep"] = sleep_using_event(stopped)
    return arguments


def _passing(error: BaseException) -> bool:
    if isinstance(error, TransportError):
        return error.passing
    return isinstance(error, ServiceError) and error.status in PASSING_STATUSES


def _wait(state: RetryCallState) -> float:
    """Exponential and jittered; at least what the server asks for, within the longest wait."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None) or 0.0
    return max(min(asked, LONGEST_WAIT), _jittered(state))
