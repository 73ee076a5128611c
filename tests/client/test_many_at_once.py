"""Many threads or tasks with one client: one login for all, nothing lost, nothing left open."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import httpx
import pytest

from deltasib_query import InvalidKeyError, InvalidTokenError, TransportError, User

from .conftest import Start
from .scripted import (
    DONE,
    Answer,
    Asked,
    Script,
    Scripted,
    always,
    as_json,
    connect,
    connect_async,
    failure,
    table,
    user,
)

pytestmark = pytest.mark.heavy

ONE = httpx.Limits(max_connections=1)
Reads = Callable[..., list[int | None]]


def threads(server: Scripted, count: int, **options: Any) -> list[int | None]:
    """Read row 0, 1, 2, … at once, each in a thread of its own."""
    with connect(server.url, **options) as isp, ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: isp.user.list(start=number, limit=1).one().User_Id, range(count)))


def tasks(server: Scripted, count: int, **options: Any) -> list[int | None]:
    """Read row 0, 1, 2, … at once, each in a task of its own."""

    async def main() -> list[int | None]:
        async with connect_async(server.url, **options) as isp:

            async def read(number: int) -> int | None:
                return (await isp.user.list(start=number, limit=1).one()).User_Id

            async with asyncio.TaskGroup() as group:
                reading = [group.create_task(read(number)) for number in range(count)]
            return [task.result() for task in reading]

    return asyncio.run(main())


@pytest.fixture(params=[threads, tasks], ids=["threads", "tasks"])
def reads(request: pytest.FixtureRequest) -> Reads:
    chosen: Reads = request.param
    return chosen


class Dying:
    """A server whose tokens each serve so many requests, and no other than the newest token any."""

    def __init__(self, uses: int) -> None:
        self.uses = uses
        self.issued = 0
        self.left = 0
        self.deaths = 0
        self._lock = Lock()

    def login(self, _asked: Asked) -> Answer:
        with self._lock:
            self.issued += 1
            self.left = self.uses
            return as_json({"token": f"token{self.issued}", "SessionTimeout": 600})

    def __call__(self, asked: Asked) -> Answer:
        with self._lock:
            if asked.token != f"token{self.issued}" or not self.left:
                return failure(-6, 401, "Invalid token")
            self.left -= 1
            self.deaths += not self.left
        return table(1000)(asked)


def test_one_login_serves_all(start: Start, reads: Reads) -> None:
    server = start(table(1000))
    assert reads(server, 30) == list(range(30))
    assert len(server.logins) == 1


def test_one_login_serves_reads_and_writes_of_every_object(start: Start) -> None:
    server = start(lambda asked: as_json({"status": 1, "Status_Id": 1}))

    async def main() -> None:
        async with connect_async(server.url) as isp:
            await asyncio.gather(
                isp.user.add("ali", "secret"),
                isp.user_status.add(user_id=7, status_id=1),
                isp.user_status.current_status(user_id=7),
                isp.user_payment.add(7, 1, 5, 2),
                isp.user_service_base.add(7, 12),
                isp.user_service_base.cancel(31),
            )

    asyncio.run(main())
    assert (len(server.logins), len(server.calls)) == (1, 6)


def test_one_login_replaces_a_token_that_all_of_them_brought(start: Start) -> None:
    server = start(lambda asked: failure(-6, 401) if asked.token == "token1" else table(1000)(asked))
    assert tasks(server, 20) == list(range(20))
    assert len(server.logins) == 2


@pytest.mark.parametrize("uses", [21, 50])
def test_tokens_that_die_cost_one_login_each_and_no_row(start: Start, reads: Reads, uses: int) -> None:
    dying = Dying(uses)
    server = start(dying, dying.login)
    assert reads(server, 200) == list(range(200))
    assert len(server.logins) - 1 in {dying.deaths, dying.deaths - 1}  # nobody may ask after the last death


@pytest.mark.parametrize("uses", [5])
def test_tokens_that_serve_fewer_requests_than_are_made_at_once_cost_no_row(
    start: Start, reads: Reads, uses: int
) -> None:
    dying = Dying(uses)
    server = start(dying, dying.login)
    assert reads(server, 200) == list(range(200))
    assert len(server.logins) - 1 in {dying.deaths, dying.deaths - 1}


def test_a_server_that_refuses_every_token_is_not_flooded_with_logins(start: Start) -> None:
    server = start(always(failure(-6, 401)))

    async def main() -> list[Any]:
        async with connect_async(server.url) as isp:
            return await asyncio.gather(*[isp.user.list().first() for _ in range(20)], return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(main())] == [InvalidTokenError] * 20
    assert len(server.logins) <= 40  # a token of one's own and a fresh one for each


def test_all_of_them_hear_of_a_login_that_is_refused(start: Start) -> None:
    server = start(table(1), always(failure(-2, 401)))

    async def main() -> list[Any]:
        async with connect_async(server.url) as isp:
            return await asyncio.gather(*[isp.user.list().first() for _ in range(5)], return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(main())] == [InvalidKeyError] * 5
    assert server.calls == []


@pytest.mark.parametrize("connections", [1, 3])
def test_no_more_connections_are_open_than_the_limits_allow(start: Start, reads: Reads, connections: int) -> None:
    server = start(table(1000))
    assert reads(server, 12, limits=httpx.Limits(max_connections=connections)) == list(range(12))
    assert server.peak <= connections


def test_limits_without_a_number(start: Start, reads: Reads) -> None:
    assert reads(start(table(1000)), 12, limits=httpx.Limits()) == list(range(12))


def test_many_that_wait_for_few_connections_do_not_time_out(start: Start, reads: Reads) -> None:
    options: dict[str, Any] = {"limits": ONE, "timeout": httpx.Timeout(30, pool=0.001), "retries": 0}
    assert reads(start(table(1000)), 30, **options) == list(range(30))


def test_a_walk_that_is_left_holds_no_connection(start: Start) -> None:
    server = start(table(1000))
    with connect(server.url, limits=ONE, timeout=5, retries=0) as isp:
        walks = [iter(isp.user.list(page_size=2)) for _ in range(5)]
        assert [next(walk).User_Id for walk in walks] == [0] * 5
        for _row in isp.user.list(page_size=2):
            break
        assert isp.user.list().first() is not None
    assert server.is_left()


def test_an_async_walk_that_is_left_holds_no_connection(start: Start) -> None:
    server = start(table(1000))

    async def main() -> None:
        async with connect_async(server.url, limits=ONE, timeout=5, retries=0) as isp:
            walks = [aiter(isp.user.list(page_size=2)) for _ in range(5)]
            assert [(await anext(walk)).User_Id for walk in walks] == [0] * 5
            async for _row in isp.user.list(page_size=2):
                break
            assert await isp.user.list().first() is not None

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(main())
        gc.collect()
    assert server.is_left()
    assert [str(warning.message) for warning in caught] == []


@pytest.mark.parametrize("what", ["rows", "pages"])
def test_an_async_walk_that_is_closed_complains_of_nothing(start: Start, what: str) -> None:
    server = start(table(1000))

    async def main() -> None:
        async with connect_async(server.url) as isp:
            listing = isp.user.list(page_size=2)
            walk: Any = aiter(listing) if what == "rows" else listing.pages()
            await anext(walk)
            await walk.aclose()
            with pytest.raises(StopAsyncIteration):
                await anext(walk)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(main())
        gc.collect()
    assert server.is_left()
    assert [str(warning.message) for warning in caught] == []


@pytest.mark.parametrize("answer", [failure(-5), Answer(b"<html>"), Answer(b"x" * 100_000), Answer(raw=b"")])
def test_a_failed_request_leaves_no_connection(start: Start, answer: Answer) -> None:
    server = start(always(answer))

    async def main() -> None:
        async with connect_async(server.url, max_response_bytes=1000, retries=0, limits=ONE, timeout=5) as isp:
            for _ in range(3):
                with pytest.raises(Exception, match=r"^user list: "):
                    await isp.user.list().first()

    asyncio.run(main())
    with connect(server.url, max_response_bytes=1000, retries=0, limits=ONE, timeout=5) as isp:
        for _ in range(3):
            with pytest.raises(Exception, match=r"^user list: "):
                isp.user.list().first()
    assert server.is_left()


class Gate:
    """Holds the first request of an action until the server stops, and says when it has come."""

    def __init__(self, script: Script) -> None:
        self.came = Event()
        self._script = script

    def __call__(self, asked: Asked) -> Answer:
        if not self.came.is_set():
            self.came.set()
            return Answer(hang=True)
        return self._script(asked)


async def cancel_when(came: Event, task: asyncio.Task[Any]) -> None:
    await asyncio.to_thread(came.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_read_that_is_cancelled_leaves_the_client_usable(start: Start) -> None:
    gate = Gate(table(5))
    server = start(gate)

    async def main() -> list[int | None]:
        async with connect_async(server.url, limits=ONE, timeout=10) as isp:
            await cancel_when(gate.came, asyncio.create_task(isp.user.list().take(5)))
            return [row.User_Id async for row in isp.user.list()]

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]
    assert len(server.logins) == 1


def test_a_walk_that_is_cancelled_in_the_middle_leaves_the_client_usable(start: Start) -> None:
    gate = Gate(table(5))
    server = start(lambda asked: gate(asked) if asked.start == 2 else table(5)(asked))

    async def main() -> list[int | None]:
        async with connect_async(server.url, limits=ONE, timeout=10) as isp:
            await cancel_when(gate.came, asyncio.create_task(isp.user.list(page_size=2).take(5)))
            return [row.User_Id async for row in isp.user.list(page_size=2)]

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]


def test_a_login_that_is_cancelled_leaves_the_client_usable(start: Start) -> None:
    gate = Gate(always(as_json({"token": "good"})))
    server = start(table(5), gate)

    async def main() -> list[int | None]:
        async with connect_async(server.url, limits=ONE, timeout=10) as isp:
            await cancel_when(gate.came, asyncio.create_task(isp.user.list().first()))
            return [row.User_Id async for row in isp.user.list()]

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]
    assert len(server.logins) == 2


def test_those_who_wait_for_a_login_that_is_cancelled_log_in_themselves(start: Start) -> None:
    gate = Gate(always(as_json({"token": "good"})))
    server = start(table(5), gate)

    async def main() -> list[Any]:
        async with connect_async(server.url, timeout=10) as isp:
            first = asyncio.create_task(isp.user.list().first())
            await asyncio.to_thread(gate.came.wait, 10)
            others = [asyncio.create_task(isp.user.list(limit=1).one()) for _ in range(5)]
            await cancel_when(gate.came, first)
            return await asyncio.gather(*others)

    assert [row.User_Id for row in asyncio.run(main())] == [0] * 5
    assert len(server.logins) == 2


def test_a_write_that_is_cancelled_is_not_sent_again(start: Start) -> None:
    gate = Gate(always(DONE))
    server = start(gate)

    async def main() -> None:
        async with connect_async(server.url, limits=ONE, timeout=10, retry_writes=True) as isp:
            await cancel_when(gate.came, asyncio.create_task(isp.user.add("ali", "secret")))
            await isp.user_service_base.cancel(31)

    asyncio.run(main())
    assert [asked.parameters["Action"] for asked in server.calls] == ["add", "cancel"]


def test_a_timeout_around_a_read_leaves_the_client_usable(start: Start) -> None:
    gate = Gate(table(5))
    server = start(gate)

    async def main() -> int | None:
        async with connect_async(server.url, limits=ONE, timeout=10) as isp:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await isp.user.list().first()
            return (await isp.user.list(limit=1).one()).User_Id

    assert asyncio.run(main()) == 0


def test_many_that_are_cancelled_at_once_leave_every_connection_free(start: Start) -> None:
    stuck = Event()
    server = start(lambda asked: table(5)(asked) if stuck.is_set() else Answer(hang=True))

    async def main() -> list[Any]:
        async with connect_async(server.url, limits=httpx.Limits(max_connections=4), timeout=10) as isp:
            waiting = [asyncio.create_task(isp.user.list().first()) for _ in range(30)]
            while len(server.calls) < 4:
                await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            stuck.set()
            return await asyncio.gather(*[isp.user.list(limit=1).one() for _ in range(30)])

    assert len(asyncio.run(main())) == 30


def test_a_client_that_is_closed_while_a_read_waits_raises_an_error_of_this_package(start: Start) -> None:
    gate = Gate(table(5))
    server = start(gate)

    async def main() -> None:
        async with connect_async(server.url, timeout=10, retries=0) as isp:
            waiting = asyncio.create_task(isp.user.list().first())
            await asyncio.to_thread(gate.came.wait, 10)
            await isp.close()
            with pytest.raises(TransportError):
                await waiting

    asyncio.run(main())


def test_a_client_serves_one_event_loop_after_it_was_made_outside(start: Start) -> None:
    server = start(table(5))
    isp = connect_async(server.url)

    async def main() -> list[int | None]:
        async with isp:
            return [row.User_Id for row in await isp.user.list(User.User_Id >= 0).take(3)]

    assert asyncio.run(main()) == [0, 1, 2]


def test_a_single_object_serves_many(start: Start, reads: Reads) -> None:
    """A list that answers with one object, as `creditinfo` does."""
    assert reads(start(lambda asked: as_json(user(asked.start))), 30) == list(range(30))
