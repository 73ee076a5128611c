"""The documented service over HTTP: addresses, paths, methods, parameters, tokens, errors.

Where the guide is silent, as [inferred]: an unknown version, object or action, a wrong HTTP method and a body that
cannot be read are all Invalid Data (-5); parameters beyond the documented ones are ignored.
"""

from __future__ import annotations

import logging
import re
from asyncio import sleep
from collections import Counter
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address
from threading import Lock
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deltasib_query.sandbox.actions import ANSWERS, FURTHER
from deltasib_query.sandbox.calls import Call
from deltasib_query.sandbox.faults import MARK, Faults
from deltasib_query.sandbox.mariadb import said
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.sandbox.tokens import Tokens
from deltasib_query.service.actions import ACTIONS, GET_TOKEN, VERSION, Action

Networks = tuple[IPv4Network | IPv6Network, ...]

_LOG: Final = logging.getLogger(__name__)

_STATUSES: Final = {-1: 500, -2: 401, -3: 403, -4: 400, -5: 400, -6: 401}
"""HTTP status of each ErrorCode [inferred]."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SECRET: Final = {"Password"}


def _by_name() -> Mapping[str, Mapping[str, Action]]:
    """The actions by object and by value of ``Action``: the name, and what the guide's table has instead."""
    actions: dict[str, dict[str, Action]] = {}
    for action in ACTIONS:
        for spelling in filter(None, (action.name, action.wire)):
            actions.setdefault(action.object.lower(), {})[spelling.lower()] = action
    return actions


_ACTIONS: Final = _by_name()


class _WebService:
    def __init__(
        self,
        engine: Engine,
        tokens: Tokens,
        faults: Faults,
        now: Callable[[], str],
        allowed: Networks | None,
        on_request: Callable[[str], None] | None,
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self._faults = faults
        self._now = now
        self._allowed = allowed
        self._on_request = on_request
        self._one_at_a_time = Lock()  # the engine has a single connection
        self._requests = 0
        self._asked: Counter[str] = Counter()

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        self._admit(request)
        parameters = await _parameters(request)
        action = _action(request.path_params, request.method, parameters)
        if self._on_request is not None:
            self._on_request(_line(action, parameters))
        if action is GET_TOKEN and not self._faults.logins:
            return JSONResponse(self._tokens.give(parameters.checked(action)))
        return await self._wrongly(action, parameters, _token(request, parameters))

    async def _wrongly(self, action: Action, parameters: Parameters, token: str) -> Response:
        """Answer a request with whatever faults hit it."""
        self._requests += 1  # all requests are begun in one thread
        number = self._requests
        await sleep(self._faults.latency)
        fault = self._faults.of(number)
        if fault == "error":
            wait = self._faults.retry_after
            headers = None if wait is None else {"Retry-After": str(wait)}
            return HTMLResponse("<h1>503 Service Unavailable</h1>", 503, headers)
        try:
            answer = await run_in_threadpool(self._answer, action, parameters, token)
            response = JSONResponse(self._faults.distorted(answer))
        except Exception as error:
            response = _refusal(error)
        if fault:
            response.headers[MARK] = fault
        return response

    def _admit(self, request: Request) -> None:
        if self._allowed is None:
            return
        address = ip_address(request.client.host) if request.client else None
        if not any(address in network for network in self._allowed if address):
            raise RequestError(-3)

    def _answer(self, action: Action, parameters: Parameters, token: str) -> object:
        if action is GET_TOKEN:
            return self._tokens.give(parameters.checked(action))
        reseller = self._tokens.check(token)
        parameters = parameters.checked(action, *FURTHER.get(action, ()))
        if action.record is not None and self._faults.cap is not None:
            parameters = parameters.replaced("LimitCount", str(min(parameters.number("LimitCount"), self._faults.cap)))
        try:
            with self._one_at_a_time, self._engine.begin() as connection:
                request = f"{action.object} {action.name} {parameters}"
                self._asked[request] += 1
                order = self._faults.order(request, self._asked[request])
                return ANSWERS[action](Call(parameters, connection, reseller, self._now(), order))
        except DBAPIError as error:  # such as a text that its columns' character set has not
            raise RequestError(-1, said(error)) from None


def create_app(
    engine: Engine,
    tokens: Tokens,
    faults: Faults,
    now: Callable[[], str],
    allowed: Networks | None = None,
    on_request: Callable[[str], None] | None = None,
) -> Starlette:
    """Return the service on a filled database, whose engine has one connection.

    now: the service's clock.
    allowed: whose requests are answered; everybody's unless given.
    on_request: is told of every request for a known action, in one line without tokens, keys and passwords.
    """
    answer = _WebService(engine, tokens, faults, now, allowed, on_request)

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as error:  # answered here, because the server drops the connection of what it sees raised
            return _refusal(error)

    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(
        # The slash is part of the address [guide]; a redirect to it would lose a form.
        routes=[Route(path, endpoint, methods=methods) for path in ("/{version}/{object}/", "/{version}/{object}")],
        exception_handlers={HTTPException: _not_understood},
    )
    app.router.redirect_slashes = False
    return app


def _action(path: Mapping[str, str], method: str, parameters: Parameters) -> Action:
    actions = _ACTIONS.get(path["object"].lower())
    if path["version"] != VERSION or actions is None:
        raise RequestError(-5, "no such version or object")
    action = actions.get(parameters.required("Action").lower())
    if action is None:
        raise RequestError(-5, "no such Action")
    if action.method != method:
        raise RequestError(-5, f"{action.object} {action.name} takes {action.method}")
    return action


async def _parameters(request: Request) -> Parameters:
    """Those of the query for GET, else those of a form, in either of its encodings [guide].

    PUT and DELETE may have them in the query as well, since not every client sends a body with them [inferred].
    """
    query = request.query_params.multi_items() if request.method != "POST" else []
    if request.method == "GET":
        return Parameters(query)
    async with request.form() as form:
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return Parameters([*query, *texts])


def _token(request: Request, parameters: Parameters) -> str:
    """The one of the header; else the parameter, as the guide's tables have it [guide]."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else parameters.text("Token")


def _line(action: Action, parameters: Parameters) -> str:
    names = [] if action is GET_TOKEN else [each.name for each in action.parameters if each.name not in _SECRET]
    words = (f"{name}={parameters.text(name)}" for name in names if parameters.text(name))
    return _CONTROLS.sub(" ", " ".join((action.method, action.object, action.name, *words)))


def _refusal(error: Exception) -> JSONResponse:
    """The answer to what went wrong; of what is nobody's fault but ours it tells nothing."""
    if isinstance(error, HTTPException):
        error = RequestError(-5, error.detail)
    elif not isinstance(error, RequestError):
        _LOG.error("a request failed", exc_info=error)
        error = RequestError(-1)
    return JSONResponse({"ErrorCode": error.code, "ErrorDesc": error.description}, _STATUSES[error.code])


async def _not_understood(_request: Request, error: Exception) -> JSONResponse:
    return _refusal(error)
