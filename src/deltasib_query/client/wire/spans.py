"""A span of OpenTelemetry for each request, where a program uses OpenTelemetry (extra ``opentelemetry``).

Names and attributes are those of the semantic conventions for clients of databases with an HTTP API, such as
Elasticsearch: `db.*`, `http.*`, `server.*`, `error.type`. `url.full` is left out, because the filter is in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from deltasib_query.client.wire.events import ResponseEvent
from deltasib_query.service.actions import Action

if TYPE_CHECKING:
    from opentelemetry.trace import Span


class Spans:
    """Makes the spans of a client of the server at `url`."""

    def __init__(self, url: str) -> None:
        parsed = httpx.URL(url)
        self._server: dict[str, str | int] = {
            "db.system.name": "deltasib",
            "server.address": parsed.host,
            "server.port": parsed.port or {"http": 80, "https": 443}[parsed.scheme],
        }

    @contextmanager
    def span(self, action: Action) -> Iterator[Span | None]:
        """Yield the span of a request, which is the current one inside the ``with``; None if nobody records it."""
        if "opentelemetry.trace" not in sys.modules:  # only a program that has imported it can say where spans go
            yield None
            return
        from opentelemetry.trace import SpanKind, get_tracer

        attributes = {
            **self._server,
            "db.operation.name": action.name,
            "db.collection.name": action.object,
            "http.request.method": action.method,
        }
        with get_tracer("deltasib_query").start_as_current_span(
            f"{action.name} {action.object}",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,  # its text and its traceback have words of the server
            set_status_on_exception=False,
        ) as span:
            yield span if span.is_recording() else None


def describe(span: Span, event: ResponseEvent) -> None:
    """Set what a request was, and what came of it."""
    from opentelemetry.trace import StatusCode

    request = event.request
    attributes = {
        "http.request.resend_count": request.attempt - 1 or None,
        "db.query.text": request.filter,
        "deltasib.limit_from": request.start,
        "deltasib.limit_count": request.count,
        "http.response.status_code": event.status,
        "db.response.returned_rows": event.rows,
        "db.response.status_code": None if event.code is None else str(event.code),
        "error.type": None if event.error is None else type(event.error).__name__,
    }
    span.set_attributes({name: value for name, value in attributes.items() if value is not None})
    if event.error is not None:
        span.set_status(StatusCode.ERROR)
