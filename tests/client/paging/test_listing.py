"""Walking a list: laziness, pages, limits, where it ends, servers that page in ways of their own."""

from __future__ import annotations

import dataclasses
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import ValidationError

from client.conftest import Requests, Serve
from client.scripted import Answer, Asked, Script, always, as_json, failure, table, user
from deltasib_query import (
    Client,
    FatalServiceError,
    FilterUsageError,
    MultipleRowsError,
    NoRowsError,
    ParameterError,
    RepeatedPageError,
    ServerProfile,
    TransportError,
    User,
    UserCreditInfo,
)


def ids(users: object) -> list[int | None]:
    assert isinstance(users, Iterator) or hasattr(users, "__iter__")
    return [each.User_Id for each in users]


def pages(lists: list[Asked]) -> list[tuple[int, int]]:
    return [(asked.start, asked.count) for asked in lists]


def test_nothing_is_requested_before_the_first_row(isp: Client, requests: Requests) -> None:
    iter(isp.user.list(User.User_Id > 5, limit=3))
    assert requests == []


def test_pages_request_nothing_before_the_first_page(isp: Client, requests: Requests) -> None:
    isp.user.list().pages()
    assert requests == []


def test_the_next_page_is_requested_when_its_first_row_is_wanted(isp: Client, requests: Requests) -> None:
    rows = iter(isp.user.list(page_size=2))
    assert [next(rows).User_Id, next(rows).User_Id] == [1, 2]
    assert requests.pages() == [(0, 2)]
    next(rows)
    assert requests.pages() == [(0, 2), (1, 2)]


def test_every_row_comes_once_and_in_order(isp: Client) -> None:
    assert ids(isp.user.list(page_size=7)) == list(range(1, 201))


def test_pages_of_the_services_default_size(isp: Client, requests: Requests) -> None:
    assert len(list(isp.user.list(limit=150))) == 150
    assert requests.pages() == [(0, 100), (99, 51)]


def test_a_limit_is_exact(isp: Client, requests: Requests) -> None:
    assert ids(isp.user.list(page_size=8, limit=20)) == list(range(1, 21))
    assert requests.pages() == [(0, 8), (7, 8), (14, 6)]


def test_a_limit_of_nothing_requests_nothing(isp: Client, requests: Requests) -> None:
    assert ids(isp.user.list(limit=0)) == []
    assert requests == []


def test_a_limit_beyond_the_end(isp: Client) -> None:
    assert ids(isp.user.list(User.User_Id > 197, limit=50)) == [198, 199, 200]


def test_start_leaves_rows_out(isp: Client, requests: Requests) -> None:
    assert ids(isp.user.list(start=195, page_size=10)) == [196, 197, 198, 199, 200]
    assert requests.pages()[0] == (195, 10)


def test_start_and_limit_together(isp: Client) -> None:
    assert ids(isp.user.list(start=10, limit=3, page_size=2)) == [11, 12, 13]


def test_start_beyond_the_end(isp: Client) -> None:
    assert ids(isp.user.list(start=1000)) == []


def test_pages_know_the_offset_of_their_first_row(isp: Client) -> None:
    assert [page.start for page in isp.user.list(page_size=80).pages()] == [0, 80, 159]


def test_pages_begin_at_start(isp: Client) -> None:
    assert [page.start for page in isp.user.list(start=50, page_size=60).pages()] == [50, 110, 169]


def test_pages_have_their_rows_and_a_length(isp: Client) -> None:
    assert [(len(page), ids(page)[0], page.rows[-1].User_Id) for page in isp.user.list(page_size=80).pages()] == [
        (80, 1, 80),
        (79, 81, 159),
        (41, 160, 200),
    ]


def test_no_page_is_empty(isp: Client) -> None:
    assert [len(page) for page in isp.user.list(start=1, page_size=100).pages()] == [100, 99]


def test_first_is_the_first_row_and_asks_for_one(isp: Client, requests: Requests) -> None:
    first = isp.user.list(start=4).first()
    assert first is not None and first.User_Id == 5
    assert requests.pages() == [(4, 1)]


