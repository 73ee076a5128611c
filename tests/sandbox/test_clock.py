"""The service's clock: what has it, what it may be; and a sandbox while a test has stopped the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from freezegun import freeze_time

from deltasib_query import ParameterError
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

Serve = Callable[..., httpx.Client]

MOMENT = datetime.fromisoformat("2026-05-01T08:30:15.250")


def current(client: httpx.Client) -> str:
    return str(client.get("/user/", params={"Action": "creditinfo", "User_Id": "3"}).json()[0]["CurrentDT"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "2021-02-01 12:00:00"),
        ({"clock": MOMENT}, "2026-05-01 08:30:15"),
        ({"clock": MOMENT.replace(tzinfo=timezone(timedelta(hours=3.5)))}, "2026-05-01 08:30:15"),
        ({"clock": lambda: MOMENT}, "2026-05-01 08:30:15"),
    ],
)
def test_what_time_it_is(serve: Serve, options: dict[str, Any], expected: str) -> None:
    assert current(serve(**options)) == expected


def test_a_clock_that_goes(serve: Serve) -> None:
    moments = iter([MOMENT, MOMENT + timedelta(days=1)])
    client = serve(clock=lambda: next(moments))
    assert [current(client), current(client)] == ["2026-05-01 08:30:15", "2026-05-02 08:30:15"]


def test_new_rows_have_the_time_of_the_clock(serve: Serve) -> None:
    client = serve(clock=MOMENT)

    def last(object: str) -> dict[str, Any]:
        parameters = {"Action": "list", "User_Id": "1", "Field": "*"}
        row: dict[str, Any] = client.get(f"/{object}/", params=parameters).json()[-1]
        return row

    paid = {"Action": "add", "User_Id": "1", "Currency_Id": "1", "PriceINCurrency": "5", "ExchangeRate": "1"}
    client.post("/User.payment/", data=paid)
    assert last("User.payment")["User_PaymentCD"] == "2026-05-01 08:30:15"
    client.put("/user.service.base/", data={"Action": "cancel", "User_ServiceBase_Id": "2"})
    client.post("/user.service.base/", data={"Action": "add", "User_Id": "1", "Service_Id": "1", "PayPrice": "1"})
    row = last("user.service.base")
    assert (row["CDT"], row["StartDate"], row["EndDate"]) == ("2026-05-01 08:30:15", "2026-05-01", "2026-05-31")
    cancelled = client.get("/user.service.base/", params={"Action": "list", "User_Id": "1", "Field": "CancelDT"})
    assert cancelled.json()[1]["CancelDT"] == "2026-05-01 08:30:15"


@pytest.mark.parametrize("clock", ["now", 5, None])
def test_what_is_no_clock(clock: Any) -> None:
    with pytest.raises(ParameterError, match="clock: a datetime, or a function that returns one"):
        Sandbox(clock=clock)


# In a test that has stopped the time nothing waits for ever


FAULTS = [Faults(), Faults(drop=(9,)), Faults(latency=0.01)]


@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("tls", [False, True])
def test_it_starts_answers_and_ends_while_time_stands_still(
    connect: Callable[..., httpx.Client], faults: Faults, tls: bool
) -> None:
    with freeze_time("2026-05-01"), Sandbox(users=5, faults=faults, tls=tls, clock=lambda: datetime.now()) as sandbox:  # noqa: DTZ005
        assert current(connect(sandbox)) == "2026-05-01 00:00:00"


@pytest.mark.parametrize("faults", FAULTS)
def test_it_ends_while_time_stands_still(connect: Callable[..., httpx.Client], faults: Faults) -> None:
    with Sandbox(users=5, faults=faults) as sandbox:
        client = connect(sandbox)
        stopped = freeze_time("2026-05-01")
        stopped.start()
        assert current(client) == "2021-02-01 12:00:00"
    stopped.stop()


def test_it_ends_where_time_has_gone_back(connect: Callable[..., httpx.Client]) -> None:
    with freeze_time("2026-05-01") as time, Sandbox(users=5) as sandbox:
        client = connect(sandbox)
        time.move_to("2020-01-01")
        assert current(client) == "2021-02-01 12:00:00"


def test_tokens_expire_by_real_time(connect: Callable[..., httpx.Client]) -> None:
    with Sandbox(users=5, session_timeout=600) as sandbox:
        client = connect(sandbox)
        with freeze_time("2035-01-01"):
            assert current(client) == "2021-02-01 12:00:00"
