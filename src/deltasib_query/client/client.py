"""The client: the session's steps and the page plan, driven over httpx."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import BoundedSemaphore, Event
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from deltasib_query.client import actions
from deltasib_query.client.paging.listing import Listing, Scan
from deltasib_query.client.paging.page import Slice
from deltasib_query.client.paging.query import ListPlan, ListQuery
from deltasib_query.client.paging.splitting import MAX_URL_BYTES
from deltasib_query.client.wire.body import Body
from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.network import PoolTransport, attempt_until
from deltasib_query.client.wire.options import (
    LARGEST_ANSWER,
    LIMITS,
    TIMEOUT,
    TOTAL_TIMEOUT,
    ClientOptions,
    check_limits,
)
from deltasib_query.client.wire.rate_limits import RateLimiter
from deltasib_query.client.wire.requests import Request
from deltasib_query.client.wire.responses import Reply, check_done
from deltasib_query.client.wire.retries import Retries
from deltasib_query.client.wire.rows import PageResponse, read_page
from deltasib_query.client.wire.session import Session, Token
from deltasib_query.client.wire.tls import ssl_context
from deltasib_query.client.wire.transport import (
    FAILURES,
    NO_COOKIES,
    QueryTransport,
    stream_arguments,
    total_timeout_error,
    transport_error,
)
from deltasib_query.client.wire.urls import check_proxy, warn_if_not_encrypted
from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.filters.record import Record
from deltasib_query.service.actions import VERSION, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class CallScope:
    """How long an answer is wanted: until a walk is left, or has taken its time."""

    stopped: Event | None
    deadline: Deadline | None

    def pause(self, seconds: float) -> None:
        """Wait. Raises `TransportError` where nobody wants the answer any more."""
        if self.stopped is None:
            time.sleep(seconds)
        elif self.stopped.wait(seconds):
            raise TransportError("the walk was left")

    @contextmanager
    def hold(self, lock: BoundedSemaphore) -> Iterator[None]:
        """Wait for a lock, and hold it. Raises `BudgetError` where the deadline passes meanwhile."""
        deadline = self.deadline
        if deadline is None:
            lock.acquire()
        elif not lock.acquire(timeout=deadline.left()):
            raise deadline.error()
        try:
            yield
        finally:
            lock.release()


class Client:
    """A reseller's view of one service. Thread-safe; use it as a context manager, or call `close`.

    url: scheme, host and port, such as ``https://isp.example:1043``.
    username, password: of the API account. Only the password's hash is kept.
    version: of the service [guide: 1.0].
    verify: True checks the server's certificate; a path is a file of trusted certificates, which suits the
        self-signed ones that are common [guide]; an `ssl.SSLContext` is taken as it is; False checks nothing,
        and warns.
    timeout: in seconds, or an `httpx.Timeout`: for each step of a request, such as to connect, or to get the next
        bytes; None for no limit.
    total_timeout: in seconds, for one attempt of a request, from connecting until the whole answer has come. Each retry
        has as long again. Waiting for a free connection or for `max_rate` does not count. None for no limit.
    max_rate: how many requests a second are sent at most, over all threads, logins and retries included. They are
        evenly spaced. None for no limit.
    limits: connections at a time, an `httpx.Limits`.
    proxy: as httpx takes it. The environment's proxies are not used.
    retries: how often a read is tried again after a failure that may pass: a connection that fails or breaks, a
        time-out, the statuses 429, 502, 503, 504.
    retry_writes: try writes again too. A write whose answer is lost may then be done twice.
    largest_answer: in bytes.
    max_url_bytes: how long the encoded address of a list may be. A filter that a long `in_` makes longer is asked for
        in parts, any other is refused.
    profile: what is known of the server beyond the guide, a `ServerProfile`.
    transport: an httpx transport to send through instead of the network; `verify`, `limits` and `proxy` are its own. It
        is given no more than `total_timeout` for each step, and stopped between two pieces of a body; where the head of
        an answer comes a byte at a time, only its own time-outs can end that.
    event_hooks: as httpx takes them. They see requests without their query.

    One login serves every request, however many threads ask; it is replaced shortly before it runs out, and when the
    server refuses it. A client belongs to the process in which it is first used: in a fork it raises `TransportError`.
    Redirects are not followed, and no cookies are kept. Neither filters nor secrets are logged.

    >>> from deltasib_query import Client, User
    >>> with Client("https://isp.example:1043", username="reseller", password="…") as isp:
    ...     users = isp.user.list(User.Username.startswith("ali"))  # nothing is sent before a row is wanted
    """

    def __init__(
        self,
        url: str,
        *,
        username: str,
        password: str,
        version: str = VERSION,
        verify: bool | str | Path | ssl.SSLContext = True,
        timeout: float | httpx.Timeout | None = TIMEOUT,
        total_timeout: float | None = TOTAL_TIMEOUT,
        max_rate: float | None = None,
        limits: httpx.Limits = LIMITS,
        proxy: str | httpx.Proxy | None = None,
        retries: int = 3,
        retry_writes: bool = False,
        largest_answer: int = LARGEST_ANSWER,
        max_url_bytes: int = MAX_URL_BYTES,
        profile: ServerProfile = DOCUMENTED,
        transport: httpx.BaseTransport | None = None,
        event_hooks: Mapping[str, list[Callable[..., Any]]] | None = None,
    ) -> None:
        check_limits(limits)
        self._options = options = ClientOptions(
            url=url,
            username=username,
            password=password,
            version=version,
            retries=retries,
            retry_writes=retry_writes,
            largest_answer=largest_answer,
            max_url_bytes=max_url_bytes,
            timeout=timeout,
            total_timeout=total_timeout,
            max_rate=max_rate,
            profile=profile,
        )
        transport = transport or PoolTransport(ssl_context(verify), limits, check_proxy(proxy))
        self._http = httpx.Client(
            transport=QueryTransport(transport),
            event_hooks=event_hooks,
            follow_redirects=False,
            cookies=NO_COOKIES,
        )
        warn_if_not_encrypted(options.url)
        self._session = Session(options.account, options.version, options.profile)
        self._limiter = RateLimiter(options.max_rate)
        # A request gets its token when it has a connection: one that has waited long for it would bring an old one.
        self._slots = BoundedSemaphore(limits.max_connections or 2**31)
        self._login = BoundedSemaphore()
        self._process = 0
        self.user: Final = actions.UserActions(self)
        self.user_status: Final = actions.UserStatusActions(self)
        self.service: Final = actions.ServiceActions(self)
        self.radius: Final = actions.RadiusActions(self)
        self.user_payment: Final = actions.UserPaymentActions(self)
        self.user_service_base: Final = actions.UserServiceBaseActions(self)

    def close(self) -> None:
        """Close the connections. A closed client cannot be used again."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self._options.url}>"

    def _list(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> Listing[R]:
        return Listing(*self._plan(action, record, query, arguments))

    def _scan(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> Scan[R]:
        return Scan(*self._plan(action, record, query, arguments))

    def _plan(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> tuple[ListPlan[R], Callable[[Slice, Event, Deadline | None], PageResponse[R]]]:
        plan = query.plan(action, record, arguments, self._options)

        def fetch(page: Slice, stopped: Event, deadline: Deadline | None) -> PageResponse[R]:
            answer = self._call(action, {**plan.values, **page.parameters()}, stopped, deadline)
            return read_page(action, record, answer, page.count)

        return plan, fetch

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        check_done(action, self._call(action, action.encode(arguments)))

    def _call(
        self,
        action: Action,
        values: Mapping[str, str],
        stopped: Event | None = None,
        deadline: Deadline | None = None,
    ) -> Any:
        """Return the JSON of an answer, requested until it comes or nobody wants it any more."""
        options, scope = self._options, CallScope(stopped, deadline)
        retries = Retries(action, options.retries, retry_writes=options.retry_writes, deadline=deadline)
        while True:
            try:
                return self._answer(action, values, scope)
            except (ServiceError, TransportError) as error:
                seconds = retries.wait_after(error)
                if seconds is None:
                    raise
            scope.pause(seconds)

    def _answer(self, action: Action, values: Mapping[str, str], scope: CallScope) -> Any:
        """Return the JSON of an answer, requested once with each token."""
        self._stay()
        with scope.hold(self._slots):
            call = self._session.call(action, values)
            while not call.is_done:
                token = self._session.token() or self._log_in(scope)
                with call.sending(token) as request:
                    reply = self._send(request, scope)
                call.receive(token, reply)
            return call.answer

    def _log_in(self, scope: CallScope) -> Token:
        session = self._session
        with scope.hold(self._login):
            if token := session.token():  # another call has just logged in
                return token
            sent_at = session.clock()
            return session.log_in(self._send(session.login_request(), scope), sent_at)

    def _stay(self) -> None:
        """Raise `TransportError` in a fork: both would read the answers of the connections that it shares."""
        self._process = self._process or os.getpid()
        if self._process != os.getpid():
            raise TransportError("the client is of another process: make one in each")

    def _send(self, request: Request, scope: CallScope) -> Reply:
        options, deadline = self._options, scope.deadline
        with self._limiter.turn(deadline) as seconds:
            if seconds:
                scope.pause(seconds)
        if self._http.is_closed:
            raise TransportError("the client is closed")
        ends = min(time.monotonic() + options.total_timeout, deadline.at if deadline else inf)
        try:
            with attempt_until(ends), self._http.stream(**stream_arguments(request, options, ends)) as response:
                body = Body(request.action, response, options.largest_answer)
                for piece in response.iter_bytes() if body.is_decoded else response.iter_raw():
                    if time.monotonic() >= ends:  # a transport of the caller's does not know
                        raise httpx.ReadTimeout("the attempt has taken its total_timeout")
                    body.add(piece)
                return body.reply()
        except FAILURES as error:
            over = time.monotonic() >= ends
            failure = total_timeout_error(request, options) if over else transport_error(error, request, options.url)
        if deadline:
            deadline.check()
        raise failure
