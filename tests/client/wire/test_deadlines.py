"""A call ends when its walk has taken its time: within a request, a pause, and every kind of waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from client.conftest import Ask, Start
from client.scripted import Answer, Scripted, always, as_json, connect, connect_async, in_turn, table
from deltasib_query import BudgetError, ServiceError
from deltasib_query.client.wire import retries

from .test_timeouts import SLOW

ONE = httpx.Limits(max_connections=1)


def call(seconds: float) -> Any:
    return lambda isp: isp.user.list(max_seconds=seconds).take(1)


def out_of_time(seconds: str = "0.3") -> Any:
    return pytest.raises(BudgetError, match=rf"^the walk has taken all of its {seconds} seconds \(max_seconds\)$")


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("where", ["list", "login"])
def test_a_request_ends_with_its_walk(start: Start, ask: Ask, name: str, where: str) -> None:
    server = start(always(SLOW[name])) if where == "list" else start(table(1), always(SLOW[name]))
    with out_of_time():
        ask(server.url, call(0.3))
    assert server.is_left() or name == "nothing"


def test_a_call_that_comes_in_time_is_answered(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), as_json([])))
    assert ask(server.url, call(60)) == []


def test_nothing_is_sent_behind_the_deadline(start: Start, ask: Ask) -> None:
    server = start(table(1))
    with out_of_time("0"):
        ask(server.url, call(0))
    assert server.calls == []


@pytest.mark.parametrize("header", ["30", "86400", "0"])
def test_a_pause_that_would_end_too_late_is_not_begun(
    start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setattr(retries, "backoff", lambda error, attempt: 20.0)
    server = start(always(Answer(b"", 429, {"Retry-After": header})))
    with out_of_time("10"):
        ask(server.url, call(10))
    assert len(server.calls) == 1


def test_the_last_failure_is_raised_where_nothing_is_tried_again(
    start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "backoff", lambda error, attempt: 20.0)
    with pytest.raises(ServiceError, match="HTTP 429"):
        ask(start(always(Answer(b"", 429))).url, call(10), retries=0)


def test_a_total_time_out_within_the_deadline_is_tried_again(start: Start, ask: Ask) -> None:
    server = start(in_turn(SLOW["body"], SLOW["head"], as_json([])))
    assert ask(server.url, call(60), total_timeout=0.2) == []


def test_waiting_for_a_turn_ends_with_the_walk(start: Start, ask: Ask) -> None:
    server = start(table(1))
    with out_of_time():
        ask(server.url, call(0.3), max_rate=0.01)
    assert (len(server.logins), len(server.calls)) == (1, 0)


@contextmanager
def busy(server: Scripted) -> Iterator[Any]:
    """A client whose only connection, or whose login, another thread waits at."""
    with connect(server.url, limits=ONE) as isp, ThreadPoolExecutor(1) as pool:
        first = pool.submit(call(2), isp)
        while not server.calls and not server.logins:
            pass
        yield isp
        assert isinstance(first.exception(), BudgetError)


def test_waiting_for_a_connection_ends_with_the_walk(start: Start) -> None:
    with busy(start(always(Answer(hang=True)))) as isp, out_of_time():
        call(0.3)(isp)


def test_waiting_for_a_login_ends_with_the_walk(start: Start) -> None:
    server = start(table(1), always(Answer(hang=True)))
    with connect(server.url) as isp, ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(call(0.3), isp) for _ in range(2)]
        assert [type(each.exception()) for each in calls] == [BudgetError] * 2
    assert len(server.logins) <= 2


@pytest.mark.parametrize("where", ["list", "login"])
def test_waiting_of_tasks_ends_with_their_walks_and_leaves_the_client_usable(start: Start, where: str) -> None:
    hang = in_turn(Answer(hang=True), as_json([{"User_Id": 7, "token": "t"}] if where == "list" else {"token": "t"}))
    server = start(hang) if where == "list" else start(always(as_json([])), hang)

    async def main() -> Any:
        async with connect_async(server.url, limits=ONE if where == "list" else httpx.Limits()) as isp:
            waits = [call(0.3)(isp) for _ in range(5)]
            outcomes = await asyncio.gather(*waits, return_exceptions=True)
            return {type(each) for each in outcomes}, await isp.user.list().take(1)

    outcomes, rows = asyncio.run(main())
    assert BudgetError in outcomes
    assert outcomes <= {BudgetError, list}
    assert len(rows) == (where == "list")


def test_a_cancellation_from_outside_is_no_end_of_the_walk(start: Start) -> None:
    async def main() -> None:
        async with connect_async(start(always(Answer(hang=True))).url) as isp:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await call(60)(isp)

    asyncio.run(main())
