"""Texts with values of a program: `:name`, and t-strings by a stand-in. A value never becomes text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import (
    FilterError,
    FilterUsageError,
    Limits,
    RecordMismatchError,
    Service,
    Span,
    User,
    UserPayment,
    UserServiceBase,
    all_rows,
    check,
    parse,
)
from strategies import UNSAFE, AnyFilter, damaged, filters, safe_texts


@dataclass
class Value:
    """As `string.templatelib.Interpolation` of Python 3.14."""

    value: object
    expression: str = "value"
    conversion: str | None = None
    format_spec: str = ""


class Template:
    """As `string.templatelib.Template` of Python 3.14: texts and values by turns."""

    def __init__(self, *parts: str | Value) -> None:
        texts = [""]
        self.interpolations: tuple[Value, ...] = ()
        for part in parts:
            if isinstance(part, str):
                texts[-1] += part
            else:
                self.interpolations += (part,)
                texts.append("")
        self.strings = tuple(texts)


def codes_of(text: Any, record: Any = User, **values: object) -> list[tuple[str, Span]]:
    with pytest.raises(FilterError) as caught:
        parse(text, record, values=values)
    return [(problem.code, problem.span) for problem in caught.value.problems]


# Where a name may stand


@pytest.mark.parametrize(
    ("text", "values", "filter"),
    [
        ("Username = :name", {"name": "O'Reilly"}, User.Username == "O'Reilly"),
        ("username=:name", {"name": "' or '1'='1"}, User.Username == "' or '1'='1"),
        ("User_Id >= :low and User_Id < :high", {"low": 5, "high": 9}, (User.User_Id >= 5) & (User.User_Id < 9)),
        ("(User_Id=:a)or(User_Id=:A)", {"a": 1, "A": 2}, User.User_Id.in_([1, 2])),
        ("Username like :p and Name = 'x'", {"p": "a%_"}, User.Username.like("a%_") & (User.Name == "x")),
        ("User_Id = :n or User_Id <> :n", {"n": 1}, (User.User_Id == 1) | (User.User_Id != 1)),
        (":mine and Name = :name", {"mine": User.User_Id.in_([1, 2]), "name": "x"},
         User.User_Id.in_([1, 2]) & (User.Name == "x")),
        ("Name = 'x' or (:mine)", {"mine": User.User_Id < 5}, (User.Name == "x") | (User.User_Id < 5)),
        (":all", {"all": User.User_Id < 5}, User.User_Id < 5),
        ("User_Id = :_ and User_Id = :x1", {"_": 1, "x1": 2}, (User.User_Id == 1) & (User.User_Id == 2)),
    ],
)  # fmt: skip
def test_a_name_stands_for_a_value_or_a_condition(text: str, values: dict[str, object], filter: AnyFilter) -> None:
    assert parse(text, User, values=values) == filter
    assert str(parse(text, User, values=values)) == str(filter)
    assert [problem.severity for problem in check(text, User, values=values)] in ([], ["warning"])


def test_an_or_of_a_filter_stays_in_its_parentheses() -> None:
    mine = (User.User_Id == 1) | (User.User_Id == 2)
    assert str(parse(":mine and Name = 'x'", User, values={"mine": mine})) == (
        "(User_Id = 1 or User_Id = 2) and Name = 'x'"
    )


@given(st.text())
def test_any_text_is_the_value_that_it_is_in_code(text: str) -> None:
    def outcome(make: Any) -> object:
        try:
            return make()
        except FilterError as error:
            return type(error), error.code, error.problem.message

    assert outcome(lambda: parse("(Username = :t)", User, values={"t": text})) == outcome(lambda: User.Username == text)


@given(safe_texts(), safe_texts())
def test_texts_keep_to_their_places(one: str, other: str) -> None:
    filter = parse("Name = :one and (Family <> :other or Name = ':')", User, values={"one": one, "other": other})
    assert filter == (User.Name == one) & ((User.Family != other) | (User.Name == ":"))
    assert parse(str(filter), User, limits=None) == filter


@given(filters(), filters())
def test_a_filter_stands_for_its_text_in_parentheses(one: AnyFilter, other: AnyFilter) -> None:
    if one.constant is None and other.constant is None and one.record is other.record:
        given_text = parse(f"({one}) or :other", one.record, values={"other": other}, limits=None)
        assert given_text == one | other
        assert given_text == parse(f"({one}) or ({other})", one.record, limits=None)


@given(damaged())
def test_a_text_without_names_is_what_it_is_without_values(pair: tuple[str, Any]) -> None:
    text, record = pair
    if ":" not in text:
        assert check(text, record, values={}) == check(text, record)


# Values go the way of Python's


@pytest.mark.parametrize(
    ("record", "text", "value", "code"),
    [
        (User, "User_Id = :v", "5", "wrong-type"),
        (User, "User_Id = :v", True, "wrong-type"),
        (User, "User_Id = :v", None, "wrong-type"),
        (User, "User_Id = :v", [1, 2], "wrong-type"),
        (User, "User_Id = :v", -1, "out-of-range"),
        (User, "Username = :v", 5, "wrong-type"),
        (User, "Username = :v", User.Name, "wrong-type"),
        (User, "Username = :v", User.Name == "x", "wrong-type"),
        (User, "Username = :v", "a\\", "unsafe-character"),
        (User, "Username = :v", "\ud800", "unsafe-character"),
        (Service, "Price = :v", 0.1, "wrong-type"),
        (Service, "Price = :v", Decimal("NaN"), "not-a-number"),
        (UserServiceBase, "CDT = :v", date(2021, 1, 30), "wrong-type"),
        (UserPayment, "VoucherDate = :v", date(1399, 11, 11), "jalali-date"),
        (User, ":v", 5, "wrong-type"),
        (User, ":v", all_rows(User), "constant"),
    ],
    ids=repr,
)
def test_a_value_is_refused_at_its_name(record: Any, text: str, value: object, code: str) -> None:
    at = text.index(":")
    assert codes_of(f"{text} and {text}", record, v=value) == [
        (code, Span(at, at + 2)),
        (code, Span(at + len(text) + 5, at + len(text) + 7)),
    ]


@pytest.mark.parametrize("character", UNSAFE)
def test_no_character_leaves_the_value(character: str) -> None:
    assert codes_of("Name = :v", v=f"a{character}b") == [("unsafe-character", Span(7, 9))]


def test_the_error_points_at_the_name_and_shows_no_value() -> None:
    with pytest.raises(FilterError) as caught:
        parse("Username = 'x' and\nUser_Id = :low", User, values={"low": "secret"})
    error = caught.value
    assert (error.line, error.column, error.repair) == (2, 11, None)
    assert "secret" not in f"{error}{error!r}{error.problems}"


def test_a_filter_of_another_record_is_refused() -> None:
    with pytest.raises(RecordMismatchError):
        parse(":mine", User, values={"mine": Service.Service_Id == 5})


# Names


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("User_Id = :low", [("missing-value", Span(10, 14)), ("unused-value", Span(14, 14))]),
        ("User_Id = 5", [("unused-value", Span(11, 11))]),
        ("Name = 'x:n'", [("unused-value", Span(9, 9))]),
        ("Name = ':n'", [("quoted-placeholder", Span(7, 11))]),
        ("Name = ':n' and User_Id = :n", [("quoted-placeholder", Span(7, 11))]),
        ("Name like '%' and Name = ':n'", [("quoted-placeholder", Span(25, 29))]),
        (":n = 5", [("no-field", Span(0, 2))]),
        ("User_Id :n 5", [("missing-operator", Span(8, 8)), ("arithmetic", Span(11, 12))]),
        ("User_Id = : n", [("bare-word", Span(10, 13))]),
        ("User_Id = :1", [("bare-word", Span(10, 12))]),
        ("User_Id = x:n", [("bare-word", Span(10, 13))]),
        ("User_Id = 5:n", [("bare-word", Span(10, 13))]),
    ],
)  # fmt: skip
def test_a_name_is_given_and_used_outside_of_quotes(text: str, codes: list[tuple[str, Span]]) -> None:
    assert [found for found in codes_of(text, n=5) if found[0] not in {"leading-wildcard", "not-a-number"}] == codes


def test_the_repairs_of_names() -> None:
    with pytest.raises(FilterError) as caught:
        parse("Username = ':name' and User_Id = :lwo", User, values={"name": "x", "low": 5})
    quoted, missing, unused = caught.value.problems
    assert quoted.repair is not None and missing.repair is not None
    assert (quoted.repair.replacement, missing.repair.replacement) == (":name", ":low")
    assert missing.expected == (":name", ":low")
    assert unused.code == "unused-value"


def test_mistakes_around_names_are_repaired_as_those_around_literals() -> None:
    values = {"n": "x", "a": 1, "b": 2}
    text = "Username=:n && User_Id in (:a, :b) and :a < User_Id"
    assert str(parse(text, User, values=values, repair=True)) == (
        "Username = 'x' and (User_Id = 1 or User_Id = 2) and User_Id > 1"
    )
    found = check("Username =:n and User_Id == :a and (:b)", User, values=values)
    assert [(problem.code, problem.span) for problem in found] == [
        ("operator", Span(25, 27)),
        ("wrong-type", Span(36, 38)),
    ]


@pytest.mark.parametrize("text", ["Username = :name", ":mine", "Username = ':name'"])
def test_without_values_the_language_is_what_it_is(text: str) -> None:
    if "'" in text:
        assert parse(text, User) == (User.Username == ":name")
    else:
        with pytest.raises(FilterError):
            parse(text, User)


def test_no_value_is_a_name_short() -> None:
    assert codes_of("User_Id = :n") == [("missing-value", Span(10, 12))]
    assert parse("User_Id = 5", User, values={}) == (User.User_Id == 5)


@pytest.mark.parametrize("values", [["n"], "n", 5, [("n", 5)], {5: "x"}, {None: 5}], ids=repr)
def test_values_are_a_mapping(values: Any) -> None:
    with pytest.raises(FilterUsageError, match="values are a mapping"):
        parse("User_Id = :n", User, values=values)


def test_limits_are_those_of_the_text() -> None:
    few = Limits(text=20, depth=1, comparisons=1)
    assert parse("Name = :n", User, values={"n": "x" * 30}, limits=few) == (User.Name == "x" * 30)
    assert check("Name = :n or Name = :n", User, values={"n": "x"}, limits=few)[0].code == "text-too-long"
    assert check("((Name = :n))", User, values={"n": "x"}, limits=few)[0].code == "too-deep"


# t-strings


def test_a_template_is_its_text_with_its_values() -> None:
    mine, name = User.User_Id < 5, "O'Reilly"
    template = Template(Value(mine, "mine"), " and Username = ", Value(name, "name"))
    assert parse(template, User) == mine & (User.Username == name)
    assert check(template, User) == []


def test_values_of_a_template_need_no_names_of_their_own() -> None:
    low, high, one = Value(1, "row.low"), Value(9, "n"), Value(5, "n")
    template = Template("User_Id >= ", low, " and User_Id < ", high, " or User_Id = ", one)
    assert str(parse(template, User)) == "((User_Id >= 1 and User_Id < 9) or User_Id = 5)"


def test_a_template_without_values_is_a_text() -> None:
    assert parse(Template("User_Id = 5"), User) == (User.User_Id == 5)


@pytest.mark.parametrize("value", [Value(5, conversion="r"), Value(5, format_spec=">5")], ids=repr)
def test_a_conversion_or_a_format_is_refused(value: Value) -> None:
    with pytest.raises(FilterUsageError, match="taken as it is"):
        parse(Template("User_Id = ", value), User)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("Name = '", Value("x", "name"), "'"), "quoted-placeholder"),
        (("Name like '%", Value("x", "name"), "%'"), "unused-value"),
        (("Name = ", Value("x", "n"), " and Family = '-", Value("x", "n"), "'"), "unused-value"),
        (("User_Id = ", Value(5, "n"), "and Name = 'x'"), "missing-value"),
        (("User_Id = 5", Value(5, "n")), "bare-word"),
        (("User_Id ", Value("=", "operator"), " 5"), "missing-operator"),
        ((Value("User_Id", "field"), " = 5"), "no-field"),
        (("User_Id = :low", ), "missing-value"),
    ],
)  # fmt: skip
def test_a_value_stands_where_a_literal_may_and_nowhere_else(parts: tuple[Any, ...], code: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(Template(*parts), User)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_template_brings_its_values() -> None:
    with pytest.raises(FilterUsageError, match="a t-string has its values in it"):
        parse(Template("User_Id = ", Value(5, "n")), User, values={"n": 5})
