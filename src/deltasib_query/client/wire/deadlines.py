"""When a walk has to end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import TIMEOUT_MAX

from deltasib_query.errors import BudgetError
from deltasib_query.messages.message import Message


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a walk that may take `seconds`: `at` is an instant of `time.monotonic()`."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline of a walk that begins now."""
        return cls(time.monotonic() + seconds, seconds)

    def left(self) -> float:
        """Return the seconds until then: 0 once it has passed, and no more than a lock can wait."""
        return min(max(self.at - time.monotonic(), 0.0), TIMEOUT_MAX)

    def check(self) -> None:
        """Raise `BudgetError` if the deadline has passed."""
        if not self.left():
            raise self.error()

    def error(self) -> BudgetError:
        """Return the error of a walk that has not ended in time."""
        return BudgetError(Message("budget.seconds", seconds=self.seconds))
