"""What the kinds of field say of themselves, and what each takes in common with the others."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest

from deltasib_query import (
    Comparison,
    Filter,
    FilterUsageError,
    InvalidValueError,
    OnlineRadiusUser,
    Record,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    check,
    parse,
)
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, TextField, YesNoField
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.fast_parser import NotSimple, read
from deltasib_query.language.tree import And


class Days(Enum):
    FIRST = date(2021, 1, 30)


FIELDS: list[tuple[Any, str, str]] = [
    (User.Username, "text", "text up to 32"),
    (OnlineRadiusUser.NasPortId, "text", "text"),
    (UserServiceBase.PayPlan, "text", "one of PrePaid, PostPaid"),
    (Service.ISEnable, "text", "Yes or No"),
    (User.User_Id, "number", "whole number, 0 to 4294967295"),
    (UserServiceBase.ExtraDay, "number", "whole number, -2147483648 to 2147483647"),
    (UserPayment.Price, "number", "decimal number"),
    (UserServiceBase.VAT, "number", "number"),
    (UserServiceBase.EndDate, "date", "date 'YYYY-MM-DD', Gregorian"),
    (UserServiceBase.CDT, "datetime", "datetime 'YYYY-MM-DD HH:MM:SS', Gregorian"),
]


@pytest.mark.parametrize(("field", "kind", "description"), FIELDS)
def test_a_field_says_what_it_holds(field: Any, kind: str, description: str) -> None:
    assert (field.kind, field.description) == (kind, description)


TEXT = ["= 'a'", "<> 'a'", "< 'a'", "> 'a'", "<= 'a'", ">= 'a'", "like 'a%'"]
NUMBER = ["= 5", "<> 5", "< 5", "> 5", "<= 5", ">= 5"]
DAY = ["= '2021-01-30'", "<> '2021-01-30'", "< '2021-01-30'", "> '2021-01-30'", "<= '2021-01-30'", ">= '2021-01-30'"]
TYPED: list[tuple[Any, list[str]]] = [
    (User.Username, TEXT),
    (UserServiceBase.PayPlan, ["= 'PrePaid'", "<> 'PrePaid'", "like 'Pre%'"]),
    (Service.ISEnable, ["= 'Yes'", "<> 'Yes'"]),
    (User.User_Id, NUMBER),
    (UserPayment.Price, NUMBER),
    (UserServiceBase.EndDate, DAY),
    (UserServiceBase.CDT, DAY),
]


@pytest.mark.parametrize(("field", "typed"), TYPED)
def test_a_field_takes_each_of_its_operators_in_a_typed_filter(field: Any, typed: list[str]) -> None:
    assert [str(parse(f"{field.name} {rest}", field.record)) for rest in typed] == [f"{field.name} {t}" for t in typed]
    assert field.operators == tuple(rest.split()[0] for rest in typed)


@pytest.mark.parametrize(
    "field",
    [
        TextField[Any](doc="It."), ChoiceField[Any]("a", "b", doc="It."), YesNoField[Any]("It."),
        IntegerField[Any](doc="It."), DecimalField[Any]("It."), DateField[Any]("It."), DateTimeField[Any]("It."),
    ],
)  # fmt: skip
def test_a_field_keeps_the_text_that_documents_it(field: Any) -> None:
    assert field.__doc__ == "It."


@pytest.mark.parametrize(
    ("text", "record", "codes"),
    [
        ("PaymentType like '%x'", UserPayment, ["leading-wildcard"]),
        ("PaymentType like 'x'", UserPayment, ["no-wildcard"]),
        ("PaymentType = '😀'", UserPayment, ["beyond-bmp", "unknown-choice"]),
        ("Username = '\U00010000'", User, ["beyond-bmp"]),
        ("Username = '\uffff'", User, []),
        ("Username like '%😀'", User, ["leading-wildcard", "beyond-bmp"]),
    ],
)
def test_the_warnings_of_a_text_hold_for_all_kinds_of_text(text: str, record: type[Record], codes: list[str]) -> None:
    assert [problem.code for problem in check(text, record)] == codes


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("true", "'Yes'"), ("TRUE", "'Yes'"), ("1", "'Yes'"), ("y", "'Yes'"), ("Y", "'Yes'"),
        ("false", "'No'"), ("0", "'No'"), ("n", "'No'"), ("maybe", None), ("2", None),
    ],
)  # fmt: skip
def test_what_others_write_for_yes_and_no_has_a_repair(value: str, meant: str | None) -> None:
    [problem] = check(f"ISEnable = '{value}'", Service)
    assert problem.code == "not-yes-or-no"
    assert (problem.repair and problem.repair.replacement) == meant


@pytest.mark.parametrize("written", ["username", "USERNAME", "Username"])
def test_a_plain_comparison_is_made_at_once_of_a_name_in_any_case(written: str) -> None:
    leaf = read(f" {written} = 'ali'", make=User.accepted)[0]
    assert isinstance(leaf, Comparison)
    assert (leaf.field, leaf.operator, leaf.value) == ("Username", "=", "ali")
    assert (leaf.span, leaf.value_span) == ((1, 17), (12, 17))


@pytest.mark.parametrize(
    "text", ["Nothing = 'x'", "User_Id like '5%'", "User_Id = -1", "Username = 5", "User_Id = 'x'"]
)
def test_any_other_comparison_is_left_to_the_checker(text: str) -> None:
    with pytest.raises((NotSimple, ValueRejected)):
        read(text, make=User.accepted)


def test_a_value_in_the_spelling_of_the_field_is_made_at_once() -> None:
    assert read("isenable = 'YES' and Price = '5'", make=Service.accepted)[0] == And(
        [Comparison("ISEnable", "=", "Yes"), Comparison("Price", "=", 5)]
    )


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (UserServiceBase.PayPlan.like("pre%"), "PayPlan like 'pre%'"),
        (UserServiceBase.PayPlan.contains("50%"), r"PayPlan like '%50\%%'"),
    ],
)
def test_a_choice_can_be_searched(filter: Filter[Any], text: str) -> None:
    assert str(filter) == text


@pytest.mark.parametrize("text", ["CDT < '0000-00-00 00:00:00'", "CDT < '0000-00-00'"])
def test_no_moment_is_before_the_zero_date(text: str) -> None:
    assert [problem.code for problem in check(text, UserServiceBase)] == ["never"]


def test_a_moment_up_to_the_zero_date_asks_for_those_rows_and_has_no_warning() -> None:
    assert check("CDT <= '0000-00-00 00:00:00'", UserServiceBase) == []


def test_a_day_in_an_enum_is_a_day_too_and_refused_for_a_moment() -> None:
    field: Any = UserServiceBase.CDT
    assert str(field >= Days.FIRST) == "CDT >= '2021-01-30'"
    with pytest.raises(InvalidValueError, match="midnight"):
        field == Days.FIRST


class LateMoment(datetime):
    """A moment that says another one."""

    def isoformat(self, *_: Any, **__: Any) -> str:
        return "2000-01-01 00:00:00"


class LateDay(date):
    """A day that says another one."""

    def isoformat(self) -> str:
        return "2000-01-01"


def test_a_moment_that_says_another_one_counts_by_its_own() -> None:
    assert str(UserServiceBase.CDT == LateMoment(2021, 1, 30, 4, 5, 6)) == "CDT = '2021-01-30 04:05:06'"
    assert str(UserServiceBase.CDT >= LateDay(2021, 1, 30)) == "CDT >= '2021-01-30'"


def test_a_zero_warning_of_a_day_names_the_zero_of_a_day() -> None:
    [problem] = check("EndDate < '2021-01-30'", UserServiceBase)
    assert "EndDate > '0000-00-00'`" in problem.message


@pytest.mark.parametrize("values", [["a"], ("a",), {"a"}, frozenset("a")])
def test_several_values_for_one_are_told_of_in(values: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"write \.in_"):
        User.Username == values


@pytest.mark.parametrize("operator", ["__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__"])
def test_what_is_answered_only_cannot_be_compared(operator: str) -> None:
    with pytest.raises(FilterUsageError, match="cannot be filtered by"):
        getattr(UserCreditInfo.ETrR, operator)(5)


@pytest.mark.parametrize("record", [int, None, "User", Record])
def test_a_typed_filter_is_of_a_record(record: Any) -> None:
    for function in (parse, check):
        with pytest.raises(FilterUsageError, match="such as User"):
            function("User_Id = 1", record)
