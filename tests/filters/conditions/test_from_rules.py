"""Queries of react-querybuilder and jQuery QueryBuilder: every operator is mapped, or refused by name at its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import (
    Filter,
    FilterError,
    Limits,
    ParameterError,
    Policy,
    Service,
    User,
    UserPayment,
    UserServiceBase,
    from_rules,
    no_rows,
    parse,
)
from deltasib_query.display import shown
from strategies import AnyFilter, filters

JSON = Mapping[str, Any]


def react(field: str, operator: str, value: object, **more: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


def jquery(field: str, operator: str, value: object, **more: object) -> dict[str, Any]:
    """As `getRules` of jQuery QueryBuilder gives a rule."""
    kinds = {"type": "string", "input": "text"}
    return {"id": field, "field": field, **kinds, "operator": operator, "value": value, **more}


def all_(*rules: object, **more: object) -> dict[str, Any]:
    return {"combinator": "and", "rules": [*rules], **more}


def text_of(rules: Any, record: Any = User) -> str:
    return str(from_rules(rules, record))


def problems_of(rules: Any, within: Any = User) -> list[tuple[str, str]]:
    with pytest.raises(FilterError) as caught:
        from_rules(rules, within)
    assert caught.value.problem in caught.value.problems
    return [(problem.code, problem.path) for problem in caught.value.problems if problem.severity == "error"]


# Operators

MAPPED = [
    ("=", "equal", "Username", "a", "Username = 'a'"),
    ("!=", "not_equal", "Username", "a", "Username <> 'a'"),
    ("<", "less", "User_Id", 5, "User_Id < 5"),
    ("<=", "less_or_equal", "User_Id", 5, "User_Id <= 5"),
    (">", "greater", "User_Id", 5, "User_Id > 5"),
    (">=", "greater_or_equal", "User_Id", "5", "User_Id >= 5"),
    ("contains", "contains", "Username", "50%_", r"Username like '%50\%\_%'"),
    ("beginsWith", "begins_with", "Username", "a", "Username like 'a%'"),
    ("endsWith", "ends_with", "Username", "a", "Username like '%a'"),
    ("like", "like", "Username", "a%b_", "Username like 'a%b_'"),
    ("in", "in", "User_Id", [1, "2"], "(User_Id = 1 or User_Id = 2)"),
    ("in", "in", "User_Id", [1], "User_Id = 1"),
    ("notIn", "not_in", "User_Id", [1, 2], "User_Id <> 1 and User_Id <> 2"),
    ("between", "between", "User_Id", ["1", "5"], "User_Id >= 1 and User_Id <= 5"),
    ("notBetween", "not_between", "User_Id", [1, 5], "(User_Id < 1 or User_Id > 5)"),
]
OPPOSITES = ["doesNotContain", "doesNotBeginWith", "doesNotEndWith"]
OPPOSITES_JQUERY = ["not_contains", "not_begins_with", "not_ends_with"]
NULLS, NULLS_JQUERY = ["null", "notNull"], ["is_null", "is_not_null"]

OF_REACT = (
    "= != < > <= >= contains beginsWith endsWith doesNotContain doesNotBeginWith doesNotEndWith null notNull in notIn"
)
OF_REACT += " between notBetween"
"""`defaultOperators` of react-querybuilder 8.24.1."""
OF_JQUERY = "equal not_equal in not_in less less_or_equal greater greater_or_equal between not_between begins_with"
OF_JQUERY += " not_begins_with contains not_contains ends_with not_ends_with is_empty is_not_empty is_null is_not_null"
"""`QueryBuilder.OPERATORS` of jQuery QueryBuilder 3.0.0."""


def test_every_operator_of_the_libraries_is_tested_here() -> None:
    mapped = {one for one, *_ in MAPPED}, {other for _, other, *_ in MAPPED}
    assert {*OF_REACT.split()} == mapped[0] - {"like"} | {*OPPOSITES} | {*NULLS}
    assert {*OF_JQUERY.split()} == mapped[1] - {"like"} | {*OPPOSITES_JQUERY, *NULLS_JQUERY, "is_empty", "is_not_empty"}


@pytest.mark.parametrize(("one", "other", "field", "value", "text"), MAPPED, ids=str)
def test_an_operator_is_the_languages(one: str, other: str, field: str, value: object, text: str) -> None:
    assert text_of(all_(react(field, one, value))) == text
    assert text_of({"condition": "AND", "rules": [jquery(field, other, value)], "valid": True}) == text


@pytest.mark.parametrize("operator", OPPOSITES)
def test_what_like_has_no_opposite_for_is_refused(operator: str) -> None:
    assert problems_of(all_(react("Username", operator, "x"))) == [("no-opposite", "/rules/0/operator")]


@pytest.mark.parametrize("operator", OPPOSITES_JQUERY)
def test_what_like_has_no_opposite_for_is_refused_of_jquery(operator: str) -> None:
    rules = {"condition": "OR", "rules": [jquery("Username", operator, "x")]}
    assert problems_of(rules) == [("no-opposite", "/rules/0/operator")]


@pytest.mark.parametrize("operator", NULLS)
def test_null_is_refused(operator: str) -> None:
    assert problems_of(all_(react("Username", operator, None))) == [("null", "/rules/0/operator")]


@pytest.mark.parametrize("operator", NULLS_JQUERY)
def test_null_is_refused_of_jquery(operator: str) -> None:
    assert problems_of({"condition": "AND", "rules": [jquery("Name", operator, None)]}) == [
        ("null", "/rules/0/operator")
    ]


def test_is_empty_is_of_texts() -> None:
    rules = [jquery("Name", "is_empty", None), jquery("Family", "is_not_empty", None)]
    assert text_of({"condition": "AND", "rules": rules}) == "Name = '' and Family <> ''"
    assert problems_of({"condition": "AND", "rules": [jquery("User_Id", "is_empty", None)]}) == [
        ("not-a-number", "/rules/0/value")
    ]
    assert problems_of({"condition": "AND", "rules": [jquery("Name", "is_empty", "x")]}) == [
        ("wrong-type", "/rules/0/value")
    ]


@pytest.mark.parametrize("operator", ["==", "equal", "LIKE", "<>", "", "constructor", "begins_with", "Contains"])
def test_an_operator_of_another_library_is_an_error(operator: str) -> None:
    codes = [code for code, path in problems_of(all_(react("Username", operator, "x"))) if path == "/rules/0/operator"]
    assert codes == ["operator"]


def test_a_misspelt_operator_has_its_repair() -> None:
    with pytest.raises(FilterError) as caught:
        from_rules(all_(react("Username", "begnsWith", "x")), User)
    assert caught.value.repair is not None and caught.value.repair.replacement == "beginsWith"
    assert set(caught.value.expected) >= {*OF_REACT.split()}


def test_an_operator_that_the_field_does_not_take() -> None:
    assert problems_of(all_(react("User_Id", "contains", "5"), react("Username", "<", "b"))) == [
        ("operator-not-allowed", "/rules/0/operator")
    ]
    assert problems_of(all_(react("ISEnable", "between", "Yes,No")), Service) == [
        ("operator-not-allowed", "/rules/0/operator"),
    ]


# Groups


def test_groups_nest() -> None:
    inner = {"combinator": "OR", "rules": [react("Name", "=", "a"), react("Family", "=", "b")]}
    assert text_of(all_(react("User_Id", ">", 5), inner)) == "User_Id > 5 and (Name = 'a' or Family = 'b')"
    assert text_of(all_(all_(react("User_Id", ">", 5)), inner)) == "User_Id > 5 and (Name = 'a' or Family = 'b')"


def test_not_turns_every_operator_round() -> None:
    inner = {"combinator": "or", "rules": [react("Name", "=", "a"), react("User_Id", "between", [1, 5])]}
    given = all_(react("User_Id", "in", [7, 8]), inner, **{"not": True})
    assert text_of(given) == "((User_Id <> 7 and User_Id <> 8) or (Name <> 'a' and (User_Id < 1 or User_Id > 5)))"
    assert from_rules(given, User) == ~from_rules({**given, "not": False}, User)


def test_not_within_not_is_what_was_there() -> None:
    inner = {"combinator": "and", "not": True, "rules": [react("Name", "contains", "a")]}
    assert text_of(all_(inner, **{"not": True})) == "Name like '%a%'"


def test_a_like_below_not_is_refused_at_the_not() -> None:
    inner = all_(react("User_Id", "=", 1), react("Name", "contains", "a"), **{"not": True})
    assert problems_of(all_(inner)) == [("no-opposite", "/rules/0/not")]


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (["1"], "User_Id = 1"),
        (["1", "or", "2", "and", "3"], "(User_Id = 1 or (User_Id = 2 and User_Id = 3))"),
        (["1", "AND", "2", "Or", "3"], "((User_Id = 1 and User_Id = 2) or User_Id = 3)"),
        (["-1", "or", "2"], "User_Id = 2"),
        (["1", "or", "-2", "and", "3"], "User_Id = 1 and User_Id = 3"),
        (["1", "and", "-2", "or", "3"], "(User_Id = 1 or User_Id = 3)"),
    ],
)
def test_keywords_between_rules(rules: list[str], text: str) -> None:
    """`-2` is muted: it is left out with the keyword before it, as in react-querybuilder's own SQL."""
    given = [
        react("User_Id", "=", one.lstrip("-"), muted=one.startswith("-")) if one.lstrip("-").isdigit() else one
        for one in rules
    ]
    assert text_of({"rules": given}) == text


