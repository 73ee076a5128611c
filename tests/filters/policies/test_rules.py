"""What a policy admits and refuses: fields, operators, wildcards, limits."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import (
    FilterError,
    FilterSyntaxError,
    FilterTooComplexError,
    FilterUsageError,
    InvalidValueError,
    Limits,
    OnlineRadiusUser,
    ParameterError,
    Policy,
    RecordMismatchError,
    Service,
    UnknownFieldError,
    UnsupportedOperatorError,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    check,
    parse,
)

NAMES = Policy(User, scope="all rows", fields=[User.Username, User.Name])
NO_LIKE = Policy(User, scope="all rows", operators={User.Username: ["=", "<>"]})
ANYTHING = Policy(User, scope="all rows", allow_leading_wildcard=True)


def codes(policy: Policy[Any], text: str) -> list[tuple[str, str, str]]:
    """Return each problem's code, severity and the marked part of the text."""
    return [(problem.code, problem.severity, text[slice(*problem.span)]) for problem in policy.check(text)]


# What is admitted


def test_a_visible_field_is_admitted() -> None:
    assert str(NAMES.admit("username = 'ali'  OR Name like 'a%'")) == "(Username = 'ali' or Name like 'a%')"


def test_a_policy_without_rules_admits_what_parse_does() -> None:
    text = "User_Id >= 5 and (Username like '%a' or Address <> 'x')"
    assert ANYTHING.admit(text) == parse(text, User)


def test_a_policy_without_rules_finds_the_problems_that_check_does() -> None:
    text = "Usernme == 'ali' and Name like '%a' and User_Id = 'x' or Family = \"y\""
    assert ANYTHING.check(text) == check(text, User)
    assert len(ANYTHING.check(text)) == 6


def test_what_is_doubtful_of_each_kind_of_field_is_so_under_a_policy() -> None:
    text = "CDT < '1399-01-01' and Off = 0.1 and PayPlan = 'x'"
    assert codes(Policy(UserServiceBase, scope="all rows"), text) == [
        ("jalali-date", "warning", "'1399-01-01'"),
        ("zero-dates", "warning", "'1399-01-01'"),
        ("float-equality", "warning", "0.1"),
        ("unknown-choice", "warning", "'x'"),
    ]


def test_all_fields_and_all_operators_can_be_said_in_words() -> None:
    assert Policy(User, scope="all rows", fields="all fields", operators="all operators") == Policy(
        User, scope="all rows"
    )


def test_fields_come_in_the_records_order() -> None:
    policy = Policy(User, scope="all rows", fields=(field for field in (User.Name, User.User_Id, User.Name)))
    assert list(policy.operators) == ["User_Id", "Name"]


def test_what_is_no_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="str, not int"):
        NAMES.admit(5)  # type: ignore[arg-type]


# Fields


def test_a_field_that_is_not_visible_is_unknown() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        NAMES.admit("Username = 'a' and Family = 'x'")
    assert str(caught.value) == (
        "user has no field `Family` (line 1, column 20)\n"
        "  Username = 'a' and Family = 'x'\n"
        "                     ^^^^^^\n"
        "possible here: Username, Name"
    )


def test_what_a_hidden_field_is_compared_with_is_not_looked_at() -> None:
    policy = Policy(UserPayment, scope="all rows", fields=[UserPayment.Price])
    text = "VoucherDate < '1399/11/11' and VoucherDate = 'x' and Terminal_Id like '%a' and Comment = 5"
    assert [code for code, _, _ in codes(policy, text)] == ["unknown-field"] * 4


def test_what_is_answered_only_is_unknown_too() -> None:
    assert codes(Policy(UserCreditInfo, scope="all rows"), "ETrR = 5") == [("unknown-field", "error", "ETrR")]


def test_a_slip_of_the_pen_is_repaired_to_a_visible_field_only() -> None:
    assert NAMES.check("Usernme = 'x'")[0].repair is not None
    assert NAMES.check("Famly = 'x'")[0].repair is None


# Operators


def test_an_operator_that_the_policy_lacks_is_refused_in_its_place() -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        NO_LIKE.admit("User_Id = 1 and Username like 'a%'")
    assert str(caught.value) == (
        "Username (text up to 32, restricted here) takes =, <>, not like (line 1, column 17)\n"
        "  User_Id = 1 and Username like 'a%'\n"
        "                  ^^^^^^^^^^^^^^^^^^\n"
        "possible here: =, <>"
    )


def test_a_field_that_the_mapping_leaves_out_keeps_its_operators() -> None:
    assert str(NO_LIKE.admit("Name like 'a%'")) == "Name like 'a%'"


