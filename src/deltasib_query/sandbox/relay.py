"""A relay before the service: it closes connections early, which a well-behaved server cannot."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from deltasib_query.sandbox.clock import run_in_thread
from deltasib_query.sandbox.faults import MARK

_GOODBYE: Final = 1
"""Seconds that a client has to take the end of its connection in."""


def start_relay(
    listener: socket.socket, service: tuple[str, int], context: ssl.SSLContext | None
) -> Callable[[], None]:
    """Pass on, in another thread, what comes to a listener; return what stops it.

    service: where the service listens. It has to close each connection after one answer.
    context: for TLS with the clients; the service is always spoken to without.
    """
    relay = _Relay(listener, service, context)
    join = run_in_thread(relay.serve, "the sandbox's relay")

    def stop() -> None:
        relay.ends.set_result(None)
        join()

    return stop


class _Relay:
    def __init__(self, listener: socket.socket, service: tuple[str, int], context: ssl.SSLContext | None) -> None:
        self._listener, self._service, self._context = listener, service, context
        self.ends: Future[None] = Future()

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._listener, ssl=self._context)
        await asyncio.wrap_future(self.ends)
        server.close()  # the connections end with the loop, which cancels them

    async def _connected(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            await self._relay(from_client, to_client)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # the client has gone, or the relay ends
        finally:
            to_client.transport.abort()

    async def _relay(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_service, to_service = await asyncio.open_connection(*self._service)
        asking = asyncio.create_task(_pass_on(from_client, to_service))
        try:
            to_client.write(_broken(await from_service.read()))
            await to_client.drain()
            to_client.close()
            async with asyncio.timeout(_GOODBYE):
                await to_client.wait_closed()
        finally:
            asking.cancel()
            to_service.transport.abort()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
        target.write_eof()
    except OSError:
        target.transport.abort()


def _broken(answer: bytes) -> bytes:
    """What is left of an answer, and is passed on.

    >>> _broken(b"HTTP/1.1 200 OK\\r\\nsandbox-fault: half\\r\\ncontent-length: 4\\r\\n\\r\\n[{}]")
    b'HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\n[{'
    """
    head, gap, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    marks = [line for line in lines if line.lower().startswith(f"{MARK}:".encode())]
    if not marks:
        return answer
    if marks[0].endswith(b"drop"):
        return b""
    return b"\r\n".join(line for line in lines if line not in marks) + gap + body[: len(body) // 2]
