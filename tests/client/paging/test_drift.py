"""Rows that come and go in front of the place of a walk: noticed, made good, reported; or said to be beyond repair."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from client.conftest import Ask, Start
from client.hostile import Hostile, at, over_http
from client.steps import ids, ids_of, until_error
from deltasib_query import Drift, DriftError, ResumeError, UnstableOrderError

TEN = list(range(1, 11))


def insert_one(hostile: Hostile) -> None:
    hostile.insert(0)


def delete_one(hostile: Hostile) -> None:
    hostile.delete(0)


def delete_two(hostile: Hostile) -> None:
    hostile.delete(0, 2)


def delete_one_and_insert_one(hostile: Hostile) -> None:
    hostile.delete(0)
    hostile.insert(1)


def delete_all_that_came(hostile: Hostile) -> None:
    hostile.delete(0, 4)


def drifts(hostile: Hostile) -> list[Drift | None]:
    return [page.drift for page in hostile.list(4).pages()]


def test_nothing_moves() -> None:
    assert drifts(Hostile([*TEN])) == [None, None, None]


def test_a_row_that_comes_in_front_is_made_good(start: Start, ask: Ask) -> None:
    hostile = Hostile([*TEN], at(_2=insert_one))
    pages = ask(start(over_http(hostile)).url, lambda isp: isp.user.list(page_size=4).pages())
    assert ids_of(pages) == TEN
    assert [page.drift for page in pages] == [None, Drift(moved=1), None, None]
    assert [page.start for page in pages] == [0, 5, 7, 10]


def test_a_row_that_goes_in_front_is_made_good(start: Start, ask: Ask) -> None:
    hostile = Hostile([*TEN], at(_2=delete_one))
    pages = ask(start(over_http(hostile)).url, lambda isp: isp.user.list(page_size=4).pages())
    assert ids_of(pages) == TEN
    assert [page.drift for page in pages] == [None, Drift(moved=-1), None, None]
    assert [page.start for page in pages] == [0, 3, 5, 8]


def test_the_very_row_that_came_last_goes() -> None:
    hostile = Hostile([*TEN], at(_2=lambda each: each.delete(3)))
    assert ids(hostile.list(4)) == TEN
    assert {each.filter for each in hostile.asked} == {None}


def test_the_row_that_came_last_and_those_before_it_go() -> None:
    hostile = Hostile([*range(1, 41)], at(_2=lambda each: each.delete(1, 9)))
    assert ids(hostile.list(10)) == list(range(1, 41))


def test_rows_behind_a_cap_are_not_taken_for_gone() -> None:
    def change(hostile: Hostile) -> None:
        hostile.delete(17, 3)
        hostile.insert(2)
        hostile.insert(1)

    assert ids(Hostile([*range(1, 31)], at(_20=change), cap=3).list(2)) == list(range(1, 31))


@pytest.mark.parametrize("count", [1, 3, 4, 5, 30, 200])
def test_any_number_of_rows_comes_in_front(count: int) -> None:
    hostile = Hostile([*range(1, 41)], at(_3=lambda each: each.insert(0, count)))
    rows = ids(hostile.list(10))
    assert [id for id in rows if id <= 40] == list(range(1, 41))
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("count", [1, 3, 9, 10, 18])
def test_any_number_of_rows_goes_in_front(count: int) -> None:
    hostile = Hostile([*range(1, 41)], at(_3=lambda each: each.delete(0, count)))
    assert ids(hostile.list(10)) == list(range(1, 41))


def test_as_many_rows_come_as_go() -> None:
    assert ids(Hostile([*TEN], at(_2=delete_one_and_insert_one)).list(4)) == TEN
    assert drifts(Hostile([*TEN], at(_2=delete_one_and_insert_one))) == [None, None, None]


@pytest.mark.parametrize("count", [4, 5, 9])
def test_all_rows_that_came_go(count: int) -> None:
    hostile = Hostile([*TEN], at(_2=lambda each: each.delete(0, count)))
    assert ids(hostile.list(4)) == [1, 2, 3, 4, *TEN[count:]]


def test_all_rows_that_came_behind_an_offset_go(start: Start, ask: Ask) -> None:
    """Rows in front of the offset are none of the walk's: nothing tells them from those that it has not seen."""
    hostile = Hostile([*TEN], at(_2=lambda each: each.delete(3, 5)))
    url = start(over_http(hostile)).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(start=3, page_size=4).pages()))
    assert ids_of(pages) == [4, 5, 6, 7]
    assert type(error) is DriftError
    assert "none of the last 4 rows is in the list any more: scan walks by key" in str(error)
    with pytest.raises(
        ResumeError, match="the position in the list that the token stands for is lost: begin the walk anew"
    ):
        ask(url, lambda isp: isp.user.list().resume(error.resume_token))


