"""Who is let in: the browser of the person who started the console, and no other site or user of the machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from secrets import compare_digest
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER: Final = "console-token"  # noqa: S105

_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Guard:
    """Answers requests for this address that have the token. The files of the page need none: they hold nothing.

    A site that has its name point to 127.0.0.1 is refused by the Host header, another site or user of the machine by
    the token. The browser keeps the token in the fragment of the address, which it sends to nobody; no cookie has it.
    """

    def __init__(self, app: ASGIApp, *, token: str, port: int, public: Collection[str]) -> None:
        self._app, self._token, self._public = app, token.encode(), public
        at_port = "" if port == 80 else f":{port}"  # browsers leave out the usual one
        self._hosts = {f"127.0.0.1{at_port}", f"localhost{at_port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it. Every response has the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        app = self._app
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            app = PlainTextResponse(refusal, 403)
        await app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [host for host in self._hosts if host == headers.get("host")]:
            return "This address is not the console's."
        given = headers.get(TOKEN_HEADER, "").encode()
        if scope["path"] not in self._public and not compare_digest(given, self._token):
            return "Open the address that the console has printed: it holds a token."
        return ""
