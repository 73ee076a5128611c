"""A filter is a value: immutable, hashable, picklable, equal by its structure; its repr shows no customer."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from deltasib_query import (
    ColumnError,
    Filter,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    parse,
)
from deltasib_query.messages.message import Message

ONE = User.User_Id == 1
TWO = User.User_Id == 2


def test_a_filter_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ONE.record = Service  # type: ignore[misc,assignment]
    with pytest.raises(AttributeError):
        del ONE.tree


def test_a_filter_takes_no_new_attributes() -> None:
    with pytest.raises(AttributeError):
        ONE.colour = "red"  # type: ignore[attr-defined]


def test_filters_of_one_structure_are_equal() -> None:
    assert (User.User_Id == 1) & (User.Name == "a") == (User.User_Id == 1) & (User.Name == "a")


def test_filters_of_one_structure_have_one_hash() -> None:
    assert len({(User.User_Id == 1) & (User.Name == "a"), (User.User_Id == 1) & (User.Name == "a")}) == 1


def test_where_a_filter_was_read_does_not_matter_to_equality() -> None:
    assert parse("  User_Id  =  1 ", User) == ONE
    assert hash(parse("  User_Id  =  1 ", User)) == hash(ONE)


@pytest.mark.parametrize(
    "other",
    [
        User.User_Id == 2,
        User.User_Id != 1,
        UserPayment.Creator_Id == 1,
        UserCreditInfo.User_Id == 1,
        (User.User_Id == 1) & (User.User_Id == 1),
        User.User_Id.in_([]),
        "User_Id = 1",
        None,
    ],
)
def test_other_filters_and_things_are_not_equal(other: object) -> None:
    assert other != ONE


def test_the_order_of_conditions_matters_to_equality() -> None:
    assert ONE & TWO != TWO & ONE


def test_a_text_value_is_not_the_number_it_spells() -> None:
    assert parse("Username = '1'", User).tree != parse("User_Id = 1", User).tree


@pytest.mark.parametrize(
    "filter",
    [
        ONE,
        (ONE & TWO) | (User.Name == "علی"),
        User.User_Id.in_([]),
        UserPayment.Price < 5,
        parse("User_Id = 1 or User_Id = 2", User),
    ],
)
def test_a_filter_survives_pickle_copy_and_deepcopy(filter: Filter[Any]) -> None:
    assert pickle.loads(pickle.dumps(filter)) == filter
    assert copy.copy(filter) == filter
    assert copy.deepcopy(filter) == filter


def test_an_evaluated_filter_can_still_be_pickled() -> None:
    filter = User.User_Id == 1
    filter.matches({"User_Id": 1})
    assert pickle.loads(pickle.dumps(filter)).matches({"User_Id": 1})


def test_a_field_is_one_object_wherever_it_comes_from() -> None:
    assert pickle.loads(pickle.dumps(User.Username)) is User.Username
    assert copy.copy(User.Username) is User.Username
    assert copy.deepcopy(User.Username) is User.Username


def test_fields_can_be_keys() -> None:
    assert {User.Username: 1, User.Name: 2}[User.Name] == 2


def test_a_repr_names_fields_and_shows_no_value() -> None:
    filter = (User.Username == "secret") & (User.User_Id == 4242) & (User.Username == "other")
    assert repr(filter) == "<Filter[User] on Username, User_Id>"


def test_the_repr_of_a_constant_says_which() -> None:
    assert repr(User.User_Id.in_([])) == "<Filter[User] constant False>"


def test_the_repr_of_a_field_names_it() -> None:
    assert repr(User.Username) == "<TextField User.Username>"


def test_the_text_is_canonical() -> None:
    text = "uSERNAME='a''b'\tAND(USER_ID>=007 oR name  LIKE '%x')"
    assert str(parse(text, User)) == "Username = 'a''b' and (User_Id >= 7 or Name like '%x')"


def test_a_filter_knows_its_record() -> None:
    assert ONE.record is User


def test_the_repr_of_a_column_error_has_no_row() -> None:
    error = ColumnError("Price", {"Name": "Reza"}, Message("row.number"))
    assert repr(error) == "ColumnError('Price', 'a number is needed')"
