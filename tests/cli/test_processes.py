"""Interrupts, readers that have gone, errors in the middle, the sandbox and the demo, missing extras."""

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
from collections.abc import Callable
from pathlib import Path
from typing import IO

import httpx
import pytest

from .conftest import COMMAND, LONGEST, Gate, Run, Start, environment

pytestmark = pytest.mark.heavy

PAGES = ("--page-size", "10", "--fields", "Username,Name")


def interrupt_at_list(start: Start, gate: Gate, number: int, form: str) -> tuple[int, str, str]:
    """Interrupt a `list` while it waits for its `number`-th page; return its status and what it printed."""
    gate.hold(number)
    process = start("list", "user", *PAGES, "--format", form)
    assert gate.reached.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


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
    assert process.stdout is not None
    full = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ) * 3 // 4
    while unread(process.stdout) < full:  # there is more to print than the pipe takes: printing waits for the reader
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert read_rows(form, out.decode("utf-8")) > 100


def test_a_reader_that_has_gone(start: Start, gate: Gate) -> None:
    gate.hold(2)
    process = start("list", "user", *PAGES, "--format", "ndjson")
    assert process.stdout is not None and process.stderr is not None
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
        out, err = process.communicate(timeout=30)
        return process.returncode, out.decode("utf-8"), err.decode("utf-8")

    return run


def test_an_error_in_the_middle_is_told_and_ends_with_3(failing: Callable[[str], tuple[int, str, str]]) -> None:
    status, _out, err = failing("ndjson")
    assert (status, err) == (3, "error: user list: Fatal Error (ErrorCode -1), HTTP 500\n")


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_an_error_in_the_middle_leaves_complete_rows(failing: Callable[[str], tuple[int, str, str]], form: str) -> None:
    _status, out, _err = failing(form)
    assert read_rows(form, out) == (20 if form == "csv" else 19)


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


def without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where a module is not installed."""
    code = f"""
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            raise ModuleNotFoundError("it is not installed", name=name)

sys.meta_path.insert(0, Missing)
from deltasib_query.cli import main
main()
"""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", env=environment(),
        timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["typer", "rich"])
def test_without_the_cli_extra_the_command_says_what_to_install(module: str) -> None:
    done = without(module, "check", "user", "User_Id = 1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: this needs {module}: pip install 'deltasib-query[cli]'\n"


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "sqlalchemy", "jwt", "python_multipart"])
def test_without_the_sandbox_extra_the_sandbox_says_what_to_install(module: str) -> None:
    done = without(module, "sandbox", "--users", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: this needs {module}: pip install 'deltasib-query[sandbox]'\n"


def test_without_the_sandbox_extra_the_demo_says_what_to_install() -> None:
    done = without("starlette", "demo")
    assert done.returncode == 2
    assert done.stderr == "error: this needs starlette: pip install 'deltasib-query[sandbox]'\n"


def test_without_the_sandbox_extra_filters_are_checked() -> None:
    done = without("starlette", "check", "user", "User_Id = 1")
    assert (done.returncode, done.stdout) == (0, "User_Id = 1\n")


def test_a_module_of_ours_that_is_missing_is_no_missing_extra() -> None:
    done = without("deltasib_query.cli.formats", "check", "user", "User_Id = 1")
    assert "pip install" not in done.stderr
    assert "Error: " in done.stderr


def test_the_package_can_be_run() -> None:
    command = [sys.executable, "-m", "deltasib_query", "check", "user", "user_id=1"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=LONGEST)
    assert (done.returncode, done.stdout, done.stderr) == (0, "User_Id = 1\n", "")


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_ignored_stays_ignored(start: Start, gate: Gate, number: int) -> None:
    gate.hold(2)
    before = signal.signal(number, signal.SIG_IGN)
    try:
        process = start("list", "user", *PAGES, "--limit", "30", "--format", "ndjson")
    finally:
        signal.signal(number, before)
    assert gate.reached.wait(LONGEST)
    process.send_signal(number)
    gate.release()
    out, _err = process.communicate(timeout=LONGEST)
    assert (process.returncode, len(out.splitlines())) == (0, 30)
