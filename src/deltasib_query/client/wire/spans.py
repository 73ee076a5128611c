"""A span of OpenTelemetry for each request, where a program uses OpenTelemetry (extra ``opentelemetry``).

Names and attributes are those of the semantic conventions for clients of databases with an HTTP API, such as
Elasticsearch: `db.*`, `http.*`, `server.*`, `error.type`. `url.full` is left out, because the filter is in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import httpx

from deltasib_query.client.wire.events import RequestEvent, ResponseEvent
from deltasib_query.service.actions import Action

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class Spans:
    """Makes the spans of a client of the server at `url`."""

    def __init__(self, url: str) -> None:
        parsed = httpx.URL(url)
        self._server: dict[str, str | int] = {
            "db.system.name": "deltasib",
            "server.address": parsed.host,
            "server.port": parsed.port or {"http": 80, "https": 443}[parsed.scheme],
        }
        self._tracer: Tracer | None = None

    def span(self, action: Action) -> AbstractContextManager[RequestSpan | None]:
        """Return a span that is the current one inside a ``with``; None if nobody records it."""
        # Only a program that has imported OpenTelemetry can have said where spans go.
        return self._current(action) if "opentelemetry.trace" in sys.modules else nullcontext()

    @contextmanager
    def _current(self, action: Action) -> Iterator[RequestSpan | None]:
        from opentelemetry.trace import SpanKind, get_tracer

        self._tracer = self._tracer or get_tracer("deltasib_query")
        attributes = {
            **self._server,
            "db.operation.name": action.name,
            "db.collection.name": action.object,
            "http.request.method": action.method,
        }
        with self._tracer.start_as_current_span(
            f"{action.name} {action.object}",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,  # its text and its traceback have words of the server
            set_status_on_exception=False,
        ) as span:
            yield RequestSpan(span) if span.is_recording() else None


class RequestSpan:
    """A span that is recorded."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def begin(self, event: RequestEvent) -> None:
        """Set what is known before the request is sent."""
        self._set({"http.request.resend_count": event.attempt - 1 or None, "db.query.text": event.filter})
        self._set({"deltasib.limit_from": event.start, "deltasib.limit_count": event.count})

    def end(self, event: ResponseEvent) -> None:
        """Set what came of the request."""
        self._set({"http.response.status_code": event.status, "db.response.returned_rows": event.rows})
        if event.error is not None:
            from opentelemetry.trace import StatusCode

            code = None if event.code is None else str(event.code)
            self._set({"db.response.status_code": code, "error.type": type(event.error).__name__})
            self._span.set_status(StatusCode.ERROR)

    def _set(self, attributes: dict[str, str | int | None]) -> None:
        self._span.set_attributes({name: value for name, value in attributes.items() if value is not None})
