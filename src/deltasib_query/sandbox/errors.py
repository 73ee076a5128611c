"""The errors that the service answers with."""

from __future__ import annotations

from typing import Final

ERRORS: Final = {
    -1: ("Fatal Error", 500),
    -2: ("Invalid key", 401),
    -3: ("IP not permit", 403),
    -4: ("Require item not found", 400),
    -5: ("Invalid Data", 400),
    -6: ("Invalid token", 401),
}
"""ErrorCode to ErrorDesc [guide] and HTTP status [inferred]."""


class RequestError(Exception):
    """The request fails with a documented ErrorCode; `reason` follows the documented text."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        text, self.status = ERRORS[code]
        self.code = code
        self.description = f"{text}: {reason}" if reason else text