@pytest.mark.parametrize("number", [2, 3, 4])
def test_the_whole_list_goes(number: int) -> None:
    hostile = Hostile([*TEN], at(**{f"_{number}": lambda each: each.delete(0, 10)}))
    rows = ids(hostile.list(4))
    assert rows == TEN[: 1 + 3 * (number - 1)]


def test_a_row_comes_in_front_before_the_last_request() -> None:
    hostile = Hostile([*range(1, 9)], at(_4=insert_one))
    assert ids(hostile.list(4)) == list(range(1, 9))


def test_a_row_goes_in_front_before_the_last_request() -> None:
    hostile = Hostile([*range(1, 9)], at(_4=delete_one))
    assert ids(hostile.list(4)) == list(range(1, 9))


def test_the_last_row_goes_before_the_last_request() -> None:
    hostile = Hostile([*range(1, 9)], at(_4=lambda each: each.delete(7)))
    assert ids(hostile.list(4)) == list(range(1, 9))


def test_a_row_that_comes_at_the_end_comes() -> None:
    hostile = Hostile([*TEN], at(_3=lambda each: each.keys.append(99)))
    assert ids(hostile.list(4)) == [*TEN, 99]


def test_a_limit_counts_no_row_twice() -> None:
    hostile = Hostile([*TEN], at(_2=insert_one, _3=delete_two))
    assert ids(hostile.list(4, limit=9)) == TEN[:9]


def test_a_drift_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "deltasib_query"):
        list(Hostile([*TEN], at(_2=insert_one)).list(4))
    assert caplog.messages == ["user list: the position of the walk has moved by +1 rows"]


@pytest.mark.parametrize("change", [insert_one, delete_one, lambda each: each.delete(3)])
def test_a_drift_raises_behind_the_page_where_it_is_to(
    start: Start, ask: Ask, change: Callable[[Hostile], None]
) -> None:
    hostile = Hostile([*TEN], at(_2=change))
    url = start(over_http(hostile)).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=4, on_drift="raise").pages()))
    assert type(error) is DriftError
    assert "scan walks by key" in str(error)
    came = ids_of(pages)
    assert came == TEN[: len(came)]
    assert len(came) > 4
    rest = ask(url, lambda isp: isp.user.list(page_size=4, on_drift="raise").resume(error.resume_token))
    assert ids(rest) == TEN[len(came) :]


def test_a_drift_in_front_of_the_end_raises_as_well() -> None:
    listing = Hostile([*TEN], at(_4=insert_one)).list(4, on_drift="raise")
    with pytest.raises(DriftError, match="rows came or went in front of the position of the walk"):
        list(listing)


@pytest.mark.parametrize("change", [insert_one, delete_one])
def test_whoever_resumes_again_and_again_gets_further_each_time(
    start: Start, ask: Ask, change: Callable[[Hostile], None]
) -> None:
    """A row comes or goes in front before every request."""
    hostile = Hostile([*range(1, 101)], change)
    url = start(over_http(hostile)).url
    came: list[int] = []
    token = None
    for _ in range(40):
        try:
            first = token

            def go_on(isp: Any, first: str | None = first) -> Any:
                walk = isp.user.list(page_size=10, on_drift="raise")
                return until_error((walk if first is None else walk.resume(first)).pages())

            pages, error = ask(url, go_on)
        except AssertionError:
            break  # there is no error: the walk has come to its end
        came += ids_of(pages)
        token = error.resume_token
    assert len(came) == len(set(came))
    assert hostile.lasting() <= set(came)


def test_a_list_that_stands_still_raises_nothing(start: Start, ask: Ask) -> None:
    url = start(over_http(Hostile([*TEN]))).url
    assert ids(ask(url, lambda isp: isp.user.list(page_size=4, on_drift="raise"))) == TEN


def test_an_order_that_turns_round_is_no_order(start: Start, ask: Ask) -> None:
    hostile = Hostile([*TEN], at(_2=lambda each: each.keys.reverse()))
    url = start(over_http(hostile)).url
    _pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=4).pages()))
    assert type(error) is UnstableOrderError
    with pytest.raises(ResumeError, match="is lost: begin the walk anew"):
        ask(url, lambda isp: isp.user.list(page_size=4).resume(error.resume_token))
    assert "rows that came before came again in another order: scan walks by key" in str(error)


def test_a_list_that_has_moved_whenever_it_is_looked_at_ends_in_an_error() -> None:
    def forth_and_back(each: Hostile) -> None:
        each.delete(0) if len(each.asked) % 2 else each.insert(0, 3)

    with pytest.raises(DriftError):
        list(Hostile([*range(1, 201)], forth_and_back, most=500).list(10))


@pytest.mark.parametrize("page_size", [1, 2])
def test_pages_of_a_row_or_two_overlap_as_well(page_size: int) -> None:
    hostile = Hostile([*TEN], at(_3=delete_one))
    assert ids(hostile.list(page_size)) == TEN
