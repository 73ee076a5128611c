"""Budgets of requests and seconds: kept, and what they leave is taken up by a token."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count
from math import nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from client.conftest import Ask, Start
from client.hostile import Hostile, over_http
from client.scripted import Answer, connect_async, in_turn, table
from client.steps import ids, ids_of, until_error
from deltasib_query import BudgetError, ParameterError
from deltasib_query.client.wire import deadlines

KEYS = [*range(1, 31)]


@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize(("most", "came"), [(0, 0), (1, 7), (2, 13), (5, 30)])
def test_a_walk_takes_no_more_requests_than_it_may(start: Start, ask: Ask, most: int, came: int, prefetch: int) -> None:
    server = start(over_http(Hostile([*KEYS])))
    options: dict[str, Any] = {"page_size": 7, "max_requests": most, "prefetch": prefetch}
    pages, error = ask(server.url, lambda isp: until_error(isp.user.list(**options).pages()))
    assert type(error) is BudgetError
    assert str(error) == f"the walk has taken all of its {most} requests (max_requests)"
    assert (ids_of(pages), len(server.calls)) == (KEYS[:came], most)
    assert ids(ask(server.url, lambda isp: isp.user.list().resume(error.resume_token))) == KEYS[came:]


def test_a_walk_that_needs_no_more_ends_within_its_budget(start: Start, ask: Ask) -> None:
    url = start(over_http(Hostile([*KEYS]))).url
    assert ids(ask(url, lambda isp: isp.user.list(page_size=7, max_requests=7))) == KEYS
    assert ids(ask(url, lambda isp: isp.user.list(page_size=7, max_requests=2, limit=13))) == KEYS[:13]


def test_a_request_that_is_tried_again_counts_once(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), Answer(b"", 503), table(3)))
    assert ids(ask(server.url, lambda isp: isp.user.list(page_size=3, limit=3, max_requests=1))) == [0, 1, 2]
    assert len(server.calls) == 3


def test_each_walk_has_the_whole_budget(start: Start, ask: Ask) -> None:
    server = start(table(3))

    def twice(isp: Any) -> Any:
        walk = isp.user.list(page_size=3, limit=3, max_requests=1)
        if not hasattr(walk, "__aiter__"):
            return [*walk, *walk]

        async def rows() -> list[Any]:
            return [*[row async for row in walk], *[row async for row in walk]]

        return rows()

    assert ids(ask(server.url, twice)) == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("most", [0, 1, 3, 7])
def test_a_scan_and_a_count_keep_to_a_budget(start: Start, ask: Ask, most: int) -> None:
    server = start(over_http(Hostile([*KEYS])))
    pages, error = ask(server.url, lambda isp: until_error(isp.user.scan(page_size=7, max_requests=most).pages()))
    assert len(server.calls) == most
    came = ids_of(pages)
    assert came == KEYS[: len(came)]
    assert ids(ask(server.url, lambda isp: isp.user.scan().resume(error.resume_token))) == KEYS[len(came) :]
    server.calls.clear()
    with pytest.raises(BudgetError):
        ask(server.url, lambda isp: isp.user.list(max_requests=min(most, 3)).count())
    assert len(server.calls) == min(most, 3)


@pytest.mark.parametrize("keys", [[], [5], [5, 4_000_000_000], [3_000_000_000]])
def test_a_scan_that_takes_many_small_budgets_comes_through_a_gap(
    start: Start, ask: Ask, tmp_path: Path, keys: list[int]
) -> None:
    url = start(over_http(Hostile(keys))).url
    for _ in range(40):
        with suppress(BudgetError):
            ask(url, lambda isp: isp.user.scan(page_size=10, max_requests=3).pages(checkpoint=tmp_path / "place"))
            return
    pytest.fail("the scan does not come to its end")


@pytest.mark.parametrize("most", [0, 1, 5, 9, 20])
def test_windows_at_once_keep_to_a_budget(start: Start, most: int) -> None:
    server = start(over_http(Hostile([*range(1, 200)])))

    async def walk() -> tuple[list[int], list[int]]:
        async with connect_async(server.url) as isp:
            pages, error = await until_error(isp.user.scan(page_size=10, workers=4, max_requests=most).pages())
            assert type(error) is BudgetError
            assert len(server.calls) <= most  # some may have been cancelled on their way
            assert error.resume_token is not None
            rest = isp.user.scan(workers=4).resume(error.resume_token)
            return ids_of(pages), ids([row async for row in rest])

    came, rest = asyncio.run(walk())
    assert came + rest == [*range(1, 200)]


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_walk_ends_while_a_request_is_under_way(start: Start, ask: Ask, way: str, prefetch: int) -> None:
    """The server never answers the third request."""
    hostile, numbers = over_http(Hostile([*KEYS])), count(1)
    server = start(lambda asked: Answer(hang=True) if next(numbers) == 3 else hostile(asked))
    options: dict[str, Any] = {"page_size": 7, "max_seconds": 2, "prefetch": prefetch}
    pages, error = ask(server.url, lambda isp: until_error(getattr(isp.user, way)(**options).pages()))
    assert type(error) is BudgetError
    assert str(error) == "the walk has taken all of its 2 seconds (max_seconds)"
    came = ids_of(pages)
    assert came == KEYS[: len(came)]
    assert (len(server.calls), len(came) >= 7) == (3, True)
    assert ids(ask(server.url, lambda isp: getattr(isp.user, way)().resume(error.resume_token))) == KEYS[len(came) :]


@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_walk_that_may_take_no_time_requests_nothing(start: Start, ask: Ask, way: str) -> None:
    server = start(over_http(Hostile([*KEYS])))
    with pytest.raises(BudgetError, match="the walk has taken all of its 0 seconds"):
        ask(server.url, lambda isp: getattr(isp.user, way)(max_seconds=0))
    assert server.calls == []


def test_the_time_of_a_walk_begins_with_its_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(deadlines, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pages = Hostile([*KEYS]).list(page_size=7, max_seconds=2).pages()
    now[0] = 100.0
    assert ids(next(pages)) == KEYS[:7]
    now[0] = 101.9
    assert ids(next(pages)) == KEYS[7:13]
    now[0] = 102.0
    with pytest.raises(BudgetError):
        next(pages)


OPTIONS: list[tuple[str, object]] = [
    ("max_requests", -1), ("max_requests", 1.5), ("max_requests", True), ("max_seconds", -0.5), ("max_seconds", "5"),
    ("max_seconds", True), ("max_seconds", nan), ("prefetch", -1),
    ("prefetch", None), ("prefetch", True),
    ("on_drift", "panic"), ("on_drift", None), ("on_bad_row", "drop"), ("on_bad_row", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), OPTIONS)
@pytest.mark.parametrize("way", ["list", "scan"])
def test_an_option_that_makes_no_sense_is_refused_at_the_call(ask: Ask, name: str, value: object, way: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ask("http://127.0.0.1:1", lambda isp: getattr(isp.user, way)(**{name: value}))
    assert caught.value.parameter == name


def test_an_option_that_there_is_not_is_refused(ask: Ask) -> None:
    with pytest.raises(TypeError, match="prefech"):
        ask("http://127.0.0.1:1", lambda isp: isp.user.list(prefech=1))