def test_operators_for_all_fields_are_those_that_each_can_take() -> None:
    policy = Policy(
        Service, scope="all rows", fields=[Service.Price, Service.ServiceType], operators=["like", "<", "="]
    )
    assert policy.operators == {"Price": ("=", "<"), "ServiceType": ("=", "like")}


def test_operators_for_all_fields_of_the_record() -> None:
    policy = Policy(Service, scope="all rows", operators=["="])
    assert policy.operators == dict.fromkeys(Service.fields_by_name, ("=",))


def test_operators_that_no_field_has_are_told() -> None:
    with pytest.raises(ParameterError, match=r"the fields of the policy have no !=, in$"):
        Policy(User, scope="all rows", operators=["!=", "=", "in"])
    with pytest.raises(ParameterError, match=r"the fields of the policy have no User_Id like, Name !=$"):
        Policy(User, scope="all rows", operators={User.User_Id: ["like"], User.Name: ["=", "!="]})


def test_an_operator_that_the_field_never_takes_is_refused_with_those_that_are_left() -> None:
    policy = Policy(User, scope="all rows", operators={User.User_Id: ["="]})
    [problem] = policy.check("User_Id like '5'")
    assert (problem.code, problem.expected) == ("operator-not-allowed", ("=",))


def test_a_field_that_keeps_its_operators_is_not_called_restricted() -> None:
    [problem] = ANYTHING.check("User_Id like '5'")
    assert problem.message == "User_Id (whole number, 0 to 4294967295) takes =, <>, <, >, <=, >=, not like"


def test_operators_may_come_from_a_generator() -> None:
    policy = Policy(User, scope="all rows", fields=[User.Name, User.Family], operators=(sign for sign in "=<"))
    assert policy.operators == {"Name": ("=", "<"), "Family": ("=", "<")}


# A wildcard in front


@pytest.mark.parametrize(
    "pattern", ["%ali", "_li", "%", "%%", "_%", "\u200c%a", "\u200d\u200f_a", "\u064e%", "\u0640\u0651_", "\ufe70%"]
)
def test_a_wildcard_in_front_is_refused(pattern: str) -> None:
    text = f"Username like '{pattern}'"
    with pytest.raises(InvalidValueError) as caught:
        NAMES.admit(text)
    assert caught.value.code == "leading-wildcard"
    assert text[slice(*caught.value.span)] == f"'{pattern}'"
    assert codes(NAMES, text) == [("leading-wildcard", "error", f"'{pattern}'")]


@pytest.mark.parametrize("pattern", [r"\%ali%", r"\_li%", "ali%", "a%_", "", "\u200ca%", "\u200c", " %", "٪%"])
def test_a_wildcard_elsewhere_is_admitted(pattern: str) -> None:
    assert str(NAMES.admit(f"Username like '{pattern}'")) == f"Username like '{pattern}'"


def test_a_wildcard_in_front_is_a_warning_where_the_policy_allows_it() -> None:
    text = "Username like '%ali'"
    assert codes(ANYTHING, text) == [("leading-wildcard", "warning", "'%ali'")]
    assert str(ANYTHING.admit(text)) == text


def test_a_wildcard_in_front_of_other_operators_is_a_character() -> None:
    assert str(NAMES.admit("Username = '%ali'")) == "Username = '%ali'"


# Limits


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(text=20), "text-too-long"),
        (Limits(depth=1), "too-deep"),
        (Limits(comparisons=1), "too-many-comparisons"),
    ],
)
def test_what_exceeds_a_limit_is_refused(limits: Limits, code: str) -> None:
    policy = Policy(User, scope="all rows", limits=limits)
    text = "((User_Id = 1)) and User_Id = 2"
    assert [problem.code for problem in policy.check(text)] == [code]
    with pytest.raises(FilterTooComplexError) as caught:
        policy.admit(text)
    assert caught.value.code == code


def test_the_scope_does_not_count_towards_the_limits() -> None:
    scope = (User.User_Id == 1) | (User.User_Id == 2) & (User.Username == "x" * 30)
    policy = Policy(User, scope=scope, limits=Limits(text=11, depth=0, comparisons=1))
    assert policy.admit("User_Id = 5") == (User.User_Id == 5) & scope


def test_a_policy_has_the_usual_limits_of_its_own_accord() -> None:
    assert NAMES.limits == Limits()
    assert codes(NAMES, "(" * 33 + "Name = 'x'" + ")" * 33)[0][0] == "too-deep"


# All at once


