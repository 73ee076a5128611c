"""The client for asyncio and trio: the same steps as `client`, awaited."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import anyio
import httpx
from anyio.lowlevel import current_token

from deltasib_query.client import async_actions
from deltasib_query.client.paging.async_listing import AsyncListing, AsyncScan
from deltasib_query.client.paging.page import Slice
from deltasib_query.client.paging.query import ListPlan, ListQuery
from deltasib_query.client.paging.splitting import MAX_URL_BYTES
from deltasib_query.client.wire.body import Body
from deltasib_query.client.wire.deadlines import Deadline
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
    AsyncQueryTransport,
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


class _Opened:
    """Closes the connection that a request opens where that fails: httpcore leaves it open if a handshake is cancelled.

    It is httpcore's `trace` of the request.
    """

    _stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith(".failed") and self._stream is not None:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()


class AsyncClient:
    """A reseller's view of one service, for ``async`` code. `Client` says what the parameters are.

    Methods that ask at once are awaited; lists are for ``async for``. A client belongs to the event loop in which it is
    first used: in another it raises `TransportError`.

    >>> from deltasib_query import AsyncClient, User
    >>> async def usernames() -> list[str | None]:
    ...     async with AsyncClient("https://isp.example:1043", username="reseller", password="…") as isp:
    ...         return [user.Username async for user in isp.user.list(User.User_Id >= 100)]
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
        transport: httpx.AsyncBaseTransport | None = None,
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
        transport = transport or httpx.AsyncHTTPTransport(
            verify=ssl_context(verify), limits=limits, proxy=check_proxy(proxy)
        )
        self._http = httpx.AsyncClient(
            transport=AsyncQueryTransport(transport),
            event_hooks=event_hooks,
            follow_redirects=False,
            cookies=NO_COOKIES,
        )
        warn_if_not_encrypted(options.url)
        self._session = Session(options.account, options.version, options.profile)
        self._limiter = RateLimiter(options.max_rate)
        self._slots = anyio.Semaphore(limits.max_connections or 2**31)
        self._login = anyio.Lock()
        self._loop: object = None
        self.user: Final = async_actions.AsyncUserActions(self)
        self.user_status: Final = async_actions.AsyncUserStatusActions(self)
        self.service: Final = async_actions.AsyncServiceActions(self)
        self.radius: Final = async_actions.AsyncRadiusActions(self)
        self.user_payment: Final = async_actions.AsyncUserPaymentActions(self)
        self.user_service_base: Final = async_actions.AsyncUserServiceBaseActions(self)

    async def close(self) -> None:
        """Close the connections. A closed client cannot be used again."""
        self._stay()
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncClient {self._options.url}>"

    def _list(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> AsyncListing[R]:
        return AsyncListing(*self._plan(action, record, query, arguments))

    def _scan(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> AsyncScan[R]:
        return AsyncScan(*self._plan(action, record, query, arguments))

    def _plan(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> tuple[ListPlan[R], Callable[[Slice, Deadline | None], Awaitable[PageResponse[R]]]]:
        plan = query.plan(action, record, arguments, self._options)

        async def fetch(page: Slice, deadline: Deadline | None) -> PageResponse[R]:
            answer = await self._call(action, {**plan.values, **page.parameters()}, deadline=deadline)
            return read_page(action, record, answer, page.count)

        return plan, fetch

    async def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        check_done(action, await self._call(action, action.encode(arguments)))

    async def _call(self, action: Action, values: Mapping[str, str], deadline: Deadline | None = None) -> Any:
        """Return the JSON of an answer, requested until it comes or the deadline passes."""
        if deadline is None:
            return await self._attempt(action, values)
        with anyio.move_on_after(deadline.left()):
            return await self._attempt(action, values, deadline)
        raise deadline.error()

    async def _attempt(self, action: Action, values: Mapping[str, str], deadline: Deadline | None = None) -> Any:
        options = self._options
        retries = Retries(action, options.retries, retry_writes=options.retry_writes, deadline=deadline)
        while True:
            try:
                return await self._answer(action, values)
            except (ServiceError, TransportError) as error:
                seconds = retries.wait_after(error)
                if seconds is None:
                    raise
            await anyio.sleep(seconds)

    async def _answer(self, action: Action, values: Mapping[str, str]) -> Any:
        """Return the JSON of an answer, requested once with each token."""
        self._stay()
        async with self._slots:
            call = self._session.call(action, values)
            while not call.is_done:
                token = self._session.token() or await self._log_in()
                with call.sending(token) as request:
                    reply = await self._send(request)
                call.receive(token, reply)
            return call.answer

    async def _log_in(self) -> Token:
        session = self._session
        async with self._login:
            if token := session.token():  # another call has just logged in
                return token
            sent_at = session.clock()
            return session.log_in(await self._send(session.login_request()), sent_at)

    def _stay(self) -> None:
        """Raise `TransportError` in another event loop than the first: connections, slots and locks are of that one."""
        loop = current_token()
        self._loop = self._loop or loop
        if self._loop != loop:
            raise TransportError("the client is of another event loop: make one where the loop runs")

    async def _send(self, request: Request) -> Reply:
        options = self._options
        with self._limiter.turn() as seconds:
            if seconds:
                await anyio.sleep(seconds)
        if self._http.is_closed:
            raise TransportError("the client is closed")
        arguments = stream_arguments(request, options)
        arguments["extensions"]["trace"] = _Opened()
        failure = total_timeout_error(request, options)
        with anyio.move_on_after(options.total_timeout):
            try:
                async with self._http.stream(**arguments) as response:
                    body = Body(request.action, response, options.largest_answer)
                    async for piece in response.aiter_bytes() if body.is_decoded else response.aiter_raw():
                        body.add(piece)
                    return body.reply()
            except FAILURES as error:
                failure = transport_error(error, request, options.url)
        raise failure
