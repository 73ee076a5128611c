# Made from async_driving.py by tools/make_sync.py: edit that one.
"""The loops that make the requests of a walk."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar, cast

from deltasib_query.client.paging.page import Page, Pager, Slice
from deltasib_query.client.paging.run import Fetch, PagingRun
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


def pages_of(run: PagingRun[R], pager: Pager, fetch: Fetch[R]) -> Generator[Page[R], None, None]:
    """Make the requests of a pager, and yield the pages of its batches."""
    with run.resumable():
        response = None
        while True:
            try:
                step = pager.send(response)
            except StopIteration:
                return
            response = None
            if isinstance(step, Slice):
                run.spend()
                response = fetch(step, run)
            else:
                page = run.page(step)
                del step  # or its rows would stay in memory while the next page is fetched
                if page is not None:
                    yield page
                del page


def result_of(run: PagingRun[R], requests: Generator[Slice, Any, T], fetch: Fetch[R]) -> T:
    """Make the requests of a generator, and return its result."""
    response = None
    while True:
        try:
            request = requests.send(response)
        except StopIteration as end:
            return cast("T", end.value)
        run.spend()
        response = fetch(request, run)
