"""What is read from the grammar's text: the same expressions that Lark has."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from deltasib_query.language.terminals import grammar, number_of, terminals, text_of

LARK = {terminal.name: terminal.pattern.to_regexp() for terminal in Lark(grammar(), parser="lalr").terminals}


def test_every_terminal_is_found_but_the_parentheses() -> None:
    assert terminals().keys() | {"LPAR", "RPAR"} == LARK.keys()


@pytest.mark.parametrize("name", terminals())
@given(text=st.text(st.sampled_from("aAnNdDoOrRlLiIkKeE_09.+-<>='\\% \t\r\n\x00\x7f\ud800علیſK")))
def test_a_terminal_is_the_one_that_lark_has(name: str, text: str) -> None:
    ours, larks = (re.compile(expressions[name], re.ASCII) for expressions in (terminals(), LARK))
    mine, its = ours.match(text), larks.match(text)
    assert (mine and mine.span()) == (its and its.span())


def test_a_terminal_matches_ascii_alone() -> None:
    assert re.fullmatch(terminals()["FIELD"], "User_Id", re.ASCII)
    assert not re.fullmatch(terminals()["FIELD"], "ſ", re.ASCII)


@pytest.mark.parametrize(("literal", "text"), [("''", ""), ("'a'", "a"), ("''''", "'"), ("'a''''b'", "a''b")])
def test_a_text_literal_stands_for(literal: str, text: str) -> None:
    assert text_of(literal) == text


@pytest.mark.parametrize(
    ("literal", "number"), [("0", 0), ("-007", -7), ("+1.50", Decimal("1.50")), ("9" * 5000, Decimal("9" * 5000))]
)
def test_a_number_literal_stands_for(literal: str, number: object) -> None:
    found = number_of(literal)
    assert (found, type(found)) == (number, type(number))
