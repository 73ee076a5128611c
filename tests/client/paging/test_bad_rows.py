"""Rows that cannot be read: raised, left out or collected; they never end a walk, and their keys keep its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from client.conftest import Ask, Call, Start
from client.scripted import Answer, Asked, Script, always, as_json, user
from client.steps import ids, ids_of, until_error
from deltasib_query import InvalidRowError, User

LIST_FOR_TEXT: dict[str, object] = {"User_Id": 5, "Name": ["a", "b"]}
TEXT_FOR_KEY: dict[str, object] = {"User_Id": "five", "Name": "راز"}
NO_KEY: dict[str, object] = {"Name": "راز"}
NULL_FOR_KEY: dict[str, object] = {"User_Id": None, "Name": "راز"}


def rows_of(rows: Sequence[dict[str, object]]) -> Script:
    return lambda asked: as_json(rows[asked.start :][: asked.count])


def mixed(*bad: dict[str, object], count: int = 12) -> list[dict[str, object]]:
    """Rows 0, 1, 2, … of which those behind the fourth begin with the bad ones."""
    rows = [user(number) for number in range(count)]
    return [*rows[:5], *bad, *rows[6:]]


@pytest.mark.parametrize("bad", [LIST_FOR_TEXT, TEXT_FOR_KEY, NO_KEY, NULL_FOR_KEY])
def test_a_bad_row_raises_behind_the_pages_before_its_own(start: Start, ask: Ask, bad: dict[str, object]) -> None:
    url = start(rows_of(mixed(bad))).url
    pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=4).pages()))
    assert ids_of(pages) == [0, 1, 2, 3]
    assert isinstance(error, InvalidRowError)
    assert (error.row, error.object, error.action) == (bad, "user", "list")
    assert error.field == ("Name" if bad is LIST_FOR_TEXT else "User_Id")


@pytest.mark.parametrize("bad", [LIST_FOR_TEXT, TEXT_FOR_KEY, NO_KEY, NULL_FOR_KEY])
def test_the_token_of_a_bad_row_goes_on_with_its_page(start: Start, ask: Ask, bad: dict[str, object]) -> None:
    url = start(rows_of(mixed(bad))).url
    _pages, error = ask(url, lambda isp: until_error(isp.user.list(page_size=4).pages()))
    assert "راز" not in str(error.resume_token)
    rest = ask(url, lambda isp: isp.user.list(on_bad_row="skip").resume(error.resume_token))
    assert ids(rest) == [4, *range(6, 12)]


@pytest.mark.parametrize("options", [{}, {"prefetch": 1}])
@pytest.mark.parametrize("bad", [LIST_FOR_TEXT, TEXT_FOR_KEY, NO_KEY, NULL_FOR_KEY])
def test_a_bad_row_is_left_out(start: Start, ask: Ask, bad: dict[str, object], options: dict[str, Any]) -> None:
    url = start(rows_of(mixed(bad))).url
    pages = ask(url, lambda isp: isp.user.list(page_size=4, on_bad_row="skip", **options).pages())
    assert ids_of(pages) == [*range(5), *range(6, 12)]
    assert [page.bad_rows for page in pages] == [()] * len(pages)


@pytest.mark.parametrize("options", [{}, {"prefetch": 1}])
def test_bad_rows_are_collected_with_their_page(start: Start, ask: Ask, options: dict[str, Any]) -> None:
    url = start(rows_of(mixed(LIST_FOR_TEXT, TEXT_FOR_KEY))).url
    pages = ask(url, lambda isp: isp.user.list(page_size=4, on_bad_row="collect", **options).pages())
    assert ids_of(pages) == [*range(5), *range(6, 12)]
    assert [(error.row, error.field) for page in pages for error in page.bad_rows] == [
        (LIST_FOR_TEXT, "Name"),
        (TEXT_FOR_KEY, "User_Id"),
    ]


BAD = [{"User_Id": number, "Name": [number]} for number in range(5, 12)]
KEYLESS: list[dict[str, object]] = [{"Name": f"{number}"} for number in range(5, 12)]
UNREADABLE: list[dict[str, object]] = [{"User_Id": f"{number}?"} for number in range(5, 12)]


@pytest.mark.parametrize("bad", [BAD, KEYLESS, UNREADABLE])
def test_a_page_of_nothing_but_bad_rows_does_not_end_a_walk(
    start: Start, ask: Ask, bad: list[dict[str, object]]
) -> None:
    rows = [*[user(number) for number in range(5)], *bad, *[user(number) for number in range(12, 20)]]
    url = start(rows_of(rows)).url
    pages = ask(url, lambda isp: isp.user.list(page_size=3, on_bad_row="skip").pages())
    assert ids_of(pages) == [*range(5), *range(12, 20)]
    assert all(len(page) for page in pages)
    collected = ask(url, lambda isp: isp.user.list(page_size=3, on_bad_row="collect").pages())
    assert [error.row for page in collected for error in page.bad_rows] == bad
    assert all(len(page) or page.bad_rows for page in collected)


def test_the_keys_of_bad_rows_keep_the_place(start: Start, ask: Ask) -> None:
    """The last row of the first page is bad, and a row goes in front of it behind that page."""
    rows: list[dict[str, object]] = [user(n) if n % 4 != 3 else {"User_Id": n, "Name": [n]} for n in range(13)]
    asked_for = []

    def answer(asked: Asked) -> Answer:
        asked_for.append(asked)
        return rows_of(rows if len(asked_for) == 1 else rows[1:])(asked)

    pages = ask(start(answer).url, lambda isp: isp.user.list(page_size=4, on_bad_row="collect").pages())
    assert ids_of(pages) == [n for n in range(13) if n % 4 != 3]
    assert [error.row["User_Id"] for page in pages for error in page.bad_rows] == [3, 7, 11]
    assert pages[1].drift is not None and pages[1].drift.moved == -1


def test_a_walk_over_rows_whose_keys_cannot_be_read_is_not_led_astray_by_rows_that_go(start: Start, ask: Ask) -> None:
    """Behind a readable key there are keys that cannot be asked for when the place is looked for."""
    rows: list[dict[str, object]] = [user(0), user(1), user(2), {"User_Id": "?"}, user(4), user(5), user(6), user(7)]
    asked_for = []

    def answer(asked: Asked) -> Answer:
        asked_for.append(asked)
        there = rows if len(asked_for) < 3 else [*rows[1:4], *rows[5:]]
        wanted = asked.parameters.get("Filter", "")
        return rows_of([row for row in there if not wanted or f"User_Id = {row['User_Id']}" in wanted])(asked)

    rest = ask(start(answer).url, lambda isp: isp.user.list(page_size=5, on_bad_row="skip"))
    assert set(ids(rest)) >= {0, 1, 2, 5, 6, 7}
    assert len(ids(rest)) == len(set(ids(rest)))


def test_bad_rows_count_for_a_limit(start: Start, ask: Ask) -> None:
    url = start(rows_of(mixed(LIST_FOR_TEXT))).url
    assert ids(ask(url, lambda isp: isp.user.list(page_size=4, limit=8, on_bad_row="skip"))) == [0, 1, 2, 3, 4, 6, 7]


def scanned(bad: dict[str, object]) -> Script:
    return lambda asked: rows_of([] if "Filter" in asked.parameters else mixed(bad))(asked)


def test_bad_rows_of_a_scan(start: Start, ask: Ask) -> None:
    url = start(scanned(LIST_FOR_TEXT)).url
    found = ask(url, lambda isp: isp.user.scan(page_size=30, on_bad_row="collect", limit=12).pages())
    assert sorted(ids_of(found)) == [*range(5), *range(6, 12)]
    assert [error.row for page in found for error in page.bad_rows] == [LIST_FOR_TEXT]
    assert json.loads(found[-1].token)["left"] == 0


@pytest.mark.parametrize("on_bad_row", ["raise", "skip", "collect"])
@pytest.mark.parametrize("bad", [TEXT_FOR_KEY, NO_KEY, NULL_FOR_KEY])
def test_a_scan_cannot_go_on_without_a_key(start: Start, ask: Ask, on_bad_row: str, bad: dict[str, object]) -> None:
    """Whatever it asks for next, such a row may be in the response or hide another one."""
    url = start(scanned(bad)).url
    with pytest.raises(InvalidRowError) as caught:
        ask(url, lambda isp: isp.user.scan(page_size=30, on_bad_row=on_bad_row))
    assert caught.value.row == bad


def test_every_list_but_that_of_credit_refuses_a_row_without_its_key(start: Start, ask: Ask) -> None:
    url = start(always(as_json([{"Name": "x", "ServiceName": "x", "Nas_Id": 1, "Price": 1, "PayPrice": 1}]))).url
    lists: dict[str, Call] = {
        "User_Id": lambda isp: isp.user.list(),
        "Service_Id": lambda isp: isp.service.list(),
        "Online_RadiusUser_Id": lambda isp: isp.radius.list(),
        "User_Payment_Id": lambda isp: isp.user_payment.list(user_id=1),
        "User_ServiceBase_Id": lambda isp: isp.user_service_base.list(user_id=1),
    }
    for key, call in lists.items():
        with pytest.raises(InvalidRowError, match=f"the row has no {key}") as caught:
            ask(url, call)
        assert caught.value.field == key
    assert ask(url, lambda isp: isp.user.credit_info(user_id=1).one()).User_Id is None


def test_from_row_takes_a_row_without_its_key() -> None:
    assert User.from_row({"Username": "ali"}).User_Id is None


def test_the_rows_of_a_page_that_are_good_are_records(start: Start, ask: Ask) -> None:
    [page] = ask(start(rows_of(mixed(LIST_FOR_TEXT))).url, lambda isp: isp.user.list(on_bad_row="collect").pages())
    assert {type(row) for row in page.rows} == {User}
