"""The documented service over HTTP: paths, methods, parameters, tokens, errors.

Where the guide is silent, as [inferred]: an unknown version, object or action, a wrong HTTP method and a body that
cannot be read are all Invalid Data (-5); parameters beyond the documented ones are ignored.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from deltasib_query.sandbox.lists import LIST_PARAMETERS, LISTS, Rows
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.sandbox.tokens import Tokens

VERSION: Final = "1.0"
"""The version that the guide documents."""

_LOG: Final = logging.getLogger(__name__)

_STATUSES: Final = {-1: 500, -2: 401, -3: 403, -4: 400, -5: 400, -6: 401}
"""HTTP status of each ErrorCode [inferred]."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class _Action(NamedTuple):
    object_name: str
    name: str
    method: str
    answer: Callable[[Parameters], object]
    needs_token: bool = True


class _WebService:
    def __init__(self, engine: Engine, tokens: Tokens, on_request: Callable[[str], None] | None) -> None:
        self._engine = engine
        self._tokens = tokens
        self._on_request = on_request
        self._one_at_a_time = Lock()  # the engine has a single connection: the database lives in it
        actions = [_Action("auth", "gettoken", "POST", tokens.give, needs_token=False)]
        actions += [_Action(*names, "GET", partial(self._read, rows)) for names, rows in LISTS.items()]
        self._actions: dict[str, dict[str, _Action]] = {}
        for action in actions:
            self._actions.setdefault(action.object_name.lower(), {})[action.name.lower()] = action

    async def __call__(self, request: Request) -> JSONResponse:
        """Answer a request."""
        parameters = await _parameters(request)
        action = self._action(request.path_params, request.method, parameters)
        if self._on_request is not None:
            self._on_request(_line(action, parameters))
        if action.needs_token:
            self._tokens.check(_token(request, parameters))
        return await run_in_threadpool(lambda: JSONResponse(action.answer(parameters)))

    def _action(self, path: Mapping[str, str], method: str, parameters: Parameters) -> _Action:
        actions = self._actions.get(path["object"].lower())
        if path["version"] != VERSION or actions is None:
            raise RequestError(-5, "no such version or object")
        action = actions.get(parameters.required("Action").lower())
        if action is None:
            raise RequestError(-5, "no such Action")
        if action.method != method:
            raise RequestError(-5, f"{action.object_name} {action.name} takes {action.method}")
        return action

    def _read(self, rows: Callable[[Parameters, Connection], Rows], parameters: Parameters) -> Rows:
        with self._one_at_a_time, self._engine.connect() as connection:
            return rows(parameters, connection)


def create_app(engine: Engine, tokens: Tokens, on_request: Callable[[str], None] | None = None) -> Starlette:
    """Return the service on a prepared and seeded SQLite engine, whose pool has one connection.

    on_request: is told of every request for a known action, in one line without tokens and keys.
    """
    answer = _WebService(engine, tokens, on_request)

    async def endpoint(request: Request) -> JSONResponse:
        try:
            return await answer(request)
        except (RequestError, HTTPException):
            raise
        except Exception:  # answered here, because the server drops the connection of what it sees raised
            _LOG.exception("a request failed")
            raise RequestError(-1) from None

    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(
        # The slash is part of the address [guide]; a redirect to it would lose a form.
        routes=[Route(path, endpoint, methods=methods) for path in ("/{version}/{object}/", "/{version}/{object}")],
        exception_handlers={RequestError: _failed, HTTPException: _not_understood},
    )
    app.router.redirect_slashes = False
    return app


async def _parameters(request: Request) -> Parameters:
    """Those of the query, or those of a form, in either of its encodings [guide]."""
    if request.method == "GET":
        return Parameters(request.query_params.multi_items())
    async with request.form() as form:
        return Parameters((name, value) for name, value in form.multi_items() if isinstance(value, str))


def _token(request: Request, parameters: Parameters) -> str:
    """The one of the header; else the parameter, as the guide's tables have it [guide]."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else parameters.text("Token")


def _line(action: _Action, parameters: Parameters) -> str:
    given = ((name, parameters.text(name)) for name in LIST_PARAMETERS if action.needs_token)
    words = (f"{name}={value}" for name, value in given if value)
    return _CONTROLS.sub(" ", " ".join((action.method, action.object_name, action.name, *words)))


async def _failed(_request: Request, failure: Exception) -> JSONResponse:
    assert isinstance(failure, RequestError)
    return JSONResponse({"ErrorCode": failure.code, "ErrorDesc": failure.description}, _STATUSES[failure.code])


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return await _failed(request, RequestError(-5, error.detail))
