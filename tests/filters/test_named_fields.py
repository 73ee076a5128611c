"""Fields and operators that come as data: `User.field`, `policy.field`, `field.compare`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from deltasib_query import (
    FilterError,
    FilterUsageError,
    InvalidValueError,
    Policy,
    Service,
    Span,
    UnknownFieldError,
    UnsupportedOperatorError,
    User,
    UserPayment,
    UserServiceBase,
    parse,
)
from deltasib_query.service.objects import RECORDS

POLICY = Policy(User, scope=User.Family == "x", fields=[User.User_Id, User.Username], operators={User.Username: ["="]})


class Customer(User):
    pass


def error_of(call: Any, *arguments: Any) -> FilterError:
    with pytest.raises(FilterError) as caught:
        call(*arguments)
    return caught.value


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_is_found_by_its_name_in_any_case(record: Any) -> None:
    for name, field in record.fields_by_name.items():
        assert record.field(name) is record.field(name.upper()) is record.field(name.lower()) is field


def test_a_subclass_without_fields_has_those_of_its_base() -> None:
    assert Customer.field("name") is User.Name


@pytest.mark.parametrize("name", ["usernme", "Nam", "zzz", "", " Name", "Name ", "1=1 or x", "Name\x00", "\udc80"])
def test_another_name_is_refused_as_in_a_typed_filter(name: str) -> None:
    error = error_of(User.field, name)
    assert type(error) is UnknownFieldError
    assert error.expected == ("User_Id", "Username", "Name", "Family", "Address")
    assert error.span == Span(0, len(name))
    if name.isalnum():
        typed = error_of(parse, f"{name} = 'x'", User).problem
        problem = error.problem
        assert (problem.code, problem.message, problem.expected, problem.repair, problem.found) == (
            typed.code, typed.message, typed.expected, typed.repair, typed.found,
        )  # fmt: skip


def test_the_repair_is_the_name_that_was_meant() -> None:
    error = error_of(User.field, "usernme")
    assert error.repair is not None and error.repair.apply("usernme") == "Username"
    assert str(error).splitlines()[-1] == "repair: write  Username"


@pytest.mark.parametrize("name", ["model_config", "from_row", "key", "fields_by_name", "field", "__class__", "Price"])
def test_attributes_and_fields_of_other_records_are_no_fields(name: str) -> None:
    assert type(error_of(User.field, name)) is UnknownFieldError


def test_what_is_answered_but_cannot_be_filtered_by_says_so() -> None:
    name = next(iter(RECORDS[1].response_fields_by_name))
    assert error_of(RECORDS[1].field, name.lower()).code == "not-filterable"


@pytest.mark.parametrize("name", [None, 5, b"Name", User.Name, ["Name"]], ids=repr)
def test_what_is_no_text_is_no_name(name: Any) -> None:
    for find in (User.field, POLICY.field):
        with pytest.raises(FilterUsageError, match="a field's name is a str"):
            find(name)


def test_a_policy_finds_the_records_own_fields() -> None:
    assert POLICY.field("USERNAME") is User.Username


@pytest.mark.parametrize("hidden", ["Family", "Address", "family"])
def test_a_hidden_field_reads_as_one_that_does_not_exist(hidden: str) -> None:
    absent = "q" * len(hidden)
    found = [error_of(POLICY.field, name) for name in (hidden, absent)]
    words = [(type(error), str(error).replace(name, "?")) for error, name in zip(found, (hidden, absent), strict=True)]
    assert words[0] == words[1]
    assert found[0].expected == ("User_Id", "Username")


@pytest.mark.parametrize(
    ("filter", "same"),
    [
        (User.Username.compare("=", "a"), User.Username == "a"),
        (User.Username.compare("<>", "a"), User.Username != "a"),
        (User.User_Id.compare("<", 5), User.User_Id < 5),
        (User.User_Id.compare(">", 5), User.User_Id > 5),
        (User.User_Id.compare("<=", 5), User.User_Id <= 5),
        (User.User_Id.compare(">=", 5), User.User_Id >= 5),
        (User.Username.compare("like", "a%"), User.Username.like("a%")),
        (Service.ISEnable.compare("=", True), Service.ISEnable == True),
        (UserPayment.VoucherDate.compare(">=", date(2021, 1, 30)), UserPayment.VoucherDate >= date(2021, 1, 30)),
    ],
    ids=str,
)
def test_each_operator_is_what_python_has_for_it(filter: object, same: object) -> None:
    assert filter == same


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_field_compares_with_its_operators_and_no_other(record: Any) -> None:
    for field in record.fields_by_name.values():
        for operator in {"=", "<>", "<", ">", "<=", ">=", "like"} - {*field.operators}:
            error = error_of(field.compare, operator, "x")
            assert (type(error), error.code) == (UnsupportedOperatorError, "operator-not-allowed")
            assert error.expected == field.operators


@pytest.mark.parametrize("operator", ["!=", "==", "LIKE", "in", "", "= '' or 1 =", "=\x00", None, 5, []], ids=repr)
def test_no_other_spelling_is_an_operator(operator: Any) -> None:
    error = error_of(User.Username.compare, operator, "x")
    assert error.code == "operator-not-allowed"
    assert "\x00" not in error.problem.message


def test_an_operator_is_refused_in_the_words_of_a_typed_filter() -> None:
    typed = error_of(parse, "ISEnable like 'x'", Service)
    assert error_of(Service.ISEnable.compare, "like", "x").problem.message == typed.problem.message


def test_values_are_those_of_the_python_operators() -> None:
    assert type(error_of(User.Username.compare, "=", 5)) is InvalidValueError
    assert error_of(User.User_Id.compare, ">", "5").code == "wrong-type"
    assert error_of(UserServiceBase.CDT.compare, "=", date(2021, 1, 30)).code == "wrong-type"
    assert error_of(User.User_Id.compare, "=", None).code == "wrong-type"
