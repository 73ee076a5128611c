"""The table of the guide's actions."""

from __future__ import annotations

import hashlib

from deltasib_query.service.actions import ACTIONS, api_key
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
