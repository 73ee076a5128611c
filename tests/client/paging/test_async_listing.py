"""Walking a list with `async for`: what `Listing` does, `AsyncListing` does too."""

from __future__ import annotations

import asyncio
import dataclasses
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from client.conftest import Requests, Service, Start
from client.scripted import Answer, Asked, always, as_json, connect_async, failure, in_turn, table, user
from deltasib_query import (
    AsyncClient,
    AsyncListing,
    FatalServiceError,
    MultipleRowsError,
    NoRowsError,
    ParameterError,
    Record,
    RepeatedPageError,
    TransportError,
    User,
    parse,
)
from deltasib_query.sandbox.server import Sandbox

T = TypeVar("T")
R = TypeVar("R", bound=Record)
Steps = Callable[[AsyncClient], Awaitable[T]]


def using(server: Any, steps: Steps[T], **options: Any) -> T:
    """Run `steps` with a client of a server."""

    async def main() -> T:
        async with connect_async(server.url, **options) as isp:
            return await steps(isp)

    return asyncio.run(main())


async def ids(users: AsyncListing[User]) -> list[int | None]:
    return [each.User_Id async for each in users]


@pytest.fixture
def sandbox(service: Service) -> Sandbox:
    service.requests.clear()
    return service.sandbox


@pytest.fixture
def requests(service: Service, sandbox: Sandbox) -> Requests:
    return service.requests


def pages(calls: list[Asked]) -> list[tuple[int, int]]:
    return [(asked.start, asked.count) for asked in calls]


def test_nothing_is_requested_before_the_first_row(sandbox: Sandbox, requests: Requests) -> None:
    async def steps(isp: AsyncClient) -> None:
        listing = isp.user.list(User.User_Id > 5, limit=3)
        aiter(listing)
        listing.pages()

    using(sandbox, steps)
    assert requests == []


def test_the_next_page_is_requested_when_its_first_row_is_wanted(sandbox: Sandbox, requests: Requests) -> None:
    async def steps(isp: AsyncClient) -> None:
        rows = aiter(isp.user.list(page_size=2))
        assert [(await anext(rows)).User_Id, (await anext(rows)).User_Id] == [1, 2]
        assert requests.pages() == [(0, 2)]
        await anext(rows)
        assert requests.pages() == [(0, 2), (1, 2)]

    using(sandbox, steps)


def test_every_row_comes_once_and_in_order(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(page_size=7))) == list(range(1, 201))


def test_rows_by_a_composed_and_a_parsed_filter(sandbox: Sandbox) -> None:
    chosen = (User.Family == "احمدی") & parse("user_id < 9", User)
    assert using(sandbox, lambda isp: ids(isp.user.list(chosen))) == [3, 4]


def test_pages_of_the_services_default_size(sandbox: Sandbox, requests: Requests) -> None:
    assert len(using(sandbox, lambda isp: ids(isp.user.list(limit=150)))) == 150
    assert requests.pages() == [(0, 100), (99, 51)]


def test_a_limit_is_exact(sandbox: Sandbox, requests: Requests) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(page_size=8, limit=20))) == list(range(1, 21))
    assert requests.pages() == [(0, 8), (7, 8), (14, 6)]


def test_a_limit_of_nothing_requests_nothing(sandbox: Sandbox, requests: Requests) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(limit=0))) == []
    assert requests == []


def test_start_and_limit_together(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(start=10, limit=3, page_size=2))) == [11, 12, 13]


def test_start_beyond_the_end(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(start=1000))) == []


def test_pages_have_their_offset_their_rows_and_a_length(sandbox: Sandbox) -> None:
    async def steps(isp: AsyncClient) -> list[tuple[int, int, int | None]]:
        listing = isp.user.list(start=40, page_size=70)
        return [(page.start, len(page), page.rows[0].User_Id) async for page in listing.pages()]

    assert using(sandbox, steps) == [(40, 70, 41), (110, 69, 111), (179, 21, 180)]


def test_no_page_is_empty(sandbox: Sandbox) -> None:
    async def steps(isp: AsyncClient) -> list[int]:
        return [len(page) async for page in isp.user.list(start=1, page_size=100).pages()]

    assert using(sandbox, steps) == [100, 99]


