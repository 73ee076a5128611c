"""Other spellings, slips of the pen, and other scripts' digits."""

from __future__ import annotations

import pytest

from deltasib_query.language.diagnosis.synonyms import (
    CONNECTIVES,
    KEYWORDS,
    OPERATORS,
    SQL_WORDS,
    ascii_number,
    closest,
    one_slip,
)

NAMES = ["User_Id", "Username", "Name", "Family", "Address"]


@pytest.mark.parametrize(
    "typed",
    ["usernme", "uusername", "usernamee", "sername", "usernaem", "uesrname", "usernane", "xsername", "usernam"],
)
def test_one_slip(typed: str) -> None:
    assert one_slip(typed, "username")


@pytest.mark.parametrize("typed", ["username", "usrnme", "usernam__", "emanresu", "", "user", "usenramx"])
def test_no_slip_or_more_than_one(typed: str) -> None:
    assert not one_slip(typed, "username")


def test_a_slip_is_one_in_both_directions() -> None:
    for a, b in [("adn", "and"), ("lik", "like"), ("orr", "or"), ("xike", "like")]:
        assert one_slip(a, b)
        assert one_slip(b, a)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("usernme", "Username"), ("USERNMAE", "Username"), ("userid", "User_Id"), ("famly", "Family"), ("nam", "Name")],
)
def test_one_slip_from_one_name_is_certain(typed: str, name: str) -> None:
    assert closest(typed, NAMES) == (name, True)


def test_a_slip_from_two_names_is_uncertain() -> None:
    meant, certain = closest("PayPrise", ["PayPrice", "PayPrize"])
    assert meant in {"PayPrice", "PayPrize"}
    assert not certain


def test_a_likeness_is_never_certain() -> None:
    assert closest("user_name", NAMES) == ("Username", True)
    assert closest("the_username", NAMES) == ("Username", False)


def test_two_letters_are_too_few_to_be_certain() -> None:
    assert closest("VA", ["VAT", "Off"]) == ("VAT", False)


@pytest.mark.parametrize("typed", ["xyz", "", "foo", "نام"])
def test_nothing_is_close(typed: str) -> None:
    assert closest(typed, NAMES) == (None, False)


def test_a_very_long_word_is_no_trouble() -> None:
    assert closest("x" * 100_000, NAMES) == (None, False)


def test_the_other_spellings_mean_operators_of_the_language() -> None:
    assert set(OPERATORS.values()) == {"=", "<>", "<", ">", "<=", ">=", "like"}
    assert not OPERATORS.keys() & set(OPERATORS.values())


@pytest.mark.parametrize(
    ("synonym", "operator"),
    [
        ("!=", "<>"),
        ("==", "="),
        ("=>", ">="),
        ("=<", "<="),
        ("≠", "<>"),
        ("≥", ">="),
        ("≤", "<="),
        ("!<", ">="),
        ("!>", "<="),
    ],
)
def test_an_operator_of_another_language(synonym: str, operator: str) -> None:
    assert OPERATORS[synonym] == operator


def test_the_other_spellings_of_the_keywords() -> None:
    assert CONNECTIVES == {"&&": "and", "||": "or", "و": "and", "یا": "or"}


def test_keywords_are_not_among_the_words_of_sql() -> None:
    assert {"and", "or", "like"} == KEYWORDS
    assert not KEYWORDS & SQL_WORDS


@pytest.mark.parametrize("word", ["nor", "nand", "xor", "any", "all", "not", "rlike", "end"])
def test_words_of_sql_that_are_one_slip_from_a_keyword_are_known(word: str) -> None:
    assert word in SQL_WORDS


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("۱۲۳", "123"),
        ("٤٥٦", "456"),
        ("१२", "12"),
        ("１２", "12"),
        ("۱۲٫۵", "12.5"),
        ("−۵", "-5"),
        ("\u200f۱۲\u200e", "12"),
        ("1a۲", "1a2"),
        ("²½", "²½"),
        ("", ""),
    ],
)
def test_digits_of_every_script_become_ascii(text: str, plain: str) -> None:
    assert ascii_number(text) == plain