def test_first_of_nothing_is_none(isp: Client) -> None:
    assert isp.user.list(User.User_Id == 0).first() is None


def test_one_is_the_only_row(isp: Client) -> None:
    assert isp.user.list(User.Username == "ali").one().User_Id == 1


def test_one_of_nothing_raises(isp: Client) -> None:
    with pytest.raises(NoRowsError, match=r"^user list: no row matches$"):
        isp.user.list(User.User_Id == 0).one()


def test_one_of_many_raises(isp: Client) -> None:
    with pytest.raises(MultipleRowsError, match=r"^user list: more than one row matches$"):
        isp.user.list().one()


def test_one_asks_for_two_rows(isp: Client, requests: Requests) -> None:
    with pytest.raises(MultipleRowsError):
        isp.user.list().one()
    assert requests.pages() == [(0, 2)]


def test_one_of_a_listing_that_is_limited_to_one_is_its_row(isp: Client) -> None:
    assert isp.user.list(limit=1).one().User_Id == 1


def test_one_or_none_is_the_only_row(isp: Client) -> None:
    found = isp.user.list(User.User_Id == 7).one_or_none()
    assert found is not None and found.Username == "9121234567"


def test_one_or_none_of_nothing_is_none(isp: Client) -> None:
    assert isp.user.list(User.User_Id == 0).one_or_none() is None


def test_one_or_none_of_many_raises(isp: Client) -> None:
    with pytest.raises(MultipleRowsError):
        isp.user.list().one_or_none()


def test_take_returns_the_first_rows(isp: Client) -> None:
    assert ids(isp.user.list(page_size=3).take(5)) == [1, 2, 3, 4, 5]


def test_take_returns_as_many_as_there_are(isp: Client) -> None:
    assert ids(isp.user.list(User.User_Id > 198).take(5)) == [199, 200]


def test_take_goes_no_further_than_the_limit(isp: Client) -> None:
    assert ids(isp.user.list(limit=2).take(5)) == [1, 2]


def test_take_nothing_requests_nothing(isp: Client, requests: Requests) -> None:
    assert isp.user.list().take(0) == []
    assert requests == []


def test_each_iteration_asks_anew(isp: Client, requests: Requests) -> None:
    listing = isp.user.list(limit=2)
    assert ids(listing) == ids(listing) == [1, 2]
    assert requests.pages() == [(0, 2), (0, 2)]


def test_a_second_iteration_sees_what_has_changed(serve: Serve) -> None:
    answers = iter([as_json([user(1)]), as_json([user(2)])])
    listing = serve(lambda _asked: next(answers)).client.user.list(limit=1)
    assert (ids(listing), ids(listing)) == ([1], [2])


def test_two_iterations_do_not_disturb_each_other(isp: Client) -> None:
    listing = isp.user.list(page_size=2, limit=5)
    assert [(a.User_Id, b.User_Id) for a, b in zip(listing, listing, strict=True)] == [(n, n) for n in range(1, 6)]


def test_a_listing_has_no_length(isp: Client) -> None:
    with pytest.raises(TypeError):
        len(isp.user.list())  # type: ignore[arg-type]


def test_a_listing_is_immutable(isp: Client) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        isp.user.list().limit = 5  # type: ignore[misc]


def test_a_listing_says_what_it_requests(isp: Client, requests: Requests) -> None:
    listing = isp.user.list(fields=[User.Name, User.Family], limit=7)
    assert (listing.record, listing.fields, listing.limit) == (User, ("User_Id", "Name", "Family"), 7)
    scan = isp.user.scan()
    assert (scan.record, scan.fields, scan.limit) == (User, tuple(User.fields_by_name), None)
    assert isp.user.list(User.User_Id.in_([])).limit == 0
    assert requests == []


def test_a_list_tells_where_it_begins(isp: Client) -> None:
    listing, scan = isp.user.list(start=5, limit=2), isp.user.scan()
    assert (listing.start, scan.start) == (5, -1)
    assert repr(isp.user.list().resume(listing.token)) == repr(listing)


