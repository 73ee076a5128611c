"""The lists of `AsyncClient`, for ``async for``."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Self, TypeVar

from deltasib_query.client.paging.async_driving import pages_of, result_of
from deltasib_query.client.paging.by_key import KeyRange
from deltasib_query.client.paging.checkpoint import AsyncCheckpoint
from deltasib_query.client.paging.concurrency import AsyncOnly, async_ahead
from deltasib_query.client.paging.page import Page
from deltasib_query.client.paging.query import check_count
from deltasib_query.client.paging.run import PagingRun
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)


class AnyAsyncListing(AsyncOnly[R]):
    """What `AsyncListing` and `AsyncScan` have in common."""

    async def __aiter__(self) -> AsyncIterator[R]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for row in page.rows:
                    yield row
                del page  # or it would stay in memory while the next one is fetched

    def pages(self, *, checkpoint: str | os.PathLike[str] | None = None) -> AsyncGenerator[Page[R], None]:
        """Iterate page by page. No page is empty.

        checkpoint: a file that keeps the position of the walk. It is written when the caller comes back for the next
            page, so a program that is killed gets its last page again, and loses none. The walk begins at the position
            in the file; once it has come to its end, the file says so and there are no more pages.

        Raises `ServiceError` or `TransportError` when a page is requested and fails: its `resume_token` goes on from
        there. Raises `DriftError` if the position is lost, `RepeatedPageError` if the server ignores LimitFrom,
        `BudgetError` if `max_requests` or `max_seconds` are used up, `ResumeError` for a file of another walk.
        """
        if checkpoint is not None:
            return self._pages_kept(AsyncCheckpoint(checkpoint))
        return self._walk(PagingRun(self._plan))

    def _walk(self, run: PagingRun[R]) -> AsyncGenerator[Page[R], None]:
        pages, prefetch = self._pages(run), self._plan.options.prefetch
        return async_ahead(pages, prefetch, run.stopped.set) if prefetch else pages

    async def _pages_kept(self, file: AsyncCheckpoint) -> AsyncGenerator[Page[R], None]:
        token = await file.read()
        listing = self if token is None else self.resume(token)
        run = PagingRun(listing._plan)
        try:
            async with aclosing(listing._walk(run)) as pages:
                async for page in pages:
                    yield page
                    await file.write(page.token)
                    del page
        except DeltasibQueryError as error:
            if error.resume_token:
                await file.write(error.resume_token)  # which may be further on than the last page
            raise
        await file.write(run.token)

    async def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are. Raises as `pages`."""
        return [row async for page in self._limited(count).pages() for row in page]

    async def first(self) -> R | None:
        """Return the first row, or None. A list requests one row. Raises as `pages`."""
        rows = await self.take(1)
        return rows[0] if rows else None

    async def one_or_none(self) -> R | None:
        """Return the only row, or None. Requests two rows, once, and believes the response.

        Raises `MultipleRowsError` if two come, and as `pages`.
        """
        run = PagingRun(self._limited(2)._plan)
        return self._only([row async for page in pages_of(run, run.first_response(), self._fetch) for row in page])

    async def one(self) -> R:
        """Return the only row, as `one_or_none`. Raises `NoRowsError` for none, `MultipleRowsError` for more."""
        return self._there(await self.one_or_none())


@dataclass(frozen=True, repr=False, eq=False)
class AsyncListing(AnyAsyncListing[R]):
    """A list that has not been requested yet. Each ``async for`` over it requests it again.

    Nothing is requested before the first row is wanted, one page at a time is held in memory, and no connection is held
    between pages. A list has no length: the service does not tell it.

    >>> from deltasib_query import AsyncClient, User
    >>> isp = AsyncClient("https://isp.example:1043", username="reseller", password="…")
    >>> isp.user.list(User.User_Id >= 100, limit=10)
    <AsyncListing[User] start=0 limit=10 page_size=100>
    """

    async def count(self) -> int:
        """Count the rows, by requests for single ones: about twice as many as the number has binary digits.

        Exact while no row comes or goes. If the filter has a list of texts that is too long for one request, the rows
        are walked. Raises as `pages`.
        """
        if not self._plan.disjoint:
            return sum([len(page) async for page in self.pages()])
        run = PagingRun(self._plan)
        return await result_of(run, run.count(), self._fetch)


@dataclass(frozen=True, repr=False, eq=False)
class AsyncScan(AnyAsyncListing[R]):
    """A list that is walked by key, in the order of the keys, and has not been requested yet.

    It requests ranges of keys, ``(filter) and key > a and key <= b``, each for one page. A range is complete when the
    server has no rows for those of its keys that have not come. So a scan needs no order, its cost grows with the
    number of rows and not with its square, and every row that is there throughout comes exactly once, whatever comes
    and goes meanwhile.
    """

    async def windows(self, count: int) -> list[KeyRange]:
        """Divide the scan into at most `count` ranges of keys, for as many workers. `within` is the scan of one range.

        The ranges have the same width, up to the highest key, which takes some 2 * log2(key) requests to find. A
        `KeyRange` is small and can be pickled. Raises as `pages`.
        """
        check_count("count", count, 1)
        run = PagingRun(self._plan)
        return self._plan.key_range.shares(count, await result_of(run, run.highest_key(), self._fetch))

    def within(self, window: KeyRange) -> Self:
        """Return the scan of one range of keys. A limit applies to each range by itself."""
        return self._within(window)
