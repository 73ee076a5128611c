"""A date that looks Jalali: nobody would see a warning, so forms and builders refuse it, as Python code does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import (
    Filter,
    InvalidValueError,
    Policy,
    UserPayment,
    UserServiceBase,
    check,
    from_lookups,
    from_rules,
)

POLICY = Policy(UserPayment, scope="all rows")


def lookup(value: str) -> Filter[Any]:
    return from_lookups({"VoucherDate__gte": value}, UserPayment)


def lookup_of_a_policy(value: str) -> Filter[Any]:
    return from_lookups({"VoucherDate__gte": value}, POLICY)


def rule(value: str) -> Filter[Any]:
    rule = {"field": "VoucherDate", "operator": ">=", "value": value}
    return from_rules({"combinator": "and", "rules": [rule]}, UserPayment)


def admitted_rule(value: str) -> Filter[Any]:
    return POLICY.admit({"combinator": "and", "rules": [{"field": "VoucherDate", "operator": ">=", "value": value}]})


@pytest.mark.parametrize("make", [lookup, lookup_of_a_policy, rule, admitted_rule])
@pytest.mark.parametrize(("typed", "gregorian"), [("1399/11/11", "2021-01-30"), ("1399-11-11", "2021-01-30")])
def test_it_is_an_error_with_the_gregorian_date(make: Callable[[str], Filter[Any]], typed: str, gregorian: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make(typed)
    problem = caught.value.problem
    assert (problem.code, problem.severity) == ("jalali-date", "error")
    assert problem.repair is not None and problem.repair.replacement == gregorian
    assert str(make(gregorian)) == f"VoucherDate >= '{gregorian}'"


def test_the_date_that_stands_for_none_is_a_value() -> None:
    assert str(from_lookups({"EndDate": "0000-00-00"}, UserServiceBase)) == "EndDate = '0000-00-00'"


def test_in_a_typed_filter_it_stays_a_warning() -> None:
    problems = check("VoucherDate >= '1399-11-11'", UserPayment)
    assert [(problem.code, problem.severity) for problem in problems] == [("jalali-date", "warning")]
