"""The lists of `listing`, for ``async`` code: the same walks, awaited, and several ranges of a scan at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self, TypeVar, cast

import anyio.to_thread

from deltasib_query.client.paging.by_key import CompleteRange, KeyRange
from deltasib_query.client.paging.checkpoint import Checkpoint
from deltasib_query.client.paging.listing import AnyListing, File, PagingRun
from deltasib_query.client.paging.page import Page, Pager, RowBatch, Slice
from deltasib_query.client.paging.prefetching import ahead_async, cancel, need_asyncio
from deltasib_query.client.paging.query import check_count
from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class AnyAsyncListing(AnyListing[R, Callable[[Slice, Deadline | None], Awaitable[PageResponse[R]]]]):
    """What `AsyncListing` and `AsyncScan` share."""

    async def __aiter__(self) -> AsyncIterator[R]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for row in page.rows:
                    yield row
                del page

    async def pages(self, *, checkpoint: File | None = None) -> AsyncGenerator[Page[R], None]:
        """Iterate page by page, as `Listing.pages`."""
        file = Checkpoint(checkpoint) if checkpoint is not None else None
        listing = self._resumed(file)
        run = PagingRun(listing._plan)
        at_once = run.by_key and listing._plan.workers > 1
        pages = listing._pages(run, listing._at_once(run) if at_once else listing._drive(run.pages(), run))
        prefetch = listing._plan.options.prefetch
        if prefetch:
            pages = ahead_async(pages, prefetch)
        try:
            async with aclosing(pages):
                async for page in pages:
                    yield page
                    if file:
                        await anyio.to_thread.run_sync(file.write, page.token)
                    del page
        except DeltasibQueryError as error:
            if file and error.resume_token:
                await anyio.to_thread.run_sync(file.write, error.resume_token)
            raise
        if file:
            await anyio.to_thread.run_sync(file.write, run.token)

    async def _pages(self, run: PagingRun[R], batches: AsyncGenerator[RowBatch, None]) -> AsyncGenerator[Page[R], None]:
        try:
            async with aclosing(batches):
                async for batch in batches:
                    page = run.page(batch)
                    del batch
                    if page is not None:  # one of bad rows only has no length
                        yield page
                    del page
        except DeltasibQueryError as error:
            error.resume_token = run.token
            raise

    async def _drive(self, pager: Pager, run: PagingRun[R]) -> AsyncGenerator[RowBatch, None]:
        answered = None
        while True:
            try:
                step = pager.send(answered)
            except StopIteration:
                return
            answered = None
            if isinstance(step, Slice):
                run.spend()
                answered = await self._fetch(step, run.deadline)
            else:
                yield step

    async def _at_once(self, run: PagingRun[R]) -> AsyncGenerator[RowBatch, None]:
        """Fill several ranges at once, and yield them in order: no more pages are held than there are workers."""
        need_asyncio("workers")
        filling: deque[asyncio.Task[CompleteRange]] = deque()
        try:
            for pager, position in run.key_pagers():
                pager.start(position)
                while pager.limit.left != 0:
                    while len(filling) < self._plan.workers and (claimed := pager.claim()):
                        filling.append(asyncio.create_task(self._result(pager.fill(claimed), run)))
                    if not filling:
                        break
                    complete = await filling.popleft()
                    if rest := pager.give_back(complete):
                        filling.appendleft(asyncio.create_task(self._result(pager.fill(rest), run)))
                    yield complete.batch()
                    del complete
        finally:
            await cancel(filling)

    async def _result(self, steps: Generator[Slice, Any, T], run: PagingRun[R]) -> T:
        """Return what comes of steps that find no batches."""
        answered = None
        while True:
            try:
                asked = steps.send(answered)
            except StopIteration as end:
                return cast("T", end.value)
            run.spend()
            answered = await self._fetch(asked, run.deadline)

    async def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        return [row async for row in self._limited(count)]

    async def first(self) -> R | None:
        """Return the first row, or None where there is none. A list requests one row."""
        rows = await self.take(1)
        return rows[0] if rows else None

    async def one_or_none(self) -> R | None:
        """Return the only row, or None, as `Listing.one_or_none`."""
        run = PagingRun(self._limited(2)._plan)
        pages = self._pages(run, self._drive(run.first_answer(), run))
        return self._only([row async for page in pages for row in page])

    async def one(self) -> R:
        """Return the only row, as `Listing.one`."""
        return self._there(await self.one_or_none())


@dataclass(frozen=True, repr=False, eq=False)
class AsyncListing(AnyAsyncListing[R]):
    """A list that has not been requested yet, for ``async for``; `Listing` says the rest."""

    async def count(self) -> int:
        """Count the rows, as `Listing.count`."""
        if not self._plan.split.disjoint:
            return sum([len(page) async for page in self.pages()])
        run = PagingRun(self._plan)
        return await self._result(run.count(), run)


@dataclass(frozen=True, repr=False, eq=False)
class AsyncScan(AnyAsyncListing[R]):
    """A list that is walked by key, for ``async for``, several ranges at once; `Scan` says the rest."""

    async def windows(self, count: int) -> list[KeyRange]:
        """Divide the scan into at most `count` ranges of keys, as `Scan.windows`."""
        check_count("count", count, 1)
        run = PagingRun(self._plan)
        return self._plan.key_range.shares(count, await self._result(run.highest(), run))

    def within(self, window: KeyRange) -> Self:
        """Return the scan of one range of keys. A limit holds for each range."""
        return self._within(window)
