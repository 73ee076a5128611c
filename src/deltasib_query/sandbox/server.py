"""The service on a socket of this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread
from types import TracebackType
from typing import Final, Self

import uvicorn
from sqlalchemy import Engine, StaticPool, create_engine

from deltasib_query.backends.sqlalchemy import prepare
from deltasib_query.errors import ParameterError, TransportError
from deltasib_query.sandbox.seed import MAX_USERS, seed_database
from deltasib_query.sandbox.service import create_app
from deltasib_query.sandbox.tokens import Tokens

_REQUEST_LINE: Final = 256 * 1024
"""Bytes of a request's head: the longest filter that is read, percent-encoded."""


class Sandbox:
    """The documented service, embedded, on made-up data: for development and tests.

    users: how many, up to 1,000,000; the other tables grow with them.
    seed: the same number brings the same data.
    username, password: the API account; both are attributes as well.
    host, port: where to listen; port 0 takes a free one, which `url` then tells.
    session_timeout: how many seconds a token is good for; with 0, none is.
    on_request: is told of every request, as ``GET user list LimitFrom=0 LimitCount=100``: in one line with its
        filter, without tokens and keys. It runs in the server's thread.

    Listens, seeded, inside its ``with``; the data last as long.

    >>> with Sandbox(users=10) as sandbox:
    ...     sandbox.url.startswith("http://127.0.0.1:")
    True
    """

    url: str
    """``http://HOST:PORT``, inside the ``with``."""

    def __init__(
        self, *, users: int = 5000, seed: int = 1, username: str = "reseller", password: str = "sandbox",  # noqa: S107
        host: str = "127.0.0.1", port: int = 0, session_timeout: int = 600,
        on_request: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Note what to serve. Raises `ParameterError` for a number of users that is out of range."""
        if not 0 <= users <= MAX_USERS:
            raise ParameterError("users", f"a number from 0 to {MAX_USERS:,}")
        self.username, self.password = username, password
        self._users, self._seed = users, seed
        self._address = host, port
        self._tokens = Tokens(username, password, session_timeout)
        self._on_request = on_request
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Listen, make the data, serve. Raises `TransportError` where the address cannot be had."""
        with ExitStack() as stack:
            listener = stack.enter_context(_listener(*self._address))
            engine = _engine()
            stack.callback(engine.dispose)
            seed_database(engine, self._users, self._seed)
            stack.callback(self._start(engine, listener))
            self.url = f"http://{self._address[0]}:{listener.getsockname()[1]}"
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving; the data are gone."""
        self._stack.close()

    def serve_forever(self) -> None:
        """Wait, inside the ``with``, until Ctrl-C is pressed."""
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass

    def _start(self, engine: Engine, listener: socket.socket) -> Callable[[], None]:
        """Serve in another thread, and return what stops it."""
        config = uvicorn.Config(
            create_app(engine, self._tokens, self._on_request),
            http="h11", ws="none", loop="asyncio", lifespan="off",
            log_config=None, log_level="warning",
            access_log=False,  # a filter holds customers' data
            h11_max_incomplete_event_size=_REQUEST_LINE,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listener],), name="deltasib sandbox", daemon=True)
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join()

        return stop


def _listener(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise TransportError(f"the sandbox cannot listen on {host}:{port} ({error.strerror or error})") from None
    # asyncio does this for the sockets of its own: without it an answer waits 40 ms for the client's ACK
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _engine() -> Engine:
    """A database in memory; it is its connection, so all threads share that one."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    prepare(engine)
    return engine
