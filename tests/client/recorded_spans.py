"""A fixture that records the spans of OpenTelemetry. A process has one provider, so it stays behind the tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider


class Recorder(SpanProcessor):
    """Keeps the spans that end while a test wants them."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] | None = None

    def on_end(self, span: ReadableSpan) -> None:
        if self.spans is not None:
            self.spans.append(span)


@cache
def recorder() -> Recorder:
    provider, made = TracerProvider(), Recorder()
    provider.add_span_processor(made)
    trace.set_tracer_provider(provider)
    return made


@pytest.fixture
def spans() -> Iterator[list[ReadableSpan]]:
    found: list[ReadableSpan] = []
    recorder().spans = found
    yield found
    recorder().spans = None
