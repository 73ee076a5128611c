"""What a client tells of its requests: events for functions of the caller, and lines of a log."""

from __future__ import annotations

import logging
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import FrozenInstanceError
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from client.conftest import Ask, Call, Serve, Start
from client.scripted import DONE, Answer, always, as_json, connect, connect_async, failure, in_turn, table
from deltasib_query import (
    BudgetError,
    InvalidDataError,
    InvalidTokenError,
    KeyRange,
    ParameterError,
    RequestEvent,
    ResponseEvent,
    TransportError,
    UnexpectedResponseError,
    User,
)


class Told(list[RequestEvent | ResponseEvent]):
    """What a client tells, in order. As text without the times, which differ."""

    @property
    def hooks(self) -> dict[str, Callable[[Any], object]]:
        return {"on_request": self.append, "on_response": self.append}

    def lines(self) -> list[str]:
        return [re.sub(r" ms=.*", "", str(event)) for event in self]

    def responses(self) -> list[ResponseEvent]:
        return [event for event in self if isinstance(event, ResponseEvent)]


def all_users(page_size: int = 2) -> Call:
    return lambda isp: isp.user.list(User.Username.startswith("user"), page_size=page_size)


def test_a_walk_request_by_request(start: Start, ask: Ask) -> None:
    told = Told()
    ask(start(table(3)).url, all_users(), **told.hooks)
    assert told.lines() == [
        "auth gettoken attempt=1",
        "auth gettoken attempt=1 status=200",
        'user list start=0 count=2 attempt=1 filter="Username like ?"',
        "user list start=0 count=2 attempt=1 status=200 rows=2",
        'user list start=1 count=2 attempt=1 filter="Username like ?"',
        "user list start=1 count=2 attempt=1 status=200 rows=2",
        'user list start=2 count=2 attempt=1 filter="Username like ?"',
        "user list start=2 count=2 attempt=1 status=200 rows=1",
        'user list start=3 count=2 attempt=1 filter="Username like ?"',
        "user list start=3 count=2 attempt=1 status=200 rows=0",
    ]


def test_what_an_event_holds(start: Start, ask: Ask) -> None:
    told = Told()
    ask(start(table(1)).url, lambda isp: isp.user.list(User.User_Id.in_([1, 2])).first(), **told.hooks)
    request, response = told[2:]
    assert request == RequestEvent("user", "list", attempt=1, start=0, count=1, filter="User_Id = ?")
    assert isinstance(response, ResponseEvent) and response.request is request
    assert (response.status, response.rows, response.error, response.code) == (200, 1, None, None)
    assert 0 < response.seconds < 60


def test_a_retry_is_another_attempt(start: Start, ask: Ask) -> None:
    told = Told()
    server = start(in_turn(Answer(b"", 503), Answer(raw=b""), table(1)))
    ask(server.url, lambda isp: isp.user.list().first(), **told.hooks)
    assert told.lines()[3::2] == [
        "user list start=0 count=1 attempt=1 status=503 error=UnexpectedResponseError",
        "user list start=0 count=1 attempt=2 error=TransportError",
        "user list start=0 count=1 attempt=3 status=200 rows=1",
    ]


def test_a_login_that_is_retried(start: Start, ask: Ask) -> None:
    told = Told()
    server = start(always(DONE), in_turn(Answer(b"", 503), as_json({"token": "t"})))
    ask(server.url, lambda isp: isp.user.add("ali", "secret"), **told.hooks)
    assert told.lines()[1::2] == [
        "auth gettoken attempt=1 status=503 error=UnexpectedResponseError",
        "auth gettoken attempt=2 status=200",
        "user add attempt=2 status=200",
    ]


def test_a_refused_token_and_the_login_after_it(start: Start, ask: Ask) -> None:
    told = Told()
    server = start(in_turn(failure(-6, 401), table(1)))
    ask(server.url, lambda isp: isp.user.list().first(), **told.hooks)
    assert told.lines()[1::2] == [
        "auth gettoken attempt=1 status=200",
        "user list start=0 count=1 attempt=1 status=401 error=InvalidTokenError code=-6",
        "auth gettoken attempt=1 status=200",
        "user list start=0 count=1 attempt=1 status=200 rows=1",
    ]
    assert isinstance(told.responses()[1].error, InvalidTokenError)


