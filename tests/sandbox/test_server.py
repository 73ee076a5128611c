"""The sandbox as a context manager: its data, its socket, its hook, many requests at a time."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer, get_ident
from typing import Any

import httpx
import pytest

from deltasib_query.errors import MissingExtraError, ParameterError, TransportError
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

Rows = list[dict[str, Any]]


def everybody(sandbox: Sandbox, login: dict[str, str]) -> Rows:
    with httpx.Client(base_url=f"{sandbox.url}/1.0", trust_env=False) as client:
        token = client.post("/auth/", data=login).json()["token"]
        rows: Rows = client.get("/user/", params={"Action": "list", "LimitCount": "10000", "Token": token}).json()
        return rows


def test_the_same_seed_brings_the_same_data(login: dict[str, str]) -> None:
    with Sandbox(users=50, seed=3) as one, Sandbox(users=50, seed=3) as other:
        assert everybody(one, login) == everybody(other, login)


def test_another_seed_brings_other_data(login: dict[str, str]) -> None:
    with Sandbox(users=50, seed=3) as one, Sandbox(users=50, seed=4) as other:
        assert everybody(one, login) != everybody(other, login)


def test_usernames_are_unique_and_of_the_documented_characters(sandbox: Sandbox, login: dict[str, str]) -> None:
    with Sandbox(users=3000) as larger:
        names = [row["Username"] for row in everybody(larger, login)]
    assert len({name.lower() for name in names}) == 3000
    assert set("".join(names)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=:@")


def test_many_users_are_called_ali(login: dict[str, str]) -> None:
    with Sandbox(users=3000) as larger:
        names = [row["Username"] for row in everybody(larger, login)]
    assert sum(name.startswith("ali") for name in names) > 150


@pytest.mark.parametrize("users", [0, 1])
def test_hardly_any_users(login: dict[str, str], users: int) -> None:
    with Sandbox(users=users) as sandbox:
        assert len(everybody(sandbox, login)) == users


@pytest.mark.parametrize("users", [-1, 1_000_001])
def test_a_number_of_users_out_of_range(users: int) -> None:
    with pytest.raises(ParameterError, match="users"):
        Sandbox(users=users)


def test_a_port_in_use_is_an_error_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(TransportError, match="in use"), Sandbox(users=1, port=int(sandbox.url.rpartition(":")[2])):
        pass


@pytest.mark.parametrize(
    ("host", "address"),
    [("::1", "http://[::1]:"), ("localhost", "http://localhost:"), ("127.0.0.1", "http://127.0.0.1:"),
     ("0.0.0.0", "http://127.0.0.1:"), ("::", "http://[::1]:"), ("", "http://127.0.0.1:")],
)  # fmt: skip
@pytest.mark.parametrize("options", [{}, {"tls": True}])
def test_where_it_listens(
    connect: Callable[..., httpx.Client], host: str, address: str, options: dict[str, Any]
) -> None:
    if options and not host:
        with pytest.raises(ParameterError, match="host: no certificate can be made for ''"):
            Sandbox(users=1, host=host, tls=True).__enter__()
        return
    with Sandbox(users=2, host=host, **options) as sandbox:
        assert sandbox.url.startswith(address.replace("http:", "https:") if options else address)
        assert len(connect(sandbox).get("/user/", params={"Action": "list"}).json()) == 2


def test_a_relay_on_ipv6(connect: Callable[..., httpx.Client]) -> None:
    with Sandbox(users=2, host="::1", faults=Faults(drop=(2,)), allowed_addresses=["::1"]) as sandbox:
        client = connect(sandbox)
        assert len(client.get("/user/", params={"Action": "list"}).json()) == 2
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/user/", params={"Action": "list"})


@pytest.mark.parametrize("host", ["no.such.host.invalid", "[::1]", "::1::", "a" * 70, "1.2.3", "\udcff"])
def test_where_it_cannot_listen(host: str) -> None:
    with pytest.raises(TransportError, match="the sandbox cannot listen on "):
        Sandbox(users=1, host=host).__enter__()


def test_nobody_listens_after_the_end() -> None:
    with Sandbox(users=1) as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_it_ends_while_a_client_keeps_its_connection(login: dict[str, str]) -> None:
    with httpx.Client(trust_env=False) as client, Sandbox(users=1) as sandbox:
        assert client.post(f"{sandbox.url}/1.0/auth/", data=login).status_code == 200


def test_it_can_start_again(login: dict[str, str]) -> None:
    sandbox = Sandbox(users=3)
    for _ in range(2):
        with sandbox:
            assert len(everybody(sandbox, login)) == 3


def test_another_account(login: dict[str, str]) -> None:
    with Sandbox(users=1, username="somebody", password="else") as sandbox:
        answer = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False)
    assert answer.json()["ErrorCode"] == -2


def test_the_hook_is_told_of_requests_without_secrets(login: dict[str, str]) -> None:
    lines: list[str] = []
    with (
        Sandbox(users=1, on_request=lines.append) as sandbox,
        httpx.Client(base_url=f"{sandbox.url}/1.0", trust_env=False) as client,
    ):
        token = client.post("/auth/", data=login).json()["token"]
        client.get("/USER/", params={"Action": "list", "limitcount": "5", "filter": "Name\n= 'علی'", "Token": token})
    assert lines == ["POST auth gettoken", "GET user list Filter=Name = 'علی' LimitCount=5"]


def test_many_requests_at_a_time(client: httpx.Client) -> None:
    def page(start: int) -> int:
        parameters = {"Action": "list", "LimitFrom": str(start), "LimitCount": "1", "Filter": "Username like '%'"}
        row: dict[str, int] = client.get("/user/", params=parameters).json()[0]
        return row["User_Id"]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(page, range(200))) == list(range(1, 201))


def test_serving_forever_ends_with_ctrl_c_in_any_thread() -> None:
    with Sandbox(users=1) as sandbox:
        Timer(0.5, lambda: signal.pthread_kill(get_ident(), signal.SIGINT)).start()
        sandbox.serve_forever()


@pytest.mark.parametrize("module", ["jwt", "python_multipart", "sqlalchemy", "starlette", "uvicorn"])
def test_a_missing_dependency_names_the_extra(module: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; import deltasib_query.sandbox"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stderr.splitlines()[-1] == (
        f"{MissingExtraError.__module__}.MissingExtraError: this needs {module}: pip install 'deltasib-query[sandbox]'"
    )
