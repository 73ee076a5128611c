"""Secrets and filters stay out of reprs, errors and logs: both hold what belongs to customers."""

from __future__ import annotations

import hashlib
import logging

import httpx
import pytest

from deltasib_query import (
    Client,
    DeltasibQueryError,
    InvalidDataError,
    OnlineRadiusUser,
    TransportError,
    UnexpectedResponseError,
    User,
    all_of,
)
from deltasib_query.client.wire.requests import build_request
from deltasib_query.service.actions import GET_TOKEN, USER_LIST, api_key

from .conftest import Ask, Call, Pair, Serve
from .leaks import forms, found_in, links, logged, messages
from .scripted import DONE, Answer, Asked, Script, always, as_json, failure, in_turn, table

USERNAME = "agency-username"
PASSWORD = "p@ss گذرواژه"
TOKEN = "eyJhbGciOi.token-of-the-session.c2ln"
NAME, NUMBER = "علی محمدی", "09121234567"
FILTER = all_of(User.Name == NAME, User.Username == NUMBER, User.Address.contains("کوچه 7"))
SECRETS = [PASSWORD, hashlib.sha512(PASSWORD.encode()).hexdigest(), TOKEN, USERNAME]
CONTENTS = [str(FILTER), NAME, "علی", NUMBER, r"کوچه 7"]
HIDDEN = forms([*SECRETS, *CONTENTS])


def shown(text: str) -> list[str]:
    """Return what should be hidden, and is not."""
    return found_in(text, HIDDEN)


def start(serve: Serve, script: Script) -> Pair:
    login = always(as_json({"token": TOKEN}))
    return serve(script, login, username=USERNAME, password=PASSWORD, timeout=2)


def test_what_is_hidden_would_be_found() -> None:
    request = build_request(USER_LIST, {"Filter": str(FILTER)})
    assert shown(request.query)


def test_the_repr_of_a_client_shows_its_address_only(serve: Serve) -> None:
    pair = start(serve, table(1))
    pair.client.user.list(FILTER).first()
    assert repr(pair.client) == f"<Client {pair.server.url}>"


def test_the_repr_of_a_listing(serve: Serve) -> None:
    listing = start(serve, table(1)).client.user.list(FILTER, limit=5)
    assert repr(listing) == "<Listing[User] start=0 limit=5 page_size=100>"


def test_the_repr_of_a_page_leaves_its_rows_out(serve: Serve) -> None:
    page = next(start(serve, always(as_json([{"User_Id": 1, "Name": "علی"}]))).client.user.list().pages())
    assert not shown(repr(page))


def test_the_repr_of_a_request() -> None:
    request = build_request(USER_LIST, {"Filter": str(FILTER)})
    assert repr(request) == "<Request GET /1.0/user/>"


