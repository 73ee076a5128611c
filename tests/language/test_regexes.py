"""No regular expression takes more than linearly many steps, whatever it is held against. Counted, not timed."""

from __future__ import annotations

import re

import pytest

from deltasib_query.evaluation.kinds import like_matcher
from regex_attacks import Attack, Steps, attacks, expressions, written

EXPRESSIONS = expressions()
SMALL, LARGE = 16, 64


def steps(pattern: re.Pattern[str], text: str, *, searched: bool) -> int:
    matcher = Steps(pattern, text)
    found = matcher.search() if searched else matcher.match()
    assert found is bool(pattern.search(text) if searched else pattern.match(text)), "the matcher is not that of re"
    return matcher.count


def growth(pattern: re.Pattern[str], attack: Attack, *, searched: bool) -> float:
    """How many times more steps an input takes that is four times as long: 4 is linear, 16 quadratic."""
    few, many = (steps(pattern, written(attack, size), searched=searched) for size in (SMALL, LARGE))
    return many / few


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_the_steps_grow_no_faster_than_the_input(place: str) -> None:
    pattern, searched = EXPRESSIONS[place]
    worst = sorted(attacks(pattern), key=lambda attack: steps(pattern, written(attack, 12), searched=searched))[-8:]
    assert all(growth(pattern, attack, searched=searched) < 6 for attack in worst)


@pytest.mark.parametrize("pattern", ["%a%a%a%b", "%_%_%_%b", "a%_a%_a_b%c", "%%%%b", "%a_a_a%aab", "_%_%_%", "%aaab"])
def test_the_steps_of_like_grow_no_faster_than_the_text(pattern: str) -> None:
    for text in (("", "a", ""), ("", "ab", "c"), ("a", "aab", "")):
        assert growth(like_matcher(pattern), text, searched=False) < 6


@pytest.mark.parametrize(
    ("pattern", "searched", "attack"),
    [
        (r"(?:a+)+b", False, ("", "a", "")),
        (r"\s*\s*x", False, ("", " ", "")),
        (r"a*b", True, ("", "a", "")),
        (r".*?a.*?b", False, ("", "a", "")),
        (r" +(?=x)", True, ("", " ", "")),
    ],
)
def test_an_expression_that_backtracks_is_told(pattern: str, searched: bool, attack: Attack) -> None:
    few, many = (steps(re.compile(pattern), written(attack, size), searched=searched) for size in (4, 14))
    assert many / few > 6
