"""The API accounts, and the tokens that `auth gettoken` issues to them."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import jwt

from deltasib_query.sandbox.clock import real_seconds
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.request_parameters import RequestParameters
from deltasib_query.service.actions import api_key

FIRST_RESELLER: Final = 2
"""The id of the first reseller, as in the guide's sample token. The other ids follow it."""

_ALGORITHM: Final = "HS256"


class Account(NamedTuple):
    """An API account."""

    password: str
    reseller: int


def number_accounts(resellers: Mapping[str, str]) -> dict[str, Account]:
    """Return accounts by user name, made of passwords by user name. Their resellers are 2, 3, …

    >>> number_accounts({"reseller": "sandbox"})
    {'reseller': Account(password='sandbox', reseller=2)}
    """
    return {name: Account(resellers[name], number) for number, name in enumerate(resellers, FIRST_RESELLER)}


@dataclass(slots=True)
class _Issued:
    reseller: int
    expires: float
    requests: int = 0


class Tokens:
    """Issues and checks tokens: JWTs as in the guide's sample, valid for `session_timeout` seconds [guide].

    dies_after: the number of requests that a token is valid for, if it is limited.
    """

    def __init__(self, accounts: Mapping[str, Account], session_timeout: float, dies_after: int | None = None) -> None:
        self._accounts = accounts
        self._session_timeout = session_timeout
        self._dies_after = dies_after
        self._secret = secrets.token_hex(32)
        self._issued: dict[str, _Issued] = {}

    def issue(self, parameters: RequestParameters) -> dict[str, object]:
        """Return the response of `gettoken`. Raise `RequestError` -2 for a wrong name or key."""
        account = self._accounts.get(parameters.text("Api_Username"))
        if account is None or not _same(parameters.text("Api_Key"), api_key(account.password)):
            raise RequestError(-2)
        now = int(time.time())
        claims = {
            "iat": now,
            "nbf": now,
            "exp": now + self._session_timeout,
            "jti": secrets.token_hex(8),  # so that two tokens of the same second differ
            "data": {"scope": "reseller", "id": str(account.reseller)},
        }
        token = jwt.encode(claims, self._secret, _ALGORITHM)
        self._issued[token] = _Issued(account.reseller, real_seconds() + self._session_timeout)
        return {"token": token, "SessionTimeout": self._session_timeout}

    def reseller_of(self, token: str) -> int:
        """Return the reseller that a token was issued to. Raise `RequestError` -6 for an unknown or expired token."""
        issued = self._issued.get(token)
        if issued is None or issued.expires <= real_seconds():
            raise RequestError(-6)
        issued.requests += 1
        if self._dies_after is not None and issued.requests > self._dies_after:
            raise RequestError(-6)
        return issued.reseller


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
