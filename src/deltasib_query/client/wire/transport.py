"""Between a request and httpx: the arguments for httpx, what it must not log, and what its failures mean."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from math import inf
from typing import Any, Final

import anyio
import httpcore
import httpx

from deltasib_query.client.wire.body import ACCEPT_ENCODING
from deltasib_query.client.wire.options import ClientOptions
from deltasib_query.client.wire.requests import Request
from deltasib_query.errors import TransportError
from deltasib_query.messages.message import Message

NO_COOKIES: Final = CookieJar(DefaultCookiePolicy(allowed_domains=()))
"""Keeps none: PHP locks a session, and requests with its cookie are served one after another."""
_NO_RESPONSE: Final = (
    httpx.TransportError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)
FAILURES: Final = (httpx.InvalidURL, httpx.HTTPError, httpx.StreamError, *_NO_RESPONSE)
"""What httpx and httpcore raise if no response comes."""
_UNKNOWN_ISSUER: Final = {2, 18, 19, 20, 21}
"""OpenSSL's codes for a certificate whose issuer is not trusted. The others are of what a certificate says."""
_REQUEST: Final = "deltasib_query.request"


def stream_arguments(request: Request, options: ClientOptions, ends: float = inf) -> dict[str, Any]:
    """Return the arguments of httpx's `stream`. No step may take longer than until the instant `ends`."""
    steps = options.timeout.as_dict()
    if ends < inf:
        left = max(ends - time.monotonic(), 0.001)
        steps = {name: left if seconds is None else min(seconds, left) for name, seconds in steps.items()}
    return {
        "method": request.method,
        "url": options.url + request.path,
        "headers": {"Accept-Encoding": ACCEPT_ENCODING, **request.headers},
        "content": request.body or None,
        "extensions": {"timeout": steps, _REQUEST: request},
    }


def transport_error(error: Exception, request: Request, url: str) -> TransportError:
    """Return httpx's failure as ours. Raise it outside the handler: httpx's error holds the token and the filter."""
    if isinstance(error, httpx.InvalidURL):
        reason = Message("transport.too-long", size=len(request.query))
    elif refused := _refused_certificate(error):
        key = "transport.untrusted" if refused.verify_code in _UNKNOWN_ISSUER else "transport.certificate"
        return _of_request(request, Message(key, url=url, detail=str(error)), transient=False)
    else:
        reason = Message("transport.no-response", url=url, error=type(error).__name__, detail=str(error))
    return _of_request(request, reason, transient=isinstance(error, _NO_RESPONSE))


def total_timeout_error(request: Request, options: ClientOptions) -> TransportError:
    """Return the error of an attempt that has taken longer than `total_timeout`."""
    reason = Message("transport.timeout", url=options.url, seconds=options.total_timeout)
    return _of_request(request, reason, transient=True)


def _of_request(request: Request, reason: Message, *, transient: bool) -> TransportError:
    return TransportError(reason, object=request.action.object, action=request.action.name, transient=transient)


def _refused_certificate(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return why the server's certificate was refused, which another attempt will not change; None if it was not."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


class QueryTransport(httpx.BaseTransport):
    """Adds the query to a URL just before the request is sent.

    httpx logs the URL of every request, and hooks see it; a filter in it is full of customers' names and numbers.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its query."""
        with _with_query(request):
            return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


class AsyncQueryTransport(httpx.AsyncBaseTransport):
    """`QueryTransport` for ``async`` code."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its query."""
        request.extensions["trace"] = _CloseOnFailure()
        with _with_query(request):
            return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


@contextmanager
def _with_query(request: httpx.Request) -> Iterator[None]:
    ours, without = request.extensions.get(_REQUEST), request.url
    if isinstance(ours, Request) and ours.query:
        request.url = without.copy_with(query=ours.query.encode("ascii"))
    try:
        yield
    finally:
        request.url = without


class _CloseOnFailure:
    """Closes the connection that a request opens if that fails: httpcore leaves it open if a handshake is cancelled.

    It is httpcore's `trace` of the request.
    """

    _stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith(".failed") and self._stream is not None:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
