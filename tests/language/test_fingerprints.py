"""The text of a filter's shape: what it has of the filter, and that it has nothing of the values."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, User, UserPayment, all_of, all_rows, any_of, no_rows
from deltasib_query.language.fingerprints import fingerprint
from deltasib_query.language.parser import parse_tree
from deltasib_query.language.tree import And, Comparison, Node, Or, rewrite
from strategies import decimals, filters, safe_texts


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (User.Username == "ali", "Username = ?"),
        (User.Username.like("%a_") & (User.User_Id >= 100), "Username like ? and User_Id >= ?"),
        ((User.Name != "x") | (User.User_Id < 5), "(Name <> ? or User_Id < ?)"),
        (User.User_Id.in_([1]), "User_Id = ?"),
        (User.User_Id.in_([1, 2, 3]), "User_Id = ?"),
        (User.User_Id.not_in([1, 2, 3]) & (User.Name == "x"), "User_Id <> ? and Name = ?"),
        (User.User_Id.in_([1, 2]) | (User.Name == "x"), "(User_Id = ? or Name = ?)"),
        ((User.Name == "x") & User.User_Id.in_(range(500)), "Name = ? and User_Id = ?"),
        (User.User_Id.between(1, 9), "User_Id >= ? and User_Id <= ?"),
        (UserPayment.Price > Decimal("-1.50"), "Price > ?"),
        (any_of(*(User.User_Id.between(n, n + 5) for n in range(9))), "User_Id >= ? and User_Id <= ?"),
        (
            all_of((User.Name == "a") | (User.Family == "b"), (User.Name == "c") | (User.Family == "d")),
            "(Name = ? or Family = ?)",
        ),
        (
            any_of(User.Name == "a", all_of(User.Name == "b", any_of(User.Name == "c", User.User_Id == 5))),
            "(Name = ? or (Name = ? and (Name = ? or User_Id = ?)))",
        ),
        (all_rows(User), "true"),
        (no_rows(User), "false"),
    ],
)
def test_a_filter_has_the_fingerprint(filter: Filter[Any], text: str) -> None:
    assert filter.fingerprint() == text


def test_a_group_that_shrinks_to_one_of_its_parents_kind_is_merged_into_it() -> None:
    a, b, c = (Comparison(name, "=", 1) for name in "abc")
    assert fingerprint(Or([And([Or([a, b]), Or([a, b])]), c])) == "(a = ? or b = ? or c = ?)"
    assert fingerprint(Or([And([Or([a, b]), Or([a, b])]), a])) == "(a = ? or b = ?)"


def literals() -> st.SearchStrategy[Any]:
    return safe_texts() | st.integers() | decimals()


@given(filters(), st.data())
def test_filters_that_differ_in_their_literals_only_have_the_same(filter: Filter[Any], data: st.DataObject) -> None:
    other = rewrite(filter.tree, lambda leaf: leaf.replace(leaf.field, leaf.operator, data.draw(literals())))
    assert fingerprint(other) == filter.fingerprint()


@given(filters())
def test_nothing_but_fields_operators_and_keywords_is_in_it(filter: Filter[Any]) -> None:
    words = [*filter.record.fields_by_name, "like", "and", "or"]
    token = rf"(?:{'|'.join(words)}|=|<>|<=|>=|<|>|\?|\(|\)| )"
    assert re.fullmatch(rf"{token}+", filter.fingerprint())


@given(filters(), st.lists(st.integers(1, 4), min_size=9, max_size=9))
def test_how_long_lists_of_values_are_changes_nothing(filter: Filter[Any], sizes: list[int]) -> None:
    def listed(leaf: Comparison) -> Node:
        times = sizes[len(leaf.field) % len(sizes)]
        kind = And if leaf.operator == "<>" else Or
        return kind([leaf] * times) if times > 1 else leaf

    assert fingerprint(rewrite(filter.tree, listed)) == filter.fingerprint()


@given(filters())
def test_it_is_the_fingerprint_of_itself(filter: Filter[Any]) -> None:
    text = filter.fingerprint()
    assert fingerprint(parse_tree(text.replace("?", "0"))[0]) == text


def test_no_depth_is_too_deep_and_time_is_linear() -> None:
    tree: Node = Comparison("a", "=", 1)
    for depth in range(100_000):
        tree = (And if depth % 2 else Or)([Comparison("b", "=", depth), tree])
    began = time.perf_counter()
    assert fingerprint(tree).count("b = ?") == 100_000
    assert time.perf_counter() - began < 60
