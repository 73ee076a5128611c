"""Walks through lists that change meanwhile, on servers that misbehave: nothing lost, nothing twice, an end."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from client.hostile import Hostile, churn
from deltasib_query import DriftError, RepeatedPageError, UnexpectedResponseError, User

SIZES = st.integers(1, 25)
COUNTS = st.integers(0, 60)


def ids(rows: Any) -> list[int]:
    return [row.User_Id for row in rows]


def asked(hostile: Hostile) -> list[tuple[int, int]]:
    return [(each.start, each.count) for each in hostile.asked]


@given(total=COUNTS, cap=SIZES, page_size=SIZES, start=COUNTS, limit=st.none() | COUNTS)
def test_a_walk_through_a_list_that_stands_still_brings_exactly_the_rows_wanted(
    total: int, cap: int, page_size: int, start: int, limit: int | None
) -> None:
    hostile = Hostile([*range(1, 1 + total)], cap=cap)
    rows = ids(hostile.list(page_size, start, limit))
    assert rows == list(range(1, 1 + total))[start:][:limit]


@given(total=COUNTS, cap=SIZES, page_size=SIZES, limit=COUNTS)
def test_a_walk_asks_for_no_row_beyond_its_limit(total: int, cap: int, page_size: int, limit: int) -> None:
    hostile = Hostile([*range(1, 1 + total)], cap=cap)
    list(hostile.list(page_size, limit=limit))
    assert all(start + count <= limit for start, count in asked(hostile))


PAGES = [2, 7, 30, 100]
CAPS = [None, 3, 10, 57]


def servers(seed: int, **options: Any) -> Hostile:
    """Return a list of some length with some gaps between its keys, in some order."""
    random = Random(seed)
    count = random.choice([0, 1, 2, 5, 30, 99, 100, 101, 300])
    keys = random.sample(range(1, 1 + count * random.choice([1, 1, 3, 1000])), count)
    if random.random() < 0.5:
        keys.sort()
    return Hostile(keys, random=random, cap=random.choice(CAPS), **options)


HARM: dict[str, dict[str, Any]] = {
    "rows that come and go now and then": {"between": churn(0.1)},
    "rows that come and go before every request": {"between": churn(1)},
    "pages that come again": {"repeats": 0.05},
    "rows that come and go, and pages that come again": {"between": churn(0.5), "repeats": 0.03},
}


@pytest.mark.heavy
@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("seed", range(30))
def test_a_walk_brings_every_row_that_lasted_once_or_says_that_it_cannot(seed: int, harm: str) -> None:
    hostile = servers(seed, **HARM[harm])
    try:
        rows = ids(hostile.list(hostile.random.choice(PAGES)))
    except (DriftError, RepeatedPageError):
        return
    assert len(rows) == len(set(rows))
    assert hostile.lasting() <= set(rows)


@pytest.mark.heavy
@pytest.mark.parametrize("page_size", [30, 100])
@pytest.mark.parametrize("seed", range(10))
def test_a_walk_gets_over_rows_that_come_and_go_now_and_then(seed: int, page_size: int) -> None:
    hostile = Hostile([*range(1, 401)], random=Random(seed), between=churn(0.3))
    rows = ids(hostile.list(page_size))
    assert len(rows) == len(set(rows))
    assert hostile.lasting() <= set(rows)


SCANNED: dict[str, dict[str, Any]] = {
    **HARM,
    "no order at all": {"shuffled": True},
    "no order at all, and rows that come and go": {"shuffled": True, "between": churn(0.5)},
    "all of it": {"shuffled": True, "between": churn(0.5), "repeats": 0.03},
}


@pytest.mark.heavy
@pytest.mark.parametrize("harm", SCANNED)
@pytest.mark.parametrize("seed", range(15))
def test_a_scan_brings_every_row_that_lasted_once(seed: int, harm: str) -> None:
    hostile = servers(seed, **SCANNED[harm])
    rows = ids(hostile.scan(page_size=hostile.random.choice(PAGES[1:])))
    assert len(rows) == len(set(rows))
    assert hostile.lasting() <= set(rows)
    assert rows == sorted(rows)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(10))
def test_a_scan_of_a_server_whose_cap_differs_from_answer_to_answer(seed: int) -> None:
    hostile = Hostile([*range(1, 300)], random=Random(seed), caps=(7, 20, 57, 1000), between=churn(0.3))
    rows = ids(hostile.scan())
    assert len(rows) == len(set(rows))
    assert hostile.lasting() <= set(rows)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(10))
def test_a_walk_through_a_list_of_a_server_whose_cap_differs_from_answer_to_answer(seed: int) -> None:
    hostile = Hostile([*range(1, 300)], random=Random(seed), caps=(7, 20, 57, 1000))
    assert ids(hostile.list()) == list(range(1, 300))


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(20))
def test_a_walk_through_a_shuffled_list_ends_in_an_error_that_points_to_scan(seed: int) -> None:
    hostile = Hostile([*range(1, 400)], random=Random(seed), shuffled=True)
    with pytest.raises(DriftError, match="scan walks by key"):
        list(hostile.list(30))


@given(start=st.integers(0, 130), limit=st.none() | st.integers(0, 130), total=st.integers(0, 130))
@example(0, None, 130)
def test_a_count_is_that_of_the_rows_that_come(start: int, limit: int | None, total: int) -> None:
    listing = Hostile([*range(1, 1 + total)]).list(start=start, limit=limit)
    assert listing.count() == len(list(listing))


@pytest.mark.parametrize("total", range(131))
def test_a_count_takes_about_twice_as_many_requests_as_the_number_has_binary_digits(total: int) -> None:
    hostile = Hostile([*range(1, 1 + total)])
    assert hostile.list().count() == total
    assert len(hostile.asked) <= 2 * total.bit_length() + 1
    assert {count for _start, count in asked(hostile)} == {1}


def test_a_count_of_a_million_rows() -> None:
    hostile = Hostile([*range(1_000_000)])
    assert hostile.list().count() == 1_000_000
    assert len(hostile.asked) == 40


def test_a_count_on_a_server_that_does_not_mind_the_offset_has_no_end() -> None:
    hostile = Hostile([1], repeats=1.0)
    with pytest.raises(
        RepeatedPageError, match="the server ignores LimitFrom: it returns a row for LimitFrom=4294967294 too"
    ):
        hostile.list().count()
    assert len(hostile.asked) <= 66


def test_a_walk_on_a_server_that_answers_the_same_rows_for_ever() -> None:
    hostile = Hostile([1, 2, 3], repeats=1.0)
    with pytest.raises(UnexpectedResponseError):
        list(hostile.list(3))
    assert len(hostile.asked) < 20


def test_a_scan_on_a_server_that_answers_the_same_rows_for_ever() -> None:
    hostile = Hostile([5, 600], repeats=1.0)
    with pytest.raises(UnexpectedResponseError, match="have keys that were not requested"):
        list(hostile.scan())
    assert len(hostile.asked) < 50


def test_a_scan_on_a_server_that_does_not_read_filters() -> None:
    class Unfiltered(Hostile):
        def fetch(self, asked: Any, _run: object = None) -> Any:
            return super().fetch(type(asked)(asked.start, asked.count))

    hostile = Unfiltered([*range(1, 500)])
    with pytest.raises(UnexpectedResponseError, match="have keys that were not requested"):
        list(hostile.scan())
    assert len(hostile.asked) < 50


def test_a_scan_within_windows_is_the_whole_scan() -> None:
    hostile = Hostile([*range(3, 1000, 7)], shuffled=True)
    scan = hostile.scan(page_size=10)
    windows = scan.windows(5)
    assert len(windows) == 5
    assert [id for window in windows for id in ids(scan.within(window))] == list(range(3, 1000, 7))


def test_a_filter_of_an_or_is_in_parentheses_beside_a_window() -> None:
    hostile = Hostile([*range(1, 41)])
    scan = hostile.scan((User.User_Id < 5) | (User.User_Id > 38), page_size=10)
    assert ids(scan) == [1, 2, 3, 4, 39, 40]
    assert [each.filter for each in hostile.asked[:2]] == [
        "(User_Id < 5 or User_Id > 38)",
        "(User_Id < 5 or User_Id > 38) and (User_Id = 0 or (User_Id > 4 and User_Id <= 38) or User_Id > 40)",
    ]
