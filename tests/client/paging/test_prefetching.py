"""Pages that are fetched while the caller works on others: in time, in order, and left when nobody wants them."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from client.conftest import Ask, Serve, Start
from client.hostile import Hostile, over_http
from client.scripted import Answer, Asked, Script, connect_async, failure, table
from client.steps import ids, ids_of, until_error
from deltasib_query import Client, FatalServiceError, ParameterError
from deltasib_query.client.paging import run

Walk = Callable[[Any], Any]


def threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("deltasib_query prefetch")]


class Watched:
    """A server that tells when a request has come, and may hold one."""

    def __init__(self, script: Script, held: int | None = None, answer: Answer | None = None) -> None:
        self.come = [Event() for _ in range(100)]
        self.go = Event()
        self._script, self._held, self._answer, self._number = script, held, answer, 0

    def __call__(self, asked: Asked) -> Answer:
        self._number += 1
        number = self._number
        self.come[number].set()
        if number == self._held:
            assert self.go.wait(10)
            return self._answer or self._script(asked)
        return self._script(asked)


def test_the_next_page_is_under_way_while_the_caller_works(serve: Serve) -> None:
    server = Watched(table(30))
    pages = serve(server).client.user.list(page_size=10, prefetch=1).pages()
    assert len(next(pages)) == 10
    assert server.come[2].wait(5)
    assert not server.come[3].wait(0.05)
    assert len(next(pages)) == 9
    assert server.come[3].wait(5)


def test_without_prefetch_nothing_is_under_way(serve: Serve) -> None:
    server = Watched(table(30))
    pages = serve(server).client.user.list(page_size=10).pages()
    next(pages)
    assert not server.come[2].wait(0.05)
    assert threads() == []


def test_the_next_page_is_under_way_while_a_task_works(start: Start) -> None:
    server = Watched(table(30))
    url = start(server).url

    async def main() -> None:
        async with connect_async(url) as isp:
            pages = isp.user.list(page_size=10, prefetch=1).pages()
            assert len(await anext(pages)) == 10
            assert await asyncio.to_thread(server.come[2].wait, 5)
            assert not await asyncio.to_thread(server.come[3].wait, 0.05)
            assert len(await anext(pages)) == 9
            await pages.aclose()

    asyncio.run(main())


def test_several_pages_are_under_way(serve: Serve) -> None:
    server = Watched(table(100))
    pages = serve(server).client.user.list(page_size=10, prefetch=3).pages()
    next(pages)
    assert server.come[4].wait(5)
    assert not server.come[5].wait(0.05)


@pytest.mark.parametrize("prefetch", [1, 2, 50])
@pytest.mark.parametrize("way", ["list", "scan"])
def test_rows_come_once_and_in_order(start: Start, ask: Ask, way: str, prefetch: int) -> None:
    url = start(over_http(Hostile([*range(1, 60)]))).url
    assert ids(ask(url, lambda isp: getattr(isp.user, way)(page_size=7, prefetch=prefetch))) == [*range(1, 60)]


def test_nothing_is_fetched_before_the_first_row_is_wanted(serve: Serve) -> None:
    pair = serve(table(5))
    iter(pair.client.user.list(prefetch=2))
    pair.client.user.list(prefetch=2).pages()
    assert (pair.server.calls, threads()) == ([], [])


@pytest.mark.parametrize("prefetch", [1, 3])
def test_an_error_comes_behind_the_rows_before_it(start: Start, ask: Ask, prefetch: int) -> None:
    url = start(lambda asked: failure(-1, 500) if asked.start > 20 else table(100)(asked)).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=10, prefetch=prefetch).pages()))
    assert (ids_of(pages), type(error)) == ([*range(28)], FatalServiceError)
    assert threads() == []


@pytest.fixture
def when_left(monkeypatch: pytest.MonkeyPatch) -> Callable[[Watched], None]:
    """Have a server go on with the request that it holds as soon as an iterator is left."""

    def let_go(server: Watched) -> None:
        class Telling(Event):
            def set(self) -> None:
                super().set()
                server.go.set()

        monkeypatch.setattr(run, "Event", Telling)

    return let_go


LetGo = Callable[[Watched], None]


@pytest.mark.parametrize("retries", [0, 3])
def test_an_iterator_that_is_closed_asks_no_more_and_tries_nothing_again(
    serve: Serve, when_left: LetGo, retries: int
) -> None:
    server = Watched(table(100), held=2, answer=Answer(b"", 503))
    when_left(server)
    pair = serve(server, retries=retries)
    pages = pair.client.user.list(page_size=10, prefetch=3).pages()
    next(pages)
    assert server.come[2].wait(5)
    pages.close()
    assert threads() == []
    assert len(pair.server.calls) == 2


def test_an_iterator_that_is_forgotten_asks_no_more(serve: Serve, when_left: LetGo) -> None:
    server = Watched(table(100), held=2)
    when_left(server)
    pair = serve(server)
    for _page in pair.client.user.list(page_size=10, prefetch=3).pages():
        assert server.come[2].wait(5)
        break
    gc.collect()
    assert threads() == []
    assert len(pair.server.calls) == 2


def test_a_page_that_takes_several_requests_is_left_behind_the_one_under_way(serve: Serve, when_left: LetGo) -> None:
    """A scan looks for rows behind a gap of keys, which nobody waits for any longer."""
    server = Watched(over_http(Hostile([*range(1, 11), 10**6, 10**9])), held=4)
    when_left(server)
    pair = serve(server)
    pages = pair.client.user.scan(page_size=10, prefetch=1).pages()
    next(pages)
    assert server.come[4].wait(5)
    pages.close()
    assert threads() == []
    assert len(pair.server.calls) == 4


def test_a_task_that_leaves_an_iterator_cancels_what_is_under_way(start: Start) -> None:
    server = Watched(table(100), held=2)
    scripted = start(server)

    async def main() -> set[Any]:
        async with connect_async(scripted.url, retries=3) as isp:
            pages = isp.user.list(page_size=10, prefetch=3).pages()
            await anext(pages)
            assert await asyncio.to_thread(server.come[2].wait, 5)
            await pages.aclose()
            return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(main()) == set()
    server.go.set()
    assert len(scripted.calls) == 2


def test_a_task_that_is_cancelled_leaves_nothing_under_way(start: Start) -> None:
    server = Watched(table(100), held=3)
    scripted = start(server)

    async def main() -> set[Any]:
        async with connect_async(scripted.url) as isp:

            async def walk() -> None:
                async for _row in isp.user.list(page_size=10, prefetch=1):
                    pass

            task = asyncio.create_task(walk())
            assert await asyncio.to_thread(server.come[3].wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(main()) == set()
    server.go.set()
    assert len(scripted.calls) == 3


def test_first_and_take_ask_for_no_more_than_they_want(start: Start, ask: Ask) -> None:
    server = start(table(100))
    assert ask(server.url, lambda isp: isp.user.list(prefetch=3).first()).User_Id == 0
    assert ids(ask(server.url, lambda isp: isp.user.list(page_size=2, prefetch=3).take(3))) == [0, 1, 2]
    assert [(asked.start, asked.count) for asked in server.calls] == [(0, 1), (0, 2), (1, 2)]


def test_two_walks_ahead_do_not_disturb_each_other(serve: Serve) -> None:
    users = serve(table(50)).client.user.list(page_size=7, prefetch=2)
    assert [(a.User_Id, b.User_Id) for a, b in zip(users, users, strict=True)] == [(n, n) for n in range(50)]


def test_where_no_asyncio_runs_it_is_said_that_it_is_needed() -> None:
    """As in another event loop, which is driven here by hand."""

    async def main() -> None:
        isp = connect_async("http://127.0.0.1:1")
        with pytest.raises(ParameterError, match=r"^prefetch: it needs asyncio's event loop$"):
            await isp.user.list(prefetch=1).take(3)
        with pytest.raises(ParameterError, match=r"^workers: it needs asyncio's event loop$"):
            await isp.user.scan(workers=2).take(3)

    with pytest.raises(StopIteration):
        main().send(None)


def walked(client: Client, **options: Any) -> tuple[int, int]:
    """Return how many rows came, and how much memory that took at a time."""
    users = client.user.list(page_size=200, **options)
    users.take(400)
    tracemalloc.start()
    try:
        count = sum(1 for _row in users)
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat_while_pages_are_fetched_ahead(serve: Serve) -> None:
    count, peak = walked(serve(table(20_000)).client, prefetch=1)
    assert count == 20_000
    assert peak < 4_000_000  # all rows together take several times as much


def test_a_page_is_let_go_before_the_next_but_one_is_there(serve: Serve) -> None:
    """Of the pages that the caller has left behind none is in memory."""
    alive: list[weakref.ref[Any]] = []
    peaks = []
    for page in serve(table(60)).client.user.list(page_size=10).pages():
        alive.append(weakref.ref(page.rows[0]))
        peaks.append(sum(each() is not None for each in alive))
        del page
    assert max(peaks) == 1
