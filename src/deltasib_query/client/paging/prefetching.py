"""Fetching pages while the caller works on one: in a thread, or in a task."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from deltasib_query.errors import ParameterError

T = TypeVar("T")

_END: Final[Any] = object()


def ahead(pages: Generator[T, None, None], count: int, stop: Callable[[], None]) -> Generator[T, None, None]:
    """Yield the pages in order, with up to `count` more under way.

    When the caller leaves, `stop` is called, so that no other request begins. The request under way is waited for,
    since the caller may close its connection next.
    """
    worker = ThreadPoolExecutor(1, thread_name_prefix="deltasib_query prefetch")
    upcoming: deque[Future[T]] = deque([worker.submit(next, pages, _END)])
    try:
        while (page := upcoming.popleft().result()) is not _END:
            while len(upcoming) < count:
                upcoming.append(worker.submit(next, pages, _END))
            yield page
            del page  # or it would stay in memory while the next one is waited for
    finally:
        stop()
        for each in upcoming:
            each.cancel()
        worker.submit(pages.close)  # when what is under way has ended
        worker.shutdown()


async def ahead_async(pages: AsyncGenerator[T, None], count: int) -> AsyncGenerator[T, None]:
    """Yield the pages in order, with up to `count` more under way. What is under way is cancelled at the end."""
    need_asyncio("prefetch")
    upcoming: deque[asyncio.Task[T]] = deque([asyncio.create_task(_next(pages, None))])
    try:
        while (page := await upcoming.popleft()) is not _END:
            while len(upcoming) < count:
                upcoming.append(asyncio.create_task(_next(pages, upcoming[-1] if upcoming else None)))
            yield page
            del page
    finally:
        await cancel(upcoming)
        await pages.aclose()


async def _next(pages: AsyncIterator[T], before: asyncio.Task[T] | None) -> T:
    if before is not None:
        await asyncio.wait([before])  # one page comes of another
    return await anext(pages, _END)


async def cancel(tasks: deque[asyncio.Task[T]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def need_asyncio(parameter: str) -> None:
    """Raise `ParameterError` where another event loop runs, whose tasks cannot be left behind."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ParameterError(parameter, "it needs asyncio's event loop") from None
