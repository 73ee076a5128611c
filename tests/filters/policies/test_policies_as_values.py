"""Policies as values: immutable, compared, pickled, written as JSON and read back."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import FilterError, Limits, ParameterError, Policy, RecordMismatchError, Service, User
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, filters

POLICY = Policy(
    User,
    scope=(User.Family == "O'Reilly علی") | (User.User_Id == 5),
    fields=[User.Username, User.User_Id],
    operators={User.Username: ["like", "="]},
    limits=Limits(99, None, 7),
)
WRITTEN = {
    "record": "user",
    "scope": "(Family = 'O''Reilly علی' or User_Id = 5)",
    "fields": {"User_Id": ["=", "<>", "<", ">", "<=", ">="], "Username": ["=", "like"]},
    "limits": {"text": 99, "depth": None, "comparisons": 7},
    "allow_leading_wildcard": False,
}


def same(**changes: Any) -> Policy[User]:
    rules: dict[str, Any] = {
        "scope": (User.Family == "O'Reilly علی") | (User.User_Id == 5),
        "fields": [User.User_Id, User.Username],
        "operators": {User.Username: ("=", "like")},
        "limits": Limits(99, None, 7),
    }
    return Policy(User, **rules | changes)


def test_policies_of_the_same_rules_are_equal() -> None:
    assert POLICY == same()
    assert hash(POLICY) == hash(same())


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "all rows"},
        {"scope": User.User_Id == 5},
        {"fields": [User.User_Id, User.Username, User.Name]},
        {"operators": {User.Username: ["="]}},
        {"limits": Limits()},
        {"allow_leading_wildcard": True},
    ],
    ids=str,
)
def test_policies_of_other_rules_differ(change: dict[str, Any]) -> None:
    assert same(**change) != POLICY


def test_policies_of_two_records_differ() -> None:
    assert Policy[Any](User, scope="all rows") != Policy(Service, scope="all rows")


@pytest.mark.parametrize("name", ["scope", "limits", "record", "allow_leading_wildcard", "operators", "other"])
def test_a_policy_is_immutable(name: str) -> None:
    with pytest.raises((AttributeError, TypeError)):
        setattr(POLICY, name, None)


def test_what_a_policy_says_of_its_operators_cannot_change_it() -> None:
    POLICY.operators["Family"] = ("=",)
    assert list(POLICY.operators) == ["User_Id", "Username"]


def test_the_repr_has_no_values() -> None:
    assert repr(POLICY) == "<Policy[User] on User_Id, Username, scope <Filter[User] on Family, User_Id>>"


COPIES: dict[str, Callable[[Policy[Any]], Policy[Any]]] = {
    "pickle": lambda policy: pickle.loads(pickle.dumps(policy)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "json": lambda policy: Policy.from_json(policy.to_json(), policy.record),
}


@pytest.mark.parametrize("through", COPIES.values(), ids=COPIES)
def test_a_copy_is_equal_and_as_strict(through: Callable[[Policy[Any]], Policy[Any]]) -> None:
    copied = through(POLICY)
    assert copied == POLICY
    assert copied.admit("User_Id > 5") == POLICY.admit("User_Id > 5")
    text = "Username < 'a' and Username like '%a' and Family = 'x'"
    assert copied.check(text) == POLICY.check(text)
    assert [problem.code for problem in copied.check(text)] == [
        "operator-not-allowed",
        "leading-wildcard",
        "unknown-field",
    ]
    with pytest.raises(FilterError):
        copied.admit("User_Id = 1 " + " " * 99)


@pytest.mark.parametrize("through", COPIES.values(), ids=COPIES)
def test_all_rows_stay_all_rows(through: Callable[[Policy[Any]], Policy[Any]]) -> None:
    policy = Policy(User, scope="all rows", allow_leading_wildcard=True)
    assert through(policy) == policy
    assert through(policy).scope.constant is True


@given(filters(), st.data())
def test_any_policy_comes_back_from_json(scope: AnyFilter, data: st.DataObject) -> None:
    fields = list(scope.record.fields_by_name.values())
    visible = data.draw(
        st.lists(st.sampled_from(range(len(fields))), min_size=1).map(lambda ns: [fields[n] for n in ns])
    )
    operators = {
        field: data.draw(st.sets(st.sampled_from(field.operators), min_size=1)) for field in dict.fromkeys(visible)
    }
    limit = st.none() | st.integers(0, 10**9)
    policy = Policy(
        scope.record,
        scope=scope,
        fields=visible,
        operators=operators,
        limits=Limits(data.draw(limit), data.draw(limit), data.draw(limit)),
        allow_leading_wildcard=data.draw(st.booleans()),
    )
    read = Policy.from_json(policy.to_json(), scope.record)
    assert read == policy
    assert str(read.scope) == str(scope)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_json_names_the_record_as_the_guide_does(record: Any) -> None:
    written = json.loads(Policy(record, scope="all rows").to_json())
    assert written["record"] == record.service_object
    assert written["scope"] == "all rows"
    assert list(written["fields"]) == list(record.fields_by_name)


def test_what_is_written() -> None:
    assert json.loads(POLICY.to_json()) == WRITTEN


def test_what_is_written_is_read() -> None:
    assert Policy.from_json(json.dumps(WRITTEN), User) == POLICY
    assert Policy.from_json(json.dumps(WRITTEN).encode(), User) == POLICY


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in WRITTEN.items() if name != key}


@pytest.mark.parametrize(
    ("written", "parameter"),
    [
        *((without(key), key) for key in WRITTEN),
        (WRITTEN | {"scope": None}, "scope"),
        (WRITTEN | {"scope": ""}, "scope"),
        (WRITTEN | {"scope": "Famly = 'x'"}, "scope"),
        (WRITTEN | {"scope": "User_Id = 1 or"}, "scope"),
        (WRITTEN | {"fields": {}}, "fields"),
        (WRITTEN | {"fields": ["User_Id"]}, "fields"),
        (WRITTEN | {"fields": {"Usernme": ["="]}}, "fields"),
        (WRITTEN | {"fields": {"username": ["="]}}, "fields"),
        (WRITTEN | {"fields": {"Username": []}}, "operators"),
        (WRITTEN | {"fields": {"Username": ["!="]}}, "operators"),
        (WRITTEN | {"fields": {"Username": "like"}}, "fields.Username"),
        (WRITTEN | {"fields": {"Username": [5]}}, "fields.Username.0"),
        (WRITTEN | {"limits": None}, "limits"),
        (WRITTEN | {"limits": {"text": "5"}}, "limits.text"),
        (WRITTEN | {"limits": {"tekst": 5}}, "limits.tekst"),
        (WRITTEN | {"allow_leading_wildcard": "no"}, "allow_leading_wildcard"),
        (WRITTEN | {"allow_leading_wildcard": 1}, "allow_leading_wildcard"),
        (WRITTEN | {"more": 1}, "more"),
        ([], "policy"),
    ],
    ids=str,
)
def test_other_json_is_refused(written: object, parameter: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy.from_json(json.dumps(written), User)
    assert caught.value.parameter == parameter


def test_the_first_mistake_of_several_is_told() -> None:
    with pytest.raises(ParameterError) as caught:
        Policy.from_json(json.dumps(WRITTEN | {"record": 5, "more": 1}), User)
    assert caught.value.parameter == "record"


def test_fields_that_the_record_lacks_are_told_by_name() -> None:
    fields = {name: ["="] for name in ("Zone", "Username", "Mobile", "Age", "Body", "City")}
    with pytest.raises(ParameterError, match=r"user has no Age, Body, City, Mobile, Zone$"):
        Policy.from_json(json.dumps(WRITTEN | {"fields": fields}), User)


def test_a_scope_may_be_longer_than_what_is_typed() -> None:
    policy = Policy(User, scope=User.User_Id.in_(range(501)))
    assert Policy.from_json(policy.to_json(), User) == policy


@pytest.mark.parametrize(
    "text", ["", "{", "null", "\ud800", "[" * 100_000, b"\xff", 5, None], ids=lambda t: repr(t)[:9]
)
def test_what_is_no_json_is_refused(text: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Policy.from_json(text, User)
    assert caught.value.parameter == "policy"


def test_the_policy_of_another_record_is_refused() -> None:
    with pytest.raises(RecordMismatchError, match="a policy of 'user', not of 'service'"):
        Policy.from_json(POLICY.to_json(), Service)