def test_first_is_the_first_row_and_asks_for_one(sandbox: Sandbox, requests: Requests) -> None:
    first = using(sandbox, lambda isp: isp.user.list(start=4).first())
    assert first is not None and first.User_Id == 5
    assert requests.pages() == [(4, 1)]


def test_first_of_nothing_is_none(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: isp.user.list(User.User_Id == 0).first()) is None


def test_one_is_the_only_row(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: isp.user.list(User.Username == "ali").one()).User_Id == 1


def test_one_of_nothing_raises(sandbox: Sandbox) -> None:
    with pytest.raises(NoRowsError, match=r"^user list: no row matches$"):
        using(sandbox, lambda isp: isp.user.list(User.User_Id == 0).one())


def test_one_of_many_raises_and_asks_for_two_rows(sandbox: Sandbox, requests: Requests) -> None:
    with pytest.raises(MultipleRowsError, match=r"^user list: more than one row matches$"):
        using(sandbox, lambda isp: isp.user.list().one())
    assert requests.pages() == [(0, 2)]


def test_one_or_none_is_the_only_row(sandbox: Sandbox) -> None:
    found = using(sandbox, lambda isp: isp.user.list(User.User_Id == 7).one_or_none())
    assert found is not None and found.Username == "9121234567"


def test_one_or_none_of_nothing_is_none(sandbox: Sandbox) -> None:
    assert using(sandbox, lambda isp: isp.user.list(User.User_Id == 0).one_or_none()) is None


def test_one_or_none_of_many_raises(sandbox: Sandbox) -> None:
    with pytest.raises(MultipleRowsError):
        using(sandbox, lambda isp: isp.user.list().one_or_none())


@pytest.mark.parametrize(("count", "taken"), [(0, []), (5, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 4, 5, 6, 7])])
def test_take_returns_the_first_rows_or_as_many_as_there_are(sandbox: Sandbox, count: int, taken: list[int]) -> None:
    rows = using(sandbox, lambda isp: isp.user.list(page_size=3, limit=7).take(count))
    assert [row.User_Id for row in rows] == taken


@pytest.mark.parametrize("count", [-1, "5", None, True])
def test_taking_a_count_that_is_none(sandbox: Sandbox, count: Any) -> None:
    with pytest.raises(ParameterError, match="count"):
        using(sandbox, lambda isp: isp.user.list().take(count))


def test_a_filter_that_is_false_requests_nothing(sandbox: Sandbox, requests: Requests) -> None:
    assert using(sandbox, lambda isp: ids(isp.user.list(User.User_Id.in_([])))) == []
    assert requests == []


def test_each_iteration_asks_anew(sandbox: Sandbox, requests: Requests) -> None:
    async def steps(isp: AsyncClient) -> tuple[list[int | None], list[int | None]]:
        listing = isp.user.list(limit=2)
        return await ids(listing), await ids(listing)

    assert using(sandbox, steps) == ([1, 2], [1, 2])
    assert requests.pages() == [(0, 2), (0, 2)]


def test_two_iterations_do_not_disturb_each_other(sandbox: Sandbox) -> None:
    async def steps(isp: AsyncClient) -> tuple[list[int | None], list[int | None]]:
        listing = isp.user.list(page_size=2, limit=7)
        one, other = await asyncio.gather(ids(listing), ids(listing))
        return one, other

    assert using(sandbox, steps) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7])


def test_a_listing_is_for_async_code_only(sandbox: Sandbox) -> None:
    async def steps(isp: AsyncClient) -> None:
        listing: Any = isp.user.list()
        with pytest.raises(TypeError):
            iter(listing)
        with pytest.raises(TypeError):
            len(listing)

    using(sandbox, steps)


def test_a_listing_is_immutable_and_has_a_repr(sandbox: Sandbox) -> None:
    async def steps(isp: AsyncClient) -> str:
        listing = isp.user.list(User.Name == "علی", limit=5)
        with pytest.raises(dataclasses.FrozenInstanceError):
            listing.limit = 6  # type: ignore[misc]
        return repr(listing)

    assert using(sandbox, steps) == "<AsyncListing[User] start=0 limit=5 page_size=100>"