@pytest.mark.parametrize(
    ("rules", "code", "path"),
    [
        ([react("User_Id", "=", 1), react("User_Id", "=", 2)], "combinator", "/rules"),
        ([react("User_Id", "=", 1), "and"], "combinator", "/rules"),
        (["and", react("User_Id", "=", 1), "and"], "wrong-type", "/rules/0"),
        ([react("User_Id", "=", 1), "xor", react("User_Id", "=", 2)], "combinator", "/rules/1"),
        ([react("User_Id", "=", 1), None, react("User_Id", "=", 2)], "combinator", "/rules/1"),
    ],
)
def test_keywords_have_to_alternate(rules: list[Any], code: str, path: str) -> None:
    assert (code, path) in problems_of({"rules": rules})


@pytest.mark.parametrize("combinator", ["xor", "nand", "", " and", None, 5, ["and"], True])
def test_another_combinator_is_refused(combinator: object) -> None:
    rules = [react("User_Id", "=", 1)]
    assert problems_of({"combinator": combinator, "rules": rules}) == [("combinator", "/combinator")]
    assert problems_of({"condition": combinator, "rules": [jquery("User_Id", "equal", 1)]}) == [
        ("combinator", "/condition")
    ]


def test_what_is_muted_is_left_out_with_all_below() -> None:
    muted = {"combinator": "or", "muted": True, "rules": [react("Nothing", "?", {}), {"rules": []}]}
    given = all_(react("User_Id", "=", 1), muted, all_(react("User_Id", "=", 2, muted=True)))
    assert text_of(given) == "User_Id = 1"


