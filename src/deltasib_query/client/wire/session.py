"""The conversation behind one call: logging in, asking, asking again with a fresh token. No I/O.

A conversation is a generator. It yields what has to be done, is sent what came of it (or is thrown the error),
and returns the answer. `Client` and `AsyncClient` do the same steps, each in its own way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from deltasib_query.client.wire import responses
from deltasib_query.client.wire.requests import Request, build_request
from deltasib_query.client.wire.responses import Reply
from deltasib_query.errors import InvalidTokenError, ServiceError, TransportError
from deltasib_query.service.actions import GET_TOKEN, Action, api_key
from deltasib_query.service.profile import DOCUMENTED, ServerProfile


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request, with a token where it has one; the answer is a `Reply`."""

    action: Action
    request: Request
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LogIn:
    """Have the conversation `Session.log_in`, one at a time; the answer is the token."""


_MOST_TOKENS: Final = 100
"""Tokens that one request tries: many are used up by others where many ask at once, but not without end."""

_MOST_UNUSED: Final = 5
"""Tokens in a row that serve nobody: a server that refuses them all is not stormed with logins."""

Conversation: TypeAlias = Generator[Send | LogIn, Any, Any]


@dataclass(eq=False, slots=True)
class Token:
    """A token, and what has become of it. A server may give the same text again, which is another token then."""

    text: str = field(repr=False)
    good_until: float
    served: bool = False
    refused: bool = False
    in_flight: set[object] = field(default_factory=set)
    """A mark for each request that is on its way with it."""

    def refuse(self) -> bool:
        """Note that the server refuses it; say whether it is refused as such, and has not just run out."""
        fresh = not (self.refused or self.served or self.in_flight)
        self.refused = True
        return fresh


class Session:
    """The login that all requests of a client share.

    One token serves until the server refuses it [guide]; it is replaced shortly before its lifetime runs out,
    so that this seldom happens.
    """

    def __init__(
        self,
        username: str,
        password: str,
        version: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        profile: ServerProfile = DOCUMENTED,
    ) -> None:
        self._account = GET_TOKEN.encode({"api_username": username, "api_key": api_key(password)})
        self._version = version
        self._clock = clock
        self._profile = profile
        self._token: Token | None = None
        self._unused_tokens = 0

    def ask(self, action: Action, values: Mapping[str, str]) -> Conversation:
        """Ask for an action, and return its answer's JSON.

        A token that the server refuses is replaced, and the action asked for again. A token that has served somebody
        has run out then, which may happen to any number of tokens while many ask; one that has served nobody, and with
        which nobody else is asking, is refused as such, which is borne once. After a -6 the server has done nothing, so
        a write may be asked for again too.
        """
        request = build_request(action, values, self._version)
        tokens = refused = 0
        while True:
            token: Token = self._current() or (yield from self._logged_in())
            flight = object()
            token.in_flight.add(flight)
            try:
                reply: Reply = yield Send(action, request, token.text)
            finally:
                token.in_flight.discard(flight)
            try:
                answer = responses.parse_response(action, reply, self._profile)
            except InvalidTokenError:
                tokens += 1
                refused += token.refuse()
                login_limit = self._token is token and self._unused_tokens > _MOST_UNUSED
                if refused > 1 or tokens == _MOST_TOKENS or login_limit:
                    raise
            else:
                token.served = True
                self._unused_tokens = 0
                return answer

    def _logged_in(self) -> Conversation:
        try:
            return (yield LogIn())
        except (ServiceError, TransportError) as error:
            error.login_failed = True
            raise

    def log_in(self) -> Conversation:
        """Fetch a token, unless another request has just done so, and return it."""
        token = self._current()
        if token is None:
            asked_at = self._clock()
            request = build_request(GET_TOKEN, self._account, self._version)
            reply: Reply = yield Send(GET_TOKEN, request)
            answer = responses.parse_response(GET_TOKEN, reply, self._profile)
            text, lifetime = responses.read_token(answer)
            self._unused_tokens += 1  # until this token, or another, serves somebody
            token = self._token = Token(text, asked_at + lifetime - min(30.0, lifetime / 10))
        return token

    def _current(self) -> Token | None:
        token = self._token
        return token if token and not token.refused and self._clock() < token.good_until else None