def test_an_error_is_the_one_that_the_caller_gets(start: Start, ask: Ask) -> None:
    told = Told()
    with pytest.raises(InvalidDataError) as caught:
        ask(start(always(failure(-5))).url, lambda isp: isp.user.add("ali", "secret"), **told.hooks)
    assert told.responses()[-1].error is caught.value
    assert told.responses()[-1].code == -5
    assert "documented" in str(caught.value)
    assert "documented" not in f"{told[-1]} {told[-1]!r}"


@pytest.mark.parametrize(
    ("answer", "call", "line"),
    [
        (
            {"User_Id": 1},
            lambda isp: isp.user.credit_info(user_id=1).one(),
            "user creditinfo start=0 count=1 attempt=1 status=200 rows=1",
        ),
        (
            {"Status_Id": 1},
            lambda isp: isp.user_status.current_status(user_id=1),
            "user.status currentstatus attempt=1 status=200",
        ),
        (
            {"status": 1},
            lambda isp: isp.user_service_base.cancel(5),
            "user.service.base cancel attempt=1 status=200",
        ),
    ],
)
def test_the_line_of_a_call(start: Start, ask: Ask, answer: object, call: Call, line: str) -> None:
    told = Told()
    ask(start(always(as_json(answer))).url, call, **told.hooks)
    assert told.lines()[-1] == line


def test_a_list_of_another_shape_has_no_rows(start: Start, ask: Ask) -> None:
    told = Told()
    with pytest.raises(UnexpectedResponseError):
        ask(start(always(as_json([5]))).url, lambda isp: isp.user.list().first(), **told.hooks)
    assert told.lines()[-1] == "user list start=0 count=1 attempt=1 status=200"


def test_a_scan_tells_the_conditions_that_it_adds(start: Start, ask: Ask) -> None:
    told = Told()
    scan: Call = lambda isp: isp.user.scan(User.Name == "علی").within(KeyRange(5, 9))  # noqa: E731
    ask(start(always(as_json([]))).url, scan, **told.hooks)
    assert told.lines()[2] == (
        'user list start=0 count=100 attempt=1 filter="Name = ? and User_Id > ? and User_Id <= ?"'
    )


def test_every_request_has_its_response_if_the_time_is_over(start: Start, ask: Ask) -> None:
    told = Told()
    server = start(always(Answer(hang=True)))
    with pytest.raises(BudgetError):
        ask(server.url, lambda isp: isp.user.list(max_seconds=0.3), **told.hooks)
    assert [event.request for event in told.responses()] == [event for event in told if isinstance(event, RequestEvent)]
    assert told.responses()[-1].error is not None


