"""Rows as record batches: the types of the columns, what they hold, and what they refuse to."""

from __future__ import annotations

import asyncio
import math
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deltasib_query import (
    AsyncClient,
    Client,
    ColumnError,
    ParameterError,
    ServerProfile,
    Service,
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
        "Price": "decimal128(20, 2)",
        "Paybalance": "decimal128(20, 2)",
        "VoucherNo": "string",
        "VoucherDate": "date32[day]",
        "BankBranchName": "string",
        "BankBranchNo": "string",
        "Comment": "string",
        "Terminal_Id": "int64",
        "Currency_Id": "int64",
        "PriceINCurrency": "decimal128(20, 2)",
    }


def test_a_column_that_may_hold_floats_has_more_digits() -> None:
    assert [str(field.type) for field in schema(UserServiceBase, ["VAT", "Off"])] == ["decimal128(38, 18)"] * 2


def test_the_scale_of_prices_can_be_stated() -> None:
    assert [str(schema(Service, ["Price"], scale).field(0).type) for scale in (0, 3, 20)] == [
        "decimal128(18, 0)",
        "decimal128(21, 3)",
        "decimal128(38, 20)",
    ]


def test_the_columns_of_answers() -> None:
    names = ["User_Id", "ServiceName", "STiR", "ISFairService"]
    assert [str(field.type) for field in schema(UserCreditInfo, names)] == ["int64", "string", "double", "bool"]


def test_values_come_back_as_they_are() -> None:
    values = {
        "User_ServiceBase_Id": 4294967295,
        "CDT": datetime(2021, 1, 30, 23, 59, 58, 123456),  # noqa: DTZ001
        "StartDate": date(2021, 1, 30),
        "EndDate": None,
        "ServicePrice": Decimal("-99999999999999.01"),
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
        (UserPayment, "Price", "0.001"),
        (UserPayment, "Price", "1" + "0" * 18),
        (UserServiceBase, "VAT", "0.0000000000000000001"),
        (UserServiceBase, "VAT", "1" + "0" * 20),
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


async def read_async(listing: Any) -> tuple[list[int], pa.Table]:
    return [each.num_rows async for each in listing.to_arrow()], await listing.to_arrow().read_all()


def test_an_async_list_gives_what_the_other_gives() -> None:
    async def read(url: str) -> tuple[list[int], pa.Table, list[int], pa.Table, pa.Table]:
        async with AsyncClient(url, username="reseller", password="sandbox") as isp:
            listed = await read_async(isp.user.list(User.User_Id <= 25, page_size=10))
            scanned = await read_async(isp.user_payment.scan(user_id=1))
            return *listed, *scanned, await isp.user.list(User.User_Id == 0).to_arrow().read_all()

    with Sandbox(users=150) as sandbox, Client(sandbox.url, username="reseller", password="sandbox") as isp:
        sizes, users, _, payments, nobody = asyncio.run(read(sandbox.url))
        assert sizes == [10, 9, 6]
        assert users == isp.user.list(User.User_Id <= 25).to_arrow().read_all().combine_chunks()
        assert payments == isp.user_payment.scan(user_id=1).to_arrow().read_all()
        assert (nobody.num_rows, nobody.schema) == (0, users.schema)


def test_an_async_reader_requests_a_page_when_a_batch_is_wanted_and_can_be_left() -> None:
    requests: list[str] = []

    async def read(url: str) -> int:
        async with AsyncClient(url, username="reseller", password="sandbox") as isp:
            batches = isp.user.list(page_size=10).to_arrow()
            before = len(requests)
            async with aclosing(aiter(batches)) as each:
                await anext(each)
            return before

    with Sandbox(users=150, on_request=requests.append) as sandbox:
        assert asyncio.run(read(sandbox.url)) == 0
    assert len(requests) == 2


def test_prices_have_the_scale_that_the_profile_states() -> None:
    rows: Any = {UserPayment: [{"User_Id": 1, "User_Payment_Id": 1, "Price": "0.50"}]}
    account: Any = {"username": "reseller", "password": "sandbox"}
    with Sandbox(rows=rows) as sandbox:
        with Client(sandbox.url, profile=ServerProfile(price_scale=3), **account) as isp:
            listing = isp.user_payment.list(user_id=1)
            assert listing.price_scale == 3
            assert str(listing.to_arrow().read_all()["Price"][0]) == "0.500"
        with Client(sandbox.url, profile=ServerProfile(price_scale=0), **account) as isp:
            batches = isp.user_payment.list(user_id=1).to_arrow()
            with pytest.raises(ColumnError, match=r"^Price: a column of decimal128\(18, 0\)"):
                batches.read_all()


@pytest.mark.parametrize("scale", [-1, 21, 2.0, True, None])
def test_what_is_no_scale(scale: Any) -> None:
    with pytest.raises(ParameterError, match=r"^price_scale: a whole number from 0 to 20 is needed"):
        ServerProfile(price_scale=scale)


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