def test_what_is_disabled_counts() -> None:
    assert text_of(all_(react("User_Id", "=", 1, disabled=True), disabled=True)) == "User_Id = 1"


# Queries as the libraries write them


def test_a_query_of_react_querybuilder() -> None:
    """Made with `add` of @react-querybuilder/core 8.24.1; then the same with `convertToIC`."""
    rules: list[dict[str, Any]] = [
        {"field": "Username", "operator": "beginsWith", "value": "ali", "valueSource": "value", "id": "33ab6761"},
        {"combinator": "or", "rules": [
            {"field": "Name", "operator": "=", "value": "علی", "id": "2f21f0ed"},
            {"field": "Family", "operator": "contains", "value": "50%", "id": "455d6632"},
        ], "id": "d920362d"},
    ]  # fmt: skip
    query = {"id": "root", "combinator": "and", "rules": rules}
    first, group = rules
    one, other = group["rules"]
    independent = {"id": "root", "rules": [first, "and", {"rules": [one, "or", other], "id": "d920362d"}]}
    text = r"Username like 'ali%' and (Name = 'علی' or Family like '%50\%%')"
    assert text_of(query) == text_of(independent) == text_of(json.dumps(query)) == text


def test_a_query_of_its_parser_of_sql() -> None:
    """`parseSQL("User_Id between 5 and 9 or User_Id in (1,2) …")`, which joins values with a comma."""
    rules = [react("User_Id", "between", "5, 9"), react("User_Id", "in", "1, 2")]
    assert text_of({"combinator": "or", "rules": rules}) == (
        "((User_Id >= 5 and User_Id <= 9) or User_Id = 1 or User_Id = 2)"
    )


