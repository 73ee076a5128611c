"""The JSON of lists as rows, without I/O."""

from __future__ import annotations

import pytest

from deltasib_query import InvalidRowError, UnexpectedResponseError, User, UserStatus
from deltasib_query.client.wire.rows import decode_rows, read_page, read_row, read_rows
from deltasib_query.service.actions import CURRENT_STATUS, USER_LIST


def test_rows_are_the_objects_of_a_list() -> None:
    assert read_rows(USER_LIST, [{"a": 1}, {"a": 2}]) == [{"a": 1}, {"a": 2}]


def test_one_object_is_one_row() -> None:
    assert read_rows(USER_LIST, {"a": 1}) == [{"a": 1}]


@pytest.mark.parametrize("answer", [{"data": [{"User_Id": 1}]}, {"1": {"User_Id": 1}}, {"total": 0}])
def test_an_object_without_a_documented_name_is_no_row(answer: object) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"^user list: a list of objects is documented, not \{…\}"):
        read_page(USER_LIST, User, answer, 100)
    with pytest.raises(UnexpectedResponseError, match=r": an object is documented, not \{…\}"):
        read_row(CURRENT_STATUS, UserStatus, answer)


def test_no_rows() -> None:
    assert read_rows(USER_LIST, []) == []


@pytest.mark.parametrize("answer", [False, "x", 1, [1], [[]]])
def test_rows_of_another_shape_raise(answer: object) -> None:
    with pytest.raises(UnexpectedResponseError):
        read_rows(USER_LIST, answer)


def test_a_wrong_shape_is_shown_at_its_beginning() -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        read_rows(USER_LIST, "x" * 10_000)
    assert len(caught.value.description) < 300


def test_rows_are_read_as_records() -> None:
    [row] = decode_rows(USER_LIST, User, [{"user_id": "7", "NAME": "علی"}])
    assert (row.User_Id, row.Name, row.Family) == (7, "علی", None)


def test_a_key_in_the_documented_case_wins_over_one_in_another() -> None:
    [row] = decode_rows(USER_LIST, User, [{"Name": "documented", "NAME": "other"}])
    assert row.Name == "documented"


def test_the_first_value_that_does_not_fit_is_reported() -> None:
    with pytest.raises(InvalidRowError) as caught:
        decode_rows(USER_LIST, User, [{"User_Id": 1}, {"User_Id": "x"}, {"User_Id": "y"}])
    assert (caught.value.row, caught.value.field) == ({"User_Id": "x"}, "User_Id")


@pytest.mark.parametrize("value", [[], {}, "5.5", 5.5, "0x5", "۵x"])
def test_a_value_of_another_type_does_not_fit_a_number(value: object) -> None:
    with pytest.raises(InvalidRowError):
        decode_rows(USER_LIST, User, [{"User_Id": value}])


@pytest.mark.parametrize("value", [[], {"a": 1}])
def test_a_value_of_another_type_does_not_fit_a_text(value: object) -> None:
    with pytest.raises(InvalidRowError):
        decode_rows(USER_LIST, User, [{"Name": value}])
