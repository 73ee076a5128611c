"""Values of people's own classes and of numpy: a request has what they are, not what their methods say."""

from __future__ import annotations

from typing import Any

from deltasib_query import Client
from lying_values import LyingText

from .conftest import Start
from .scripted import DONE, NO_TLS, always


def test_an_account_a_version_and_what_is_written_are_what_they_are(start: Start) -> None:
    server = start(always(DONE))
    for kind in (str, LyingText):
        account: dict[str, Any] = {"username": kind("ali"), "password": kind("secret"), "version": kind("1.0")}
        with Client(server.url, **account, verify=NO_TLS) as isp:
            isp.user_payment.add(7, 1, 5, 2, voucher_no=kind("001"), comment=kind("x"))
    assert server.logins[0].parameters == server.logins[1].parameters
    for calls in (server.logins, server.calls):
        assert [(call.path, call.body) for call in calls[1:]] == [(call.path, call.body) for call in calls[:1]]
