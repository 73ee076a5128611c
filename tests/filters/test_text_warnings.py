"""Texts that are allowed and seldom meant: Arabic letters, patterns without `like`, other signs for a wildcard."""

from __future__ import annotations

import pytest

from deltasib_query import Policy, User, check, parse


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Name = 'علي'", "'علی'"),
        ("Name <> 'كيان'", "'کیان'"),
        ("Name like 'مصطفى%'", "'مصطفی%'"),
        ("Name >= 'يزد'", "'یزد'"),
    ],
)
def test_the_other_spelling_of_arabic_letters_is_offered_and_never_made(text: str, other: str) -> None:
    [problem] = check(text, User)
    assert (problem.code, problem.severity) == ("arabic-letter", "warning")
    assert problem.repair is not None
    assert (problem.repair.replacement, problem.repair.certain) == (other, False)
    assert str(parse(text, User, repair=True)) == text


def test_a_certain_repair_leaves_arabic_letters_alone() -> None:
    assert str(parse("Name == «علي»", User, repair=True)) == "Name = 'علي'"
    assert "arabic-letter" in {problem.code for problem in check("Name == «علي»", User)}


@pytest.mark.parametrize("text", ["Name = 'علی'", "Name = 'گل کاظم'", "Name = 'می‌خواهم'", "Name = 'مسؤول'"])
def test_persian_letters_have_no_warning(text: str) -> None:
    assert check(text, User) == []


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("Username = 'ali%'", "Username like 'ali%'"),
        ("username='%ali%'", "Username like '%ali%'"),
        ("Username = 'a_b%'", r"Username like 'a\_b%'"),
        ("Username = 'ali*'", "Username like 'ali%'"),
        ("Name = '٪علی٪'", "Name like '%علی%'"),
        ("Username <> 'ali%'", None),
    ],
)
def test_a_pattern_without_like_has_a_warning(text: str, offer: str | None) -> None:
    [problem] = check(text, User)
    assert (problem.code, problem.severity) == ("wildcard-without-like", "warning")
    if offer is None:
        assert problem.repair is None
        return
    assert problem.repair is not None
    assert not problem.repair.certain
    assert problem.repair.apply(text) == offer


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("Name like 'ali*'", "'ali%'"),
        ("Name like '٪علی٪'", "'%علی%'"),
        ("Name like 'علی％'", "'علی%'"),
        ("Name like 'a%٪'", "'a%%'"),
    ],
)
def test_another_sign_for_a_wildcard_has_a_warning(text: str, offer: str) -> None:
    [problem] = check(text, User)
    assert (problem.code, problem.severity) == ("other-wildcard", "warning")
    assert problem.repair is not None
    assert (problem.repair.replacement, problem.repair.certain) == (offer, False)


@pytest.mark.parametrize("text", ["Username = 'a*b'", "Username like 'a*b%'", "Username = 'a_b'", "Address = '5 * 3'"])
def test_a_sign_that_may_be_meant_has_no_warning(text: str) -> None:
    assert check(text, User) == []


def test_what_a_policy_would_refuse_is_not_offered() -> None:
    policy = Policy(User, scope="all rows", operators={User.Username: ["="], User.Name: ["=", "like"]})
    problems = policy.check("Username = 'ali%' and (Name like '*ali' or Name = '%ali')")
    assert [(problem.code, problem.repair) for problem in problems] == [
        ("wildcard-without-like", None),
        ("other-wildcard", None),
        ("wildcard-without-like", None),
    ]
