"""The lists of `listing`, for ``async`` code: the same walks, awaited, and windows of a scan at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self, TypeVar, cast

import anyio.to_thread

from deltasib_query.client.answering import Answered
from deltasib_query.client.checkpoint import Checkpoint
from deltasib_query.client.listing import AnyListing, File, Progress
from deltasib_query.client.offsets import OffsetWalk
from deltasib_query.client.prefetching import ahead_async, cancel, need_asyncio
from deltasib_query.client.resuming import Place
from deltasib_query.client.scans import Filled, ScanWalk, Window
from deltasib_query.client.walks import Found, Page, Slice, Walk, check_count
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class AnyAsyncListing(AnyListing[R, Callable[[Slice], Awaitable[Answered[R]]]]):
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
        progress = Progress(listing)
        pages = listing._pages(progress)
        if listing.options.prefetch:
            pages = ahead_async(pages, listing.options.prefetch)
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
            await anyio.to_thread.run_sync(file.write, progress.token)

    async def _pages(self, progress: Progress[R]) -> AsyncGenerator[Page[R], None]:
        try:
            for walk, place in progress.walks():
                async with aclosing(self._walked(walk, place, progress)) as walked:
                    async for found in walked:
                        page = progress.page(found)
                        del found
                        if page is not None:  # one of bad rows only has no length
                            yield page
                        del page
        except DeltasibQueryError as error:
            error.resume_token = progress.token
            raise

    def _walked(self, walk: OffsetWalk | ScanWalk, place: Place, progress: Progress[R]) -> AsyncGenerator[Found, None]:
        if isinstance(walk, ScanWalk) and self.workers > 1:
            return self._at_once(walk, place, progress)
        return self._drive(walk.pages(place), progress)

    async def _drive(self, walk: Walk, progress: Progress[R]) -> AsyncGenerator[Found, None]:
        answered = None
        while True:
            try:
                step = walk.send(answered)
            except StopIteration:
                return
            answered = None
            if isinstance(step, Slice):
                progress.spend()
                answered = await self.fetch(step)
            else:
                yield step

    async def _at_once(self, walk: ScanWalk, place: Place, progress: Progress[R]) -> AsyncGenerator[Found, None]:
        """Fill several windows at once, and yield them in order: no more pages are held than there are workers."""
        need_asyncio("workers")
        walk.start(place)
        filling: deque[asyncio.Task[Filled]] = deque()
        try:
            while walk.wanted.left != 0:
                while len(filling) < self.workers and (window := walk.claim()):
                    filling.append(asyncio.create_task(self._asked(walk.fill(window), progress)))
                if not filling:
                    return
                filled = await filling.popleft()
                if filled.rest:
                    filling.appendleft(asyncio.create_task(self._asked(walk.fill(filled.rest), progress)))
                yield filled.found()
                del filled
        finally:
            await cancel(filling)

    async def _asked(self, walk: Generator[Slice, Any, T], progress: Progress[R]) -> T:
        """Return what comes of a walk that finds no rows, but an answer."""
        answered = None
        while True:
            try:
                asked = walk.send(answered)
            except StopIteration as end:
                return cast("T", end.value)
            progress.spend()
            answered = await self.fetch(asked)

    async def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        return [row async for row in self.limited(count)]

    async def first(self) -> R | None:
        """Return the first row, or None where there is none. Asks for one row."""
        rows = await self.take(1)
        return rows[0] if rows else None

    async def one_or_none(self) -> R | None:
        """Return the only row, or None. Asks for two rows; raises `MultipleRowsError` where both come."""
        return self._only(await self.take(2))

    async def one(self) -> R:
        """Return the only row. Raises `NoRowsError` or `MultipleRowsError` where there is not exactly one."""
        return self._there(await self.one_or_none())


@dataclass(frozen=True, repr=False, eq=False)
class AsyncListing(AnyAsyncListing[R]):
    """A list that has not been asked for yet, for ``async for``; `Listing` says the rest."""

    async def count(self) -> int:
        """Count the rows, as `Listing.count`."""
        if not self.split.disjoint:
            return sum([len(page) async for page in self.pages()])
        progress = Progress(self)
        return sum([progress.counted(await self._asked(walk, progress)) for walk in progress.counts()])


@dataclass(frozen=True, repr=False, eq=False)
class AsyncScan(AnyAsyncListing[R]):
    """A list that is walked by key, for ``async for``, several windows at once; `Scan` says the rest."""

    async def windows(self, count: int) -> list[Window]:
        """Return windows that together are the whole scan, as `Scan.windows`."""
        check_count("count", count, 1)
        progress = Progress(self)
        found = [await self._asked(walk, progress) for walk in progress.highest()]
        return self.window.shares(count, max(found, default=self.window.after))

    def within(self, window: Window) -> Self:
        """Return the scan of the keys of a window only. A limit is one for each window."""
        return self._within(window)
