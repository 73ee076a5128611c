"""The service on a socket of this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from ipaddress import ip_address, ip_network
from pathlib import Path
from ssl import SSLContext
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from deltasib_query.errors import ParameterError, TransportError
from deltasib_query.sandbox.clock import START, Clock, reader, run_in_thread
from deltasib_query.sandbox.database import Contents, fill, open_database
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.mariadb import address_of
from deltasib_query.sandbox.relay import start_relay
from deltasib_query.sandbox.rows import GivenRows, given
from deltasib_query.sandbox.seed import MAX_USERS, made_up
from deltasib_query.sandbox.service import Networks, create_app
from deltasib_query.sandbox.tls import make_certificate
from deltasib_query.sandbox.tokens import Tokens, numbered

_REQUEST_LINE: Final = 256 * 1024
"""Bytes of a request's head: the longest filter that is read, percent-encoded."""
_LOOPBACK: Final = "127.0.0.1"


class Sandbox:
    """The documented service, embedded, on made-up data or given rows: for development and tests.

    users: how many, up to 1,000,000; the other tables grow with them.
    seed: the same number brings the same data.
    username, password: the API account; both are attributes as well.
    resellers: several accounts instead, passwords by user name. Each sees its own users and what is theirs; users
        are the resellers' in turn, User_Id 1 the first one's. `username` and `password` are the first one's.
    rows: these and no other data, by their class: ``{User: [{"User_Id": 1, "Username": "ali"}], UserPayment: [...]}``.
        A row is a record or a mapping of values as the database holds them. UserPayment and UserServiceBase need a
        ``User_Id`` beside their fields, User may have ``Reseller_Id`` (2 is the first reseller) and ``Status_Id``.
        What is left out is NULL, a missing id the next one.
    database: a MariaDB for the data instead of SQLite in memory (extra ``mariadb``), as
        ``mysql+pymysql://USER:PASSWORD@HOST/NAME``. Filters then find exactly what MariaDB makes of them. It has to be
        empty, or a sandbox's; its tables are made anew at each start, and stay there at the end.
    host, port: where to listen, a name or an address of IPv4 or IPv6; port 0 takes a free one, which `url` then tells.
    clock: what time it is for the service: a datetime, at which the clock stands still, or a function that returns one.
        Answers and new rows have it (`CurrentDT`, `User_PaymentCD`, `CDT`); made-up rows stay around February 2021,
        and tokens expire by real time. An aware datetime counts by its own wall clock.
    tls: speak https, with a certificate made for this run; `certificate` is what to trust (extra ``tls``).
    allowed_addresses: whose requests are answered, addresses or networks such as ``10.0.0.0/8``; others get -3.
    session_timeout: how many seconds a token is good for; with 0, none is.
    faults: what goes wrong.
    on_request: is told of every request, as ``GET user list LimitFrom=0 LimitCount=100``: in one line with its
        filter, without tokens, keys and passwords. It runs in the server's thread.

    Listens, with its data, inside its ``with``; what is written lasts as long.

    >>> with Sandbox(users=10) as sandbox:
    ...     sandbox.url.startswith("http://127.0.0.1:")
    True
    """

    url: str
    """``http://HOST:PORT``, inside the ``with``; of a sandbox that listens on all addresses, that of this machine."""
    certificate: Path
    """With `tls`, inside the ``with``: a PEM file to trust."""

    def __init__(
        self, *, users: int = 5000, seed: int = 1, username: str = "reseller", password: str = "sandbox",  # noqa: S107
        resellers: Mapping[str, str] | None = None, rows: GivenRows | None = None,
        database: str | None = None, host: str = _LOOPBACK, port: int = 0, clock: Clock = START, tls: bool = False,
        allowed_addresses: Iterable[str] | None = None, session_timeout: float = 600, faults: Faults | None = None,
        on_request: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Note what to serve. Raises `ParameterError` for what cannot be, `MissingExtraError` without a driver."""
        if not 0 <= users <= MAX_USERS:
            raise ParameterError("users", f"a number from 0 to {MAX_USERS:,}")
        resellers = {username: password} if resellers is None else dict(resellers)
        if not resellers:
            raise ParameterError("resellers", "at least one")
        self.username, self.password = next(iter(resellers.items()))
        self._accounts = numbered(resellers)
        self._ids = [account.reseller for account in self._accounts.values()]
        self._users, self._seed = users, seed
        self._rows = None if rows is None else given(rows, self._ids)
        self._database = None if database is None else address_of(database)
        self._address = host, port
        self._now = reader(clock)
        self._tls = tls
        self._allowed = None if allowed_addresses is None else _networks(allowed_addresses)
        self._session_timeout = session_timeout
        self._faults = faults or Faults()
        if self._faults.break_connections and not _is_loopback(host):
            raise ParameterError("host", "drop and half break connections of this machine only: 127.0.0.1")
        self._on_request = on_request
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Listen, make the data, serve.

        Raises `TransportError` where the address cannot be had, `ParameterError` where the database cannot be used.
        """
        with ExitStack() as stack:
            listener = stack.enter_context(_listener(*self._address))
            context = self._make_certificate(stack) if self._tls else None
            app = self._app(stack)
            if self._faults.break_connections:
                behind = stack.enter_context(_listener(self._address[0], 0))
                stack.callback(_serve(app, behind, None, close=True))
                stack.callback(start_relay(listener, behind.getsockname()[:2], context))
            else:
                stack.callback(_serve(app, listener, context))
            scheme, host = "https" if self._tls else "http", _reached_at(self._address[0])
            self.url = f"{scheme}://{_in_url(host)}:{listener.getsockname()[1]}"
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving. The data are gone, but for those in a MariaDB."""
        self._stack.close()

    def serve_forever(self) -> None:
        """Wait, inside the ``with``, until Ctrl-C is pressed."""
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass

    def _app(self, stack: ExitStack) -> Starlette:
        engine = open_database(self._database)
        stack.callback(engine.dispose)
        fill(engine, self._contents())
        tokens = Tokens(self._accounts, self._session_timeout, self._faults.token_dies_after)
        return create_app(engine, tokens, self._faults, self._now, self._allowed, self._on_request)

    def _contents(self) -> Contents:
        return made_up(self._users, self._seed, self._ids) if self._rows is None else self._rows

    def _make_certificate(self, stack: ExitStack) -> SSLContext:
        directory = stack.enter_context(TemporaryDirectory(prefix="deltasib-sandbox-"))
        certificate = make_certificate(Path(directory), self._address[0])
        self.certificate = certificate.trusted
        return certificate.context


def _serve(
    app: Starlette, listener: socket.socket, context: SSLContext | None, *, close: bool = False
) -> Callable[[], None]:
    """Serve in another thread, and return what stops it. `close`: one answer a connection."""
    config = uvicorn.Config(
        app,
        http="h11", ws="none", lifespan="off",
        log_config=None, log_level="warning",
        access_log=False,  # a filter holds customers' data
        h11_max_incomplete_event_size=_REQUEST_LINE,
        timeout_graceful_shutdown=5,
        headers=[("Connection", "close")] if close else None,
    )  # fmt: skip
    config.load()
    config.ssl = context
    server = _Server(config)
    join = run_in_thread(lambda: server.serve([listener]), "the sandbox")

    def stop() -> None:
        server.should_exit = True
        join()

    return stop


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once what a client merely keeps open: TLS would wait for a goodbye that does not come."""
        for connection in list(self.server_state.connections):
            idle = isinstance(connection, H11Protocol) and (not connection.cycle or connection.cycle.response_complete)
            if self.config.ssl and idle:
                connection.transport.abort()
        await super().shutdown(sockets)


def _listener(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TransportError(f"the sandbox cannot listen on {_in_url(host)}:{port} ({reason})") from None
    # asyncio does this for the sockets of its own: without it an answer waits 40 ms for the client's ACK
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reached_at(host: str) -> str:
    """The address that a client of this machine asks."""
    return {"": _LOOPBACK, "0.0.0.0": _LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _networks(addresses: Iterable[str]) -> Networks:
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise ParameterError("allowed_addresses", str(error)) from None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
