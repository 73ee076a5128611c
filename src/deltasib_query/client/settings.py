"""How a client reaches its server: what both clients make of their arguments, and of httpx's failures."""

from __future__ import annotations

import re
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from deltasib_query.client import answering
from deltasib_query.client.answering import Reply
from deltasib_query.client.parameters import Text
from deltasib_query.client.protocol import Action, Request
from deltasib_query.client.session import Send, Session
from deltasib_query.errors import ParameterError, TransportError, shown

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds for each step of a request: 10 to connect; 30 to write, for the next bytes, for a free connection."""
LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=20)
"""Connections at a time."""
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

    @classmethod
    def of(
        cls,
        url: str,
        username: str,
        password: str,
        version: str,
        retries: int,
        largest_answer: int,
        max_url_bytes: int,
        *,
        retry_writes: bool,
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
        session = Session(username, password, str.__str__(version))
        return cls(base_url(url), session, retries, retry_writes, largest_answer, max_url_bytes)

    def headers(self, step: Send) -> dict[str, str]:
        """Return the headers of a request."""
        headers = {"Authorization": f"Bearer {step.token}"} if step.token else {}
        if step.request.body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers

    def arguments(self, step: Send) -> dict[str, Any]:
        """Return the arguments of httpx's `stream` for a step."""
        return {
            "method": step.request.method,
            "url": self.url + step.request.path,
            "headers": self.headers(step),
            "content": step.request.body or None,
            "extensions": {_REQUEST: step.request},  # whose repr shows no query, whoever prints it
        }


class Body:
    """Collects the bytes of an answer, up to a limit."""

    def __init__(self, action: Action, response: httpx.Response, largest: int) -> None:
        self._action, self._response, self._largest = action, response, largest
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Take some bytes. Raises `UnexpectedResponseError` where there are too many."""
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > self._largest:
            start = answering.shown_answer(self._action, b"".join(self._pieces))
            message = f"the answer has more than {self._largest:,} bytes: {start}"
            raise answering.unexpected(self._action, self._response.status_code, message)

    def reply(self) -> Reply:
        """Return the whole answer."""
        retry_after = answering.read_retry_after(self._response.headers.get("Retry-After"), datetime.now(UTC))
        return Reply(self._response.status_code, b"".join(self._pieces), retry_after)


def translate(error: Exception, step: Send, url: str) -> TransportError:
    """Return httpx's failure as ours, to be raised outside its handler: httpx's holds the token and the filter."""
    if isinstance(error, httpx.InvalidURL):
        reason = f"the filter is too long for an address ({len(step.request.query):,} bytes)"
    else:
        reason = f"no answer from {url} ({type(error).__name__}: {error})"
    passing = isinstance(error, httpx.TransportError) and not _distrusted(error)
    return TransportError(f"{step.action.object} {step.action.name}: {reason}", passing=passing)


FAILURES: Final = (httpx.InvalidURL, httpx.HTTPError, httpx.StreamError)
"""What httpx raises where no answer comes."""


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


def base_url(url: str) -> str:
    """Return the address without a slash at its end. Raises `ParameterError` for what is not one."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    ours = parsed.scheme in {"http", "https"} and parsed.host and (parsed.port is None or 0 < parsed.port < 2**16)
    if not ours or " " in url or parsed.query or parsed.fragment or parsed.userinfo:
        raise ParameterError("url", "scheme, host and port are needed, as in https://isp.example:1043")
    return str(parsed).rstrip("/")


def verification(verify: bool | str | Path | ssl.SSLContext) -> bool | ssl.SSLContext:
    """Return what httpx verifies certificates with. Warns where nothing is verified."""
    if verify is False:
        message = "the server's certificate is not verified: anybody on the way can read and change what is sent"
        warnings.warn(message, stacklevel=3)
    if isinstance(verify, bool | ssl.SSLContext):
        return verify
    if not isinstance(verify, str | Path):
        raise ParameterError("verify", "True, False, a file of certificates or an SSLContext is needed")
    try:
        context = ssl.create_default_context(cafile=verify)
    except OSError as error:  # ssl's own errors are OSErrors too
        raise ParameterError("verify", f"{verify} is no file of certificates ({error.strerror or error})") from None
    # The file is what the caller trusts; Python 3.13 would refuse the simple self-signed certificates of old panels.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
