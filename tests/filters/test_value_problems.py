"""What a refused Python value's problem says: its message, its place, its repair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import Filter, FilterError, FilterUsageError, Problem, Service, User, UserPayment, UserServiceBase

UNTYPED: Any = User


def problem_of(make: Callable[[], Filter[Any]]) -> Problem:
    with pytest.raises(FilterError) as caught:
        make()
    return caught.value.problem


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: UNTYPED.Name == 5, "Name: takes a str, not int"),
        (lambda: UserServiceBase.EndDate == "x", "EndDate takes a date 'YYYY-MM-DD'"),
        (
            lambda: UserPayment.User_PaymentCD >= "2021-01-30T08:15:00+03:30",
            "User_PaymentCD takes a datetime 'YYYY-MM-DD HH:MM:SS'",
        ),
        (lambda: User.User_Id == -1, "User_Id is between 0 and 4294967295"),
    ],
)
def test_the_message_names_the_field_once(make: Callable[[], Filter[Any]], message: str) -> None:
    assert problem_of(make).message == message


@pytest.mark.parametrize("values", [5, None])
def test_what_is_not_several_values_is_told_how_to_write_one(values: Any) -> None:
    for method in (User.User_Id.in_, User.User_Id.not_in):
        told = rf"^User_Id\.{method.__name__} takes several values: write \[{values}\] for one$"
        with pytest.raises(FilterUsageError, match=told):
            method(values)


def test_the_place_in_a_text_counts_its_own_characters() -> None:
    problem = problem_of(lambda: UserServiceBase.EndDate == "30.1.2021")
    assert problem.span == (0, 9)


def test_the_place_of_another_value_counts_those_of_its_repr() -> None:
    problem = problem_of(lambda: UNTYPED.Name == [12, 3])
    assert problem.span == (0, len("[12, 3]"))


def test_a_repair_replaces_the_whole_value() -> None:
    problem = problem_of(lambda: Service.ISEnable == "true")
    assert problem.repair is not None
    assert (problem.repair.span, problem.repair.replacement, problem.repair.certain) == ((0, 4), "'Yes'", False)