def test_a_query_of_jquery_querybuilder() -> None:
    """As its `getRules` writes one, with the plugin for `not` and with flags."""
    query = {
        "condition": "AND",
        "not": False,
        "rules": [
            {"id": "price", "field": "Price", "type": "double", "input": "number", "operator": "less", "value": 10.25,
             "data": {"unit": "Rial"}, "flags": {"no_delete": True}},
            {"condition": "OR", "not": True, "flags": {"condition_readonly": True}, "rules": [
                {"id": "ISEnable", "field": "ISEnable", "type": "string", "input": "radio", "operator": "equal",
                 "value": "Yes"},
                {"id": "ServiceName", "field": "ServiceName", "type": "string", "input": "text", "operator": "in",
                 "value": ["a,b", "c"]},
            ]},
        ],
        "valid": True,
    }  # fmt: skip
    text = "Price < 10.25 and ISEnable <> 'Yes' and ServiceName <> 'a,b' and ServiceName <> 'c'"
    assert text_of(query, Service) == text_of(json.dumps(query), Service) == text


# What is refused


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        (react("~", "=", "x"), "incomplete-rule", "/field"),
        (react("Username", "~", "x"), "incomplete-rule", "/operator"),
        ({"operator": "=", "value": "x"}, "incomplete-rule", "/field"),
        ({"field": "Username", "value": "x"}, "incomplete-rule", "/operator"),
        ({"field": "Username", "operator": "="}, "incomplete-rule", "/value"),
        (react("Username", "=", "Name", valueSource="field"), "field-as-value", "/valueSource"),
        (react("Username", "=", "p", valueSource="parameter"), "field-as-value", "/valueSource"),
        (react("Username", "=", {}, valueSource="expression"), "field-as-value", "/valueSource"),
        (react("Username", "=", {}, match={"mode": "all"}), "subquery", "/match"),
        (react("Username", "=", "x", lhs={"kind": "field"}), "expression", "/lhs"),
        (react("Username", "=", "x", oprator="="), "unknown-key", "/oprator"),
        (react("Username", "=", "x", muted="yes"), "wrong-type", "/muted"),
        (react("Usernme", "=", "x"), "unknown-field", "/field"),
        (react("Username", "=", None), "wrong-type", "/value"),
        (react("Username", "=", {"$ne": None}), "wrong-type", "/value"),
        (react("Username", "=", ["a"]), "wrong-type", "/value"),
        (react("Username", "=", True), "wrong-type", "/value"),
        (react("Username", "in", [["a"]]), "wrong-type", "/value/0"),
        (react("Username", "in", ["a", None]), "wrong-type", "/value/1"),
        (react("Username", "in", {"a": 1}), "wrong-type", "/value"),
        (react("Username", "in", []), "empty-value", "/value"),
        (react("Username", "in", ""), "empty-value", "/value"),
        (react("Username", "in", "a,,b"), "empty-value", "/value"),
        (react("Username", "in", "a\0b"), "unsafe-character", "/value"),
        (react("Username", "contains", ""), "empty-value", "/value"),
        (react("Username", "contains", 5), "wrong-type", "/value"),
        (react("Username", "contains", "a\\b"), "unsafe-character", "/value"),
        (react("Username", "=", "a\x00"), "unsafe-character", "/value"),
        (react("Username", "=", "\ud800"), "unsafe-character", "/value"),
        (react("Username", "=", 9121234567), "number-for-text", "/value"),
        (react("User_Id", "between", [1]), "empty-value", "/value"),
        (react("User_Id", "between", [1, 2, 3]), "empty-value", "/value"),
        (react("User_Id", "between", "5"), "empty-value", "/value"),
        (react("User_Id", "between", "5,"), "empty-value", "/value"),
        (react("User_Id", "between", ["", "5"]), "empty-value", "/value"),
        (react("User_Id", "between", [9, 1]), "empty-range", "/value"),
        (react("User_Id", "notBetween", "9,1"), "empty-range", "/value"),
        (react("User_Id", "=", ""), "not-a-number", "/value"),
        (react("User_Id", "=", "12abc"), "not-a-number", "/value"),
        (react("User_Id", "=", 5.5), "not-a-number", "/value"),
        (react("User_Id", "=", True), "wrong-type", "/value"),
        (react("User_Id", "=", -1), "out-of-range", "/value"),
        (react("User_Id", "=", 10**5000), "number-too-long", "/value"),
        (react("User_Id", "=", float("nan")), "not-a-number", "/value"),
        (react("User_Id", "=", float("inf")), "not-a-number", "/value"),
        ({"combinator": "and", "rules": []}, "empty-group", "/rules"),
        ({"combinator": "and", "rules": {}}, "wrong-type", "/rules"),
        ({"combinator": "and", "rules": "x"}, "wrong-type", "/rules"),
        ({"combinator": "and", "rules": None}, "wrong-type", "/rules"),
        ({"combinator": "and", "rules": [react("User_Id", "=", 1)], "not": "true"}, "wrong-type", "/not"),
        ({"combinator": "and", "rules": [react("User_Id", "=", 1)], "condition": "OR"}, "unknown-key", "/condition"),
        ({"combinator": "and", "rules": [react("User_Id", "=", 1)], "field": "x"}, "unknown-key", "/field"),
        (None, "wrong-type", ""),
        ("and", "wrong-type", ""),
        ([react("User_Id", "=", 1)], "wrong-type", ""),
    ],
    ids=shown,
)  # fmt: skip
def test_what_is_no_condition_is_an_error_at_its_place(rule: Any, code: str, path: str) -> None:
    assert problems_of(all_(react("User_Id", ">", 5), rule)) == [(code, f"/rules/1{path}")]
    assert problems_of({"combinator": "or", "rules": [rule]}) == [(code, f"/rules/0{path}")]


