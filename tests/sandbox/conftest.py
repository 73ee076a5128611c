"""A sandbox on loopback, and a client that is logged in to it."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from databases import Database
from deltasib_query.sandbox.server import Sandbox

Rows = list[dict[str, Any]]
Get = Callable[..., Rows]
Connect = Callable[..., httpx.Client]
Serve = Callable[..., httpx.Client]

LOGIN = {"Action": "gettoken", "Api_Username": "reseller", "Api_Key": hashlib.sha512(b"sandbox").hexdigest()}


@pytest.fixture(scope="module")
def sandbox(database: Database) -> Iterator[Sandbox]:
    with database() as address, Sandbox(users=200, database=address) as running:
        yield running


@pytest.fixture(scope="module")
def anonymous(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/1.0", trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def login() -> dict[str, str]:
    return dict(LOGIN)


@pytest.fixture(scope="module")
def token(anonymous: httpx.Client, login: dict[str, str]) -> str:
    return str(anonymous.post("/auth/", data=login).json()["token"])


@pytest.fixture(scope="module")
def client(sandbox: Sandbox, token: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{sandbox.url}/1.0", headers=headers, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def get(client: httpx.Client) -> Get:
    def get(object: str, **parameters: object) -> Rows:
        answer = client.get(f"/{object}/", params={"Action": "list", **{k: str(v) for k, v in parameters.items()}})
        assert answer.status_code == 200, answer.text
        rows: Rows = answer.json()
        return rows

    return get


@pytest.fixture
def ids(get: Get) -> Callable[[str], list[int]]:
    """The ids, up to 8, of the users that a filter finds: those users are written out in the seed."""

    def ids(filter: str) -> list[int]:
        found = get("user", Filter=filter, Field="User_Id", LimitCount=1000)
        return [row["User_Id"] for row in found if row["User_Id"] <= 8]

    return ids


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Log in to a sandbox."""
    with ExitStack() as stack:

        def connect(sandbox: Sandbox, username: str = "reseller", password: str = "sandbox") -> httpx.Client:
            verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without the system's certificates, which take long
            if sandbox.url.startswith("https"):
                verify.load_verify_locations(sandbox.certificate)
            url = f"{sandbox.url}/1.0"
            client = stack.enter_context(httpx.Client(base_url=url, verify=verify, trust_env=False, timeout=60))
            key = hashlib.sha512(password.encode()).hexdigest()
            answer = client.post("/auth/", data={**LOGIN, "Api_Username": username, "Api_Key": key})
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            return client

        yield connect


@pytest.fixture
def serve(connect: Connect, database: Database) -> Iterator[Serve]:
    """Start a sandbox of the test's own, and log in to it."""
    with ExitStack() as stack:

        def serve(**options: Any) -> httpx.Client:
            address = stack.enter_context(database())
            return connect(stack.enter_context(Sandbox(**{"users": 20, "database": address, **options})))

        yield serve


@pytest.fixture
def own(serve: Serve) -> httpx.Client:
    """A client of a sandbox that the test may change."""
    return serve()
