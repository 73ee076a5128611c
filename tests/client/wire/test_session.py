"""The login that all requests share, step by step, without I/O and with a clock of the test's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deltasib_query import InvalidDataError, InvalidKeyError, InvalidTokenError, TransportError
from deltasib_query.client.wire.responses import Reply
from deltasib_query.client.wire.session import Conversation, LogIn, Send, Session, Token
from deltasib_query.service.actions import GET_TOKEN, USER_ADD, USER_LIST


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    return Session("reseller", "secret", "1.0", clock)


ROWS = Reply(200, b"[]")
REFUSED = Reply(401, b'{"ErrorCode": -6, "ErrorDesc": "Invalid token"}')


def token(name: str, lifetime: object = 600) -> Reply:
    return Reply(200, json.dumps({"token": name, "SessionTimeout": lifetime}).encode())


def end(conversation: Conversation, answer: Any) -> Any:
    """Send the last answer, and return what the conversation returns."""
    with pytest.raises(StopIteration) as caught:
        conversation.send(answer)
    return caught.value.value


def log_in(session: Session, answer: Reply) -> Token:
    conversation = session.log_in()
    next(conversation)
    made: Token = end(conversation, answer)
    return made


def ask(session: Session) -> Conversation:
    return session.ask(USER_LIST, {"Filter": "User_Id = 1"})


def sent_token(session: Session) -> str | None:
    """Return the token that the next request would bring, or None where it would log in first."""
    step = next(ask(session))
    return step.token if isinstance(step, Send) else None


def test_the_first_request_begins_with_a_login(session: Session) -> None:
    assert isinstance(next(ask(session)), LogIn)


def test_the_request_follows_with_the_token(session: Session) -> None:
    conversation = ask(session)
    next(conversation)
    step = conversation.send(Token("token1", 2000.0))
    assert isinstance(step, Send)
    assert (step.action, step.token, step.request.path) == (USER_LIST, "token1", "/1.0/user/")
    assert step.request.query == "Action=list&Filter=User_Id%20%3D%201"


def test_the_answer_is_the_end(session: Session) -> None:
    conversation = ask(session)
    next(conversation)
    conversation.send(Token("token1", 2000.0))
    assert end(conversation, Reply(200, b'[{"User_Id": 1}]')) == [{"User_Id": 1}]


def test_a_login_sends_the_account_without_a_token(session: Session) -> None:
    step = next(session.log_in())
    assert isinstance(step, Send)
    assert (step.action, step.token, step.request.method, step.request.path) == (GET_TOKEN, "", "POST", "/1.0/auth/")
    assert step.request.body.startswith("Action=gettoken&Api_Username=reseller&Api_Key=bd2b1aaf7ef4f09be9f52ce2d8d599")


def test_a_login_returns_the_token(session: Session) -> None:
    assert log_in(session, token("token1")).text == "token1"


def test_a_login_that_another_request_has_just_made_sends_nothing(session: Session) -> None:
    log_in(session, token("token1"))
    with pytest.raises(StopIteration) as caught:
        next(session.log_in())
    assert caught.value.value.text == "token1"


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


def test_a_lifetime_begins_when_the_token_is_asked_for(session: Session, clock: Clock) -> None:
    conversation = session.log_in()
    next(conversation)
    clock.now = 1020.0  # a slow answer
    end(conversation, token("token1", 600))
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
    conversation = ask(session)
    first = next(conversation)
    assert isinstance(conversation.send(REFUSED), LogIn)
    again = conversation.send(log_in(session, token("token2")))
    assert isinstance(first, Send) and isinstance(again, Send)
    assert (again.token, again.request) == ("token2", first.request)
    assert end(conversation, ROWS) == []


def test_a_refused_token_serves_nobody_else(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    assert sent_token(session) is None


def test_a_fresh_token_that_is_refused_raises(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    conversation.send(log_in(session, token("token2")))
    with pytest.raises(InvalidTokenError):
        conversation.send(REFUSED)


def test_a_token_that_was_replaced_meanwhile_is_refused_without_counting(session: Session) -> None:
    log_in(session, token("token1"))
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    quick.send(REFUSED)
    quick.send(log_in(session, token("token2")))
    again = slow.send(REFUSED)
    assert isinstance(again, Send) and again.token == "token2"
    assert isinstance(slow.send(REFUSED), LogIn)  # this is the first time that counts


def test_a_token_that_is_being_replaced_is_refused_without_counting(session: Session) -> None:
    log_in(session, token("token1"))
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    assert isinstance(quick.send(REFUSED), LogIn)
    assert isinstance(slow.send(REFUSED), LogIn)
    slow.send(log_in(session, token("token2")))
    assert isinstance(slow.send(REFUSED), LogIn)


def serve(session: Session) -> None:
    """Let the token serve a request."""
    conversation = ask(session)
    next(conversation)
    end(conversation, ROWS)


def test_tokens_that_have_served_others_run_out_without_counting(session: Session) -> None:
    log_in(session, token("token0"))
    unlucky = ask(session)
    next(unlucky)
    for number in range(1, 20):
        serve(session)
        assert isinstance(unlucky.send(REFUSED), LogIn)
        step = unlucky.send(log_in(session, token(f"token{number}")))
        assert isinstance(step, Send) and step.token == f"token{number}"
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
    assert isinstance(one.send(REFUSED), LogIn)
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
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    conversation.send(log_in(session, token("token2")))
    assert isinstance(conversation.send(REFUSED), LogIn)
    conversation.send(log_in(session, token("token3")))
    with pytest.raises(InvalidTokenError):
        conversation.send(REFUSED)


def test_the_same_token_again_counts_as_a_fresh_one(session: Session) -> None:
    log_in(session, token("same"))
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    conversation.send(log_in(session, token("same")))
    with pytest.raises(InvalidTokenError):
        conversation.send(REFUSED)


def test_the_same_token_again_serves_the_requests_after_it(session: Session) -> None:
    log_in(session, token("same"))
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    conversation.send(log_in(session, token("same")))
    end(conversation, ROWS)
    assert sent_token(session) == "same"


def test_an_old_token_that_is_refused_late_brings_no_dead_one_back(session: Session) -> None:
    log_in(session, token("token1"))
    serve(session)
    slow, quick = ask(session), ask(session)
    next(slow)
    next(quick)
    quick.send(REFUSED)
    quick.send(log_in(session, token("token2")))
    assert isinstance(quick.send(REFUSED), LogIn)
    assert isinstance(slow.send(REFUSED), LogIn)


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
        assert isinstance(step, Send) and step.token == f"token{number}"
    assert end(slow, ROWS) == []


def test_a_write_is_repeated_once_after_a_refused_token(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = session.ask(USER_ADD, {"Username": "ali", "Password": "secret"})
    first = next(conversation)
    conversation.send(REFUSED)
    again = conversation.send(log_in(session, token("token2")))
    assert isinstance(first, Send) and isinstance(again, Send)
    assert (again.request.body, again.token) == ("Action=add&Username=ali&Password=secret", "token2")
    assert end(conversation, Reply(200, b'{"status": 1}')) == {"status": 1}


def test_another_error_is_raised_and_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    with pytest.raises(InvalidDataError) as caught:
        conversation.send(Reply(400, b'{"ErrorCode": -5}'))
    assert not caught.value.login_failed
    assert sent_token(session) == "token1"


def test_no_answer_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    with pytest.raises(TransportError) as caught:
        conversation.throw(TransportError("no answer"))
    assert not caught.value.login_failed
    assert sent_token(session) == "token1"


def test_a_failed_login_says_that_the_request_was_not_sent(session: Session) -> None:
    conversation = ask(session)
    next(conversation)
    with pytest.raises(TransportError) as caught:
        conversation.throw(TransportError("no answer"))
    assert caught.value.login_failed


@pytest.mark.parametrize(
    "answer",
    [
        Reply(401, b'{"ErrorCode": -2}'),
        Reply(401, b'{"ErrorCode": -6}'),
        Reply(200, b"{}"),
        Reply(200, b"OK"),
        Reply(503, b""),
    ],
)
def test_a_failed_login_leaves_no_token(session: Session, answer: Reply) -> None:
    conversation = session.log_in()
    next(conversation)
    with pytest.raises(Exception, match=r"^auth gettoken: "):
        conversation.send(answer)
    assert sent_token(session) is None


def test_a_login_that_fails_after_a_refused_token_leaves_no_token(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    conversation.send(REFUSED)
    refusal = InvalidKeyError("no", code=-2, status=401, object="auth", action="gettoken")
    with pytest.raises(InvalidKeyError) as caught:
        conversation.throw(refusal)
    assert caught.value.login_failed
    assert sent_token(session) is None


def test_a_login_that_is_broken_off_leaves_no_token(session: Session) -> None:
    conversation = session.log_in()
    next(conversation)
    conversation.close()
    assert sent_token(session) is None


def test_a_request_that_is_broken_off_keeps_the_token(session: Session) -> None:
    log_in(session, token("token1"))
    conversation = ask(session)
    next(conversation)
    conversation.close()
    assert sent_token(session) == "token1"


def test_the_version_is_in_every_path() -> None:
    session = Session("reseller", "secret", "2.5", Clock())
    login, conversation = next(session.log_in()), ask(session)
    next(conversation)
    request = conversation.send(Token("token1", 2000.0))
    assert isinstance(login, Send) and isinstance(request, Send)
    assert (login.request.path, request.request.path) == ("/2.5/auth/", "/2.5/user/")


def test_the_repr_of_a_step_shows_neither_token_nor_filter(session: Session) -> None:
    log_in(session, token("token-of-the-session"))
    assert "token-of-the-session" not in repr(next(ask(session)))
