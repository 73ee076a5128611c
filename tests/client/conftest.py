"""A sandbox, scripted servers, and clients of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from deltasib_query import Client
from deltasib_query.sandbox import Sandbox

from .scripted import Script, Scripted, connect


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


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    requests = Requests()
    with Sandbox(users=200, on_request=requests.append) as sandbox:
        yield Service(sandbox, requests)


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
