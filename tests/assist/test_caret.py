"""The caret: tokens as the grammar has them, the token under it, and what a broken text leaves."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from deltasib_query.assist.caret import Caret, read_caret, tokens
from deltasib_query.language.terminals import grammar
from strategies import AnyFilter, filters, random_texts

LARK = Lark(grammar(), parser="lalr", lexer="basic", g_regex_flags=re.ASCII)


@given(filters())
def test_the_tokens_of_a_filter_are_those_of_the_grammar(filter: AnyFilter) -> None:
    text = str(filter)
    by_lark = [(each.type.replace("PATTERN", "STRING"), each.start_pos, each.end_pos) for each in LARK.lex(text)]
    assert [*tokens(text)] == by_lark


@given(random_texts(), st.integers(0, 40))
def test_the_span_holds_the_caret_and_nothing_is_typed_beyond_it(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    caret = read_caret(text, offset)
    assert 0 <= caret.span.start <= offset <= caret.span.end <= len(text)
    assert len(caret.typed) <= offset - caret.span.start
    assert caret.depth >= 0


def at(marked: str) -> tuple[str, Caret]:
    """Return what the span of a caret holds, and the caret; it is marked by a bar."""
    before, _, behind = marked.partition("|")
    caret = read_caret(before + behind, len(before))
    return (before + behind)[slice(*caret.span)], caret


CONDITION, OPERATOR, VALUE = {"FIELD", "LPAR"}, {"OPERATOR", "LIKE"}, {"STRING", "NUMBER"}
END = {"_AND", "_OR", "$END"}


@pytest.mark.parametrize(
    ("marked", "span", "typed", "expected"),
    [
        ("|", "", "", CONDITION),
        ("Us|er_Id >= 5", "User_Id", "Us", CONDITION),
        ("User_Id|=5", "User_Id", "User_Id", CONDITION),
        ("User_Id |=5", "=", "", OPERATOR),
        ("User_Id <|", "<", "<", OPERATOR),
        ("User_Id <|= 5", "<=", "<", OPERATOR),
        ("User_Id <=|", "", "", VALUE),
        ("Name li|ke 'x'", "like", "li", OPERATOR),
        ("Name = |'x'", "'x'", "", VALUE),
        ("Name = | 'x'", " 'x'", "", VALUE),
        ("Name = 'al|i' and", "'ali'", "al", VALUE),
        ("Name = 'O''Re|illy'", "'O''Reilly'", "O'Re", VALUE),
        ("Name = 'ali'|", "", "", END),
        ("Name = 'ali' an|d Family = 'x'", "and", "an", END),
        ("Name = 'ali' |and Family = 'x'", "", "", END),
        ("|Name = 'ali'", "", "", CONDITION),
        ("Name = |and Family = 'x'", "", "", VALUE),
        ("Name = ali@isp|.ir", "ali@isp.ir", "ali@isp", VALUE),
        ("VoucherDate > 1399/1|1", "1399/11", "1399/1", VALUE),
        ("(Name = 'x'|)", "", "", {"_AND", "_OR", "RPAR"}),
        ("User_Id = 5 or|", "or", "or", END),
    ],
)  # fmt: skip
def test_b2_the_token_under_the_caret(marked: str, span: str, typed: str, expected: set[str]) -> None:
    found, caret = at(marked)
    assert (found, caret.typed, set(caret.expected)) == (span, typed, expected)


@pytest.mark.parametrize(
    ("marked", "span"),
    [
        ("Name = 'al|", "'al"),
        ("Name = 'ali re|za", "'ali reza"),
        ("Name = 'a| and Family = 'x'", "'a"),
        ("Name = 'al|i and Family = 'x'", "'ali"),
        ("Name = '| and Family = 'x'", "'"),
        ("Name = 'a|li reza' and Family = 'x'", "'ali reza'"),
        ("(Name = 'a|li reza')", "'ali reza'"),
        ("Name = 'a|li and Family = 5", "'ali"),
        ("Name = 'a|li' && Family = 'x'", "'ali'"),
        ("Name = 'O''|Reilly", "'O''Reilly"),
    ],
)
def test_b2_an_open_quote_does_not_swallow_the_next_condition(marked: str, span: str) -> None:
    assert at(marked)[0] == span


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Name = 'x' foo |", END),
        ("Name foo bar and |", CONDITION),
        ("Username != 'ali' |", END),
        ("Username != |", VALUE),
        ("Name = ali and |", CONDITION),
        ("Name = ali |", END),
        ("Name and |", CONDITION),
        ("Name = (|", CONDITION),
        ("Name = 'x' && |", CONDITION),
        ("Name = 'x' و |", CONDITION),
        ("Name = 'x' یا |", CONDITION),
        (") Name |", OPERATOR),
        ("Name = 'a\\b' |", END),
        ("Name = 'or (' foo |", END),
    ],
)
def test_a_broken_text_is_taken_up_again(marked: str, expected: set[str]) -> None:
    assert at(marked)[1].expected == expected


@pytest.mark.parametrize("marked", ["'x|", "Name 'x|'", "Name = 'x' 'y|'", "(Name = 5 'y|"])
def test_b6_nothing_is_expected_inside_quotes_where_no_value_stands(marked: str) -> None:
    assert at(marked)[1].expected == set()


@pytest.mark.parametrize(
    ("marked", "depth", "closable"),
    [
        ("(Name = 'x' |", 1, True),
        ("(Name = 'x' |)", 1, False),
        ("((Name = 'x' |)", 2, True),
        ("(Name = 'x' | or (Name = 'y')", 1, True),
        ("(Name = 'x' | or (Name = 'y'))", 1, False),
        ("(Name = '(' |", 1, True),
        ("(Name = 'x' | and Name = ')'", 1, True),
        ("Name = 'x' |)", 0, False),
    ],
)
def test_b3_a_parenthesis_is_open_unless_the_text_behind_closes_it(marked: str, depth: int, closable: bool) -> None:
    caret = at(marked)[1]
    assert (caret.depth, caret.closable) == (depth, closable)


@pytest.mark.parametrize(
    ("marked", "field", "operator"),
    [
        ("Name = |", "Name", "="),
        ("Name != |", "Name", "<>"),
        ("Name LIKE |", "Name", "like"),
        ("Name => '|", "Name", ">="),
        ("User_Id = 5 and name |", "name", ""),
    ],
)
def test_the_field_and_the_operator_of_the_comparison(marked: str, field: str, operator: str) -> None:
    caret = at(marked)[1]
    assert (caret.field, caret.operator) == (field, operator)


@pytest.mark.parametrize(("marked", "count"), [("|", 0), ("a = 1 an|d b = 2", 0), ("a = 1 and b = ' or '| or c", 2)])
def test_the_other_connectives_are_counted(marked: str, count: int) -> None:
    assert at(marked)[1].connectives == count