def test_a_capped_server_loses_no_row(start: Start) -> None:
    server = start(table(25, cap=10))
    assert using(server, lambda isp: ids(isp.user.list(page_size=100))) == list(range(25))
    assert [start for start, _count in pages(server.calls)] == [0, 9, 18, 24, 25]


def test_a_capped_list_loses_no_row_after_another_list_has_served_larger_pages(start: Start) -> None:
    tariffs, users = as_json([{"Service_Id": number} for number in range(100)]), table(25, cap=10)

    async def steps(isp: AsyncClient) -> list[int | None]:
        await isp.service.list(page_size=100).take(100)
        return await ids(isp.user.list(page_size=100))

    server = start(lambda asked: tariffs if asked.path == "/1.0/service/" else users(asked))
    assert using(server, steps) == list(range(25))


def test_a_page_that_comes_again_raises_behind_its_rows(start: Start) -> None:
    async def steps(isp: AsyncClient) -> None:
        rows = aiter(isp.user.list(page_size=2))
        assert [(await anext(rows)).User_Id, (await anext(rows)).User_Id] == [1, 2]
        with pytest.raises(RepeatedPageError, match="the server ignores LimitFrom"):
            await anext(rows)

    using(start(always(as_json([user(1), user(2)]))), steps)


@pytest.mark.parametrize(("answer", "kind"), [(failure(-1, 500), FatalServiceError), (Answer(raw=b""), TransportError)])
def test_a_failure_in_the_middle_raises_behind_the_rows_before_it(
    start: Start, answer: Answer, kind: type[Exception]
) -> None:
    async def steps(isp: AsyncClient) -> None:
        rows = aiter(isp.user.list(page_size=10))
        assert [(await anext(rows)).User_Id for _ in range(28)] == list(range(28))
        with pytest.raises(kind):
            await anext(rows)

    using(start(lambda asked: answer if asked.start >= 20 else table(100)(asked)), steps)


def test_a_listing_can_be_walked_again_after_an_error(start: Start) -> None:
    async def steps(isp: AsyncClient) -> list[int | None]:
        listing = isp.user.list(limit=1)
        with pytest.raises(FatalServiceError):
            await ids(listing)
        return await ids(listing)

    assert using(start(in_turn(failure(-1, 500), as_json([user(1)]))), steps) == [1]


def test_a_closed_client(start: Start) -> None:
    async def steps(isp: AsyncClient) -> None:
        await isp.close()
        with pytest.raises(TransportError, match="the client is closed"):
            await isp.user.list().first()

    using(start(table(1)), steps)


def test_a_listing_of_a_client_that_is_closed_in_the_middle(start: Start) -> None:
    async def steps(isp: AsyncClient) -> None:
        rows = aiter(isp.user.list(page_size=1))
        await anext(rows)
        await isp.close()
        with pytest.raises(TransportError, match="the client is closed"):
            await anext(rows)

    using(start(table(5)), steps)


def test_closing_twice(start: Start) -> None:
    async def steps(isp: AsyncClient) -> None:
        await isp.close()
        await isp.close()

    using(start(table(1)), steps)


def test_the_end_of_an_async_with_closes_the_client(start: Start) -> None:
    async def steps(isp: AsyncClient) -> None:
        async with isp as same:
            assert same is isp
        with pytest.raises(TransportError, match="the client is closed"):
            await isp.user.list().first()

    using(start(table(1)), steps)


def test_the_repr_of_a_client_shows_its_address_only(start: Start) -> None:
    async def steps(isp: AsyncClient) -> str:
        await isp.user.list(User.Name == "علی").first()
        return repr(isp)

    server = start(table(1))
    assert using(server, steps, username="agency") == f"<AsyncClient {server.url}>"


def test_memory_stays_flat_while_walking(start: Start) -> None:
    async def steps(isp: AsyncClient) -> tuple[int, int]:
        listing = isp.user.list(page_size=200)
        await listing.take(400)
        tracemalloc.start()
        try:
            count = 0
            async for _row in listing:
                count += 1
            return count, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    count, peak = using(start(table(20_000)), steps)
    assert count == 20_000
    assert peak < 4_000_000  # all rows together take several times as much
