"""The kinds of parameters: what each accepts, and how a request has it; values of people's own classes and of numpy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from deltasib_query import ParameterError
from deltasib_query.service.parameters import Choice, Day, Digits, Integer, Kind, Parameter, Price, Text
from lying_values import LyingDate, LyingDatetime, LyingDecimal, LyingInt, LyingText

PLANS = Choice(("PrePaid", "PostPaid"))


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Text(), "", ""),
        (Text(3), "علی", "علی"),
        (Integer(), 0, "0"),
        (Integer(), 2**32 - 1, "4294967295"),
        (Integer(-5, 5), -5, "-5"),
        (Digits(3), "007", "007"),
        (Digits(3), 999, "999"),
        (Price(4), Decimal("12.50"), "12.50"),
        (Price(4), -1234, "-1234"),
        (Price(4), Decimal("1E+3"), "1000"),
        (PLANS, "POSTPAID", "PostPaid"),
        (Day(), date(2021, 1, 30), "2021-01-30"),
        (Day(), "1399/11/11", "1399/11/11"),
    ],
)
def test_a_value_is_written(kind: Kind, value: object, written: str) -> None:
    assert kind.write("Name", value) == written


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Text(3), "long", "0 to 3 characters are needed, not 4"),
        (Text(min_length=1), "", "at least 1 characters are needed, not 0"),
        (Text(), 5, "a text is needed, not int"),
        (Text(), "\udcff", "half a character (a lone surrogate) cannot be sent"),
        (Integer(), -1, "a whole number from 0 to 4294967295 is needed, not -1"),
        (Integer(1, 5), 6, "a whole number from 1 to 5 is needed, not 6"),
        (Integer(), "5", "a whole number from 0 to 4294967295 is needed, not '5'"),
        (Digits(3), "1234", "1 to 3 digits are needed, not '1234'"),
        (Digits(3), "", "1 to 3 digits are needed, not ''"),
        (Digits(3), "۱۲", "1 to 3 digits are needed, not '۱۲'"),
        (Price(4), Decimal("123.45"), "an int or Decimal of at most 4 digits is needed, not Decimal('123.45')"),
        (Price(4), 1.5, "an int or Decimal of at most 4 digits is needed, not 1.5"),
        (PLANS, "Never", "one of PrePaid, PostPaid is needed, not 'Never'"),
        (Day(), "30.1.2021", "a date, or its text YYYY-MM-DD is needed, not '30.1.2021'"),
    ],
)
def test_a_value_that_breaks_the_rule_is_refused(kind: Kind, value: object, rule: str) -> None:
    with pytest.raises(ParameterError) as caught:
        kind.write("Name", value)
    assert str(caught.value) == f"Name: {rule}"


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("Username", "username"),
        ("User_Id", "user_id"),
        ("LimitFrom", "limit_from"),
        ("PriceINCurrency", "price_in_currency"),
        ("BankBranchNo", "bank_branch_no"),
        ("User_ServiceBase_Id", "user_service_base_id"),
        ("Api_Key", "api_key"),
    ],
)
def test_a_parameter_has_a_name_in_python(name: str, argument: str) -> None:
    assert Parameter(name, Text()).argument == argument


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Text(), LyingText("ali"), "ali"),
        (Text(3, 3), LyingText("ali"), "ali"),
        (Integer(), LyingInt(5), "5"),
        (Integer(), np.int64(5), "5"),
        (Digits(15), LyingText("0012"), "0012"),
        (Digits(15), LyingInt(12), "12"),
        (Digits(15), np.uint8(12), "12"),
        (Price(14), LyingDecimal("1.50"), "1.50"),
        (Price(14), LyingInt(5), "5"),
        (Price(14), np.int64(5), "5"),
        (Choice(("PrePaid", "PostPaid")), LyingText("prepaid"), "PrePaid"),
        (Day(), LyingDate(2021, 1, 30), "2021-01-30"),
        (Day(), LyingText("1399/11/11"), "1399/11/11"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_parameter_is_what_a_value_is(kind: Kind, value: Any, written: str) -> None:
    text = kind.write("Name", value)
    assert text == written
    assert type(text) is str


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(), LyingText("a\ud800")),
        (Text(2), LyingText("ali")),
        (Text(9, 2), LyingText("x")),
        (Integer(), LyingInt(-1)),
        (Integer(), np.bool_(True)),
        (Integer(), np.float64(5)),
        (Digits(15), LyingText("1 or 1=1")),
        (Digits(1), LyingInt(12)),
        (Digits(15), np.bool_(True)),
        (Price(14), LyingDecimal("NaN")),
        (Price(2), LyingDecimal("1.50")),
        (Price(14), np.bool_(True)),
        (Price(14), 1.5),
        (Choice(("PrePaid",)), LyingText("x")),
        (Day(), LyingText("30.1.2021")),
        (Day(), LyingDatetime(2021, 1, 30)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_rule_is_held_against_what_a_value_is(kind: Kind, value: Any) -> None:
    with pytest.raises(ParameterError):
        kind.write("Name", value)
