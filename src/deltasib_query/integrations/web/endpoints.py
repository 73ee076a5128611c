"""The endpoints of the API for editors, for the routes of Starlette and of FastAPI alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from itertools import islice
from typing import Any, Final, TypeAlias

from anyio import move_on_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from deltasib_query.assist.as_json import Json, as_json
from deltasib_query.assist.complete import complete
from deltasib_query.assist.completions import Wanted
from deltasib_query.assist.explain import explain
from deltasib_query.assist.lookups import Values
from deltasib_query.assist.vocabulary import vocabulary
from deltasib_query.display import shown
from deltasib_query.errors import FilterError, FilterUsageError, ParameterError
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.integrations.web.requests import RefusedError, checked_language, language_of, read
from deltasib_query.messages.message import LANGUAGES, Message
from deltasib_query.service.objects import User

ValuesOf: TypeAlias = Callable[[Policy[Any], Wanted], "Values | Awaitable[Values]"]
Endpoint: TypeAlias = Callable[[Request, Policy[Any]], Awaitable[Response]]

_SECONDS_FOR_VALUES: Final = 1
_MOST_VALUES: Final = 50
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Assistant:
    """What answers an editor. The options are those of `deltasib_query.integrations.web.assist`."""

    values: ValuesOf | None
    today: Callable[[], date] | None
    languages: Sequence[str]

    def __post_init__(self) -> None:
        unknown = [language for language in self.languages if language not in LANGUAGES]
        if unknown or not self.languages:
            raise ParameterError("languages", Message("language", known=LANGUAGES, given=shown(self.languages)))
        _warm(self.languages)

    def routes(self) -> Sequence[tuple[str, str, Endpoint]]:
        """Return the method and the path of each address, and its endpoint."""
        return [
            ("POST", "/check", partial(self._answer, self._check)),
            ("POST", "/complete", partial(self._answer, self._complete)),
            ("POST", "/explain", partial(self._answer, self._explain)),
            ("GET", "/vocabulary", partial(self._answer, self._vocabulary)),
        ]

    async def _answer(
        self, found: Callable[[Request, Policy[Any]], Awaitable[Json]], request: Request, policy: Policy[Any]
    ) -> Response:
        if not isinstance(policy, Policy):
            raise FilterUsageError(Message("usage.policy-of", given=shown(policy)))
        try:
            return json_response(await found(request, policy))
        except RefusedError as refused:
            said = refused.reason.said(language_of(request, self.languages))
            return json_response({"detail": str(said)}, refused.status_code)
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads

    async def _check(self, request: Request, policy: Policy[Any]) -> Json:
        body = await read(request, self.languages, required=["text"], optional=["caret", "language"])
        problems = policy.check(body.text)
        wrong = any(problem.severity == "error" for problem in problems)
        filter = None if wrong else policy.admit(body.text)
        return as_json(problems, body.text, language=body.language, caret=body.caret, filter=filter)

    async def _complete(self, request: Request, policy: Policy[Any]) -> Json:
        body = await read(request, self.languages, required=["text", "caret"], optional=["language"])
        today = self.today() if self.today else None
        found = complete(body.text, body.caret or 0, policy, language=body.language, today=today)
        if self.values is not None and found.wants is not None:
            found = found.with_values(await _looked_up(self.values, policy, found.wants))
        return as_json(found, body.text)

    async def _explain(self, request: Request, policy: Policy[Any]) -> Json:
        body = await read(request, self.languages, required=["text"], optional=["language"])
        try:
            return as_json(explain(body.text, policy, language=body.language), body.text)
        except FilterError:
            return {"language": body.language, "text": None, "clauses": None}

    async def _vocabulary(self, request: Request, policy: Policy[Any]) -> Json:
        named = request.query_params.get("language", language_of(request, self.languages))
        return vocabulary(policy, language=checked_language(named, self.languages))


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response in JSON. Escaped as ASCII, it can have half of a surrogate pair, as JavaScript's texts can."""
    body = json.dumps(content, separators=(",", ":"))
    return Response(body, status, {**_HEADERS, **(headers or {})}, "application/json")


async def called(function: Callable[..., Any], *given: object) -> Any:
    """Return what a function of the host returns. In a thread, unless it is asynchronous: it may wait."""
    if iscoroutinefunction(function):
        return await function(*given)
    found = await to_thread.run_sync(partial(function, *given), abandon_on_cancel=True)
    return await found if isawaitable(found) else found


async def _looked_up(values: ValuesOf, policy: Policy[Any], wanted: Wanted) -> list[object]:
    """Return the first values that the host finds; none if it fails or takes too long, whatever the reason."""
    with move_on_after(_SECONDS_FOR_VALUES), suppress(Exception):
        found = await called(values, policy, wanted)
        if not isinstance(found, AsyncIterable):
            return await to_thread.run_sync(lambda: [*islice(found, _MOST_VALUES)], abandon_on_cancel=True)
        first = []
        async for value in found:
            first.append(value)
            if len(first) == _MOST_VALUES:
                break
        return first
    return []


def _warm(languages: Sequence[str]) -> None:
    """Load what the first answer would wait for: the grammar, the words, the calendar."""
    policy = Policy(User, scope="all rows")
    for language in languages:
        for text in ("Username != 'ali' and", "User_Id = 5", "Username = 1399/11/11"):
            as_json(policy.check(text), text, language=language, caret=0)
        as_json(complete("", 0, policy, language=language, today=date(2021, 1, 30)), "")
        as_json(explain("User_Id = 5", policy, language=language), "")
