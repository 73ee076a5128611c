"""The last look before a filter is sent: its text reads back as itself, or nothing is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from deltasib_query import And, Comparison, ConstantFilterError, Filter, FilterError, Or, User, UserPayment
from deltasib_query.filters.filter import filter_of
from deltasib_query.filters.parsing import verified_text
from deltasib_query.language.tree import Node
from strategies import filters


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (User.Name == "O'Reilly", "Name = 'O''Reilly'"),
        (UserPayment.Price == Decimal("1E+3"), "Price = 1000"),
        ((User.User_Id == 1) | (User.User_Id == 2), "(User_Id = 1 or User_Id = 2)"),
        (User.Name.contains("50%"), r"Name like '%50\%%'"),
    ],
)
def test_a_filter_is_sent_as_its_text(filter: Filter[Any], text: str) -> None:
    assert verified_text(filter) == text


@given(filters().filter(lambda each: each.constant is None))
def test_every_filter_can_be_sent(filter: Filter[Any]) -> None:
    assert verified_text(filter) == str(filter)


def test_the_limits_of_typed_filters_are_not_those_of_what_is_sent() -> None:
    filter = User.User_Id.in_(range(1000))
    assert verified_text(filter) == "(" + " or ".join(f"User_Id = {n}" for n in range(1000)) + ")"


@pytest.mark.parametrize(
    "tree",
    [
        Comparison("User_Id = 1 or User_Id", "=", 2),
        Comparison("User_Id", "> 0 or User_Id =", 2),
        Comparison("username", "=", "ali"),
        Comparison("User_Id", "=", "1"),
        And([Comparison("User_Id", "=", 1)]),
        Or([Comparison("User_Id", "=", 1), Or([Comparison("User_Id", "=", 2), Comparison("User_Id", "=", 3)])]),
    ],
)
def test_a_filter_that_reads_back_as_another_is_not_sent(tree: Node) -> None:
    forged = filter_of(User, tree)
    with pytest.raises(FilterError, match="reads back as another filter") as caught:
        verified_text(forged)
    assert caught.value.code == "unfaithful"
    assert caught.value.span == (0, len(str(forged)))


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        (Comparison("Nothing", "=", 1), "unknown-field"),
        (Comparison("Username", "=", 5), "number-for-text"),
        (Comparison("User_Id", "=", -1), "out-of-range"),
        (Comparison("Username", "=", "a\\' or 1=1"), "unsafe-character"),
    ],
)
def test_a_filter_that_does_not_read_back_is_not_sent(tree: Node, code: str) -> None:
    with pytest.raises(FilterError) as caught:
        verified_text(filter_of(User, tree))
    assert caught.value.code == code


@pytest.mark.parametrize("constant", [True, False])
def test_a_constant_has_no_text_to_send(constant: bool) -> None:
    with pytest.raises(ConstantFilterError):
        verified_text(filter_of(User, constant))
