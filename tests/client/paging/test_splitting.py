"""Filters that are too long for one request: in parts where a list of values makes them long, refused where not."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Start
from client.hostile import Hostile, over_http
from client.scripted import Answer, Asked, Scripted, as_json, table
from client.steps import ids, ids_of, until_error
from deltasib_query import Filter, FilterTooComplexError, ParameterError, User, UserPayment
from deltasib_query.client.paging.page import Selection
from deltasib_query.client.paging.splitting import Split, split


def texts(parts: Split[User]) -> list[str]:
    return [str(part.text) for part in parts.parts]


def test_a_filter_that_fits_is_one_part() -> None:
    filter = User.User_Id.in_([1, 2, 3])
    assert split(User, filter, len, 44) == Split((Selection(User, filter, str(filter)),))


def test_no_filter_and_a_constant_one_are_one_part() -> None:
    nothing: Filter[User] = User.User_Id.in_([])
    assert split(User, None, len, 0) == Split((Selection(User),))
    assert split(User, nothing, len, 0) == Split((Selection(User, nothing),))


def test_a_list_of_numbers_is_dealt_out_to_as_few_as_hold_them() -> None:
    parts = split(User, User.User_Id.in_([1, 22, 333, 4, 5]), len, 44)
    assert texts(parts) == ["(User_Id = 1 or User_Id = 22)", "(User_Id = 333 or User_Id = 4)", "User_Id = 5"]
    assert parts.disjoint


def test_values_that_are_named_twice_are_asked_for_once() -> None:
    assert texts(split(User, User.User_Id.in_([7, 8, 7, 8, 7]), len, 15)) == ["User_Id = 7", "User_Id = 8"]


def test_what_stands_beside_the_list_stands_beside_each_part() -> None:
    filter = (User.Name == "x") & User.User_Id.in_([1, 2, 3]) & ((User.Family == "a") | (User.Name == "b"))
    parts = texts(split(User, filter, len, 90))
    assert parts == [
        "Name = 'x' and (User_Id = 1 or User_Id = 2) and (Family = 'a' or Name = 'b')",
        "Name = 'x' and User_Id = 3 and (Family = 'a' or Name = 'b')",
    ]


def test_the_longest_of_two_lists_is_taken_apart() -> None:
    filter = User.User_Id.in_([1, 2]) & User.Name.in_(["aaaaaaaa", "bbbbbbbb", "cccccccc"])
    assert texts(split(User, filter, len, 70)) == [
        "(User_Id = 1 or User_Id = 2) and Name = 'aaaaaaaa'",
        "(User_Id = 1 or User_Id = 2) and Name = 'bbbbbbbb'",
        "(User_Id = 1 or User_Id = 2) and Name = 'cccccccc'",
    ]


def test_texts_may_be_the_same_to_a_database() -> None:
    assert not split(User, User.Name.in_(["ali", "ALI ", "reza"]), len, 30).disjoint


def encoded(text: str) -> int:
    return len(quote(text, safe=""))


@given(st.lists(st.integers(0, 4294967295), min_size=1, max_size=80, unique=True), st.integers(120, 900))
def test_parts_have_all_values_once_and_fit(values: list[int], most: int) -> None:
    parts = texts(split(User, User.User_Id.in_(values) & (User.User_Id > 5), encoded, most))
    assert [int(found) for part in parts for found in re.findall(r"User_Id = (\d+)", part)] == values
    assert all(encoded(part) <= most for part in parts)


@given(st.lists(st.text("ابپ'%a ", min_size=1, max_size=20), min_size=1, max_size=30), st.integers(250, 900))
def test_parts_of_texts_fit(values: list[str], most: int) -> None:
    parts = split(User, User.Name.in_(values), encoded, most).parts
    assert all(encoded(str(part.text)) <= most for part in parts)
    filters = [part.filter for part in parts if part.filter is not None]
    assert {value for filter in filters for value in values if filter.matches(User(Name=value))} == set(values)


TOO_LONG: dict[str, tuple[Filter[User], str]] = {
    "one text": (User.Name == "x" * 99, "Name"),
    "a pattern": (User.Address.contains("y" * 99), "Address"),
    "a list that is excluded": (User.User_Id.not_in([*range(1000, 1020)]), "User_Id"),
    "a list beside another condition": (User.User_Id.in_([*range(1000, 1020)]) | (User.Name == "x"), "User_Id"),
    "a list with a value that is too long": (User.Name.in_(["a", "b" * 99]), "Name"),
    "a list beside what is too long": (User.User_Id.in_([1, 2, 3]) & (User.Name == "x" * 99), "Name"),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_anything_else_is_refused_with_its_size_the_limit_and_what_weighs_most(name: str) -> None:
    filter, heaviest = TOO_LONG[name]
    with pytest.raises(FilterTooComplexError) as caught:
        split(User, filter, len, 80)
    text = str(caught.value)
    assert f"would have {len(str(filter)):,} bytes, 80 are allowed; the comparisons with {heaviest} are " in text
    assert caught.value.code == "url-too-long"


MANY = [*range(1, 400, 3)]


def longest(server: Scripted) -> int:
    return max(len(server.url) + len(asked.path) + 1 + len(asked.query) for asked in server.calls)


@pytest.mark.parametrize("way", ["list", "scan"])
@pytest.mark.parametrize("room", [800, 1500])
def test_a_list_in_parts_brings_what_the_whole_would(start: Start, ask: Ask, way: str, room: int) -> None:
    server = start(over_http(Hostile([*range(1, 300)])))
    filter = User.User_Id.in_(MANY) & (User.User_Id > 10)
    rows = ask(server.url, lambda isp: getattr(isp.user, way)(filter, page_size=7), max_url_bytes=room)
    assert ids(rows) == [key for key in MANY if 10 < key < 300]
    assert longest(server) <= room


def test_no_address_is_longer_than_what_is_allowed_by_default(start: Start, ask: Ask) -> None:
    server = start(over_http(Hostile([*range(1, 1300)])))
    rows = ask(server.url, lambda isp: isp.user.list(User.User_Id.in_(range(1, 1000))))
    assert len(rows) == 999
    assert 5000 < longest(server) <= 6000


def test_a_persian_letter_takes_six_bytes_of_an_address(start: Start, ask: Ask) -> None:
    server = start(lambda _asked: as_json([]))
    names = [f"{'گ' * 20}{number}" for number in range(100)]
    assert ask(server.url, lambda isp: isp.user.list(User.Name.in_(names)), max_url_bytes=2000) == []
    assert longest(server) <= 2000
    asked = [asked.parameters["Filter"].count("Name = ") for asked in server.calls]
    assert sum(asked) == 100
    assert max(asked) <= 2000 // (6 * 20)


@pytest.mark.parametrize("limit", [1, 30, 31, 50, 99, 200])
def test_a_limit_holds_across_parts(start: Start, ask: Ask, limit: int) -> None:
    url = start(over_http(Hostile([*range(1, 300)]))).url
    rows = ask(url, lambda isp: isp.user.list(User.User_Id.in_(MANY), limit=limit), max_url_bytes=1500)
    assert ids(rows) == [key for key in MANY if key < 300][:limit]


def test_rows_of_parts_are_counted(start: Start, ask: Ask) -> None:
    url = start(over_http(Hostile([*range(1, 300)]))).url
    assert ask(url, lambda isp: isp.user.list(User.User_Id.in_(MANY)).count(), max_url_bytes=1500) == 100
    assert ask(url, lambda isp: isp.user.list(User.User_Id.in_(MANY), limit=42).count(), max_url_bytes=1500) == 42


def same_to_a_database(asked: Asked) -> Answer:
    """A server to which texts are the same whatever the case of their letters, and the spaces behind them."""
    wanted = {name.rstrip().lower() for name in re.findall(r"Name = '([^']*)'", asked.parameters["Filter"])}
    names = {1: "ali", 2: "Ali", 3: "reza", 4: "sara", 5: "ALI "}
    found = [{"User_Id": key, "Name": name} for key, name in names.items() if name.rstrip().lower() in wanted]
    return as_json(found[asked.start :][: asked.count])


NAMES = ["ali" + " " * count for count in range(8)] + ["ALI", "reza", "Sara", "nobody", "SARA"]


@pytest.mark.parametrize("way", ["list", "scan"])
def test_rows_that_several_parts_select_come_once(start: Start, ask: Ask, way: str) -> None:
    server = start(same_to_a_database)
    rows = ask(server.url, lambda isp: isp.user.list(User.Name.in_(NAMES), page_size=2), max_url_bytes=450)
    assert len({asked.parameters["Filter"] for asked in server.calls}) > 1
    assert sorted(ids(rows)) == [1, 2, 3, 4, 5]


def test_rows_that_several_parts_select_are_counted_once(start: Start, ask: Ask) -> None:
    url = start(same_to_a_database).url
    assert ask(url, lambda isp: isp.user.list(User.Name.in_(NAMES)).count(), max_url_bytes=450) == 5


def test_a_limit_counts_rows_that_several_parts_select_once(start: Start, ask: Ask) -> None:
    url = start(same_to_a_database).url
    rows = ask(url, lambda isp: isp.user.list(User.Name.in_(NAMES), limit=4), max_url_bytes=450)
    assert len(set(ids(rows))) == 4


def test_a_token_knows_the_rows_that_came_of_other_parts(start: Start, ask: Ask) -> None:
    url = start(same_to_a_database).url
    options = {"max_url_bytes": 450}
    pages = ask(url, lambda isp: isp.user.list(User.Name.in_(NAMES), page_size=2, prefetch=1).pages(), **options)
    came: list[int] = []
    for page in pages:
        came += ids(page)
        rest = ask(url, lambda isp, page=page: isp.user.list(User.Name.in_(NAMES)).resume(page.token), **options)
        assert sorted([*came, *ids(rest)]) == [1, 2, 3, 4, 5]


def test_an_offset_is_refused_where_there_are_parts(start: Start, ask: Ask) -> None:
    server = start(table(5))
    with pytest.raises(ParameterError, match=r"^start: "):
        ask(server.url, lambda isp: isp.user.list(User.User_Id.in_(MANY), start=1), max_url_bytes=800)
    assert server.calls == []


@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_filter_that_no_request_can_carry_is_refused_at_the_call(start: Start, ask: Ask, way: str) -> None:
    server = start(table(5))
    with pytest.raises(FilterTooComplexError, match=r"6,000 are allowed; the comparisons with Address are"):
        ask(server.url, lambda isp: (getattr(isp.user, way)(User.Address == "گ" * 1000), None)[1])
    assert server.calls == []


def test_an_address_that_is_too_long_without_a_filter_is_asked_for(start: Start, ask: Ask) -> None:
    assert ids(ask(start(table(3)).url, lambda isp: isp.user.list(), max_url_bytes=0)) == [0, 1, 2]


@pytest.mark.parametrize("room", [-1, "6000", True, 1.5])
def test_a_length_of_an_address_that_is_none(ask: Ask, room: Any) -> None:
    with pytest.raises(ParameterError, match=r"^max_url_bytes: "):
        ask("http://127.0.0.1:1", lambda isp: isp.user.list(), max_url_bytes=room)


def test_payments_of_one_customer_in_parts(start: Start, ask: Ask) -> None:
    def answer(asked: Asked) -> Answer:
        wanted = sorted(map(int, re.findall(r"User_Payment_Id = (\d+)", asked.parameters["Filter"])))
        return as_json([{"User_Payment_Id": key} for key in wanted[asked.start :][: asked.count]])

    server = start(answer)
    filter = UserPayment.User_Payment_Id.in_(range(100))
    rows = ask(server.url, lambda isp: isp.user_payment.list(filter, user_id=5, page_size=9), max_url_bytes=1500)
    assert [row.User_Payment_Id for row in rows] == [*range(100)]
    assert {asked.parameters["User_Id"] for asked in server.calls} == {"5"}


def test_an_error_of_a_later_part_has_the_token_there(start: Start, ask: Ask) -> None:
    left = iter(range(12))
    url = start(
        lambda asked: Answer(reset=True) if next(left, None) == 11 else over_http(Hostile([*range(1, 300)]))(asked)
    ).url

    def walk(isp: Any) -> Any:
        return isp.user.list(User.User_Id.in_(MANY), page_size=9)

    pages, error = ask(url, lambda isp: until_error(walk(isp).pages()), max_url_bytes=1500, retries=0)
    rest = ask(url, lambda isp: walk(isp).resume(error.resume_token), max_url_bytes=1500)
    assert ids_of(pages) + ids(rest) == [key for key in MANY if key < 300]
