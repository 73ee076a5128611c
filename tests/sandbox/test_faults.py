"""Each fault, over a real socket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from databases import Database
from deltasib_query import ParameterError
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

Serve = Callable[..., httpx.Client]


@pytest.fixture(scope="session")
def database() -> Database:
    """SQLite alone: what happens to a response on its way is the same for any database."""
    return nullcontext


def ask(client: httpx.Client, **parameters: object) -> httpx.Response:
    given = {"Action": "list", **{name: str(value) for name, value in parameters.items()}}
    return client.get("/user/", params=given)


def outcomes(client: httpx.Client, count: int) -> str:
    """What becomes of requests: 2 is a response, 5 an error, - nothing, / a part."""
    signs = ""
    for _ in range(count):
        try:
            signs += str(ask(client).status_code // 100)
        except httpx.RemoteProtocolError as error:
            signs += "/" if "incomplete" in str(error) or "without sending complete" in str(error) else "-"
    return signs


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (Faults(), "22222"),
        (Faults(errors=2), "55222"),
        (Faults(errors=(2, 4)), "25252"),
        (Faults(errors=1.0), "55555"),
        (Faults(drop=1), "-2222"),
        (Faults(drop=(3,)), "22-22"),
        (Faults(half=1), "/2222"),
        (Faults(half=(2, 3)), "2//22"),
        (Faults(drop=(1,), errors=2, half=3), "-5/22"),
    ],
)
def test_which_requests_are_hit(serve: Serve, faults: Faults, expected: str) -> None:
    assert outcomes(serve(faults=faults), 5) == expected


@pytest.mark.parametrize("tls", [False, True])
def test_broken_connections_with_and_without_tls(serve: Serve, tls: bool) -> None:
    assert outcomes(serve(faults=Faults(drop=(2,), half=(4,)), tls=tls), 5) == "2-2/2"


def test_a_share_is_the_same_for_the_same_seed(serve: Serve) -> None:
    one, other = (outcomes(serve(faults=Faults(errors=0.5, seed=7)), 12) for _ in range(2))
    assert one == other
    assert set(one) == {"2", "5"}


def test_another_seed_hits_other_requests(serve: Serve) -> None:
    one, other = (outcomes(serve(faults=Faults(errors=0.5, seed=seed)), 12) for seed in (7, 8))
    assert one != other


def test_an_error_is_a_page_as_of_a_proxy(serve: Serve) -> None:
    answer = ask(serve(faults=Faults(errors=1)))
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "Retry-After" not in answer.headers


def test_an_error_may_say_when_to_come_again(serve: Serve) -> None:
    assert ask(serve(faults=Faults(errors=1, retry_after=7))).headers["Retry-After"] == "7"


def names(client: httpx.Client) -> list[str]:
    return [row["Username"] for row in ask(client, Filter="User_Id > 20").json()]


def test_an_error_carries_nothing_out(serve: Serve) -> None:
    client = serve(faults=Faults(errors=1))
    client.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    assert names(client) == []


@pytest.mark.parametrize("faults", [Faults(drop=1), Faults(half=1)])
def test_what_has_a_broken_answer_is_carried_out(serve: Serve, faults: Faults) -> None:
    client = serve(faults=faults)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    assert names(client) == ["new"]


def test_a_refusal_is_dropped_like_an_answer(serve: Serve) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(serve(faults=Faults(drop=1)), Filter="nonsense")


@pytest.mark.parametrize("faults", [Faults(errors=1), Faults(half=(2,))])
def test_the_mark_for_the_relay_is_not_answered(serve: Serve, faults: Faults) -> None:
    assert "sandbox-fault" not in ask(serve(faults=faults)).headers


def test_no_more_rows_than_the_cap(serve: Serve) -> None:
    client = serve(faults=Faults(cap=3))
    assert [row["User_Id"] for row in ask(client, LimitFrom=1, LimitCount=100).json()] == [2, 3, 4]


def test_fewer_rows_than_the_cap(serve: Serve) -> None:
    assert len(ask(serve(faults=Faults(cap=3)), LimitCount=2).json()) == 2


def test_keys_in_lower_case(serve: Serve) -> None:
    client = serve(faults=Faults(lower_keys=True))
    assert ask(client, LimitCount=1, Field="User_Id,Username").json() == [{"user_id": 1, "username": "ali"}]


def test_numbers_as_text(serve: Serve) -> None:
    client = serve(faults=Faults(numbers_as_text=True))
    assert ask(client, LimitCount=1, Field="User_Id,Username").json() == [{"User_Id": "1", "Username": "ali"}]


def test_answers_of_writes_with_numbers_as_text(serve: Serve) -> None:
    client = serve(faults=Faults(numbers_as_text=True))
    answer = client.put("/user.status/", data={"Action": "add", "User_Id": "1", "Status_Id": "2"})
    assert answer.json() == {"status": "1"}


def test_null_is_not_made_text(serve: Serve) -> None:
    client = serve(faults=Faults(numbers_as_text=True))
    assert ask(client, Filter="User_Id = 3", Field="Address").json() == [{"Address": None}]


def ids(client: httpx.Client) -> list[int]:
    return [row["User_Id"] for row in ask(client, Field="User_Id").json()]


def test_rows_in_no_order(serve: Serve) -> None:
    client = serve(faults=Faults(shuffled=True))
    one, other = ids(client), ids(client)
    assert one != sorted(one)
    assert one != other
    assert sorted(one) == sorted(other) == list(range(1, 21))


def test_the_same_seed_shuffles_alike(serve: Serve) -> None:
    assert ids(serve(faults=Faults(shuffled=True))) == ids(serve(faults=Faults(shuffled=True)))


def test_the_order_depends_on_nothing_but_what_is_asked_and_how_often(serve: Serve) -> None:
    one, other = (serve(faults=Faults(shuffled=True)) for _ in range(2))
    ask(other, LimitCount=5)
    ask(other, Filter="User_Id > 0")
    assert [ids(one) for _ in range(3)] == [ids(other) for _ in range(3)]
    assert ids(one) != [row["User_Id"] for row in ask(one, Field="User_Id", Filter="User_Id > 0").json()]


def test_another_seed_shuffles_otherwise(serve: Serve) -> None:
    assert ids(serve(faults=Faults(shuffled=True))) != ids(serve(faults=Faults(shuffled=True, seed=2)))


def test_a_token_dies_after_its_requests(serve: Serve) -> None:
    client = serve(faults=Faults(token_dies_after=2))
    assert [ask(client).status_code for _ in range(4)] == [200, 200, 401, 401]
    assert ask(client).json() == {"ErrorCode": -6, "ErrorDesc": "Invalid token"}


def test_each_token_has_its_own_requests(serve: Serve, login: dict[str, str]) -> None:
    client = serve(faults=Faults(token_dies_after=1))
    ask(client)
    token = client.post("/auth/", data=login).json()["token"]
    assert ask(client, Token=token).status_code == 401  # the header's token is dead
    del client.headers["Authorization"]
    assert ask(client, Token=token).status_code == 200


def test_latency(serve: Serve) -> None:
    client = serve(faults=Faults(latency=0.1))
    assert ask(client).elapsed.total_seconds() >= 0.1


def test_logins_are_spared(login: dict[str, str]) -> None:
    with Sandbox(users=1, faults=Faults(errors=1.0, drop=1.0)) as sandbox:
        answer = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False)
    assert answer.json()["SessionTimeout"] == 600


def test_logins_are_hit_where_that_is_asked_for(login: dict[str, str]) -> None:
    with Sandbox(users=1, faults=Faults(errors=1, logins=True)) as sandbox:
        answers = [httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]


def test_requests_are_counted_anew_when_a_sandbox_starts_again(connect: Callable[..., httpx.Client]) -> None:
    sandbox = Sandbox(users=1, faults=Faults(errors=1))
    for _ in range(2):
        with sandbox:
            assert outcomes(connect(sandbox), 2) == "52"


def test_it_ends_while_a_client_waits_behind_the_relay() -> None:
    with Sandbox(users=1, faults=Faults(drop=1)) as sandbox, httpx.stream("GET", sandbox.url, trust_env=False):
        pass


def test_nobody_listens_after_the_relays_end() -> None:
    with Sandbox(users=1, faults=Faults(drop=1)) as sandbox:
        url = sandbox.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_connections_of_other_machines_are_not_broken() -> None:
    with pytest.raises(ParameterError, match="host"):
        Sandbox(host="0.0.0.0", faults=Faults(half=1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"errors": -1}, {"errors": 1.5}, {"drop": -0.1}, {"half": (0,)}, {"latency": -1}, {"cap": 0},
        {"retry_after": -1}, {"token_dies_after": -1}, {"latency": float("nan")},
    ],
)  # fmt: skip
def test_faults_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        Faults(**wrong)


@pytest.mark.parametrize(
    ("texts", "faults"),
    [
        ([], Faults()),
        (["latency=0.5"], Faults(latency=0.5)),
        (["errors=2", "retry_after=3"], Faults(errors=2, retry_after=3)),
        (["errors=0.1", "seed=5"], Faults(errors=0.1, seed=5)),
        (["drop=@2,5", "half=@1"], Faults(drop=(2, 5), half=(1,))),
        (["lower_keys", "numbers-as-text=yes", "shuffled=no"], Faults(lower_keys=True, numbers_as_text=True)),
        (["cap=50", "token_dies_after=3", "logins"], Faults(cap=50, token_dies_after=3, logins=True)),
    ],
)
def test_faults_as_the_command_has_them(texts: list[str], faults: Faults) -> None:
    assert Faults.read(texts) == faults


@pytest.mark.parametrize("text", ["rain=1", "errors=x", "errors=", "errors=@", "shuffled=perhaps", "cap=1.5", "cap=0"])
def test_faults_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ParameterError):
        Faults.read([text])
