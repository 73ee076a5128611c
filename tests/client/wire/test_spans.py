"""The spans of OpenTelemetry: one for each request, and nothing in them that is a customer's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from client.conftest import Ask, Serve, Start
from client.recorded_spans import spans
from client.scripted import DONE, Answer, always, failure, in_turn, table
from deltasib_query import InvalidDataError, User

NAME = "علی محمدی"
FILTER = User.Name == NAME
Spans = list[ReadableSpan]
__all__ = ["spans"]


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_span_has_what_a_request_is_and_what_came_of_it(start: Start, ask: Ask, spans: Spans) -> None:
    server = start(table(3))
    ask(server.url, lambda isp: isp.user.list(FILTER, page_size=50).take(2))
    login, request = spans
    host = {"db.system.name": "deltasib", "server.address": "127.0.0.1", "server.port": int(server.url[17:])}
    assert (login.name, login.kind) == ("gettoken auth", SpanKind.CLIENT)
    assert attributes(login) == host | {
        "db.operation.name": "gettoken",
        "db.collection.name": "auth",
        "http.request.method": "POST",
        "http.response.status_code": 200,
    }
    assert (request.name, request.status.status_code) == ("list user", StatusCode.UNSET)
    assert attributes(request) == host | {
        "db.operation.name": "list",
        "db.collection.name": "user",
        "db.query.text": "Name = ?",
        "db.response.returned_rows": 2,
        "deltasib.limit_from": 0,
        "deltasib.limit_count": 2,
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }


def test_each_retry_has_a_span(start: Start, ask: Ask, spans: Spans) -> None:
    ask(start(in_turn(Answer(raw=b""), table(1))).url, lambda isp: isp.user.list().first())
    _, failed, retried = spans
    assert failed.status.status_code is StatusCode.ERROR
    assert attributes(failed)["error.type"] == "TransportError"
    assert "http.request.resend_count" not in attributes(failed)
    assert attributes(retried)["http.request.resend_count"] == 1


def test_an_error_has_its_code_and_none_of_the_words_of_the_server(start: Start, ask: Ask, spans: Spans) -> None:
    server = start(always(failure(-5, description=f"there is a {NAME} already")))
    with pytest.raises(InvalidDataError, match=NAME):
        ask(server.url, lambda isp: isp.user.add("ali", "secret"))
    [_, span] = spans
    assert attributes(span) | {
        "db.response.status_code": "-5",
        "error.type": "InvalidDataError",
        "http.response.status_code": 400,
    } == attributes(span)
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert NAME not in span.to_json(indent=None).encode().decode("unicode-escape")


@pytest.mark.parametrize("options", [{}, {"prefetch": 2}])
def test_the_span_of_the_caller_is_the_parent(start: Start, ask: Ask, spans: Spans, options: Any) -> None:
    with trace.get_tracer("program").start_as_current_span("report") as report:
        ask(start(table(5)).url, lambda isp: isp.user.list(page_size=2, **options))
    inner = [span for span in spans if span.name != "report"]
    assert len(inner) > 2
    assert {span.parent.span_id for span in inner if span.parent} == {report.get_span_context().span_id}


def test_a_span_of_the_caller_is_current_again_behind_a_failure(serve: Serve, spans: Spans) -> None:
    pair = serve(always(failure(-5)))
    with trace.get_tracer("program").start_as_current_span("report") as report:
        with pytest.raises(InvalidDataError):
            pair.client.user.add("ali", "secret")
        assert trace.get_current_span() is report


@pytest.fixture
def instrumented() -> Iterator[None]:
    HTTPXClientInstrumentor().instrument()
    yield
    HTTPXClientInstrumentor().uninstrument()


def shows_the_filter(spans: Spans) -> list[str]:
    return [span.name for span in spans if "Filter" in str(attributes(span)) or NAME in str(attributes(span))]


@pytest.mark.usefixtures("instrumented")
def test_instrumentation_of_httpx_does_not_see_the_filter(start: Start, ask: Ask, spans: Spans) -> None:
    ask(start(table(1)).url, lambda isp: isp.user.list(FILTER).first())
    ask(start(always(DONE)).url, lambda isp: isp.user.add("ali", "secret"))
    assert [span.name for span in spans] == [
        "gettoken auth", "list user", "gettoken auth", "add user",
    ]  # fmt: skip
    assert shows_the_filter(spans) == []


@pytest.mark.usefixtures("instrumented")
def test_it_sees_the_filter_through_a_transport_of_httpx(start: Start, ask: Ask, spans: Spans) -> None:
    """As the documentation says: a transport of the caller's is the caller's business."""
    transport = httpx.HTTPTransport() if ask.__name__ == "ask_sync" else httpx.AsyncHTTPTransport()
    ask(start(table(1)).url, lambda isp: isp.user.list(FILTER).first(), transport=transport)
    assert shows_the_filter(spans) == ["GET"]