def test_take_leaves_the_listing_as_it_is(isp: Client) -> None:
    listing = isp.user.list(limit=7)
    listing.take(1)
    assert len(list(listing)) == 7


def test_a_page_is_immutable(isp: Client) -> None:
    page = next(isp.user.list(limit=1).pages())
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.start = 5  # type: ignore[misc]


def test_a_row_is_immutable(isp: Client) -> None:
    row = isp.user.list(limit=1).one()
    with pytest.raises(ValidationError):
        row.Name = "another"


def test_a_filter_that_is_false_requests_nothing(isp: Client, requests: Requests) -> None:
    assert ids(isp.user.list(User.User_Id.in_([]))) == []
    assert requests == []


def test_a_filter_that_is_false_has_no_only_row(isp: Client) -> None:
    assert isp.user.list(User.User_Id.in_([])).one_or_none() is None


def test_a_filter_that_is_true_sends_no_filter(serve: Serve) -> None:
    pair = serve(table(3))
    assert ids(pair.client.user.list(User.User_Id.not_in([]))) == [0, 1, 2]
    assert all("Filter" not in asked.parameters for asked in pair.server.calls)


def test_no_filter_sends_no_filter(serve: Serve) -> None:
    pair = serve(table(3))
    pair.client.user.list().first()
    assert "Filter" not in pair.server.calls[0].parameters


def test_a_constant_filter_is_enough_for_creditinfo(serve: Serve) -> None:
    pair = serve(table(2))
    assert ids(pair.client.user.credit_info(filter=UserCreditInfo.User_Id.not_in([]))) == [0, 1]
    assert pair.server.calls[0].parameters["User_Id"] == "0"


def test_the_credit_of_one_user_is_asked_for_once(serve: Serve) -> None:
    pair = serve(always(as_json([user(7)])))
    assert ids(pair.client.user.credit_info(user_id=7)) == [7]
    assert pages(pair.server.calls) == [(0, 1)]


def test_each_page_begins_with_the_last_row_of_the_page_before(serve: Serve) -> None:
    pair = serve(table(9))
    assert ids(pair.client.user.list(page_size=4)) == list(range(9))
    assert pages(pair.server.calls) == [(0, 4), (3, 4), (6, 4), (8, 4), (9, 4)]


def test_nothing_behind_the_last_row_is_asked_for_twice_to_be_the_end(serve: Serve) -> None:
    pair = serve(table(4))
    assert ids(pair.client.user.list(page_size=4)) == [0, 1, 2, 3]
    assert pages(pair.server.calls) == [(0, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("count", [2, 5, 49])
def test_a_list_of_one_short_page_takes_two_requests(serve: Serve, count: int) -> None:
    pair = serve(table(count))
    assert ids(pair.client.user.list(page_size=50)) == list(range(count))
    assert pages(pair.server.calls) == [(0, 50), (count - 1, 50)]


@pytest.mark.parametrize("count", [1, 50, 51, 99, 100, 148, 149])
def test_a_list_of_n_pages_takes_two_requests_more(serve: Serve, count: int) -> None:
    pair = serve(table(count))
    found = list(pair.client.user.list(page_size=50).pages())
    assert sum(map(len, found)) == count
    assert len(pair.server.calls) == len(found) + 2


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (6, 1), (7, 2), (13, 3), (14, 3), (19, 4)])
def test_a_page_that_is_shorter_than_a_stated_cap_is_the_end(serve: Serve, count: int, requests: int) -> None:
    """Seven rows a page, of which one has come before."""
    pair = serve(table(count, cap=7), profile=ServerProfile(page_cap=7))
    assert ids(pair.client.user.list(page_size=50)) == list(range(count))
    assert len(pair.server.calls) == requests


