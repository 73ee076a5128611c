"""The tools for trees that everybody can use: folding, comparisons, fields, rewriting."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import (
    And,
    Comparison,
    FilterUsageError,
    InvalidValueError,
    Node,
    Or,
    Service,
    UnknownFieldError,
    User,
    comparisons,
    escape_like,
    fold,
    parse,
)

NESTED = (User.Username == "ali") & ((User.User_Id > 5) | (User.User_Id < 3))


def test_a_tree_is_folded_into_a_text_of_another_language() -> None:
    found = fold(
        NESTED.tree,
        lambda leaf: f"({leaf.operator} {leaf.field})",
        lambda group, parts: f"({type(group).__name__.lower()} {' '.join(parts)})",
    )
    assert found == "(and (= Username) (or (> User_Id) (< User_Id)))"


def test_comparisons_come_in_the_order_of_the_text() -> None:
    assert [leaf.value for leaf in comparisons(NESTED.tree)] == ["ali", 5, 3]


def test_a_pattern_of_a_text_matches_it_alone() -> None:
    assert str(User.Name.like(escape_like("50%_") + "%")) == "Name like '50\\%\\_%'"


def test_the_fields_of_a_filter() -> None:
    assert NESTED.fields == frozenset({User.Username, User.User_Id})
    assert User.User_Id.in_([]).fields == frozenset()


def test_comparisons_are_rewritten_and_checked() -> None:
    def small(leaf: Comparison) -> Node:
        if leaf.field == "Username":
            return Or([leaf, leaf.replace("name", "=", "ali")])
        return leaf

    assert str(NESTED.rewrite(small)) == ("(Username = 'ali' or Name = 'ali') and (User_Id > 5 or User_Id < 3)")
    assert NESTED.rewrite(lambda leaf: leaf) == NESTED


def test_groups_of_a_kind_become_one() -> None:
    rewritten = NESTED.rewrite(lambda leaf: And([leaf, leaf]) if leaf.field == "Username" else leaf)
    assert str(rewritten).count("Username = 'ali' and") == 2
    assert isinstance(rewritten.tree, And) and len(rewritten.tree.operands) == 3


@pytest.mark.parametrize(
    ("leaf", "error"),
    [
        (Comparison("Usernme", "=", "ali"), UnknownFieldError),
        (Comparison("User_Id", "=", "x"), InvalidValueError),
        (And([]), FilterUsageError),
        ("Username = 'ali'", FilterUsageError),
        (None, FilterUsageError),
    ],
)
def test_what_is_no_comparison_of_the_record_is_refused(leaf: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        NESTED.rewrite(lambda _: leaf)


def test_a_constant_filter_has_nothing_to_rewrite() -> None:
    nobody = User.User_Id.in_([])
    assert nobody.rewrite(lambda leaf: Comparison("x", "=", 1)) is nobody


def test_places_stay() -> None:
    filter = parse("Price > 5 and Price < 9", Service)
    (first, second) = comparisons(filter.rewrite(lambda leaf: leaf.replace("Price", leaf.operator, 7)).tree)
    assert (first.span, second.span) == ((0, 9), (14, 23))
