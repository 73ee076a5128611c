"""Rows that a test brings instead of made-up data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from databases import Database
from deltasib_query import OnlineRadiusUser, ParameterError, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.sandbox.server import Sandbox

Serve = Callable[..., httpx.Client]

MOMENT = datetime(2021, 1, 31, 9, 8, 7)  # noqa: DTZ001 - as the service has them: in its own time
ALI = {"User_Id": 7, "Username": "Ali  ", "Name": None, "Family": "x", "Address": "y"}
ACTIVE = {
    "User_Id": 7, "Service_Id": 1, "ServiceStatus": "Active", "StartDate": "2021-01-01", "EndDate": "2021-01-31",
}  # fmt: skip


def rows(client: httpx.Client, object: str, **parameters: object) -> list[dict[str, Any]]:
    given = {"Action": "list", **{name: str(value) for name, value in parameters.items()}}
    found: list[dict[str, Any]] = client.get(f"/{object}/", params=given).json()
    return found


def test_the_given_rows_are_all_there_is(serve: Serve) -> None:
    client = serve(rows={User: [ALI]})
    assert rows(client, "user") == [ALI]
    assert rows(client, "service") == []


def test_no_rows_at_all(serve: Serve) -> None:
    assert rows(serve(rows={}), "user") == []


def test_records(serve: Serve) -> None:
    client = serve(rows={User: [User.from_row(ALI)]})
    assert rows(client, "user") == [ALI]


def test_rows_of_a_subclass_without_fields_are_rows_of_its_base(serve: Serve) -> None:
    class Mine(User):
        pass

    client = serve(rows={Mine: [{"User_Id": 1}], User: [User.from_row({"User_Id": 2})]})
    assert [row["User_Id"] for row in rows(client, "user")] == [1, 2]


def test_a_record_of_a_payment_with_its_user(serve: Serve) -> None:
    payment = UserPayment.from_row({"User_Payment_Id": 1, "User_Id": 5, "Price": "1,200.50", "VoucherDate": ""})
    (row,) = rows(serve(rows={UserPayment: [payment]}), "User.payment", User_Id=5)
    assert (row["Price"], row["VoucherDate"], row["Comment"]) == ("1,200.50", "0000-00-00", None)


def test_payments_of_a_user(serve: Serve) -> None:
    payments = [{"User_Payment_Id": number, "User_Id": number} for number in (5, 6)]
    assert [row["User_Payment_Id"] for row in rows(serve(rows={UserPayment: payments}), "User.payment", User_Id=5)] == [
        5
    ]


@pytest.mark.parametrize(
    ("record", "object", "name", "value", "answered"),
    [
        (Service, "service", "ISEnable", True, "Yes"),
        (Service, "service", "ISEnable", "no", "No"),
        (Service, "service", "Price", Decimal("1200.5"), "1,200.50"),
        (Service, "service", "Price", "1,200.50", "1,200.50"),
        (Service, "service", "Price", 3, "3"),
        (Service, "service", "Price", None, None),
        (UserPayment, "User.payment", "VoucherDate", date(2021, 1, 31), "2021-01-31"),
        (UserPayment, "User.payment", "VoucherDate", "0000-00-00", "0000-00-00"),
        (UserPayment, "User.payment", "User_PaymentCD", MOMENT, "2021-01-31 09:08:07"),
        (UserServiceBase, "user.service.base", "ExtraDay", -3, -3),
    ],
)
def test_values(serve: Serve, record: Any, object: str, name: str, value: object, answered: object) -> None:
    owner = {} if record is Service else {"User_Id": 1}
    client = serve(rows={record: [{name: value, **owner}]})
    assert rows(client, object, User_Id=1, Field=name) == [{name: answered}]


def test_filters_find_given_rows(serve: Serve) -> None:
    client = serve(rows={User: [ALI, {"User_Id": 8, "Username": "reza"}]})
    assert [row["User_Id"] for row in rows(client, "user", Filter="Username = 'ali'")] == [7]


def test_a_name_with_spaces_at_its_end_is_found(serve: Serve) -> None:
    client = serve(rows={User: [ALI], UserServiceBase: [ACTIVE]})
    assert len(rows(client, "user.service.base", Username="ALI")) == 1


def test_ids_are_given_where_they_are_missing(serve: Serve) -> None:
    client = serve(rows={Service: [{"ServiceName": "a"}, {"ServiceName": "b"}]})
    assert rows(client, "service", Field="Service_Id") == [{"Service_Id": 1}, {"Service_Id": 2}]


@pytest.mark.parametrize(("end", "period"), [("2021-01-31", "0-1-0"), ("0000-00-00", "0-0-0")])
def test_credit_of_given_rows(serve: Serve, end: str, period: str) -> None:
    services = [{"Service_Id": 1, "ServiceName": "ADSL"}]
    client = serve(rows={User: [ALI], Service: services, UserServiceBase: [{**ACTIVE, "EndDate": end}]})
    (row,) = rows(client, "user", Action="creditinfo", User_Id=7)
    assert (row["ServiceName"], row["Period"]) == ("ADSL", period)


def test_the_status_of_a_service_is_told_without_regard_to_case(serve: Serve) -> None:
    services = [{"Service_Id": 1, "ServiceName": "ADSL"}]
    active = {**ACTIVE, "ServiceStatus": "ACTIVE "}
    client = serve(rows={User: [ALI], Service: services, UserServiceBase: [active]})
    assert [row["ServiceName"] for row in rows(client, "user", Action="creditinfo", User_Id=7)] == ["ADSL"]


def test_credit_of_a_user_with_two_active_services_is_one_row(serve: Serve) -> None:
    client = serve(rows={User: [ALI], Service: [{"Service_Id": 1}], UserServiceBase: [ACTIVE, ACTIVE]})
    assert len(rows(client, "user", Action="creditinfo", User_Id=7)) == 1


def test_the_status_of_a_given_user(serve: Serve) -> None:
    client = serve(rows={User: [{**ALI, "Status_Id": 3}]})
    answer = client.get("/user.status/", params={"Action": "currentstatus", "User_Id": "7"})
    assert answer.json() == {"Status_Id": 3, "Status_Name": "Suspend"}


def test_the_reseller_of_a_given_user(serve: Serve) -> None:
    users = [{"User_Id": 1, "Reseller_Id": 3}, {"User_Id": 2, "Reseller_Id": 2}]
    client = serve(resellers={"reseller": "sandbox", "other": "x"}, rows={User: users})
    assert rows(client, "user", Field="User_Id") == [{"User_Id": 2}]


def test_sessions_of_nobody_are_everybodys(serve: Serve) -> None:
    client = serve(rows={OnlineRadiusUser: [{"User_Id": 9}]})
    assert rows(client, "radius", Field="User_Id") == [{"User_Id": 9}]


def test_rows_serve_again_when_a_sandbox_starts_again(connect: Callable[..., httpx.Client]) -> None:
    sandbox = Sandbox(rows={User: iter([ALI])})
    for _ in range(2):
        with sandbox:
            assert rows(connect(sandbox), "user") == [ALI]


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({UserCreditInfo: [{"User_Id": 1}]}, "not of UserCreditInfo"),
        ({User: [{"User_Id": 1, "Colour": "blue"}]}, "User has no Colour"),
        ({Service: [{"Price": "cheap"}]}, "Price is a number"),
        ({User: [{"Name": []}]}, "Name cannot hold a list"),
        ({User: [{"Name": b"ali"}]}, "Name cannot hold a bytes"),
    ],
)
def test_rows_that_no_table_has(wrong: Any, rule: str) -> None:
    with pytest.raises(ParameterError, match=rule):
        Sandbox(rows=wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {User: [ALI, ALI]},
        {UserPayment: [{"User_Payment_Id": 1}]},
        {User: [{"User_Id": 10**30}]},
        {User: [{"Name": "half a \ud83d"}]},
    ],
)
def test_rows_that_a_table_does_not_take(wrong: Any, database: Database) -> None:
    with (
        database() as address,
        pytest.raises(ParameterError, match="rows: the database takes them"),
        Sandbox(rows=wrong, database=address),
    ):
        pass
