"""The network of the clients, on which no attempt of the synchronous one takes longer than its `total_timeout`.

httpx's time-outs limit single steps, and a server that sends a byte now and then never exceeds one. Here no wait of a
connection is longer than the rest of the attempt. The asynchronous client needs none of this: it cancels the attempt.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import Any, Final

import httpcore
import httpx

_ends: Final = ContextVar("deltasib_query: end of the attempt", default=inf)
_PIECE: Final = 16 * 1024
"""Bytes that are written at a time: the time is checked between two pieces only."""


@contextmanager
def attempt_until(instant: float) -> Iterator[None]:
    """End everything that this thread sends and receives inside at an instant of `time.monotonic()`."""
    before = _ends.set(instant)
    try:
        yield
    finally:
        _ends.reset(before)


def _shortened(timeout: float | None, expired: type[httpcore.TimeoutException]) -> float | None:
    """Return a time-out that does not go on after the attempt. Raises `expired` if the attempt is over."""
    ends = _ends.get()
    if ends == inf:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        raise expired("the attempt has taken its total_timeout")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _shortened(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _shortened(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._inner.start_tls(ssl_context, server_hostname, _shortened(timeout, httpcore.ConnectTimeout))
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError("the host has no address")
        for *_, address in found:  # one by one: each gets the whole time-out
            shortened = _shortened(timeout, httpcore.ConnectTimeout)
            try:
                stream = super().connect_tcp(str(address[0]), port, shortened, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._inner)

    def close(self) -> None:
        self._inner.close()

    async def aclose(self) -> None:
        await self._inner.aclose()


def _pool_arguments(context: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> dict[str, Any]:
    core_proxy = None
    if proxy is not None:
        core_proxy = httpcore.Proxy(str(proxy.url), proxy.raw_auth, proxy.headers.raw, proxy.ssl_context)
    return {
        "ssl_context": context,
        "proxy": core_proxy,
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
    }


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _response(found: httpcore.Response) -> httpx.Response:
    stream = _Body(found.stream)
    return httpx.Response(found.status, headers=found.headers, stream=stream, extensions=found.extensions)


class PoolTransport(httpx.BaseTransport):
    """A pool of connections, as `httpx.HTTPTransport` has it; it raises httpcore's exceptions.

    Instrumentation of httpx wraps httpx's own transports, and would record the query with the filter in it.
    """

    def __init__(self, context: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        self._pool = httpcore.ConnectionPool(**_pool_arguments(context, limits, proxy), network_backend=_Backend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response before its body has arrived."""
        return _response(self._pool.handle_request(_core_request(request)))

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class AsyncPoolTransport(httpx.AsyncBaseTransport):
    """`PoolTransport` for ``async`` code. Its waits need no end: a task that waits is cancelled."""

    def __init__(self, context: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        self._pool = httpcore.AsyncConnectionPool(**_pool_arguments(context, limits, proxy))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response before its body has arrived."""
        return _response(await self._pool.handle_async_request(_core_request(request)))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()
