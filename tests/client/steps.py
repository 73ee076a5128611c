"""Going through the pages of either client, as far as a test wants: for `ask`, which awaits what is a coroutine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, closing
from typing import Any

from deltasib_query import DeltasibQueryError


def ids(rows: Any) -> list[int]:
    """The keys of rows."""
    return [row.User_Id for row in rows]


def ids_of(pages: Any) -> list[int]:
    """The keys of all rows of pages."""
    return [id for page in pages for id in ids(page.rows)]


def some_pages(pages: Any, count: int) -> Any:
    """Return so many pages, and leave the rest alone: the caller does not come back behind the last of them."""
    if isinstance(pages, Iterator):
        return _some(pages, count)
    return _some_async(pages, count)


def _some(pages: Any, count: int) -> list[Any]:
    with closing(pages):
        return [next(pages) for _ in range(count)]


async def _some_async(pages: AsyncGenerator[Any, None], count: int) -> list[Any]:
    async with aclosing(pages):
        return [await anext(pages) for _ in range(count)]


def until_error(pages: Any) -> Any:
    """Return the pages that come, and the error behind them."""
    if isinstance(pages, Iterator):
        return _until_error(pages)
    return _until_error_async(pages)


def _until_error(pages: Iterator[Any]) -> tuple[list[Any], DeltasibQueryError]:
    found: list[Any] = []
    try:
        found.extend(pages)
    except DeltasibQueryError as error:
        return found, error
    raise AssertionError("there is no error")


async def _until_error_async(pages: AsyncGenerator[Any, None]) -> tuple[list[Any], DeltasibQueryError]:
    found: list[Any] = []
    try:
        async for page in pages:
            found.append(page)
    except DeltasibQueryError as error:
        return found, error
    raise AssertionError("there is no error")
