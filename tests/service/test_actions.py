"""The table of the guide's actions."""

from __future__ import annotations

import hashlib

import pytest

from deltasib_query import ParameterError
from deltasib_query.service.actions import (
    ACTIONS,
    CURRENT_STATUS,
    DISCONNECT,
    PAYMENT_LIST,
    STATUS_ADD,
    USER_ADD,
    api_key,
)
from deltasib_query.service.objects import RECORDS


def test_an_api_key_is_the_hash_of_the_password() -> None:
    assert api_key("abc") == (
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    )


def test_an_api_key_of_a_persian_password_is_the_hash_of_its_utf8() -> None:
    assert api_key("گذر") == hashlib.sha512(b"\xda\xaf\xd8\xb0\xd8\xb1").hexdigest()


def test_every_object_has_its_list() -> None:
    assert {action.record for action in ACTIONS if action.record is not None} == set(RECORDS)


def test_the_documented_names_of_the_actions() -> None:
    assert [(action.object, action.name) for action in ACTIONS] == [
        ("auth", "gettoken"),
        ("user", "list"),
        ("user", "creditinfo"),
        ("user", "add"),
        ("user.status", "currentstatus"),
        ("user.status", "add"),
        ("service", "list"),
        ("radius", "list"),
        ("radius", "disconnect"),
        ("User.payment", "list"),
        ("User.payment", "add"),
        ("user.service.base", "list"),
        ("user.service.base", "add"),
        ("user.service.base", "cancel"),
    ]


def test_the_methods_of_the_actions() -> None:
    assert [action.method for action in ACTIONS] == [
        "POST", "GET", "GET", "POST", "GET", "PUT", "GET", "GET", "DELETE", "GET", "POST", "GET", "POST", "PUT",
    ]  # fmt: skip


def test_disconnect_is_sent_as_the_guides_table_spells_it() -> None:
    assert {action: action.wire for action in ACTIONS if action.wire} == {DISCONNECT: "disconnet"}


def test_the_starred_parameters() -> None:
    assert {
        f"{action.object} {action.name}": [each.name for each in action.parameters if each.required]
        for action in ACTIONS
        if any(each.required for each in action.parameters)
    } == {
        "auth gettoken": ["Api_Username", "Api_Key"],
        "user creditinfo": ["User_Id"],
        "user add": ["Username", "Password"],
        "radius disconnect": ["Filter"],
        "User.payment list": ["User_Id"],
        "User.payment add": ["User_Id", "Currency_Id", "PriceINCurrency", "ExchangeRate"],
        "user.service.base add": ["User_Id", "Service_Id"],
        "user.service.base cancel": ["User_ServiceBase_Id"],
    }


def test_a_call_has_what_is_given_in_the_guides_order() -> None:
    values = {"family": "x", "password": "secret", "username": "ali", "name": None}
    assert [*USER_ADD.encode(values).items()] == [("Username", "ali"), ("Password", "secret"), ("Family", "x")]


def test_a_starred_parameter_that_is_missing() -> None:
    with pytest.raises(ParameterError, match=r"^user_id: it is required: a whole number from 0 to 4294967295$"):
        PAYMENT_LIST.encode({})


@pytest.mark.parametrize("given", [{}, {"username": "ali", "user_id": 7}])
def test_exactly_one_of_a_pair(given: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=r"^username: either username or user_id is needed, and not both$"):
        CURRENT_STATUS.encode(given)


def test_exactly_one_of_each_pair() -> None:
    with pytest.raises(ParameterError, match=r"^status_name: either status_name or status_id is needed, and not both$"):
        STATUS_ADD.encode({"user_id": 7})