def test_every_broken_rule_is_reported_in_the_order_of_the_text() -> None:
    policy = Policy(User, scope="all rows", fields=[User.Username, User.User_Id], operators=["=", "like"])
    text = "Username like '%a' and User_Id > 5 and Family = 'x' and Username = 5 and Username like 'b'"
    assert codes(policy, text) == [
        ("leading-wildcard", "error", "'%a'"),
        ("operator-not-allowed", "error", "User_Id > 5"),
        ("unknown-field", "error", "Family"),
        ("number-for-text", "error", "5"),
        ("no-wildcard", "warning", "'b'"),
    ]
    with pytest.raises(InvalidValueError) as caught:
        policy.admit(text)
    assert list(caught.value.problems) == policy.check(text)


def test_rules_are_held_against_the_repaired_text_too() -> None:
    policy = Policy(User, scope="all rows", fields=[User.Username], operators=["=", "like"])
    text = 'Username like "%a" and Name == 5 and Username != 5'
    assert codes(policy, text) == [
        ("quotes", "error", '"%a"'),
        ("leading-wildcard", "error", '"%a"'),
        ("unknown-field", "error", "Name"),
        ("operator", "error", "=="),
        ("operator-not-allowed", "error", "Username != 5"),
        ("operator", "error", "!="),
    ]


# Repair


def test_a_repair_is_made_where_it_is_asked_for() -> None:
    assert str(NAMES.admit("Usernme == 0912", repair=True)) == "Username = '0912'"
    with pytest.raises(FilterSyntaxError):
        NAMES.admit("Username == 0912")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('Username like "%a"', "leading-wildcard"),
        ("Username != 'a'", "operator-not-allowed"),
        ("Famly == 'x'", "unknown-field"),
    ],
)
def test_a_repair_does_not_lead_around_a_rule(text: str, code: str) -> None:
    policy = Policy(User, scope="all rows", fields=[User.Username], operators=["=", "like"])
    with pytest.raises(FilterError) as caught:
        policy.admit(text, repair=True)
    assert code in {problem.code for problem in caught.value.problems}


# Rules that are none


@pytest.mark.parametrize("fields", [[], "Username", ["Username"], None, 5, [UserCreditInfo.ETrR]])
def test_fields_are_several_fields(fields: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy(User, scope="all rows", fields=fields)
    assert caught.value.parameter == "fields"


def test_a_name_is_not_several_fields() -> None:
    with pytest.raises(ParameterError, match=r'fields such as User\.Username are needed, or "all fields", not'):
        Policy(User, scope="all rows", fields="Username")  # type: ignore[arg-type]


def test_a_single_field_is_not_several() -> None:
    with pytest.raises(FilterUsageError, match="not a list"):
        Policy(User, scope="all rows", fields=User.Username)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", [OnlineRadiusUser.User_Id, Service.Price])
def test_fields_are_the_records(field: Any) -> None:
    with pytest.raises(RecordMismatchError):
        Policy(User, scope="all rows", fields=[field])
    with pytest.raises(RecordMismatchError):
        Policy(User, scope="all rows", operators={field: ["="]})


@pytest.mark.parametrize(
    "operators",
    [
        "=",
        "like",
        None,
        [],
        5,
        ["=="],
        [5],
        ["like"],  # which User_Id does not take, so that nothing is left
        {User.Username: "like"},
        {User.Username: []},
        {User.Username: None},
        {User.Username: ["LIKE"]},
        {User.User_Id: ["=", "like"]},
        {User.Family: ["="]},  # which is not visible
        {"Username": ["="]},
    ],
    ids=repr,
)
def test_operators_are_those_of_the_visible_fields(operators: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy(User, scope="all rows", fields=[User.User_Id, User.Username], operators=operators)
    assert caught.value.parameter == "operators"


@pytest.mark.parametrize("limits", [None, 5, {"text": 5}])
def test_limits_are_limits(limits: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy(User, scope="all rows", limits=limits)
    assert caught.value.parameter == "limits"


@pytest.mark.parametrize("allowed", ["no", None, 0, 1])
def test_a_wildcard_is_allowed_by_a_bool_only(allowed: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy(User, scope="all rows", allow_leading_wildcard=allowed)
    assert caught.value.parameter == "allow_leading_wildcard"


@pytest.mark.parametrize("record", [int, None, "User", User.User_Id])
def test_a_policy_is_for_a_record(record: Any) -> None:
    with pytest.raises(FilterUsageError, match="such as User"):
        Policy(record, scope="all rows")


def test_its_fields_are_those_that_may_be_named() -> None:
    assert [field.name for field in NAMES.fields] == ["Username", "Name"]
    assert NAMES.fields[0] is User.Username
    assert [field.name for field in ANYTHING.fields] == list(User.fields_by_name)


def test_nothing_typed_has_no_problem() -> None:
    assert NAMES.check(None) == []
