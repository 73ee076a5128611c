"""Values of people's own classes and of numpy: a request has what they are, not what their methods say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deltasib_query import Client, ParameterError
from deltasib_query.service.parameters import Choice, Day, Digits, Integer, Kind, Price, Text
from lying_values import LyingDate, LyingDatetime, LyingDecimal, LyingInt, LyingText

from .conftest import Start
from .scripted import DONE, NO_TLS, always


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Text(), LyingText("ali"), "ali"),
        (Text(3, 3), LyingText("ali"), "ali"),
        (Integer(), LyingInt(5), "5"),
        (Integer(), np.int64(5), "5"),
        (Digits(15), LyingText("0012"), "0012"),
        (Digits(15), LyingInt(12), "12"),
        (Digits(15), np.uint8(12), "12"),
        (Price(14), LyingDecimal("1.50"), "1.50"),
        (Price(14), LyingInt(5), "5"),
        (Price(14), np.int64(5), "5"),
        (Choice(("PrePaid", "PostPaid")), LyingText("prepaid"), "PrePaid"),
        (Day(), LyingDate(2021, 1, 30), "2021-01-30"),
        (Day(), LyingText("1399/11/11"), "1399/11/11"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_parameter_is_what_a_value_is(kind: Kind, value: Any, written: str) -> None:
    text = kind.write("Name", value)
    assert text == written
    assert type(text) is str


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(), LyingText("a\ud800")),
        (Text(2), LyingText("ali")),
        (Text(9, 2), LyingText("x")),
        (Integer(), LyingInt(-1)),
        (Integer(), np.bool_(True)),
        (Integer(), np.float64(5)),
        (Digits(15), LyingText("1 or 1=1")),
        (Digits(1), LyingInt(12)),
        (Digits(15), np.bool_(True)),
        (Price(14), LyingDecimal("NaN")),
        (Price(2), LyingDecimal("1.50")),
        (Price(14), np.bool_(True)),
        (Price(14), 1.5),
        (Choice(("PrePaid",)), LyingText("x")),
        (Day(), LyingText("30.1.2021")),
        (Day(), LyingDatetime(2021, 1, 30)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_rule_is_held_against_what_a_value_is(kind: Kind, value: Any) -> None:
    with pytest.raises(ParameterError):
        kind.write("Name", value)


def test_an_account_a_version_and_what_is_written_are_what_they_are(start: Start) -> None:
    server = start(always(DONE))
    for kind in (str, LyingText):
        account: dict[str, Any] = {"username": kind("ali"), "password": kind("secret"), "version": kind("1.0")}
        with Client(server.url, **account, verify=NO_TLS) as isp:
            isp.user_payment.add(7, 1, 5, 2, voucher_no=kind("001"), comment=kind("x"))
    assert server.logins[0].parameters == server.logins[1].parameters
    for calls in (server.logins, server.calls):
        assert [(call.path, call.body) for call in calls[1:]] == [(call.path, call.body) for call in calls[:1]]
