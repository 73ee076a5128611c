"""Filters kept as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from deltasib_query import (
    Filter,
    ParameterError,
    RecordMismatchError,
    Service,
    UnknownFieldError,
    User,
    all_rows,
    no_rows,
)
from strategies import AnyFilter, filters


def stored(**changes: object) -> str:
    return json.dumps({"version": 1, "record": "user", "filter": "User_Id = 5", **changes})


class Customer(User):
    pass


@given(filters())
def test_a_filter_is_read_back(filter: AnyFilter) -> None:
    assert Filter.from_json(filter.to_json(), filter.record) == filter
    assert Filter.from_json(filter.to_json().encode(), filter.record) == filter


def test_a_constant_is_read_back() -> None:
    for constant in (all_rows(User), no_rows(User)):
        assert Filter.from_json(constant.to_json(), User) == constant


def test_a_filter_of_any_size_is_read_back() -> None:
    filter = User.Username.in_([f"user{n}" for n in range(20_000)])
    assert Filter.from_json(filter.to_json(), User) == filter


def test_the_text_is_what_a_person_reads() -> None:
    assert json.loads((User.Name == "علی").to_json()) == {"version": 1, "record": "user", "filter": "Name = 'علی'"}
    assert "علی" in (User.Name == "علی").to_json()


def test_a_subclass_reads_the_filters_of_its_base() -> None:
    assert Filter.from_json(stored(), Customer) == (User.User_Id == 5)


def test_a_field_that_is_gone_is_an_error_with_a_repair() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        Filter.from_json(stored(filter="Usernme = 'x'"), User)
    assert caught.value.repair is not None and caught.value.repair.replacement == "Username"


def test_a_filter_of_another_record_is_refused() -> None:
    with pytest.raises(RecordMismatchError, match="this is a filter of 'user', not of 'service'"):
        Filter.from_json(stored(), Service)


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_another_version_is_refused(version: int) -> None:
    with pytest.raises(ParameterError, match="version: 1 is what this version reads"):
        Filter.from_json(stored(version=version), User)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "null", "5", "{}", stored(more=1), stored(filter=None), stored(filter=5), stored(version="1"),
        stored(record=None), stored(version=None), "[" * 100_000, b"\xff", '{"version": 1, "record": "user"}',
    ],
    ids=lambda text: repr(text[:30]),
)  # fmt: skip
def test_what_is_no_stored_filter_is_refused(text: Any) -> None:
    with pytest.raises(ParameterError):
        Filter.from_json(text, User)
