"""`auth gettoken`, and the tokens that it gives out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Final

import jwt

from deltasib_query.sandbox.parameters import Parameters, RequestError

_ALGORITHM: Final = "HS256"
_CLAIMS: Final = ["iat", "nbf", "exp"]


class Tokens:
    """Gives tokens to one reseller: JWTs as in the guide's sample, good for `session_timeout` seconds [guide]."""

    def __init__(self, username: str, password: str, session_timeout: int) -> None:
        """Take the reseller's account, and a secret of its own to sign with."""
        self._username = username
        self._key = hashlib.sha512(password.encode()).hexdigest()
        self._session_timeout = session_timeout
        self._secret = secrets.token_hex(32)

    def give(self, parameters: Parameters) -> dict[str, object]:
        """Return the answer of `gettoken`. Raises `RequestError` -2 for a wrong name or key."""
        username, key = parameters.required("Api_Username"), parameters.required("Api_Key")
        known = _same(username, self._username) & _same(key, self._key)
        if not known:
            raise RequestError(-2)
        now = int(time.time())
        claims = {
            "iat": now,
            "nbf": now,
            "exp": now + self._session_timeout,
            "data": {"scope": "reseller", "id": "2"},
        }
        return {
            "token": jwt.encode(claims, self._secret, _ALGORITHM),
            "SessionTimeout": self._session_timeout,
        }

    def check(self, token: str) -> None:
        """Raise `RequestError` -6 unless the token was given here and is still good."""
        try:
            jwt.decode(token, self._secret, [_ALGORITHM], options={"require": _CLAIMS})
        except jwt.InvalidTokenError:
            raise RequestError(-6) from None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
