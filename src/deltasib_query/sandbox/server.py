"""The service on a socket of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path
from ssl import SSLContext
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from starlette.applications import Starlette

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.app import Networks, WebService
from deltasib_query.sandbox.clock import START, Clock, text_clock
from deltasib_query.sandbox.database.engine import fill, open_database
from deltasib_query.sandbox.database.given_rows import GivenRows, table_rows
from deltasib_query.sandbox.database.mariadb import parse_address
from deltasib_query.sandbox.database.seed import MAX_USERS, made_up
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.network.certificate import make_certificate
from deltasib_query.sandbox.network.http_server import LOOPBACK, address_of, is_loopback, listen, serve
from deltasib_query.sandbox.network.relay import start_relay
from deltasib_query.sandbox.tokens import Tokens, number_accounts
from deltasib_query.service.profile import DOCUMENTED, ServerProfile


class Sandbox:
    """The documented service, embedded, on made-up data or on rows of your own: for development and tests.

    It listens inside its ``with``. Rows that are written last until its end.

    users: the number of made-up users, up to 1,000,000; the other tables grow with it.
    seed: makes the data. The same seed makes the same data.
    username, password: the API account; both are attributes as well.
    resellers: several accounts instead, passwords by user name. Each sees its own users and their rows. Users belong
        to the resellers in turn: User_Id 1 to the first one. `username` and `password` are those of the first one.
    rows: the only rows, instead of made-up ones, by class: ``{User: [{"User_Id": 1, "Username": "ali"}], …}``. A row
        is a record, or a mapping of values as the database stores them. UserPayment and UserServiceBase need a
        ``User_Id`` beside their fields; User may have ``Reseller_Id`` (2 is the first reseller) and ``Status_Id``.
        A missing value is NULL, a missing id the next one.
    database: a MariaDB instead of SQLite in memory (extra ``mariadb``), as ``mysql+pymysql://USER:PASSWORD@HOST/NAME``.
        Filters then select exactly what MariaDB selects. It must be empty, or hold only a sandbox's tables, which are
        made anew at each start; they stay there at the end.
    host, port: the address to listen on: a name, or an address of IPv4 or IPv6. Port 0 takes a free port; see `url`.
    clock: the time of the service: a datetime, at which the clock stands still, or a function that returns one.
        Responses and new rows have it (`CurrentDT`, `User_PaymentCD`, `CDT`). Made-up rows stay around February 2021,
        and tokens expire in real time. An aware datetime loses its zone.
    tls: serve https, with a certificate made for this run, which clients find in `certificate` (extra ``tls``).
    allowed_addresses: addresses or networks such as ``10.0.0.0/8`` whose requests are answered; others get error -3.
    session_timeout: the seconds that a token is valid for; with 0, no token is. By default the profile's, or 600.
    faults: what goes wrong.
    profile: what the service does where the guide is silent; where it says nothing, as the documentation has it.
    on_request: is called in the server's thread for every request, with one line such as
        ``GET user list LimitFrom=0 LimitCount=100``. It has the filter, but no tokens, keys or passwords.

    >>> with Sandbox(users=10) as sandbox:
    ...     sandbox.url.startswith("http://127.0.0.1:")
    True
    """

    url: str
    """``http://HOST:PORT``, inside the ``with``. A sandbox that listens on all addresses has that of this machine."""
    certificate: Path
    """A PEM file to trust, inside the ``with``, if `tls` is set."""

    def __init__(
        self, *, users: int = 5000, seed: int = 1, username: str = "reseller", password: str = "sandbox",  # noqa: S107
        resellers: Mapping[str, str] | None = None, rows: GivenRows | None = None,
        database: str | None = None, host: str = LOOPBACK, port: int = 0, clock: Clock = START, tls: bool = False,
        allowed_addresses: Iterable[str] | None = None, session_timeout: float | None = None,
        faults: Faults | None = None, profile: ServerProfile = DOCUMENTED,
        on_request: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Check the options. Raise `ParameterError` for a wrong one, `MissingExtraError` without a database driver."""
        if not 0 <= users <= MAX_USERS:
            raise ParameterError("users", Message("parameter.up-to", most=MAX_USERS))
        resellers = {username: password} if resellers is None else dict(resellers)
        if not resellers:
            raise ParameterError("resellers", Message("parameter.at-least-one"))
        self.username, self.password = next(iter(resellers.items()))
        self._accounts = number_accounts(resellers)
        self._ids = [account.reseller for account in self._accounts.values()]
        self._users, self._seed = users, seed
        self._rows = None if rows is None else table_rows(rows, self._ids)
        self._database = None if database is None else parse_address(database)
        self._address = host, port
        self._now = text_clock(clock)
        self._tls = tls
        self._allowed = None if allowed_addresses is None else _networks(allowed_addresses)
        known = 600.0 if profile.token_seconds is None else profile.token_seconds
        self._session_timeout = known if session_timeout is None else session_timeout
        self._profile = profile
        self._faults = (faults or Faults()).with_profile(profile)
        if self._faults.break_connections and not is_loopback(host):
            raise ParameterError("host", Message("parameter.this-machine"))
        self._on_request = on_request
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Listen, make the data, serve.

        Raises `TransportError` if the address is not available, `ParameterError` if the database cannot be used.
        """
        with ExitStack() as stack:
            listener = stack.enter_context(listen(*self._address))
            context = self._make_certificate(stack) if self._tls else None
            app = self._app(stack)
            if self._faults.break_connections:
                behind = stack.enter_context(listen(self._address[0], 0))
                stack.callback(serve(app, behind, None, close=True))
                stack.callback(start_relay(listener, behind.getsockname()[:2], context))
            else:
                stack.callback(serve(app, listener, context))
            self.url = f"{'https' if self._tls else 'http'}://{address_of(listener, self._address[0])}"
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving. The data is gone, except in a MariaDB."""
        self._stack.close()

    def serve_forever(self) -> None:
        """Wait until Ctrl-C is pressed. Call it inside the ``with``."""
        try:
            while True:
                time.sleep(0.5)  # a Ctrl-C that comes just before a sleep, or to another thread, does not end it
        except KeyboardInterrupt:
            pass

    def _app(self, stack: ExitStack) -> Starlette:
        engine = open_database(self._database, self._profile)
        stack.callback(engine.dispose)
        fill(engine, made_up(self._users, self._seed, self._ids) if self._rows is None else self._rows)
        tokens = Tokens(self._accounts, self._session_timeout, self._faults.token_dies_after)
        return WebService(engine, tokens, self._faults, self._profile, self._now, self._allowed, self._on_request).app()

    def _make_certificate(self, stack: ExitStack) -> SSLContext:
        directory = stack.enter_context(TemporaryDirectory(prefix="deltasib-sandbox-"))
        self.certificate, context = make_certificate(Path(directory), self._address[0])
        return context


def _networks(addresses: Iterable[str]) -> Networks:
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise ParameterError("allowed_addresses", Message("parameter.network", reason=str(error))) from None
