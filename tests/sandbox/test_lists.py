"""The six lists: their rows, `Field`, the limits and whose rows they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deltasib_query import OnlineRadiusUser, Record, Service, User, UserCreditInfo, UserPayment, UserServiceBase

Get = Callable[..., list[dict[str, Any]]]

ALI = {
    "User_Id": 1, "Username": "ali", "Name": "علی", "Family": "رضایی",
    "Address": "تهران، خیابان ولی\u200cعصر، پلاک ۱۲",
}  # fmt: skip


def test_users(get: Get) -> None:
    assert get("user")[0] == ALI


def test_services(get: Get) -> None:
    assert get("service")[1] == {
        "Service_Id": 2, "ServiceName": "ADSL 16M سه\u200cماهه", "Description": "", "Price": "420,000.50",
        "ServiceType": "Base", "ISEnable": "Yes", "UserChoosable": "No", "ResellerChoosable": "Yes",
    }  # fmt: skip


def test_who_is_online(get: Get) -> None:
    assert get("radius")[0] == {"Online_RadiusUser_Id": 1, "User_Id": 1, "Nas_Id": 3, "NasPortId": "eth 1/0/12:100"}


def test_payments_of_a_user(get: Get) -> None:
    assert [row["User_Payment_Id"] for row in get("User.payment", User_Id=1)] == [1, 2, 3]


def test_a_payment_that_was_taken_back(get: Get) -> None:
    assert get("User.payment", User_Id=1)[1] == {
        "User_Payment_Id": 2, "Creator_Id": 2, "User_PaymentCD": "2021-01-15 00:00:00", "PaymentType": "Other",
        "Price": "-1,200.50", "Paybalance": "148,799.50", "VoucherNo": "", "VoucherDate": "0000-00-00",
        "BankBranchName": "", "BankBranchNo": "", "Comment": "10% off", "Terminal_Id": 0, "Currency_Id": 1,
        "PriceINCurrency": "-1,200.50",
    }  # fmt: skip


def test_base_services_of_a_user(get: Get) -> None:
    states = [row["ServiceStatus"] for row in get("user.service.base", User_Id=1)]
    assert states == ["Used", "Active", "Pending", "Cancel"]


def test_base_services_by_username_in_any_case(get: Get) -> None:
    assert len(get("user.service.base", Username="ALI")) == 4


def test_where_both_are_given_username_wins(get: Get) -> None:
    assert len(get("user.service.base", Username="ali", User_Id=2)) == 4


def test_base_services_of_an_unknown_username(get: Get) -> None:
    assert get("user.service.base", Username="nobody") == []


def test_payments_of_an_unknown_user(get: Get) -> None:
    assert get("User.payment", User_Id=4_000_000_000) == []


def test_credit_of_a_user_with_an_active_service(get: Get) -> None:
    (row,) = get("user", Action="creditinfo", User_Id=1)
    assert (row["User_Id"], row["Username"], row["ServiceStatus"]) == (1, "ali", "Active")
    assert (row["ServiceName"], row["StartDate"], row["EndDate"]) == (
        "ADSL 16M سه\u200cماهه", "2021-01-10", "2021-04-10 12:00:00",
    )  # fmt: skip


def test_credit_without_an_active_service(get: Get) -> None:
    rows = get("user", Action="creditinfo", User_Id=0, Filter="User_Id > 0", LimitCount=1000)
    statuses = [row["ServiceStatus"] for row in rows if row["ServiceName"] is None]
    assert statuses
    assert set(statuses) == {None}


def test_credit_counts_bytes_with_thousands_commas(get: Get) -> None:
    (row,) = get("user", Action="creditinfo", User_Id=1)
    assert (row["STrA"], row["MTrA"]) == ("90,000,000,000", "30,000,000,000")


def test_credit_has_unlimited_time(get: Get) -> None:
    rows = get("user", Action="creditinfo", User_Id=0, Filter="User_Id > 0", LimitCount=1000)
    assert "UL" in {row["STiR"] for row in rows}


def test_credit_by_the_filter_alone(get: Get) -> None:
    assert [r["User_Id"] for r in get("user", Action="creditinfo", User_Id=0, Filter="Username='ali'")] == [1]


def test_credit_by_user_and_filter(get: Get) -> None:
    assert get("user", Action="creditinfo", User_Id=2, Filter="Username='ali'") == []


@pytest.mark.parametrize(
    ("object", "action", "record"),
    [
        ("user", "list", User),
        ("user", "creditinfo", UserCreditInfo),
        ("service", "list", Service),
        ("radius", "list", OnlineRadiusUser),
        ("User.payment", "list", UserPayment),
        ("user.service.base", "list", UserServiceBase),
    ],
)
def test_rows_have_every_documented_field_and_can_be_read(
    get: Get, object: str, action: str, record: type[Record]
) -> None:
    for row in get(object, Action=action, User_Id=1, LimitCount=1000):
        assert list(row) == [*record.fields_by_name, *record.response_fields_by_name]
        record.from_row(row)


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("Username", ["Username"]),
        (" Username , User_Id ", ["Username", "User_Id"]),
        ("USERNAME,user_id,Username", ["Username", "User_Id"]),
        ("*", list(ALI)),
        (" ", list(ALI)),
    ],
)
def test_field(get: Get, field: str, keys: list[str]) -> None:
    assert list(get("user", Field=field)[0]) == keys


def test_field_of_the_credit(get: Get) -> None:
    assert get("user", Action="creditinfo", User_Id=1, Field="ServiceStatus,Username") == [
        {"ServiceStatus": "Active", "Username": "ali"}
    ]


@pytest.mark.parametrize(
    ("limits", "ids"),
    [
        ({"LimitCount": 2}, [1, 2]),
        ({"LimitFrom": 3, "LimitCount": 2}, [4, 5]),
        ({"LimitFrom": 199}, [200]),
        ({"LimitFrom": 200}, []),
        ({"LimitCount": 0}, []),
        ({}, list(range(1, 101))),
        ({"LimitFrom": "", "LimitCount": ""}, list(range(1, 101))),
        ({"LimitCount": 1000}, list(range(1, 201))),
    ],
)
def test_limits(get: Get, limits: dict[str, object], ids: list[int]) -> None:
    assert [row["User_Id"] for row in get("user", **limits)] == ids


def test_names_of_objects_actions_and_parameters_in_any_case(client: httpx.Client) -> None:
    parameters = {"action": "LIST", "user_id": "1", "LIMITCOUNT": "1", "field": "price"}
    answer = client.get("/USER.Payment/", params=parameters)
    assert answer.json() == [{"Price": "150,000"}]


def test_unknown_parameters_are_ignored(get: Get) -> None:
    assert get("user", LimitCount=1, Colour="blue") == [ALI]


def test_the_last_slash_may_be_missing(client: httpx.Client) -> None:
    assert client.get("/user", params={"Action": "list", "LimitCount": "1"}).json() == [ALI]


def test_answers_are_utf8_without_escapes(client: httpx.Client) -> None:
    answer = client.get("/user/", params={"Action": "list", "LimitCount": "1"})
    assert answer.headers["Content-Type"] == "application/json"
    assert "رضایی".encode() in answer.content


def test_money_never_shows_more_than_two_decimals(get: Get) -> None:
    shown = [row["Price"] for row in get("service")]
    assert [price for price in shown if not re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]{2})?", price)] == []
