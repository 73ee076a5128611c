"""The client: the session's steps and the page plan, driven over httpx."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx
from tenacity import Retrying

from deltasib_query.client import actions, answering, protocol
from deltasib_query.client.answering import Answered, Reply
from deltasib_query.client.paging.listing import Listing, Scan
from deltasib_query.client.paging.page import Slice
from deltasib_query.client.paging.query import ListPlan, ListQuery
from deltasib_query.client.paging.splitting import MAX_URL_BYTES
from deltasib_query.client.protocol import Action
from deltasib_query.client.retries import policy
from deltasib_query.client.session import Conversation, LogIn, Send
from deltasib_query.client.settings import (
    FAILURES,
    LARGEST_ANSWER,
    LIMITS,
    TIMEOUT,
    Body,
    QueryTransport,
    Settings,
    translate,
    verification,
)
from deltasib_query.errors import DeltasibQueryError, TransportError
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)


class Client:
    """A reseller's view of one service. Thread-safe; use it as a context manager, or call `close`.

    url: scheme, host and port, such as ``https://isp.example:1043``.
    username, password: of the API account. Only the password's hash is kept.
    version: of the service [guide: 1.0].
    verify: True checks the server's certificate; a path is a file of trusted certificates, which suits the
        self-signed ones that are common [guide]; an `ssl.SSLContext` is taken as it is; False checks nothing,
        and warns.
    timeout: in seconds, or an `httpx.Timeout`.
    limits: connections at a time, an `httpx.Limits`.
    proxy: as httpx takes it. The environment's proxies are not used.
    retries: how often a read is tried again after a failure that may pass: a connection that fails or breaks, a
        time-out, the statuses 429, 502, 503, 504.
    retry_writes: try writes again too. A write whose answer is lost may then be done twice.
    largest_answer: in bytes.
    max_url_bytes: how long the encoded address of a list may be. A filter that a long `in_` makes longer is asked for
        in parts, any other is refused.
    transport: an httpx transport to send through instead of the network; `verify`, `limits` and `proxy` are its own.
    event_hooks: as httpx takes them. They see requests without their query.

    One login serves every request, however many threads ask; it is replaced shortly before it runs out, and when the
    server refuses it. A client belongs to the process in which it is first used: in a fork it raises `TransportError`.
    Redirects are not followed. Neither filters nor secrets are logged.

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
        version: str = protocol.VERSION,
        verify: bool | str | Path | ssl.SSLContext = True,
        timeout: float | httpx.Timeout = TIMEOUT,
        limits: httpx.Limits = LIMITS,
        proxy: str | httpx.Proxy | None = None,
        retries: int = 3,
        retry_writes: bool = False,
        largest_answer: int = LARGEST_ANSWER,
        max_url_bytes: int = MAX_URL_BYTES,
        transport: httpx.BaseTransport | None = None,
        event_hooks: Mapping[str, list[Callable[..., Any]]] | None = None,
    ) -> None:
        self._settings = Settings.of(
            url, username, password, version, retries, largest_answer, max_url_bytes, retry_writes=retry_writes
        )
        transport = transport or httpx.HTTPTransport(verify=verification(verify), limits=limits, proxy=proxy)
        self._http = httpx.Client(
            transport=QueryTransport(transport),
            timeout=timeout,
            event_hooks=event_hooks,
            follow_redirects=False,
        )
        # A request gets its token when it has a connection: one that has waited long for it would bring an old one.
        self._slots = BoundedSemaphore(limits.max_connections or 2**31)
        self._login = Lock()
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
        return f"<Client {self._settings.url}>"

    def _list(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> Listing[R]:
        return Listing(*self._plan(action, record, query, arguments))

    def _scan(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> Scan[R]:
        return Scan(*self._plan(action, record, query, arguments))

    def _plan(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> tuple[ListPlan[R], Callable[[Slice, Event, float | None], Answered[R]]]:
        plan = query.plan(action, record, arguments, self._settings)

        def fetch(page: Slice, stopped: Event, deadline: float | None) -> Answered[R]:
            answer = self._call(action, {**plan.values, **page.parameters()}, stopped)
            return answering.read_page(action, record, answer)

        return plan, fetch

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        answering.read_done(action, self._call(action, action.encode(arguments)))

    def _call(self, action: Action, values: Mapping[str, str], stopped: Event | None = None) -> Any:
        settings = self._settings
        again = policy(action, settings.retries, retry_writes=settings.retry_writes, stopped=stopped)
        retrying = Retrying(**again)
        return retrying(lambda: self._converse(settings.session.ask(action, values)))

    def _stay(self) -> None:
        """Raise `TransportError` in a fork: both would read the answers of the connections that it shares."""
        self._process = self._process or os.getpid()
        if self._process != os.getpid():
            raise TransportError("the client is of another process: make one in each")

    def _converse(self, conversation: Conversation) -> Any:
        self._stay()
        with self._slots:
            return self._drive(conversation)

    def _drive(self, conversation: Conversation) -> Any:
        try:
            step = next(conversation)
            while True:
                try:
                    outcome = self._do(step)
                except DeltasibQueryError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(outcome)
        except StopIteration as end:
            return end.value

    def _do(self, step: Send | LogIn) -> Any:
        if isinstance(step, Send):
            return self._send(step)
        with self._login:
            return self._drive(self._settings.session.log_in())

    def _send(self, step: Send) -> Reply:
        if self._http.is_closed:
            raise TransportError("the client is closed")
        try:
            with self._http.stream(**self._settings.arguments(step)) as response:
                body = Body(step.action, response, self._settings.largest_answer)
                for piece in response.iter_bytes():
                    body.add(piece)
                return body.reply()
        except FAILURES as error:
            failure = translate(error, step, self._settings.url)
        raise failure
