"""Servers that return fewer rows than requested, in ways of their own, and lists that move: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import aclosing, closing
from functools import partial
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Start, ask_async, ask_sync
from client.hostile import Hostile, at, churn, over_http
from client.scripted import Answer, Asked, Script, Scripted, as_json
from client.steps import ids, ids_of, some_pages
from deltasib_query import AsyncClient, User

Walk = Callable[[Any], Any]
Cut = Callable[[Hostile], int]

WAYS: Final = pytest.mark.parametrize("way", ["list", "scan"])
KEYS: Final = [*range(1, 301)]


def half(hostile: Hostile) -> int:
    return max(1, hostile.asked[-1].count // 2)


def one_less(hostile: Hostile) -> int:
    return max(1, hostile.asked[-1].count - 1)


def by_chance(least: int, most: int) -> Cut:
    """So many rows by chance. The second answer has two at least: one row behind a short first page is the end."""
    return lambda hostile: hostile.random.randint(max(least, 2) if len(hostile.asked) == 2 else least, most)


def cut_once(number: int, rows: int) -> Cut:
    """So many rows in answer to one of the requests."""
    return lambda hostile: rows if len(hostile.asked) == number else hostile.asked[-1].count


def by_bytes(script: Script, most: int = 8000) -> Script:
    """Return the server that ends a response before it has more bytes. Rows with an address are seven times as long."""

    def answer(asked: Asked) -> Answer:
        fields = asked.parameters["Field"].split(",")
        rows = [{name: row.get(name, "x" * 80) for name in fields} for row in json.loads(script(asked).body)]
        sizes = accumulate(len(as_json(row).body) + 2 for row in rows)
        return as_json([row for row, size in zip(rows, sizes, strict=True) if size <= most])

    return answer


def walk(way: str, *arguments: Any, **options: Any) -> Walk:
    return lambda isp: getattr(isp.user, way)(*arguments, **options)


def in_turn(*walks: Walk) -> Walk:
    """Return what walks lists with the same client, and has the keys of each."""

    def call(isp: Any) -> Any:
        if not isinstance(isp, AsyncClient):
            return [ids(each(isp)) for each in walks]

        async def all_of_them() -> list[list[int]]:
            return [[row.User_Id async for row in each(isp)] for each in walks]

        return all_of_them()

    return call


def requested(server: Scripted) -> list[dict[str, str]]:
    return [asked.parameters for asked in server.calls]


def is_right(hostile: Hostile, rows: list[int]) -> bool:
    return len(rows) == len(set(rows)) and hostile.lasting() <= set(rows)


@WAYS
@pytest.mark.parametrize("page_size", [100, 250])
def test_pages_are_capped_at_100_and_later_for_the_same_client_at_99(
    start: Start, ask: Ask, way: str, page_size: int
) -> None:
    keys = [*range(1, 1001)]
    hostile = Hostile(keys)

    def capped(isp: Any, cap: int) -> Any:
        hostile.cap = cap
        return walk(way, page_size=page_size)(isp)

    url = start(over_http(hostile)).url
    assert ask(url, in_turn(partial(capped, cap=100), partial(capped, cap=99))) == [keys, keys]


@WAYS
def test_answers_are_cut_by_bytes_and_the_first_list_is_narrow(start: Start, ask: Ask, way: str) -> None:
    keys = [*range(1, 1001)]
    narrow, wide = walk(way, fields=[User.User_Id]), walk(way)
    url = start(by_bytes(over_http(Hostile(keys)))).url
    assert ask(url, in_turn(narrow, wide, narrow)) == [keys, keys, keys]


@WAYS
def test_answers_are_cut_by_bytes_and_a_filter_is_requested_in_parts(start: Start, ask: Ask, way: str) -> None:
    keys = [*range(1, 901)]
    filter = User.User_Id.in_(keys)
    url = start(by_bytes(over_http(Hostile(keys)))).url
    assert ask(url, in_turn(walk(way, filter, fields=[User.User_Id]), walk(way, filter))) == [keys, keys]


@WAYS
@pytest.mark.parametrize("number", range(2, 30))
def test_one_page_in_the_middle_has_a_single_row(start: Start, ask: Ask, way: str, number: int) -> None:
    hostile = Hostile([*KEYS], cut=cut_once(number, 1))
    assert ids(ask(start(over_http(hostile)).url, walk(way, page_size=10))) == KEYS


@WAYS
@pytest.mark.parametrize("cut", [half, one_less])
@pytest.mark.parametrize("page_size", [1, 2, 3, 10, 100])
def test_answers_have_half_of_limitcount_or_one_less(
    start: Start, ask: Ask, way: str, cut: Cut, page_size: int
) -> None:
    keys = KEYS[: 10 * page_size + 5]
    assert ids(ask(start(over_http(Hostile([*keys], cut=cut))).url, walk(way, page_size=page_size))) == keys


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(3))
def test_a_list_has_1_to_60_rows_an_answer_by_chance(start: Start, ask: Ask, seed: int) -> None:
    keys = [*range(1, 17_145)]
    hostile = Hostile([*keys], cut=by_chance(1, 60), random=Random(seed))
    assert ids(ask(start(over_http(hostile)).url, walk("list"))) == keys


@pytest.mark.heavy
@pytest.mark.parametrize("gaps", [1, 7])
@pytest.mark.parametrize("seed", range(3))
def test_a_scan_has_1_to_60_rows_an_answer_by_chance(start: Start, ask: Ask, seed: int, gaps: int) -> None:
    keys = [*range(1, 1 + 2000 * gaps, gaps)]
    hostile = Hostile([*keys], cut=by_chance(1, 60), random=Random(seed), shuffled=True)
    assert ids(ask(start(over_http(hostile)).url, walk("scan"))) == keys


@WAYS
@pytest.mark.parametrize("seed", range(20))
def test_answers_have_2_to_60_rows_by_chance_and_rows_come_and_go(way: str, seed: int) -> None:
    hostile = Hostile([*range(1, 2001)], churn(0.3), cut=by_chance(2, 60), random=Random(seed))
    assert is_right(hostile, ids(getattr(hostile, way)()))


def delete_in_front(hostile: Hostile) -> None:
    hostile.delete(0)


def insert_in_front(hostile: Hostile) -> None:
    hostile.keys.insert(0, max(hostile.keys) + 1)


SHIFTS: Final = pytest.mark.parametrize("shift", [delete_in_front, insert_in_front])


@SHIFTS
@pytest.mark.parametrize("cap", [None, 2, 3, 7])
@pytest.mark.parametrize("page_size", [1, 2, 3, 10, 100])
def test_a_list_that_moves_before_every_request_is_walked_to_its_end(
    page_size: int, cap: int | None, shift: Callable[[Hostile], None]
) -> None:
    hostile = Hostile([*KEYS], shift, cap=cap, most=3000)
    assert is_right(hostile, ids(hostile.list(page_size)))


@pytest.mark.parametrize(("page_size", "most"), [(1, 14), (2, 14), (3, 14), (10, 2), (100, 2)])
def test_a_list_that_loses_a_row_before_every_request_gets_on_with_every_page(page_size: int, most: int) -> None:
    hostile = Hostile([*KEYS], delete_in_front)
    before = 0
    for page in hostile.list(page_size).pages():
        assert len(page) > 0
        assert len(hostile.asked) - before <= most
        before = len(hostile.asked)


@pytest.mark.parametrize(
    ("way", "shift"), [("list", delete_in_front), ("list", insert_in_front), ("scan", delete_in_front)]
)
def test_a_list_that_moves_before_every_request(
    start: Start, ask: Ask, way: str, shift: Callable[[Hostile], None]
) -> None:
    hostile = Hostile([*KEYS], shift)
    assert is_right(hostile, ids(ask(start(over_http(hostile)).url, walk(way, page_size=10))))


def append_highest(hostile: Hostile) -> None:
    hostile.keys.append(max(hostile.keys) + 1)


@pytest.mark.parametrize("page_size", [2, 10, 100])
def test_a_scan_ends_though_a_row_with_the_highest_key_comes_before_every_request(page_size: int) -> None:
    hostile = Hostile([*KEYS], append_highest, most=1000)
    assert is_right(hostile, ids(hostile.scan(page_size=page_size)))


COMES_OR_GOES: Final[dict[str, Callable[..., None]]] = {
    "comes": lambda hostile, place: hostile.keys.insert(place, 10_000),
    "goes": lambda hostile, place: hostile.delete(place),
}


@pytest.mark.parametrize("change", COMES_OR_GOES)
@pytest.mark.parametrize("page_size", [7, 100])
def test_a_row_that_comes_or_goes_costs_two_requests_wherever_and_whenever(change: str, page_size: int) -> None:
    keys = [*range(1, 61)]
    still = Hostile([*keys], cap=7)
    assert ids(still.list(page_size)) == keys
    for number in range(1, len(still.asked) + 1):
        for place in range(60):
            moving = Hostile([*keys], at(**{f"_{number}": partial(COMES_OR_GOES[change], place=place)}), cap=7)
            assert is_right(moving, ids(moving.list(page_size)))
            assert len(moving.asked) <= len(still.asked) + 2


@WAYS
@pytest.mark.parametrize("rows", [1, 2, 9, 19])
@pytest.mark.parametrize("page_size", [10, 20])
def test_every_single_request_is_cut_in_turn(way: str, rows: int, page_size: int) -> None:
    number = 1
    while True:
        hostile = Hostile([*KEYS[:100]], cut=cut_once(number, rows))
        assert ids(getattr(hostile, way)(page_size=page_size)) == KEYS[:100]
        if number > len(hostile.asked):
            break
        number += 1
    assert number > 5


CUTS: Final[dict[str, Callable[[], Cut]]] = {
    "capped": lambda: lambda _hostile: 7,
    "half": lambda: half,
    "one less": lambda: one_less,
    "by chance": lambda: by_chance(1, 9),
    "a single row once": lambda: cut_once(4, 1),
}


@pytest.fixture(params=CUTS)
def hostile(request: pytest.FixtureRequest) -> Hostile:
    return Hostile([*KEYS[:100]], cut=CUTS[request.param]())


PAGED: Final[dict[str, Walk]] = {
    "list": walk("list", page_size=10),
    "list, prefetched": walk("list", page_size=10, prefetch=2),
    "list, in parts": walk("list", User.User_Id.in_(KEYS), page_size=10),
    "scan": walk("scan", page_size=10),
    "scan, prefetched": walk("scan", page_size=10, prefetch=2),
    "scan, in parts": walk("scan", User.User_Id.in_(KEYS), page_size=10),
}
OPTIONS: Final[dict[str, Any]] = {"max_url_bytes": 1500}


@pytest.mark.parametrize("name", PAGED)
def test_every_row_comes_however_answers_are_cut(start: Start, ask: Ask, hostile: Hostile, name: str) -> None:
    assert ids(ask(start(over_http(hostile)).url, PAGED[name], **OPTIONS)) == KEYS[:100]


@pytest.mark.heavy
@pytest.mark.parametrize("name", PAGED)
def test_a_walk_is_resumed_behind_every_page(start: Start, ask: Ask, hostile: Hostile, name: str) -> None:
    url = start(over_http(hostile)).url
    came: list[int] = []
    page = ask(url, lambda isp: first_page(PAGED[name](isp).pages()), **OPTIONS)
    while page:
        came += ids(page)
        page = ask(url, lambda isp, token=page.token: first_page(PAGED[name](isp).resume(token).pages()), **OPTIONS)
    assert came == KEYS[:100]


def first_page(pages: Any) -> Any:
    """Return the first page, or None, and leave the rest alone."""
    if isinstance(pages, Generator):
        with closing(pages):
            return next(pages, None)

    async def first() -> Any:
        async with aclosing(pages):
            return await anext(pages, None)

    return first()


@pytest.mark.heavy
@pytest.mark.parametrize("name", PAGED)
def test_a_walk_with_a_checkpoint_is_left_and_taken_up(
    start: Start, ask: Ask, hostile: Hostile, name: str, tmp_path: Path
) -> None:
    """Whoever leaves a walk at its second page gets that page again."""
    url = start(over_http(hostile)).url
    came: list[int] = []

    def two_pages(isp: Any) -> Any:
        return some_pages(PAGED[name](isp).pages(checkpoint=tmp_path / "place"), 2)

    for _ in range(3):
        one, _other = ask(url, two_pages, **OPTIONS)
        came += ids(one)
    rest = ask(url, lambda isp: PAGED[name](isp).pages(checkpoint=tmp_path / "place"), **OPTIONS)
    assert came + ids_of(rest) == KEYS[:100]


@pytest.mark.parametrize("workers", [2, 5])
def test_workers_bring_every_row(start: Start, hostile: Hostile, workers: int) -> None:
    url = start(over_http(hostile)).url
    assert ids(ask_async(url, walk("scan", page_size=10, workers=workers))) == KEYS[:100]


def test_windows_bring_every_row(start: Start, ask: Ask, hostile: Hostile) -> None:
    url = start(over_http(hostile)).url
    windows = ask(url, lambda isp: isp.user.scan(page_size=10).windows(4))
    assert len(windows) == 4
    found = [ask(url, lambda isp, window=window: isp.user.scan(page_size=10).within(window)) for window in windows]
    assert [id for rows in found for id in ids(rows)] == KEYS[:100]


@pytest.mark.parametrize("name", ["list", "list, in parts"])
def test_rows_are_counted(start: Start, ask: Ask, hostile: Hostile, name: str) -> None:
    assert ask(start(over_http(hostile)).url, lambda isp: PAGED[name](isp).count(), **OPTIONS) == 100


@pytest.mark.parametrize("name", PAGED)
def test_an_arrow_table_has_every_row(start: Start, hostile: Hostile, name: str) -> None:
    url = start(over_http(hostile)).url
    table = ask_sync(url, lambda isp: PAGED[name](isp).to_arrow().read_all(), **OPTIONS)
    assert table["User_Id"].to_pylist() == KEYS[:100]


@WAYS
def test_nothing_that_a_walk_concludes_outlives_it(start: Start, ask: Ask, hostile: Hostile, way: str) -> None:
    """Behind a walk of a server that cuts its responses, a client requests what a new one does."""
    server = start(over_http(hostile))

    def honest(isp: Any) -> Any:
        hostile.cut = None
        server.calls.clear()
        return walk(way, page_size=10)(isp)

    ask(server.url, in_turn(walk(way, page_size=10), honest))
    second = requested(server)
    server.calls.clear()
    ask(server.url, honest)
    assert requested(server) == second


CHANGES: Final = st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 10_000)), max_size=20)


@st.composite
def worlds(draw: st.DrawFn, least: int) -> Hostile:
    """A list, how each response is cut, and rows that come or go before some of the requests."""
    caps = draw(st.lists(st.integers(least, 120), min_size=1, max_size=10))
    changes = draw(CHANGES)

    def change(hostile: Hostile) -> None:
        for index, (number, comes, place) in enumerate(changes):
            if number != len(hostile.asked) - 1:
                continue
            if comes:
                hostile.keys.insert(place % (len(hostile.keys) + 1), 10_000 + index)
            elif hostile.keys:
                hostile.delete(place % len(hostile.keys))

    return Hostile(
        [*range(1, 1 + draw(st.integers(0, 200)))],
        change,
        most=1500,
        cut=lambda hostile: caps[len(hostile.asked) % len(caps)],
        shuffled=draw(st.booleans()),
    )


@given(worlds(2), st.integers(1, 120))
def test_a_list_of_any_world_loses_nothing(hostile: Hostile, page_size: int) -> None:
    hostile.shuffled = False
    assert is_right(hostile, ids(hostile.list(page_size)))


@given(worlds(1), st.integers(1, 120))
def test_a_scan_of_any_world_loses_nothing(hostile: Hostile, page_size: int) -> None:
    rows = ids(hostile.scan(page_size=page_size))
    assert is_right(hostile, rows)
    assert rows == sorted(rows)
