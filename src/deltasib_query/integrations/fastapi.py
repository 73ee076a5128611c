"""For programs of FastAPI: errors in the language of the request, and the API for editors (extra ``fastapi``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from deltasib_query.display import shown
from deltasib_query.errors import FilterError, MissingExtraError, ParameterError
from deltasib_query.filters.policies.pydantic_types import error_context
from deltasib_query.messages.languages import preferred_language
from deltasib_query.messages.message import LANGUAGES, Message

try:
    from fastapi import APIRouter, Request, Response
    from fastapi.exception_handlers import request_validation_exception_handler
    from fastapi.exceptions import RequestValidationError
    from fastapi.params import Depends
    from fastapi.responses import JSONResponse
except ModuleNotFoundError as missing:
    if missing.name != "fastapi":
        raise
    raise MissingExtraError("fastapi", "fastapi") from None

from deltasib_query.integrations.web.endpoints import Assistant, Endpoint, ValuesOf
from deltasib_query.integrations.web.files import editor_file

__all__ = ["assist", "filter_errors_handler"]


async def filter_errors_handler(request: Request, error: Exception) -> JSONResponse:
    """Answer as FastAPI does, with status 422, but say what is wrong with a filter in the language of the request.

    error: a `RequestValidationError`, some or all of whose errors may be of filters, or a `FilterError`, which a
        dependency raises that admits a filter by itself. It is answered as the only error, without a `loc`.

    The language is the one that Accept-Language prefers. `msg` of the error of a filter is in that language, and
    `message` of each problem in its `ctx`. Everything else is as it is without this handler.

    >>> from fastapi import FastAPI
    >>> app = FastAPI()
    >>> app.add_exception_handler(RequestValidationError, filter_errors_handler)
    >>> app.add_exception_handler(FilterError, filter_errors_handler)
    """
    language = preferred_language(",".join(request.headers.getlist("Accept-Language")))
    body, details = None, []
    if isinstance(error, FilterError):
        context = error_context(error.problem, error.problems)
        details = [{"type": error.code, "loc": [], "msg": context["message"], "ctx": context}]
    elif isinstance(error, RequestValidationError):
        body, details = error.body, [*error.errors()]
    if language != LANGUAGES[0]:
        details = [_in_language(language, detail) for detail in details]
    return await request_validation_exception_handler(request, RequestValidationError(details, body=body))


def _in_language(language: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Return an error with its texts in another language, if it is one of ours."""

    def said(data: dict[str, Any]) -> str:
        return str(Message.from_dict(data).said(language))

    match detail:
        case {"ctx": {"problems": list() as problems, "key": str(), "params": dict()} as context}:
            told = [problem | {"message": said(problem)} for problem in problems]
            message = said(context)
            return detail | {"msg": message, "ctx": context | {"problems": told, "message": message}}
        case _:
            return detail


def assist(
    policy: Depends,
    *,
    values: ValuesOf | None = None,
    today: Callable[[], date] | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> APIRouter:
    """Return a router that answers an editor of filters, to be included: check, complete, explain, vocabulary.

    It serves the editor itself, too, for everybody: `static/deltasib-filter.js`.

    policy: ``Depends(policy_of)``, the dependency that returns the policy of a request's user.

    The other parameters, and what no answer has, are those of `deltasib_query.integrations.web.assist`. The addresses
    are not in the OpenAPI description. Raises `ParameterError` for an unknown language, and for a policy that is no
    dependency.

    >>> from fastapi import Depends
    >>> from deltasib_query import Policy, User
    >>> router = assist(Depends(lambda: Policy(User, scope=User.User_Id < 200)))
    >>> [route.path for route in router.routes]
    ['/check', '/complete', '/explain', '/vocabulary', '/static/{name}']
    """
    if not isinstance(policy, Depends):
        raise ParameterError("policy", Message("usage.dependency", given=shown(policy)))

    def route(endpoint: Endpoint) -> Callable[..., Awaitable[Response]]:
        async def respond(request: Request, policy: Any = policy) -> Response:
            return await endpoint(request, policy)

        return respond

    router = APIRouter()
    for method, path, endpoint in Assistant(values, today, tuple(languages)).routes():
        router.add_api_route(path, route(endpoint), methods=[method], include_in_schema=False)
    router.add_route("/static/{name}", editor_file, include_in_schema=False)
    return router
