"""What is said of a text that is not the language: the place, the words, and the repair with its certainty."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, Record, Service, User, UserCreditInfo, UserPayment, UserServiceBase, parse
from deltasib_query.errors import FilterError
from deltasib_query.filters.parsing import check
from deltasib_query.language.diagnosis.diagnose import diagnose
from deltasib_query.language.diagnosis.repairs import apply
from deltasib_query.language.limits import Limits
from deltasib_query.problems import Problem, Repair, Span

FIELDS = "User_Id, Username, Name, Family, Address"
OPERATOR = "an operator (= <> < > <= >=)"
VALUE = ("a text in single quotes", "a number")
CONDITION = (f"a field ({FIELDS})", "(")


def _first(text: str, record: Any = User) -> Problem:
    return check(text, record)[0]


# Repairs


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("User_Id != 5", "User_Id <> 5"),
        ("User_Id => 5", "User_Id >= 5"),
        ("User_Id > = 5", "User_Id >= 5"),
        ("User_Id ≠ 5", "User_Id <> 5"),
        ("User_Id gte 5", "User_Id >= 5"),
        ("Name ilike 'x%'", "Name like 'x%'"),
        ("Name lkie 'x%'", "Name like 'x%'"),
        ("User_Id = 1 && User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id=1||User_Id=2", "User_Id=1 or User_Id=2"),
        ("User_Id = 1 و User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id = 1 adn User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id=1 orUser_Id=2", "User_Id=1 or User_Id=2"),
        ("User_Id=1or User_Id=2", "User_Id=1 or User_Id=2"),
        ("Name = ali", "Name = 'ali'"),
        ('Name = "ali"', "Name = 'ali'"),
        ("Name = «علی»", "Name = 'علی'"),
        ("Name = 'ali", "Name = 'ali'"),
        ("`Name` = 'ali'", "Name = 'ali'"),
        ("User_Id = ۱۲", "User_Id = 12"),
        ("User_Id = 1,234", "User_Id = 1234"),
        ("User_Id\u00a0= 5", "User_Id = 5"),
        ("\u200fUser_Id = 5", "User_Id = 5"),
        ("not User_Id = 5", "User_Id <> 5"),
        ("not User_Id < 5", "User_Id >= 5"),
        ("5 < User_Id", "User_Id > 5"),
        ("User_Id in (1, 2)", "(User_Id = 1 or User_Id = 2)"),
        ("User_Id not in (1, 2)", "(User_Id <> 1 and User_Id <> 2)"),
        ("User_Id in (100, 200,3000)", "(User_Id = 100 or User_Id = 200 or User_Id = 3000)"),
        ("User_Id between 1 and 5", "(User_Id >= 1 and User_Id <= 5)"),
        ("User_Id not between 1 and 5", "(User_Id < 1 or User_Id > 5)"),
        ("where User_Id = 5", "User_Id = 5"),
        ("User_Id = 5;", "User_Id = 5"),
        ("(User_Id = 5", "(User_Id = 5)"),
    ],
)
def test_a_certain_repair(text: str, repaired: str) -> None:
    problem = _first(text)
    assert problem.repair is not None
    assert problem.repair.certain
    assert problem.repair.apply(text) == repaired
    assert parse(text, User, repair=True) == parse(repaired, User)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("User_Id 5", "User_Id = 5"),
        ("User_Id = 1 User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id = 1, User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id = 1 & User_Id = 2", "User_Id = 1 and User_Id = 2"),
        ("User_Id = 1 | User_Id = 2", "User_Id = 1 or User_Id = 2"),
        ("User_Id = 1 ro User_Id = 2", "User_Id = 1 or User_Id = 2"),
        ("User_Id = 1)", "User_Id = 1"),
        ("User_Id in (1,500, 7)", "(User_Id = 1 or User_Id = 500 or User_Id = 7)"),
        ("User_Id in (1,050)", "(User_Id = 1 or User_Id = 050)"),
        ("User_Id in (100,200)", "(User_Id = 100 or User_Id = 200)"),
        ("Name = ali reza", "Name = 'ali reza'"),
        ("Username = 09ab", "Username = '09ab'"),
        ("Name = Family", "Name = 'Family'"),
        ("Name = `ali`", "Name = 'ali'"),
        ("'Name' = 'ali'", "Name = 'ali'"),
        ("user.Name = 'ali'", "Name = 'ali'"),
        ("Name = 'O'Reilly'", "Name = 'O''Reilly'"),
        ("(User_Id = 1 and User_Id = 2 or User_Id = 3", "(User_Id = 1 and User_Id = 2 or User_Id = 3)"),
    ],
)
def test_an_uncertain_repair_is_offered_and_never_made(text: str, repaired: str) -> None:
    problem = next(problem for problem in check(text, User) if problem.severity == "error")
    assert problem.repair is not None
    assert not problem.repair.certain
    assert problem.repair.apply(text) == repaired
    assert check(repaired, User) == [] or check(repaired, User)[0].severity == "warning"
    with pytest.raises(FilterError):
        parse(text, User, repair=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name",
        "Name =",
        "Name = 'x' and",
        "Name = 'a\\b'",
        "Name is null",
        "Name = null",
        "Name not like 'x%'",
        "not (Name = 'x')",
        "lower(Name) = 'x'",
        "User_Id + 1 = 5",
        "User_Id = 1 -- x",
        "User_Id = 1; drop table x",
        "select 1",
        "Name = N'x'",
        "User_Id = 1e5",
        "سن = 'x'",
        "User_Id in (select 1)",
    ],
)
def test_where_nothing_is_plausible_there_is_no_repair(text: str) -> None:
    assert _first(text).repair is None


@pytest.mark.parametrize(("text", "repaired"), [("Name “x”", "Name = 'x'"), ("User_Id ۵", "User_Id = 5")])
def test_a_missing_operator_before_a_value_that_needs_repair_itself(text: str, repaired: str) -> None:
    problem = _first(text)
    assert problem.code == "missing-operator"
    assert problem.repair is not None
    assert not problem.repair.certain
    assert apply(text, diagnose(text).repairs) == repaired


@pytest.mark.parametrize(
    "text",
    ["User_Id != 5 & Name = 'x'", "User_Id != 5 and foo = 3", "User_Id != 5 and Name is null", "User_Id != 5 or 1"],
)
def test_beside_an_error_without_a_certain_repair_none_is_certain(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, User, repair=True)
    first = caught.value.problems[0]
    assert (first.code, first.repair) == ("operator", Repair(Span(8, 10), "<>", False))


def test_what_a_repair_uncovers_is_repaired_with_it() -> None:
    text = "usernme == ۰۹۱۲"
    assert str(parse(text, User, repair=True)) == "Username = '0912'"
    assert [(p.code, p.repair and p.repair.replacement) for p in check(text, User)] == [
        ("unknown-field", "Username"),
        ("operator", "="),
        ("digits", "'0912'"),
        ("number-for-text", None),
    ]


def test_a_refused_repair_leaves_the_problems_of_the_text_as_it_was_typed() -> None:
    with pytest.raises(FilterError) as caught:
        parse("User_Id != foo", User, repair=True)
    assert (caught.value.code, caught.value.start, caught.value.end) == ("operator", 8, 10)


def test_without_asking_nothing_is_repaired() -> None:
    with pytest.raises(FilterError):
        parse("User_Id != 5", User)


@pytest.mark.parametrize(
    ("text", "record", "repaired"),
    [
        ("usernme = 'x'", User, "Username = 'x'"),
        ("Username = 0912", User, "Username = '0912'"),
        ("User_Id = '۱۲'", User, "User_Id = 12"),
        ("Price = '150,000'", Service, "Price = 150000"),
        ("EndDate = '۲۰۲۱/۱/۵'", UserServiceBase, "EndDate = '2021-01-05'"),
        ("User_PaymentCDT >= '2021-01-30'", UserPayment, "User_PaymentCD >= '2021-01-30'"),
    ],
)
def test_a_certain_repair_of_a_name_or_a_value(text: str, record: Any, repaired: str) -> None:
    problem = _first(text, record)
    assert problem.repair is not None
    assert problem.repair.certain
    assert problem.repair.apply(text) == repaired


@pytest.mark.parametrize(("typed", "meant"), [("1", "'Yes'"), ("0", "'No'"), ("'true'", "'Yes'"), ("'n'", "'No'")])
def test_yes_and_no_are_guessed_but_never_written(typed: str, meant: str) -> None:
    problem = _first(f"ISEnable = {typed}", Service)
    assert problem.repair == Repair(Span(11, 11 + len(typed)), meant, False)


def test_a_wild_guess_at_a_name_is_uncertain() -> None:
    problem = _first("the_username = 'x'")
    assert problem.repair == Repair(Span(0, 12), "Username", False)


# Every problem at once


def test_all_problems_are_reported_in_the_order_of_the_text() -> None:
    text = 'usernme != "x" && User_Id => ۵'
    assert [(p.code, tuple(p.span)) for p in check(text, User)] == [
        ("unknown-field", (0, 7)),
        ("operator", (8, 10)),
        ("quotes", (11, 14)),
        ("connective", (15, 17)),
        ("operator", (26, 28)),
        ("digits", (29, 30)),
    ]


def test_the_repairs_of_several_problems_are_made_together() -> None:
    text = 'usernme != "x" && User_Id => ۵'
    assert str(parse(text, User, repair=True)) == "Username <> 'x' and User_Id >= 5"


def test_a_repair_that_grows_does_not_move_the_places_after_it() -> None:
    problems = check("User_Id in (1, 2, 3) and foo = 'x' and bar = 'y'", User)
    assert [(p.code, tuple(p.span)) for p in problems] == [
        ("in", (8, 20)),
        ("unknown-field", (25, 28)),
        ("unknown-field", (39, 42)),
    ]


def test_a_problem_of_a_repaired_value_has_the_place_of_what_was_typed() -> None:
    problems = check("ISEnable = true and Price = ۵", Service)
    assert [(p.code, tuple(p.span)) for p in problems] == [
        ("bare-word", (11, 15)),
        ("not-yes-or-no", (11, 15)),
        ("digits", (28, 29)),
    ]


@pytest.mark.parametrize(
    ("text", "record", "found"),
    [
        ("5 < Username", User, [("number-for-text", (0, 1), None), ("reversed", (0, 12), "Username > '5'")]),
        ("'a' = Nme", User, [("reversed", (0, 9), "Name = 'a'"), ("unknown-field", (6, 9), None)]),
        ("(user.Nme = 'x')", User, [("qualified-field", (1, 6), ""), ("unknown-field", (6, 9), "Name")]),
        ("ISEnable == 1", Service, [("operator", (9, 11), "="), ("not-yes-or-no", (12, 13), "'Yes'")]),
        (
            "ISEnable = 1 && ISEnable = 0",
            Service,
            [
                ("not-yes-or-no", (11, 12), "'Yes'"),
                ("connective", (13, 15), "and"),
                ("not-yes-or-no", (27, 28), "'No'"),
            ],
        ),
        (
            "ISEnable = true || ISEnable = ''",
            Service,
            [
                ("bare-word", (11, 15), "'Yes'"),
                ("not-yes-or-no", (11, 15), None),
                ("connective", (16, 18), "or"),
                ("not-yes-or-no", (30, 32), None),
            ],
        ),
        (
            "Price = 'nan'&&ISEnable = true",
            Service,
            [
                ("not-a-number", (8, 13), None),
                ("connective", (13, 15), " and "),
                ("bare-word", (26, 30), "'Yes'"),
                ("not-yes-or-no", (26, 30), None),
            ],
        ),
        (
            "User_Id = 1 or Name = 'x'&&Name = 'y'",
            User,
            [("mixed-and-or", (15, 37), None), ("connective", (25, 27), " and ")],
        ),
        (
            "ISEnable in (1, ۲)",
            Service,
            [
                ("not-yes-or-no", (0, 18), None),
                ("in", (9, 18), None),
                ("not-yes-or-no", (13, 14), None),
            ],
        ),
        (
            "PaymentType == '😀'",
            UserPayment,
            [("operator", (12, 14), "="), ("beyond-bmp", (15, 18), None), ("unknown-choice", (15, 18), None)],
        ),
    ],
)
def test_beside_a_repair_every_problem_keeps_its_place_and_its_own_repair_if_they_do_not_touch(
    text: str, record: type[Record], found: list[tuple[str, tuple[int, int], str | None]]
) -> None:
    problems = check(text, record)
    assert [(p.code, p.span, p.repair and p.repair.replacement) for p in problems] == found
    assert all(p.repair.span.end == p.span.end for p in problems if p.repair is not None)


@pytest.mark.parametrize(
    ("text", "record", "repair"),
    [
        ("User_Id = abc", User, None),
        ("User_Id = abc and Name is null", User, None),
        ("(User_Id = abc or User_Id in (a, 5)) and lower(Name) = 'x'", User, None),
        ("ISEnable = بله", Service, None),
        ("ISEnable = true", Service, "'Yes'"),
        ("ISEnable in (true, false)", Service, "(ISEnable = 'Yes' or ISEnable = 'No')"),
        ("StartDate = فردا", UserServiceBase, None),
        ("StartDate = فردا && StartDate > 2021-02-30", UserServiceBase, None),
        ("Price = «150,000»", Service, "150000"),
        ("5.5 = User_Id", User, None),
        ("User_Id between a and b", User, None),
    ],
)
def test_what_the_field_would_refuse_is_not_offered(text: str, record: type[Record], repair: str | None) -> None:
    offered = {p.repair and p.repair.replacement for p in check(text, record) if p.code != "connective"}
    assert offered - {None} == ({repair} if repair else set())


def test_after_what_cannot_be_read_nothing_is_guessed() -> None:
    assert [p.code for p in check("User_Id != 5 and lower(Name) == 'x' or (", User)] == ["operator", "function"]


def test_before_what_cannot_be_read_errors_are_found_and_warnings_are_left() -> None:
    text = "EndDate < '2021-01-30' and Sttus = 'x' and EndDate > lower(Name)"
    assert [p.code for p in check(text, UserServiceBase)] == ["unknown-field", "function"]


def test_warnings_are_left_to_texts_that_can_be_read() -> None:
    assert [(p.code, p.severity) for p in check("Name like '%x' or Name = 'a' and User_Id = 1", User)] == [
        ("leading-wildcard", "warning"),
        ("mixed-and-or", "warning"),
    ]


def test_of_groups_within_one_another_the_outermost_alone_has_a_repair() -> None:
    text = "User_Id = 1 or User_Id = 2 and (Name = 'a' or Name = 'b' and User_Id = 3) or User_Id = 4 and Name = 'c'"
    problems = check(text, User)
    assert [(p.code, tuple(p.span)) for p in problems] == [
        ("mixed-and-or", (15, 73)),
        ("mixed-and-or", (46, 72)),
        ("mixed-and-or", (77, 103)),
    ]
    mended = apply(text, [p.repair for p in problems if p.repair is not None])
    assert mended == (
        "User_Id = 1 or (User_Id = 2 and (Name = 'a' or Name = 'b' and User_Id = 3)) or (User_Id = 4 and Name = 'c')"
    )


def test_of_two_groups_within_another_neither_has_a_repair() -> None:
    text = "Name='a' or (Name='b' or Name='c' and Family='d') and (Name='e' or Name='f' and Family='g')"
    problems = check(text, User)
    assert [(p.span, p.repair is not None) for p in problems] == [
        ((12, 91), True),
        ((25, 48), False),
        ((67, 90), False),
    ]


def test_a_warning_keeps_nothing_from_being_repaired() -> None:
    assert str(parse("Name like '%a' and Usernme = 'x'", User, repair=True)) == "Name like '%a' and Username = 'x'"


def test_a_parenthesis_is_closed_behind_a_text_that_takes_in_the_blanks() -> None:
    repairs = [(p.code, p.repair) for p in check("(Name = 'ali \t", User)]
    assert repairs == [
        ("unclosed-quote", Repair(Span(8, 14), "'ali'")),
        ("unclosed-parenthesis", Repair(Span(14, 14), ")")),
    ]


@pytest.mark.parametrize(
    ("name", "repaired"), [("n" * 64, f"({'n' * 64} = 1 or {'n' * 64} = 2)"), ("n" * 65, None), ("n" * 1000, None)]
)
def test_a_name_that_no_column_can_have_is_not_repeated_for_each_value(name: str, repaired: str | None) -> None:
    [repair] = [problem.repair for problem in check(f"{name} in (1, 2)", User) if problem.code == "in"]
    assert (repair and repair.replacement) == repaired


# Words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0\x05Username = and", "`0<U+0005>Username` is not allowed here"),
        ("User_Id = \x1c= 5", "`= <U+001C>=` is not an operator of the language"),
        ("User_Id <\r\n= 5", "`<  =` is not an operator of the language"),
        ("User_Id =\t= 5", "`= =` is not an operator of the language"),
        ("User_Id = 1 \x1b[1m", "U+001B is invisible, and only allowed within quotes"),
        ("User_Id = 1 ?\x1b[1m", "`?<U+001B>[1m` is not allowed here"),
        ("User_Id = 1 ?\ud800", "`?<U+D800>` is not allowed here"),
        ("User_Id = 1 ?\u202e", "`?<U+202E>` is not allowed here"),
        ("User_Id = 1 " + "?" * 40, f"`{'?' * 40}` is not allowed here"),
        ("User_Id = 1 " + "?" * 41, f"`{'?' * 40}…` is not allowed here"),
        ("User_Id " + "=" * 41 + " 1", f"`{'=' * 40}…` is not an operator of the language"),
        ("Nobody" + "y" * 40 + " = 1", f"user has no field `Nobody{'y' * 34}…`"),
    ],
)
def test_a_message_quotes_in_one_line_what_can_be_seen(text: str, message: str) -> None:
    assert _first(text).message == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", CONDITION),
        ("(", CONDITION),
        ("= 5", CONDITION),
        ("Name = 'x' and", CONDITION),
        ("Name", (OPERATOR, "like")),
        ("Name is null", (OPERATOR, "like")),
        ("Name =", VALUE),
        ("Name like", VALUE),
        ("Name = (", VALUE),
        ("Name = 'x' y", ("and", "or", "the end of the filter")),
        ("Name = 'x')", ("and", "or", "the end of the filter")),
        ("(Name = 'x' y", ("and", "or", ")")),
        ("(Name = 'x'", ("and", "or", ")")),
        ("((Name = 'x')", ("and", "or", ")")),
        ("((Name = 'x'))", ()),
    ],
)
def test_what_was_expected_is_said_in_words(text: str, expected: tuple[str, ...]) -> None:
    problems = check(text, User)
    assert (problems[0].expected if problems else ()) == expected


def test_many_fields_are_named_in_part() -> None:
    assert _first("", UserPayment).expected[0] == (
        "a field (User_Payment_Id, Creator_Id, User_PaymentCD, PaymentType, Price, Paybalance, VoucherNo, "
        "VoucherDate, …)"
    )


def test_an_unknown_field_expects_every_field() -> None:
    assert _first("foo = 1").expected == ("User_Id", "Username", "Name", "Family", "Address")


def test_a_wrong_operator_expects_those_of_the_field() -> None:
    assert _first("ServiceType > 'Base'", Service).expected == ("=", "<>", "like")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Name", "the end of the filter"),
        ("User_Id != 5", "`!=`"),
        ("User_Id = ۱۲", "`۱۲`"),
        ("User_Id = ۵", "U+06F5 EXTENDED ARABIC-INDIC DIGIT FIVE"),
        ("User_Id\u00a0= 5", "U+00A0 NO-BREAK SPACE"),
        ("User_Id\u200c= 5", "U+200C ZERO WIDTH NON-JOINER"),
        ("User_Id = 1، User_Id = 2", "U+060C ARABIC COMMA"),
        ("Name = 'a\\b'", "`\\`"),
        ("Name = 'a\x00b'", "U+0000"),
        ("Name = 'a\ud800b'", "U+D800"),
        ("ن = 1", "U+0646 ARABIC LETTER NOON"),
        ("foo = 1", "`foo`"),
        ("Name = 5", "`5`"),
        ("Name = " + "x" * 50, "`" + "x" * 40 + "…`"),
    ],
)
def test_what_was_found_is_shown_or_named(text: str, found: str) -> None:
    assert _first(text).found == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("User_Id != 5", "`!=` is not an operator of the language"),
        ("Name is null", "no NULL"),
        ("Name = null", "no NULL"),
        ("not Name = 'x'", "no `not`"),
        ("User_Id in (1)", "`in` is not part of the language"),
        ("User_Id between 1 and 2", "`between` is not part of the language"),
        ("Name regexp 'x'", "`regexp` is SQL"),
        ("User_Id = 1 limit 5", "`limit` is SQL"),
        ("lower(Name) = 'x'", "no functions"),
        ("User_Id + 1 = 2", "no arithmetic"),
        ("User_Id = 1 -- x", "no comments"),
        ("Name = N'x'", "no prefix"),
        ("Name = 'a\\b'", "a backslash is not allowed in a value"),
        ("Name = 'a\x07b'", "U+0007 is not allowed in a value"),
        ("User\u200c_Id = 5", "U+200C ZERO WIDTH NON-JOINER"),
        ("User_Id = 1، User_Id = 2", "U+060C ARABIC COMMA does not join conditions"),
        ("", "does not mean everything"),
        ("5 = 5", "starts with a field"),
        ("(((User_Id = 1)", "2 parentheses are not closed, the first from column 1"),
        ("foo = 1", "user has no field `foo`"),
        ("Name = Family", "a comparison of two fields is not part of the language"),
    ],
)
def test_the_message_says_what_is_wrong(text: str, words: str) -> None:
    assert words in _first(text).message


def test_an_answered_field_is_told_from_an_unknown_one() -> None:
    assert _first("ETrR > 5", UserCreditInfo).message == (
        "ETrR is in responses of user/creditinfo, but the list cannot be filtered by it"
    )


def test_the_whole_error_is_made_for_reading() -> None:
    with pytest.raises(FilterError) as caught:
        parse("User_Id = 1\nor User_Id != 2 && foo = 3", User)
    assert str(caught.value) == (
        "`!=` is not an operator of the language (line 2, column 12)\n"
        "  or User_Id != 2 && foo = 3\n"
        "             ^^\n"
        "possible here: an operator (= <> < > <= >=), like\n"
        "repair: perhaps write  <>\n"
        "(and 2 more: see .problems)"
    )


# Applying repairs


def test_applying_no_repair_changes_nothing() -> None:
    assert apply("Name = 'x'", []) == "Name = 'x'"


def test_repairs_are_applied_in_the_order_of_the_text() -> None:
    repairs = [Repair(Span(14, 14), "!"), Repair(Span(5, 6), ""), Repair(Span(0, 2), "<long>")]
    assert apply("ab = (c) or de", repairs) == "<long> = c) or de!"


def test_diagnose_offers_the_text_with_every_repair_uncertain_ones_too() -> None:
    assert apply("a != 1, b == 2", diagnose("a != 1, b == 2").repairs) == "a <> 1 and b = 2"


def test_diagnose_offers_no_text_where_a_problem_has_no_repair() -> None:
    assert diagnose("a != 1 and b is null").repairs == ()


# Any text at all

PIECES = st.sampled_from(
    [
        "(",
        ")",
        "'",
        "''",
        '"',
        "`",
        "=",
        "<>",
        "<",
        ">",
        "<=",
        ">=",
        "!=",
        "==",
        "=>",
        "and",
        "or",
        "AND",
        "Or",
        "like",
        "not",
        "in",
        "between",
        "is",
        "null",
        "where",
        "select",
        ";",
        ",",
        "،",
        "--",
        "/*",
        "#",
        "User_Id",
        "Username",
        "Name",
        "usernme",
        "foo",
        "x.y",
        "ali",
        "علی",
        "۱۲",
        "12",
        "-5",
        "1.5",
        "1.",
        ".5",
        "1e5",
        "1,000",
        "0912ab",
        "'ali'",
        "'x''y'",
        "'%x'",
        "'\\%'",
        "'a\\b",
        "“x”",
        "‘",
        "«",
        "»",
        "&",
        "&&",
        "|",
        "||",
        "!",
        "+",
        "*",
        "%",
        "@x",
        ":x",
        "2021-01-30",
        "'2021/1/5'",
        "\u200c",
        "\u200f",
        "\x00",
        "�",
        "\ufeff",
        "😀",
        "é",
        "ſ",
        "K",
        "[Name]",
        "`Name`",
        " ",
        " ",
        " ",
        "\t",
        "\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=20)
RECORDS = st.sampled_from([User, UserCreditInfo, Service, UserPayment, UserServiceBase])


def _outcome(text: str, record: Any, *, repair: bool = False) -> Filter[Any] | FilterError:
    try:
        return parse(text, record, repair=repair)
    except FilterError as error:
        return error


@given(TEXTS, RECORDS)
def test_any_text_is_a_filter_or_a_filter_error(text: str, record: Any) -> None:
    for repair in (False, True):
        one = _outcome(text, record, repair=repair)
        if isinstance(one, Filter):
            assert parse(str(one), record) == one
        else:
            assert str(one)
            assert any(problem.severity == "error" for problem in one.problems)


@given(TEXTS, RECORDS)
def test_every_place_lies_in_the_text_and_in_its_order(text: str, record: Any) -> None:
    problems = check(text, record)
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.repair is None or 0 <= problem.repair.span.start <= problem.repair.span.end <= len(text)
        assert problem.excerpt.count("\n") == 1
    assert [p.span for p in problems] == sorted(p.span for p in problems)


@given(TEXTS, RECORDS)
def test_check_finds_an_error_exactly_where_parse_refuses(text: str, record: Any) -> None:
    errors = [problem for problem in check(text, record) if problem.severity == "error"]
    one = _outcome(text, record)
    assert (one.problem if isinstance(one, FilterError) else None) == (errors[0] if errors else None)


@given(TEXTS, RECORDS)
def test_a_filter_that_parses_is_the_same_with_repair(text: str, record: Any) -> None:
    one = _outcome(text, record)
    assert isinstance(one, FilterError) or parse(text, record, repair=True) == one


@given(TEXTS, RECORDS)
def test_certain_repairs_never_overlap(text: str, record: Any) -> None:
    repairs = sorted(p.repair.span for p in check(text, record) if p.repair is not None and p.repair.certain)
    for before, after in itertools.pairwise(repairs):
        assert before.end <= after.start


@pytest.mark.parametrize("value", [None, 5, b"Name = 'x'", ["Name = 'x'"]])
def test_what_is_no_text_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="str"):
        parse(value, User)
    with pytest.raises(TypeError, match="str"):
        check(value, User)


# Long texts

_LONG = 100_000
_A_PROBLEM_AT_EVERY_STEP = {"\u200e\u200f", "a=b ", "a=1) ", "a=1 b=2 ", "a=۱ و ", "a=1, ", "a in (1,", "&& "}


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        ")",
        "'",
        '"',
        "`",
        "‘",
        " ",
        "\n",
        "\u200b",
        "\u200e\u200f",
        "\\",
        "\x00",
        "\ud800",
        "😀",
        "ع",
        "x",
        "1",
        "-",
        "!",
        "=",
        "not ",
        "a ",
        "a.",
        "a=b ",
        "a=1 b=2 ",
        "a=1 adn ",
        "a=1) ",
        "a=1, ",
        "a=۱ و ",
        "a='x'y' ",
        "a='x'y' and ",
        "a=“x” || ",
        "a in (1, 2) and ",
        "a in (",
        "a between 1 and 2 or ",
        "not a = 1 and ",
        "5 < a and ",
        "a=x y and ",
        "'' ",
    ],
)
@pytest.mark.heavy
def test_a_hundred_thousand_characters_of_anything_are_read_to_the_end(piece: str) -> None:
    text = (piece * _LONG)[: _LONG // 5 if piece in _A_PROBLEM_AT_EVERY_STEP else _LONG]
    problems = check(text, User, limits=None)
    assert any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("a = '", "x", ""),
        ("a = ", "9", ""),
        ("a = ", "9", "x"),
        ("a = 1", ",000", "x"),
        ("a = x", " ", "'"),
        ("a = x", " y", "'"),
        ("a = 'x", " ", "y"),
        ("a = 'x'y", " ", "'"),
        ("a = 'x'y", " '", ""),
        ("a in (", "1,", "1)"),
        ("a in (1", " ", "x"),
        ("a between 1", " ", "x"),
        ("a between ", "x ", "1"),
        ("not", " ", "x"),
        ("a", " ", "!"),
        ("a !", " ", "!"),
        ("a .", " ", "."),
        ("`a`", " ", "x"),
        ("5", " ", "x"),
        ("a = 1 foo", " ", "x"),
        ("a = 1 foo", "(", "x"),
        ("a = “", "x", ""),
        ("a = 1 ;", " ;", "x"),
        ("", "(", "a = 1"),
    ],
)
@pytest.mark.heavy
def test_a_hundred_thousand_characters_between_two_others_are_read_to_the_end(
    before: str, piece: str, after: str
) -> None:
    text = before + (piece * _LONG)[:_LONG] + after
    problems = check(text, User, limits=None)
    assert any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(
    "text", ["User_Id = 1" + " or User_Id != 1" * 5_000, "(" * 20_000 + "User_Id == 1" + ")" * 20_000]
)
@pytest.mark.heavy
def test_long_and_deep_texts_are_repaired(text: str) -> None:
    one = parse(text, User, limits=None, repair=True)
    assert parse(str(one), User, limits=None) == one


def test_repairing_keeps_to_the_limits() -> None:
    with pytest.raises(FilterError):
        parse("User_Id in (" + "1," * 600 + "1)", User, repair=True, limits=Limits())


@pytest.mark.parametrize("text", ["User Id = 5", "User-Id = 5", "user id=5"])
def test_a_name_in_two_words_is_joined(text: str) -> None:
    assert check(text, User)[0].code == "split-name"
    assert str(parse(text, User, repair=True)) == "User_Id = 5"


@pytest.mark.parametrize(
    ("text", "record", "code"),
    [
        ("Name like 'ali' and User_Id == 5", User, "no-wildcard"),
        ("VoucherDate = '۱۳۹۹/۱۱/۱۱'", UserPayment, "not-a-date"),
        ("User_PaymentCD between '2021-01-01' and '2021-02-01'", UserPayment, "bare-day"),
        ("User_Id == 1 or User_Id = 2 and Name = 'x'", User, "mixed-and-or"),
    ],
)
def test_a_mistake_hides_no_warning(text: str, record: type[Record], code: str) -> None:
    assert code in {problem.code for problem in check(text, record)}


@pytest.mark.parametrize(
    ("text", "repaired"),
    [("Username='ali’", "Username='ali'"), ("Username='ali;", "Username='ali'"), ("Username=\"ali'", "Username='ali'")],
)
def test_a_closing_quote_of_another_kind_is_no_part_of_the_text(text: str, repaired: str) -> None:
    problem = check(text, User)[0]
    assert problem.repair is not None
    assert (problem.repair.apply(text), problem.repair.certain) == (repaired, False)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Off = 0,125", UserServiceBase),
        ("Address = 1,234", User),
        ("Address = 5.", User),
        ("User_Id = 1 hand Name = 'x'", User),
        ("User_Id = 1 for Name = 'x'", User),
        ("VAR = 1", UserServiceBase),
        ("Name = CURRENT_USER", User),
        ('Name = "Family"', User),
    ],
)
def test_what_can_mean_two_things_is_not_repaired(text: str, record: type[Record]) -> None:
    with pytest.raises(FilterError):
        parse(text, record, repair=True)


def test_a_lower_bound_beside_it_keeps_the_zero_dates_out() -> None:
    assert check("VoucherDate >= '2021-01-01' and VoucherDate < '2021-02-01'", UserPayment) == []
