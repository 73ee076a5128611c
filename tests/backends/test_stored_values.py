"""Values as rows hold them, beside the literals of filters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from deltasib_query import Service, User, UserServiceBase, parse


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


@pytest.mark.parametrize("stored", ["abc", "", [], object()])
def test_what_is_no_number_in_a_field_of_numbers_is_an_error(stored: object) -> None:
    with pytest.raises(TypeError, match="is not a number"):
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