@pytest.mark.parametrize(
    ("rules", "code", "path"),
    [
        ([], "wrong-type", ""),
        ("x", "not-json", ""),
        ("", "not-json", ""),
        ("[]", "wrong-type", ""),
        (5, "wrong-type", ""),
        (react("User_Id", "=", 1), "wrong-type", ""),
        ({"combinator": "and"}, "wrong-type", ""),
        ({"combinator": "and", "condition": "AND", "rules": [react("User_Id", "=", 1)]}, "unknown-key", "/condition"),
        ({"condition": "AND", "rules": [jquery("User_Id", "equal", 1)], "valid": False}, "incomplete-rule", "/valid"),
        ({"condition": "AND", "rules": [{**jquery("User_Id", "equal", 1), "id": None, "field": None}]},
         "incomplete-rule", "/rules/0/field"),
        ({"condition": "AND", "rules": [jquery("User_Id", "in", "1,2")]}, "wrong-type", "/rules/0/value"),
        ({"condition": "AND", "rules": [jquery("User_Id", "equal", 1, muted=True)]}, "unknown-key", "/rules/0/muted"),
    ],
    ids=lambda part: repr(part)[:60],
)  # fmt: skip
def test_what_is_no_query_is_an_error(rules: Any, code: str, path: str) -> None:
    assert problems_of(rules)[0] == (code, path)


def test_all_problems_come_at_once_in_the_order_of_the_document() -> None:
    given = all_(
        react("Usernme", "=", "x"),
        react("User_Id", "=", "abc"),
        {"combinator": "or", "rules": [react("Name", "doesNotContain", "x"), react("User_Id", "in", ["1", "x"])]},
        react("Family", "=", "x", oprator=1),
    )
    assert problems_of(given) == [
        ("unknown-field", "/rules/0/field"),
        ("not-a-number", "/rules/1/value"),
        ("no-opposite", "/rules/2/rules/0/operator"),
        ("not-a-number", "/rules/2/rules/1/value/1"),
        ("unknown-key", "/rules/3/oprator"),
    ]


def test_an_unknown_field_has_the_words_of_a_typed_filter() -> None:
    with pytest.raises(FilterError) as typed:
        parse("usernme = 'x'", User)
    with pytest.raises(FilterError) as caught:
        from_rules(all_(react("usernme", "=", "x")), User)
    one, other = typed.value.problem, caught.value.problem
    assert (one.message, one.expected, one.repair) == (other.message, other.expected, other.repair)
    assert str(caught.value).startswith("user has no field `usernme` (at /rules/0/field)")


