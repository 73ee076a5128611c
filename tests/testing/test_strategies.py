"""The strategies: filters and rows of every record, and both against a sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from deltasib_query import Client, Filter, Limits, Policy, Record, Service, User, UserPayment, check, parse
from deltasib_query.sandbox.server import Sandbox
from deltasib_query.service.objects import RECORDS
from deltasib_query.testing import filters, rows

T = TypeVar("T")
FILTERS = {record: filters(record) for record in RECORDS}
ROWS = {record: rows(record) for record in RECORDS}
records = pytest.mark.parametrize("record", RECORDS)


def found(strategy: SearchStrategy[T], wanted: Callable[[T], bool]) -> T:
    """Return an example that is wanted; the smallest one would take long to find."""
    return find(strategy, wanted, settings=settings(phases=[Phase.generate], max_examples=2_000))


@records
@given(data=st.data())
def test_filters_are_valid_and_of_their_record(record: type[Record], data: st.DataObject) -> None:
    filter: Filter[Any] = data.draw(FILTERS[record])
    assert filter.record is record
    assert [problem for problem in check(str(filter), record) if problem.severity == "error"] == []


@records
@given(data=st.data())
def test_rows_have_every_field_and_can_be_read_as_responses(record: type[Record], data: st.DataObject) -> None:
    row = data.draw(ROWS[record])
    assert record.fields_by_name.keys() <= row.keys()
    assert getattr(record.from_row(row), record.key.name) == row[record.key.name]


@records
@given(data=st.data())
def test_filters_can_be_tried_on_rows(record: type[Record], data: st.DataObject) -> None:
    filter, row = data.draw(FILTERS[record]), data.draw(ROWS[record])
    assert parse(str(filter), record).matches(row) == filter.matches(row)


def test_every_field_is_filtered_by_with_every_operator() -> None:
    seen: set[tuple[str, str]] = set()

    @settings(max_examples=1000, derandomize=True, database=None)
    @given(filters(User))
    def look(filter: Filter[User]) -> None:
        seen.update(re.findall(r"(\w+) (=|<>|<=|>=|<|>|like) [0-9']", str(filter)))

    look()
    assert seen == {(name, operator) for name, field in User.fields_by_name.items() for operator in field.operators}


POLICIES: list[Policy[Any]] = [
    Policy(User, scope="all rows"),
    Policy(User, scope=User.User_Id < 200, fields=[User.Username, User.Name]),
    Policy(User, scope=User.User_Id < 200, fields=[User.User_Id], operators=["="], limits=Limits(comparisons=1)),
    Policy(User, scope="all rows", operators={User.Username: ["like"], User.User_Id: ["<>"]}, limits=Limits(depth=0)),
    Policy(Service, scope=Service.Price > 5, limits=Limits(text=40), allow_leading_wildcard=True),
    Policy(UserPayment, scope="all rows", fields=[UserPayment.Comment], operators=["like"]),
]


@pytest.mark.parametrize("policy", POLICIES)
@given(data=st.data())
def test_filters_of_a_policy_are_what_it_admits(policy: Policy[Any], data: st.DataObject) -> None:
    filter = data.draw(filters(policy))
    assert policy.admit(filter) == filter
    scope = policy.scope
    assert scope.constant or filter.implies(scope)


def test_filters_of_a_policy_have_each_of_its_operators_and_are_nested() -> None:
    seen: set[tuple[str, str]] = set()
    policy = Policy(User, scope="all rows", operators={User.Username: ["=", "like"], User.Name: ["<>", "<"]})

    @settings(max_examples=1000, derandomize=True, database=None)
    @given(filters(policy))
    def look(filter: Filter[User]) -> None:
        seen.update(re.findall(r"(Username|Name) (=|<>|<=|>=|<|>|like) [0-9']", str(filter)))

    look()
    assert seen == {("Username", "="), ("Username", "like"), ("Name", "<>"), ("Name", "<")}
    assert " or (" in str(found(filters(policy), lambda given: " or (" in str(given)))


@pytest.mark.parametrize("part", ["(", " and ", " or ", ") and (", ") or ("])
def test_filters_are_nested(part: str) -> None:
    assert part in str(found(filters(User), lambda given: part in str(given)))


def test_some_filters_find_some_rows() -> None:
    pairs = st.tuples(filters(User), rows(User))
    filter, row = found(pairs, lambda pair: "like" in str(pair[0]) and pair[0].matches(pair[1]))
    assert parse(str(filter), User).matches(row)


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        *((User, "Name", value) for value in (None, "ALI", "Ali  ", "", "علی", "O'Reilly")),
        (UserPayment, "VoucherDate", "0000-00-00"),
        (Service, "ServiceType", "base"),
    ],
)
def test_rows_hold_what_databases_hold(record: type[Record], field: str, value: str | None) -> None:
    assert found(rows(record), lambda row: row[field] == value)[field] == value


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
