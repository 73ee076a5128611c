"""The API for editors as an application of Starlette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deltasib_query.filters.policies.policy import Policy
from deltasib_query.integrations.web.endpoints import Assistant, Endpoint, ValuesOf, called, json_response
from deltasib_query.integrations.web.files import editor_file
from deltasib_query.messages.message import LANGUAGES

PolicyOf = Callable[[Request], "Policy[Any] | Awaitable[Policy[Any]]"]


def assist(
    policy_of: PolicyOf,
    *,
    values: ValuesOf | None = None,
    today: Callable[[], date] | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> Starlette:
    """Return an application that answers an editor of filters, to be mounted: check, complete, explain, vocabulary.

    It serves the editor itself, too, for everybody: `static/deltasib-filter.js`.

    policy_of: returns the policy of a request's user, at every request. What it raises as `HTTPException`, such as 401
        for a user who has not logged in, is the answer. It may be asynchronous.
    values: returns values for `Completions.wants`, given the policy and what is wanted; `values_from` makes such a
        function of a list. It may be asynchronous. It has one second; if it fails, nothing is added. None offers no
        values.
    today: returns the day where the users are, for items such as "today". None offers no days.
    languages: of labels and messages, the first one for users whose browsers prefer none of them.

    No answer has anything of the policy's scope or of a field that it hides, and no answer may be stored. Nothing is
    logged. Raises `ParameterError` for a language that is not known.

    >>> from deltasib_query import Policy, User
    >>> app = assist(lambda request: Policy(User, scope=User.User_Id < 200))
    >>> [route.path for route in app.routes]
    ['/check', '/complete', '/explain', '/vocabulary', '/static/{name}']
    """

    def route(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            return await endpoint(request, await called(policy_of, request))

        return respond

    assistant = Assistant(values, today, tuple(languages))
    routes = [Route(path, route(endpoint), methods=[method]) for method, path, endpoint in assistant.routes()]
    routes.append(Route("/static/{name}", editor_file))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _in_json})
    app.router.redirect_slashes = False
    return app


async def _in_json(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return json_response({"detail": error.detail}, error.status_code, error.headers)
