"""The strategies: filters and rows of every record, and both against a sandbox."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from deltasib_query import Client, Filter, Record, Service, User, UserPayment, check, parse
from deltasib_query.sandbox.server import Sandbox
from deltasib_query.service.objects import RECORDS
from deltasib_query.testing import filters, rows

records = pytest.mark.parametrize("record", RECORDS)


@records
@given(data=st.data())
def test_filters_are_valid(record: type[Record], data: st.DataObject) -> None:
    text = str(data.draw(filters(record)))
    assert [problem for problem in check(text, record) if problem.severity == "error"] == []


@records
@given(data=st.data())
def test_filters_are_of_their_record(record: type[Record], data: st.DataObject) -> None:
    filter: Filter[Any] = data.draw(filters(record))
    assert filter.record is record


@records
@given(data=st.data())
def test_rows_have_every_field(record: type[Record], data: st.DataObject) -> None:
    assert record.fields_by_name.keys() <= data.draw(rows(record)).keys()


@records
@given(data=st.data())
def test_rows_can_be_read_as_answers(record: type[Record], data: st.DataObject) -> None:
    row = data.draw(rows(record))
    assert getattr(record.from_row(row), record.key.name) == row[record.key.name]


@records
@given(data=st.data())
def test_filters_can_be_tried_on_rows(record: type[Record], data: st.DataObject) -> None:
    filter, row = data.draw(filters(record)), data.draw(rows(record))
    assert parse(str(filter), record).matches(row) == filter.matches(row)


def test_every_field_is_filtered_by_with_every_operator() -> None:
    seen: set[tuple[str, str]] = set()

    @settings(max_examples=1000, derandomize=True, database=None)
    @given(filters(User))
    def look(filter: Filter[User]) -> None:
        seen.update(re.findall(r"(\w+) (=|<>|<=|>=|<|>|like) [0-9']", str(filter)))

    look()
    assert seen == {(name, operator) for name, field in User.fields_by_name.items() for operator in field.operators}


@pytest.mark.parametrize("part", ["(", " and ", " or ", ") and (", ") or ("])
def test_filters_are_nested(part: str) -> None:
    assert part in str(find(filters(User), lambda found: part in str(found)))


def test_some_filters_find_some_rows() -> None:
    pairs = st.tuples(filters(User), rows(User))
    found = find(pairs, lambda pair: "like" in str(pair[0]) and pair[0].matches(pair[1]))
    assert found[1]["User_Id"] >= 0


@pytest.mark.parametrize("value", [None, "ALI", "Ali  ", "", "علی", "O'Reilly"])
def test_rows_hold_what_databases_hold(value: str | None) -> None:
    assert find(rows(User), lambda row: row["Name"] == value)["Name"] == value


def test_rows_hold_zero_dates() -> None:
    assert find(rows(UserPayment), lambda row: row["VoucherDate"] == "0000-00-00")["User_Id"] == 0


def test_rows_hold_enumerations_in_another_case() -> None:
    assert find(rows(Service), lambda row: row["ServiceType"] == "base")["ServiceType"] == "base"


def key(row: dict[str, Any]) -> int:
    number: int = row["User_Id"]
    return number


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(filter=filters(User), some=st.lists(rows(User), max_size=6, unique_by=key))
def test_a_sandbox_finds_the_rows_that_a_filter_matches(filter: Filter[User], some: list[dict[str, Any]]) -> None:
    with (
        Sandbox(rows={User: some}) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
    ):
        assert [user.User_Id for user in isp.user.list(filter)] == sorted(
            row["User_Id"] for row in some if filter.matches(row)
        )