def test_the_repr_of_a_login() -> None:
    login = {"Api_Username": USERNAME, "Api_Key": api_key(PASSWORD)}
    assert repr(build_request(GET_TOKEN, login)) == "<Request POST /1.0/auth/>"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(raw=b""),
        Answer(raw=b"nothing of HTTP\r\n\r\n"),
        Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["),
        Answer(b"not compressed at all", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["dropped", "no HTTP", "cut off", "not decoded"],
)
def test_a_transport_error_with_its_whole_traceback(serve: Serve, answer: Answer) -> None:
    client = start(serve, always(answer)).client
    with pytest.raises(TransportError) as caught:
        client.user.list(FILTER).first()
    assert not shown(messages(caught.value))


@pytest.mark.parametrize("answer", [Answer(raw=b""), Answer(b"no gzip", headers={"Content-Encoding": "gzip"})])
def test_no_error_in_the_chain_of_a_failure_holds_the_request(serve: Serve, ask: Ask, answer: Answer) -> None:
    server = start(serve, always(answer)).server
    with pytest.raises(TransportError) as caught:
        ask(server.url, lambda isp: isp.user.list(FILTER).first(), retries=1)
    assert [link for link in links(caught.value) if isinstance(link, httpx.HTTPError)] == []


def test_the_error_of_a_slow_answer(serve: Serve) -> None:
    pair = serve(always(Answer(hang=True)), timeout=0.1, retries=1)
    with pytest.raises(TransportError) as caught:
        pair.client.user.list(FILTER).first()
    assert not shown(messages(caught.value))


def test_the_error_of_a_failed_login(serve: Serve) -> None:
    pair = serve(table(1), always(Answer(raw=b"")), username=USERNAME, password=PASSWORD)
    with pytest.raises(TransportError) as caught:
        pair.client.user.list(FILTER).first()
    assert not shown(messages(caught.value))


def test_a_service_error_keeps_no_filter(serve: Serve) -> None:
    client = start(serve, always(failure(-5))).client
    with pytest.raises(InvalidDataError) as caught:
        client.user.list(FILTER).first()
    assert not shown(messages(caught.value) + repr(vars(caught.value)))


def test_nothing_is_logged_of_a_walk(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert start(serve, table(7)).client.user.list(FILTER, page_size=2).take(5)
    assert not shown(logged(caplog))


def test_requests_are_logged_without_their_query(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    pair = start(serve, table(7))
    pair.client.user.list(FILTER).first()
    lines = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert lines[-1].startswith(f"HTTP Request: GET {pair.server.url}/1.0/user/ ")


def test_nothing_is_logged_of_a_refused_token(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    refused: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        refused.append(asked)
        return failure(-6, 401) if len(refused) == 1 else table(1)(asked)

    caplog.set_level(logging.DEBUG)
    start(serve, answer).client.user.list(FILTER).first()
    assert not shown(logged(caplog))


def test_nothing_is_logged_of_a_failure(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = start(serve, always(Answer(raw=b""))).client
    with pytest.raises(TransportError):
        client.user.list(FILTER).first()
    assert not shown(logged(caplog))


WRITTEN: dict[str, Call] = {
    "user add": lambda isp: isp.user.add(NUMBER, PASSWORD, name=NAME),
    "User.payment add": lambda isp: isp.user_payment.add(7, 1, 5, 2, comment=NAME),
    "user.status add": lambda isp: isp.user_status.add(username=NUMBER, status_id=3),
    "radius disconnect": lambda isp: isp.radius.disconnect(OnlineRadiusUser.NasPortId == NAME),
}
FAILURES = {
    "dropped": Answer(raw=b""),
    "code": failure(-5),
    "not done": as_json({"status": 0}),
    "no JSON": Answer(b"<html>"),
    "another status": Answer(b"", 503),
    "too large": Answer(b"x" * 100_000),
}


@pytest.mark.parametrize("failed", FAILURES)
@pytest.mark.parametrize("name", WRITTEN)
def test_the_error_of_a_write_shows_nothing_of_it(serve: Serve, ask: Ask, name: str, failed: str) -> None:
    server = start(serve, always(FAILURES[failed])).server
    with pytest.raises(DeltasibQueryError) as caught:
        ask(server.url, WRITTEN[name], username=USERNAME, password=PASSWORD, max_response_bytes=1000)
    assert not shown(messages(caught.value))


@pytest.mark.parametrize("failed", [name for name in FAILURES if name != "not done"])
def test_the_error_of_a_login_shows_nothing_of_it(serve: Serve, ask: Ask, failed: str) -> None:
    server = serve(table(1), always(FAILURES[failed])).server
    with pytest.raises(DeltasibQueryError) as caught:
        ask(server.url, lambda isp: isp.user.list(FILTER).first(), username=USERNAME, password=PASSWORD,
            max_response_bytes=1000, retries=0)  # fmt: skip
    assert not shown(messages(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"Token: "' + TOKEN.encode()),
        Answer(TOKEN.encode()),
        Answer(TOKEN.encode(), 500),
        as_json({"access_token": TOKEN}),
        as_json([TOKEN]),
        as_json({"token": [TOKEN]}),
        Answer(TOKEN.encode() + b" " * 2000),
    ],
)
def test_the_error_of_a_login_shows_no_token_that_a_strange_answer_has(serve: Serve, ask: Ask, answer: Answer) -> None:
    server = serve(table(1), always(answer)).server
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(server.url, lambda isp: isp.user.list().first(), max_response_bytes=1000)
    assert not shown(messages(caught.value))


def test_nothing_is_logged_of_a_write(serve: Serve, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = start(serve, always(DONE)).server
    ask(server.url, WRITTEN["user add"], username=USERNAME, password=PASSWORD)
    assert not shown(logged(caplog))


def test_nothing_is_logged_of_a_retry(serve: Serve, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = start(serve, in_turn(Answer(b"", 503), Answer(raw=b""), table(1))).server
    ask(server.url, lambda isp: isp.user.list(FILTER).first(), username=USERNAME, password=PASSWORD)
    assert not shown(logged(caplog))


def test_a_password_is_not_kept(serve: Serve) -> None:
    client: Client = start(serve, table(1)).client
    client.user.list(FILTER).first()
    assert PASSWORD not in repr(vars(client))