def fail_at(number: int) -> Callable[[object], None]:
    """Return a function that raises when it is called for the n-th time."""
    left = [number]

    def hook(event: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise ZeroDivisionError("a fault of the hook")

    return hook


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("hook", ["on_request", "on_response"])
@pytest.mark.parametrize("number", range(1, 7))
def test_no_row_is_lost_where_a_hook_fails(
    start: Start, ask: Ask, tmp_path: Path, hook: str, number: int, prefetch: int
) -> None:
    """A walk of five requests and a login fails at any of them, and goes on behind the last page that came."""
    server = start(table(5))
    keys: list[int] = []

    def walk(isp: Any) -> Any:
        pages = isp.user.list(page_size=2, prefetch=prefetch).pages(checkpoint=tmp_path / "checkpoint")
        if hasattr(pages, "__aiter__"):

            async def take() -> None:
                async for page in pages:
                    keys.extend(user.User_Id for user in page)

            return take()
        for page in pages:
            keys.extend(user.User_Id for user in page)
        return None

    with pytest.raises(ZeroDivisionError, match="a fault of the hook"):
        ask(server.url, walk, **{hook: fail_at(number)})
    ask(server.url, walk)
    assert sorted({*keys}) == [0, 1, 2, 3, 4]


def test_nothing_is_sent_if_on_request_fails(start: Start, ask: Ask) -> None:
    server = start(always(DONE))
    with pytest.raises(ZeroDivisionError):
        ask(server.url, lambda isp: isp.user.add("ali", "secret"), on_request=fail_at(2))
    assert (len(server.logins), server.calls) == (1, [])


def test_a_write_is_done_and_not_repeated_if_on_response_fails(start: Start, ask: Ask) -> None:
    server = start(always(DONE))
    with pytest.raises(ZeroDivisionError):
        ask(server.url, lambda isp: isp.user.add("ali", "secret"), on_response=fail_at(2), retry_writes=True)
    assert len(server.calls) == 1


async def no_hook(event: object) -> None: ...


class NoHook:
    async def __call__(self, event: object) -> None: ...


@pytest.mark.parametrize("make", [connect, connect_async])
@pytest.mark.parametrize("hook", ["on_request", "on_response"])
@pytest.mark.parametrize("given", [5, no_hook, partial(no_hook), NoHook()])
def test_what_is_no_hook(make: Any, hook: str, given: Any) -> None:
    with pytest.raises(ParameterError, match=f"^{hook}: a function that is not async is needed"):
        make("http://127.0.0.1:1", **{hook: given})


WHO: ContextVar[str] = ContextVar("who", default="nobody")


@pytest.mark.parametrize("options", [{}, {"prefetch": 2}])
def test_a_hook_runs_in_the_context_of_the_walk(serve: Serve, options: Any) -> None:
    who = []
    pair = serve(table(5), on_request=lambda event: who.append(WHO.get()))
    reset = WHO.set("caller")
    try:
        assert len(list(pair.client.user.list(page_size=2, **options))) == 5
    finally:
        WHO.reset(reset)
    assert {*who} == {"caller"}


def test_events_are_values() -> None:
    request = RequestEvent("user", "list", 1, 0, 100, "User_Id = ?")
    response = ResponseEvent(request, 0.5, 7)
    assert pickle.loads(pickle.dumps(response)) == response
    with pytest.raises(FrozenInstanceError):
        response.rows = 8  # type: ignore[misc]


# The log


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """Return the lines of one level, without the times."""
    told = [r.getMessage() for r in caplog.records if r.name == "deltasib_query" and r.levelno == level]
    return [re.sub(r" (ms|retry_in)=[0-9.]+", r" \1=…", line) for line in told]


def test_the_log_has_a_line_for_each_response(start: Start, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "deltasib_query")
    ask(start(table(1)).url, lambda isp: isp.user.list(User.User_Id == 0).first())
    assert lines(caplog, logging.DEBUG) == []
    assert lines(caplog, logging.INFO) == [
        "auth gettoken attempt=1 status=200 ms=…",
        "user list start=0 count=1 attempt=1 status=200 rows=1 ms=…",
    ]


def test_debug_has_the_requests_too(start: Start, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "deltasib_query")
    ask(start(table(1)).url, lambda isp: isp.user.list(User.User_Id == 0).first())
    assert lines(caplog, logging.DEBUG) == [
        "auth gettoken attempt=1",
        'user list start=0 count=1 attempt=1 filter="User_Id = ?"',
    ]


def test_a_retry_is_a_warning(start: Start, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    ask(start(in_turn(Answer(b"", 503), table(1))).url, lambda isp: isp.user.list().first())
    assert [record.levelname for record in caplog.records if record.name == "deltasib_query"] == ["WARNING"]
    assert lines(caplog, logging.WARNING) == ["user list attempt=1 error=UnexpectedResponseError retry_in=…"]


def test_a_failure_without_a_retry_is_no_warning(start: Start, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TransportError):
        ask(start(always(Answer(raw=b""))).url, lambda isp: isp.user.list().first(), retries=0)
    assert lines(caplog, logging.WARNING) == []


def test_a_log_of_data_gets_the_event_itself(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "deltasib_query")
    serve(table(1)).client.user.list().first()
    [*_, record] = [record for record in caplog.records if record.name == "deltasib_query"]
    assert isinstance(record.args, tuple) and isinstance(record.args[0], ResponseEvent)


def test_a_program_that_has_set_up_no_log_prints_nothing(start: Start) -> None:
    code = f"""
from deltasib_query import Client
with Client({start(in_turn(Answer(b"", 503), table(1))).url!r}, username="reseller", password="x") as isp:
    print(len(list(isp.user.list())))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("1", "")


def test_where_nobody_listens_neither_lark_nor_opentelemetry_is_loaded(start: Start) -> None:
    code = f"""
import sys
from deltasib_query import Client, User
with Client({start(table(3)).url!r}, username="reseller", password="x") as isp:
    print(len(list(isp.user.list(User.User_Id >= 0))), sys.modules.keys() & {{"lark", "opentelemetry"}})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("3 set()", "")
