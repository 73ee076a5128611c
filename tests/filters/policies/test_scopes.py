"""The scope of a policy: and-ed on every filter, never forgotten, never empty."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from deltasib_query import (
    And,
    FilterSyntaxError,
    Limits,
    Or,
    ParameterError,
    Policy,
    RecordMismatchError,
    Service,
    User,
    parse,
)
from strategies import AnyFilter, Row, filters_with_rows

SCOPE = User.User_Id.between(100, 199)
POLICY = Policy(User, scope=SCOPE)
NO_LIMITS = Limits(None, None, None)


def test_an_or_does_not_lead_out_of_the_scope() -> None:
    admitted = POLICY.admit("Name = 'علی' or User_Id > 0")
    assert str(admitted) == "(Name = 'علی' or User_Id > 0) and User_Id >= 100 and User_Id <= 199"
    assert isinstance(admitted.tree, And)
    assert isinstance(admitted.tree.operands[0], Or)
    assert not admitted.matches({"User_Id": 200, "Name": "علی"})
    assert admitted.matches({"User_Id": 150, "Name": "علی"})


def test_a_scope_that_is_an_or_stays_one_operand() -> None:
    policy = Policy(User, scope=(User.User_Id == 1) | (User.User_Id == 2))
    assert str(policy.admit("User_Id = 3 or Name = 'x'")) == (
        "(User_Id = 3 or Name = 'x') and (User_Id = 1 or User_Id = 2)"
    )


def test_a_scope_may_use_what_the_user_may_not() -> None:
    policy = Policy(User, scope=User.Family.like("%x"), fields=[User.Name], operators=["="])
    assert str(policy.admit("Name = 'a'")) == "Name = 'a' and Family like '%x'"


def test_where_nothing_was_typed_there_is_the_scope() -> None:
    assert POLICY.admit(None) == POLICY.scope == SCOPE


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_is_an_error(text: str) -> None:
    with pytest.raises(FilterSyntaxError) as caught:
        POLICY.admit(text)
    assert caught.value.code == "empty"


def test_all_rows_is_said_in_words() -> None:
    policy = Policy(User, scope="all rows")
    assert policy.scope.constant is True
    assert policy.admit("User_Id = 5") == (User.User_Id == 5)
    assert policy.admit(None).constant is True


EMPTY: list[Any] = [
    User.User_Id.in_([]),
    User.User_Id.not_in([]),
    (User.User_Id == 1) & User.User_Id.in_([]),
    None,
    [],
    (),
    "",
    "User_Id = 1",
    "All Rows",
    {},
    True,
    False,
    [User.User_Id == 1],
    User.User_Id,
]


@pytest.mark.parametrize("scope", EMPTY, ids=repr)
def test_an_empty_scope_raises(scope: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy(User, scope=scope)
    assert caught.value.parameter == "scope"
    assert '"all rows"' in str(caught.value)


def test_a_scope_that_was_left_out_raises() -> None:
    with pytest.raises(TypeError, match="scope"):
        Policy(User)  # type: ignore[call-arg]


def test_a_scope_of_another_record_raises() -> None:
    with pytest.raises(RecordMismatchError, match="a scope of Service in a policy of User"):
        Policy(User, scope=Service.Service_Id == 5)  # type: ignore[misc]


@given(filters_with_rows(), filters_with_rows())
def test_an_admitted_filter_finds_what_was_typed_within_the_scope(
    one: tuple[AnyFilter, list[Row]], other: tuple[AnyFilter, list[Row]]
) -> None:
    (typed, rows), scope = one, other[0]
    if scope.record is not typed.record:
        scope = ~typed if "like" not in str(typed) else typed
    policy = Policy(typed.record, scope=scope, limits=NO_LIMITS, allow_leading_wildcard=True)
    admitted = policy.admit(str(typed))
    assert admitted == parse(str(typed), typed.record, limits=None) & scope
    for row in rows:
        assert admitted.matches(row) == (typed.matches(row) and scope.matches(row))
