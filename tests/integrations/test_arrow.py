"""Rows as record batches: the types of the columns, what they hold, and what they refuse to."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deltasib_query import (
    Client,
    ColumnError,
    UnexpectedResponseError,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
)
from deltasib_query.filters.record import Record
from deltasib_query.integrations.arrow import batch, reader, schema
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

NAMES = ["User_Id", "Username"]


def pages(count: int, size: int) -> Iterator[list[User]]:
    """Yield pages of users, made when they are wanted."""
    for start in range(0, count, size):
        keys = range(start + 1, min(start + size, count) + 1)
        yield [User.from_row({"User_Id": key, "Username": f"user{key}"}) for key in keys]


def one(record: type[Record], values: Mapping[str, object]) -> pa.RecordBatch:
    """Return the batch of one row."""
    return batch([record.from_row(values)], schema(record, values))


def test_the_columns_of_payments() -> None:
    assert {field.name: str(field.type) for field in schema(UserPayment, UserPayment.fields_by_name)} == {
        "User_Payment_Id": "int64",
        "Creator_Id": "int64",
        "User_PaymentCD": "timestamp[us]",
        "PaymentType": "string",
        "Price": "decimal128(38, 18)",
        "Paybalance": "decimal128(38, 18)",
        "VoucherNo": "string",
        "VoucherDate": "date32[day]",
        "BankBranchName": "string",
        "BankBranchNo": "string",
        "Comment": "string",
        "Terminal_Id": "int64",
        "Currency_Id": "int64",
        "PriceINCurrency": "decimal128(38, 18)",
    }


def test_the_columns_of_answers() -> None:
    names = ["User_Id", "ServiceName", "STiR", "ISFairService"]
    assert [str(field.type) for field in schema(UserCreditInfo, names)] == ["int64", "string", "double", "bool"]


def test_values_come_back_as_they_are() -> None:
    values = {
        "User_ServiceBase_Id": 4294967295,
        "CDT": datetime(2021, 1, 30, 23, 59, 58, 123456),  # noqa: DTZ001
        "StartDate": date(2021, 1, 30),
        "EndDate": None,
        "ServicePrice": Decimal("-99999999999999.000000000000000001"),
        "VAT": Decimal("0.30000000000000004"),
        "ActiveTime": "علی",
    }
    assert one(UserServiceBase, values).to_pylist() == [values]


def test_no_limit_is_more_than_any_number() -> None:
    assert one(UserCreditInfo, {"STiR": "UL", "ETrR": "1,234,567"}).to_pylist() == [{"STiR": math.inf, "ETrR": 1234567}]


def test_the_dates_of_a_credit_have_columns_of_dates() -> None:
    names = ["StartDate", "EndDate", "CurrentDT"]
    assert [str(field.type) for field in schema(UserCreditInfo, names)] == [
        "date32[day]",
        "timestamp[us]",
        "timestamp[us]",
    ]
    values = {"StartDate": "2021-01-30", "EndDate": "2021-02-28 12:00:00", "CurrentDT": ""}
    assert one(UserCreditInfo, values).to_pylist() == [
        {"StartDate": date(2021, 1, 30), "EndDate": datetime.fromisoformat("2021-02-28 12:00:00"), "CurrentDT": None}
    ]


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        (User, "User_Id", 2**63),
        (UserPayment, "Price", "0.0000000000000000001"),
        (UserPayment, "Price", "1" + "0" * 20),
        (UserPayment, "User_PaymentCD", "2021-01-30T10:00:00+03:30"),
        (UserCreditInfo, "ETrR", 2**53 + 1),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_not_shown(record: type[Record], field: str, value: object) -> None:
    with pytest.raises(ColumnError, match=f"^{field}: a column of ") as refused:
        one(record, {field: value})
    assert refused.value.field == field
    assert isinstance(refused.value.row, record)
    assert str(value) not in str(refused.value)


def test_a_reader_has_the_columns_that_are_asked_for() -> None:
    table = reader(User, NAMES, pages(3, size=2)).read_all()
    assert table.to_pydict() == {"User_Id": [1, 2, 3], "Username": ["user1", "user2", "user3"]}


def test_no_rows_have_columns() -> None:
    assert reader(User, NAMES, []).read_all().schema.names == NAMES


def test_a_batch_is_a_page_that_has_rows() -> None:
    assert [len(each) for each in reader(User, NAMES, [*pages(25, size=10), []])] == [10, 10, 5]


def test_no_page_is_made_before_a_batch_is_wanted() -> None:
    wanted = pages(30, size=10)
    batches = reader(User, NAMES, wanted)
    batches.read_next_batch()
    assert [user.User_Id for user in next(wanted)] == list(range(11, 21))


def test_a_failure_in_the_middle_comes_out_as_it_is_and_the_walk_can_be_resumed() -> None:
    with (
        Sandbox(users=30, faults=Faults(errors=(2,))) as sandbox,
        Client(sandbox.url, username="reseller", password="sandbox", retries=0) as isp,
    ):
        listing = isp.user.list(page_size=10)
        batches = listing.to_arrow()
        first = batches.read_next_batch()["User_Id"].to_pylist()
        with pytest.raises(UnexpectedResponseError) as failure:
            batches.read_next_batch()
        assert failure.value.resume_token is not None
        rest = listing.resume(failure.value.resume_token).to_arrow().read_all()
    assert first == list(range(1, 11))
    assert rest["User_Id"].to_pylist() == list(range(11, 31))


def test_every_list_of_a_service_comes_as_it_is_walked(tmp_path: Any) -> None:
    with Sandbox(users=150) as sandbox, Client(sandbox.url, username="reseller", password="sandbox") as isp:
        for listing in (
            isp.user.list(),
            isp.user.scan(),
            isp.service.list(),
            isp.radius.scan(),
            isp.user_payment.list(user_id=1),
            isp.user_service_base.list(username="ali"),
        ):
            expected = [{name: getattr(row, name) for name in listing.fields} for row in listing]
            assert expected
            assert listing.to_arrow().read_all().to_pylist() == expected


def test_parquet_keeps_the_columns(tmp_path: Any) -> None:
    table = one(UserPayment, {"User_PaymentCD": "2021-01-30 10:00:00", "Price": "1.5", "VoucherDate": "2021-01-30"})
    pq.write_table(pa.Table.from_batches([table]), tmp_path / "payments.parquet")
    assert pq.read_table(tmp_path / "payments.parquet").schema == table.schema


def peak(rows: int) -> int:
    """Return the most memory that reading so many rows takes, in bytes."""
    tracemalloc.start()
    try:
        assert sum(len(each) for each in reader(User, NAMES, pages(rows, size=500))) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_rows() -> None:
    peak(1_000)  # what is made once
    assert peak(20_000) < 1.2 * peak(2_000)
