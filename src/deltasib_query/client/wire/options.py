"""The arguments of a client, checked; and their defaults."""

from __future__ import annotations

import re
from math import inf
from typing import Final

import httpx

from deltasib_query.client.wire.urls import check_url
from deltasib_query.display import shown
from deltasib_query.errors import ParameterError, needed
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import GET_TOKEN, api_key
from deltasib_query.service.parameters import Text
from deltasib_query.service.profile import ServerProfile

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds for each step of a request: 10 to connect; 30 to write, for the next bytes, for a free connection."""
TOTAL_TIMEOUT: Final = 120.0
"""Seconds for one attempt: twice what common web servers allow a program, which leaves time for a long response."""
LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=20)
"""Connections at a time."""
MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
"""Bytes of a response; a page of 100 rows has some 20,000."""
MAX_URL_BYTES: Final = 6000
"""Bytes of a URL: common web servers refuse a request line of more than about 8 KB [measured]."""
_LONGEST_TIMEOUT: Final = 1_000_000.0
"""Seconds; sockets cannot wait for more than about twice as long."""


class ClientOptions:
    """The arguments that both clients share. `Client` documents them. Raises `ParameterError`.

    account: the parameters of ``auth gettoken``; the password itself is not kept.
    total_timeout, max_rate: infinite if there is no limit.
    """

    def __init__(
        self,
        *,
        url: str,
        username: str,
        password: str,
        version: str,
        timeout: float | httpx.Timeout | None,
        total_timeout: float | None,
        max_rate: float | None,
        retries: int,
        retry_writes: bool,
        max_response_bytes: int,
        max_url_bytes: int | None,
        profile: ServerProfile,
    ) -> None:
        password = Text().write("password", password)
        username = Text(32, 1).write("username", username)
        if not isinstance(version, str) or not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", version):
            raise ParameterError("version", Message("parameter.version"))
        if not isinstance(profile, ServerProfile):
            raise needed("profile", Message("rule.a", kind="ServerProfile"), profile)
        self.retries = _whole_number("retries", retries)
        self.max_response_bytes = _whole_number("max_response_bytes", max_response_bytes)
        known = profile.max_url_bytes or MAX_URL_BYTES
        self.max_url_bytes = known if max_url_bytes is None else _whole_number("max_url_bytes", max_url_bytes)
        self.total_timeout = inf if total_timeout is None else _seconds("total_timeout", total_timeout)
        self.max_rate = inf if max_rate is None else _number("max_rate", max_rate, 0.0001, 1e6, "rule.rate")
        self.url = check_url(url)
        self.timeout = _timeout(timeout)
        self.account = GET_TOKEN.encode({"api_username": username, "api_key": api_key(password)})
        self.version = str.__str__(version)
        self.retry_writes = retry_writes
        self.profile = profile


def check_limits(limits: httpx.Limits) -> None:
    """Raise `ParameterError` for anything but an `httpx.Limits` under which requests can be sent."""
    if not isinstance(limits, httpx.Limits):
        raise needed("limits", Message("rule.an", kind="httpx.Limits"), limits)
    for name, least in (("max_connections", 1), ("max_keepalive_connections", 0)):
        count = getattr(limits, name)
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < least):
            raise ParameterError("limits", Message("parameter.limit", name=name, lowest=least, given=shown(count)))
    expiry = limits.keepalive_expiry
    if expiry is not None and (not isinstance(expiry, int | float) or isinstance(expiry, bool) or not expiry >= 0):
        raise ParameterError("limits", Message("parameter.expiry", given=shown(expiry)))


def _timeout(timeout: float | httpx.Timeout | None) -> httpx.Timeout:
    steps = timeout.as_dict() if isinstance(timeout, httpx.Timeout) else {"all": timeout}
    for seconds in steps.values():
        if seconds is not None:
            _seconds("timeout", seconds, "rule.timeout")
    return httpx.Timeout(timeout)


def _seconds(parameter: str, value: object, rule: str = "rule.seconds-up-to") -> float:
    return _number(parameter, value, 0.0, _LONGEST_TIMEOUT, rule)


def _number(parameter: str, value: object, above: float, most: float, rule: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not above < value <= most:
        numbers = Message(rule, above=above, most=int(most))
        raise ParameterError(parameter, Message("parameter.several-needed", rule=numbers, given=shown(value)))
    return value


def _whole_number(parameter: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise needed(parameter, Message("rule.at-least", lowest=0), value)
    return value
