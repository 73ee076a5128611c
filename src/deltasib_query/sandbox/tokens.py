"""`auth gettoken`, and the tokens that it gives out."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import jwt

from deltasib_query.sandbox.clock import real_seconds
from deltasib_query.sandbox.parameters import Parameters, RequestError
from deltasib_query.service.actions import api_key

FIRST_RESELLER: Final = 2
"""The id of the first reseller, as in the guide's sample token; the others follow."""

_ALGORITHM: Final = "HS256"


class Account(NamedTuple):
    """An API account."""

    password: str
    reseller: int


def numbered(resellers: Mapping[str, str]) -> dict[str, Account]:
    """Return the accounts of user names and passwords: the resellers 2, 3, …

    >>> numbered({"reseller": "sandbox"})
    {'reseller': Account(password='sandbox', reseller=2)}
    """
    return {name: Account(resellers[name], number) for number, name in enumerate(resellers, FIRST_RESELLER)}


@dataclass(slots=True)
class _Given:
    reseller: int
    until: float
    requests: int = 0


class Tokens:
    """Gives tokens to resellers: JWTs as in the guide's sample, good for `session_timeout` seconds [guide].

    dies_after: how many requests a token is good for, where that is to be tested.
    """

    def __init__(self, accounts: Mapping[str, Account], session_timeout: float, dies_after: int | None = None) -> None:
        """Take the accounts, and a secret of its own to sign with."""
        self._accounts = accounts
        self._session_timeout = session_timeout
        self._dies_after = dies_after
        self._secret = secrets.token_hex(32)
        self._given: dict[str, _Given] = {}

    def give(self, parameters: Parameters) -> dict[str, object]:
        """Return the answer of `gettoken`. Raises `RequestError` -2 for a wrong name or key."""
        account = self._accounts.get(parameters.text("Api_Username"))
        if account is None or not _same(parameters.text("Api_Key"), api_key(account.password)):
            raise RequestError(-2)
        now = int(time.time())
        claims = {
            "iat": now,
            "nbf": now,
            "exp": now + self._session_timeout,
            "jti": secrets.token_hex(8),  # two tokens of the same second are two tokens
            "data": {"scope": "reseller", "id": str(account.reseller)},
        }
        token = jwt.encode(claims, self._secret, _ALGORITHM)
        self._given[token] = _Given(account.reseller, real_seconds() + self._session_timeout)
        return {"token": token, "SessionTimeout": self._session_timeout}

    def check(self, token: str) -> int:
        """Return whose token it is. Raises `RequestError` -6 unless it was given here and is still good."""
        given = self._given.get(token)
        if given is None or given.until <= real_seconds():
            raise RequestError(-6)
        given.requests += 1
        if self._dies_after is not None and given.requests > self._dies_after:
            raise RequestError(-6)
        return given.reseller


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
