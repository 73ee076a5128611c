"""What `complete` offers at each place of a filter, how it is written, and by what it is found."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import (
    Completion,
    Completions,
    FilterUsageError,
    Limits,
    ParameterError,
    Policy,
    Record,
    Service,
    Span,
    User,
    UserPayment,
    UserServiceBase,
    Wanted,
    complete,
    parse,
)
from deltasib_query.assist.caret import tokens
from deltasib_query.filters.fields import TextField
from deltasib_query.language.renderer import quote
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, filters, mutated_cases, random_texts, safe_texts

TODAY = date(2021, 1, 30)
FIELDS = ["User_Id", "Username", "Name", "Family", "Address"]


def at(marked: str, rules: type[Record] | Policy[Any] = User, **options: Any) -> tuple[str, Completions]:
    """Return a text without the bar that marks the caret, and what can be written there."""
    before, _, behind = marked.partition("|")
    return before + behind, complete(before + behind, len(before), rules, **{"today": TODAY, **options})


def labels(marked: str, rules: type[Record] | Policy[Any] = User, **options: Any) -> list[str]:
    return [item.label for item in at(marked, rules, **options)[1].items]


def written(marked: str, rules: type[Record] | Policy[Any] = User, **options: Any) -> list[str]:
    """Return the texts that the items make, with a bar for the caret."""
    text, found = at(marked, rules, **options)
    texts = []
    for item in found.items:
        caret = found.span.start + (len(item.insert) if item.caret is None else item.caret)
        whole = item.apply(text, found.span)
        texts.append(f"{whole[:caret]}|{whole[caret:]}")
    return texts


# Whole tokens


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Userna|", ["Username |"]),
        ("Us|ern = 'x'", ["User_Id |= 'x'", "Username |= 'x'"]),
        ("Addr|ess='x'", ["Address |='x'"]),
        ("Name li|ke 'x'", ["Name like |'x'"]),
        ("Name <|= 'x'", ["Name <> |'x'", "Name < |'x'", "Name <= |'x'"]),
        ("Name = 'x' a|nd Family = 'y'", ["Name = 'x' and |Family = 'y'"]),
        ("Name = 'x'a|", ["Name = 'x' and |"]),
        ("Name = 'x'\na|", ["Name = 'x'\nand |"]),
        ("(Name = 'x' |", ["(Name = 'x' and |", "(Name = 'x' or |", "(Name = 'x' ) |"]),
        ("(Name = 'x'|", ["(Name = 'x' and |", "(Name = 'x' or |", "(Name = 'x') |"]),
    ],
)
def test_b2_an_item_replaces_the_whole_token(marked: str, expected: list[str]) -> None:
    assert written(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("PaymentType = 'Cas|' and Price > 5", ["PaymentType = 'Cash'| and Price > 5"]),
        ("PaymentType = 'TA|X", ["PaymentType = 'TAX'|"]),
        ("PaymentType = TA|X)", ["PaymentType = 'TAX'|)"]),
        ("PaymentType = 'TA| and Comment = 'x'", ["PaymentType = 'TAX'| and Comment = 'x'"]),
    ],
)
def test_b2_the_closing_quote_is_part_of_the_token(marked: str, expected: list[str]) -> None:
    assert written(marked, UserPayment) == expected


@given(filters(), st.data())
def test_b2_the_neighbours_stay_as_they_are(filter: AnyFilter, data: st.DataObject) -> None:
    text = str(filter)
    found = complete(text, data.draw(st.integers(0, len(text))), filter.record, today=TODAY)
    before = [text[each.start : each.end] for each in tokens(text) if each.end <= found.span.start]
    behind = [text[each.start : each.end] for each in tokens(text) if each.start >= found.span.end]
    for item in found.items:
        whole = item.apply(text, found.span)
        after = [whole[each.start : each.end] for each in tokens(whole)]
        assert after == [*before, item.insert.strip(), *behind]


# Fields, operators, connectives


def test_b3_a_condition_starts_with_a_field_or_a_parenthesis() -> None:
    for marked in ("|", "Name = 'x' and |", "Name = 'x' or |", "(|", "((Name = 'x') or |"):
        assert labels(marked) == [*FIELDS, "("]


@pytest.mark.parametrize(
    ("marked", "rules", "expected"),
    [
        ("Name |", User, ["=", "<>", "<", ">", "<=", ">=", "like"]),
        ("user_id |", User, ["=", "<>", "<", ">", "<=", ">="]),
        ("ISEnable |", Service, ["=", "<>"]),
        ("ServiceType |", Service, ["=", "<>", "like"]),
        ("Price |", User, []),
        ("Name |", Policy(User, scope="all rows", operators={User.Name: ["like", "="]}), ["=", "like"]),
        ("Name |", Policy(User, scope="all rows", fields=[User.Username]), []),
    ],
)
def test_b3_behind_a_field_stand_its_operators(
    marked: str, rules: type[Record] | Policy[Any], expected: list[str]
) -> None:
    assert labels(marked, rules) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Name = 'x' |", ["and", "or"]),
        ("User_Id = 5 |", ["and", "or"]),
        ("(Name = 'x' |", ["and", "or", ")"]),
        ("(Name = 'x' |)", ["and", "or"]),
        ("(Name = 'x')|", ["and", "or"]),
        ("(Name = '(' |", ["and", "or", ")"]),
        ("((Name = 'x') |", ["and", "or", ")"]),
    ],
)
def test_b3_a_parenthesis_is_closed_only_while_one_is_open(marked: str, expected: list[str]) -> None:
    assert labels(marked) == expected


def test_b3_the_limits_of_a_policy_hold_for_what_is_offered() -> None:
    policy = Policy(User, scope="all rows", limits=Limits(text=40, depth=1, comparisons=2))
    assert labels("|", policy) == [*FIELDS, "("]
    assert labels("(|", policy) == FIELDS
    assert labels("(Name = 'x' |", policy) == ["and", "or", ")"]
    assert labels("(Name = 'x' and Name = 'y' |", policy) == [")"]
    assert labels("(Name = 'x' an|d Name = 'y')", policy) == ["and"]
    assert labels("Name = 'x' and Name = 'y' and |", policy) == []
    assert labels("((|", policy) == []
    assert labels("Address = '012345678901234567890123' |", policy) == ["or"]
    assert labels(f"Name = '{'x' * 40}' |", policy) == []


# Values


def test_b4_a_choice_lists_its_values() -> None:
    choices = ["Cash", "Cheque", "Pos", "Deposit", "Other", "TAX", "Off"]
    assert labels("PaymentType = |", UserPayment) == labels("PaymentType <> '|", UserPayment) == choices
    assert written("PaymentType = TA|", UserPayment) == ["PaymentType = 'TAX'|"]


@pytest.mark.parametrize("marked", ["ISEnable = |", "ISEnable = '|", "ISEnable <> |'Yes'"])
def test_b4_yes_and_no(marked: str) -> None:
    sign = "<>" if "<>" in marked else "="
    assert written(marked, Service) == [f"ISEnable {sign} 'Yes'|", f"ISEnable {sign} 'No'|"]


def test_b4_days_in_english_are_those_of_the_gregorian_calendar() -> None:
    items = at("VoucherDate >= |", UserPayment)[1].items
    assert [(item.label, item.insert, item.detail, item.kind) for item in items] == [
        ("today", "'2021-01-30'", "2021-01-30", "date"),
        ("7 days ago", "'2021-01-23'", "2021-01-23", "date"),
        ("first of this month", "'2021-01-01'", "2021-01-01", "date"),
        ("first of last month", "'2020-12-01'", "2020-12-01", "date"),
    ]


@pytest.mark.parametrize(("field", "record"), [("VoucherDate", UserPayment), ("CDT", UserServiceBase)])
def test_b4_days_in_persian_are_those_of_the_jalali_calendar(field: str, record: type[Record]) -> None:
    items = at(f"{field} >= '|", record, language="fa")[1].items
    assert [(item.label, item.insert, item.detail) for item in items] == [
        ("امروز", "'2021-01-30'", "۱۱ بهمن ۱۳۹۹"),
        ("۷ روز پیش", "'2021-01-23'", "۴ بهمن ۱۳۹۹"),
        ("اول این ماه", "'2021-01-20'", "۱ بهمن ۱۳۹۹"),
        ("اول ماه گذشته", "'2020-12-21'", "۱ دی ۱۳۹۹"),
    ]


@pytest.mark.parametrize(
    ("today", "this_month", "last_month"),
    [
        (date(2021, 3, 21), "'2021-03-21'", "'2021-02-19'"),  # 1 Farvardin 1400, a new year; Esfand 1399 had 30 days
        (date(2024, 3, 20), "'2024-03-20'", "'2024-02-20'"),  # 1 Farvardin 1403; Esfand 1402 had 29
        (datetime(2021, 1, 30, 23, 59), "'2021-01-20'", "'2020-12-21'"),  # noqa: DTZ001 - a datetime is a date, too
        (date(1900, 1, 1), "'1900-01-01'", "'1899-12-01'"),  # no Jalali date is known
    ],
)
def test_b4_the_jalali_month_of_a_day(today: date, this_month: str, last_month: str) -> None:
    items = at("VoucherDate >= |", UserPayment, language="fa", today=today)[1].items
    assert [item.insert for item in items][2:] == [this_month, last_month]


def test_b4_without_a_day_there_is_no_today() -> None:
    assert labels("VoucherDate >= |", UserPayment, today=None) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("'1399/11/12", "'2021-01-31'"),
        ("'۱۳۹۹/۱۱/۱۲'", "'2021-01-31'"),
        ("1399-11-12", "'2021-01-31'"),
        ("'2021-02-03", "'2021-02-03'"),
        ("2021/2/3", "'2021-02-03'"),
    ],
)
def test_b4_a_typed_day_is_offered_as_the_database_has_it(typed: str, expected: str) -> None:
    caret = "|" if typed[-1] != "'" else ""
    marked = f"VoucherDate >= {typed}{caret}" if caret else f"VoucherDate >= {typed[:-1]}|'"
    assert [item.insert for item in at(marked, UserPayment)[1].items] == [expected]


def test_b4_no_day_is_offered_twice() -> None:
    assert labels("VoucherDate >= '1399/11/11|'", UserPayment) == labels("VoucherDate >= '2021-01-30|", UserPayment)
    assert labels("VoucherDate >= '1399/11/11|'", UserPayment) == ["today"]


@pytest.mark.parametrize("marked", ["User_Id = |", "User_Id = 5|", "User_Id = '|", "User_Id = '5|'"])
def test_b4_a_number_is_not_guessed(marked: str) -> None:
    found = at(marked)[1]
    assert (found.items, found.expected, found.wants) == ((), ("a number",), None)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Name = |", ["Name = '|'"]),
        ("Name = al|", ["Name = 'al|'"]),
        ("Name = 09121234567|", ["Name = '09121234567|'"]),
        ("Name = 'al|", ["Name = 'al'|"]),
        ("Name = 'al|' and User_Id = 5", []),
        ("Name = '|", ["Name = ''|"]),
        ("Name = '|'", []),
        ("Name = 'a\\|", []),
    ],
)
def test_b4_a_free_text_gets_its_quotes(marked: str, expected: list[str]) -> None:
    assert written(marked) == expected


# Patterns


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Name like |", ["Name like '|%'", "Name like '%|%'", "Name like '%|'"]),
        ("Name like '|", ["Name like '|%'", "Name like '%|%'", "Name like '%|'"]),
        ("Name like al|", ["Name like 'al%'|", "Name like '%al%'|", "Name like '%al'|"]),
        ("Name like 'al|'", ["Name like 'al%'|", "Name like '%al%'|", "Name like '%al'|"]),
        ("Name like '%al%|'", ["Name like 'al%'|", "Name like '%al%'|", "Name like '%al'|"]),
        ("Name like 'O''R|", ["Name like 'O''R%'|", "Name like '%O''R%'|", "Name like '%O''R'|"]),
    ],
)
def test_b5_a_pattern_starts_contains_or_ends(marked: str, expected: list[str]) -> None:
    assert written(marked) == expected


@pytest.mark.parametrize("typed", ["a_50%b", "a\\_50\\%b", "%a\\_50\\%b"])
def test_b5_wildcards_of_the_text_stand_for_themselves(typed: str) -> None:
    assert written(f"Name like '{typed}|")[0] == r"Name like 'a\_50\%b%'|"


@pytest.mark.parametrize("typed", ["", "al", "%al", "%"])
def test_b5_a_policy_without_leading_wildcards_offers_none(typed: str) -> None:
    policy = Policy(User, scope="all rows")
    assert [item.detail for item in at(f"Name like '{typed}|", policy)[1].items] == ["starts with"]
    allowing = Policy(User, scope="all rows", allow_leading_wildcard=True)
    assert len(at(f"Name like '{typed}|", allowing)[1].items) == 3


def test_b5_a_choice_has_patterns_behind_like() -> None:
    assert written("PaymentType like Ca|", UserPayment)[0] == "PaymentType like 'Ca%'|"


# Inside quotes


@pytest.mark.parametrize("marked", ["'Us|", "'Us|'", "Name 'li|ke'", "Name = 'x' 'an|d'", "(Name = 'x') 'a|"])
def test_b6_inside_quotes_there_are_only_values(marked: str) -> None:
    found = at(marked)[1]
    assert (found.items, found.expected) == ((), ())


@given(mutated_cases(), st.integers(0, 60))
def test_b6_what_is_offered_inside_quotes_is_a_value(case: tuple[str, type[Record]], offset: int) -> None:
    text, record = case
    inside = text[:offset].count("'") % 2 == 1
    kinds = {item.kind for item in complete(text[:offset], offset, record, today=TODAY).items}
    assert not inside or kinds <= {"value", "pattern", "date"}


@given(safe_texts())
def test_b6_a_literal_that_is_offered_is_the_text_that_was_typed(typed: str) -> None:
    text = f"Name = {quote(typed)}"[:-1]
    (item,) = complete(text, len(text), User).items
    assert parse(item.apply(text, Span(7, len(text))), User) == (User.Name == typed)


@given(st.text(max_size=8), st.sampled_from(["Name = '", "Name like '", "VoucherDate = '", "PaymentType = '"]))
def test_b6_what_cannot_be_written_is_not_offered(typed: str, before: str) -> None:
    text = before + typed.replace("'", "''")
    record = User if before.startswith("Name") else UserPayment
    found = complete(text, len(text), record, today=TODAY)
    for item in found.items:
        parse(item.apply(text, found.span), record)


# By what an item is found


@pytest.mark.parametrize(
    ("typed", "record", "expected"),
    [
        ("NA", User, ["Name", "Family"]),  # Family by its label, "Family name"
        ("id", User, ["User_Id"]),
        ("نام", User, ["Username", "Name", "Family"]),
        ("نشاني", User, ["Address"]),  # with an Arabic letter
        ("عسثق", User, ["User_Id", "Username"]),  # "user" on a Persian keyboard
        ("عسثقـهی", User, ["User_Id"]),  # "user_id"
        ("khl", User, ["Username", "Name", "Family"]),  # «نام» on a Latin keyboard
        ("usrname", User, ["Username"]),
        ("naem", User, ["Name"]),
        ("zz", User, []),
        ("type", UserPayment, ["PaymentType"]),  # by its label
        ("pay", UserPayment, ["PaymentType", "Paybalance", "User_Payment_Id", "User_PaymentCD"]),
    ],
)
def test_b7_a_field_is_found(typed: str, record: type[Record], expected: list[str]) -> None:
    assert labels(f"{typed}|", record) == expected


@pytest.mark.parametrize("language", ["en", "fa"])
def test_b7_the_language_changes_no_order(language: str) -> None:
    assert labels("نام|", language=language) == ["Username", "Name", "Family"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("و", ["and"]), ("یا", ["or"]), ("AN", ["and"]), ("adn", ["and"]), ("&&", ["and"]), ("||", ["or"]), ("x", []),
     ("شدی", ["and"])],
)  # fmt: skip
def test_b7_a_connective_is_found(typed: str, expected: list[str]) -> None:
    text = f"Name = 'x' {typed}"
    assert [item.label for item in complete(text, len(text), User).items] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("!=", ["<>"]), ("==", ["="]), ("=>", [">="]), ("≥", [">="]), ("LIK", ["like"]), ("gte", [">="]), ("بیش", [">"]),
     ("حداق", [">="])],
)  # fmt: skip
def test_b7_an_operator_is_found(typed: str, expected: list[str]) -> None:
    record, name = (User, "Name") if typed == "LIK" else (User, "User_Id")
    assert labels(f"{name} {typed}|", record) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [("PaymentType = 'نق|", ["Cash"]), ("PaymentType = 'زشس|", ["Cash"]), ("PaymentType = 'پوز|", []),
     ("PaymentType = 'csah|", ["Cash"])],
)  # fmt: skip
def test_b7_a_choice_is_found(marked: str, expected: list[str]) -> None:
    assert labels(marked, UserPayment) == expected


@pytest.mark.parametrize("marked", ["Name|", "Name like|", "Name = 'x' and|", "Name <|"])
def test_b7_an_exact_match_stays_listed(marked: str) -> None:
    typed = marked[:-1].split()[-1]
    assert typed in labels(marked)


# The rest


def test_what_an_item_says() -> None:
    assert at("Famil|")[1] == Completions(
        Span(0, 5),
        (
            Completion(
                "Family", "Family ", "field", "Family name", "family name, may be empty",
                finds=("Family name", "نام خانوادگی"), again=True,
            ),
        ),
        ("a field", "("),
    )  # fmt: skip
    (item,) = at("Famil|", language="fa")[1].items
    assert (item.detail, item.documentation) == ("نام خانوادگی", "")


def test_no_documentation_tells_the_source_of_a_fact() -> None:
    items = [item for record in RECORDS for item in at("|", record)[1].items]
    assert [item.label for item in items if "[" in item.documentation] == []
    assert len({item.documentation for item in items}) > 20


def test_the_list_ends_at_the_limit() -> None:
    found = at("|", limit=3)[1]
    assert ([item.label for item in found.items], found.more) == (["User_Id", "Username", "Name"], True)
    assert not at("|", limit=6)[1].more


@pytest.mark.parametrize(("offset", "expected"), [(-5, Span(0, 0)), (99, Span(9, 9))])
def test_an_offset_outside_of_the_text_is_its_start_or_its_end(offset: int, expected: Span) -> None:
    assert complete("Name = 5 ", offset, User).span == expected


def test_offsets_count_code_points() -> None:
    text = "Name = '😀' and Fam"
    assert complete(text, len(text), User).span == Span(15, 18)


@pytest.mark.parametrize("record", [Record, int, "user", None])
def test_what_is_no_record_is_refused(record: Any) -> None:
    with pytest.raises(FilterUsageError):
        complete("", 0, record)


@pytest.mark.parametrize("text", [None, b"Name", 5])
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(TypeError, match="a filter's text is a str"):
        complete(text, 0, User)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ParameterError, match="language"):
        complete("", 0, User, language="de")


@given(random_texts(), st.integers(-2, 45), st.sampled_from([*RECORDS, Policy(User, scope="all rows")]))
def test_no_text_makes_it_raise(text: str, offset: int, rules: Any) -> None:
    for language in ("en", "fa"):
        found = complete(text, offset, rules, language=language, today=TODAY)
        assert 0 <= found.span.start <= found.span.end <= len(text)


class Own(Record, service="own", key="Plan"):
    """A record of somebody else, which has no labels."""

    Plan = TextField[Any](doc="a plan")


def test_a_record_of_ones_own_is_completed_by_names() -> None:
    (field, _) = at("|", Own, language="fa")[1].items
    assert (field.label, field.detail, labels("Plan |", Own)[:2]) == ("Plan", "", ["=", "<>"])


# Values of the caller


def test_a_text_field_wants_values() -> None:
    assert at("Name = 'al|i'")[1].wants == Wanted(User.Name, "=", "al")
    assert at("Name like '%al|")[1].wants == Wanted(User.Name, "like", "al")
    assert at("PaymentType = |", UserPayment)[1].wants == Wanted(UserPayment.PaymentType, "=", "")
    assert at("Name = |")[1].wants != Wanted(User.Family, "=", "")


@pytest.mark.parametrize(
    ("marked", "rules"),
    [
        ("User_Id = |", User),
        ("ISEnable = |", Service),
        ("VoucherDate = |", UserPayment),
        ("Name |", User),
        ("Name < |", Policy(User, scope="all rows", operators=["="])),
        ("Name = |", Policy(User, scope="all rows", fields=[User.Family])),
    ],
)
def test_what_has_no_values_to_look_up_wants_none(marked: str, rules: Any) -> None:
    found = at(marked, rules)[1]
    assert found.wants is None
    assert found.with_values(["x"]) is found


def test_values_are_quoted_and_what_cannot_be_written_is_left_out() -> None:
    found = at("Name = 'o|")[1].with_values(["O'Reilly", "back\\slash", "a\nb", "علی", None, 5, "O'Reilly", "50%_"])
    assert [item.insert for item in found.items] == ["'o'", "'O''Reilly'", "'علی'", "'50%_'"]
    assert {item.kind for item in found.items} == {"value"}


def test_behind_like_a_value_is_the_pattern_of_what_starts_with_it() -> None:
    found = at("Name like 'o|", Policy(User, scope="all rows"))[1].with_values(["50%_", "\u200c", ""])
    assert [item.insert for item in found.items] == ["'o%'", r"'50\%\_%'"]


def test_known_choices_come_before_values_of_the_caller() -> None:
    found = at("PaymentType = 'Ch|", UserPayment)[1].with_values(["Chance", "cheque"])
    assert [item.insert for item in found.items] == ["'Cheque'", "'Chance'"]


def test_values_beyond_the_limit_are_not_even_fetched() -> None:
    fetched = iter(f"user{n}" for n in range(100))
    found = at("Name = 'us|")[1].with_values(fetched, limit=3)
    assert ([item.insert for item in found.items], found.more) == (["'us'", "'user0'", "'user1'"], True)
    assert next(fetched) == "user3"


def test_completions_are_values() -> None:
    found = at("Name = 'us|")[1]
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(at("Name = 'us|")[1])
    assert not hasattr(found, "__dict__")
