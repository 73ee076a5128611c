"""The API for editors on a socket of this machine, as a browser reaches it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from deltasib_query import Client, Policy, User, as_json, complete, values_from
from deltasib_query.sandbox import Sandbox
from deltasib_query.sandbox.network.http_server import address_of, listen, serve
from editor_apps import APPS

SCOPES = {"one": Policy(User, scope=User.User_Id <= 2), "two": Policy(User, scope=User.User_Id > 2)}
ROWS = [{"User_Id": number, "Username": f"user{number}"} for number in (1, 2, 3)]


def policy_of(request: Any) -> Policy[User]:
    return SCOPES[request.headers["x-user"]]


@pytest.fixture(params=APPS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with (
        Sandbox(rows={User: ROWS}) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
        listen("127.0.0.1", 0) as listener,
    ):
        isp.user.list().first()  # logs in: a look-up has a second
        stop = serve(APPS[request.param](policy_of, values=values_from(isp.user.list)), listener, None)
        yield f"http://{address_of(listener, '127.0.0.1')}/assist"
        stop()


def test_an_editor_is_answered(url: str) -> None:
    policy = SCOPES["one"]
    with httpx.Client(headers={"X-User": "one"}) as browser:
        text = "Username != 'ali' and Name = '😀"
        found = browser.post(f"{url}/check", json={"text": text, "caret": 32, "language": "fa"})
        assert found.json() == as_json(policy.check(text), text, caret=31, language="fa")
        assert (found.status_code, found.headers["cache-control"]) == (200, "no-store")
        found = browser.post(f"{url}/complete", json={"text": "us", "caret": 2})
        assert found.json() == as_json(complete("us", 2, policy), "us")
        assert browser.post(f"{url}/explain", json={"text": "User_Id = 5"}).json()["text"] == "User id is 5"
        assert browser.get(f"{url}/vocabulary", headers={"Accept-Language": "fa"}).json()["language"] == "fa"


def test_a_simple_request_of_another_site_is_refused(url: str) -> None:
    with httpx.Client(headers={"X-User": "one", "Origin": "https://elsewhere.example"}) as browser:
        assert browser.post(f"{url}/check", data={"text": "User_Id = 5"}).status_code == 415
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        leave = browser.options(f"{url}/check", headers=asked)
        assert leave.status_code == 405
        assert "access-control-allow-origin" not in leave.headers


def test_hostile_bodies_get_an_answer_and_the_connection_lives_on(url: str) -> None:
    json = {"Content-Type": "application/json"}
    with httpx.Client(headers={"X-User": "one"}) as browser:
        for body, status in {b"[" * 65_000: 400, b"\xff": 400, b'{"text": 5}': 422, b" " * 65_537: 413}.items():
            found = browser.post(f"{url}/check", content=body, headers=json)
            assert (found.status_code, list(found.json())) == (status, ["detail"])
        found = browser.post(f"{url}/check", content=b'{"text": "\\ud83d"}', headers=json)
        assert (found.status_code, found.json()["text"]) == (200, 1)


@pytest.mark.parametrize(("user", "names"), [("one", ["user1", "user2"]), ("two", ["user3"])])
def test_values_are_those_that_the_user_may_see(url: str, user: str, names: list[str]) -> None:
    body = {"text": "Username = 'us", "caret": 14}
    found = httpx.post(f"{url}/complete", json=body, headers={"X-User": user}).json()
    assert [item["label"] for item in found["items"]] == ["'us'", *names]


def test_many_at_once_do_not_mix(url: str) -> None:
    texts = [f"Username = '{'x' * n}" for n in range(40)]
    with httpx.Client(headers={"X-User": "one"}) as browser, ThreadPoolExecutor(8) as pool:

        def asked(text: str) -> object:
            return browser.post(f"{url}/check", json={"text": text, "caret": len(text)}).json()

        assert [*pool.map(asked, texts)] == [
            as_json(SCOPES["one"].check(text), text, caret=len(text)) for text in texts
        ]


def test_nothing_is_logged(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "deltasib_query")
    for body in ({"text": "Username != 'secret'"}, {"texts": "secret"}):
        httpx.post(f"{url}/check", json=body, headers={"X-User": "one"})
    assert "secret" not in caplog.text
    assert [
        record for record in caplog.records if record.name.startswith(("deltasib_query", "uvicorn", "starlette"))
    ] == []
