"""Text to tree: precedence, values, spans, and texts that are refused."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from deltasib_query import User, parse
from deltasib_query.language.parser import Refused, parse_tree
from deltasib_query.language.tree import And, Comparison, Node, Or, comparisons
from deltasib_query.problems import Span

A, B, C, D = (Comparison(name, "=", 1) for name in "abcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a=1", A),
        ("(((a=1)))", A),
        ("a=1 and b=1 and c=1", And([A, B, C])),
        ("a=1 or b=1 or c=1", Or([A, B, C])),
        ("a=1 or b=1 and c=1", Or([A, And([B, C])])),
        ("a=1 and b=1 or c=1", Or([And([A, B]), C])),
        ("a=1 or b=1 and c=1 or d=1", Or([A, And([B, C]), D])),
        ("a=1 and (b=1 or c=1) and d=1", And([A, Or([B, C]), D])),
        ("(a=1 and b=1) and (c=1 and d=1)", And([A, B, C, D])),
        ("a=1 or (b=1 or (c=1 or d=1))", Or([A, B, C, D])),
        ("((a=1 and b=1))and((c=1 or d=1))", And([A, B, Or([C, D])])),
        ("a=1 and (b=1 or (c=1 and d=1))", And([A, Or([B, And([C, D])])])),
    ],
)
def test_precedence_and_nesting(text: str, tree: Node) -> None:
    assert parse_tree(text)[0] == tree


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("1", 1),
        ("+1", 1),
        ("-1", -1),
        ("007", 7),
        ("1.50", Decimal("1.50")),
        ("-0.5", Decimal("-0.5")),
        ("''", ""),
        ("''''", "'"),
        ("'O''Reilly'", "O'Reilly"),
        ("'می‌خواهم'", "می‌خواهم"),
        ("'1'", "1"),
    ],
)
def test_a_literal_has_this_value_and_type(literal: str, value: object) -> None:
    leaf = parse_tree(f"a = {literal}")[0]
    assert isinstance(leaf, Comparison)
    assert (leaf.value, type(leaf.value)) == (value, type(value))


def test_a_fraction_keeps_its_zeros() -> None:
    leaf = parse_tree("a = 1.500")[0]
    assert isinstance(leaf, Comparison)
    assert str(leaf.value) == "1.500"


def test_a_number_of_any_length_is_read() -> None:
    leaf = parse_tree("a = " + "9" * 10_000)[0]
    assert isinstance(leaf, Comparison)
    assert leaf.value == Decimal("9" * 10_000)


def test_operators_are_read_in_lower_case() -> None:
    leaf = parse_tree("a LIKE 'x'")[0]
    assert isinstance(leaf, Comparison)
    assert leaf.operator == "like"


@pytest.mark.parametrize(("text", "operator"), [("a<-5", "<"), ("a<=-5", "<="), ("a<>-5", "<>"), ("a>=+5", ">=")])
def test_the_longer_operator_wins(text: str, operator: str) -> None:
    leaf = parse_tree(text)[0]
    assert isinstance(leaf, Comparison)
    assert leaf.operator == operator


def test_fields_are_read_as_they_stand() -> None:
    assert parse_tree("order=1 or Android_9=1")[0] == Or([Comparison("order", "=", 1), Comparison("Android_9", "=", 1)])


def test_places_of_comparisons_and_literals() -> None:
    #       0123456789012345678901234
    text = "(aa = 1 and  bb like 'x')"
    tree = parse_tree(text)[0]
    assert [(leaf.span, leaf.value_span) for leaf in comparisons(tree)] == [
        (Span(1, 7), Span(6, 7)),
        (Span(13, 24), Span(21, 24)),
    ]
    assert tree.span == Span(1, 24)


def test_the_place_of_a_group_covers_the_parentheses_of_its_operands() -> None:
    #       0123456789012345678
    text = "(a=1 or b=1)and c=1"
    tree = parse_tree(text)[0]
    assert isinstance(tree, And)
    assert tree.span == Span(0, 19)
    assert tree.operands[0].span == Span(1, 11)


def test_an_and_without_parentheses_in_an_or_is_noted_with_its_place() -> None:
    #       0123456789012345678901234567890
    text = "a=1 or b=1 and c=1 or d=1"
    assert parse_tree(text)[1] == [Span(7, 18)]


@pytest.mark.parametrize(
    "text", ["a=1 or (b=1 and c=1)", "a=1 and b=1", "a=1 and (b=1 or c=1)", "(a=1 and b=1) or c=1"]
)
def test_an_and_in_parentheses_is_not_noted(text: str) -> None:
    assert parse_tree(text)[1] == []


def test_two_mixed_groups_are_noted_in_the_order_of_the_text() -> None:
    #       01234567890123456789012345678
    text = "a=1 and b=1 or c=1 and d=1"
    assert parse_tree(text)[1] == [Span(0, 11), Span(15, 26)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "a=",
        "=1",
        "1=a",
        "a=b",
        "a=1 b=2",
        "a=1 orb=2",
        "a=1or b=2",
        "a=1 andb=2",
        "a=1and(b=2)",
        "a='x'orb=2",
        "a=1.",
        "a=.5",
        "a=1e5",
        "a=0x1F",
        "a=1_000",
        "a=1.2.3",
        "a==1",
        "a!=1",
        "a=>1",
        "a='x",
        "a=x'",
        "a='x''",
        "a='x'y'",
        "a='a' 'b'",
        "a='x\\'",
        "a='x\\%'",
        "a like 'x\\y'",
        "a like '\\\\%'",
        "a='x\ny'",
        "a='x\x7fy'",
        "a='\ud800'",
        'a="x"',
        "a=۱",
        "a\u00a0=1",
        "a\x0b=1",
        "\ufeffa=1",
        "and=1",
        "OR=1",
        "like=1",
        "a li\u212ae 'x'",
        "a=1 and",
        "a=1 and and b=1",
        "(a=1",
        "a=1)",
        "()",
        "(a)=1",
        "a=(1)",
        "not a=1",
        "a=1;",
        "a=1 --",
    ],
)
def test_what_is_not_the_language_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_tree(text)


def test_a_pattern_takes_an_escaped_wildcard_only_after_like() -> None:
    leaf = parse_tree(r"a like '50\% \_'")[0]
    assert isinstance(leaf, Comparison)
    assert leaf.value == r"50\% \_"
    for operator in ("=", "<>", "<", ">", "<=", ">="):
        with pytest.raises(Refused):
            parse_tree(rf"a {operator} '50\%'")


# Long and deep


def test_twenty_thousand_parentheses() -> None:
    assert parse_tree("(" * 20_000 + "a=1" + ")" * 20_000)[0] == A


@pytest.mark.parametrize(("keyword", "kind"), [("and", And), ("or", Or)])
@pytest.mark.heavy
def test_a_hundred_thousand_comparisons_make_one_flat_group(keyword: str, kind: type) -> None:
    tree = parse_tree(f" {keyword} ".join(["a=1"] * 100_000))[0]
    assert isinstance(tree, kind)
    assert len(tree.operands) == 100_000  # type: ignore[union-attr]


@pytest.mark.heavy
def test_a_hundred_thousand_nested_groups_of_one_kind_are_one() -> None:
    tree = parse_tree("(a=1 and " * 100_000 + "a=1" + ")" * 100_000)[0]
    assert isinstance(tree, And)
    assert len(tree.operands) == 100_001


@pytest.mark.heavy
def test_and_and_or_a_hundred_thousand_levels_deep() -> None:
    tree = parse_tree("(a=1 and (b=1 or " * 50_000 + "c=1" + "))" * 50_000)[0]
    assert sum(1 for _ in comparisons(tree)) == 100_001
    assert isinstance(tree, And)
    assert tree.operands[0] == A


@pytest.mark.heavy
def test_a_deep_filter_survives_everything_that_is_done_to_it() -> None:
    text = "(User_Id=1 and (User_Id=2 or " * 5_000 + "User_Id=3" + "))" * 5_000
    one = parse(text, User, limits=None)
    assert parse(str(one), User, limits=None) == one
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(one) == hash(parse(text, User, limits=None))
    assert repr(one) == "<Filter[User] on User_Id>"
