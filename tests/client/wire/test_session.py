"""The login that all requests share, step by step, without I/O and with a clock of the test's own."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from typing import Any, Final

import pytest

from deltasib_query import (
    InvalidDataError,
    InvalidKeyError,
    InvalidTokenError,
    ServerProfile,
    ServiceError,
    TransportError,
)
from deltasib_query.client.wire.requests import Request
from deltasib_query.client.wire.responses import Response, parse_response
from deltasib_query.client.wire.session import Session, Token
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import GET_TOKEN, USER_ADD, USER_LIST, Action


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


ACCOUNT = {"Api_Username": "reseller", "Api_Key": "bd2b1aaf"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    return Session(ACCOUNT, "1.0", clock=clock)


ROWS = Response(200, b"[]")
REFUSED = Response(401, b'{"ErrorCode": -6, "ErrorDesc": "Invalid token"}')


def token(name: str, lifetime: object = 600) -> Response:
    return Response(200, json.dumps({"token": name, "SessionTimeout": lifetime}).encode())


LOGIN: Final = "a login is needed"
Steps = Generator[Request | str, Any, Any]


def steps(session: Session, action: Action, values: Mapping[str, str]) -> Steps:
    """Do what the clients do, and stop wherever they wait: for a response, or for the token of a login."""
    call = session.call(action, values)
    while not call.is_done:
        token = session.token() or (yield LOGIN)
        with call.sending(token) as request:
            call.data = parse_response(action, (yield request))
    return call.data


def ask(session: Session) -> Steps:
    return steps(session, USER_LIST, {"Filter": "User_Id = 1"})


def end(call: Steps, answer: Any) -> Any:
    """Give a call its last response, and return what it returns."""
    with pytest.raises(StopIteration) as caught:
        call.send(answer)
    return caught.value.value


def log_in(session: Session, answer: Response) -> Token:
    return session.log_in(parse_response(GET_TOKEN, answer), session.clock())


def sent_token(session: Session) -> str | None:
    """Return the token that the next request would bring, or None where it would log in first."""
    step = next(ask(session))
    return step.token if isinstance(step, Request) else None


def test_the_first_request_begins_with_a_login(session: Session) -> None:
    assert next(ask(session)) == LOGIN


def test_the_request_follows_with_the_token(session: Session) -> None:
    call = ask(session)
    next(call)
    step = call.send(Token("token1", 2000.0))
    assert isinstance(step, Request)
    assert (step.action, step.token, step.path) == (USER_LIST, "token1", "/1.0/user/")
    assert step.query == "Action=list&Filter=User_Id%20%3D%201"


def test_the_answer_is_the_end(session: Session) -> None:
    call = ask(session)
    next(call)
    call.send(Token("token1", 2000.0))
    assert end(call, Response(200, b'[{"User_Id": 1}]')) == [{"User_Id": 1}]


def test_a_login_sends_the_account_without_a_token(session: Session) -> None:
    request = session.login_request()
    assert (request.action, request.token, request.method, request.path) == (GET_TOKEN, "", "POST", "/1.0/auth/")
    assert request.body == "Action=gettoken&Api_Username=reseller&Api_Key=bd2b1aaf"


def test_a_login_returns_the_token(session: Session) -> None:
    assert log_in(session, token("token1")).text == "token1"


def test_the_token_serves_the_requests_after_it(session: Session) -> None:
    log_in(session, token("token1"))
    assert [sent_token(session), sent_token(session)] == ["token1", "token1"]


@pytest.mark.parametrize(
    ("lifetime", "good_for"),
    [(600, 570.0), ("600", 570.0), (300, 270.0), (100, 90.0), (10, 9.0), (86_400, 86_370.0), (None, 570.0)],
)
def test_a_token_is_replaced_shortly_before_its_lifetime_runs_out(
    session: Session, clock: Clock, lifetime: object, good_for: float
) -> None:
    log_in(session, token("token1", lifetime))
    clock.now = 1000.0 + good_for - 0.5
    assert sent_token(session) == "token1"
    clock.now = 1000.0 + good_for
    assert sent_token(session) is None


@pytest.mark.parametrize(("lifetime", "good_for"), [(None, 100 - 10.0), ("long", 100 - 10.0), (600, 570.0)])
def test_a_profile_says_how_long_a_token_lives_if_the_login_does_not(
    clock: Clock, lifetime: object, good_for: float
) -> None:
    session = Session(ACCOUNT, "1.0", ServerProfile(token_seconds=100), clock)
    log_in(session, token("token1", lifetime))
    clock.now = 1000.0 + good_for - 0.5
    assert sent_token(session) == "token1"
    clock.now = 1000.0 + good_for
    assert sent_token(session) is None


def test_a_lifetime_begins_when_the_token_is_asked_for(session: Session, clock: Clock) -> None:
    clock.now = 1020.0  # a slow answer
    session.log_in({"token": "token1", "SessionTimeout": 600}, sent_at=1000.0)
    clock.now = 1570.0
    assert sent_token(session) is None


def test_a_replaced_token_lives_its_own_lifetime(session: Session, clock: Clock) -> None:
    log_in(session, token("token1", 600))
    clock.now = 1600.0
    log_in(session, token("token2", 600))
    clock.now = 2100.0
    assert sent_token(session) == "token2"


def test_a_refused_token_is_replaced_and_the_request_repeated(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    first = next(call)
    assert call.send(REFUSED) == LOGIN
    again = call.send(log_in(session, token("token2")))
    assert isinstance(first, Request) and isinstance(again, Request)
    assert (again.token, again.query) == ("token2", first.query)
    assert end(call, ROWS) == []


def test_a_refused_token_serves_nobody_else(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    call.send(REFUSED)
    assert sent_token(session) is None


def test_a_fresh_token_that_is_refused_raises(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    call.send(REFUSED)
    call.send(log_in(session, token("token2")))
    with pytest.raises(InvalidTokenError):
        call.send(REFUSED)


def test_a_token_that_was_replaced_meanwhile_is_refused_without_counting(session: Session) -> None:
    log_in(session, token("token1"))
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    quick.send(REFUSED)
    quick.send(log_in(session, token("token2")))
    again = slow.send(REFUSED)
    assert isinstance(again, Request) and again.token == "token2"
    assert slow.send(REFUSED) == LOGIN  # this is the first time that counts


def test_a_token_that_is_being_replaced_is_refused_without_counting(session: Session) -> None:
    log_in(session, token("token1"))
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    assert quick.send(REFUSED) == LOGIN
    assert slow.send(REFUSED) == LOGIN
    slow.send(log_in(session, token("token2")))
    assert slow.send(REFUSED) == LOGIN


def serve(session: Session) -> None:
    """Let the token serve a request."""
    call = ask(session)
    next(call)
    end(call, ROWS)


def test_tokens_that_have_served_others_run_out_without_counting(session: Session) -> None:
    log_in(session, token("token0"))
    unlucky = ask(session)
    next(unlucky)
    for number in range(1, 20):
        serve(session)
        assert unlucky.send(REFUSED) == LOGIN
        step = unlucky.send(log_in(session, token(f"token{number}")))
        assert isinstance(step, Request) and step.token == f"token{number}"
    assert end(unlucky, ROWS) == []


def test_a_request_that_alone_is_refused_gives_up_somewhere(session: Session) -> None:
    log_in(session, token("token0"))
    unlucky = ask(session)
    next(unlucky)

    def go_on() -> None:
        for number in range(1, 1000):
            serve(session)
            unlucky.send(REFUSED)
            unlucky.send(log_in(session, token(f"token{number}")))

    with pytest.raises(InvalidTokenError):
        go_on()


def test_a_token_with_which_another_is_asking_may_have_run_out_and_does_not_count(session: Session) -> None:
    log_in(session, token("token1"))
    one, other = ask(session), ask(session)
    next(one)
    next(other)
    one.send(REFUSED)
    one.send(log_in(session, token("token2")))
    assert one.send(REFUSED) == LOGIN
    one.send(log_in(session, token("token3")))
    with pytest.raises(InvalidTokenError):
        one.send(REFUSED)


def test_a_token_with_which_another_was_asking_until_it_broke_off_counts(session: Session) -> None:
    log_in(session, token("token1"))
    one, other = ask(session), ask(session)
    next(one)
    next(other)
    other.close()
    one.send(REFUSED)
    one.send(log_in(session, token("token2")))
    with pytest.raises(InvalidTokenError):
        one.send(REFUSED)


def test_a_token_that_ran_out_does_not_count_for_the_fresh_one_behind_it(session: Session) -> None:
    log_in(session, token("token1"))
    serve(session)
    call = ask(session)
    next(call)
    call.send(REFUSED)
    call.send(log_in(session, token("token2")))
    assert call.send(REFUSED) == LOGIN
    call.send(log_in(session, token("token3")))
    with pytest.raises(InvalidTokenError):
        call.send(REFUSED)


def test_the_same_token_again_counts_as_a_fresh_one(session: Session) -> None:
    log_in(session, token("same"))
    call = ask(session)
    next(call)
    call.send(REFUSED)
    call.send(log_in(session, token("same")))
    with pytest.raises(InvalidTokenError):
        call.send(REFUSED)


def test_the_same_token_again_serves_the_requests_after_it(session: Session) -> None:
    log_in(session, token("same"))
    call = ask(session)
    next(call)
    call.send(REFUSED)
    call.send(log_in(session, token("same")))
    end(call, ROWS)
    assert sent_token(session) == "same"


def test_an_old_token_that_is_refused_late_brings_no_dead_one_back(session: Session) -> None:
    log_in(session, token("token1"))
    serve(session)
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    quick.send(REFUSED)
    quick.send(log_in(session, token("token2")))
    assert quick.send(REFUSED) == LOGIN
    assert slow.send(REFUSED) == LOGIN


def test_replacements_by_others_raise_nothing(session: Session) -> None:
    log_in(session, token("token0"))
    slow = ask(session)
    next(slow)
    for number in range(1, 5):
        quick = ask(session)
        next(quick)
        quick.send(REFUSED)
        quick.send(log_in(session, token(f"token{number}")))
        step = slow.send(REFUSED)
        assert isinstance(step, Request) and step.token == f"token{number}"
    assert end(slow, ROWS) == []


def test_a_write_is_repeated_once_after_a_refused_token(session: Session) -> None:
    log_in(session, token("token1"))
    call = steps(session, USER_ADD, {"Username": "ali", "Password": "secret"})
    first = next(call)
    call.send(REFUSED)
    again = call.send(log_in(session, token("token2")))
    assert isinstance(first, Request) and isinstance(again, Request)
    assert (again.body, again.token) == ("Action=add&Username=ali&Password=secret", "token2")
    assert end(call, Response(200, b'{"status": 1}')) == {"status": 1}


def test_another_error_is_raised_and_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    with pytest.raises(InvalidDataError) as caught:
        call.send(Response(400, b'{"ErrorCode": -5}'))
    assert not caught.value.login_failed
    assert sent_token(session) == "token1"


def test_no_answer_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    with pytest.raises(TransportError):
        call.throw(TransportError(Message("transport.closed")))
    assert sent_token(session) == "token1"


@pytest.mark.parametrize(
    "answer",
    [
        Response(401, b'{"ErrorCode": -2}'),
        Response(401, b'{"ErrorCode": -6}'),
        Response(200, b"{}"),
        Response(200, b"OK"),
        Response(503, b""),
    ],
)
def test_a_failed_login_leaves_no_token(session: Session, answer: Response) -> None:
    with pytest.raises(ServiceError, match=r"^auth gettoken: ") as caught:
        log_in(session, answer)
    assert caught.value.login_failed
    assert sent_token(session) is None


def test_a_login_that_fails_after_a_refused_token_leaves_no_token(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    call.send(REFUSED)
    with pytest.raises(InvalidKeyError):
        log_in(session, Response(401, b'{"ErrorCode": -2}'))
    assert sent_token(session) is None


def test_a_request_that_is_broken_off_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    call = ask(session)
    next(call)
    call.close()
    assert sent_token(session) == "token1"


def test_the_version_is_in_every_path() -> None:
    session = Session(ACCOUNT, "2.5", clock=Clock())
    call = ask(session)
    next(call)
    request = call.send(Token("token1", 2000.0))
    assert isinstance(request, Request)
    assert (session.login_request().path, request.path) == ("/2.5/auth/", "/2.5/user/")


def test_the_repr_of_a_request_shows_neither_token_nor_filter(session: Session) -> None:
    log_in(session, token("token-of-the-session"))
    assert "token-of-the-session" not in repr(next(ask(session)))
