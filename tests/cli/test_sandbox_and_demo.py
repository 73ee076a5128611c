"""``deltasib-query sandbox`` and ``deltasib-query demo``."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from .conftest import COMMAND, Run, environment
from .forked import LONGEST

pytestmark = pytest.mark.heavy


def test_the_sandbox_serves_until_it_is_interrupted() -> None:
    with subprocess.Popen(
        [COMMAND, "sandbox", "--users", "20", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        try:
            assert process.stderr is not None
            words = process.stderr.readline().decode().split()
            assert words[0] == "export"
            account = dict(word.split("=", 1) for word in words[1:])
            assert httpx.get(f"{account['DELTASIB_URL']}/1.0/user/?Action=list", trust_env=False).status_code == 401
            done = subprocess.run(
                [COMMAND, "list", "user", "--fields", "User_Id", "--format", "csv"],
                capture_output=True,
                env=environment(**account),
                timeout=60,
            )
            assert len(done.stdout.split()) == 21
        finally:
            process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"20 customers; Ctrl-C ends it\n"
        assert process.wait(30) == 0


@pytest.mark.parametrize("option", [("--users", "0"), ("--port", "70000")])
def test_options_of_the_sandbox_that_make_no_sense(run: Run, option: tuple[str, str]) -> None:
    assert run("sandbox", *option).status == 2


def test_a_port_that_is_taken(run: Run) -> None:
    with subprocess.Popen(
        [COMMAND, "sandbox", "--users", "1", "--port", "0"], stderr=subprocess.PIPE, env=environment()
    ) as process:
        try:
            assert process.stderr is not None
            port = process.stderr.readline().decode().split()[1].rpartition(":")[2]
            done = run("sandbox", "--users", "1", "--port", port)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert done.status == 2
    assert "Traceback" not in done.err


def test_the_demo_shows_rows_and_a_repair(run: Run) -> None:
    done = run("demo")
    assert (done.status, done.err) == (0, "")
    assert "GET user list Filter=User_Id >= 100 and User_Id <= 2000 and " in done.out
    assert "repaired: Username = '09121234567' and Name = 'علی'" in done.out
    assert "5,000 rows in 13 requests" in done.out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_sandbox_ends_when_it_is_told_to(number: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "sandbox", "--users", "1", "--port", "0", "--tls"],
        stderr=subprocess.PIPE,
        env=environment(TMPDIR=str(tmp_path)),
    ) as process:
        assert process.stderr is not None
        while b"ends it" not in process.stderr.readline():
            assert process.poll() is None
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(number)
        process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
