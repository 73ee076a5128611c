"""What filters are written as: it parses back, holds only what the rules of emission allow, and keeps every value."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import expressions as sql

from deltasib_query import And, Comparison, Limits, Node, Or, UnsafeLiteralError, User, check, parse
from deltasib_query.service.objects import RECORDS
from strategies import SAFE_CHARACTERS, UNSAFE, AnyFilter, filters, safe_texts

Shape: TypeAlias = tuple[Any, ...]
"""A tree as plain tuples: ("and", …), ("or", …), (field, operator, value)."""

FIELD_NAMES = {name for record in RECORDS for name in record.fields_by_name}
OPERATORS = {"=", "<>", "<", ">", "<=", ">=", "like"}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)


def scan(text: str) -> list[str]:
    """The tokens of a canonical text, read a character at a time; fails on what the rules do not allow."""
    tokens: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "'":
            end = position + 1
            while text[end] != "'" or text[end + 1 : end + 2] == "'":
                end += 2 if text[end] == "'" else 1
            tokens.append(text[position : end + 1])
            position = end + 1
            assert text[position : position + 1] in {"", " ", ")"}, "two literals touch"
        elif character in "()":
            tokens.append(character)
            position += 1
        elif character == " ":
            assert text[position + 1 : position + 2] not in {"", " ", ")"}, "a space too many"
            assert tokens[-1] != "(", "a space behind a parenthesis"
            position += 1
        else:
            end = position
            while end < len(text) and text[end] not in " ()'":
                end += 1
            tokens.append(text[position:end])
            position = end
    return tokens


def shape(tree: Node) -> Shape:
    if isinstance(tree, Comparison):
        return tree.field, tree.operator, tree.value
    assert isinstance(tree, And | Or)
    return "and" if isinstance(tree, And) else "or", *map(shape, tree.operands)


OF_SQLGLOT: dict[type[sql.Expr], str] = {
    sql.EQ: "=", sql.NEQ: "<>", sql.LT: "<", sql.GT: ">", sql.LTE: "<=", sql.GTE: ">=", sql.Like: "like",
}  # fmt: skip


def shape_of_sql(expression: Any) -> Shape:
    """What another parser made of the text. Its `and` and `or` have two sides, so chains are put together."""
    if isinstance(expression, sql.Paren):
        return shape_of_sql(expression.this)
    if isinstance(expression, sql.And | sql.Or):
        sides = [shape_of_sql(side) for side in expression.flatten()]
        return "and" if isinstance(expression, sql.And) else "or", *sides
    assert isinstance(expression.this, sql.Column), expression
    return expression.this.name, OF_SQLGLOT[type(expression)], value_of_sql(expression.expression)


def value_of_sql(expression: Any) -> str | Decimal:
    if isinstance(expression, sql.Neg):
        number = value_of_sql(expression.this)
        assert isinstance(number, Decimal)
        return number.copy_negate()
    assert isinstance(expression, sql.Literal), expression
    return str(expression.this) if expression.is_string else Decimal(expression.this)


def same_everywhere(filter: AnyFilter) -> None:
    found = sqlglot.parse_one(f"select * from t where {filter}", read="mysql").args["where"].this
    assert shape_of_sql(found) == shape(filter.tree)


any_filter = filters() | filters(like=False)


@given(any_filter)
def test_the_text_of_a_filter_parses_back_to_the_filter(filter: AnyFilter) -> None:
    assert parse(str(filter), filter.record, limits=None) == filter


@given(any_filter)
def test_the_text_of_a_parsed_filter_is_the_text_that_was_parsed(filter: AnyFilter) -> None:
    assert str(parse(str(filter), filter.record, limits=None)) == str(filter)


@given(any_filter)
def test_the_text_of_a_filter_has_no_errors(filter: AnyFilter) -> None:
    assert [p.code for p in check(str(filter), filter.record, limits=None) if p.severity == "error"] == []


@given(any_filter)
def test_the_text_holds_only_what_the_rules_of_emission_allow(filter: AnyFilter) -> None:
    fields = set(filter.record.fields_by_name)
    for token in scan(str(filter)):
        if token[0] == "'":
            assert not re.search(r"\\(?![%_])", token)
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", token)
        else:
            assert token in {"(", ")", "and", "or"} | OPERATORS | fields or NUMBER.fullmatch(token), token


@given(any_filter)
def test_a_number_has_at_most_65_digits(filter: AnyFilter) -> None:
    for token in scan(str(filter)):
        if NUMBER.fullmatch(token):
            assert sum(character.isdigit() for character in token) <= 65


@given(any_filter)
def test_a_comparison_is_written_as_field_operator_literal(filter: AnyFilter) -> None:
    words = [token for token in scan(str(filter)) if token not in {"(", ")", "and", "or"}]
    kinds = filter.record.field_kinds
    for field, operator, literal in zip(words[0::3], words[1::3], words[2::3], strict=True):
        assert field in FIELD_NAMES
        assert operator in OPERATORS
        assert (literal[0] == "'") == (kinds[field] != "number" or operator == "like")


@given(any_filter)
def test_every_group_but_a_top_level_and_is_in_parentheses(filter: AnyFilter) -> None:
    keywords: list[set[str]] = [set()]
    for token in scan(str(filter)):
        if token == "(":
            keywords.append(set())
        elif token == ")":
            assert keywords.pop() in ({"and"}, {"or"})
        elif token in {"and", "or"}:
            keywords[-1].add(token)
    assert keywords in ([set()], [{"and"}])


@given(any_filter)
def test_the_text_can_be_percent_encoded(filter: AnyFilter) -> None:
    assert str(filter).encode("utf-8").decode("utf-8") == str(filter)


@given(any_filter)
def test_another_parser_of_mysql_reads_the_same_tree_and_values(filter: AnyFilter) -> None:
    same_everywhere(filter)


@given(any_filter)
def test_a_server_that_puts_a_condition_in_front_keeps_it(filter: AnyFilter) -> None:
    found = sqlglot.parse_one(f"select * from t where scope = 1 and {filter}", read="mysql").args["where"].this
    assert isinstance(found, sql.And)
    own, *rest = [shape_of_sql(side) for side in found.flatten()]
    assert own == ("scope", "=", 1)
    ours = shape(filter.tree)
    assert tuple(rest) == (ours[1:] if ours[0] == "and" else (ours,))


@given(any_filter)
def test_every_place_of_a_parsed_text_is_where_its_comparison_stands(filter: AnyFilter) -> None:
    text = str(filter)
    words = iter(token for token in scan(text) if token not in {"(", ")", "and", "or"})
    for leaf in leaves_of(parse(text, filter.record, limits=None).tree):
        field, operator, literal = next(words), next(words), next(words)
        assert leaf.span is not None and leaf.value_span is not None
        assert text[slice(*leaf.span)] == f"{field} {operator} {literal}"
        assert text[slice(*leaf.value_span)] == literal
    assert next(words, None) is None


@given(any_filter)
def test_the_place_of_a_parsed_group_holds_its_comparisons(filter: AnyFilter) -> None:
    todo = [parse(str(filter), filter.record, limits=None).tree]
    while todo:
        node = todo.pop()
        if isinstance(node, And | Or):
            assert node.span is not None
            for operand in node.operands:
                assert operand.span is not None
                assert node.span.start <= operand.span.start < operand.span.end <= node.span.end
            todo.extend(node.operands)


@given(any_filter, st.randoms(use_true_random=False))
def test_spacing_and_letter_case_of_names_and_keywords_do_not_matter(filter: AnyFilter, chance: Any) -> None:
    written = []
    for token in scan(str(filter)):
        loose = token if token[0] == "'" else "".join(chance.choice([c.upper(), c.lower()]) for c in token)
        written += [loose, "".join(chance.choices(" \t\r\n", k=chance.randint(1, 3)))]
    assert parse("".join(written), filter.record, limits=None) == filter


def leaves_of(tree: Node) -> list[Comparison]:
    """Its comparisons from left to right, told by recursion and nothing of the package."""
    if isinstance(tree, Comparison):
        return [tree]
    assert isinstance(tree, And | Or)
    return [leaf for operand in tree.operands for leaf in leaves_of(operand)]


# Values


@given(safe_texts())
def test_every_text_without_an_unsafe_character_is_a_value(text: str) -> None:
    assert (User.Name == text).tree == Comparison("Name", "=", text)


@given(safe_texts())
def test_another_parser_of_mysql_reads_the_text_back(text: str) -> None:
    same_everywhere(User.Name == text)


@given(st.text(SAFE_CHARACTERS), st.sampled_from(UNSAFE), st.text())
def test_an_unsafe_character_is_refused_where_it_stands(before: str, unsafe: str, after: str) -> None:
    with pytest.raises(UnsafeLiteralError) as caught:
        User.Name == before + unsafe + after
    assert caught.value.span == (len(before), len(before) + 1)


@given(st.text(SAFE_CHARACTERS), st.sampled_from(UNSAFE))
def test_an_unsafe_character_is_refused_in_literal_text_of_a_pattern(before: str, unsafe: str) -> None:
    with pytest.raises(UnsafeLiteralError) as caught:
        User.Name.contains(before + unsafe)
    assert caught.value.span == (len(before), len(before) + 1)


@given(st.text(SAFE_CHARACTERS), st.text(SAFE_CHARACTERS))
def test_a_backslash_in_a_pattern_is_taken_before_a_wildcard_only(before: str, after: str) -> None:
    pattern = before + "\\" + after
    if after[:1] in {"%", "_"}:
        assert User.Name.like(pattern).tree == Comparison("Name", "like", pattern)
    else:
        with pytest.raises(UnsafeLiteralError):
            User.Name.like(pattern)


@given(st.text(SAFE_CHARACTERS))
def test_contains_finds_its_text_in_any_text_around_it(text: str) -> None:
    assert User.Name.contains(text).matches({"Name": f"ab{text}cd"})


@given(st.text(SAFE_CHARACTERS, min_size=1), st.text(SAFE_CHARACTERS))
def test_startswith_agrees_with_python_on_one_letter_case(start: str, rest: str) -> None:
    text = (start + rest).lower()
    assert User.Name.startswith(start.lower()).matches({"Name": text}) == text.startswith(start.lower())


@given(any_filter)
def test_the_default_limits_hold_for_what_they_say(filter: AnyFilter) -> None:
    text = str(filter)
    within = len(text.encode()) <= 8192 and text.count(" and ") + text.count(" or ") < 500
    codes = {problem.code for problem in check(text, filter.record, limits=Limits(depth=None))}
    if within:
        assert not codes & {"text-too-long", "too-many-comparisons", "too-deep"}
    elif len(text.encode()) > 8192:
        assert codes == {"text-too-long"}
