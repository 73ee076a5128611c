"""What a probe does when the server fails, and what it never does."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from client.conftest import Ask, Start, ask_sync
from client.scripted import Answer, Asked, always, as_json, failure, in_turn
from deltasib_query import InvalidKeyError, ServerProfile, ServiceError, TransportError, UnexpectedResponseError, User
from deltasib_query.client.probing.survey import MOST_REQUESTS
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

from .test_sandboxes import DIFFERENT, GUIDE


@pytest.mark.parametrize("fault", ["errors", "drop"])
@pytest.mark.parametrize("last", [2, 3, 5, 8, 13, 20])
def test_a_server_that_stops_answering_is_asked_nothing_more(ask: Ask, fault: str, last: int) -> None:
    requests: list[str] = []
    hit: dict[str, Any] = {fault: tuple(range(last, 100))}
    with Sandbox(users=310, profile=GUIDE, faults=Faults(**hit), on_request=requests.append) as sandbox:
        report = ask(sandbox.url, lambda isp: isp.probe(), retries=0)
    assert isinstance(report.failure, ServiceError if fault == "errors" else TransportError)
    assert (len(requests), report.requests) == (1 + last, 1 + last)
    found = report.profile.stated()
    assert {name: value for name, value in found.items() if getattr(GUIDE, name) != value} == {}
    stopped = "not asked: the server stopped answering"
    assert {each.name for each in report.findings if each.value is None} >= {"max_url_bytes", "credit_by_filter"}
    assert str(report.findings[1].reason) == stopped


def test_failures_that_pass_are_retried(ask: Ask) -> None:
    with Sandbox(users=310, profile=GUIDE, faults=Faults(errors=(1, 4, 9, 10), drop=(15,))) as sandbox:
        report = ask(sandbox.url, lambda isp: isp.probe())
    assert (report.profile, report.failure) == (GUIDE, None)


@pytest.mark.parametrize("answer", [Answer(reset=True), Answer(b"", 503), Answer(b"", 414), failure(-1, 500)])
def test_whatever_happens_to_a_long_url_is_no_failure(start: Start, ask: Ask, answer: Answer) -> None:
    row = {"User_Id": 7, "Username": "ali"}

    def served(asked: Asked) -> Answer:
        text = asked.parameters.get("Filter", "")
        if len(asked.query) > 5000:
            return answer
        return as_json([] if text == "User_Id = 0" else [row])

    report = ask(start(served).url, lambda isp: isp.probe())
    assert (report.profile.max_url_bytes, report.failure) == (4000, None)


@pytest.mark.parametrize("fault", [Faults(errors=100), Faults(drop=100)])
def test_without_a_first_list_there_is_no_report(ask: Ask, fault: Faults) -> None:
    with Sandbox(users=3, faults=fault) as sandbox, pytest.raises((ServiceError, TransportError)):
        ask(sandbox.url, lambda isp: isp.probe(), retries=0)


def test_a_refused_login(ask: Ask) -> None:
    with Sandbox(users=3) as sandbox, pytest.raises(InvalidKeyError):
        ask(sandbox.url, lambda isp: isp.probe(), password="wrong")


def test_a_page_instead_of_the_service(start: Start, ask: Ask) -> None:
    server = start(always(Answer(b"<h1>Welcome</h1>")))
    with pytest.raises(UnexpectedResponseError, match="not JSON"):
        ask(server.url, lambda isp: isp.probe())
    assert len(server.calls) + len(server.logins) == 8  # each way of reading it once


def test_a_token_that_dies_early_is_replaced(ask: Ask) -> None:
    with Sandbox(users=310, profile=GUIDE, faults=Faults(token_dies_after=3)) as sandbox:
        assert ask(sandbox.url, lambda isp: isp.probe()).profile == GUIDE


@pytest.mark.parametrize("facts", [{}, *DIFFERENT.values()], ids=["as it is documented", *DIFFERENT])
def test_it_only_reads_and_its_filters_name_customers(facts: dict[str, Any]) -> None:
    requests: list[str] = []
    with Sandbox(users=40, profile=ServerProfile(**facts), on_request=requests.append) as sandbox:
        report = ask_sync(sandbox.url, lambda isp: isp.probe())
    assert len(requests) <= report.requests <= MOST_REQUESTS
    reads = re.compile("POST auth gettoken$|GET (user|service) list |GET user creditinfo ")
    assert [request for request in requests if not reads.match(request)] == []
    filters = [found[1] for request in requests if (found := re.search(r" Filter=(.*?) Field=", request))]
    assert [filter for filter in filters if not re.match(r"\(*User_Id = [0-9]+", filter)] == []


def test_a_server_whose_every_answer_needs_another_question(start: Start, ask: Ask) -> None:
    honest = [{"User_Id": 1, "Username": "ali_1'", "Family": "رضایی1"}, {"User_Id": 2, "Username": "09"}]
    server = start(lambda asked: as_json(honest if "Filter" not in asked.parameters else []))
    report = ask(server.url, lambda isp: isp.probe())
    assert report.requests == 1 + len(server.calls) <= MOST_REQUESTS


SECRET = ("zoe_private", "O'Hidden", "نام محرمانه", "street of secrets 12%")


def served(asked: Asked) -> Answer:
    """Answer with a customer, and refuse every other filter with a description that repeats it."""
    row = {"User_Id": 77_001, **dict(zip(("Username", "Family", "Name", "Address"), SECRET, strict=True))}
    text = asked.parameters.get("Filter", "")
    if any(sign in text for sign in ("''", "like", "%", "or ")):
        return failure(-5, 400, f"Invalid Data: {text}")
    return as_json([] if text == "User_Id = 0" else [row])


def test_no_value_of_a_customer_and_no_secret_is_told(start: Start, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = start(in_turn(*[served] * 15, Answer(reset=True)))
    report = ask(server.url, lambda isp: isp.probe(), retries=0, password="s3cr3t-password")
    assert isinstance(report.failure, TransportError)
    told = f"{report} {report!r} {report.profile.to_toml()} {report.failure} {report.failure!r} {caplog.text}"
    hidden = (*SECRET, "Hidden", "77001", "77_001", "s3cr3t", "token1")
    assert [secret for secret in hidden if secret in told] == []


def test_the_same_for_a_sandbox_with_a_whole_report(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [{"User_Id": 77_001 + number, **dict(zip(("Username", "Family", "Name", "Address"), SECRET, strict=True))}
            for number in range(3)]  # fmt: skip
    with Sandbox(rows={User: rows}) as sandbox:
        report = ask(sandbox.url, lambda isp: isp.probe())
    told = f"{report} {report!r} {report.profile.to_toml()} {caplog.text}"
    assert [secret for secret in (*SECRET, "Hidden", "77001", "sandbox") if secret in told] == []
