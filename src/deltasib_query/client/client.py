# Made from async_client.py by tools/make_sync.py: edit that one.
"""The client for synchronous code."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias, TypeVar, Unpack

import httpx
from tenacity import Retrying

from deltasib_query.client import actions
from deltasib_query.client.arguments import list_plan
from deltasib_query.client.concurrency import Attempt, CallScope, Owner, Slots
from deltasib_query.client.paging.listing import Listing, Scan
from deltasib_query.client.paging.page import PAGE_SIZE, PagingOptions, Slice
from deltasib_query.client.paging.query import ListQuery
from deltasib_query.client.paging.run import PagingRun
from deltasib_query.client.probing.probes import probe
from deltasib_query.client.probing.report import ProbeReport
from deltasib_query.client.probing.survey import Question
from deltasib_query.client.wire.body import Body
from deltasib_query.client.wire.events import RequestEvent, ResponseEvent
from deltasib_query.client.wire.network import PoolTransport
from deltasib_query.client.wire.options import (
    LIMITS,
    MAX_RESPONSE_BYTES,
    TIMEOUT,
    TOTAL_TIMEOUT,
    ClientOptions,
    check_limits,
)
from deltasib_query.client.wire.rate_limits import RateLimiter
from deltasib_query.client.wire.reporting import Reporter
from deltasib_query.client.wire.requests import Request, build_request
from deltasib_query.client.wire.responses import Response, check_done, parse_response
from deltasib_query.client.wire.retries import Retries
from deltasib_query.client.wire.rows import PageResponse, read_page, read_row
from deltasib_query.client.wire.session import Call, Session, Token
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
from deltasib_query.filters.field import Field
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import VERSION, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

R = TypeVar("R", bound=Record)
EventHooks: TypeAlias = Mapping[str, list[Callable[..., Any]]]


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
    total_timeout: in seconds, for one attempt of a request, from connecting to the end of the response. Each retry has
        as long again. Waiting for a free connection or for `max_rate` does not count. None for no limit.
    max_rate: how many requests a second are sent at most, logins and retries included. They are evenly spaced. None for
        no limit.
    limits: connections at a time, an `httpx.Limits`.
    proxy: as httpx takes it. The environment's proxies are not used.
    retries: how often a read is repeated after a failure that may pass: a connection that fails or breaks, a time-out,
        the statuses 429, 502, 503, 504.
    retry_writes: repeat writes too. A write whose response is lost may then be done twice.
    max_response_bytes: in bytes.
    max_url_bytes: how long the URL of a list may be; None for what the profile knows, or 6,000. A filter that a long
        `in_` makes longer is requested in parts; any other is refused.
    profile: what is known of the server beyond the guide, a `ServerProfile`; `probe` finds it.
    transport: an httpx transport to send through instead of the network; `verify`, `limits` and `proxy` are its own.
        It is given no more than `total_timeout` for each step, and stopped between two
        pieces of a body; only time-outs of its own can end a head that comes a byte at a time.
    event_hooks: as httpx takes them. They see requests without their query, but with the token.
    on_request, on_response: functions that are called with a `RequestEvent` before each request, logins and retries
        included, and with a `ResponseEvent` after it. They are plain functions, and should be quick. What they
        raise ends the call; after `on_response` of a write, that is done.

    One login serves all requests, however many run at once. It is renewed shortly before it expires, and when the
    server refuses it.
    The client belongs to the process in which it is first used: in a fork it raises `TransportError`.
    Redirects are not followed, and no cookies are kept. Neither filters nor secrets are logged.

    >>> from deltasib_query import Client, User
    >>> def some_users() -> list[User]:
    ...     with Client("https://isp.example:1043", username="reseller", password="…") as isp:
    ...         return isp.user.list(User.Username.startswith("ali")).take(10)
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
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        max_url_bytes: int | None = None,
        profile: ServerProfile = DOCUMENTED,
        transport: httpx.BaseTransport | None = None,
        event_hooks: EventHooks | None = None,
        on_request: Callable[[RequestEvent], object] | None = None,
        on_response: Callable[[ResponseEvent], object] | None = None,
    ) -> None:
        check_limits(limits)
        self._options = options = ClientOptions(
            url=url,
            username=username,
            password=password,
            version=version,
            retries=retries,
            retry_writes=retry_writes,
            max_response_bytes=max_response_bytes,
            max_url_bytes=max_url_bytes,
            timeout=timeout,
            total_timeout=total_timeout,
            max_rate=max_rate,
            profile=profile,
        )
        self._reporter = Reporter(on_request, on_response, options.url)
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
        self._slots = Slots(limits.max_connections or 2**31)
        self._login = Slots(1)
        self._owner = Owner()
        self.user: Final = actions.UserActions(self)
        self.user_status: Final = actions.UserStatusActions(self)
        self.service: Final = actions.ServiceActions(self)
        self.radius: Final = actions.RadiusActions(self)
        self.user_payment: Final = actions.UserPaymentActions(self)
        self.user_service_base: Final = actions.UserServiceBaseActions(self)

    def list(
        self,
        record: type[R],
        filter: Filter[R] | None = None,
        *,
        user_id: int | None = None,
        username: str | None = None,
        fields: Iterable[Field[Any, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **options: Unpack[PagingOptions],
    ) -> Listing[R]:
        """Return the list of a record: ``isp.list(User, filter)`` is ``isp.user.list(filter)``.

        record: the class of the rows, or one of your own that inherits from it and has no fields of its own.
        user_id, username: whose list, for `UserPayment`, `UserServiceBase` and `UserCreditInfo`.

        The other parameters and the errors are those of the record's list.
        """
        query = ListQuery(filter, fields, limit, page_size, options, start)
        return self._list(record, query, user_id=user_id, username=username)

    def probe(self) -> ProbeReport:
        """Find out what the guide leaves open, and return a report, whose `profile` a client and a sandbox take.

        It makes about 24 requests, never more than 36, with a login of its own. All of them read, the account's own
        rows alone, and the report has no value of these. What the answers do not prove is unknown.

        Raises `ServiceError` and `TransportError` if the login or the first list fails. If the server stops answering
        later, the report has the `failure`, and what was found before.
        """
        steps, scope = probe(self._options), CallScope()
        answer, failure = None, None
        while True:
            try:
                question = steps.throw(failure) if failure else steps.send(answer)
            except StopIteration as end:
                report: ProbeReport = end.value
                return report
            try:
                answer, failure = self._answer(question, scope), None
            except (ServiceError, TransportError) as error:
                failure = error

    def close(self) -> None:
        """Close the connections. A closed client cannot be used again."""
        self._owner.check_close()
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self._options.url}>"

    def _list(self, record: type[R], query: ListQuery, **whose: object) -> Listing[R]:
        return Listing(list_plan(record, query, whose, self._options), self._fetch)

    def _scan(self, record: type[R], query: ListQuery, **whose: object) -> Scan[R]:
        return Scan(list_plan(record, query, whose, self._options), self._fetch)

    def _fetch(self, page: Slice, run: PagingRun[R]) -> PageResponse[R]:
        plan, scope = run.plan, CallScope(run.deadline, run.stopped)
        data = self._call(plan.action, {**plan.values, **page.parameters()}, scope)
        return read_page(plan.action, plan.record, data, page.count)

    def _read(self, action: Action, record: type[R], arguments: Mapping[str, object]) -> R:
        return read_row(action, record, self._call(action, action.encode(arguments), CallScope()))

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        check_done(action, self._call(action, action.encode(arguments), CallScope()))

    def _answer(self, question: Question, scope: CallScope) -> Any:
        """Return the JSON of the response to a question of the probe."""
        action, values, session, token = question
        if not token:
            return self._call(action, values, scope, session)
        request = replace(build_request(action, values, self._options.version), token=token)
        return self._send(request, session.profile, scope, 1)

    def _call(self, action: Action, values: Mapping[str, str], scope: CallScope, session: Session | None = None) -> Any:
        """Return the JSON of a response, requested until it comes or nobody wants it any more."""
        options = self._options
        rules = Retries(action, options.retries, retry_writes=options.retry_writes, deadline=scope.deadline)
        retrying = Retrying(
            retry=rules.retry, stop=rules.stop, wait=rules.wait, before_sleep=rules.before_sleep, sleep=scope.pause,
            reraise=True,
        )  # fmt: skip
        with scope.until_deadline():
            for attempt in retrying:
                with attempt:
                    call = (session or self._session).call(action, values)
                    return self._call_once(call, scope, attempt.retry_state.attempt_number)
        raise AssertionError  # tenacity raises what the last attempt has raised

    def _call_once(self, call: Call, scope: CallScope, attempt: int) -> Any:
        """Return the JSON of a response, requested once with each token."""
        self._owner.check()
        with scope.hold(self._slots):
            while not call.is_done:
                session = call.session
                token = session.token() or self._log_in(session, scope, attempt)
                with call.sending(token) as request:
                    call.data = self._send(request, session.profile, scope, attempt)
            return call.data

    def _log_in(self, session: Session, scope: CallScope, attempt: int) -> Token:
        with scope.hold(self._login):
            if token := session.token():  # another call has just logged in
                return token
            sent_at = session.clock()
            data = self._send(session.login_request(), session.profile, scope, attempt)
            return session.log_in(data, sent_at)

    def _send(self, request: Request, profile: ServerProfile, scope: CallScope, attempt: int) -> Any:
        """Return the JSON of the response of a server with a profile."""
        with self._limiter.turn(scope.deadline) as seconds:
            if seconds:
                scope.pause(seconds)
        if self._http.is_closed:
            raise TransportError(Message("transport.closed"))
        with self._reporter.exchange(request, attempt) as exchange:
            response = self._receive(request, scope)
            exchange.data = parse_response(request.action, response, profile)
        return exchange.data

    def _receive(self, request: Request, scope: CallScope) -> Response:
        options = self._options
        attempt = Attempt(options.total_timeout, scope.deadline)
        try:
            arguments = stream_arguments(request, options, attempt.ends)
            with attempt.running(), self._http.stream(**arguments) as response:
                body = Body(request.action, response, options.max_response_bytes)
                for piece in response.iter_bytes() if body.is_decoded else response.iter_raw():
                    attempt.check()
                    body.add(piece)
                return body.response()
        except FAILURES as error:
            late = attempt.is_over
            failure = total_timeout_error(request, options) if late else transport_error(error, request, options.url)
        if scope.deadline:
            scope.deadline.check()
        raise failure
