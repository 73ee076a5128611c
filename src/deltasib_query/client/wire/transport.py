"""How a client reaches its server: what both clients make of their arguments, and of httpx's failures."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from math import inf
from typing import Any, Final

import httpcore
import httpx

from deltasib_query.client.wire.body import ACCEPTED
from deltasib_query.client.wire.connection import LONGEST_TIMEOUT, base_url, check_number, check_timeout
from deltasib_query.client.wire.rate_limits import RateLimiter
from deltasib_query.client.wire.requests import Request
from deltasib_query.client.wire.session import Send, Session
from deltasib_query.errors import ParameterError, TransportError, shown
from deltasib_query.service.parameters import Text
from deltasib_query.service.profile import ServerProfile

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds for each step of a request: 10 to connect; 30 to write, for the next bytes, for a free connection."""
TOTAL_TIMEOUT: Final = 120.0
"""Seconds for one attempt: twice as long as common web servers give a program, which leaves time for a long answer."""
LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=20)
"""Connections at a time."""
NO_COOKIES: Final = CookieJar(DefaultCookiePolicy(allowed_domains=()))
"""Takes none: PHP locks a session, and requests that carry its cookie are served one after another."""
LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes of an answer; a page of 100 rows has some 20,000."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The arguments of a client, checked."""

    url: str
    session: Session
    retries: int
    retry_writes: bool
    largest_answer: int
    max_url_bytes: int
    timeout: httpx.Timeout
    total_timeout: float
    """Infinite where there is none."""
    limiter: RateLimiter
    profile: ServerProfile

    @classmethod
    def of(
        cls,
        *,
        url: str,
        username: str,
        password: str,
        version: str,
        retries: int,
        retry_writes: bool,
        largest_answer: int,
        max_url_bytes: int,
        timeout: float | httpx.Timeout | None,
        total_timeout: float | None,
        max_rate: float | None,
        profile: ServerProfile,
    ) -> Settings:
        """Check and take. Raises `ParameterError`."""
        password = Text().write("password", password)
        username = Text(32, 1).write("username", username)
        for name, count in (
            ("retries", retries), ("largest_answer", largest_answer), ("max_url_bytes", max_url_bytes)
        ):  # fmt: skip
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                raise ParameterError(name, f"a whole number of at least 0 is needed, not {shown(count)}")
        if not isinstance(version, str) or not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", version):
            raise ParameterError("version", "numbers and points are needed, as in 1.0")
        if not isinstance(profile, ServerProfile):
            raise ParameterError("profile", f"a ServerProfile is needed, not {shown(profile)}")
        if total_timeout is not None:
            check_number("total_timeout", total_timeout, 0.0, LONGEST_TIMEOUT, "seconds")
        if max_rate is not None:
            check_number("max_rate", max_rate, 0.0001, 1_000_000.0, "requests a second")
        return cls(
            base_url(url),
            Session(username, password, str.__str__(version), profile=profile),
            retries,
            retry_writes,
            largest_answer,
            max_url_bytes,
            check_timeout(timeout),
            inf if total_timeout is None else total_timeout,
            RateLimiter(max_rate or inf),
            profile,
        )

    def headers(self, step: Send) -> dict[str, str]:
        """Return the headers of a request."""
        headers = {"Accept-Encoding": ACCEPTED}
        if step.token:
            headers["Authorization"] = f"Bearer {step.token}"
        if step.request.body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers

    def arguments(self, step: Send, ends: float = inf) -> dict[str, Any]:
        """Return the arguments of httpx's `stream` for a step, none of whose waits goes on beyond the instant."""
        left = max(ends - time.monotonic(), 0.001)
        steps = self.timeout.as_dict()
        if left < inf:
            steps = {name: left if seconds is None else min(seconds, left) for name, seconds in steps.items()}
        return {
            "method": step.request.method,
            "url": self.url + step.request.path,
            "headers": self.headers(step),
            "content": step.request.body or None,
            "extensions": {"timeout": steps, _REQUEST: step.request},  # whose repr shows no query, whoever prints it
        }

    def late(self, step: Send) -> TransportError:
        """Return the error of an attempt that has taken longer than it may."""
        reason = f"no answer from {self.url} within {self.total_timeout:g} seconds (total_timeout)"
        return TransportError(f"{step.action.object} {step.action.name}: {reason}", transient=True)


_NO_ANSWER: Final = (
    httpx.TransportError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)
FAILURES: Final = (httpx.InvalidURL, httpx.HTTPError, httpx.StreamError, *_NO_ANSWER)
"""What httpx and httpcore raise where no answer comes."""


def translate(error: Exception, step: Send, url: str) -> TransportError:
    """Return httpx's failure as ours, to be raised outside its handler: httpx's holds the token and the filter."""
    if isinstance(error, httpx.InvalidURL):
        reason = f"the filter is too long for an address ({len(step.request.query):,} bytes)"
    else:
        reason = f"no answer from {url} ({type(error).__name__}: {error})"
    passing = isinstance(error, _NO_ANSWER) and not _distrusted(error)
    return TransportError(f"{step.action.object} {step.action.name}: {reason}", transient=passing)


def _distrusted(error: BaseException | None) -> bool:
    """Whether the server's certificate was refused, which another try will not change."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


_REQUEST: Final = "deltasib_query.request"


@contextmanager
def _with_query(request: httpx.Request) -> Iterator[None]:
    """Give a request its query, and take it away again."""
    ours, without = request.extensions.get(_REQUEST), request.url
    if isinstance(ours, Request) and ours.query:
        request.url = without.copy_with(query=ours.query.encode("ascii"))
    try:
        yield
    finally:
        request.url = without


class QueryTransport(httpx.BaseTransport):
    """Adds the query when a request is really sent.

    httpx logs the URL of every request, and a filter in it is full of customers' names and numbers.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its query."""
        with _with_query(request):
            return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the transport within."""
        self._inner.close()


class AsyncQueryTransport(httpx.AsyncBaseTransport):
    """As `QueryTransport`."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its query."""
        with _with_query(request):
            return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the transport within."""
        await self._inner.aclose()
