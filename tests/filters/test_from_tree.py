"""Filters of trees that a program has made by hand or of other trees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from deltasib_query import (
    And,
    Comparison,
    Filter,
    FilterError,
    FilterUsageError,
    InvalidValueError,
    Or,
    Record,
    Span,
    UnknownFieldError,
    UnsafeLiteralError,
    UnsupportedOperatorError,
    User,
    UserPayment,
    from_tree,
    parse,
)

ONE = Comparison("User_Id", "=", 1)
ALI = Comparison("username", "=", "ali")


class Number(int):
    def __str__(self) -> str:
        return "1 or 1=1"


class Text(str):
    __slots__ = ()


def test_names_and_values_are_written_as_documented() -> None:
    assert str(from_tree(Or([Comparison("User_Id", "=", "5"), ALI]), User)) == "(User_Id = 5 or Username = 'ali')"


def test_groups_of_one_kind_become_flat() -> None:
    assert str(from_tree(And([And([ONE, ALI]), ONE]), User)) == "User_Id = 1 and Username = 'ali' and User_Id = 1"


def test_a_group_of_one_stands_for_its_operand() -> None:
    assert from_tree(And([ONE]), User) == (User.User_Id == 1)


def test_the_tree_of_a_filter_makes_that_filter() -> None:
    filter = parse("User_Id = 1 or (Name like 'علی%' and Family <> 'x')", User)
    assert from_tree(filter.tree, User) == filter


def test_a_filter_is_not_made_directly() -> None:
    with pytest.raises(FilterUsageError, match="from_tree"):
        Filter(User, ONE)


@pytest.mark.parametrize(
    ("tree", "error"),
    [
        (Comparison("1=1 or User_Id", "=", 5), UnknownFieldError),
        (Comparison("", "=", 5), UnknownFieldError),
        (Comparison("User_Id", "= 1 or 1", 5), UnsupportedOperatorError),
        (Comparison("Username", "=", "x\\"), UnsafeLiteralError),
        (Comparison("Username", "=", 0), InvalidValueError),
        (Comparison("User_Id", "=", Decimal("NaN")), InvalidValueError),
    ],
)
def test_a_comparison_that_no_filter_can_have_is_refused(tree: Comparison, error: type[Exception]) -> None:
    with pytest.raises(error):
        from_tree(tree, User)


@pytest.mark.parametrize(
    "tree",
    [
        And([]),
        And(["1=1", ONE]),  # type: ignore[list-item]
        "1=1",
        None,
        Comparison("User_Id", "=", Number(5)),
        Comparison("User_Id", "=", True),
        Comparison("User_Id", "=", 0.5),  # type: ignore[arg-type]
        Comparison("Username", "=", Text("ali")),
        Comparison(Text("Username"), "=", "ali"),
    ],
)
def test_what_is_no_tree_of_plain_values_is_refused(tree: Any) -> None:
    with pytest.raises(FilterUsageError):
        from_tree(tree, User)


@pytest.mark.parametrize("record", [int, Record, "User", None])
def test_what_is_no_record_of_a_list_is_refused(record: Any) -> None:
    with pytest.raises(FilterUsageError, match="a record such as User is needed"):
        from_tree(ALI, record)


def test_what_is_found_in_a_tree_without_a_text_is_its_value() -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_tree(Comparison("Username", "=", 912), User)
    assert (caught.value.problem.found, caught.value.span) == ("`912`", (0, 0))
    assert caught.value.repair is not None
    assert caught.value.repair.replacement == "'912'"


@pytest.mark.parametrize(
    "value", [Decimal("1E+3"), Decimal("912.0"), Decimal("NaN"), 10**90, pytest.param(10**5000, id="huge")]
)
def test_what_nobody_typed_as_a_number_has_no_repair_as_a_text(value: int | Decimal) -> None:
    for field, record in (("Username", User), ("PaymentType", UserPayment)):
        with pytest.raises(InvalidValueError) as caught:
            from_tree(Comparison(field, "=", value), record)
        assert (caught.value.code, caught.value.repair) == ("number-for-text", None)


def test_the_place_of_what_a_tree_has_wrong_is_that_of_its_value_or_else_of_the_comparison() -> None:
    for tree, span in (
        (Comparison("User_Id", "=", "x", Span(5, 18), Span(15, 18)), (15, 18)),
        (Comparison("User_Id", "=", "x", Span(5, 18)), (5, 18)),
        (Comparison("User_Id", "like", "x", Span(5, 18), Span(15, 18)), (5, 18)),
        (Comparison("Nothing", "=", "x", Span(5, 18), Span(15, 18)), (5, 12)),
        (Comparison("Nothing", "=", "x"), (0, 7)),
    ):
        with pytest.raises(FilterError) as caught:
            from_tree(tree, User)
        assert caught.value.span == span


def test_a_name_that_is_like_no_field_has_no_repair() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        from_tree(Comparison("xyz", "=", "x"), User)
    assert caught.value.repair is None


def test_an_operator_that_a_field_does_not_take_is_told_with_those_that_it_does() -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        from_tree(Comparison("User_Id", "like", "1%"), User)
    assert caught.value.problem.message == (
        "User_Id (whole number, 0 to 4294967295) takes =, <>, <, >, <=, >=, not like"
    )
    assert caught.value.expected == ("=", "<>", "<", ">", "<=", ">=")
