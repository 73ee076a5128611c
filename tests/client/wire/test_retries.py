"""What is tried again, how often, and after how long."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event, Timer
from typing import Any

import pytest

from client.conftest import Ask, Call, Start, Waits
from client.scripted import (
    DONE,
    Answer,
    Asked,
    Script,
    Scripted,
    always,
    as_json,
    connect,
    connect_async,
    failure,
    in_turn,
    table,
)
from deltasib_query import (
    DeltasibQueryError,
    FatalServiceError,
    InvalidKeyError,
    OnlineRadiusUser,
    ServiceError,
    TransportError,
    UnexpectedResponseError,
    User,
)
from deltasib_query.client.concurrency import CallScope
from deltasib_query.client.wire import retries
from deltasib_query.client.wire.retries import backoff
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import USER_LIST

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731
ADD: Call = lambda isp: isp.user.add("ali", "secret")  # noqa: E731
WRITES: dict[str, Call] = {
    "POST": ADD,
    "PUT": lambda isp: isp.user_status.add(user_id=7, status_id=1),
    "DELETE": lambda isp: isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3),
}
PASSING = {
    "dropped": Answer(raw=b""),
    "reset": Answer(reset=True),
    "cut off": Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{"),
    "429": Answer(b"slow down", 429),
    "502": Answer(b"<html>", 502),
    "503": Answer(b"", 503),
    "504": Answer(b"", 504),
    "503 with a code": failure(-1, 503),
}
LASTING = {
    **{str(status): Answer(b"", status) for status in (201, 301, 400, 401, 403, 404, 408, 500, 501, 505)},
    **{f"code {code}": failure(code, 400) for code in (-1, -2, -3, -4, -5, -77)},
    "code under 200": failure(-1, 200),
    "no JSON": Answer(b"<html>"),
    "no list": as_json("rows"),
    "no row": as_json([{"User_Id": "five"}]),
    "not decoded": Answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_read_is_tried_again_after_a_failure_that_passes(start: Start, ask: Ask, name: str) -> None:
    server = start(in_turn(PASSING[name], PASSING[name], table(1)))
    assert ask(server.url, FIRST, retries=2).User_Id == 0
    assert len(server.calls) == 3


@pytest.mark.parametrize("name", PASSING)
def test_a_read_is_given_up_after_the_retries(start: Start, ask: Ask, name: str) -> None:
    server = start(always(PASSING[name]))
    with pytest.raises((ServiceError, TransportError)):
        ask(server.url, FIRST, retries=2)
    assert len(server.calls) == 3


@pytest.mark.parametrize("name", LASTING)
def test_a_read_is_not_tried_again_after_a_failure_that_lasts(start: Start, ask: Ask, name: str) -> None:
    server = start(always(LASTING[name]))
    with pytest.raises(DeltasibQueryError):
        ask(server.url, FIRST)
    assert len(server.calls) == 1


def test_a_slow_answer_is_asked_for_again(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(hang=True), table(1)))
    assert ask(server.url, FIRST, timeout=0.2).User_Id == 0
    assert len(server.calls) == 2


def test_a_server_that_does_not_listen_is_called_again(ask: Ask, waits: Waits) -> None:
    with Scripted(table(1)) as server:
        url = server.url
    with pytest.raises(TransportError, match="ConnectError"):
        ask(url, FIRST, retries=2)
    assert len(waits) == 3  # worked out after the last attempt as well


def test_three_retries_are_usual(start: Start, ask: Ask) -> None:
    server = start(always(Answer(b"", 503)))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, FIRST)
    assert len(server.calls) == 4


def test_no_retries(start: Start, ask: Ask) -> None:
    server = start(always(Answer(b"", 503)))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, FIRST, retries=0)
    assert len(server.calls) == 1


def test_the_last_failure_is_raised(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(raw=b""), Answer(b"first", 502), Answer(b"last", 503)))
    with pytest.raises(UnexpectedResponseError, match="last") as caught:
        ask(server.url, FIRST, retries=2)
    assert caught.value.status == 503


def test_a_failure_that_lasts_ends_the_retries(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), failure(-1, 500)))
    with pytest.raises(FatalServiceError):
        ask(server.url, FIRST, retries=5)
    assert len(server.calls) == 2


def test_a_retry_asks_the_same_again_under_the_same_token(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), table(9)))
    ask(server.url, lambda isp: isp.user.list(User.User_Id > 5, start=3).first())
    first, second = server.calls
    assert (first.query, first.token) == (second.query, second.token)
    assert len(server.logins) == 1


def test_the_status_of_a_customer_is_a_read(start: Start, ask: Ask) -> None:
    server = start(in_turn(Answer(b"", 503), as_json({"Status_Id": 3})))
    assert ask(server.url, lambda isp: isp.user_status.current_status(user_id=7)).Status_Id == 3


def test_a_login_is_tried_again_for_a_read(start: Start, ask: Ask) -> None:
    server = start(table(1), in_turn(Answer(b"", 503), Answer(raw=b""), as_json({"token": "t"})))
    assert ask(server.url, FIRST, retries=2).User_Id == 0
    assert (len(server.logins), len(server.calls)) == (3, 1)


def test_a_login_that_is_refused_is_not_tried_again(start: Start, ask: Ask) -> None:
    server = start(table(1), always(failure(-2, 401)))
    with pytest.raises(InvalidKeyError):
        ask(server.url, FIRST)
    assert (len(server.logins), len(server.calls)) == (1, 0)


def test_the_attempts_of_a_request_and_of_its_login_count_together(start: Start, ask: Ask) -> None:
    server = start(always(Answer(b"", 503)), in_turn(Answer(b"", 503), as_json({"token": "t"})))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, FIRST, retries=2)
    assert (len(server.logins), len(server.calls)) == (2, 2)


def failing_twice_a_page() -> Script:
    seen: dict[int, int] = {}

    def answer(asked: Asked) -> Answer:
        seen[asked.start] = seen.get(asked.start, 0) + 1
        return Answer(b"", 503) if seen[asked.start] <= 2 else table(6)(asked)

    return answer


def test_every_page_has_the_retries_of_its_own(start: Start, ask: Ask) -> None:
    rows = ask(start(failing_twice_a_page()).url, lambda isp: isp.user.list(page_size=2), retries=2)
    assert [row.User_Id for row in rows] == [0, 1, 2, 3, 4, 5]


def test_the_retries_of_a_page_are_not_more_behind_other_pages(start: Start, ask: Ask) -> None:
    server = start(lambda asked: Answer(b"", 503) if asked.start == 2 else table(6)(asked))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, lambda isp: isp.user.list(page_size=2), retries=2)
    assert [asked.start for asked in server.calls] == [0, 1, 2, 2, 2]


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("name", PASSING)
def test_a_write_is_never_tried_again(start: Start, ask: Ask, name: str, method: str) -> None:
    server = start(always(PASSING[name]))
    with pytest.raises((ServiceError, TransportError)):
        ask(server.url, WRITES[method])
    assert [asked.method for asked in server.calls] == [method]


def test_a_write_without_an_answer_is_never_tried_again(start: Start, ask: Ask) -> None:
    server = start(always(Answer(hang=True)))
    with pytest.raises(TransportError, match="ReadTimeout"):
        ask(server.url, ADD, timeout=0.2)
    assert len(server.calls) == 1


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("name", PASSING)
def test_a_write_is_tried_again_where_the_caller_says_so(start: Start, ask: Ask, name: str, method: str) -> None:
    server = start(in_turn(PASSING[name], DONE))
    assert ask(server.url, WRITES[method], retry_writes=True) is None
    assert [asked.method for asked in server.calls] == [method] * 2


def test_a_write_that_may_be_tried_again_is_given_up_after_the_retries(start: Start, ask: Ask) -> None:
    server = start(always(Answer(b"", 503)))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, ADD, retry_writes=True, retries=2)
    assert len(server.calls) == 3


def test_a_write_that_was_refused_is_not_tried_again_even_then(start: Start, ask: Ask) -> None:
    server = start(always(failure(-5)))
    with pytest.raises(ServiceError):
        ask(server.url, ADD, retry_writes=True)
    assert len(server.calls) == 1


@pytest.mark.parametrize("name", PASSING)
def test_a_write_whose_login_failed_is_tried_again(start: Start, ask: Ask, name: str) -> None:
    server = start(always(DONE), in_turn(PASSING[name], as_json({"token": "t"})))
    assert ask(server.url, ADD) is None
    assert (len(server.logins), len(server.calls)) == (2, 1)


def test_a_write_whose_login_fails_to_the_last_is_never_sent(start: Start, ask: Ask) -> None:
    server = start(always(DONE), always(Answer(b"", 503)))
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(server.url, ADD, retries=2)
    assert (len(server.logins), len(server.calls), caught.value.object) == (3, 0, "auth")


def test_a_write_that_fails_behind_a_login_that_failed_is_not_tried_again(start: Start, ask: Ask) -> None:
    server = start(always(Answer(raw=b"")), in_turn(Answer(b"", 503), as_json({"token": "t"})))
    with pytest.raises(TransportError):
        ask(server.url, ADD)
    assert (len(server.logins), len(server.calls)) == (2, 1)


def test_a_write_whose_token_is_refused_is_repeated_once(start: Start, ask: Ask) -> None:
    server = start(lambda asked: DONE if asked.token == "token2" else failure(-6, 401))
    assert ask(server.url, ADD) is None
    assert [(asked.token, asked.parameters["Username"]) for asked in server.calls] == [
        ("token1", "ali"),
        ("token2", "ali"),
    ]


def test_a_write_whose_fresh_token_is_refused_is_not_repeated(start: Start, ask: Ask) -> None:
    server = start(always(failure(-6, 401)))
    with pytest.raises(ServiceError):
        ask(server.url, ADD)
    assert len(server.calls) == 2


def test_a_write_whose_second_login_fails_is_tried_again(start: Start, ask: Ask) -> None:
    """After the refused token nothing has been done, and after the failed login nothing has been sent."""
    login = in_turn(as_json({"token": "old"}), Answer(b"", 503), as_json({"token": "new"}))
    server = start(lambda asked: DONE if asked.token == "new" else failure(-6, 401), login)
    assert ask(server.url, ADD) is None
    assert [asked.token for asked in server.calls] == ["old", "new"]


def busy(retry_after: float | None, status: int = 503) -> ServiceError:
    return ServiceError("busy", status=status, object="user", action="list", retry_after=retry_after)


@pytest.mark.parametrize(("asked", "waited"), [(7.0, 7.0), (30.0, 30.0), (31.0, 30.0), (86_400.0, 30.0)])
def test_a_server_is_waited_for_as_long_as_it_asks_up_to_the_longest_wait(asked: float, waited: float) -> None:
    assert backoff(busy(asked), 1) == waited


@pytest.mark.parametrize("error", [busy(None), busy(0.0), TransportError(Message("transport.closed"), transient=True)])
@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (500, 30.0)])
def test_waits_grow_to_the_longest_where_nothing_is_asked(
    error: ServiceError | TransportError, attempt: int, longest: float
) -> None:
    waits = [backoff(error, attempt) for _ in range(50)]
    assert all(0 <= seconds <= longest for seconds in waits)


def test_waits_are_jittered() -> None:
    assert len({backoff(busy(None), 5) for _ in range(50)}) > 1


def test_nothing_is_waited_for_less_than_the_server_asks() -> None:
    assert all(backoff(busy(7.0), attempt) >= 7.0 for attempt in range(1, 20))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_the_seconds_of_a_retry_after_are_waited(start: Start, ask: Ask, waits: Waits, status: int) -> None:
    ask(start(in_turn(Answer(b"", status, {"Retry-After": "7"}), table(1))).url, FIRST)
    assert waits == [7.0]


def test_the_date_of_a_retry_after_is_waited_for_up_to_the_longest_wait(start: Start, ask: Ask, waits: Waits) -> None:
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    ask(start(in_turn(Answer(b"", 503, {"Retry-After": tomorrow}), table(1))).url, FIRST)
    assert waits == [30.0]


FAR = f"Wed, 21 Oct {10**19} 07:28:00 GMT"
NOTHING = [
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "soon",
    "-7",
    "0",
    FAR,
    "nan",
    "inf",
    "1e5",
    "٧",
    "Wed, 21 Oct 2015 99:99:99",
]


@pytest.mark.parametrize("header", NOTHING)
def test_a_retry_after_that_asks_for_nothing(start: Start, ask: Ask, waits: Waits, header: str) -> None:
    ask(start(in_turn(Answer(b"", 503, {"Retry-After": header}), table(1))).url, FIRST)
    [waited] = waits
    assert waited <= 0.5


@pytest.mark.parametrize("header", ["9" * 5000, "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_a_retry_after_of_ages_is_waited_for_no_longer_than_the_longest_wait(
    start: Start, ask: Ask, waits: Waits, header: str
) -> None:
    ask(start(in_turn(Answer(b"", 503, {"Retry-After": header}), table(1))).url, FIRST)
    assert waits == [30.0]


PATIENCE = [(1, 2.5, 5), (2, 5, 10), (3, 10, 20), (4, 15, 30), (900, 15, 30)]


@pytest.mark.parametrize("retry_after", [None, 0.0])
@pytest.mark.parametrize(("attempt", "least", "most"), PATIENCE)
def test_a_server_that_has_had_enough_is_left_alone_for_seconds(
    retry_after: float | None, attempt: int, least: float, most: float
) -> None:
    waits = [backoff(busy(retry_after, 429), attempt) for _ in range(50)]
    assert all(least <= seconds <= most for seconds in waits)
    assert len(set(waits)) > 1


@pytest.mark.parametrize("where", ["list", "login"])
def test_429_is_waited_for_wherever_it_comes(start: Start, ask: Ask, waits: Waits, where: str) -> None:
    scripts: dict[str, Any] = {"list": table(1), "login": as_json({"token": "t"})}
    scripts[where] = in_turn(Answer(b"", 429), scripts[where])
    server = start(scripts["list"], in_turn(scripts["login"]))
    ask(server.url, FIRST)
    [waited] = waits
    assert 2.5 <= waited <= 5


def test_a_retry_after_of_the_login_is_waited(start: Start, ask: Ask, waits: Waits) -> None:
    login = in_turn(Answer(b"", 503, {"Retry-After": "7"}), as_json({"token": "t"}))
    ask(start(table(1), login).url, FIRST)
    assert waits == [7.0]


def test_an_error_has_the_seconds_that_the_server_asks_for(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(start(always(Answer(b"", 503, {"Retry-After": "7"}))).url, FIRST, retries=0)
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("retries", [-1, 1.0, "3", True, None])
def test_retries_that_are_no_number(start: Start, ask: Ask, retries: object) -> None:
    with pytest.raises(DeltasibQueryError, match=r"^retries: a whole number of at least 0 is needed"):
        ask(start(table(1)).url, FIRST, retries=retries)


def test_nothing_is_tried_again_once_a_walk_is_left(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Event()

    def backoff(_error: Exception, _attempt: int) -> float:
        Timer(0.1, stopped.set).start()
        return 60.0

    monkeypatch.setattr(retries, "backoff", backoff)
    server = start(always(Answer(b"", 503)))
    with connect(server.url) as isp, pytest.raises(TransportError, match="the walk was left"):
        isp._call(USER_LIST, {}, CallScope(stopped=stopped))
    assert len(server.calls) == 1


def test_others_are_served_while_one_waits_to_try_again(start: Start, waits: Waits) -> None:
    """A request that waits holds no connection."""
    server = start(lambda asked: Answer(b"", 503) if asked.path == "/1.0/service/" else table(1)(asked))

    async def main() -> int:
        async with connect_async(server.url, retries=50) as isp:
            stubborn = asyncio.create_task(isp.service.list().first())
            served = [await isp.user.list().first() for _ in range(5)]
            stubborn.cancel()
            await asyncio.gather(stubborn, return_exceptions=True)
            return len([row for row in served if row])

    assert asyncio.run(main()) == 5


def test_a_listing_names_its_action_in_the_error_of_the_last_attempt(start: Start, ask: Ask) -> None:
    with pytest.raises(ServiceError) as caught:
        ask(start(always(failure(-1, 503))).url, FIRST, retries=1)
    assert (caught.value.object, caught.value.action) == (USER_LIST.object, USER_LIST.name)
