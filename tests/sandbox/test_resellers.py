"""Several API accounts: each sees, and changes, only what is its own. Allowed addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import jwt
import pytest

from deltasib_query import ParameterError
from deltasib_query.sandbox.server import Sandbox

Connect = Callable[..., httpx.Client]


class Two(NamedTuple):
    """Clients of the two resellers of one sandbox: the first has the odd users, the second the even ones."""

    odd: httpx.Client
    even: httpx.Client


@pytest.fixture
def two(connect: Connect) -> Iterator[Two]:
    with Sandbox(users=100, resellers={"reseller": "sandbox", "other": "secret"}) as sandbox:
        yield Two(connect(sandbox), connect(sandbox, "other", "secret"))


def rows(client: httpx.Client, object: str, **parameters: object) -> list[dict[str, Any]]:
    given = {"Action": "list", "LimitCount": "1000", **{name: str(value) for name, value in parameters.items()}}
    found: list[dict[str, Any]] = client.get(f"/{object}/", params=given).json()
    return found


@pytest.mark.parametrize("filter", ["", "User_Id > 0", "User_Id > 0 or User_Id = 0", "User_Id = 1 or User_Id >= 2"])
def test_users(two: Two, filter: str) -> None:
    assert [row["User_Id"] for row in rows(two.odd, "user", Filter=filter)] == list(range(1, 101, 2))
    assert [row["User_Id"] for row in rows(two.even, "user", Filter=filter)] == list(range(2, 101, 2))


def test_services_are_common(two: Two) -> None:
    assert len(rows(two.odd, "service")) == len(rows(two.even, "service")) == 40


def test_online_sessions(two: Two) -> None:
    filter = "User_Id > 0 or Nas_Id > 0"
    odd, even = (rows(client, "radius", Filter=filter) for client in two)
    assert {row["User_Id"] % 2 for row in odd} == {1}
    assert {row["User_Id"] % 2 for row in even} == {0}
    assert len(odd) + len(even) == 5


def test_payments_of_somebody_elses_user(two: Two) -> None:
    assert rows(two.even, "User.payment", User_Id=1, Filter="Price > 0 or Price <= 0") == []


@pytest.mark.parametrize("user", [{"User_Id": 1}, {"Username": "ali"}])
def test_base_services_of_somebody_elses_user(two: Two, user: dict[str, object]) -> None:
    assert rows(two.even, "user.service.base", **user, Filter="Service_Id > 0 or Service_Id = 0") == []


def test_credit(two: Two) -> None:
    found = rows(two.even, "user", Action="creditinfo", User_Id=0, Filter="User_Id = 1 or User_Id = 2")
    assert [row["User_Id"] for row in found] == [2]


def test_credit_of_somebody_elses_user(two: Two) -> None:
    assert rows(two.even, "user", Action="creditinfo", User_Id=1) == []


@pytest.mark.parametrize(
    ("method", "object", "parameters"),
    [
        ("PUT", "user.status", {"Action": "add", "Username": "ali", "Status_Id": "2"}),
        (
            "POST",
            "User.payment",
            {"Action": "add", "User_Id": "1", "Currency_Id": "1", "PriceINCurrency": "1", "ExchangeRate": "1"},
        ),
        ("POST", "user.service.base", {"Action": "add", "User_Id": "1", "Service_Id": "1"}),
        ("PUT", "user.service.base", {"Action": "cancel", "User_ServiceBase_Id": "2"}),
    ],
)
def test_writes_to_somebody_elses_user(two: Two, method: str, object: str, parameters: dict[str, str]) -> None:
    answer = two.even.request(method, f"/{object}/", data=parameters)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, -5)


def test_the_status_of_somebody_elses_user(two: Two) -> None:
    answer = two.even.get("/user.status/", params={"Action": "currentstatus", "User_Id": "1"})
    assert answer.json()["ErrorDesc"] == "Invalid Data: there is no such user"


def test_a_disconnect_ends_only_ones_own_sessions(two: Two) -> None:
    before = rows(two.odd, "radius")
    two.even.request("DELETE", "/radius/", data={"Action": "disconnet", "Filter": "User_Id > 0 or User_Id = 0"})
    assert rows(two.even, "radius") == []
    assert rows(two.odd, "radius") == before


def test_a_new_user_is_the_resellers_own(two: Two) -> None:
    two.even.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    assert len(rows(two.even, "user", Filter="Username = 'new'")) == 1
    assert rows(two.odd, "user", Filter="Username = 'new'") == []


def test_a_name_that_a_user_of_another_reseller_has(two: Two) -> None:
    answer = two.even.post("/user/", data={"Action": "add", "Username": "ali", "Password": "x"})
    assert answer.json()["ErrorCode"] == -5


def test_a_payment_tells_who_entered_it(two: Two) -> None:
    payment = {"Action": "add", "User_Id": "2", "Currency_Id": "1", "PriceINCurrency": "1", "ExchangeRate": "1"}
    two.even.post("/User.payment/", data=payment)
    assert rows(two.even, "User.payment", User_Id=2)[-1]["Creator_Id"] == 3


def test_tokens_tell_the_resellers_apart(two: Two) -> None:
    tokens = [client.headers["Authorization"].removeprefix("Bearer ") for client in two]
    ids = [jwt.decode(token, options={"verify_signature": False})["data"]["id"] for token in tokens]
    assert ids == ["2", "3"]


def test_the_password_of_another_reseller(connect: Connect) -> None:
    with Sandbox(users=1, resellers={"one": "a", "two": "b"}) as sandbox, pytest.raises(KeyError, match="token"):
        connect(sandbox, "one", "b")


def test_the_first_account_is_the_sandboxs() -> None:
    sandbox = Sandbox(resellers={"one": "a", "two": "b"})
    assert (sandbox.username, sandbox.password) == ("one", "a")


def test_no_reseller_at_all() -> None:
    with pytest.raises(ParameterError, match="resellers"):
        Sandbox(resellers={})


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.0/8", "127.0.0.9/8"])
def test_an_allowed_address(connect: Connect, address: str) -> None:
    with Sandbox(users=3, allowed_addresses=("10.0.0.1", address)) as sandbox:
        assert len(rows(connect(sandbox), "user")) == 3


@pytest.mark.parametrize("addresses", [(), ("10.0.0.1",), ("::1", "192.168.0.0/16")])
def test_an_address_that_is_not_allowed(login: dict[str, str], addresses: tuple[str, ...]) -> None:
    with Sandbox(users=1, allowed_addresses=addresses) as sandbox:
        answer = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False)
    assert (answer.status_code, answer.json()) == (403, {"ErrorCode": -3, "ErrorDesc": "IP not permit"})


def test_what_is_no_address() -> None:
    with pytest.raises(ParameterError, match="allowed_addresses"):
        Sandbox(allowed_addresses=["everywhere"])
