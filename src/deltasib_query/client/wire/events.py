"""What a client tells of a request and of its response, as values without secrets and without values of customers."""

from __future__ import annotations

from dataclasses import dataclass, field

from deltasib_query.errors import ServiceError


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """A request that is about to be sent. Its text is a line for a log.

    object, action: the call as the guide names it, such as ``user`` and ``list``; a login is ``auth`` and ``gettoken``.
    attempt: 1, or more for the retry of a call.
    start, count: LimitFrom and LimitCount of a list; None for other calls.
    filter: the fingerprint of the filter that is sent; None without one. A scan adds conditions to the caller's filter.

    >>> print(RequestEvent("user", "list", 1, 0, 100, "Username like ?"))
    user list start=0 count=100 attempt=1 filter="Username like ?"
    """

    object: str
    action: str
    attempt: int = 1
    start: int | None = None
    count: int | None = None
    filter: str | None = None

    def __str__(self) -> str:
        return self._line() if self.filter is None else f'{self._line()} filter="{self.filter}"'

    def _line(self) -> str:
        slice = "" if self.count is None else f" start={self.start} count={self.count}"
        return f"{self.object} {self.action}{slice} attempt={self.attempt}"


@dataclass(frozen=True, slots=True)
class ResponseEvent:
    """What came of a request. Its text is a line for a log.

    request: the request.
    seconds: how long it took, from connecting to the end of the response.
    rows: how many rows a list has; None for another call, and for an error.
    error: the error that the response is, or that came instead of it; None if the request succeeded. Its text may have
        words of the server, so the text and the repr of the event have its class only.

    >>> print(ResponseEvent(RequestEvent("user", "list", 1, 0, 100), 0.0123, rows=100))
    user list start=0 count=100 attempt=1 status=200 rows=100 ms=12.3
    """

    request: RequestEvent
    seconds: float
    rows: int | None = None
    error: BaseException | None = field(default=None, repr=False)

    @property
    def status(self) -> int | None:
        """The HTTP status; None if no response came."""
        if self.error is None:
            return 200
        return self.error.status if isinstance(self.error, ServiceError) else None

    @property
    def code(self) -> int | None:
        """The documented ErrorCode of the error; None where it has none."""
        return self.error.code if isinstance(self.error, ServiceError) else None

    def __str__(self) -> str:
        error = None if self.error is None else type(self.error).__name__
        named = {"status": self.status, "rows": self.rows, "error": error, "code": self.code}
        told = "".join(f" {name}={value}" for name, value in named.items() if value is not None)
        return f"{self.request._line()}{told} ms={1000 * self.seconds:.1f}"
