"""Python that reads like a filter and would mean something else: it raises, and says what to write."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import (
    FilterUsageError,
    InvalidValueError,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
)

ONE = User.User_Id == 1
TWO = User.User_Id == 2
UNTYPED: Any = User
"""The same class where a type checker looks away: these tests write what it refuses."""


def test_and_between_filters_raises() -> None:
    with pytest.raises(FilterUsageError, match="&"):
        ONE and TWO


def test_or_between_filters_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"\|"):
        ONE or TWO


def test_not_before_a_filter_raises() -> None:
    with pytest.raises(FilterUsageError, match="neither true nor false"):
        not ONE


def test_if_on_a_filter_raises() -> None:
    with pytest.raises(FilterUsageError):
        bool(ONE)


def test_bool_of_a_constant_raises_too() -> None:
    with pytest.raises(FilterUsageError):
        bool(User.User_Id.in_([]))


def test_a_chained_comparison_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"\.between\(low, high\)"):
        1 < User.User_Id < 5


def test_a_comparison_from_the_left_is_turned_round() -> None:
    assert str(5 < User.User_Id) == "User_Id > 5"


def test_a_text_in_a_field_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"Username\.contains\(text\)"):
        "x" in UNTYPED.Username


def test_a_field_in_a_list_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"\.in_"):
        UNTYPED.Username in ["ali", "reza"]


@pytest.mark.parametrize(
    "look",
    [
        lambda fields: "x" in fields,
        lambda fields: User.Family in fields,
        lambda fields: fields.index(User.Family),
        lambda fields: fields.count("x"),
        lambda fields: fields.remove(User.Address),
        lambda fields: fields == [User.Family, User.Name],
    ],
)
def test_a_value_or_a_field_looked_for_among_fields_is_told_of_is_and_of_a_set(look: Any) -> None:
    with pytest.raises((FilterUsageError, InvalidValueError), match="compare with `is`, or use a set"):
        look([User.Name, User.Username])


def test_a_field_is_found_among_fields_by_is_and_in_a_set() -> None:
    assert any(field is User.Name for field in (User.Username, User.Name))
    assert User.Name in {User.Username, User.Name}
    assert User.Family not in {User.Username, User.Name}


def test_a_field_compared_with_none_raises() -> None:
    with pytest.raises(InvalidValueError, match="no NULL") as caught:
        UNTYPED.Username == None
    assert caught.value.code == "wrong-type"


def test_a_field_compared_with_none_by_unequal_raises() -> None:
    with pytest.raises(InvalidValueError, match="no NULL"):
        UNTYPED.User_Id != None


@pytest.mark.parametrize("field", [UserPayment.Price, UserPayment.VoucherDate, UserPayment.User_PaymentCD])
def test_none_is_refused_by_every_kind_of_field(field: Any) -> None:
    with pytest.raises(InvalidValueError, match="no NULL"):
        field == None


def test_none_among_several_values_raises() -> None:
    with pytest.raises(InvalidValueError, match="no NULL"):
        UNTYPED.Username.in_(["ali", None])


def test_a_field_compared_with_a_field_raises() -> None:
    with pytest.raises(InvalidValueError, match="two fields"):
        UNTYPED.Name == UNTYPED.Family


@pytest.mark.parametrize("other", [1, True, None, "User_Id = 1", 1.5, [TWO], User.Name])
def test_a_filter_is_combined_with_filters_only(other: Any) -> None:
    with pytest.raises(FilterUsageError):
        ONE & other
    with pytest.raises(FilterUsageError):
        ONE | other


@pytest.mark.parametrize("other", [1, True, None, "User_Id = 1", 1.5, [TWO], User.Name])
def test_a_filter_on_the_right_is_combined_with_filters_only(other: Any) -> None:
    with pytest.raises(FilterUsageError):
        other & ONE
    with pytest.raises(FilterUsageError):
        other | ONE


def test_a_missing_parenthesis_around_a_comparison_raises() -> None:
    with pytest.raises(FilterUsageError, match="User_Id alone is no condition"):
        UNTYPED.User_Id >= 1 & UNTYPED.User_Id < 5


def test_a_field_alone_is_no_condition() -> None:
    with pytest.raises(FilterUsageError, match="Name alone is no condition"):
        UNTYPED.Name & ONE


def test_a_field_cannot_be_negated() -> None:
    with pytest.raises(FilterUsageError):
        ~UNTYPED.Name


def test_bool_of_a_field_raises() -> None:
    with pytest.raises(FilterUsageError, match="neither true nor false"):
        bool(User.Name)


def test_a_field_cannot_be_iterated_over() -> None:
    with pytest.raises(FilterUsageError, match="not a list"):
        list(UNTYPED.Name)


def test_one_text_for_several_values_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"write \['ali'\]"):
        User.Username.in_("ali")


def test_one_text_for_not_in_raises() -> None:
    with pytest.raises(FilterUsageError, match=r"Username.not_in takes several values: write \['ali'\]"):
        User.Username.not_in("ali")


def test_bytes_for_several_values_raises() -> None:
    with pytest.raises(FilterUsageError):
        UNTYPED.User_Id.in_(b"\x01\x02")


def test_a_number_for_several_values_raises() -> None:
    with pytest.raises(TypeError):
        UNTYPED.User_Id.in_(5)


def test_a_list_for_one_value_raises() -> None:
    with pytest.raises(InvalidValueError, match=r"\.in_"):
        UNTYPED.User_Id == [1, 2]


def test_a_misspelt_field_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        UNTYPED.Usernme


def test_order_on_a_choice_raises() -> None:
    with pytest.raises(FilterUsageError, match="no order"):
        Service.ServiceType < "Base"  # type: ignore[operator]


def test_what_has_no_order_says_what_it_takes() -> None:
    with pytest.raises(FilterUsageError, match=r"^ServiceType has no order: it takes =, <>, like$"):
        Service.ServiceType > "Base"  # type: ignore[operator]


def test_order_on_yes_and_no_raises() -> None:
    with pytest.raises(FilterUsageError, match="no order"):
        Service.ISEnable >= True  # type: ignore[operator]


def test_what_is_answered_only_is_no_field() -> None:
    answer: Any = UserCreditInfo.ETrR
    with pytest.raises(FilterUsageError, match="cannot be filtered by"):
        answer > 5
    with pytest.raises(FilterUsageError, match="cannot be filtered by"):
        answer == 5


class BrokenIndex:
    def __index__(self) -> int:
        raise RuntimeError("broken")


@pytest.mark.parametrize("value", [5, None, 5.5, object()])
def test_a_value_of_another_type_looked_for_among_fields_is_refused_as_a_value(value: object) -> None:
    with pytest.raises(InvalidValueError, match=r"^Name: (takes a str, not \w+|the language has no NULL)"):
        _ = value in [User.Name, User.Family]


def test_an_index_that_raises_is_no_whole_number() -> None:
    for field in (User.User_Id, Service.Price):
        with pytest.raises(InvalidValueError, match="not BrokenIndex"):
            _ = field == BrokenIndex()