@pytest.mark.parametrize(
    ("record", "rule", "repaired"),
    [
        (User, react("User_Id", "=", " 5"), "5"),
        (User, react("Username", "=", 5), "5"),
        (Service, react("ISEnable", "=", "1"), "Yes"),
        (UserPayment, react("VoucherDate", "=", "2021 / 1 / 30"), "2021-01-30"),
        (UserPayment, react("VoucherDate", "=", 20210130), "2021-01-30"),
    ],
)
def test_a_repair_is_of_the_value_that_stands_there(record: Any, rule: dict[str, Any], repaired: str) -> None:
    with pytest.raises(FilterError) as caught:
        from_rules(all_(rule), record)
    repair = caught.value.repair
    assert repair is not None
    assert repair.apply(str(rule["value"])) == repaired
    from_rules(all_({**rule, "value": repaired}), record)


# Values


@pytest.mark.parametrize(
    ("record", "rule", "text"),
    [
        (Service, react("Price", "=", "150000.50"), "Price = 150000.50"),
        (Service, react("Price", "=", 0.1), "Price = 0.1"),
        (Service, react("Price", "=", Decimal("0.10")), "Price = 0.10"),
        (Service, react("ISEnable", "=", True), "ISEnable = 'Yes'"),
        (Service, react("ISEnable", "=", "yes"), "ISEnable = 'Yes'"),
        (Service, react("ServiceType", "=", "base"), "ServiceType = 'Base'"),
        (User, react("User_Id", "=", 5.0), "User_Id = 5"),
        (User, react("User_Id", "in", 5), "User_Id = 5"),
        (User, react("Username", "in", r"a\,b, c"), "(Username = 'a,b' or Username = 'c')"),
        (User, react("Username", "in", ["a,b", " c"]), "(Username = 'a,b' or Username = ' c')"),
        (User, react("Username", "=", ""), "Username = ''"),
        (User, react("Username", "=", "~"), "Username = '~'"),
        (User, react("username", "=", "x' or '1'='1"), "Username = 'x'' or ''1''=''1'"),
        (UserPayment, react("VoucherDate", "=", date(2021, 1, 30)), "VoucherDate = '2021-01-30'"),
        (UserServiceBase, react("CDT", ">=", "2021-01-30"), "CDT >= '2021-01-30'"),
        (UserServiceBase, react("CDT", ">=", "2021-01-30T08:15"), "CDT >= '2021-01-30 08:15:00'"),
    ],
    ids=str,
)
def test_a_value_is_read_as_a_literal(record: Any, rule: dict[str, Any], text: str) -> None:
    assert text_of(all_(rule), record) == text


def test_numbers_of_a_text_are_exact() -> None:
    digits = "1234567890123456789012345.10"
    text = f'{{"combinator": "and", "rules": [{{"field": "Price", "operator": "=", "value": {digits}}}]}}'
    assert text_of(text, Service) == f"Price = {digits}"


# Policies

POLICY = Policy(
    User,
    scope=User.Family == "رضایی",
    fields=[User.User_Id, User.Username, User.Name],
    operators={User.Username: ["=", "like"]},
)


def test_a_policy_admits_rules_as_it_admits_their_text() -> None:
    rules = {"combinator": "or", "rules": [react("User_Id", "=", 5), react("Username", "beginsWith", "a")]}
    assert POLICY.admit(rules) == POLICY.admit("User_Id = 5 or Username like 'a%'")
    assert from_rules(json.dumps(rules), POLICY) == POLICY.admit(rules)


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        (react("Family", "=", "رضایی"), "unknown-field", "/rules/0/field"),
        (react("Username", "<", "x"), "operator-not-allowed", "/rules/0/operator"),
        (react("Username", "!=", "x"), "operator-not-allowed", "/rules/0/operator"),
        (react("Username", "contains", "x"), "leading-wildcard", "/rules/0/value"),
        (react("Username", "like", "%x"), "leading-wildcard", "/rules/0/value"),
    ],
)
def test_a_policy_refuses_what_it_refuses_of_a_text(rule: Any, code: str, path: str) -> None:
    assert problems_of(all_(rule), POLICY) == [(code, path)]


