"""Requests to an application in this process, without a server and without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def request(
    app: ASGIApp, method: str, address: str, *chunks: bytes, headers: Mapping[str, str] = JSON, breaks: bool = False
) -> Response:
    """Return the response to a request whose body comes in chunks; `breaks`: the client goes away before its end."""
    return asyncio.run(sent(app, method, address, chunks, headers, breaks=breaks))


def post(app: ASGIApp, path: str, body: object, headers: Mapping[str, str] = JSON) -> Response:
    """Return the response to a JSON body, given as an object."""
    return request(app, "POST", path, json.dumps(body).encode(), headers=headers)


async def sent(
    app: ASGIApp,
    method: str,
    address: str,
    chunks: Sequence[bytes],
    headers: Mapping[str, str],
    *,
    breaks: bool = False,
) -> Response:
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("panel", 80),
    }  # fmt: skip
    incoming: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    incoming.append({"type": "http.disconnect"} if breaks else {"type": "http.request", "body": b""})
    outgoing: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        outgoing.append(message)

    await app(scope, receive, send)
    start, *parts = outgoing
    found = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Response(start["status"], found, b"".join(part.get("body", b"") for part in parts))
