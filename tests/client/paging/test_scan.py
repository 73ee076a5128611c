"""Scans: windows of keys, what is asked for them, windows at once, every list."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from random import Random
from threading import Condition, Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Requests, Start
from client.hostile import Hostile, at, over_http
from client.scripted import Answer, Asked, Script, connect_async, failure
from client.steps import ids, ids_of, some_pages, until_error
from deltasib_query import (
    AsyncClient,
    FatalServiceError,
    KeyRange,
    OnlineRadiusUser,
    ParameterError,
    Service,
    User,
    UserPayment,
    UserServiceBase,
)
from deltasib_query.client.paging.by_key import condition_of

KEYS = [*range(1, 26)]


def asked(hostile: Hostile) -> list[tuple[int, int, str | None]]:
    return [(each.start, each.count, each.filter) for each in hostile.asked]


def test_what_is_asked_for_a_scan() -> None:
    """All rows first; what lies between the rows of a full page; as many keys as go into one; what is behind a gap."""
    hostile = Hostile([*KEYS, 90])
    assert ids(hostile.scan(page_size=10)) == [*KEYS, 90]
    assert asked(hostile) == [
        (0, 10, None),
        (0, 10, "User_Id = 0"),
        (0, 10, "User_Id > 10 and User_Id <= 20"),
        (0, 10, "User_Id > 20 and User_Id <= 30"),
        (0, 10, "User_Id > 25 and User_Id <= 30"),
        (0, 10, "User_Id > 30 and User_Id <= 48"),
        (0, 10, "User_Id > 48"),
        (0, 10, "User_Id > 48 and User_Id <> 90"),
    ]


def test_a_scan_asks_for_no_offset() -> None:
    hostile = Hostile([*range(1, 2000)])
    assert len(list(hostile.scan(page_size=100))) == 1999
    assert {each.start for each in hostile.asked} == {0}


@pytest.mark.parametrize("count", [1000, 3000])
def test_a_scan_of_dense_keys_takes_at_most_one_and_a_half_requests_a_page(count: int) -> None:
    for first in (0, 1, 5_000_000):
        hostile = Hostile([*range(first, first + count)])
        assert len(list(hostile.scan(page_size=100))) == count
        assert len(hostile.asked) <= 1.5 * count / 100


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_scan_of_keys_with_gaps_takes_at_most_three_requests_a_page(shuffled: bool) -> None:
    for keys in (
        [key for key in range(6000) if key % 3],
        [*range(0, 60_000, 10)],
        Random(5).sample(range(20_000), 6000),
    ):
        hostile = Hostile([*keys], shuffled=shuffled)
        assert ids(hostile.scan(page_size=100)) == sorted(keys)
        assert len(hostile.asked) <= 3 * len(keys) / 100


def test_a_scan_of_a_few_rows_takes_two_requests() -> None:
    hostile = Hostile([7, 5_000, 3_000_000_000], shuffled=True)
    assert ids(hostile.scan()) == [7, 5_000, 3_000_000_000]
    assert len(hostile.asked) == 2


def test_gaps_that_are_too_long_for_one_request_are_asked_for_in_pieces() -> None:
    hostile = Hostile([*range(0, 4000, 2)])
    assert ids(hostile.scan(page_size=1000)) == [*range(0, 4000, 2)]
    assert max(len(each.filter or "") for each in hostile.asked) <= 3000


KEY_SETS = st.sets(st.integers(0, 200), min_size=1)


@given(KEY_SETS, st.integers(-1, 100), st.none() | st.integers(101, 200))
def test_the_gaps_of_a_range_are_its_other_keys(keys: set[int], after: int, through: int | None) -> None:
    whole = KeyRange(after, through)
    inside = sorted(key for key in keys if after < key <= whole.last)
    gaps = whole.without(inside)
    if not gaps:
        assert len(inside) == whole.last - after
        return
    filter = condition_of(gaps, User.User_Id)
    for key in range(202):
        wanted = key > after and (through is None or key <= through) and key not in inside
        assert (filter.constant or filter.matches({"User_Id": key})) == wanted


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
@pytest.mark.parametrize("cap", [1, 2, 5, None])
def test_a_scan_of_a_capped_server_loses_no_row(page_size: int, cap: int | None) -> None:
    hostile = Hostile([*KEYS], cap=cap)
    assert ids(hostile.scan(page_size=page_size)) == KEYS


def test_a_scan_of_nothing_ends_soon() -> None:
    hostile = Hostile([])
    assert ids(hostile.scan()) == []
    assert len(hostile.asked) <= 30


def test_a_scan_over_gaps_of_millions() -> None:
    keys = [3, 5_000_000, 5_000_001, 80_000_000, 3_999_999_999]
    hostile = Hostile(keys)
    assert ids(hostile.scan()) == keys
    assert len(hostile.asked) < 100


def test_a_scan_from_the_first_key_that_there_can_be_to_the_last() -> None:
    keys = [0, 1, 4_294_967_294, 4_294_967_295]
    assert ids(Hostile(keys).scan()) == keys
    assert ids(Hostile(keys, cap=1).scan()) == keys


def test_a_scan_has_its_rows_in_the_order_of_their_keys(start: Start, ask: Ask) -> None:
    hostile = Hostile([*KEYS], shuffled=True)
    assert ids(ask(start(over_http(hostile)).url, lambda isp: isp.user.scan(page_size=4))) == KEYS


def test_rows_that_come_and_go_while_a_window_is_read() -> None:
    hostile = Hostile([*KEYS], at(_2=lambda each: each.delete(0, 2), _3=lambda each: each.keys.insert(0, 2)))
    rows = ids(hostile.scan(page_size=10))
    assert set(KEYS[2:]) <= set(rows)
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (User.User_Id > 3, "User_Id > 3 and User_Id > 25 and User_Id <= 33"),
        ((User.User_Id < 3) | (User.User_Id > 7), "(User_Id < 3 or User_Id > 7) and User_Id > 25 and User_Id <= 35"),
        (User.User_Id.not_in([]), "User_Id > 10 and User_Id <= 20"),
    ],
)
def test_the_filter_of_a_scan_holds_beside_the_window(filter: Any, text: str) -> None:
    hostile = Hostile([*KEYS])
    expected = [key for key in KEYS if filter.constant or filter.matches(User(User_Id=key))]
    assert ids(hostile.scan(filter, page_size=10)) == expected
    assert text in [each.filter for each in hostile.asked]


def test_a_scan_of_a_filter_that_nothing_fits_asks_for_nothing(start: Start, ask: Ask) -> None:
    server = start(over_http(Hostile([*KEYS])))
    assert ask(server.url, lambda isp: isp.user.scan(User.User_Id.in_([]))) == []
    assert ask(server.url, lambda isp: isp.user.scan(User.User_Id.in_([])).windows(3)) == [KeyRange()]
    assert server.calls == []


@pytest.mark.parametrize("limit", [0, 1, 9, 10, 24, 25, 26])
def test_a_limit_of_a_scan_is_exact(limit: int) -> None:
    assert ids(Hostile([*KEYS]).scan(page_size=10, limit=limit)) == KEYS[:limit]


def test_a_scan_has_first_one_and_take(start: Start, ask: Ask) -> None:
    url = start(over_http(Hostile([*KEYS]))).url
    assert ask(url, lambda isp: isp.user.scan(User.User_Id > 20).first()).User_Id == 21
    assert ask(url, lambda isp: isp.user.scan(User.User_Id == 20).one()).User_Id == 20
    assert ids(ask(url, lambda isp: isp.user.scan(page_size=2).take(3))) == [1, 2, 3]


@pytest.mark.parametrize("by", [User.Username, UserPayment.User_Payment_Id, "User_Id", 5])
def test_rows_are_scanned_by_their_key_only(start: Start, ask: Ask, by: Any) -> None:
    with pytest.raises(ParameterError, match=r"^by: rows are told apart by their key: User\.User_Id$"):
        ask(start(over_http(Hostile([]))).url, lambda isp: isp.user.scan(by=by))


def test_rows_are_scanned_by_their_key(start: Start, ask: Ask) -> None:
    assert ids(ask(start(over_http(Hostile([*KEYS]))).url, lambda isp: isp.user.scan(by=User.User_Id))) == KEYS


def test_a_pages_start_is_the_key_behind_which_its_window_begins() -> None:
    assert [page.start for page in Hostile([*KEYS]).scan(page_size=10).pages()] == [0, 10, 20]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_windows_are_the_whole_scan(start: Start, ask: Ask, count: int) -> None:
    url = start(over_http(Hostile([*KEYS]))).url
    windows = ask(url, lambda isp: isp.user.scan().windows(count))
    assert 1 <= len(windows) <= count
    assert (windows[0].after, windows[-1].through) == (-1, None)
    assert [one.through for one in windows[:-1]] == [other.after for other in windows[1:]]
    again = pickle.loads(pickle.dumps(windows))
    rows = [ids(ask(url, lambda isp, window=window: isp.user.scan().within(window))) for window in again]
    assert [id for each in rows for id in each] == KEYS


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ((1, 5), "window"),
        (None, "window"),
        (KeyRange(-2), "after"),
        (KeyRange(1, 0), "through"),
        (KeyRange(0, True), "through"),
    ],
)
def test_what_is_no_window_is_refused_at_the_call(ask: Ask, window: Any, wrong: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ask("https://isp.example", lambda isp: isp.user.scan().within(window))
    assert caught.value.parameter == wrong


def test_windows_share_the_keys_in_use() -> None:
    hostile = Hostile([5, 1_000_000])
    assert hostile.scan().windows(4) == [
        KeyRange(-1, 250_000), KeyRange(250_000, 500_001), KeyRange(500_001, 750_002), KeyRange(750_002, None),
    ]  # fmt: skip
    assert len(hostile.asked) <= 2 * 20 + 1


@pytest.mark.parametrize("count", [0, -1, "2", True])
def test_a_number_of_windows_that_is_none(start: Start, ask: Ask, count: Any) -> None:
    with pytest.raises(ParameterError, match=r"^count: "):
        ask(start(over_http(Hostile([]))).url, lambda isp: isp.user.scan().windows(count))


SCANS: dict[str, Callable[[Any], Any]] = {
    "user": lambda isp: isp.user.scan(page_size=30),
    "service": lambda isp: isp.service.scan(page_size=2),
    "radius": lambda isp: isp.radius.scan(page_size=7),
    "payment": lambda isp: isp.user_payment.scan(user_id=1, page_size=1),
    "payment with a filter": lambda isp: isp.user_payment.scan(UserPayment.User_Payment_Id > 0, user_id=1),
    "base": lambda isp: isp.user_service_base.scan(user_id=1, page_size=1),
    "base by name": lambda isp: isp.user_service_base.scan(username="ali", fields=[UserServiceBase.PayPrice]),
    "radius with a filter": lambda isp: isp.radius.scan(OnlineRadiusUser.User_Id < 100),
    "service with fields": lambda isp: isp.service.scan(fields=[Service.Price]),
}
LISTS: dict[str, Callable[[Any], Any]] = {
    "user": lambda isp: isp.user.list(),
    "service": lambda isp: isp.service.list(),
    "radius": lambda isp: isp.radius.list(),
    "payment": lambda isp: isp.user_payment.list(user_id=1),
    "payment with a filter": lambda isp: isp.user_payment.list(user_id=1),
    "base": lambda isp: isp.user_service_base.list(user_id=1),
    "base by name": lambda isp: isp.user_service_base.list(username="ali", fields=[UserServiceBase.PayPrice]),
    "radius with a filter": lambda isp: isp.radius.list(OnlineRadiusUser.User_Id < 100),
    "service with fields": lambda isp: isp.service.list(fields=[Service.Price]),
}


@pytest.mark.parametrize("name", SCANS)
def test_every_list_is_scanned(service: Any, requests: Requests, ask: Ask, name: str) -> None:
    url = service.sandbox.url
    scanned, listed = ask(url, SCANS[name]), ask(url, LISTS[name])
    key = type(listed[0]).key.name
    assert scanned == sorted(listed, key=lambda row: int(getattr(row, key)))


def at_once(url: str, steps: Callable[[AsyncClient], Any]) -> Any:
    async def main() -> Any:
        async with connect_async(url, retries=0) as isp:
            return await steps(isp)

    return asyncio.run(main())


class Crowd:
    """Counts who is being answered; holds those behind the first page until so many have come."""

    def __init__(self, script: Script, count: int) -> None:
        self._script, self._count = script, 2 + count
        self._changed = Condition()
        self._there = self._came = self.most = 0

    def __call__(self, asked: Asked) -> Answer:
        with self._changed:
            self._there += 1
            self._came += 1
            self.most = max(self.most, self._there)
            self._changed.notify_all()
            if self._came > 2:
                assert self._changed.wait_for(lambda: self._came >= self._count, timeout=10)
            answer = self._script(asked)
            self._there -= 1
        return answer


@pytest.mark.parametrize("workers", [2, 4])
def test_windows_are_read_at_once_and_no_more_than_there_are_workers(start: Start, workers: int) -> None:
    crowd = Crowd(over_http(Hostile([*range(1, 400)])), workers)
    url = start(crowd).url
    rows = at_once(url, lambda isp: isp.user.scan(page_size=20, workers=workers).take(1000))
    assert ids(rows) == [*range(1, 400)]
    assert crowd.most == workers


@pytest.mark.parametrize("limit", [0, 1, 30, 45])
def test_a_limit_of_windows_at_once_is_exact(start: Start, limit: int) -> None:
    url = start(over_http(Hostile([*range(1, 100)]))).url
    rows = at_once(url, lambda isp: isp.user.scan(page_size=10, workers=4, limit=limit).take(1000))
    assert ids(rows) == [*range(1, 100)][:limit]


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("number", [2, 12])
def test_an_error_of_one_window_comes_behind_the_rows_before_it(start: Start, number: int, prefetch: int) -> None:
    """One window fails for whoever asks, until the walk is taken up again."""
    keys = [*range(1, 200)]
    hostile, healed = over_http(Hostile(keys)), Event()
    failing = f"User_Id > {10 * number} and"

    def answer(asked: Asked) -> Answer:
        broken = not healed.is_set() and asked.parameters.get("Filter", "").startswith(failing)
        return failure(-1, 500) if broken else hostile(asked)

    url = start(answer).url
    pages, error = at_once(
        url, lambda isp: until_error(isp.user.scan(page_size=10, workers=4, prefetch=prefetch).pages())
    )
    came = ids_of(pages)
    token = error.resume_token
    assert token is not None
    assert type(error) is FatalServiceError
    assert came == keys[: len(came)]
    healed.set()
    rest = at_once(url, lambda isp: isp.user.scan(workers=4).resume(token).take(1000))
    assert ids(rest) == keys[len(came) :]


@pytest.mark.parametrize("prefetch", [0, 2])
def test_windows_of_a_scan_that_is_left_alone_are_cancelled(start: Start, prefetch: int) -> None:
    go = Event()
    hostile = over_http(Hostile([*range(1, 400)]))

    def answer(asked: Asked) -> Answer:
        if "User_Id > 40" in asked.parameters.get("Filter", ""):
            go.wait(10)
        return hostile(asked)

    server = start(answer)

    async def main() -> tuple[int, int, set[Any]]:
        async with connect_async(server.url, retries=0) as isp:
            pages = await some_pages(isp.user.scan(page_size=10, workers=4, prefetch=prefetch).pages(), 2)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            before = len(server.calls)
            go.set()
            await asyncio.sleep(0)
            return len(ids_of(pages)), before, others

    count, before, others = asyncio.run(main())
    assert (count, others) == (20, set())
    assert len(server.calls) <= before + 4  # what was on its way, of some forty windows


@pytest.mark.parametrize("workers", [0, -1, "2", True, 1.5])
def test_a_number_of_workers_that_is_none(start: Start, workers: Any) -> None:
    async def steps(isp: AsyncClient) -> None:
        isp.user.scan(workers=workers)

    with pytest.raises(ParameterError, match=r"^workers: "):
        at_once(start(over_http(Hostile([]))).url, steps)
