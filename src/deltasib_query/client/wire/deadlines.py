"""When a walk has to have ended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import TIMEOUT_MAX

from deltasib_query.errors import BudgetError


@dataclass(frozen=True, slots=True)
class Deadline:
    """The instant of `time.monotonic()` at which a walk has taken the `seconds` that it may take."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline of a walk that begins now."""
        return cls(time.monotonic() + seconds, seconds)

    def left(self) -> float:
        """Return the seconds until then, 0 behind it, and never more than a lock can wait."""
        return min(max(self.at - time.monotonic(), 0.0), TIMEOUT_MAX)

    def check(self) -> None:
        """Raise `BudgetError` where it has passed."""
        if not self.left():
            raise self.error()

    def error(self) -> BudgetError:
        """Return the error of a walk that has not ended by then."""
        return BudgetError(f"the walk has taken the {self.seconds:g} seconds that it may take")
