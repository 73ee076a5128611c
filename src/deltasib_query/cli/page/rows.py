"""The rows of a list, sent to the page while they come: lines of JSON, one for each page of rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from typing import Any, Final

from pydantic import PositiveInt

from deltasib_query import AsyncClient, Page
from deltasib_query.cli.formats import Format, cell_text, formatter
from deltasib_query.cli.language import visible
from deltasib_query.cli.page.failures import failure
from deltasib_query.cli.page.lists import ListRequest
from deltasib_query.errors import DeltasibQueryError

_CSV_PAGE: Final = 1000
"""Rows requested at a time for a file."""


class RowsRequest(ListRequest):
    """A request for rows.

    count: how many to show, give or take a few; None for all of them, as CSV.
    token: of the last line that came, to go on behind it.
    """

    count: PositiveInt | None = None
    token: str | None = None


async def lines(request: RowsRequest, client: Future[AsyncClient]) -> AsyncIterator[str]:
    """Yield ``{"rows": …, "token": …}`` for each page, and ``{"end": …}``: whether there are no more, or an error."""
    if not client.done():
        yield _line({"filling": True})
    as_csv = request.count is None
    try:
        listing = request.listing(
            await asyncio.shield(asyncio.wrap_future(client)),
            page_size=request.count or _CSV_PAGE,
            on_bad_row="raise" if as_csv else "collect",
        )
        texts = formatter(Format.csv, listing.fields, excel=True)
        if request.token is not None:
            listing = listing.resume(request.token)
            texts.rows(())  # the heading has gone out already
        wanted = request.count
        async with aclosing(listing.pages()) as pages:
            async for page in pages:
                if wanted is None:
                    sent: Mapping[str, object] = {"csv": texts.rows(page.rows), "count": len(page)}
                else:
                    sent = {"rows": _cells(page, listing.fields), "unreadable": len(page.bad_rows)}
                    wanted -= len(page) + len(page.bad_rows)
                yield _line({**sent, "token": page.token})
                if wanted is not None and wanted <= 1:  # the request for a page begins with the row before it
                    yield _line({"end": False})
                    return
        yield _line({"csv": texts.end(), "end": True} if as_csv else {"end": True})
    except DeltasibQueryError as error:
        yield _line({"error": failure(error)})


def _line(content: Mapping[str, object]) -> str:
    return f"{json.dumps(content)}\n"


def _cells(page: Page[Any], names: Sequence[str]) -> list[list[str | None]]:
    rows = [[getattr(row, name) for name in names] for row in page]
    for error in page.bad_rows:
        raw = {name.lower(): value for name, value in error.row.items()}
        rows.append([raw.get(name.lower()) for name in names])
    return [[None if value is None else visible(cell_text(value)) for value in row] for row in rows]
