"""The API for editors as a router of FastAPI (extra ``fastapi``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from deltasib_query.display import shown
from deltasib_query.errors import MissingExtraError, ParameterError
from deltasib_query.messages.message import LANGUAGES, Message

try:
    from fastapi import APIRouter, Request, Response
    from fastapi.params import Depends
except ModuleNotFoundError as missing:
    if missing.name != "fastapi":
        raise
    raise MissingExtraError("fastapi", "fastapi") from None

from deltasib_query.integrations.web.answers import Answer, Assistant, ValuesOf

__all__ = ["assist"]


def assist(
    policy: Depends,
    *,
    values: ValuesOf | None = None,
    today: Callable[[], date] | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> APIRouter:
    """Return a router that answers an editor of filters, to be included: check, complete, explain, vocabulary.

    policy: ``Depends(policy_of)``, the dependency that returns the policy of a request's user.

    The other parameters, and what no answer has, are those of `deltasib_query.integrations.web.assist`. The addresses
    are not in the OpenAPI description. Raises `ParameterError` for an unknown language, and for a policy that is no
    dependency.

    >>> from fastapi import Depends
    >>> from deltasib_query import Policy, User
    >>> router = assist(Depends(lambda: Policy(User, scope=User.User_Id < 200)))
    >>> [route.path for route in router.routes]
    ['/check', '/complete', '/explain', '/vocabulary']
    """
    if not isinstance(policy, Depends):
        raise ParameterError("policy", Message("usage.dependency", given=shown(policy)))

    def endpoint(answer: Answer) -> Callable[..., Awaitable[Response]]:
        async def respond(request: Request, policy: Any = policy) -> Response:
            return await answer(request, policy)

        return respond

    router = APIRouter()
    for method, path, answer in Assistant(values, today, tuple(languages)).routes():
        router.add_api_route(path, endpoint(answer), methods=[method], include_in_schema=False)
    return router
