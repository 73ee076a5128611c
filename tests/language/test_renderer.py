"""The one text of a tree, and the one way to write a literal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query.errors import FilterUsageError
from deltasib_query.language.parser import parse_tree
from deltasib_query.language.patterns import escape_like
from deltasib_query.language.renderer import literal, quote, render, unsafe_character
from deltasib_query.language.tree import And, Comparison, Node, Or, join

ONE, TWO, THREE = (Comparison("User_Id", "=", number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (ONE, "User_Id = 1"),
        (And([ONE, TWO]), "User_Id = 1 and User_Id = 2"),
        (Or([ONE, TWO]), "(User_Id = 1 or User_Id = 2)"),
        (And([ONE, Or([TWO, THREE])]), "User_Id = 1 and (User_Id = 2 or User_Id = 3)"),
        (Or([And([ONE, TWO]), THREE]), "((User_Id = 1 and User_Id = 2) or User_Id = 3)"),
        (
            And([Or([ONE, And([TWO, Or([ONE, THREE])])]), TWO]),
            "(User_Id = 1 or (User_Id = 2 and (User_Id = 1 or User_Id = 3))) and User_Id = 2",
        ),
        (Comparison("Name", "like", r"50\%%"), r"Name like '50\%%'"),
    ],
)
def test_parentheses_stand_around_every_group_but_a_top_level_and(tree: Node, text: str) -> None:
    assert render(tree) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-5, "-5"),
        (10**64, "1" + "0" * 64),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("0E-10"), "0.0000000000"),
        ("", "''"),
        ("'", "''''"),
        ("O'Reilly", "'O''Reilly'"),
        ("علی", "'علی'"),
        ('a"b`c', "'a\"b`c'"),
        ("100%", "'100%'"),
        ("0", "'0'"),
    ],
)
def test_a_literal_is_written_so(value: str | int | Decimal, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", [True, None, 1.5, float("nan"), b"a", Decimal("NaN"), Decimal("Infinity"), ["a"]])
def test_nothing_else_has_a_literal(value: Any) -> None:
    with pytest.raises(FilterUsageError, match=f"no literal can be written for a {type(value).__name__}"):
        literal(value)


class Lying(str):
    """A text that lies about what is to be doubled in it."""

    __slots__ = ()

    def replace(self, *_: Any, **__: Any) -> str:
        return "x' or 'a'='a"


def test_a_subclass_of_str_has_no_literal() -> None:
    with pytest.raises(FilterUsageError, match="for a Lying"):
        literal(Lying("x"))


def test_nothing_but_a_quote_is_ever_escaped() -> None:
    text = "".join(map(chr, range(0x20, 0x7F)))
    assert quote(text) == "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("value", "offset"),
    [
        ("", None),
        ("ali", None),
        ("'", None),
        ("a\\b", 1),
        ("\x00", 0),
        ("ab\n", 2),
        ("a\tb", 1),
        ("a\x7fb", 1),
        ("a\x85b", 1),
        ("a\x9fb", 1),
        ("a\xa0b", None),
        ("\ud800", 0),
        ("a\udfff", 1),
        ("\ue000", None),
        ("\u200c", None),
        ("\u2028", None),
        ("😀", None),
        ("a\\%", 1),
        ("a\\_", 1),
    ],
)
def test_the_first_character_that_a_text_cannot_hold(value: str, offset: int | None) -> None:
    assert unsafe_character(value) == offset


def test_of_all_characters_these_alone_are_refused() -> None:
    refused = {code for code in range(0x110000) if unsafe_character(chr(code)) is not None}
    assert refused == {ord("\\"), *range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)}


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("50\\%", None),
        ("\\_a\\%", None),
        ("\\%%", None),
        ("\\", 0),
        ("a\\", 1),
        ("\\\\", 0),
        ("\\\\%", 0),
        ("\\%\\", 2),
        ("\\%\\_\\a", 4),
        ("\\%\n", 2),
    ],
)
def test_the_first_character_that_a_pattern_cannot_hold(pattern: str, offset: int | None) -> None:
    assert unsafe_character(pattern, pattern=True) == offset


def test_escaping_a_pattern_touches_the_two_wildcards_alone() -> None:
    assert escape_like("50%_'ی*?[a]") == r"50\%\_'ی*?[a]"


FIELDS = st.sampled_from(["User_Id", "Name", "order", "a", "_9"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\\", exclude_categories=["Cc", "Cs"]))
NUMBERS = st.integers(-(10**64), 10**64) | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
LEAVES = st.builds(Comparison, FIELDS, st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), TEXTS | NUMBERS) | st.builds(
    Comparison, FIELDS, st.just("like"), TEXTS
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(join, st.sampled_from([And, Or]), st.lists(inner, min_size=2, max_size=4)),
    max_leaves=12,
)


@given(TREES)
def test_a_rendered_tree_reads_back_as_itself(tree: Node) -> None:
    assert parse_tree(render(tree))[0] == tree


@given(TREES)
def test_rendering_is_stable(tree: Node) -> None:
    text = render(tree)
    assert render(parse_tree(text)[0]) == text


@given(TREES)
def test_nobodys_precedence_matters(tree: Node) -> None:
    assert parse_tree(render(tree))[1] == []


@given(TEXTS)
def test_a_quoted_text_cannot_break_out(text: str) -> None:
    tree = parse_tree(f"a = {quote(text)} and b = 1")[0]
    assert tree == And([Comparison("a", "=", text), Comparison("b", "=", 1)])


@given(TEXTS)
def test_an_escaped_pattern_is_safe(text: str) -> None:
    pattern = escape_like(text)
    assert unsafe_character(pattern, pattern=True) is None
    assert parse_tree(f"a like {quote(pattern)}")[0] == Comparison("a", "like", pattern)
