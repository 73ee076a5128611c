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
from tenacity import AsyncRetrying

from deltasib_query.client import answering, async_actions, protocol
from deltasib_query.client.answering import Answered, Reply
from deltasib_query.client.paging.async_listing import AsyncListing, AsyncScan
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
    AsyncQueryTransport,
    Body,
    Settings,
    translate,
    verification,
)
from deltasib_query.errors import DeltasibQueryError, TransportError
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)


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
        version: str = protocol.VERSION,
        verify: bool | str | Path | ssl.SSLContext = True,
        timeout: float | httpx.Timeout = TIMEOUT,
        limits: httpx.Limits = LIMITS,
        proxy: str | httpx.Proxy | None = None,
        retries: int = 3,
        retry_writes: bool = False,
        largest_answer: int = LARGEST_ANSWER,
        max_url_bytes: int = MAX_URL_BYTES,
        transport: httpx.AsyncBaseTransport | None = None,
        event_hooks: Mapping[str, list[Callable[..., Any]]] | None = None,
    ) -> None:
        self._settings = Settings.of(
            url, username, password, version, retries, largest_answer, max_url_bytes, retry_writes=retry_writes
        )
        transport = transport or httpx.AsyncHTTPTransport(verify=verification(verify), limits=limits, proxy=proxy)
        self._http = httpx.AsyncClient(
            transport=AsyncQueryTransport(transport),
            timeout=timeout,
            event_hooks=event_hooks,
            follow_redirects=False,
        )
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
        return f"<AsyncClient {self._settings.url}>"

    def _list(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> AsyncListing[R]:
        return AsyncListing(*self._plan(action, record, query, arguments))

    def _scan(self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]) -> AsyncScan[R]:
        return AsyncScan(*self._plan(action, record, query, arguments))

    def _plan(
        self, action: Action, record: type[R], query: ListQuery, arguments: Mapping[str, object]
    ) -> tuple[ListPlan[R], Callable[[Slice, float | None], Awaitable[Answered[R]]]]:
        plan = query.plan(action, record, arguments, self._settings)

        async def fetch(page: Slice, deadline: float | None) -> Answered[R]:
            answer = await self._call(action, {**plan.values, **page.parameters()})
            return answering.read_page(action, record, answer)

        return plan, fetch

    async def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        answering.read_done(action, await self._call(action, action.encode(arguments)))

    async def _call(self, action: Action, values: Mapping[str, str]) -> Any:
        settings = self._settings
        retrying = AsyncRetrying(**policy(action, settings.retries, retry_writes=settings.retry_writes))

        async def attempt() -> Any:
            return await self._converse(settings.session.ask(action, values))

        return await retrying(attempt)

    def _stay(self) -> None:
        """Raise `TransportError` in another event loop than the first: connections, slots and locks are of that one."""
        loop = current_token()
        self._loop = self._loop or loop
        if self._loop != loop:
            raise TransportError("the client is of another event loop: make one where the loop runs")

    async def _converse(self, conversation: Conversation) -> Any:
        self._stay()
        async with self._slots:
            return await self._drive(conversation)

    async def _drive(self, conversation: Conversation) -> Any:
        try:
            step = next(conversation)
            while True:
                try:
                    outcome = await self._do(step)
                except DeltasibQueryError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(outcome)
        except StopIteration as end:
            return end.value

    async def _do(self, step: Send | LogIn) -> Any:
        if isinstance(step, Send):
            return await self._send(step)
        async with self._login:
            return await self._drive(self._settings.session.log_in())

    async def _send(self, step: Send) -> Reply:
        if self._http.is_closed:
            raise TransportError("the client is closed")
        try:
            async with self._http.stream(**self._settings.arguments(step)) as response:
                body = Body(step.action, response, self._settings.largest_answer)
                async for piece in response.aiter_bytes():
                    body.add(piece)
                return body.reply()
        except FAILURES as error:
            failure = translate(error, step, self._settings.url)
        raise failure
