"""No more requests a second than a client may send, in order, over threads, tasks, logins and retries."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import pairwise
from threading import Event, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Call, Start
from client.scripted import Answer, connect, connect_async, failure, in_turn, table
from deltasib_query import BudgetError, ParameterError
from deltasib_query.client.concurrency import CallScope
from deltasib_query.client.wire import deadlines, rate_limits
from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.rate_limits import RateLimiter
from deltasib_query.service.actions import USER_LIST

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731


class Clock(SimpleNamespace):
    """A clock that a test sets."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_limits, "time", clock)
    monkeypatch.setattr(deadlines, "time", clock)
    return clock


def turn(limiter: RateLimiter, deadline: Deadline | None = None) -> float:
    with limiter.turn(deadline) as seconds:
        return seconds


class LeftError(Exception):
    pass


def leave(limiter: RateLimiter) -> None:
    """Take a turn, and do not wait for it."""
    with suppress(LeftError), limiter.turn():
        raise LeftError


def test_requests_are_evenly_spaced(clock: Clock) -> None:
    limiter = RateLimiter(4)
    assert [turn(limiter) for _ in range(4)] == [0, 0.25, 0.5, 0.75]
    clock.now = 0.5
    assert turn(limiter) == 0.5


def test_time_in_which_nothing_is_sent_is_not_saved_up(clock: Clock) -> None:
    limiter = RateLimiter(4)
    turn(limiter)
    clock.now = 1000.0  # such as when the machine was asleep
    assert [turn(limiter) for _ in range(3)] == [0, 0.25, 0.5]


def test_who_does_not_wait_leaves_the_instant_to_the_next(clock: Clock) -> None:
    limiter = RateLimiter(1)
    with ExitStack() as stack:
        assert [stack.enter_context(limiter.turn()) for _ in range(100)] == list(range(100))
        with suppress(LeftError), stack.pop_all():
            raise LeftError
    assert [turn(limiter) for _ in range(101)] == list(range(101))


def test_an_instant_that_is_over_is_given_to_nobody(clock: Clock) -> None:
    limiter = RateLimiter(1)
    turn(limiter)
    leave(limiter)
    clock.now = 1.5
    assert [turn(limiter), turn(limiter)] == [0.5, 1.5]


def test_a_turn_behind_a_deadline_is_not_taken(clock: Clock) -> None:
    limiter = RateLimiter(1)
    assert [turn(limiter) for _ in range(3)] == [0, 1, 2]
    for _ in range(10):
        with pytest.raises(BudgetError):
            turn(limiter, Deadline.after(3))
    assert turn(limiter, Deadline.after(3.5)) == 3


@given(
    st.floats(0.001, 1000),
    st.lists(st.one_of(st.sampled_from(["take", "leave"]), st.floats(0, 100)), max_size=60),
)
def test_two_instants_are_never_closer_than_the_spacing(rate: float, steps: list[str | float]) -> None:
    clock, sent = Clock(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limits, "time", clock)
        limiter = RateLimiter(rate)
        for step in steps:
            if isinstance(step, float):
                clock.now += step
            elif step == "leave":
                leave(limiter)
            else:
                sent.append(clock.now + turn(limiter))
    apart = [later - earlier for earlier, later in pairwise(sent)]
    assert all(seconds >= 1 / rate * (1 - 1e-6) - 1e-9 for seconds in apart)


def seconds_of(call: Any) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_threads_share_the_rate(start: Start) -> None:
    server = start(table(100))
    with connect(server.url, max_rate=20) as isp, ThreadPoolExecutor(10) as pool:
        took = seconds_of(lambda: list(pool.map(lambda number: isp.user.list(start=number, limit=1).one(), range(10))))
    assert took >= 10 / 20  # ten requests and a login, the first at once
    assert len(server.calls) == 10


def test_tasks_and_workers_share_the_rate(start: Start) -> None:
    server = start(table(100))

    async def main() -> None:
        async with connect_async(server.url, max_rate=40) as isp:
            await asyncio.gather(*[isp.user.list(limit=1).one() for _ in range(5)])
            async for _ in isp.user.scan(page_size=50, workers=4):
                break

    took = seconds_of(lambda: asyncio.run(main()))
    assert took >= 5 / 40


def test_logins_and_retries_count(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), failure(-6, 401), Answer(b"", 503), table(1)))
    took = seconds_of(lambda: ask(server.url, FIRST, max_rate=20))
    assert (len(server.calls), len(server.logins)) == (4, 2)
    assert took >= 5 / 20


def test_tasks_that_are_cancelled_while_they_wait_delay_nobody(start: Start) -> None:
    server = start(table(100))

    async def main() -> Any:
        async with connect_async(server.url, max_rate=2) as isp:
            await isp.user.list().first()
            waiting = [asyncio.create_task(isp.user.list().first()) for _ in range(20)]
            await asyncio.sleep(0.01)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            async with asyncio.timeout(5):
                return await isp.user.list(limit=1).one()

    assert asyncio.run(main()).User_Id == 0
    assert len(server.calls) == 2


def test_a_walk_that_is_left_does_not_wait_for_its_turn(start: Start) -> None:
    stopped = Event()
    server = start(table(1))
    with connect(server.url, max_rate=0.01) as isp:
        Timer(0.1, stopped.set).start()
        with pytest.raises(Exception, match="the walk was left"):
            isp._call(USER_LIST, {}, CallScope(stopped=stopped))  # the login may go at once, the list in 100 seconds
    assert (len(server.logins), len(server.calls)) == (1, 0)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), 1e-9, 10**400, "5", True, (1,)])
def test_a_rate_that_is_none(ask: Ask, rate: Any) -> None:
    with pytest.raises(ParameterError, match=r"^max_rate: requests a second above"):
        ask("https://isp.example", FIRST, max_rate=rate)
