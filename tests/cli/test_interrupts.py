"""Interrupts, readers that are gone, errors in the middle of a list."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

from deltasib_query.sandbox.server import Sandbox
from processes import running

from .conftest import COMMAND, Gate, Start, account, environment
from .forked import LONGEST, ForkServer

pytestmark = pytest.mark.heavy


PAGES = ("--page-size", "10", "--fields", "Username,Name")


def interrupt_at_list(start: Start, gate: Gate, number: int, form: str) -> tuple[int, str, str]:
    """Interrupt a `list` while it waits for its `number`-th page; return its status and what it printed."""
    gate.hold(number)
    process = start("list", "user", *PAGES, "--format", form)
    assert gate.reached.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    return process.wait(), out.decode("utf-8"), err.decode("utf-8")


def test_an_interrupted_json_is_complete(start: Start, gate: Gate) -> None:
    status, out, _err = interrupt_at_list(start, gate, 4, "json")
    assert status == 130
    assert [row["User_Id"] for row in json.loads(out)] == list(range(1, 29))


def test_an_interrupted_ndjson_has_complete_lines(start: Start, gate: Gate) -> None:
    status, out, _err = interrupt_at_list(start, gate, 4, "ndjson")
    assert status == 130
    assert out.endswith("\n")
    assert [json.loads(line)["User_Id"] for line in out.splitlines()] == list(range(1, 29))


def test_an_interrupted_csv_has_complete_lines(start: Start, gate: Gate) -> None:
    status, out, _err = interrupt_at_list(start, gate, 4, "csv")
    assert status == 130
    assert [row[0] for row in csv.reader(io.StringIO(out))] == ["User_Id", *map(str, range(1, 29))]


def test_an_interrupted_table_has_complete_lines(start: Start, gate: Gate) -> None:
    status, out, _err = interrupt_at_list(start, gate, 4, "table")
    assert status == 130
    assert [line.split()[0] for line in out.splitlines()[2:]] == [str(number) for number in range(1, 29)]


def test_an_interrupt_before_the_first_row_leaves_an_empty_json(start: Start, gate: Gate) -> None:
    status, out, _err = interrupt_at_list(start, gate, 1, "json")
    assert (status, out) == (130, "[]\n")


def test_an_interrupt_shows_no_traceback(start: Start, gate: Gate) -> None:
    _status, _out, err = interrupt_at_list(start, gate, 2, "ndjson")
    assert err == ""


def unread(pipe: IO[bytes]) -> int:
    """Return how many bytes wait in a pipe."""
    size: int = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0]
    return size


def read_rows(form: str, out: str) -> int:
    """Return how many complete rows were printed; raise where one is not."""
    if form == "json":
        return len(json.loads(out))
    assert out.endswith("\n")
    lines = out.splitlines()
    return len([json.loads(line) for line in lines] if form == "ndjson" else [lines for _row in csv.reader(lines)])


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_an_interrupt_while_the_reader_is_slow_leaves_complete_rows(start: Start, form: str) -> None:
    process = start("list", "user", "--page-size", "1500", "--format", form)
    full = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ) * 3 // 4
    while unread(process.stdout) < full:  # there is more to print than the pipe takes: printing waits for the reader
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate()
    assert process.returncode == 130
    assert read_rows(form, out.decode("utf-8")) > 100


def test_a_reader_that_has_gone(start: Start, gate: Gate) -> None:
    gate.hold(2)
    process = start("list", "user", *PAGES, "--format", "ndjson")
    process.stdout.readline()
    process.stdout.close()
    gate.release()
    err = process.stderr.read()
    assert (process.wait(30), err) == (5, b"error: standard output cannot be written (Broken pipe)\n")


@pytest.fixture
def failing(start: Start, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[int, str, str]]:
    """Run a `list` whose third page is answered with Fatal Error."""

    def fail(_limit: float) -> None:
        raise RuntimeError

    def run(form: str) -> tuple[int, str, str]:
        gate.hold(3)
        monkeypatch.setattr(gate.opened, "wait", fail)
        process = start("list", "user", *PAGES, "--format", form)
        out, err = process.communicate()
        return process.wait(), out.decode("utf-8"), err.decode("utf-8")

    return run


def test_an_error_in_the_middle_is_told_and_ends_with_3(failing: Callable[[str], tuple[int, str, str]]) -> None:
    status, _out, err = failing("ndjson")
    assert (status, err) == (3, "error: user list: Fatal Error (ErrorCode -1), HTTP 500\n")


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_an_error_in_the_middle_leaves_complete_rows(failing: Callable[[str], tuple[int, str, str]], form: str) -> None:
    _status, out, _err = failing(form)
    assert read_rows(form, out) == (20 if form == "csv" else 19)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_ignored_stays_ignored(gated_sandbox: Sandbox, gate: Gate, number: signal.Signals) -> None:
    gate.hold(2)
    ignoring = ["sh", "-c", f'trap "" {number.name.removeprefix("SIG")}; exec "$@"', "sh"]
    command = [*ignoring, COMMAND, "list", "user", *PAGES, "--limit", "30", "--format", "ndjson"]
    env = environment(**account(gated_sandbox))
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env) as process:
        assert gate.reached.wait(LONGEST)
        process.send_signal(number)
        gate.release()
        out, _err = process.communicate(timeout=LONGEST)
    assert (process.returncode, len(out.splitlines())) == (0, 30)


IN_A_THREAD = """
import signal, sys, threading
from deltasib_query.cli import main

def send():
    sys.stdin.readline()
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=send, daemon=True).start()
main()
"""
IN_A_DESTRUCTOR = """
import signal
from deltasib_query.cli.app import run
from deltasib_query.cli.signals import interrupt_on_signals

class Interrupted:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

interrupt_on_signals()
Interrupted()
run()
"""


def test_a_signal_that_does_not_wake_the_main_thread_ends_the_sandbox() -> None:
    command = [sys.executable, "-c", IN_A_THREAD, "sandbox", "--users", "1", "--port", "0"]
    with running(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdin and process.stderr
        while "ends it" not in process.stderr.readline():
            assert process.poll() is None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(LONGEST) == 0


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("sandbox", "--users", "1", "--port", "0"), 0),
        (("list", "user", *PAGES), 130),
        (("list", "user", *PAGES, "--output", "users.csv"), 130),
    ],
)
def test_a_signal_whose_exception_is_lost_ends_the_command(
    gated_sandbox: Sandbox, tmp_path: Path, command: tuple[str, ...], expected: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_DESTRUCTOR, *command],
        cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST, env=environment(**account(gated_sandbox)),
    )  # fmt: skip
    assert ended.returncode == expected
    assert ended.stderr.startswith("Exception ignored in: <function Interrupted.__del__")
    assert len(ended.stdout.splitlines()) < 15
    assert list(tmp_path.iterdir()) == []


def test_a_signal_at_any_moment_ends_the_sandbox(fork_server: ForkServer) -> None:
    def ended(moment: float) -> int:
        process = fork_server.start(("sandbox", "--users", "1", "--port", "0", "--tls"), environment())
        time.sleep(moment)
        process.send_signal(signal.SIGTERM)
        status = process.wait()
        process.close()
        return status

    with ThreadPoolExecutor(10) as pool:
        statuses = set(pool.map(ended, [number * 0.1 for number in range(30)]))
    assert statuses <= {0, 130, -signal.SIGTERM}  # it serves, it starts, it has not begun
