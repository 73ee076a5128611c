"""Tokens: one for many requests, a fresh one where it is refused, one login whatever the threads."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from client.conftest import Requests, Serve
from client.conftest import Service as RunningService
from client.scripted import Answer, Asked, Script, always, as_json, connect, failure, table
from deltasib_query import AddressNotPermittedError, Client, InvalidKeyError, InvalidTokenError, UnexpectedResponseError
from deltasib_query.sandbox.server import Sandbox


def accepting(*tokens: str) -> Script:
    """Return a server that accepts these tokens only."""
    return lambda asked: table(3)(asked) if asked.token in tokens else failure(-6, 401, "Invalid token")


def test_one_login_serves_many_requests(isp: Client, requests: Requests) -> None:
    list(isp.user.list(page_size=20))
    isp.service.list().first()
    isp.user.credit_info(user_id=1).one()
    assert requests.logins() == 1


def test_a_client_alone_does_not_log_in(isp: Client, requests: Requests) -> None:
    assert requests == []


def test_a_login_sends_the_name_and_the_hash_of_the_password(serve: Serve) -> None:
    pair = serve(table(1), password="گذرواژه")
    pair.client.user.list().first()
    [login] = pair.server.logins
    assert (login.method, login.path, login.query) == ("POST", "/1.0/auth/", "")
    assert login.parameters == {
        "Action": "gettoken",
        "Api_Username": "reseller",
        "Api_Key": hashlib.sha512("گذرواژه".encode()).hexdigest(),
    }


def test_a_login_is_a_form_and_carries_no_token(serve: Serve) -> None:
    pair = serve(table(1))
    pair.client.user.list().first()
    headers = pair.server.logins[0].headers
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in headers


def test_the_token_is_sent_in_the_header(serve: Serve) -> None:
    pair = serve(table(1))
    pair.client.user.list().first()
    assert pair.server.calls[0].headers["Authorization"] == "Bearer token1"


def test_a_refused_token_is_fetched_anew_once_and_the_request_repeated(serve: Serve) -> None:
    pair = serve(accepting("token2"))
    assert len(pair.client.user.list(page_size=3).take(3)) == 3
    assert [(asked.token, asked.start) for asked in pair.server.calls] == [("token1", 0), ("token2", 0)]
    assert len(pair.server.logins) == 2


def test_the_fresh_token_serves_the_requests_after_it(serve: Serve) -> None:
    pair = serve(accepting("token2"))
    pair.client.user.list().first()
    pair.client.user.list().first()
    assert [asked.token for asked in pair.server.calls] == ["token1", "token2", "token2"]


def test_a_token_refused_in_the_middle_of_a_walk_loses_no_row_and_repeats_none(serve: Serve) -> None:
    lists: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        lists.append(asked)
        expired = asked.token == "token1" and len(lists) > 3
        return failure(-6, 401) if expired else table(10)(asked)

    pair = serve(answer)
    assert [user.User_Id for user in pair.client.user.list(page_size=2)] == list(range(10))
    assert len(pair.server.logins) == 2


def test_a_token_that_expires_again_and_again_is_fetched_again_and_again(serve: Serve) -> None:
    uses: dict[str, int] = {}

    def answer(asked: Asked) -> Answer:
        uses[asked.token] = uses.get(asked.token, 0) + 1
        return failure(-6, 401) if uses[asked.token] > 2 else table(10)(asked)

    pair = serve(answer)
    assert len(list(pair.client.user.list(page_size=4))) == 10
    assert len(pair.server.calls) == 5 + 2  # two of them with a token that has run out
    assert len(pair.server.logins) == 3


def test_a_token_refused_twice_raises(serve: Serve) -> None:
    pair = serve(accepting())
    with pytest.raises(InvalidTokenError) as caught:
        pair.client.user.list().first()
    assert (caught.value.code, caught.value.object, caught.value.action) == (-6, "user", "list")


def test_a_token_refused_twice_is_not_fetched_a_third_time(serve: Serve) -> None:
    pair = serve(accepting())
    with pytest.raises(InvalidTokenError):
        pair.client.user.list().first()
    assert (len(pair.server.logins), len(pair.server.calls)) == (2, 2)


def test_a_server_that_hands_out_the_same_token_again_is_asked_twice(serve: Serve) -> None:
    pair = serve(accepting(), always(as_json({"token": "same", "SessionTimeout": 600})))
    with pytest.raises(InvalidTokenError):
        pair.client.user.list().first()
    assert (len(pair.server.logins), len(pair.server.calls)) == (2, 2)


def test_tokens_that_are_good_for_no_time_raise() -> None:
    with (
        Sandbox(users=1, session_timeout=0) as sandbox,
        connect(sandbox.url) as client,
        pytest.raises(InvalidTokenError),
    ):
        client.user.list().first()


def test_a_wrong_password_raises(service: RunningService) -> None:
    with connect(service.sandbox.url, password="wrong") as client, pytest.raises(InvalidKeyError) as caught:
        client.user.list().first()
    error = caught.value
    assert (error.code, error.status, error.object, error.action) == (-2, 401, "auth", "gettoken")


def test_a_wrong_name_raises(service: RunningService) -> None:
    with connect(service.sandbox.url, username="nobody") as client, pytest.raises(InvalidKeyError):
        client.user.list().first()


def test_a_failed_login_sends_no_list(serve: Serve) -> None:
    pair = serve(table(1), always(failure(-3, 403, "IP not permit")))
    with pytest.raises(AddressNotPermittedError):
        pair.client.user.list().first()
    assert pair.server.calls == []


def test_a_failed_login_is_tried_again_by_the_next_request(serve: Serve) -> None:
    answers = iter([failure(-1, 500), as_json({"token": "good"})])
    pair = serve(table(1), lambda _asked: next(answers))
    with pytest.raises(Exception, match="ErrorCode -1"):
        pair.client.user.list().first()
    assert pair.client.user.list().first() is not None


@pytest.mark.parametrize(
    "answer",
    [{}, {"token": ""}, {"token": 5}, {"token": None}, [], ["token"], "token", {"token": "a\r\nX: b"}, {"token": "ü"}],
)
def test_a_login_without_a_usable_token_raises(serve: Serve, answer: object) -> None:
    pair = serve(table(1), always(as_json(answer)))
    with pytest.raises(UnexpectedResponseError, match="no token"):
        pair.client.user.list().first()


def test_threads_that_share_a_client_log_in_once(serve: Serve) -> None:
    pair, barrier = serve(table(50)), Barrier(8, timeout=30)

    def walk(_thread: int) -> list[int | None]:
        barrier.wait()
        return [user.User_Id for user in pair.client.user.list(page_size=10)]

    with ThreadPoolExecutor(8) as threads:
        walks = list(threads.map(walk, range(8)))
    assert walks == [list(range(50))] * 8
    assert len(pair.server.logins) == 1


def test_threads_whose_token_is_refused_fetch_one_between_them(serve: Serve) -> None:
    refused = Barrier(8, timeout=30)

    def answer(asked: Asked) -> Answer:
        if asked.path == "/1.0/service/":
            return as_json([])
        if asked.token == "token1":
            refused.wait()  # every thread has sent the old token before any of them hears that it is refused
            return failure(-6, 401)
        return table(1)(asked)

    pair = serve(answer)
    pair.client.service.list().first()  # every thread begins with token1
    with ThreadPoolExecutor(8) as threads:
        rows = list(threads.map(lambda _thread: pair.client.user.list().first(), range(8)))
    assert [row.User_Id for row in rows if row] == [0] * 8
    assert len(pair.server.logins) == 2
