"""The installed command, and a sandbox for it to ask."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from deltasib_query.sandbox.server import Sandbox

from .forked import LONGEST, ForkServer, Process

COMMAND: Final = str(Path(sys.executable).with_name("deltasib-query"))

Argument = str | bytes
Run = Callable[..., "Result"]
Start = Callable[..., Process]


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


class Gate:
    """Told of a sandbox's requests; holds back the response of one of them until it is opened."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.lists = 0
        self.held_list = -1
        self.reached = Event()
        self.opened = Event()

    def __call__(self, request: str) -> None:
        self.requests.append(request)
        self.lists += " list " in request
        if self.lists == self.held_list:
            self.reached.set()
            self.opened.wait(LONGEST)

    def hold(self, number: int) -> None:
        """Hold back the response of the list that is asked for as the `number`-th from now on."""
        self.held_list = self.lists + number

    def release(self) -> None:
        self.held_list = -1
        self.opened.set()


def environment(**more: str) -> dict[str, str]:
    """Return an environment with nothing in it that changes what a command does."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "SYSTEMROOT", "TMPDIR"}}
    return {**kept, "COLUMNS": "200", "LC_ALL": "C", "XDG_CONFIG_HOME": "/nowhere", **more}


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer(environment()) as server:
        yield server


@pytest.fixture
def run(fork_server: ForkServer) -> Run:
    """Run the command without an account, and return its result."""

    def run(*arguments: Argument, stdin: bytes = b"", **more: str) -> Result:
        status, out, err = fork_server.run(arguments, stdin, environment(**more))
        return Result(status, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=200) as running:
        yield running


def account(sandbox: Sandbox) -> dict[str, str]:
    return {
        "DELTASIB_URL": sandbox.url,
        "DELTASIB_USERNAME": sandbox.username,
        "DELTASIB_PASSWORD": sandbox.password,
    }


@pytest.fixture
def ask(run: Run, sandbox: Sandbox) -> Run:
    """Run the command with the sandbox's account in its environment."""

    def ask(*arguments: Argument, **more: str) -> Result:
        return run(*arguments, **{**account(sandbox), **more})

    return ask


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.release()


@pytest.fixture
def gated_sandbox(gate: Gate) -> Iterator[Sandbox]:
    with Sandbox(users=1500, on_request=gate) as sandbox:
        yield sandbox


@pytest.fixture
def start(gate: Gate, gated_sandbox: Sandbox, fork_server: ForkServer) -> Iterator[Start]:
    """Start the command with the account of the gated sandbox, and let the test go on."""
    with ExitStack() as stack:

        def start(*arguments: Argument) -> Process:
            process = fork_server.start(arguments, environment(**account(gated_sandbox)))
            stack.callback(process.close)
            return process

        stack.callback(gate.release)
        yield start
