"""Reports each request to the caller's functions, to the logger ``deltasib_query`` and to OpenTelemetry. No I/O."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any, Final

from deltasib_query.client.wire.events import RequestEvent, ResponseEvent
from deltasib_query.client.wire.requests import Request
from deltasib_query.client.wire.rows import read_rows
from deltasib_query.client.wire.spans import Spans, describe
from deltasib_query.errors import ServiceError, needed
from deltasib_query.language.fingerprints import fingerprint
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

_LOG: Final = logging.getLogger("deltasib_query")
_LOG.addHandler(logging.NullHandler())  # or Python would print the warnings, where a program has set up no log


class Exchange:
    """A request and its response. `data` is the JSON of a successful response."""

    data: Any = None


class Reporter:
    """Reports every request of a client, and its response.

    on_request, on_response: functions of the caller. What they raise goes to the caller.
    url: the server's.

    Raises `ParameterError` for what cannot be called, and for an async function.
    """

    def __init__(
        self,
        on_request: Callable[[RequestEvent], object] | None,
        on_response: Callable[[ResponseEvent], object] | None,
        url: str,
    ) -> None:
        for name, hook in (("on_request", on_request), ("on_response", on_response)):
            if hook is not None and (not callable(hook) or any(map(iscoroutinefunction, (hook, type(hook).__call__)))):
                raise needed(name, Message("rule.function"), hook)
        self._on_request, self._on_response = on_request, on_response
        self._spans = Spans(url)

    @contextmanager
    def exchange(self, request: Request, attempt: int) -> Iterator[Exchange]:
        """Report the request that is sent inside the ``with``, and what comes of it."""
        exchange = Exchange()
        with self._spans.span(request.action) as span:
            heard = self._on_request or self._on_response or _LOG.isEnabledFor(logging.INFO)
            if span is None and not heard:
                yield exchange
                return
            event = _request_event(request, attempt)
            _LOG.debug("%s", event)
            if self._on_request:
                self._on_request(event)
            began, error = time.perf_counter(), None
            try:
                yield exchange
            except BaseException as raised:
                error = raised
                raise
            finally:
                seconds = time.perf_counter() - began
                rows = None if error is not None else _rows(request.action, exchange.data)
                came = ResponseEvent(event, seconds, rows, error)
                if span is not None:
                    describe(span, came)
                _LOG.info("%s", came)
                if self._on_response:
                    self._on_response(came)


def log_retry(action: Action, attempt: int, error: BaseException | None, seconds: float) -> None:
    """Log that an attempt of a call has failed, and in how many seconds the next one begins."""
    name = type(error).__name__
    _LOG.warning("%s %s attempt=%d error=%s retry_in=%.1f", action.object, action.name, attempt, name, seconds)


def _request_event(request: Request, attempt: int) -> RequestEvent:
    action, values = request.action, request.values
    start, count = (int(values[name]) if name in values else None for name in ("LimitFrom", "LimitCount"))
    return RequestEvent(action.object, action.name, attempt, start, count, _fingerprint(values.get("Filter")))


def _fingerprint(text: str | None) -> str | None:
    if text is None:
        return None
    # Imported here, because a client of which nobody hears does without Lark.
    from deltasib_query.language.parser import parse_tree

    return fingerprint(parse_tree(text)[0])


def _rows(action: Action, data: Any) -> int | None:
    """Return how many rows the response to a list has; None for another action."""
    try:
        return len(read_rows(action, data)) if action.record else None
    except ServiceError:  # of another shape, as the caller is told when the rows are read
        return None
