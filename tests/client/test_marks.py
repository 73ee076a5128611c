"""One evening of a program, with a mark in every secret and in all that is a customer's: no mark is told to anybody.

It logs in, lists, writes, fails and retries against the real sandbox, with the log at DEBUG, spans recorded, hooks on,
and every error printed in full.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import AsyncIterable, Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from deltasib_query import (
    DeltasibQueryError,
    InvalidDataError,
    InvalidKeyError,
    OnlineRadiusUser,
    TransportError,
    User,
    UserCreditInfo,
    UserPayment,
    all_of,
    any_of,
)
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox
from deltasib_query.service.actions import api_key

from .conftest import Ask
from .leaks import forms, found_in, logged, messages
from .recorded_spans import spans

__all__ = ["spans"]

ACCOUNT, PASSWORD, WRONG = "m4rk-account", "m4rk-password-گذرواژه", "m4rk-wrong-password"
NAME, FAMILY, LOGIN, SECRET = "m4rk علی", "m4rk محمدی", "m4rk.ali@isp", "m4rk-secret-of-ali"
COMMENT, VOUCHER, PORT, KEY = "m4rk comment", "909090909090", "m4rk-port-7", 4242424242
NEW, NOBODY, STATUS = "m4rk.new", "m4rk nobody", "m4rk status"
MARKS = [ACCOUNT, PASSWORD, api_key(PASSWORD), WRONG, api_key(WRONG), "m4rk", "علی", "محمدی", VOUCHER, str(KEY)]
ROWS: dict[Any, list[dict[str, Any]]] = {
    User: [
        {"User_Id": KEY, "Username": LOGIN, "Name": NAME, "Family": FAMILY, "Address": "m4rk 7"},
        *({"User_Id": number, "Username": f"m4rk{number}", "Name": NAME} for number in range(1, 40)),
    ],
    UserPayment: [{"User_Id": KEY, "User_Payment_Id": 1, "Price": 1000, "Comment": COMMENT, "VoucherNo": VOUCHER}],
    OnlineRadiusUser: [{"Online_RadiusUser_Id": 1, "User_Id": KEY, "NasPortId": PORT}],
}
FILTER = all_of(User.Name == NAME, any_of(User.Family != FAMILY, User.Username.startswith("m4rk"), User.User_Id == KEY))
MANY = User.Username.in_([LOGIN, *(f"m4rk{number}" for number in range(200))])

Steps = dict[str, Callable[[Any], Any]]
STEPS: Steps = {
    "list": lambda isp: isp.user.list(FILTER, page_size=7),
    "list in parts": lambda isp: isp.user.list(MANY, page_size=7),
    "scan": lambda isp: isp.user.scan(FILTER, page_size=7),
    "prefetch": lambda isp: isp.user.list(FILTER, page_size=7, prefetch=2),
    "count": lambda isp: isp.user.list(FILTER).count(),
    "one": lambda isp: isp.user.list(User.Username == LOGIN).one(),
    "one of none": lambda isp: isp.user.list(User.Username == NOBODY).one(),
    "one of many": lambda isp: isp.user.list(FILTER).one(),
    "credit": lambda isp: isp.user.credit_info(user_id=KEY).one(),
    "credit by filter": lambda isp: isp.user.credit_info(UserCreditInfo.Username == LOGIN),
    "payments": lambda isp: isp.user_payment.list(UserPayment.Comment == COMMENT, user_id=KEY),
    "status": lambda isp: isp.user_status.current_status(username=LOGIN),
    "add": lambda isp: isp.user.add(NEW, SECRET, name=NAME, family=FAMILY),
    "add again": lambda isp: isp.user.add(NEW, SECRET, name=NAME, family=FAMILY),
    "pay": lambda isp: isp.user_payment.add(KEY, 1, 5, 2, comment=COMMENT, voucher_no=VOUCHER),
    "buy": lambda isp: isp.user_service_base.add(KEY, 999),
    "cancel": lambda isp: isp.user_service_base.cancel(KEY),
    "set status": lambda isp: isp.user_status.add(username=LOGIN, status_name=STATUS),
    "budget": lambda isp: isp.user.list(FILTER, page_size=2, max_requests=2),
    "disconnect too many": lambda isp: isp.radius.disconnect(OnlineRadiusUser.NasPortId == PORT, at_most=0),
    "disconnect": lambda isp: isp.radius.disconnect(OnlineRadiusUser.NasPortId == PORT),
}


class Evening:
    """Calls, and all that anybody is told of them."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.told: list[str] = []
        self.errors: list[type[Exception]] = []
        self.tokens: set[str] = set()

    def call(self, url: str, step: Callable[[Any], Any], password: str = PASSWORD, **options: Any) -> None:
        """Do a step, and keep what is told of it."""
        tell: Callable[[object], None] = lambda event: self.told.append(f"{event} {event!r}")  # noqa: E731

        def watched(isp: Any) -> Any:
            self.told.append(repr(isp))
            outcome = step(isp)
            if not isinstance(outcome, Iterator | AsyncIterable) and not inspect.isawaitable(outcome):
                return outcome
            self.told.append(repr(outcome))
            return outcome

        async def keep_async(request: Any) -> None:
            keep(request)

        def keep(request: Any) -> None:
            self.tokens.add(request.headers.get("Authorization", "").removeprefix("Bearer "))

        hook = keep_async if self._ask.__name__ == "ask_async" else keep
        try:
            self._ask(
                url, watched, username=ACCOUNT, password=password, on_request=tell, on_response=tell,
                event_hooks={"request": [hook]}, max_url_bytes=1500, **options,
            )  # fmt: skip
        except DeltasibQueryError as error:
            self.errors.append(type(error))
            self.told.append(messages(error))


def test_no_mark_is_told_to_anybody(ask: Ask, caplog: pytest.LogCaptureFixture, spans: list[ReadableSpan]) -> None:
    caplog.set_level(logging.DEBUG, "deltasib_query")
    evening = Evening(ask)
    faults = (
        Faults(),
        Faults(token_dies_after=2),
        Faults(drop=0.3, errors=0.2, half=0.2, seed=7),
        Faults(drop=1.0, logins=True),
        Faults(numbers_as_text=True, lower_keys=True, cap=3),
    )
    for fault in faults:
        with Sandbox(rows=ROWS, resellers={ACCOUNT: PASSWORD}, faults=fault) as sandbox:
            for step in STEPS.values():
                evening.call(sandbox.url, step, retries=1)
            evening.call(sandbox.url, STEPS["list"], password=WRONG)
    evening.call("http://127.0.0.1:1", STEPS["list"], retries=0)
    # What was to happen did happen: otherwise nothing would be proved.
    assert {InvalidDataError, InvalidKeyError, TransportError} <= {*evening.errors}
    log = logged(caplog, "deltasib_query")
    assert all(word in log for word in ("retry_in=", "auth gettoken", "rows=7", 'filter="Name = ?', "attempt=2"))
    assert len(spans) > 100 and "db.query.text" in str(spans[5].attributes)
    evening.tokens.discard("")
    assert len(evening.tokens) > 5
    recorded = [json.dumps(json.loads(span.to_json()), ensure_ascii=False) for span in spans]
    hidden = forms([*MARKS, *evening.tokens])
    assert found_in("\n".join([log, *evening.told, *recorded]), hidden) == []
