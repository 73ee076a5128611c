"""Values as rows hold them, beside the literals of filters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from deltasib_query import InvalidRowError, Service, User, UserServiceBase, parse


class ServiceType(str, Enum):  # noqa: UP042 - whose `str` is not its text, as that of a StrEnum is
    BASE = "Base"


@pytest.mark.parametrize(
    ("stored", "text", "found"),
    [
        (0.1, "Off = 0.1", True),
        (0.1, "Off <> 0.1", False),
        (0.1, "Off = 0.1000000000000000055", True),
        (0.1, "Off <= 0.1", True),
        (Decimal("0.1"), "Off = 0.10", True),
        (Decimal("0.30000000000000000001"), "Off = 0.3", False),
        ("0.1", "Off = 0.1", True),
        (5, "Off = 5.0", True),
        (5, "Off > 4.99", True),
    ],
)
def test_a_float_is_compared_as_one_and_every_other_number_exactly(stored: object, text: str, found: bool) -> None:
    assert parse(text, UserServiceBase).matches({"Off": stored}) is found


@pytest.mark.parametrize("stored", ["abc", "1e-7", "1E5", True, [], object()])
def test_what_is_no_number_in_a_field_of_numbers_is_an_error(stored: object) -> None:
    with pytest.raises(TypeError, match="cannot hold a"):
        parse("Off = 5", UserServiceBase).matches({"Off": stored})


@pytest.mark.parametrize(
    ("record", "field", "stored", "text"),
    [
        (Service, "ISEnable", True, "ISEnable = 'Yes'"),
        (Service, "ISEnable", False, "ISEnable = 'No'"),
        (Service, "ServiceType", ServiceType.BASE, "ServiceType = 'base'"),
        (User, "Username", 5, "Username = '5'"),
        (User, "Username", 912, "Username like '9_2'"),
        (UserServiceBase, "EndDate", date(2021, 1, 30), "EndDate = '2021-01-30'"),
        (UserServiceBase, "CDT", datetime.fromisoformat("2021-01-30T10:05:07.5"), "CDT = '2021-01-30 10:05:07'"),
        (UserServiceBase, "CDT", datetime.fromisoformat("2021-01-30T10:05:07+03:30"), "CDT = '2021-01-30 10:05:07'"),
        (UserServiceBase, "CDT", "2021-01-30", "CDT = '2021-01-30 00:00:00'"),
    ],
)
def test_a_python_value_in_a_row_counts_as_what_the_database_holds(
    record: Any, field: str, stored: object, text: str
) -> None:
    assert parse(text, record).matches({field: stored}) is True
    assert (~parse(text, record) if " like " not in text else parse("Username = 'x'", User)).matches(
        {field: stored}
    ) is False


@pytest.mark.parametrize(
    ("record", "field", "answered", "text"),
    [
        (UserServiceBase, "EndDate", "", "EndDate = '0000-00-00'"),
        (UserServiceBase, "EndDate", "2021/01/30", "EndDate = '2021-01-30'"),
        (UserServiceBase, "CDT", "", "CDT = '0000-00-00'"),
        (UserServiceBase, "CDT", "2021-01-30T08:15", "CDT = '2021-01-30 08:15:00'"),
        (UserServiceBase, "Off", "1,234", "Off = 1234"),
        (Service, "ISEnable", 1, "ISEnable = 'Yes'"),
        (Service, "ISEnable", "1", "ISEnable = 'Yes'"),
        (Service, "ISEnable", "Y", "ISEnable = 'Yes'"),
        (Service, "ISEnable", 0, "ISEnable = 'No'"),
    ],
)
def test_an_answered_value_counts_as_what_a_record_reads(record: Any, field: str, answered: object, text: str) -> None:
    filter = parse(text, record)
    for row in ({field: answered}, record.from_row({field: answered})):
        assert filter.matches(row) is True
        assert (~filter).matches(row) is False


@pytest.mark.parametrize("field", ["Off", "VAT", "ServicePrice", "ExtraDay", "Service_Id"])
def test_an_empty_text_is_null_in_a_field_of_numbers(field: str) -> None:
    for text in (f"{field} = 0", f"{field} <> 0"):
        assert parse(text, UserServiceBase).matches({field: ""}) is False


@pytest.mark.parametrize("answered", ["0000-00-00garbage", "0000-00-0000", "0000-00-00 08:00:00", "0000-00-00 "])
@pytest.mark.parametrize("field", ["EndDate", "CDT"])
def test_what_only_starts_as_a_zero_date_is_refused(field: str, answered: str) -> None:
    with pytest.raises(InvalidRowError, match=f"{field} cannot hold a str"):
        UserServiceBase.from_row({field: answered})
