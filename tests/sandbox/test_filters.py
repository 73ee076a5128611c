"""What a `Filter` finds. The users up to 8, and all that is of user 1, are written out in the seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Get = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("Username = 'ali'", [1]),
        ("username='ALI'", [1]),
        ("Username = 'ali   '", [1]),
        ("Username = ' ali'", []),
        ("Username=09121234567", [2]),
        ("Username = 09121234567", [2]),
        ("Username= 09121234567 ", [2]),
        ("Username = '9121234567'", [7]),
        ("Username <> 'ali' and User_Id <= 3", [2, 3]),
        ("User_Id == 3", [3]),
        ("User_Id > 2 and User_Id < 5", [3, 4]),
        ("User_Id = 1 or User_Id = 3 and Username = 'x'", [1]),
        ("(User_Id = 1 or User_Id = 3) and Username <> 'ali'", [3]),
        ("Family = 'O''Reilly'", [5]),
        ("Family = 'رضایی'", [1]),
        ("Name = ''", [6]),
        ("Address = ''", [4]),
        ("Name = 'ZOË'", [8]),
    ],
)
def test_comparisons(ids: Callable[[str], list[int]], filter: str, expected: list[int]) -> None:
    assert ids(filter) == expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("Username like 'ali%'", [1, 6]),
        ("Username like 'ALI'", [1]),
        ("Username like 'ali '", []),
        ("Username like 'sara_ahmadi'", [3, 4]),
        (r"Username like 'sara\_ahmadi'", [3]),
        (r"Address like '%50\%%'", [5]),
        ("Address like '%50%'", [5]),
        ("Address like '%ولی\u200cعصر%'", [1]),
        ("Address like '%'", [1, 2, 4, 5, 6, 8]),
        ("Address like '%ها  '", [8]),
    ],
)
def test_patterns(ids: Callable[[str], list[int]], filter: str, expected: list[int]) -> None:
    assert ids(filter) == expected


@pytest.mark.parametrize("filter", ["Address = 'تهران'", "Address <> 'تهران'", "Address like '%'"])
def test_null_is_never_found(ids: Callable[[str], list[int]], filter: str) -> None:
    assert not {3, 7} & set(ids(filter))


@pytest.mark.parametrize("filter", ["", "  ", "\r\n"])
def test_a_blank_filter_finds_all(get: Get, filter: str) -> None:
    assert len(get("user", Filter=filter, LimitCount=1000)) == 200


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("VoucherDate < '2021-01-31'", [1, 2]),
        ("VoucherDate = '0000-00-00'", [2]),
        ("VoucherDate > '0000-00-00'", [1, 3]),
        ("User_PaymentCD >= '2021-01-15'", [2, 3]),
        ("User_PaymentCD <= '2021-01-15'", [1, 2]),
        ("User_PaymentCD >= '2021-01-30' and User_PaymentCD < '2021-01-31'", [3]),
        ("Price < 0", [2]),
        ("Price = -1200.50", [2]),
        ("Price = '-1200.5'", [2]),
        ("Price >= 1000", [1, 3]),
        ("PaymentType = 'deposit'", [1]),
        ("VoucherNo = '001234'", [1]),
        ("VoucherNo = 001234", [1]),
        ("Comment like '%10\\%%'", [2]),
        ("Comment = 'customer''s request'", [3]),
    ],
)
def test_payments(get: Get, filter: str, expected: list[int]) -> None:
    assert [row["User_Payment_Id"] for row in get("User.payment", User_Id=1, Filter=filter)] == expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("ServiceStatus = 'Active'", [2]),
        ("EndDate = '0000-00-00'", [3]),
        ("CancelDT > '0000-00-00'", [4]),
        ("PayPrice < 400000.51 and PayPrice > 400000.49", [2]),
        ("Visibility = 'no'", [4]),
    ],
)
def test_base_services(get: Get, filter: str, expected: list[int]) -> None:
    rows = get("user.service.base", Username="ali", Filter=filter)
    assert [row["User_ServiceBase_Id"] for row in rows] == expected


def test_the_filter_of_a_public_program(get: Get) -> None:
    filter = "UserChoosable='yes' and ISEnable = 'yes' and ServiceType='Base'"
    found = [row["Service_Id"] for row in get("service", Filter=filter)]
    assert found[0] == 1
    assert not {2, 3, 4} & set(found)


def test_an_or_does_not_reach_the_rows_of_other_users(get: Get) -> None:
    rows = get("User.payment", User_Id=1, Filter="Price > 0 or Price <= 0")
    assert [row["User_Payment_Id"] for row in rows] == [1, 2, 3]


def test_limits_count_the_rows_that_the_filter_finds(get: Get) -> None:
    rows = get("user", Filter="User_Id >= 5", LimitFrom=1, LimitCount=2)
    assert [row["User_Id"] for row in rows] == [6, 7]


def test_a_filter_of_hundreds_of_comparisons(ids: Callable[[str], list[int]]) -> None:
    assert ids(" or ".join(f"User_Id={number}" for number in range(2, 1500, 3))) == [2, 5, 8]
