"""What lists of the two clients do differently: fetching ahead, several ranges at once, tables of Arrow.

`listing` is made from `async_listing`, which uses these; what is for async code has "async" in its name.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from deltasib_query.client.paging import async_driving, driving
from deltasib_query.client.paging.by_key import CompleteRange, KeyPager, KeyRange
from deltasib_query.client.paging.page import Page
from deltasib_query.client.paging.run import AnyListing, AsyncFetch, Fetch, PagingRun
from deltasib_query.errors import ParameterError
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message

if TYPE_CHECKING:
    import pyarrow as pa

    from deltasib_query.integrations.arrow import AsyncBatchReader

R = TypeVar("R", bound=Record)
T = TypeVar("T")

_END: Final[Any] = object()


class _Columns(Protocol):
    @property
    def record(self) -> type[Record]: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def price_scale(self) -> int: ...


class _Pages(_Columns, Protocol):
    def pages(self) -> Generator[Page[Any], None, None]: ...


class _AsyncPages(_Columns, Protocol):
    def pages(self) -> AsyncGenerator[Page[Any], None]: ...


class SyncOnly(AnyListing[R, Fetch[R]]):
    """What only lists of `Client` do."""

    def to_arrow(self: _Pages) -> pa.RecordBatchReader:
        """Return the rows for Apache Arrow, and so for pandas, polars and DuckDB: a batch a page, typed columns.

        The columns are the requested fields. Nothing is requested before the first batch is wanted, and one batch is
        held in memory at a time. Raises `MissingExtraError` without pyarrow (extra ``arrow``). The reader raises as
        `pages`, and `ColumnError` for a value that its column cannot hold.
        """
        from deltasib_query.integrations.arrow import reader

        return reader(self.record, self.fields, self.pages(), self.price_scale)

    def _pages(self, run: PagingRun[R]) -> Generator[Page[R], None, None]:
        return driving.pages_of(run, run.batches(), self._fetch)


class AsyncOnly(AnyListing[R, AsyncFetch[R]]):
    """What only lists of `AsyncClient` do."""

    def to_arrow(self: _AsyncPages) -> AsyncBatchReader:
        """Return the rows for Apache Arrow: a batch a page, typed columns.

        ``async for`` over the reader gives the batches, and ``await reader.read_all()`` the table. The columns are the
        requested fields. Nothing is requested before the first batch is wanted, and one batch is held in memory at a
        time. Raises `MissingExtraError` without pyarrow (extra ``arrow``). The reader raises as `pages`, and
        `ColumnError` for a value that its column cannot hold.
        """
        from deltasib_query.integrations.arrow import AsyncBatchReader, schema

        return AsyncBatchReader(schema(self.record, self.fields, self.price_scale), self.pages())

    def _pages(self, run: PagingRun[R]) -> AsyncGenerator[Page[R], None]:
        if self._plan.workers > 1:
            return self._pages_at_once(run)
        return async_driving.pages_of(run, run.batches(), self._fetch)

    async def _pages_at_once(self, run: PagingRun[R]) -> AsyncGenerator[Page[R], None]:
        """Read several ranges of a scan at once, and yield their pages in order.

        No more pages are held in memory than there are workers.
        """
        need_asyncio("workers")
        reading: deque[asyncio.Task[CompleteRange]] = deque()

        def read(pager: KeyPager, keys: KeyRange) -> asyncio.Task[CompleteRange]:
            return asyncio.create_task(async_driving.result_of(run, pager.fill(keys), self._fetch))

        with run.resumable():
            try:
                for pager, position in run.key_pagers():
                    pager.start(position)
                    while pager.limit.left != 0:
                        while len(reading) < self._plan.workers and (claimed := pager.claim()):
                            reading.append(read(pager, claimed))
                        if not reading:
                            break
                        complete = await reading.popleft()
                        if rest := pager.give_back(complete):
                            reading.appendleft(read(pager, rest))
                        page = run.page(complete.batch())
                        del complete
                        if page is not None:
                            yield page
                        del page
            finally:
                await cancel(reading)


def ahead(pages: Generator[T, None, None], count: int, stop: Callable[[], None]) -> Generator[T, None, None]:
    """Yield the pages in order, with up to `count` more under way in a thread.

    When the caller leaves, `stop` is called, so that no other request begins. The request under way is waited for,
    since the caller may close its connection next.
    """
    worker = ThreadPoolExecutor(1, thread_name_prefix="deltasib_query prefetch")
    context = copy_context()  # so that the requests are in the span of the caller

    def fetch() -> T:
        return context.run(next, pages, _END)

    upcoming: deque[Future[T]] = deque([worker.submit(fetch)])
    try:
        while (page := upcoming.popleft().result()) is not _END:
            while len(upcoming) < count:
                upcoming.append(worker.submit(fetch))
            yield page
            del page  # or it would stay in memory while the next one is waited for
    finally:
        stop()
        for each in upcoming:
            each.cancel()
        worker.submit(pages.close)  # when what is under way has ended
        worker.shutdown()


async def async_ahead(pages: AsyncGenerator[T, None], count: int, stop: Callable[[], None]) -> AsyncGenerator[T, None]:
    """Yield the pages in order, with up to `count` more under way in tasks.

    When the caller leaves, `stop` is called, and what is under way is cancelled.
    """
    need_asyncio("prefetch")
    upcoming: deque[asyncio.Task[T]] = deque([asyncio.create_task(_next(pages, None))])
    try:
        while (page := await upcoming.popleft()) is not _END:
            while len(upcoming) < count:
                upcoming.append(asyncio.create_task(_next(pages, upcoming[-1] if upcoming else None)))
            yield page
            del page
    finally:
        stop()
        await cancel(upcoming)
        await pages.aclose()


async def _next(pages: AsyncIterator[T], before: asyncio.Task[T] | None) -> T:
    if before is not None:
        await asyncio.wait([before])  # each page begins where the one before ends
    return await anext(pages, _END)


async def cancel(tasks: deque[asyncio.Task[T]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def need_asyncio(parameter: str) -> None:
    """Raise `ParameterError` unless asyncio runs: tasks of other event loops cannot be started and left."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ParameterError(parameter, Message("parameter.asyncio")) from None