def test_not_does_not_lead_to_an_operator_that_the_policy_refuses() -> None:
    assert problems_of(all_(react("Username", "=", "x"), **{"not": True}), POLICY) == [
        ("operator-not-allowed", "/rules/0/operator")
    ]


def test_a_range_under_a_policy_is_one_of_the_whole_field() -> None:
    assert problems_of(all_(react("User_Id", "between", [9, 1])), POLICY) == [("empty-range", "/rules/0/value")]
    assert POLICY.admit(all_(react("User_Id", "between", [1, 9]))) == POLICY.admit("User_Id >= 1 and User_Id <= 9")


def test_check_has_the_warnings() -> None:
    rules = all_(react("Username", "=", "علي"), react("Username", "beginsWith", "x" * 40), react("User_Id", "=", 1))
    assert [(p.code, p.severity, p.path) for p in POLICY.check(rules)] == [
        ("arabic-letter", "warning", "/rules/0/value")
    ]
    [warning] = POLICY.check(rules)
    assert warning.repair is not None and warning.repair.apply("علي") == "علی"
    assert [problem.code for problem in POLICY.check(all_(react("Nme", "=", "x")))] == ["unknown-field"]


def test_a_lower_bound_keeps_zero_dates_out_and_takes_the_warning_away() -> None:
    policy = Policy(UserPayment, scope="all rows")
    low, high = react("VoucherDate", ">=", "2021-01-30"), react("VoucherDate", "<=", "2021-02-28")
    assert [problem.code for problem in policy.check(all_(high))] == ["zero-dates"]
    assert policy.check(all_(high, low)) == []
    assert policy.check(all_(react("VoucherDate", "between", "2021-01-30,2021-02-28"))) == []


# There and back


@given(filters(), st.sampled_from(["react-querybuilder", "jQuery-QueryBuilder"]))
def test_rules_of_a_filter_are_read_back_as_the_filter(filter: AnyFilter, format: Any) -> None:
    if filter.constant is not None:
        return
    unlimited = Policy(filter.record, scope="all rows", allow_leading_wildcard=True, limits=Limits(None, None, None))
    rules = filter.to_rules(format)
    assert from_rules(json.dumps(rules), unlimited) == filter
    assert from_rules(rules, unlimited) == filter


def test_rules_of_a_pattern_are_as_plain_as_they_can_be() -> None:
    def rule(filter: Filter[User]) -> tuple[str, str]:
        [one] = filter.to_rules()["rules"]
        return one["operator"], one["value"]

    assert rule(User.Name.contains("50%_")) == ("contains", "50%_")
    assert rule(User.Name.startswith("a")) == ("beginsWith", "a")
    assert rule(User.Name.endswith("a")) == ("endsWith", "a")
    for pattern in ("%", "%%", "", "a", "a%b", "a_%", "%a_", r"\%"):
        assert rule(User.Name.like(pattern)) == ("like", pattern)


def test_a_number_that_javascript_has_no_room_for_is_a_text() -> None:
    values = [one["value"] for one in Service.Price.in_([1, 2**53, Decimal("0.10")]).to_rules()["rules"]]
    assert values == [1, "9007199254740992", "0.10"]


def test_rules_of_jquery_have_the_id_of_its_filter() -> None:
    assert (User.User_Id == 5).to_rules("jQuery-QueryBuilder") == {
        "condition": "AND",
        "rules": [{"id": "User_Id", "field": "User_Id", "operator": "equal", "value": 5}],
    }


def test_another_format_is_refused() -> None:
    with pytest.raises(ParameterError, match="react-querybuilder or jQuery-QueryBuilder is needed"):
        (User.User_Id == 5).to_rules("json-logic")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_constant_has_no_rules() -> None:
    with pytest.raises(FilterError, match="the language has no constants"):
        no_rows(User).to_rules()


def test_rules_of_a_deep_filter_are_made_without_recursion() -> None:
    filter = User.User_Id == 0
    for one in range(1, 3000):
        filter = (filter | (User.User_Id == one)) & (User.User_Id < one)
    depth, rules = 0, filter.to_rules()
    while "rules" in (rules := rules["rules"][0]):
        depth += 1
    assert depth > 5000
