"""The API for editors, as an application of Starlette and as a router of FastAPI."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi import Depends
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from asgi import JSON, post, request
from deltasib_query import (
    FilterUsageError,
    ParameterError,
    Policy,
    User,
    UserServiceBase,
    as_json,
    complete,
    vocabulary,
)
from deltasib_query import explain as explained
from deltasib_query.integrations import fastapi, web
from editor_apps import APPS, app_of

POLICY = Policy(User, scope=User.User_Id < 200, fields=[User.User_Id, User.Username, User.Name])
EACH = pytest.mark.parametrize("framework", APPS)
TEXT = "Username != 'ali' and Name = '😀"


@EACH
def test_check_answers_with_the_problems(framework: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/check", {"text": TEXT})
    assert found.status == 200
    assert found.json() == as_json(POLICY.check(TEXT), TEXT)
    assert found.json()["fixed"] == "Username <> 'ali' and Name = '😀'"


@EACH
def test_check_marks_what_is_unfinished_at_the_caret(framework: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/check", {"text": TEXT, "caret": 32, "language": "fa"})
    assert [problem["unfinished"] for problem in found.json()["problems"] if problem["severity"] == "error"] == [
        False,
        True,
    ]
    assert found.json() == as_json(POLICY.check(TEXT), TEXT, caret=31, language="fa")


@EACH
def test_a_right_text_has_its_canonical_form_without_the_scope(framework: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/check", {"text": "username='a' OR name='b'"}).json()
    assert found == {"text": 24, "canonical": "(Username = 'a' or Name = 'b')", "problems": [], "fixed": None}


@EACH
def test_complete_answers_with_the_items(framework: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/complete", {"text": "us", "caret": 2, "language": "fa"})
    assert found.json() == as_json(complete("us", 2, POLICY, language="fa"), "us")


@EACH
def test_the_caret_is_counted_in_utf_16_units(framework: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/complete", {"text": "Name = '😀' and us", "caret": 17}).json()
    assert (found["text"], found["from"], found["to"]) == (18, 16, 18)
    assert [item["label"] for item in found["items"]] == ["User_Id", "Username"]


@EACH
@pytest.mark.parametrize(("caret", "as_if"), [(-5, 0), (3, 2), (10**30, 2)])
def test_a_caret_outside_of_the_text_is_at_its_end(framework: str, caret: int, as_if: int) -> None:
    app = app_of(POLICY, framework)
    found, expected = (post(app, "/assist/complete", {"text": "us", "caret": each}) for each in (caret, as_if))
    assert found.content == expected.content


@EACH
def test_explain_answers_with_the_sentence_and_its_tree(framework: str) -> None:
    text = "Username like 'ali%' and User_Id >= 100"
    found = post(app_of(POLICY, framework), "/assist/explain", {"text": text, "language": "fa"})
    assert found.json() == as_json(explained(text, POLICY, language="fa"), text)


@EACH
@pytest.mark.parametrize("text", ["", "Username = ", "Family = 'x'"])
def test_a_wrong_text_has_no_explanation(framework: str, text: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/explain", {"text": text})
    assert (found.status, found.json()) == (200, {"language": "en", "text": None, "clauses": None})


@EACH
def test_the_vocabulary_has_what_the_policy_shows(framework: str) -> None:
    found = request(app_of(POLICY, framework), "GET", "/assist/vocabulary?language=fa")
    assert found.json() == vocabulary(POLICY, language="fa")


@EACH
def test_b8_no_beginning_of_a_right_filter_shows_an_error_while_it_is_typed(framework: str) -> None:
    app = app_of(POLICY, framework)
    text = "(Username like 'a b%' or Name <> 'it''s') and User_Id >= 100"
    for end in range(len(text) + 1):
        found = post(app, "/assist/check", {"text": text[:end], "caret": end}).json()
        assert [each for each in found["problems"] if each["severity"] == "error" and not each["unfinished"]] == []


@EACH
@pytest.mark.parametrize("path", ["/assist/check", "/assist/complete"])
def test_b13_an_answer_has_the_length_of_its_text(framework: str, path: str) -> None:
    app = app_of(POLICY, framework)
    for text, length in {"": 0, "a😀": 3, "Name = '\ud83d'": 10, "a\r\nb": 4}.items():
        assert post(app, path, {"text": text, "caret": 0}).json()["text"] == length


# Languages


@EACH
@pytest.mark.parametrize(
    ("header", "language"),
    [("fa-IR,fa;q=0.9,en;q=0.8", "fa"), ("en-GB", "en"), ("de", "en"), ("", "en"), (";;q=,", "en")],
)
def test_the_language_is_the_one_that_the_browser_prefers(framework: str, header: str, language: str) -> None:
    app, headers = app_of(POLICY, framework), {**JSON, "accept-language": header}
    assert post(app, "/assist/explain", {"text": "User_Id = 5"}, headers).json()["language"] == language
    assert request(app, "GET", "/assist/vocabulary", headers=headers).json()["language"] == language


@EACH
def test_a_request_may_name_its_language(framework: str) -> None:
    app, headers = app_of(POLICY, framework), {**JSON, "accept-language": "en"}
    assert post(app, "/assist/explain", {"text": "User_Id = 5", "language": "fa"}, headers).json()["language"] == "fa"


@EACH
def test_a_host_may_have_one_language(framework: str) -> None:
    app, headers = app_of(POLICY, framework, languages=["fa"]), {**JSON, "accept-language": "en"}
    assert post(app, "/assist/explain", {"text": "User_Id = 5"}, headers).json()["language"] == "fa"
    assert post(app, "/assist/explain", {"text": "User_Id = 5", "language": "en"}, headers).status == 422


@pytest.mark.parametrize("languages", [[], ["de"], ["en", "de"], "en"])
def test_unknown_languages_are_an_error_when_the_api_is_made(languages: Any) -> None:
    with pytest.raises(ParameterError):
        web.assist(lambda _: POLICY, languages=languages)


# The policy


@pytest.mark.parametrize("policy_of", [lambda _: POLICY, lambda _: asyncio.sleep(0, POLICY)])
def test_the_policy_is_asked_for_at_every_request(policy_of: Callable[[Any], Any]) -> None:
    asked: list[str] = []

    def counting(request: Any) -> Any:
        asked.append(request.headers["authorization"])
        return policy_of(request)

    app = APPS["starlette"](counting)
    for user in ("one", "two"):
        assert post(app, "/assist/check", {"text": "x"}, {**JSON, "authorization": user}).status == 200
    assert asked == ["one", "two"]


@EACH
@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_ask_gets_the_hosts_refusal(framework: str, status: int) -> None:
    def refuse(_request: object) -> Policy[Any]:
        raise HTTPException(status, "log in first", {"WWW-Authenticate": "Bearer"})

    app = APPS[framework](refuse)
    for found in (post(app, "/assist/check", {"text": "x"}), request(app, "GET", "/assist/vocabulary")):
        assert (found.status, found.json()) == (status, {"detail": "log in first"})
        assert found.headers["www-authenticate"] == "Bearer"


@EACH
def test_a_record_is_no_policy(framework: str) -> None:
    with pytest.raises(FilterUsageError, match="not a `Policy`"):
        post(APPS[framework](lambda _: User), "/assist/check", {"text": "x"})


def test_the_router_takes_a_dependency() -> None:
    with pytest.raises(ParameterError, match="Depends"):
        fastapi.assist(lambda: POLICY)  # type: ignore[arg-type]


def test_the_router_says_nothing_in_the_description_of_the_api() -> None:
    found = request(app_of(POLICY, "fastapi"), "GET", "/openapi.json").json()
    assert found["paths"] == {}


def test_a_policy_for_pydantic_is_not_what_the_router_makes_of_a_dependency() -> None:
    router = fastapi.assist(Depends(lambda: POLICY))
    paths = {route.path for route in router.routes}  # type: ignore[attr-defined]
    assert paths == {"/check", "/complete", "/explain", "/vocabulary", "/static/{name}"}


# Values


LOOKED_UP = {"text": "Username = 'al", "caret": 14}


def labels(app: Starlette, body: object = LOOKED_UP) -> list[str]:
    found = post(app, "/assist/complete", body)
    assert found.status == 200
    return [item["label"] for item in found.json()["items"]]


async def in_turn(*values: object) -> Any:
    for value in values:
        yield value


async def later(values: object) -> object:
    await asyncio.sleep(0)
    return values


@EACH
@pytest.mark.parametrize(
    "values",
    [
        lambda policy, wanted: ["ali", 5, "al\\"],
        lambda policy, wanted: iter(["ali"]),
        lambda policy, wanted: in_turn("ali"),
        lambda policy, wanted: later(["ali"]),
        lambda policy, wanted: later(in_turn("ali")),
    ],
)
def test_values_of_the_host_are_offered(framework: str, values: Any) -> None:
    assert labels(app_of(POLICY, framework, values=values)) == ["'al'", "ali"]


@EACH
def test_the_host_is_asked_only_for_visible_fields_with_the_policy(framework: str) -> None:
    asked: list[tuple[object, ...]] = []

    def values(policy: Policy[Any], wanted: Any) -> list[str]:
        asked.append((policy, wanted.field.name, wanted.operator, wanted.typed))
        return []

    app = app_of(POLICY, framework, values=values)
    for text in ("Username like 'al", "Family = 'al", "User_Id = 12", "Use", "Username = 'x' "):
        labels(app, {"text": text, "caret": len(text)})
    assert asked == [(POLICY, "Username", "like", "al")]


def failing(*_: object) -> list[str]:
    raise RuntimeError("secret")


async def failing_later(*_: object) -> list[str]:
    raise RuntimeError("secret")


async def failing_inside(*_: object) -> Any:
    yield "ali"
    raise RuntimeError("secret")


@EACH
@pytest.mark.parametrize("values", [failing, failing_later, failing_inside, lambda policy, wanted: 5])
def test_a_look_up_that_fails_adds_nothing(framework: str, values: Any, caplog: pytest.LogCaptureFixture) -> None:
    found = post(app_of(POLICY, framework, values=values), "/assist/complete", LOOKED_UP)
    assert found.content == post(app_of(POLICY, framework), "/assist/complete", LOOKED_UP).content
    assert caplog.records == []


def waiting(*_: object) -> list[str]:
    time.sleep(3)
    return ["ali"]


async def waiting_later(*_: object) -> list[str]:
    await asyncio.sleep(3600)
    return ["ali"]


async def waiting_inside(*_: object) -> Any:
    yield "ali"
    await asyncio.sleep(3600)


@EACH
@pytest.mark.parametrize("values", [waiting, waiting_later, waiting_inside])
def test_a_look_up_has_a_second(framework: str, values: Any) -> None:
    assert labels(app_of(POLICY, framework, values=values)) == ["'al'"]


@EACH
def test_a_list_without_an_end_is_cut(framework: str) -> None:
    def values(*_: object) -> Any:
        number = 0
        while True:
            number += 1
            yield f"al{number}"

    found = post(app_of(POLICY, framework, values=values), "/assist/complete", LOOKED_UP).json()
    assert len(found["items"]) == 50
    assert found["more"]


# Days


@EACH
def test_days_are_those_of_the_hosts_clock(framework: str) -> None:
    policy = Policy(UserServiceBase, scope="all rows")
    body = {"text": "EndDate >= ", "caret": 11}
    assert labels(app_of(policy, framework), body) == []
    assert "today" in labels(app_of(policy, framework, today=lambda: date(2021, 1, 30)), body)


# What HTTP has


@EACH
def test_no_answer_may_be_stored(framework: str) -> None:
    app = app_of(POLICY, framework)
    for found in (
        post(app, "/assist/check", {"text": TEXT}),
        post(app, "/assist/check", {}),
        request(app, "GET", "/assist/vocabulary"),
    ):
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["content-type"] == "application/json"


@EACH
def test_other_addresses_and_methods_are_refused_in_json(framework: str) -> None:
    app = app_of(POLICY, framework)
    assert post(app, "/assist/check/", {}).status in {404, 307}  # FastAPI redirects as its application says
    for method, path, status in [
        ("POST", "/assist/nothing", 404),
        ("GET", "/assist/check", 405),
        ("PUT", "/assist/complete", 405),
        ("DELETE", "/assist/explain", 405),
        ("OPTIONS", "/assist/check", 405),
        ("POST", "/assist/vocabulary", 405),
    ]:
        found = request(app, method, path)
        assert (found.status, list(found.json())) == (status, ["detail"])


@EACH
@pytest.mark.parametrize("path", ["/assist/check", "/assist/complete", "/assist/explain"])
@pytest.mark.parametrize(
    "content_type",
    [
        None, "", "text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json", "text/plain; application/json", "application/jsonx",
        "application/json, text/plain",
    ],
)  # fmt: skip
def test_what_a_form_of_another_site_can_send_is_refused(framework: str, path: str, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    found = post(app_of(POLICY, framework), path, {"text": "User_Id = 5", "caret": 0}, headers)
    assert (found.status, list(found.json())) == (415, ["detail"])


@EACH
@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_content_type_may_have_parameters(framework: str, content_type: str) -> None:
    found = post(app_of(POLICY, framework), "/assist/check", {"text": "x"}, {"content-type": content_type})
    assert found.status == 200


@EACH
def test_nothing_is_logged(framework: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "deltasib_query")
    app = app_of(POLICY, framework, values=failing)
    post(app, "/assist/check", {"text": TEXT})
    post(app, "/assist/complete", LOOKED_UP)
    request(app, "POST", "/assist/explain", b"nonsense")
    assert [record for record in caplog.records if record.name != "asyncio"] == []