def test_an_empty_list_takes_one_request(serve: Serve) -> None:
    pair = serve(table(0))
    assert ids(pair.client.user.list()) == []
    assert len(pair.server.calls) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_one_or_none_believes_the_answer(serve: Serve, count: int) -> None:
    pair = serve(table(count))
    found = pair.client.user.list().one_or_none()
    assert (found is not None) == bool(count)
    assert pages(pair.server.calls) == [(0, 2)]


def test_a_listing_has_no_truth(isp: Client, requests: Requests) -> None:
    with pytest.raises(FilterUsageError, match=r"\.first\(\) is not None tells whether it has a row"):
        bool(isp.user.list())
    assert requests == []


def test_in_does_not_walk_the_list(isp: Client, requests: Requests) -> None:
    with pytest.raises(FilterUsageError, match="`in` would walk the whole list"):
        assert User.from_row({"User_Id": 1}) in isp.user.list()
    assert requests == []


def test_whole_numbers_of_numpy_are_whole_numbers(isp: Client) -> None:
    five = np.int64(5)
    rows = isp.user.list(start=five, limit=five, page_size=five)  # type: ignore[arg-type]
    pages = list(rows.pages())
    assert [ids(page) for page in pages] == [[6, 7, 8, 9, 10]]
    assert ids(isp.user.list(page_size=5, limit=12).resume(next(isp.user.list(limit=five).pages()).token)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["page_size", "start", "limit"])
def test_a_number_beyond_the_services_int_is_refused(isp: Client, requests: Requests, name: str) -> None:
    with pytest.raises(ParameterError, match=rf"^{name}: at most 4,294,967,295 is possible, not 4294967296$"):
        isp.user.list(**{name: 2**32})  # type: ignore[arg-type]
    assert requests == []


def test_pages_of_a_single_row_are_asked_for_with_the_row_before(serve: Serve) -> None:
    pair = serve(table(3))
    assert ids(pair.client.user.list(page_size=1)) == [0, 1, 2]
    # Each row is confirmed by the one before it; behind the first and the last nothing else may follow.
    assert pages(pair.server.calls) == [(0, 1), (0, 2), (1, 2), (2, 2), (3, 1)]


def test_a_short_page_of_a_server_that_has_cut_one_is_not_taken_for_the_end(serve: Serve) -> None:
    pair = serve(table(25, cap=10))
    list(pair.client.user.list(page_size=100))
    pair.server.calls.clear()
    assert ids(pair.client.user.list(start=20, page_size=100)) == [20, 21, 22, 23, 24]
    assert pages(pair.server.calls) == [(20, 100), (24, 100)]


def test_a_short_first_page_is_not_the_end(serve: Serve) -> None:
    pair = serve(table(5))
    assert len(list(pair.client.user.list(page_size=50))) == 5
    assert pages(pair.server.calls) == [(0, 50), (4, 50)]


def test_a_capped_server_loses_no_row(serve: Serve) -> None:
    pair = serve(table(25, cap=10))
    assert ids(pair.client.user.list(page_size=100)) == list(range(25))


def test_a_capped_server_loses_no_row_after_a_walk_in_small_pages(serve: Serve) -> None:
    pair = serve(table(25, cap=10))
    list(pair.client.user.list(page_size=10))
    assert ids(pair.client.user.list(page_size=100)) == list(range(25))


def test_a_capped_list_loses_no_row_after_another_list_has_served_larger_pages(serve: Serve) -> None:
    tariffs = [{"Service_Id": number} for number in range(100)]
    users = table(25, cap=10)
    pair = serve(lambda asked: as_json(tariffs) if asked.path == "/1.0/service/" else users(asked))
    assert len(pair.client.service.list(page_size=100).take(100)) == 100
    assert ids(pair.client.user.list(page_size=100)) == list(range(25))


def test_a_limit_across_the_pages_of_a_capped_server(serve: Serve) -> None:
    assert ids(serve(table(100, cap=10)).client.user.list(page_size=50, limit=25)) == list(range(25))


def test_the_offsets_of_a_capped_servers_pages(serve: Serve) -> None:
    client = serve(table(25, cap=10)).client
    assert [page.start for page in client.user.list(page_size=100).pages()] == [0, 10, 19]


