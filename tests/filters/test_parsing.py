"""parse and check: problems in order, errors, repairs, limits, and what is no text."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import (
    FilterSyntaxError,
    FilterTooComplexError,
    InvalidValueError,
    Limits,
    Record,
    Service,
    UnknownFieldError,
    UnsupportedOperatorError,
    User,
    UserCreditInfo,
    UserServiceBase,
    check,
    parse,
)


def found(text: str, record: type[Record] = User, **options: Any) -> list[tuple[str, int, int]]:
    return [(problem.code, *problem.span) for problem in check(text, record, **options)]


def test_a_good_filter_has_no_problems() -> None:
    assert check("Username = 'ali' and User_Id >= 100", User) == []


def test_problems_come_in_the_order_of_the_text() -> None:
    text = "Usernme = 'a' and User_Id = 'x' and Name like '%a' and User_Id like '5'"
    assert found(text) == [
        ("unknown-field", 0, 7),
        ("not-a-number", 28, 31),
        ("leading-wildcard", 46, 50),
        ("operator-not-allowed", 55, 71),
    ]


def test_problems_of_grammar_and_of_fields_come_together() -> None:
    assert [code for code, _, _ in found("User_Id != 'x' and Usernme = 'a'")] == [
        "operator",
        "not-a-number",
        "unknown-field",
    ]


def test_parse_raises_the_first_error_and_carries_all_problems() -> None:
    text = "Name like '%a' and User_Id = 'x' and Usernme = 'a'"
    with pytest.raises(InvalidValueError) as caught:
        parse(text, User)
    assert caught.value.code == "not-a-number"
    assert [problem.code for problem in caught.value.problems] == ["leading-wildcard", "not-a-number", "unknown-field"]


def test_warnings_alone_are_no_error() -> None:
    assert str(parse("Name like '%a'", User)) == "Name like '%a'"


def test_an_unquoted_and_in_an_or_has_a_warning_and_is_repaired_with_parentheses() -> None:
    [problem] = check("User_Id = 1 or User_Id = 2 and Name = 'a'", User)
    assert (problem.code, problem.severity, problem.span) == ("mixed-and-or", "warning", (15, 41))
    assert problem.repair is not None
    mended = problem.repair.apply("User_Id = 1 or User_Id = 2 and Name = 'a'")
    assert mended == "User_Id = 1 or (User_Id = 2 and Name = 'a')"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", FilterSyntaxError),
        ("User_Id =", FilterSyntaxError),
        ("User_Id = 1; drop table users", FilterSyntaxError),
        ("Nothing = 1", UnknownFieldError),
        ("User_Id like 'x'", UnsupportedOperatorError),
        ("User_Id = 'x'", InvalidValueError),
        ("User_Id = 4294967296", InvalidValueError),
    ],
)
def test_an_error_has_the_class_of_its_code(text: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        parse(text, User)
    assert type(caught.value) is error


def test_a_place_counts_code_points_lines_and_columns() -> None:
    [problem] = check("Name = '😀' and\n  Usernme = 'a'", User)[1:]
    assert (problem.span, problem.line, problem.column) == ((17, 24), 2, 3)


def test_an_unknown_field_names_the_closest_one() -> None:
    [problem] = check("Usernme = 'a'", User)
    assert problem.repair is not None
    assert problem.repair.replacement == "Username"
    assert "Username" in problem.expected


def test_a_field_of_another_record_is_unknown() -> None:
    assert found("Service_Id = 1") == [("unknown-field", 0, 10)]


def test_what_is_answered_only_cannot_be_filtered_by() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        parse("etrr > 5", UserCreditInfo)
    assert caught.value.code == "not-filterable"


# Repair


@pytest.mark.parametrize(
    ("text", "record", "repaired"),
    [
        ("Username=09121234567", User, "Username = '09121234567'"),
        ("Username = 09121234567", User, "Username = '09121234567'"),
        ("Username= 09121234567 ", User, "Username = '09121234567'"),
        ("Usernme != ۰۹۱۲", User, "Username <> '0912'"),
        ("User_Id => 5 && Name == 'a'", User, "User_Id >= 5 and Name = 'a'"),
        ("EndDate > 20210130", UserServiceBase, "EndDate > '2021-01-30'"),
        ("Price > '150,000'", Service, "Price > 150000"),
    ],
)
def test_certain_repairs_are_made_until_nothing_is_left(text: str, record: type[Record], repaired: str) -> None:
    assert str(parse(text, record, repair=True)) == repaired


def test_without_repair_nothing_is_mended() -> None:
    with pytest.raises(InvalidValueError):
        parse("Username=09121234567", User)


def test_what_stays_wrong_is_told_of_the_text_as_it_was_typed() -> None:
    text = "Username=0912 and User_Id = 'x'"
    with pytest.raises(InvalidValueError) as caught:
        parse(text, User, repair=True)
    assert [(p.code, text[slice(*p.span)]) for p in caught.value.problems] == [
        ("number-for-text", "0912"),
        ("not-a-number", "'x'"),
    ]


def test_an_uncertain_repair_is_not_made() -> None:
    with pytest.raises(InvalidValueError):
        parse("ISEnable = 1", Service, repair=True)


def test_warnings_are_not_repaired() -> None:
    text = "User_Id = 1 or User_Id = 2 and Name = 'a'"
    assert parse(text, User, repair=True) == parse(text, User)


# Limits


def filter_of_bytes(size: int) -> str:
    return f"Address = '{'x' * (size - 12)}'"


def test_8192_bytes_are_allowed() -> None:
    assert len(filter_of_bytes(8192)) == 8192
    assert "text-too-long" not in [code for code, _, _ in found(filter_of_bytes(8192))]


def test_8193_bytes_are_too_long() -> None:
    assert found(filter_of_bytes(8193)) == [("text-too-long", 0, 8193)]
    with pytest.raises(FilterTooComplexError):
        parse(filter_of_bytes(8193), User)


def test_length_is_counted_in_bytes() -> None:
    text = f"Address = '{'ع' * 4091}'"
    assert found(text) == [("text-too-long", 0, len(text))]


def nested(depth: int) -> str:
    return "(" * depth + "User_Id = 1" + ")" * depth


def test_32_parentheses_are_allowed() -> None:
    assert str(parse(nested(32), User)) == "User_Id = 1"


def test_33_parentheses_are_too_deep() -> None:
    assert found(nested(33)) == [("too-deep", 32, 33)]


def test_parentheses_in_a_text_do_not_count() -> None:
    assert found(f"Address = '{'(' * 100}'") == []


def chain(count: int) -> str:
    return " or ".join(f"User_Id={n}" for n in range(count))


def test_500_comparisons_are_allowed() -> None:
    assert found(chain(500)) == []


def test_501_comparisons_are_too_many() -> None:
    start = len(f"{chain(500)} or ")
    assert found(chain(501)) == [("too-many-comparisons", start, start + 11)]


def test_no_limits_lift_all_of_them() -> None:
    assert parse(nested(1000), User, limits=None) == (User.User_Id == 1)
    assert str(parse(chain(2000), User, limits=None)).count("User_Id") == 2000
    assert parse(filter_of_bytes(20_000), User, limits=None).constant is None


def test_one_limit_can_be_set() -> None:
    limits = Limits(depth=1, text=None, comparisons=None)
    assert found(nested(1), limits=limits) == []
    assert found(nested(2), limits=limits) == [("too-deep", 1, 2)]
    assert found(chain(501), limits=limits) == []


def test_a_limit_of_comparisons_can_be_set() -> None:
    assert found("User_Id = 1 or User_Id = 2", limits=Limits(comparisons=1)) == [("too-many-comparisons", 15, 26)]


def test_a_limit_of_bytes_can_be_set() -> None:
    assert found("User_Id = 1", limits=Limits(text=11)) == []
    assert found("User_Id = 1", limits=Limits(text=10)) == [("text-too-long", 0, 11)]


def test_a_filter_too_large_is_not_repaired() -> None:
    with pytest.raises(FilterTooComplexError):
        parse(chain(501), User, repair=True)


# What is no text, and what is no filter


@pytest.mark.parametrize("text", [None, 5, b"User_Id = 1", ["User_Id = 1"], User.User_Id == 1])
def test_what_is_no_str_is_a_type_error(text: Any) -> None:
    with pytest.raises(TypeError, match="a str, not"):
        parse(text, User)
    with pytest.raises(TypeError, match="a str, not"):
        check(text, User)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "'", "((((", "))))", "\\", "🙂" * 100, "and and and", "'" * 999, "(" * 9999]
)
def test_check_reports_and_never_raises(text: str) -> None:
    assert any(problem.severity == "error" for problem in check(text, User))
    assert any(problem.severity == "error" for problem in check(text, User, limits=None))


def test_an_error_shows_the_place() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        parse("User_Id = 1 and Usernme = 'a'", User)
    assert "  User_Id = 1 and Usernme = 'a'\n                  ^^^^^^^" in str(caught.value)


def test_an_error_says_how_many_more_there_are() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        parse("Nme = 'a' and Fmily = 'b' and User_Id = 'x'", User)
    assert "(and 2 more: see .problems)" in str(caught.value)


# At most a hundred problems


def test_of_more_than_a_hundred_problems_the_first_are_given_and_that_there_are_more() -> None:
    problems = check("User_Id != 1 and " * 150 + "User_Id = 1", User, limits=None)
    assert len(problems) == 100
    assert [problem.span.start for problem in problems[:99]] == [8 + 17 * index for index in range(99)]
    last = problems[-1]
    assert (last.code, last.severity, last.message) == ("more-problems", "error", "there are 51 more problems")


def test_a_hundred_problems_are_all_given() -> None:
    problems = check("User_Id != 1 and " * 100 + "User_Id = 1", User, limits=None)
    assert {problem.code for problem in problems} == {"operator"}
    assert len(problems) == 100


def test_warnings_push_no_error_out() -> None:
    text = "Name like '%x' and " * 150 + "foo = 1"
    assert [problem.code for problem in check(text, User, limits=None)[97:]] == [
        "leading-wildcard",
        "unknown-field",
        "more-problems",
    ]
    with pytest.raises(UnknownFieldError) as caught:
        parse(text, User, limits=None)
    assert caught.value.problems == tuple(check(text, User, limits=None))


def test_more_warnings_are_no_error() -> None:
    text = " and ".join(["Name like '%x'"] * 150)
    assert {problem.severity for problem in check(text, User, limits=None)} == {"warning"}
    assert len(check(text, User, limits=None)) == 100
    parse(text, User, limits=None)


def test_repairs_that_are_not_all_shown_are_made_but_not_said_to_be_certain() -> None:
    text = "User_Id != 1 and " * 150 + "User_Id = 1"
    assert not any(p.repair and p.repair.certain for p in check(text, User, limits=None))
    assert str(parse(text, User, limits=None, repair=True)) == text.replace("!=", "<>")


@pytest.mark.parametrize("piece", ["x", "ع", "(", "'", "\n", "User_Id != 1 and "])
def test_a_text_over_the_limits_is_refused_by_its_length_alone(piece: str) -> None:
    [problem] = check(piece * (20_000_000 // len(piece)), User)
    assert problem.code == "text-too-long"
