"""A relay between clients and the service, which breaks connections: an HTTP server cannot do that itself."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from deltasib_query.messages.message import Message
from deltasib_query.sandbox.faults import FAULT_HEADER
from deltasib_query.sandbox.network.threads import run_in_thread

_CLOSE_TIMEOUT: Final = 1
"""Seconds to wait for a client to notice that its connection is closed."""


def start_relay(
    listener: socket.socket, service: tuple[str, int], context: ssl.SSLContext | None
) -> Callable[[], None]:
    """Pass on, in a thread, the requests that come to a listener, and return a function that stops it.

    service: the address of the service, which must close each connection after one response.
    context: for TLS between clients and the relay. There is no TLS between the relay and the service.
    """
    relay = _Relay(listener, service, context)
    join = run_in_thread(relay.serve, Message("transport.relay"))

    def stop() -> None:
        relay.stopped.set_result(None)
        join()

    return stop


class _Relay:
    def __init__(self, listener: socket.socket, service: tuple[str, int], context: ssl.SSLContext | None) -> None:
        self._listener, self._service, self._context = listener, service, context
        self.stopped: Future[None] = Future()

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._listener, ssl=self._context)
        await asyncio.wrap_future(self.stopped)
        server.close()  # the loop cancels the connections when it ends

    async def _connected(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            await self._relay(from_client, to_client)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # the client is gone, or the relay stops
        finally:
            to_client.transport.abort()

    async def _relay(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_service, to_service = await asyncio.open_connection(*self._service)
        sending = asyncio.create_task(_pass_on(from_client, to_service))
        try:
            to_client.write(_broken(await from_service.read()))
            await to_client.drain()
            to_client.close()
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await to_client.wait_closed()
        finally:
            sending.cancel()
            to_service.transport.abort()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
        target.write_eof()
    except OSError:
        target.transport.abort()


def _broken(response: bytes) -> bytes:
    """Return what the client gets of a response: all of it unless its header names a fault.

    >>> _broken(b"HTTP/1.1 200 OK\\r\\nsandbox-fault: half\\r\\ncontent-length: 4\\r\\n\\r\\n[{}]")
    b'HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\n[{'
    """
    head, gap, body = response.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    faults = [line for line in lines if line.lower().startswith(f"{FAULT_HEADER}:".encode())]
    if not faults:
        return response
    if faults[0].endswith(b"drop"):
        return b""
    return b"\r\n".join(line for line in lines if line not in faults) + gap + body[: len(body) // 2]
