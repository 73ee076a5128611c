"""The API for editors answers as it does for a record that was declared without the hidden fields, byte for byte."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asgi import post, request
from deltasib_query import Policy, Record, User
from deltasib_query.messages.message import LANGUAGES
from editor_apps import APPS, app_of
from hidden_fields import PAIRS, TEXTS

OPTIONS: Any = {"values": lambda policy, wanted: ["ali", "O'Reilly", wanted.typed], "today": lambda: date(2021, 1, 30)}


def apps(policy: Policy[Any], less: type[Record]) -> dict[str, tuple[Any, Any]]:
    whole = Policy(less, scope="all rows", allow_leading_wildcard=True)
    return {name: (app_of(policy, name, **OPTIONS), app_of(whole, name, **OPTIONS)) for name in APPS}


APPS_OF_PAIRS = {name: apps(*pair) for name, pair in PAIRS.items()}
EACH = pytest.mark.parametrize("hidden", PAIRS)
ASKED = st.tuples(st.sampled_from([*APPS]), TEXTS, st.integers(0, 80), st.sampled_from(LANGUAGES))


def is_answered_alike(hidden: str, framework: str, text: str, caret: int, language: str) -> None:
    typed = {"text": text, "language": language}
    at_caret = typed | {"caret": caret}
    for path, body in {"check": at_caret, "complete": at_caret, "explain": typed}.items():
        found, expected = (post(app, f"/assist/{path}", body) for app in APPS_OF_PAIRS[hidden][framework])
        assert (found.status, found.headers, found.content) == (expected.status, expected.headers, expected.content)
        assert found.status == 200


@EACH
@given(ASKED)
@example(("fastapi", "Name = 'x' or User_Id = 5", 0, "en"))
@example(("starlette", "PaymentType = 'C", 16, "fa"))
@example(("fastapi", "Usernam = 'x' && نام = 5", 3, "fa"))
def test_answers_are_those_for_a_record_without_the_hidden_fields(
    hidden: str, asked: tuple[str, str, int, str]
) -> None:
    is_answered_alike(hidden, *asked)


@pytest.mark.heavy
@EACH
@settings(max_examples=2000)
@given(ASKED)
def test_10_000_answers_are_those_for_a_record_without_the_hidden_fields(
    hidden: str, asked: tuple[str, str, int, str]
) -> None:
    is_answered_alike(hidden, *asked)


@EACH
@pytest.mark.parametrize("framework", APPS)
@pytest.mark.parametrize(
    "asked",
    [
        "GET /assist/vocabulary", "GET /assist/vocabulary?language=fa", "POST /assist/check", "GET /assist/nothing",
        "GET /openapi.json",
    ],
)  # fmt: skip
def test_every_other_answer_is_that_for_a_record_without_the_hidden_fields(
    hidden: str, framework: str, asked: str
) -> None:
    method, path = asked.split()
    found, expected = (request(app, method, path) for app in APPS_OF_PAIRS[hidden][framework])
    assert (found.status, found.headers, found.content) == (expected.status, expected.headers, expected.content)


@EACH
def test_the_whole_record_is_answered_otherwise(hidden: str) -> None:
    policy, _ = PAIRS[hidden]
    whole = app_of(Policy(policy.record, scope="all rows", allow_leading_wildcard=True))
    shown, _ = APPS_OF_PAIRS[hidden]["starlette"]
    for path in ("vocabulary", "vocabulary?language=fa"):
        one, other = (request(app, "GET", f"/assist/{path}").content for app in (shown, whole))
        assert len(one) < len(other)


SCOPES = [User.Username == "secret71", (User.User_Id == 71234567) | (User.Address == "secret71"), "all rows"]
SCOPED = [app_of(Policy(User, scope=scope, fields=[User.Username, User.Name])) for scope in SCOPES]  # type: ignore[arg-type]


@given(TEXTS | st.sampled_from(["Username = 'a'", "Username = 'a' or Name = 'b'", "", "Username = 'secret71'"]))
def test_nothing_of_the_scope_is_answered(text: str) -> None:
    for path, body in {
        "check": {"text": text},
        "explain": {"text": text},
        "complete": {"text": text, "caret": 0},
    }.items():
        answers = [post(app, f"/assist/{path}", body).content for app in SCOPED]
        assert len(set(answers)) == 1
        if "secret71" not in text:
            assert b"secret71" not in answers[0] and b"71234567" not in answers[0]


def test_what_the_host_answers_in_an_error_is_not_of_the_look_up() -> None:
    def values(*_: object) -> list[str]:
        raise RuntimeError("host=10.0.0.1 password=secret71")

    app = app_of(Policy(User, scope="all rows"), values=values)
    found = post(app, "/assist/complete", {"text": "Name = 'ali", "caret": 11})
    assert b"secret71" not in json.dumps(found.json()).encode() + str(found.headers).encode()
