"""How large a filter may be."""

from __future__ import annotations

import pytest

from deltasib_query import User, parse
from deltasib_query.errors import FilterError, FilterTooComplexError
from deltasib_query.filters.parsing import check
from deltasib_query.language.limits import Limits, check_count, check_text
from deltasib_query.language.parser import parse_tree
from deltasib_query.problems import Span

NONE = Limits(text=None, depth=None, comparisons=None)


def _error(text: str, limits: Limits | None) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text, User, limits=limits)
    return caught.value


def test_the_limits_unless_others_are_given() -> None:
    assert (Limits().text, Limits().depth, Limits().comparisons) == (8192, 32, 500)


def test_limits_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Limits().depth = 5  # type: ignore[misc]


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("علی", 6), ("名", 3), ("😀", 4), ("\ud800", 3)])
def test_length_is_counted_in_bytes(text: str, size: int) -> None:
    assert check_text(text, Limits(text=size)) is None
    problem = check_text(text, Limits(text=size - 1))
    assert problem is not None
    assert (problem.code, problem.span) == ("text-too-long", Span(0, len(text)))


def test_a_text_that_is_too_long_is_an_error_that_says_both_numbers() -> None:
    error = _error("User_Id = 1" + " " * 8182, Limits())
    assert isinstance(error, FilterTooComplexError)
    assert (error.code, error.start, error.end) == ("text-too-long", 0, 8193)
    assert "8,193" in error.problem.message
    assert "8,192" in error.problem.message


def test_a_text_of_exactly_the_limit_is_read() -> None:
    assert str(parse("User_Id = 1" + " " * 8181, User)) == "User_Id = 1"


def test_the_parenthesis_that_is_too_deep_is_marked() -> None:
    error = _error("((User_Id = 1) or (((User_Id = 2))))", Limits(depth=3))
    assert isinstance(error, FilterTooComplexError)
    assert (error.code, error.start, error.end) == ("too-deep", 20, 21)


def test_depth_counts_what_is_open_at_once() -> None:
    assert check_text("(a=1)" * 100, Limits(depth=1)) is None


def test_exactly_the_depth_is_allowed() -> None:
    assert str(parse("(" * 32 + "User_Id = 1" + ")" * 32, User)) == "User_Id = 1"
    assert _error("(" * 33 + "User_Id = 1" + ")" * 33, Limits()).code == "too-deep"


@pytest.mark.parametrize(
    "text", ["a = '(((' and (b = ')))')", "a = ')))' and (b = '(((')", "a = '''(((' and (b=1)", "a = '((("]
)
def test_parentheses_in_a_text_do_not_count(text: str) -> None:
    assert check_text(text, Limits(depth=1)) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a = 'x' and ((b = 'y'))", 13),
        ("a = 'x''' and ((b = 'y'))", 15),
        ("a = '(' and (b = ')' and (c = '('))", 25),
        ("((a = 'x", 1),
    ],
)
def test_parentheses_between_texts_do_count(text: str, start: int) -> None:
    problem = check_text(text, Limits(depth=1))
    assert problem is not None
    assert (problem.code, problem.span) == ("too-deep", (start, start + 1))


def test_the_first_comparison_too_many_is_marked() -> None:
    #       0123456789012345678901234567890123456789012
    text = "User_Id = 1 or User_Id = 2 and User_Id = 3"
    error = _error(text, Limits(comparisons=2))
    assert isinstance(error, FilterTooComplexError)
    assert (error.code, error.start, error.end) == ("too-many-comparisons", 31, 42)


def test_exactly_as_many_comparisons_as_allowed() -> None:
    assert check_count(parse_tree("a=1 and b=1")[0], Limits(comparisons=2)) is None
    assert parse(" or ".join(["User_Id=1"] * 500), User).constant is None
    assert _error(" or ".join(["User_Id=1"] * 501), Limits()).code == "too-many-comparisons"


def test_comparisons_that_a_repair_writes_count_too() -> None:
    text = "User_Id in (1, 2, 3)"
    assert str(parse(text, User, limits=Limits(comparisons=3), repair=True)).count("User_Id = ") == 3
    with pytest.raises(FilterError):
        parse(text, User, limits=Limits(comparisons=2), repair=True)


@pytest.mark.parametrize("limits", [None, NONE])
def test_limits_can_be_lifted(limits: Limits | None) -> None:
    text = "(" * 1000 + " or ".join(["User_Id = 1"] * 1000) + ")" * 1000
    assert str(parse(text, User, limits=limits)).count("User_Id = 1") == 1000


def test_each_limit_can_be_lifted_alone() -> None:
    assert check_text("(" * 9000, Limits(depth=None)) is not None
    assert check_text("(" * 9000, Limits(text=None)) is not None
    assert check_text("(" * 9000, Limits(text=None, depth=None)) is None
    assert check_count(parse_tree("a=1 and b=1")[0], Limits(comparisons=None)) is None


def test_what_is_too_large_is_the_only_problem() -> None:
    assert [problem.code for problem in check("foo != ((((", User, limits=Limits(depth=1))] == ["too-deep"]


def test_a_hundred_thousand_parentheses_are_refused_at_the_first_too_many() -> None:
    assert _error("(" * 100_000, Limits(text=None)).span == Span(32, 33)
