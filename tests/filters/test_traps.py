"""Python that reads like a filter and would mean something else: it raises, and says what to write."""

from __future__ import annotations

import copy
import pickle
from types import MappingProxyType
from typing import Any

import pytest

from deltasib_query import (
    ColumnError,
    Filter,
    FilterUsageError,
    InvalidValueError,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    parse,
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


# What a filter is


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


# matches


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


class BrokenIndex:
    def __index__(self) -> int:
        raise RuntimeError("broken")


@pytest.mark.parametrize("value", [5, None, 5.5, object()])
def test_a_value_of_another_type_looked_for_among_fields_says_how_to_find_one(value: object) -> None:
    with pytest.raises(InvalidValueError, match="compare with `is`, or use a set"):
        _ = value in [User.Name, User.Family]


def test_an_index_that_raises_is_no_whole_number() -> None:
    for field in (User.User_Id, Service.Price):
        with pytest.raises(InvalidValueError, match="not BrokenIndex"):
            _ = field == BrokenIndex()


def test_the_repr_of_a_column_error_has_no_row() -> None:
    assert repr(ColumnError("Price", {"Name": "Reza"}, "too long")) == "ColumnError('Price', 'too long')"