def test_a_page_that_comes_again_raises_behind_its_rows(serve: Serve) -> None:
    rows = iter(serve(always(as_json([user(1), user(2)]))).client.user.list(page_size=2))
    assert [next(rows).User_Id, next(rows).User_Id] == [1, 2]
    message = (
        "the server ignores LimitFrom: it returns the same 2 rows for LimitFrom=0 and LimitFrom=1, "
        "and rows for LimitFrom=2147483647 too"
    )
    with pytest.raises(RepeatedPageError, match=message) as caught:
        next(rows)
    error = caught.value
    assert (error.object, error.action, error.code, error.status) == ("user", "list", None, 200)


@pytest.mark.parametrize("answer", [[user(1)], user(1)])
def test_a_single_row_that_comes_whatever_the_offset_is_no_list(serve: Serve, answer: object) -> None:
    pair = serve(always(as_json(answer)))
    with pytest.raises(RepeatedPageError, match="the server ignores LimitFrom"):
        list(pair.client.user.list())


def test_a_single_row_as_an_object_says_nothing_about_an_end(serve: Serve) -> None:
    def answer(asked: Asked) -> Answer:
        rows = [user(n) for n in range(asked.start, min(3, asked.start + 1))]
        return as_json(rows[0] if rows else [])

    assert ids(serve(answer).client.user.list()) == [0, 1, 2]


ALL_CREDIT = UserCreditInfo.User_Id >= 0  # the only list whose rows need not have their key


def test_a_page_without_keys_that_comes_again_raises(serve: Serve) -> None:
    with pytest.raises(RepeatedPageError):
        list(serve(always(as_json([{"ServiceName": "علی"}]))).client.user.credit_info(ALL_CREDIT, page_size=1))


def test_rows_with_equal_values_but_other_keys_are_no_repetition(serve: Serve) -> None:
    same: Script = lambda asked: as_json([{"User_Id": asked.start, "Name": "x"}] if asked.start < 3 else [])  # noqa: E731
    assert ids(serve(same).client.user.list(page_size=1)) == [0, 1, 2]


def failing_at(start: int, answer: Answer) -> Script:
    return lambda asked: answer if asked.start >= start else table(100)(asked)


def test_an_error_in_the_middle_raises_behind_the_rows_before_it(serve: Serve) -> None:
    rows = iter(serve(failing_at(20, failure(-1, 500))).client.user.list(page_size=10))
    assert [next(rows).User_Id for _ in range(28)] == list(range(28))
    with pytest.raises(FatalServiceError):
        next(rows)


def test_a_dropped_connection_in_the_middle_raises_behind_the_rows_before_it(serve: Serve) -> None:
    rows = iter(serve(failing_at(10, Answer(raw=b""))).client.user.list(page_size=10))
    assert [next(rows).User_Id for _ in range(19)] == list(range(19))
    with pytest.raises(TransportError):
        next(rows)


def test_a_listing_can_be_walked_again_after_an_error(serve: Serve) -> None:
    answers = iter([failure(-1, 500), as_json([user(1)])])
    listing = serve(lambda _asked: next(answers)).client.user.list(limit=1)
    with pytest.raises(FatalServiceError):
        list(listing)
    assert ids(listing) == [1]


def test_memory_stays_flat_while_walking(serve: Serve) -> None:
    listing = serve(table(20_000)).client.user.list(page_size=200)
    listing.take(400)
    tracemalloc.start()
    try:
        count = sum(1 for _row in listing)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000  # all rows together take several times as much


@pytest.mark.parametrize(("count", "page_size"), [(2, 1), (3, 2), (5, 2), (4, 100)])
def test_rows_without_a_key_that_are_the_same_count_once(serve: Serve, count: int, page_size: int) -> None:
    rows = [{"ServiceName": "x"}] * count
    client = serve(lambda asked: as_json(rows[asked.start :][: asked.count])).client
    assert [row.ServiceName for row in client.user.credit_info(ALL_CREDIT, page_size=page_size)] == ["x"]
