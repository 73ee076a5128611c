"""Values of other libraries and of people's own classes: what they are is taken or refused, what they say never is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, FilterUsageError, InvalidValueError, Service, User, UserPayment, UserServiceBase
from lying_values import LyingDate, LyingDatetime, LyingDecimal, LyingInt, LyingText

UNTYPED: Any = User
SERVICE: Any = Service
BASE: Any = UserServiceBase


# Whole numbers


class Index:
    """Not an int, and a whole number."""

    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize(
    "value",
    [np.int8(7), np.uint64(7), np.int64(7), np.array(7), Index(), *np.array([7], dtype="int32")],
    ids=lambda value: type(value).__name__,
)
def test_whatever_has_an_index_is_a_whole_number(value: Any) -> None:
    assert str(UNTYPED.User_Id == value) == "User_Id = 7"
    assert str(SERVICE.Price >= value) == "Price >= 7"
    assert str(UNTYPED.User_Id.in_([value])) == "User_Id = 7"
    assert str(UNTYPED.User_Id.between(value, 8)) == "User_Id >= 7 and User_Id <= 8"


def test_a_whole_number_of_numpy_may_stand_on_the_left() -> None:
    assert str(np.int64(7) < UNTYPED.User_Id) == "User_Id > 7"
    assert str(np.int64(7) == UNTYPED.User_Id) == "User_Id = 7"


@pytest.mark.parametrize(
    "values", [np.array([1, 2]), pd.Series([1, 2]), pd.Index([1, 2]), (n for n in np.arange(1, 3))]
)
def test_several_whole_numbers_are_taken_of_an_array(values: Any) -> None:
    assert str(UNTYPED.User_Id.in_(values)) == "(User_Id = 1 or User_Id = 2)"


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), 7.0, np.float64(7), np.float32(7), Decimal(7), "7", np.timedelta64(7, "D"), 7j],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_index_is_no_whole_number(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="User_Id: takes an int, not "):
        UNTYPED.User_Id == value


@pytest.mark.parametrize(
    "values", [np.array([1, 2]), np.array([1]), pd.Series([1, 2])], ids=lambda value: type(value).__name__
)
def test_an_array_for_one_value_is_told_of_in(values: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"for one of several values write \.in_"):
        UNTYPED.User_Id == values


@pytest.mark.parametrize("value", [np.int64(2**32), np.uint64(2**64 - 1), -1])
def test_a_whole_number_is_within_the_bounds_of_its_field(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="between 0 and 4294967295"):
        UNTYPED.User_Id == value


def test_a_float_of_numpy_is_told_of_decimal_in_its_own_digits() -> None:
    with pytest.raises(InvalidValueError, match=r"write Decimal\('0.1'\)"):
        SERVICE.Price == np.float64(0.1)


# Yes and No


@pytest.mark.parametrize("value", [np.bool_(True), *np.array([True]), *pd.Series([True], dtype="boolean")])
def test_a_bool_of_numpy_is_yes_or_no(value: Any) -> None:
    assert str(SERVICE.ISEnable == value) == "ISEnable = 'Yes'"
    assert str(SERVICE.ISEnable != np.logical_not(value)) == "ISEnable <> 'No'"


@pytest.mark.parametrize("value", [1, 0, np.int64(1), Index()])
def test_a_number_is_neither_yes_nor_no(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="takes a bool"):
        SERVICE.ISEnable == value


# What stands for NULL


@pytest.mark.parametrize(
    ("value", "name"), [(None, "None"), (pd.NaT, "NaT"), (pd.NA, "<NA>")], ids=["None", "NaT", "NA"]
)
@pytest.mark.parametrize(
    "field",
    [User.Name, User.User_Id, Service.Price, Service.ISEnable, Service.ServiceType, BASE.EndDate, BASE.CDT],
    ids=str,
)
def test_what_stands_for_null_is_refused_in_its_own_words(field: Any, value: Any, name: str) -> None:
    with pytest.raises(InvalidValueError, match=f"the language has no NULL: .* and {name} cannot be written"):
        field == value
    with pytest.raises(InvalidValueError, match="no NULL"):
        field.in_([value])


def test_nat_among_dates_is_refused() -> None:
    days = pd.Series(["2021-01-30", None]).astype("datetime64[ns]")
    with pytest.raises(InvalidValueError, match="NaT cannot be written"):
        BASE.CDT.in_(days)


# Moments


def test_a_timestamp_is_a_datetime() -> None:
    assert str(BASE.CDT >= pd.Timestamp("2021-01-30 08:15")) == "CDT >= '2021-01-30 08:15:00'"


@pytest.mark.parametrize("moment", ["2021-01-30 08:15:00.000000001", "2021-01-30 08:15:00.123456789"])
def test_nanoseconds_are_refused(moment: str) -> None:
    with pytest.raises(InvalidValueError, match=r"whole seconds: write \.floor\('s'\)"):
        BASE.CDT >= pd.Timestamp(moment)
    assert str(BASE.CDT >= pd.Timestamp(moment).floor("s")) == "CDT >= '2021-01-30 08:15:00'"


def test_a_year_that_no_datetime_has_is_refused() -> None:
    """Such a Timestamp is a datetime whose own year is another one."""
    with pytest.raises(InvalidValueError, match="years up to 9999, not 20000"):
        BASE.CDT >= pd.Timestamp(np.datetime64("20000-01-01", "s"))


def test_a_timestamp_is_no_day() -> None:
    with pytest.raises(InvalidValueError, match="takes a date, not a datetime"):
        BASE.EndDate == pd.Timestamp("2021-01-30")


# Enumerations


class Plain(Enum):
    ALI = "ali"
    TEN = 10
    DAY = date(2021, 1, 30)
    NOBODY = None


class Number(IntEnum):
    TEN = 10


def test_a_member_stands_for_its_value_in_every_method() -> None:
    name = UNTYPED.Name
    assert str(name == Plain.ALI) == "Name = 'ali'"
    assert str(name.startswith(Plain.ALI)) == "Name like 'ali%'"
    assert str(name.endswith(Plain.ALI)) == "Name like '%ali'"
    assert str(name.contains(Plain.ALI)) == "Name like '%ali%'"
    assert str(name.like(Plain.ALI)) == "Name like 'ali'"
    assert str(name.in_([Plain.ALI])) == "Name = 'ali'"
    assert str(UNTYPED.User_Id.between(Number.TEN, Plain.TEN)) == "User_Id >= 10 and User_Id <= 10"
    assert str(BASE.CDT < Plain.DAY) == "CDT < '2021-01-30'"


@pytest.mark.parametrize("method", ["startswith", "contains", "__eq__"])
@pytest.mark.parametrize("member", [Plain.TEN, Plain.NOBODY])
def test_a_member_of_another_type_is_refused_as_its_value(method: str, member: Plain) -> None:
    told = "takes a str, not int" if member is Plain.TEN else "None cannot be written"
    with pytest.raises(InvalidValueError, match=told):
        getattr(User.Name, method)(member)


def test_the_place_in_a_member_s_text_is_that_in_its_value() -> None:
    class Unsafe(Enum):
        PATH = "C:\\x"

    for make in (UNTYPED.Name.startswith, UNTYPED.Name.__eq__):
        with pytest.raises(InvalidValueError) as caught:
            make(Unsafe.PATH)
        assert caught.value.span == (2, 3)


# Classes of people's own


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (User.Name == LyingText("ali"), "Name = 'ali'"),
        (User.Name.startswith(LyingText("ali")), "Name like 'ali%'"),
        (User.Name.like(LyingText("a%")), "Name like 'a%'"),
        (Service.ServiceType == LyingText("base"), "ServiceType = 'Base'"),
        (Service.ISEnable == LyingText("yes"), "ISEnable = 'Yes'"),
        (UserServiceBase.EndDate == LyingText("2021-01-30"), "EndDate = '2021-01-30'"),
        (UserServiceBase.CDT == LyingText("2021-01-30 08:15:00"), "CDT = '2021-01-30 08:15:00'"),
        (UserServiceBase.EndDate == LyingDate(2021, 1, 30), "EndDate = '2021-01-30'"),
        (UserServiceBase.CDT >= LyingDate(2021, 1, 30), "CDT >= '2021-01-30'"),
        (UserServiceBase.CDT == LyingDatetime(2021, 1, 30, 8, 15), "CDT = '2021-01-30 08:15:00'"),
        (User.User_Id == LyingInt(5), "User_Id = 5"),
        (Service.Price == LyingInt(5), "Price = 5"),
        (Service.Price == LyingDecimal("5.5"), "Price = 5.5"),
    ],
)
def test_a_filter_has_what_a_value_is_and_not_what_its_methods_say(filter: Filter[Any], text: str) -> None:
    assert str(filter) == text


def test_an_unsafe_text_is_found_whatever_its_methods_say() -> None:
    for text in ("a\\b", "a\x00", "a\ud800"):
        with pytest.raises(InvalidValueError, match="is not allowed in a value"):
            User.Name == LyingText(text)


# Ends of a range


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        (User.User_Id, 9, 1),
        (User.User_Id, np.int64(9), 1),
        (UserServiceBase.ExtraDay, -1, -2),
        (Service.Price, Decimal("1.01"), Decimal("1.001")),
        (Service.Price, 1, Decimal("0.99")),
        (UserServiceBase.VAT, 9, 1),
        (UserServiceBase.EndDate, date(2021, 1, 31), date(2021, 1, 30)),
        (UserServiceBase.EndDate, "2021-1-31", date(2021, 1, 30)),
        (UserServiceBase.EndDate, "2021-01-30", "0000-00-00"),
        (UserServiceBase.CDT, datetime.fromisoformat("2021-01-30 08:15"), "2021-01-30"),
        (UserServiceBase.CDT, date(2021, 1, 31), datetime.fromisoformat("2021-01-30 23:59:59")),
        (UserServiceBase.CDT, "2021-01-30 00:00:01", "2021-01-30"),
        (User.Username, "b", "a"),
        (User.Username, "ali2", "ali1"),
        (User.Username, "alireza", "ali"),
        (User.Username, "0", ""),
        (User.Username, "9", "10"),
        (User.Username, "b", "A"),
        (User.Username, "a", "9"),
    ],
)
def test_a_range_that_ends_before_it_begins_raises(field: Any, low: Any, high: Any) -> None:
    with pytest.raises(InvalidValueError, match="nothing lies between") as caught:
        field.between(low, high)
    assert caught.value.code == "empty-range"


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        (User.User_Id, 9, 9),
        (Service.Price, Decimal("1.10"), Decimal("1.1")),
        (UserServiceBase.EndDate, "0000-00-00", "2021-01-30"),
        (UserServiceBase.CDT, "2021-01-30 00:00:00", "2021-01-30"),
        # As floats these are one number.
        (UserServiceBase.VAT, Decimal("0.30000000000000001"), Decimal("0.3")),
        # What comes first among these the collation says.
        (User.Username, "a", "B"),
        (User.Username, "B", "a"),
        (User.Username, "a b", "a"),
        (User.Username, "a_b", "a"),
        (User.Username, "é", "e"),
        (User.Username, "ی", "ک"),
        (User.Username, "۹", "۱"),
        (User.Username, "", ""),
    ],
)
def test_a_range_that_something_may_lie_in_is_a_filter(field: Any, low: Any, high: Any) -> None:
    assert str(field.between(low, high)) == f"{field >= low} and {field <= high}"


@given(st.text("abzABZ09 _é", max_size=4), st.text("abzABZ09 _é", max_size=4), st.text("abzABZ09 _é", max_size=4))
def test_nothing_is_in_a_range_of_texts_that_raises(low: str, high: str, text: str) -> None:
    try:
        User.Username.between(low, high)
    except InvalidValueError:
        assert not ((User.Username >= low) & (User.Username <= high)).matches({"Username": text})


# Rows


@pytest.mark.parametrize(
    ("filter", "value"),
    [
        (User.User_Id == 7, np.int64(7)),
        (Service.Price == 7, np.float32(7)),
        (Service.Price == Decimal("0.1"), np.float64(0.1)),
        (Service.ISEnable == True, np.bool_(True)),
        (User.Username == "7", np.int64(7)),
        (UserServiceBase.EndDate == "2021-01-30", pd.Timestamp("2021-01-30")),
        (UserServiceBase.EndDate == "2021-01-30", datetime.fromisoformat("2021-01-30")),
        (UserServiceBase.CDT == "2021-01-30 08:15:00", pd.Timestamp("2021-01-30 08:15:00.123456789")),
        (UserServiceBase.CDT == "2021-01-30", date(2021, 1, 30)),
    ],
)
def test_a_row_of_a_data_frame_is_matched(filter: Any, value: Any) -> None:
    (name,) = {leaf.split()[0] for leaf in str(filter).split(" and ")}
    assert filter.matches({name: value})


@pytest.mark.parametrize(
    "value", [float("nan"), pd.NaT, pd.NA, Decimal("NaN"), [], object()], ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize(
    "filter",
    [
        User.Name != "x",
        User.Name.like("%"),
        User.User_Id != 1,
        Service.Price < 1,
        Service.ISEnable != True,
        UserServiceBase.EndDate > "2021-01-30",
        UserServiceBase.CDT > "2021-01-30",
    ],
    ids=str,
)
def test_what_no_column_holds_is_an_error_rather_than_a_match(filter: Filter[Any], value: object) -> None:
    with pytest.raises(TypeError, match=r"is no value of a column|cannot hold a"):
        filter.matches({str(filter).split()[0]: value})


def test_a_payment_of_a_data_frame_is_found() -> None:
    frame = pd.DataFrame(
        {"Price": [1.5, 2.5], "User_PaymentCD": pd.to_datetime(["2021-01-30 10:00", "2021-01-31 00:00"])}
    )
    filter = (UserPayment.Price > 2) & (UserPayment.User_PaymentCD >= "2021-01-31")
    assert [filter.matches(row) for row in frame.to_dict("records")] == [False, True]


def test_a_method_that_takes_several_values_refuses_a_field() -> None:
    with pytest.raises(FilterUsageError, match="not a list"):
        UNTYPED.User_Id.in_(User.Name)
