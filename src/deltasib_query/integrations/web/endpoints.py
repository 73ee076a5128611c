"""The answers to an editor, for the routes of Starlette and of FastAPI alike."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any, Final, TypeAlias

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from deltasib_query.assist.as_json import Json
from deltasib_query.assist.completions import Wanted
from deltasib_query.assist.lookups import Values
from deltasib_query.filters.policies.policy import Policy

ValuesOf: TypeAlias = Callable[[Policy[Any], Wanted], "Values | Awaitable[Values]"]

_SECONDS_FOR_VALUES: Final = 1
_MOST_VALUES: Final = 50
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response in JSON. In ASCII it can hold half a surrogate pair, too, as JavaScript's texts do."""
    body = json.dumps(content, separators=(",", ":"))
    return Response(body, status, {**_HEADERS, **(headers or {})}, "application/json")


async def called(function: Callable[..., Any], *given: object) -> Any:
    """Return what a function returns, which may be asynchronous. One that is not runs in a thread: it may wait."""
    if iscoroutinefunction(function):
        return await function(*given)
    found = await to_thread.run_sync(partial(function, *given), abandon_on_cancel=True)
    return await found if isawaitable(found) else found


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API, with the function that answers there."""

    path: str
    method: str
    _json: Callable[[Request, Policy[Any], str], Awaitable[Json]]
