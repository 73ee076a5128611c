"""``deltasib-query sandbox``, started and asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from processes import running

pytestmark = pytest.mark.heavy

COMMAND = str(Path(sys.executable).with_name("deltasib-query"))
ENVIRONMENT = {**os.environ, "COLUMNS": "200"}

Start = Callable[..., list[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command, and return the lines that it prints."""
    with ExitStack() as stack:

        def start(*options: str, lines: int = 2) -> list[str]:
            command = [COMMAND, "sandbox", "--port", "0", *options]
            process = stack.enter_context(running(command, stderr=subprocess.PIPE, env=ENVIRONMENT))
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
    ended = refused("--fault", "rain=1")
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: fault: one of latency, errors, ")


def refused(*options: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "sandbox", "--port", "0", *options]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=60)


def current(url: str, login: dict[str, str]) -> str:
    """What creditinfo says of the clock."""
    with httpx.Client(base_url=f"{url}/1.0", trust_env=False) as client:
        token = client.post("/auth/", data=login).json()["token"]
        parameters = {"Action": "creditinfo", "User_Id": "1", "Token": token}
        return str(client.get("/user/", params=parameters).json()[0]["CurrentDT"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [((), "2021-02-01 12:00:00"), (("--clock", "2026-05-01T08:30"), "2026-05-01 08:30:00")],
)
def test_its_clock_stands_still(start: Start, login: dict[str, str], options: tuple[str, ...], expected: str) -> None:
    exports, _users = start("--users", "1", *options)
    assert current(url(exports), login) == expected


def test_its_clock_may_be_the_machines(start: Start, login: dict[str, str]) -> None:
    before = datetime.now()  # noqa: DTZ005
    exports, _users = start("--users", "1", "--clock", "now")
    assert timedelta() <= datetime.fromisoformat(current(url(exports), login)) - before.replace(microsecond=0)


def test_a_clock_that_cannot_be_read() -> None:
    ended = refused("--clock", "noon")
    assert (ended.returncode, ended.stderr) == (2, "error: clock: a moment such as 2026-05-01T08:30, or now\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("options", [(), ("--tls",), ("--tls", "--fault", "drop=1")])
def test_a_signal_ends_it_and_nothing_is_left(tmp_path: Path, number: signal.Signals, options: tuple[str, ...]) -> None:
    command = [COMMAND, "sandbox", "--port", "0", "--users", "1", *options]
    with running(command, stderr=subprocess.PIPE, env={**ENVIRONMENT, "TMPDIR": str(tmp_path)}) as process:
        assert process.stderr is not None
        while "Ctrl-C" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        assert process.stderr.read() == ""
        assert process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_kill_leaves_no_key(tmp_path: Path) -> None:
    command = [COMMAND, "sandbox", "--port", "0", "--users", "1", "--tls"]
    with running(command, stderr=subprocess.PIPE, env={**ENVIRONMENT, "TMPDIR": str(tmp_path)}) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.kill()
        process.wait(60)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["certificate.pem"]
    assert "PRIVATE" not in left[0].read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_it_starts_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    command = [COMMAND, "sandbox", "--port", "0", "--users", "1000000", "--tls"]
    with running(command, stderr=subprocess.PIPE, env={**ENVIRONMENT, "TMPDIR": str(tmp_path)}) as process:
        assert process.stderr is not None
        while not list(tmp_path.rglob("certificate.pem")):  # the data are made behind it, for seconds
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        assert (process.stderr.read(), process.wait(60)) == ("", 130)
    assert list(tmp_path.iterdir()) == []


def test_a_hangup_that_is_ignored_stays_ignored(login: dict[str, str]) -> None:
    command = ["nohup", COMMAND, "sandbox", "--port", "0", "--users", "1"]
    with running(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                 env=ENVIRONMENT) as process:  # fmt: skip
        assert process.stderr is not None
        address = url(process.stderr.readline())
        process.send_signal(signal.SIGHUP)
        assert current(address, login) == "2021-02-01 12:00:00"
