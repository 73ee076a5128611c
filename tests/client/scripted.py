"""A server on loopback that answers what a test says, however wrong that is."""

from __future__ import annotations

import json
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from trustme import LeafCert

from deltasib_query import AsyncClient, Client

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of plain HTTP: reading the system's certificates for each would take longer than most tests."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str

    @property
    def parameters(self) -> dict[str, str]:
        text = self.query if self.method == "GET" else self.body
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict"))

    @property
    def start(self) -> int:
        return int(self.parameters["LimitFrom"])

    @property
    def count(self) -> int:
        return int(self.parameters["LimitCount"])

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    `raw` replaces a whole response by other bytes, or by none; with `drip` they come one by one, for a long time;
    `hang` sends nothing at all; `reset` breaks the connection.
    """

    body: bytes = b"[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drip: bool = False
    hang: bool = False
    reset: bool = False


Script = Callable[[Asked], Answer]


def as_json(data: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(data, ensure_ascii=False).encode("utf-8"), status)


def failure(code: object, status: int = 400, description: str = "as it is documented") -> Answer:
    return as_json({"ErrorCode": code, "ErrorDesc": description}, status)


def user(number: int) -> dict[str, object]:
    return {"User_Id": number, "Username": f"user{number}"}


def table(count: int, *, cap: int | None = None) -> Script:
    """Return a server of users 0, 1, 2, … that behaves, and serves at most `cap` rows at a time."""

    def answer(asked: Asked) -> Answer:
        served = asked.count if cap is None else min(cap, asked.count)
        return as_json([user(number) for number in range(asked.start, min(count, asked.start + served))])

    return answer


def always(answer: Answer) -> Script:
    return lambda _asked: answer


def in_turn(*answers: Answer | Script) -> Script:
    """Return a server that gives each response once, and the last of them again and again."""
    left = list(answers)

    def answer(asked: Asked) -> Answer:
        given = left.pop(0) if len(left) > 1 else left[0]
        return given if isinstance(given, Answer) else given(asked)

    return answer


def each_byte(text: bytes) -> Iterator[bytes]:
    return (text[at : at + 1] for at in range(len(text)))


DONE: Final = as_json({"status": 1})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks a connection is no news here."""


class Scripted:
    """Answers by a script, and logins with token1, token2, … unless `login` says otherwise.

    `calls` and `logins` are what came, `peak` is how many connections were open at a time.
    """

    def __init__(self, script: Script, login: Script | None = None, *, certificate: LeafCert | None = None) -> None:
        self.calls: list[Asked] = []
        self.logins: list[Asked] = []
        self.stopped = Event()
        self._script = script
        self._login = login or self._token
        self.peak = 0
        self._connections = 0
        self._changed = Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        socket.create_connection(("127.0.0.1", self._server.server_port)).close()
        self._thread.join(30)
        assert not self._thread.is_alive()
        self._server.server_close()

    def _serve(self) -> None:
        while not self.stopped.is_set():  # the connection made behind it is the last, and wakes the thread
            self._server.handle_request()

    def _token(self, _asked: Asked) -> Answer:
        return as_json({"token": f"token{len(self.logins)}", "SessionTimeout": 600})

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/1.0/auth/":
            self.logins.append(asked)
            return self._login(asked)
        self.calls.append(asked)
        return self._script(asked)

    def connected(self, change: int) -> None:
        with self._changed:
            self._connections += change
            self.peak = max(self.peak, self._connections)
            self._changed.notify_all()

    def is_left(self) -> bool:
        """Wait until no connection is open; False where one stays open for seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._connections, timeout=5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                scripted.connected(1)
                super().setup()

            def finish(self) -> None:
                super().finish()
                scripted.connected(-1)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("ascii")
                asked = Asked(self.command, parts.path, parts.query, dict(self.headers.items()), body)
                self._send(scripted.answer(asked))

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

            def _send(self, answer: Answer) -> None:
                if answer.hang:
                    scripted.stopped.wait(60)
                if answer.reset:
                    os.close(self.connection.detach())
                if answer.reset or answer.hang or answer.raw is not None:
                    self.close_connection = True
                    for piece in each_byte(answer.raw or b"") if answer.drip else [answer.raw or b""]:
                        self.wfile.write(piece)
                        if answer.drip and scripted.stopped.wait(0.02):
                            break
                    return
                headers = {"Content-Length": str(len(answer.body)), **answer.headers}
                head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                self.wfile.write(f"HTTP/1.1 {answer.status} x\r\n{head}\r\n".encode("ascii") + answer.body)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def connect(url: str, **options: Any) -> Client:
    """Return a client of a server on this machine."""
    return Client(url, **{"username": "reseller", "password": "sandbox", "verify": NO_TLS, **options})


def connect_async(url: str, **options: Any) -> AsyncClient:
    """As `connect`."""
    return AsyncClient(url, **{"username": "reseller", "password": "sandbox", "verify": NO_TLS, **options})
