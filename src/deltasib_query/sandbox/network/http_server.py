"""Uvicorn on a socket, in a thread."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from ssl import SSLContext
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from deltasib_query.errors import TransportError
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.network.threads import run_in_thread

LOOPBACK: Final = "127.0.0.1"

_MAX_HEAD: Final = 256 * 1024
"""Bytes of a request's line and headers: enough for the longest filter that is read, percent-encoded."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raise `TransportError` if the address is not available."""
    try:
        host.encode()  # raises for half a character, with which `create_server` leaves its socket open
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = Message("transport.cannot-listen", address=f"{_in_url(host)}:{port}", reason=reason)
        raise TransportError(message) from None
    # asyncio does this for sockets that it opens itself: without it a response waits 40 ms for the client's ACK
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(
    app: ASGIApp, listener: socket.socket, context: SSLContext | None, *, close: bool = False
) -> Callable[[], None]:
    """Serve an application in a thread, and return a function that stops it. `close`: one response per connection."""
    config = uvicorn.Config(
        app,
        http="h11", ws="none", lifespan="off",
        log_config=None, log_level="warning",
        access_log=False,  # a filter holds customers' data
        h11_max_incomplete_event_size=_MAX_HEAD,
        timeout_graceful_shutdown=5,
        headers=[("Connection", "close")] if close else None,
    )  # fmt: skip
    config.load()
    config.ssl = context
    server = _Server(config)
    join = run_in_thread(lambda: server.serve([listener]), Message("transport.sandbox"))

    def stop() -> None:
        server.should_exit = True
        join()

    return stop


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Abort idle TLS connections first: closing them politely would wait for a response that never comes."""
        for connection in list(self.server_state.connections):
            idle = isinstance(connection, H11Protocol) and (not connection.cycle or connection.cycle.response_complete)
            if self.config.ssl and idle:
                connection.transport.abort()
        await super().shutdown(sockets)


def address_of(listener: socket.socket, host: str) -> str:
    """Return ``HOST:PORT`` for the URL of a client on this machine, also if `host` means all addresses."""
    host = {"": LOOPBACK, "0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104
    return f"{_in_url(host)}:{listener.getsockname()[1]}"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
