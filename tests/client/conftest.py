"""A sandbox, scripted servers, and clients of both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from databases import Database
from deltasib_query import Client, ServiceError, TransportError
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.client.wire import retries
from deltasib_query.sandbox.database.given_rows import GivenRows
from deltasib_query.sandbox.server import Sandbox

from .scripted import Script, Scripted, connect, connect_async


class Requests(list[str]):
    """What a sandbox was asked since the test began."""

    def pages(self) -> list[tuple[int, int]]:
        """LimitFrom and LimitCount of each list that was asked for."""
        words = [dict(word.split("=", 1) for word in line.split() if word.startswith("Limit")) for line in self]
        return [(int(limits["LimitFrom"]), int(limits["LimitCount"])) for limits in words if limits]

    def logins(self) -> int:
        return self.count("POST auth gettoken")


@dataclass
class Service:
    """A sandbox, and what it is asked."""

    sandbox: Sandbox
    requests: Requests


@dataclass
class Pair:
    """A scripted server, and a client of it."""

    server: Scripted
    client: Client


Serve = Callable[..., Pair]
Start = Callable[..., Scripted]
Call = Callable[[Any], Any]
"""Something done with a client of either kind, such as ``lambda isp: isp.user.list()``."""
Ask = Callable[..., Any]
Waits = list[float]


@pytest.fixture(scope="module")
def service(database: Database) -> Iterator[Service]:
    requests = Requests()
    with database() as address, Sandbox(users=200, database=address, on_request=requests.append) as sandbox:
        yield Service(sandbox, requests)


@pytest.fixture
def make_deltasib_sandbox(database: Database) -> Iterator[Callable[..., Sandbox]]:
    """The fixture of `deltasib_query.testing`, on either database."""
    with ExitStack() as stack:

        def make(rows: GivenRows | None = None, **options: Any) -> Sandbox:
            address = stack.enter_context(database())
            return stack.enter_context(Sandbox(rows=rows, database=address, **options))

        yield make


@pytest.fixture
def isp(service: Service) -> Iterator[Client]:
    service.requests.clear()
    with connect(service.sandbox.url) as client:
        yield client


@pytest.fixture
def requests(service: Service, isp: Client) -> Requests:
    return service.requests


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers by a script, and a client of it."""
    with ExitStack() as stack:

        def serve(script: Script, login: Script | None = None, **options: Any) -> Pair:
            server = stack.enter_context(Scripted(script, login))
            return Pair(server, stack.enter_context(connect(server.url, **options)))

        yield serve


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server that answers by a script."""
    with ExitStack() as stack:
        yield lambda script, login=None: stack.enter_context(Scripted(script, login))


def ask_sync(url: str, call: Call, **options: Any) -> Any:
    with connect(url, **options) as isp:
        outcome = call(isp)
        return list(outcome) if isinstance(outcome, AnySyncListing | Iterator) else outcome


def ask_async(url: str, call: Call, **options: Any) -> Any:
    async def main() -> Any:
        async with connect_async(url, **options) as isp:
            outcome = call(isp)
            if isinstance(outcome, AsyncIterable):
                return [row async for row in outcome]
            return await outcome if inspect.isawaitable(outcome) else outcome

    return asyncio.run(main())


@pytest.fixture(params=[ask_sync, ask_async], ids=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Do something with either client: ``ask(url, call, **options)`` returns what comes of it, rows or pages too."""
    chosen: Ask = request.param
    return chosen


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """The seconds worked out after each failed attempt that is worth another; nobody waits for them."""
    seconds: Waits = []
    real = retries.backoff

    def backoff(error: ServiceError | TransportError, attempt: int) -> float:
        seconds.append(real(error, attempt))
        return 0.0

    monkeypatch.setattr(retries, "backoff", backoff)
    return seconds
