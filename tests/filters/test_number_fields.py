"""Whole numbers and decimals: literals, limits, digits, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any

import pytest

from deltasib_query import (
    Comparison,
    InvalidValueError,
    Record,
    Service,
    UnsupportedOperatorError,
    User,
    UserPayment,
    UserServiceBase,
    check,
    parse,
)


class Ids(IntEnum):
    FIVE = 5


class Prices(Enum):
    LOW = Decimal("1.50")
    TRUE = True


class Counter(int):
    """A number that lies in its text."""

    def __str__(self) -> str:
        return "1 or 1=1"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return "1 or 1=1"


class Amount(Decimal):
    """A decimal that lies in its text."""

    def __str__(self) -> str:
        return "1 or 1=1"

    def __format__(self, *_: Any) -> str:
        return "1 or 1=1"


def code_of(text: str, record: type[Record]) -> str:
    with pytest.raises(InvalidValueError) as caught:
        parse(text, record)
    return caught.value.code


# Whole numbers


def test_the_operators_of_a_number() -> None:
    written = [
        User.User_Id == 5, User.User_Id != 5, User.User_Id < 5, User.User_Id > 5, User.User_Id <= 5, User.User_Id >= 5,
    ]  # fmt: skip
    assert [str(filter) for filter in written] == [
        "User_Id = 5", "User_Id <> 5", "User_Id < 5", "User_Id > 5", "User_Id <= 5", "User_Id >= 5",
    ]  # fmt: skip


def test_like_is_not_for_numbers() -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        parse("User_Id like '5%'", User)
    assert caught.value.expected == ("=", "<>", "<", ">", "<=", ">=")
    assert not hasattr(User.User_Id, "like")


@pytest.mark.parametrize("value", [0, 1, 4294967295])
def test_an_id_within_its_range_is_taken(value: int) -> None:
    assert str(User.User_Id == value) == f"User_Id = {value}"


@pytest.mark.parametrize("value", [-1, 4294967296, 10**64])
def test_an_id_out_of_its_range_is_refused(value: int) -> None:
    with pytest.raises(InvalidValueError) as caught:
        User.User_Id == value
    assert caught.value.code == "out-of-range"


def test_days_may_be_negative() -> None:
    assert str(UserServiceBase.ExtraDay == -2147483648) == "ExtraDay = -2147483648"


@pytest.mark.parametrize("value", [2147483648, -2147483649])
def test_days_have_limits(value: int) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserServiceBase.ExtraDay == value
    assert caught.value.code == "out-of-range"


@pytest.mark.parametrize("value", [True, False, 5.0, Decimal(5), "5", b"5", 5j, Fraction(5), [5], Prices.TRUE])
def test_a_whole_number_is_an_int_in_python(value: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        User.User_Id == value
    assert caught.value.code == "wrong-type"


def test_a_member_of_an_int_enum_is_its_value() -> None:
    assert str(User.User_Id == Ids.FIVE) == "User_Id = 5"


def test_a_subclass_of_int_counts_by_its_value_alone() -> None:
    assert str(User.User_Id == Counter(7)) == "User_Id = 7"
    assert str(UserPayment.Price == Counter(7)) == "Price = 7"


def test_a_quoted_number_counts_as_a_number() -> None:
    assert parse("User_Id = '12'", User).tree == Comparison("User_Id", "=", 12)


@pytest.mark.parametrize("written", ["+5", "005", "5.0", "'5.00'", "'+05'"])
def test_a_typed_whole_number_is_normalised(written: str) -> None:
    assert str(parse(f"User_Id = {written}", User)) == "User_Id = 5"


def test_minus_zero_is_zero() -> None:
    assert str(parse("User_Id = -0", User)) == "User_Id = 0"


def test_a_fraction_is_no_whole_number() -> None:
    assert code_of("User_Id = 5.5", User) == "not-a-number"


@pytest.mark.parametrize(
    "written", ["''", "'abc'", "'12abc'", "'1e3'", "'0x10'", "' 5'", "'5 '", "'--5'", "'.5'", "'5.'"]
)
def test_a_text_that_is_no_number_is_refused(written: str) -> None:
    assert code_of(f"User_Id = {written}", User) == "not-a-number"


def test_persian_digits_in_quotes_are_refused_with_a_repair() -> None:
    [problem] = check("User_Id = '۱۲'", User)
    assert problem.code == "not-a-number"
    assert problem.repair is not None
    assert problem.repair.replacement == "12"


def test_thousands_commas_in_quotes_are_refused_with_a_repair() -> None:
    [problem] = check("Price = '150,000'", Service)
    assert problem.code == "not-a-number"
    assert problem.repair is not None
    assert problem.repair.replacement == "150000"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("۱،۲۳۴", "1234"), ("1٬234", "1234"), (" 9,999,999", "9999999"), ("+1,234", "1234"), ("1,23", None),
        ("0,123", None), ("1,2345", None), ("1,234,56", None), ("0,123,456", None),
        ("1" * 65 + " ", "1" * 65), ("1" * 66 + " ", None),
    ],
)  # fmt: skip
def test_a_quoted_number_in_other_signs_has_the_number_that_is_meant_as_its_repair(
    written: str, meant: str | None
) -> None:
    [problem] = check(f"Price = '{written}'", Service)
    assert problem.code == "not-a-number"
    assert (problem.repair and problem.repair.replacement) == meant


@pytest.mark.parametrize("written", ["'۴۲۹۴۹۶۷۲۹۶'", "'4,294,967,296'", "'-۵'", "'۱٫۵'"])
def test_a_number_that_the_field_would_refuse_is_not_offered(written: str) -> None:
    [problem] = check(f"User_Id = {written}", User)
    assert (problem.code, problem.repair) == ("not-a-number", None)


def test_several_whole_numbers() -> None:
    assert str(User.User_Id.in_(range(1, 4))) == "(User_Id = 1 or User_Id = 2 or User_Id = 3)"


def test_a_range_of_whole_numbers() -> None:
    assert str(User.User_Id.between(1, 3)) == "User_Id >= 1 and User_Id <= 3"


def test_both_ends_of_a_range_are_checked() -> None:
    with pytest.raises(InvalidValueError):
        User.User_Id.between(1, 4294967296)


# Decimals


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-5, "-5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("-150000.50"), "-150000.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.5E+3"), "1500"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("1E-64"), "0." + "0" * 63 + "1"),
        (Decimal("1E+64"), "1" + "0" * 64),
        (Decimal("-0"), "0"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("0E+5"), "0"),
        (Prices.LOW, "1.50"),
        (Ids.FIVE, "5"),
        (Amount("2.5"), "2.5"),
    ],
)
def test_a_decimal_is_written_without_exponent(value: Any, written: str) -> None:
    assert str(UserPayment.Price == value) == f"Price = {written}"


def test_a_decimal_keeps_65_digits_exactly() -> None:
    digits = "123456789" * 7 + "12"
    assert str(UserPayment.Price == Decimal(digits)) == f"Price = {digits}"
    assert str(UserPayment.Price == int(digits)) == f"Price = {digits}"
    assert str(parse(f"Price = {digits}", UserPayment)) == f"Price = {digits}"


def test_a_decimal_keeps_65_digits_with_a_point() -> None:
    digits = "1" * 33 + "." + "2" * 32
    assert str(UserPayment.Price == Decimal(digits)) == f"Price = {digits}"
    assert str(parse(f"Price = {digits}", UserPayment)) == f"Price = {digits}"


@pytest.mark.parametrize(
    "value",
    [
        10**65,
        -(10**65),
        Decimal("1" * 66),
        Decimal("1" * 33 + "." + "2" * 33),
        Decimal("1E+65"),
        Decimal("1E-65"),
        Decimal("1E-66"),
    ],
)
def test_66_digits_are_refused(value: int | Decimal) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserPayment.Price == value
    assert caught.value.code == "number-too-long"


def test_a_huge_exponent_is_refused_at_once() -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserPayment.Price == Decimal("1E+999999")
    assert caught.value.code == "number-too-long"


@pytest.mark.parametrize("digits", ["1" * 66, "1" * 5000, "'" + "1" * 5000 + "'", "0." + "1" * 65])
def test_66_typed_digits_are_refused(digits: str) -> None:
    assert code_of(f"Price = {digits}", UserPayment) == "number-too-long"


@pytest.mark.parametrize("value", ["NaN", "sNaN", "-NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserPayment.Price < Decimal(value)
    assert caught.value.code == "not-a-number"


def test_a_float_is_refused_with_what_to_write() -> None:
    field: Any = UserPayment.Price
    with pytest.raises(InvalidValueError, match=r"write Decimal\('0\.1'\)"):
        field == 0.1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_float_that_is_no_number_has_nothing_to_write(value: Any) -> None:
    field: Any = UserPayment.Price
    with pytest.raises(InvalidValueError, match=r"Price: takes an int or a Decimal, not float$"):
        field == value


@pytest.mark.parametrize("value", [True, "1.5", float("nan"), Fraction(1, 2), None, Prices.TRUE])
def test_a_decimal_is_an_int_or_a_decimal_in_python(value: Any) -> None:
    field: Any = UserPayment.Price
    with pytest.raises(InvalidValueError) as caught:
        field == value
    assert caught.value.code == "wrong-type"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1.50", "1.50"),
        ("+1.50", "1.50"),
        ("007.5", "7.5"),
        ("-0.0", "0.0"),
        ("'150000.50'", "150000.50"),
        ("'-3'", "-3"),
    ],
)
def test_a_typed_decimal_is_normalised(typed: str, written: str) -> None:
    assert str(parse(f"Price = {typed}", UserPayment)) == f"Price = {written}"


def test_equality_on_what_may_be_a_float_has_a_warning() -> None:
    assert [p.code for p in check("VAT = 0.1", UserServiceBase)] == ["float-equality"]
    assert [p.code for p in check("Off <> 0.1", UserServiceBase)] == ["float-equality"]


def test_order_on_what_may_be_a_float_has_no_warning() -> None:
    assert check("VAT >= 0.1 and Off < 5", UserServiceBase) == []


def test_equality_on_money_has_no_warning() -> None:
    assert check("Price = 0.1", UserPayment) == []


@pytest.mark.parametrize(("typed", "number"), [("'0'", 0), ("0.0", 0), ("'4294967295'", 4294967295)])
def test_the_ends_of_a_range_may_be_quoted(typed: str, number: int) -> None:
    assert parse(f"User_Id = {typed}", User).tree == Comparison("User_Id", "=", number)


@pytest.mark.parametrize("typed", ["'-1'", "-1.0", "'4294967296'", "4294967296.0"])
def test_past_the_ends_of_a_range_quotes_do_not_help(typed: str) -> None:
    assert code_of(f"User_Id = {typed}", User) == "out-of-range"
