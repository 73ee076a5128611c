"""The parameters of a request, and the documented errors that a wrong one is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

ERROR_TEXTS: Final = {
    -1: "Fatal Error",
    -2: "Invalid key",
    -3: "IP not permit",
    -4: "Require item not found",
    -5: "Invalid Data",
    -6: "Invalid token",
}
"""ErrorCode to ErrorDesc [guide]."""

_NUMBER: Final = re.compile("[0-9]{1,18}")  # any of them fits SQLite's integer


class RequestError(Exception):
    """The request is answered with an ErrorCode; `reason` goes behind the documented text."""

    def __init__(self, code: int, reason: str = "") -> None:
        """Take a documented code."""
        super().__init__(code, reason)
        self.code = code
        self.description = f"{ERROR_TEXTS[code]}: {reason}" if reason else ERROR_TEXTS[code]


class Parameters:
    """Parameters by name, in any case [inferred: a public program sends `filter=`]. Of a repeated one the last counts.

    >>> given = Parameters([("filter", "User_Id = 5"), ("LimitFrom", "")])
    >>> given.text("Filter"), given.number("LimitFrom", 0)
    ('User_Id = 5', 0)
    """

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        """Take names and values in the order in which they came."""
        self._values = {name.lower(): value for name, value in items}

    def text(self, name: str) -> str:
        """Return a parameter without the white space around it; a missing one is empty."""
        return self._values.get(name.lower(), "").strip()

    def required(self, name: str) -> str:
        """Return a parameter that must be there. Raises `RequestError` -4 where it is missing or empty."""
        value = self.text(name)
        if not value:
            raise RequestError(-4, name)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number of zero or more. Raises `RequestError` -5 for anything else, -4 for none.

        A missing or empty one is the default, where there is one.
        """
        if default is not None and not self.text(name):
            return default
        value = self.required(name)
        if not _NUMBER.fullmatch(value):
            raise RequestError(-5, f"{name} is a whole number of zero or more")
        return int(value)
