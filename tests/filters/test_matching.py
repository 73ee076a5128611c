"""`Filter.matches` takes mappings and records, and refuses what is no row."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from deltasib_query import (
    Service,
    User,
    UserServiceBase,
)

ONE = User.User_Id == 1


def test_a_mapping_is_matched_by_its_documented_names() -> None:
    assert ONE.matches({"User_Id": 1})
    assert not ONE.matches({"User_Id": 2})


def test_a_mapping_need_not_be_a_dict() -> None:
    assert ONE.matches(MappingProxyType({"User_Id": 1}))
    assert not ONE.matches(MappingProxyType({"User_Id": None}))


def test_a_record_is_matched() -> None:
    user = User.from_row({"User_Id": "1", "Username": "Ali"})
    assert ((User.User_Id == 1) & (User.Username == "ali")).matches(user)


def test_a_field_that_a_mapping_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="User_Id"):
        ONE.matches({"Username": "ali"})


def test_a_field_that_was_not_asked_for_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="Name"):
        (User.Name == "x").matches(User.from_row({"User_Id": 1}))


@pytest.mark.parametrize("row", [None, 1, "User_Id", [("User_Id", 1)], object()])
def test_what_is_no_row_is_a_type_error(row: object) -> None:
    with pytest.raises(TypeError, match=f"a row is a record or a mapping, not {type(row).__name__}"):
        ONE.matches(row)


def test_a_record_without_a_date_matches_the_zero_date() -> None:
    row = UserServiceBase.from_row({"EndDate": "0000-00-00"})
    assert (UserServiceBase.EndDate == "0000-00-00").matches(row)
    assert (UserServiceBase.EndDate < "2021-01-30").matches(row)


def test_a_record_s_bool_matches_its_label() -> None:
    row = Service.from_row({"ISEnable": "Yes"})
    assert (Service.ISEnable == True).matches(row)
    assert not (Service.ISEnable == "No").matches(row)


def test_a_record_s_moment_matches_its_literal() -> None:
    row = UserServiceBase.from_row({"CDT": "2021-01-30 10:00:00"})
    assert (UserServiceBase.CDT == "2021-01-30 10:00:00").matches(row)
    assert (UserServiceBase.CDT >= "2021-01-30").matches(row)
    assert not (UserServiceBase.CDT < "2021-01-30").matches(row)
