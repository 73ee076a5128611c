"""``deltasib-query sandbox``, started and asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

COMMAND = str(Path(sys.executable).with_name("deltasib-query"))
ENVIRONMENT = {**os.environ, "COLUMNS": "200"}

Start = Callable[..., list[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command, and return the lines that it prints."""
    with ExitStack() as stack:

        def start(*options: str, lines: int = 2) -> list[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [COMMAND, "sandbox", "--port", "0", *options], stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
                )
            )
            stack.callback(process.send_signal, signal.SIGINT)
            assert process.stderr is not None
            return [process.stderr.readline().strip() for _ in range(lines)]

        yield start


def url(exports: str) -> str:
    return exports.split()[1].removeprefix("DELTASIB_URL=")


def test_it_prints_what_to_export(start: Start) -> None:
    exports, users = start("--users", "20", "--seed", "3")
    assert exports.startswith("export DELTASIB_URL=http://127.0.0.1:")
    assert exports.endswith(" DELTASIB_USERNAME=reseller DELTASIB_PASSWORD=sandbox")
    assert users == "20 customers; Ctrl-C ends it"


def test_with_tls_it_prints_the_certificate(start: Start) -> None:
    exports, certificate, _users = start("--users", "1", "--tls", lines=3)
    assert url(exports).startswith("https://127.0.0.1:")
    assert Path(certificate.removeprefix("its certificate: --ca-file ")).read_text().startswith("-----BEGIN")


def test_faults(start: Start, login: dict[str, str]) -> None:
    exports, _users = start("--users", "1", "--fault", "errors=1", "--fault", "retry_after=9", "--fault", "logins")
    answer = httpx.post(f"{url(exports)}/1.0/auth/", data=login, trust_env=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "9")


def test_a_fault_that_there_is_not() -> None:
    ended = subprocess.run(
        [COMMAND, "sandbox", "--fault", "rain=1"], capture_output=True, text=True, env=ENVIRONMENT, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: fault: one of latency, errors, ")
