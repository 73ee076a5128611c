"""What can stand next: by hand, and as Lark has it of the grammar."""

from __future__ import annotations

import random
import re

import pytest
from lark import Lark, Token
from lark.parsers.lalr_interactive_parser import InteractiveParser

from deltasib_query.language.diagnosis.automaton import Automaton
from deltasib_query.language.terminals import grammar

LARK = Lark(grammar(), parser="lalr", lexer="basic", g_regex_flags=re.ASCII)


@pytest.mark.parametrize(
    ("fed", "expected"),
    [
        ([], {"FIELD", "LPAR"}),
        (["LPAR"], {"FIELD", "LPAR"}),
        (["FIELD"], {"OPERATOR", "LIKE"}),
        (["FIELD", "OPERATOR"], {"STRING", "NUMBER"}),
        (["FIELD", "LIKE"], {"STRING", "NUMBER", "PATTERN"}),
        (["FIELD", "LIKE", "PATTERN"], {"_AND", "_OR", "$END"}),
        (["FIELD", "OPERATOR", "NUMBER"], {"_AND", "_OR", "$END"}),
        (["LPAR", "FIELD", "OPERATOR", "NUMBER"], {"_AND", "_OR", "RPAR"}),
        (["LPAR", "FIELD", "OPERATOR", "NUMBER", "RPAR"], {"_AND", "_OR", "$END"}),
        (["FIELD", "OPERATOR", "NUMBER", "_AND"], {"FIELD", "LPAR"}),
    ],
)
def test_what_can_stand_next(fed: list[str], expected: set[str]) -> None:
    assert fed_with(fed).expected() == expected


def fed_with(terminals: list[str]) -> Automaton:
    automaton = Automaton()
    for terminal in terminals:
        automaton.feed(terminal)
    return automaton


def accepted(parser: InteractiveParser) -> frozenset[str]:
    return frozenset(parser.accepts())  # type: ignore[no-untyped-call]


def test_lark_accepts_the_same_behind_every_short_beginning() -> None:
    todo: list[tuple[list[str], InteractiveParser]] = [([], LARK.parse_interactive())]
    compared = 0
    while todo:
        fed, parser = todo.pop()
        expected = fed_with(fed).expected()
        assert expected == accepted(parser)
        compared += 1
        for terminal in expected - {"$END"} if len(fed) < 9 else ():
            further = parser.copy()  # type: ignore[no-untyped-call]
            further.feed_token(Token(terminal, ""))
            todo.append(([*fed, terminal], further))
    assert compared > 1000


@pytest.mark.parametrize("seed", range(50))
def test_lark_accepts_the_same_behind_a_long_beginning(seed: int) -> None:
    choose = random.Random(seed)
    automaton, parser = Automaton(), LARK.parse_interactive()
    for _ in range(choose.randrange(1, 40)):
        assert automaton.expected() == accepted(parser)
        terminal = choose.choice(sorted(automaton.expected() - {"$END"}))
        automaton.feed(terminal)
        parser.feed_token(Token(terminal, ""))
    assert automaton.expected() == accepted(parser)
