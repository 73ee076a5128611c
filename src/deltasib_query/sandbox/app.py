"""The service as a Starlette application: it reads a request, checks its token, calls the handler, responds.

Where the guide is silent, as [inferred]: an unknown version, object or action, a wrong HTTP method and a body that
cannot be read are all Invalid Data (-5); parameters that an action does not have are ignored.
"""

from __future__ import annotations

import logging
import re
from asyncio import sleep
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from threading import Lock
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deltasib_query.sandbox.database.mariadb import database_message
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.faults import FAULT_HEADER, Faults
from deltasib_query.sandbox.handlers.call import Call
from deltasib_query.sandbox.handlers.credit_info import addressed
from deltasib_query.sandbox.request_parameters import RequestParameters
from deltasib_query.sandbox.responses import Writer
from deltasib_query.sandbox.routes import EXTRA_PARAMETERS, HANDLERS, find_action
from deltasib_query.sandbox.tokens import Tokens
from deltasib_query.service.actions import CREDIT_INFO, GET_TOKEN, Action
from deltasib_query.service.profile import ServerProfile

Networks = tuple[IPv4Network | IPv6Network, ...]

_LOG: Final = logging.getLogger(__name__)

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SECRET: Final = {"Password"}


@dataclass
class WebService:
    """The service on a database that has its rows already.

    engine: has a single connection.
    now: returns the time of the service.
    allowed: networks whose requests are answered; None means all.
    on_request: is called for every request for a known action, with one line without tokens, keys and passwords.
    """

    engine: Engine
    tokens: Tokens
    faults: Faults
    profile: ServerProfile
    now: Callable[[], str]
    allowed: Networks | None
    on_request: Callable[[str], None] | None

    def __post_init__(self) -> None:
        self._one_at_a_time = Lock()  # the engine has a single connection
        self._requests = 0
        self._writer = Writer(self.profile)
        self._repeats: Counter[str] = Counter()

    def app(self) -> Starlette:
        """Return the application. The slash is part of the address [guide]; a redirect to it would lose a form."""
        paths, methods = ("/{version}/{object}/", "/{version}/{object}"), ["GET", "POST", "PUT", "DELETE"]
        app = Starlette(
            routes=[Route(path, self.respond, methods=methods) for path in paths],
            exception_handlers={HTTPException: self._unknown_address},
        )
        app.router.redirect_slashes = False
        return app

    async def respond(self, request: Request) -> Response:
        """Return the response to a request, whatever goes wrong: the server drops a connection whose handler raises."""
        if too_long := self._writer.too_long(str(request.url)):
            return too_long
        try:
            self._check_address(request)
            parameters = await _read_parameters(request)
            action = find_action(
                **request.path_params, method=request.method, parameters=parameters, profile=self.profile
            )
            if self.on_request is not None:
                self.on_request(_log_line(action, parameters))
            if action is GET_TOKEN and not self.faults.logins:
                return self._writer.json(self.tokens.issue(parameters.checked(action)))
            return await self._respond_with_faults(action, parameters, _token(request, parameters))
        except Exception as error:
            return self._error_response(error)

    async def _respond_with_faults(self, action: Action, parameters: RequestParameters, token: str) -> Response:
        self._requests += 1  # the event loop's thread is the only one that counts
        number = self._requests
        await sleep(self.faults.latency)
        fault = self.faults.of(number)
        if fault == "error":
            wait = self.faults.retry_after
            headers = None if wait is None else {"Retry-After": str(wait)}
            return HTMLResponse("<h1>503 Service Unavailable</h1>", 503, headers)
        try:
            data = await run_in_threadpool(self._handle, action, parameters, token)
            response = self._writer.json(self.faults.distorted(self._writer.rows(action, data)))
        except Exception as error:
            response = self._error_response(error)
        if fault:
            response.headers[FAULT_HEADER] = fault
        return response

    def _check_address(self, request: Request) -> None:
        if self.allowed is None:
            return
        address = ip_address(request.client.host) if request.client else None
        if not any(address in network for network in self.allowed if address):
            raise RequestError(-3)

    def _handle(self, action: Action, parameters: RequestParameters, token: str) -> object:
        if action is GET_TOKEN:
            return self.tokens.issue(parameters.checked(action))
        reseller = self.tokens.reseller_of(token)
        if action is CREDIT_INFO:
            parameters = addressed(parameters, self.profile)
        parameters = parameters.checked(action, *EXTRA_PARAMETERS.get(action, ()))
        if action.record is not None and self.faults.cap is not None:
            parameters = parameters.replaced("LimitCount", str(min(parameters.number("LimitCount"), self.faults.cap)))
        try:
            with self._one_at_a_time, self.engine.begin() as connection:
                request = f"{action.object} {action.name} {parameters}"
                self._repeats[request] += 1
                shuffle = self.faults.order(request, self._repeats[request])
                return HANDLERS[action](Call(parameters, connection, reseller, self.now(), self.profile, shuffle))
        except DBAPIError as error:  # such as a text that the character set of its column does not have
            raise RequestError(-1, database_message(error)) from None

    def _error_response(self, error: Exception) -> Response:
        """Return the documented response to an error. A bug of ours is logged, and the response tells nothing of it."""
        if isinstance(error, HTTPException):
            error = RequestError(-5, error.detail)
        elif not isinstance(error, RequestError):
            _LOG.error("a request failed", exc_info=error)
            error = RequestError(-1)
        return self._writer.error(error)

    async def _unknown_address(self, _request: Request, error: Exception) -> Response:
        return self._error_response(error)


async def _read_parameters(request: Request) -> RequestParameters:
    """Return the parameters of the query for GET, otherwise those of a form, in either of its encodings [guide].

    PUT and DELETE may have them in the query as well, since not every client sends a body with them [inferred].
    """
    query = request.query_params.multi_items() if request.method != "POST" else []
    if request.method == "GET":
        return RequestParameters(query)
    async with request.form() as form:
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return RequestParameters([*query, *texts])


def _token(request: Request, parameters: RequestParameters) -> str:
    """Return the token of the header or, without one, the parameter Token, which the guide's tables have [guide]."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else parameters.text("Token")


def _log_line(action: Action, parameters: RequestParameters) -> str:
    names = [] if action is GET_TOKEN else [each.name for each in action.parameters if each.name not in _SECRET]
    words = (f"{name}={parameters.text(name)}" for name in names if parameters.text(name))
    return _CONTROLS.sub(" ", " ".join((action.method, action.object, action.name, *words)))
