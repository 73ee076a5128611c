"""The login that all calls of a client share, and the tokens that each call tries. No I/O: the clients send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from deltasib_query.client.wire.requests import Request, build_request, check_understood
from deltasib_query.client.wire.responses import read_token
from deltasib_query.errors import InvalidTokenError
from deltasib_query.service.actions import DISCONNECT, GET_TOKEN, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

_UNKNOWN_LIFETIME: Final = 600.0
"""Seconds that a token is assumed to live if nobody says: the guide's sample has 600."""
_MAX_TOKENS: Final = 100
"""The most tokens that one call tries. Other calls may use up many tokens meanwhile, but each call has to end."""
_MAX_UNUSED_TOKENS: Final = 5
"""The most tokens in a row that serve no call. So a server that refuses every token is not flooded with logins."""


@dataclass(eq=False, slots=True)
class Token:
    """A token and its history. A server may issue the same text again; that is another token."""

    text: str = field(repr=False)
    good_until: float
    has_served: bool = False
    is_refused: bool = False
    in_flight: set[object] = field(default_factory=set)
    """A mark for each request that was sent with it and has no response yet."""

    def refuse(self) -> bool:
        """Note that the server refused the token. Return whether it was never good: otherwise it has just expired."""
        never_good = not (self.is_refused or self.has_served or self.in_flight)
        self.is_refused = True
        return never_good


class Session:
    """The login that all calls of a client share.

    A token serves all calls until the server refuses it [guide]. It is replaced shortly before the end of its lifetime,
    so that a refusal is rare.

    account: the parameters of ``auth gettoken``.
    clock: seconds that only grow.
    """

    def __init__(
        self,
        account: Mapping[str, str],
        version: str,
        profile: ServerProfile = DOCUMENTED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock: Final = clock
        self.profile: Final = profile
        self.stated_lifetime: float | None = None
        """The seconds that the last login said its token lives; None if it did not say."""
        self._account, self._version = account, version
        self._token: Token | None = None
        self._unused_tokens = 0

    def token(self) -> Token | None:
        """Return the token for the next request; None if a login is needed."""
        token = self._token
        return token if token and not token.is_refused and self.clock() < token.good_until else None

    def login_request(self) -> Request:
        """Return the request for a token."""
        return build_request(GET_TOKEN, self._account, self._version)

    def log_in(self, data: Any, sent_at: float) -> Token:
        """Keep and return the token of a login that was sent at an instant of `clock`.

        Raises `UnexpectedResponseError` for JSON without a token.
        """
        text, self.stated_lifetime = read_token(data)
        known = (self.stated_lifetime, self.profile.token_seconds, _UNKNOWN_LIFETIME)
        lifetime = next(seconds for seconds in known if seconds is not None)
        self._unused_tokens += 1  # until this token, or another, serves a call
        token = self._token = Token(text, sent_at + lifetime - min(30.0, lifetime / 10))
        return token

    def call(self, action: Action, values: Mapping[str, str]) -> Call:
        """Begin a call; `values` are its encoded parameters. Raises `UnsafeLiteralError`, see `check_understood`."""
        check_understood(values.get("Filter", ""), self.profile)
        if action is DISCONNECT and self.profile.disconnect_action:
            action = replace(action, wire=self.profile.disconnect_action)
        return Call(self, build_request(action, values, self._version))

    def accept(self, token: Token) -> None:
        """Note that a token has served a call."""
        token.has_served = True
        self._unused_tokens = 0

    def has_too_many_unused(self, token: Token) -> bool:
        """Return whether this is the latest of too many tokens in a row that have served no call."""
        return self._token is token and self._unused_tokens > _MAX_UNUSED_TOKENS


class Call:
    """A request that is sent until a token is accepted.

    The server refuses a token that has expired. That may happen to a call any number of times, because other calls use
    the same tokens. A fresh token has served no call and is in flight with no other, so it has not expired: a call
    tolerates one such refusal, and fails at the second. After a -6 the server has done nothing [inferred], so a write
    is sent again too.
    """

    def __init__(self, session: Session, request: Request) -> None:
        self.session, self._request = session, request
        self._tokens = self._fresh_tokens = 0
        self.is_done = False
        self.data: Any = None
        """The JSON of the response, once the call is done."""

    @contextmanager
    def sending(self, token: Token) -> Iterator[Request]:
        """Yield the request with a token, which is in flight inside the ``with``. Then the call is done.

        After an `InvalidTokenError` inside it is not done; the error is raised if no further token is worth trying.
        """
        session, mark = self.session, object()
        token.in_flight.add(mark)
        try:
            yield replace(self._request, token=token.text)
        except InvalidTokenError:
            token.in_flight.discard(mark)
            self._tokens += 1
            self._fresh_tokens += token.refuse()
            if self._fresh_tokens > 1 or self._tokens == _MAX_TOKENS or session.has_too_many_unused(token):
                raise
        else:
            session.accept(token)
            self.is_done = True
        finally:
            token.in_flight.discard(mark)
