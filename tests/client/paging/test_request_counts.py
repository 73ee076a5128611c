"""How many requests a walk of an honest server takes: counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

import pytest

from client.conftest import Ask, Start
from client.hostile import Hostile, over_http
from client.steps import ids
from deltasib_query import MultipleRowsError, NoRowsError, ServerProfile


def keys_of(count: int) -> list[int]:
    return [*range(1, 1 + count)]


@pytest.mark.parametrize(
    ("count", "page_size", "requests"),
    [(0, 100, 1), (2, 100, 2), (50, 100, 2), (99, 100, 2), (2, 3, 2), (1, 100, 3), (1, 1, 3), (1, 2, 3)],
)
def test_a_list_of_one_short_page(start: Start, ask: Ask, count: int, page_size: int, requests: int) -> None:
    """Two requests. A single row proves less: a response may be cut to one."""
    server = start(over_http(Hostile(keys_of(count))))
    assert ids(ask(server.url, lambda isp: isp.user.list(page_size=page_size))) == keys_of(count)
    assert len(server.calls) == requests


@pytest.mark.parametrize("page_size", [1, 2, 3, 10, 100])
@pytest.mark.parametrize("pages", range(1, 6))
@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_list_of_some_pages_takes_two_requests_more(pages: int, page_size: int, missing: int) -> None:
    """Pages behind the first have the last row once more: one new row less, but one at least."""
    count = max(1, page_size + (pages - 1) * max(1, page_size - 1) - missing)
    hostile = Hostile(keys_of(count))
    walked = list(hostile.list(page_size).pages())
    brief = len(walked) == 1 < count < page_size
    assert len(hostile.asked) == len(walked) + (1 if brief else 2)


CALLS: Final[dict[str, Callable[[Any], Any]]] = {
    "one": lambda isp: isp.user.list().one(),
    "one_or_none": lambda isp: isp.user.list().one_or_none(),
    "first": lambda isp: isp.user.list().first(),
    "one row": lambda isp: isp.user.list(limit=1),
    "one of a scan": lambda isp: isp.user.scan().one(),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_one_and_first_take_one_request(start: Start, ask: Ask, name: str, count: int) -> None:
    server = start(over_http(Hostile(keys_of(count))))
    try:
        ask(server.url, CALLS[name])
    except (NoRowsError, MultipleRowsError):
        assert name.startswith("one") and count != 1
    assert [asked.start for asked in server.calls] == [0]


@pytest.mark.parametrize(("limit", "requests"), [(99, 1), (100, 1), (101, 2), (199, 2), (200, 3)])
def test_a_limit_that_is_reached_needs_no_end(start: Start, ask: Ask, limit: int, requests: int) -> None:
    server = start(over_http(Hostile(keys_of(300))))
    assert ids(ask(server.url, lambda isp: isp.user.list(limit=limit))) == keys_of(limit)
    assert len(server.calls) == requests


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (99, 1), (100, 2), (150, 2), (199, 3), (250, 3)])
def test_a_page_below_a_stated_cap_is_the_end(start: Start, ask: Ask, count: int, requests: int) -> None:
    server = start(over_http(Hostile(keys_of(count), cap=100)))
    profile = ServerProfile(page_cap=100)
    assert ids(ask(server.url, lambda isp: isp.user.list(), profile=profile)) == keys_of(count)
    assert len(server.calls) == requests


def test_a_cap_that_is_stated_below_the_page_size(start: Start, ask: Ask) -> None:
    server = start(over_http(Hostile(keys_of(120), cap=50)))
    rows = ask(server.url, lambda isp: isp.user.list(page_size=500), profile=ServerProfile(page_cap=50))
    assert ids(rows) == keys_of(120)
    assert [asked.start for asked in server.calls] == [0, 49, 98]


GAPPED: Final[dict[str, Sequence[int]]] = {
    "every third is gone": [key for key in range(7500) if key % 3],
    "every other": range(0, 10_000, 2),
    "every tenth": range(0, 50_000, 10),
    "every thousandth": range(0, 5_000_000, 1000),
    "a tenth is gone": [key for key in range(5555) if key % 10],
    "by chance": Random(1).sample(range(20_000), 5000),
    "by chance, few of many": Random(2).sample(range(4_000_000_000), 5000),
    "dense, and a gap of a million in the middle": [*range(2500), *range(1_002_500, 1_005_000)],
    "runs of ten": [key for key in range(10_000) if key % 20 < 10],
}


@pytest.mark.parametrize("page_size", [100, 1000])
@pytest.mark.parametrize("first", [0, 1, 3_000_000, 2**32 - 10_000])
def test_a_scan_of_dense_keys_takes_one_and_a_half_requests_a_page(first: int, page_size: int) -> None:
    """One for each page; what is in front of the first key, and what is behind the last one."""
    keys = [*range(first, first + 10 * page_size)]
    hostile = Hostile([*keys])
    assert ids(hostile.scan(page_size=page_size)) == keys
    assert len(hostile.asked) <= 10 + 3


@pytest.mark.parametrize("name", GAPPED)
def test_a_scan_of_keys_with_gaps_takes_three_requests_a_page(name: str) -> None:
    keys = GAPPED[name]
    hostile = Hostile([*keys], shuffled=True)
    assert ids(hostile.scan(page_size=100)) == sorted(keys)
    assert len(hostile.asked) <= 3 * len(keys) / 100


@pytest.mark.parametrize("name", GAPPED)
def test_gaps_of_pages_of_a_thousand_are_proved_in_pieces_that_fit(name: str) -> None:
    """A request for each page, one for each piece, and what pages that are not full cost."""
    keys = GAPPED[name]
    hostile = Hostile([*keys], shuffled=True)
    assert ids(hostile.scan(page_size=1000)) == sorted(keys)
    assert max(len(asked.filter or "") for asked in hostile.asked) <= 3000
    assert len(hostile.asked) <= 12 * len(keys) / 1000


def test_a_scan_of_one_short_page_takes_two_requests(start: Start, ask: Ask) -> None:
    server = start(over_http(Hostile([7, 5000, 3_000_000_000])))
    assert ids(ask(server.url, lambda isp: isp.user.scan())) == [7, 5000, 3_000_000_000]
    assert len(server.calls) == 2
