"""What customers have left: whose credit is asked for, and what answers of every form are read as."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import FilterUsageError, ParameterError, UserCreditInfo

from .conftest import Ask, Call, Start
from .scripted import Asked, always, as_json, table, user

SOME = UserCreditInfo.User_Id >= 7
ALL = UserCreditInfo.User_Id.not_in([])


def one(answer: object, start: Start, ask: Ask) -> Any:
    [row] = ask(start(always(as_json(answer))).url, lambda isp: isp.user.credit_info(user_id=7))
    return row


@pytest.mark.parametrize(
    "call",
    [
        lambda isp: isp.user.credit_info(7),
        lambda isp: isp.user.credit_info(7, user_id=7),
        lambda isp: isp.user.credit_info(user_id=SOME),
        lambda isp: isp.user.credit_info(SOME, user_id=ALL),
    ],
)
def test_an_id_and_a_filter_each_have_their_place(start: Start, ask: Ask, call: Call) -> None:
    server = start(always(as_json([])))
    with pytest.raises(FilterUsageError):
        ask(server.url, call)
    assert server.calls == []


@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        (lambda isp: isp.user.credit_info(user_id=7), {"User_Id": "7"}),
        (lambda isp: isp.user.credit_info(SOME), {"User_Id": "0", "Filter": "User_Id >= 7"}),
        (lambda isp: isp.user.credit_info(filter=SOME), {"User_Id": "0", "Filter": "User_Id >= 7"}),
        (lambda isp: isp.user.credit_info(SOME, user_id=7), {"User_Id": "7", "Filter": "User_Id >= 7"}),
        (lambda isp: isp.user.credit_info(SOME, user_id=0), {"User_Id": "0", "Filter": "User_Id >= 7"}),
        (lambda isp: isp.user.credit_info(filter=ALL), {"User_Id": "0", "Filter": "User_Id >= 0"}),
        (lambda isp: isp.user.credit_info(ALL, user_id=7), {"User_Id": "7"}),
    ],
    ids=["id", "filter", "filter by name", "both", "id zero and filter", "everybody", "id and all"],
)
def test_whose_credit_is_asked_for(start: Start, ask: Ask, call: Call, parameters: dict[str, str]) -> None:
    server = start(always(as_json([])))
    ask(server.url, call)
    sent = server.calls[0].parameters
    assert {name: sent[name] for name in sent if name in {"User_Id", "Filter"}} == parameters


def test_all_fields_are_asked_for_by_a_star(start: Start, ask: Ask) -> None:
    server = start(always(as_json([])))
    ask(server.url, lambda isp: isp.user.credit_info(user_id=7))
    assert server.calls[0].parameters["Field"] == "*"


@pytest.mark.parametrize("filter", [None, SOME], ids=["id", "id and filter"])
def test_one_customer_is_one_request_for_one_row(start: Start, ask: Ask, filter: object) -> None:
    server = start(always(as_json([user(7)])))
    assert len(ask(server.url, lambda isp: isp.user.credit_info(filter, user_id=7))) == 1
    assert [(asked.start, asked.count) for asked in server.calls] == [(0, 1)]


@pytest.mark.parametrize("user_id", [None, 0])
def test_nobody_is_refused_and_nothing_sent(start: Start, ask: Ask, user_id: object) -> None:
    server = start(table(5))
    with pytest.raises(ParameterError, match=r"^user_id: a user id or a filter is needed$"):
        ask(server.url, lambda isp: isp.user.credit_info(user_id=user_id))
    assert (server.logins, server.calls) == ([], [])


def test_one_customer_by_one_is_asked_for_once(start: Start, ask: Ask) -> None:
    server = start(always(as_json(user(7))))
    assert ask(server.url, lambda isp: isp.user.credit_info(user_id=7).one()).User_Id == 7
    assert len(server.calls) == 1


def test_a_limit_of_nothing_asks_for_nobody(start: Start, ask: Ask) -> None:
    server = start(always(as_json([user(7)])))
    assert ask(server.url, lambda isp: isp.user.credit_info(user_id=7, limit=0)) == []
    assert server.calls == []


def test_the_customers_of_a_filter_come_in_pages(start: Start, ask: Ask) -> None:
    server = start(table(5))
    rows = ask(server.url, lambda isp: isp.user.credit_info(filter=SOME, page_size=2, limit=5))
    assert [row.User_Id for row in rows] == [0, 1, 2, 3, 4]
    assert [(asked.start, asked.count) for asked in server.calls] == [(0, 2), (1, 2), (2, 2), (3, 2)]


def test_a_filter_that_selects_nobody_asks_for_nothing(start: Start, ask: Ask) -> None:
    server = start(table(5))
    assert ask(server.url, lambda isp: isp.user.credit_info(filter=UserCreditInfo.User_Id.in_([]))) == []
    assert server.calls == []


@pytest.mark.parametrize("filter", ["User_Id = 7", 5])
def test_what_is_no_filter_is_refused(start: Start, ask: Ask, filter: object) -> None:
    with pytest.raises(FilterUsageError):
        ask(start(table(5)).url, lambda isp: isp.user.credit_info(filter=filter))


def test_a_single_object_is_one_row(start: Start, ask: Ask) -> None:
    row = one({"User_Id": 7, "ServiceStatus": "Active"}, start, ask)
    assert (row.User_Id, row.ServiceStatus) == (7, "Active")


def test_keys_in_lower_case_are_the_documented_ones(start: Start, ask: Ask) -> None:
    row = one([{"user_id": "7", "username": "ali", "servicestatus": "Active", "etrr": 5}], start, ask)
    assert (row.User_Id, row.Username, row.ServiceStatus, row.ETrR) == (7, "ali", "Active", 5)
    assert row.model_extra == {}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234,567", 1_234_567), ("-1,234", -1_234), ("0", 0), ("12", 12), (12, 12), ("96,636,764,160", 96_636_764_160)],
)
def test_amounts_with_and_without_commas_are_numbers(start: Start, ask: Ask, text: object, number: int) -> None:
    assert one([{"User_Id": 7, "STrR": text}], start, ask).STrR == number


def test_unlimited_stays_unlimited(start: Start, ask: Ask) -> None:
    row = one([{"User_Id": 7, "STiR": "UL", "STiU": "3,600", "STiA": "UL"}], start, ask)
    assert (row.STiR, row.STiU, row.STiA) == ("UL", 3600, "UL")


def test_a_customer_without_an_active_service_has_no_status(start: Start, ask: Ask) -> None:
    row = one([{"User_Id": 7, "ServiceStatus": None, "ServiceName": None, "ETrR": None}], start, ask)
    assert (row.ServiceStatus, row.ServiceName, row.ETrR) == (None, None, None)


def test_yes_and_no_are_bools(start: Start, ask: Ask) -> None:
    row = one([{"User_Id": 7, "ISFairService": "Yes", "GiftStopOnTrFinish": "No"}], start, ask)
    assert (row.ISFairService, row.GiftStopOnTrFinish) == (True, False)


def test_rows_without_a_key_are_told_apart_by_their_values(start: Start, ask: Ask) -> None:
    """The response is not documented to have the id."""

    def answer(asked: Asked) -> Any:
        return as_json([{"ETrR": asked.start}] if asked.start < 3 else [])

    rows = ask(start(answer).url, lambda isp: isp.user.credit_info(filter=SOME, page_size=1))
    assert [row.ETrR for row in rows] == [0, 1, 2]
