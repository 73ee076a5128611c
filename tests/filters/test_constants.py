"""The constant filters, and `none=`: nothing that is missing widens a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import (
    Filter,
    FilterUsageError,
    RecordMismatchError,
    Service,
    User,
    UserPayment,
    all_of,
    all_rows,
    any_of,
    no_rows,
)

LOW, HIGH = User.User_Id >= 5, User.User_Id <= 9
COMBINE = pytest.mark.parametrize("combine", [all_of, any_of])


class Customer(User):
    pass


def test_the_constants_are_true_and_false_for_every_row() -> None:
    assert (all_rows(User).constant, no_rows(User).constant) == (True, False)
    assert all_rows(User).matches({}) is True
    assert no_rows(User).matches({}) is False


def test_the_opposite_of_all_rows_is_no_rows() -> None:
    assert ~all_rows(User) == no_rows(User)
    assert ~no_rows(User) == all_rows(User)
    assert all_rows(User) != all_rows(Service)


def test_the_constants_are_those_that_in_and_not_in_fold_to() -> None:
    assert User.User_Id.in_([]) == no_rows(User)
    assert User.User_Id.not_in([]) == all_rows(User)


def test_a_constant_of_a_subclass_without_fields_is_that_of_its_base() -> None:
    assert all_rows(Customer) == all_rows(User)


@pytest.mark.parametrize("constant", [all_rows, no_rows])
def test_a_constant_needs_a_record(constant: Callable[[Any], object]) -> None:
    for what in (None, "user", User.User_Id, object):
        with pytest.raises(FilterUsageError, match="a record such as User is needed"):
            constant(what)


def test_none_is_the_answer_where_nothing_is_left() -> None:
    for none in (all_rows(User), no_rows(User), LOW):
        for combine in (all_of, any_of):
            assert combine(None, none=none) == none
            assert combine([None, None], [], none=none) == none
            assert combine(none=none) == none


def test_what_is_missing_is_left_out_where_none_says_what_nothing_means() -> None:
    assert str(all_of(LOW, None, [HIGH, None], none=all_rows(User))) == "User_Id >= 5 and User_Id <= 9"
    assert str(any_of(None, LOW, none=all_rows(User))) == "User_Id >= 5"


def test_none_has_no_part_in_what_is_left() -> None:
    """An identity of both `and` and `or` is what leaks elsewhere: here `none` is not and-ed, and not or-ed."""
    assert all_of(LOW, none=no_rows(User)) == LOW
    assert any_of(LOW, none=all_rows(User)) == LOW


@COMBINE
@pytest.mark.parametrize("operands", [(None,), (LOW, None), ([None],), ([LOW, None, HIGH],)], ids=repr)
def test_none_among_the_operands_is_refused_without_none(combine: Any, operands: tuple[Any, ...]) -> None:
    with pytest.raises(FilterUsageError, match="None is no filter; with none="):
        combine(*operands)


@COMBINE
@pytest.mark.parametrize("operands", [(), ([],), ([], ())], ids=repr)
def test_no_operand_is_refused_without_none(combine: Any, operands: tuple[Any, ...]) -> None:
    with pytest.raises(FilterUsageError, match="none= says whether that is all rows or no rows"):
        combine(*operands)


@COMBINE
@pytest.mark.parametrize("operand", ["", b"", {}, 0, False, True, "x", 1.5, {"Name": LOW}], ids=repr)
def test_only_none_is_left_out(combine: Any, operand: object) -> None:
    """`text and User.Name == text` gives the text where that is empty."""
    for operands in ((operand,), (LOW, operand), ([operand],), (LOW, [HIGH, operand])):
        with pytest.raises(FilterUsageError, match="a filter is combined with filters only"):
            combine(*operands, none=all_rows(User))


@COMBINE
def test_none_is_a_filter_of_the_same_record_even_where_it_is_not_used(combine: Any) -> None:
    with pytest.raises(RecordMismatchError):
        combine(LOW, none=all_rows(UserPayment))
    nothings: list[Any] = [True, "all rows", {}]
    for none in nothings:
        with pytest.raises(FilterUsageError):
            combine(LOW, none=none)


def test_an_iterable_of_missing_filters_may_be_a_generator() -> None:
    given: dict[str, int | None] = {"low": 5, "high": None}
    parts = (None if value is None else User.User_Id == value for value in given.values())
    filter: Filter[User] = all_of(parts, none=no_rows(User))
    assert filter == (User.User_Id == 5)
