"""What a terminal gets to see: a prompt, and never a character that it would obey; and streams that are closed."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import ServiceError, User
from deltasib_query.cli.console import print_error
from deltasib_query.cli.language import visible
from deltasib_query.filters.record import Record
from deltasib_query.sandbox.server import Sandbox

from .conftest import COMMAND, Run, account, environment
from .forked import LONGEST

pytestmark = pytest.mark.heavy

HOSTILE: Final = "a\x1b]0;x\x07\x1b[2Jb\x9b31mc\u202ed\u2067e\u2028f\u200fg\x7fh\r\n\tی\u200cک"
ROWS: Final[Mapping[type[Record], Sequence[Mapping[str, object]]]] = {
    User: [{"User_Id": 1, "Username": "ali", "Name": HOSTILE}]
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rows=ROWS) as running:
        yield running


def on_terminal(
    command: list[str], *, typed: str = "", answers: Mapping[bytes, str] | None = None, **options: Any
) -> tuple[int, str, bytes]:
    """Run a command with a terminal of its own; return its status, what was seen there, and what a pipe got."""
    left = dict(answers or {b"Password: ": typed})
    ours, theirs = pty.openpty()
    code = "import fcntl, os, sys, termios; fcntl.ioctl(%d, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-c", code % theirs, *command], pass_fds=[theirs], start_new_session=True,
        **{"stdin": theirs, "stdout": theirs, "stderr": theirs, **options},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        try:
            while some := terminal.read(1000):
                seen += some
                for prompt in [prompt for prompt in left if seen.endswith(prompt)]:
                    terminal.write(left.pop(prompt).encode())
        except OSError:  # the other side has gone
            pass
        piped = process.communicate(timeout=LONGEST)[0] or b""
    return process.returncode, seen.decode(), piped


def obeyed(text: str) -> set[str]:
    """Return what of a text a terminal obeys, but for the ends of lines."""
    return {each for each in text.replace("\r\n", "").replace("\n", "") if not each.isprintable()} - {"\u200c"}


def list_command(*more: str) -> list[str]:
    return [COMMAND, "list", "user", "--fields", "Username,Name", *more]


@pytest.mark.parametrize("form", ["table", "csv", "json", "ndjson"])
def test_rows_on_a_terminal_are_harmless(sandbox: Sandbox, form: str) -> None:
    env = {**environment(**account(sandbox)), "TERM": "dumb"}
    status, seen, _ = on_terminal(list_command("--format", form), env=env, stderr=subprocess.DEVNULL)
    assert status == 0
    assert obeyed(seen) == set()
    assert r"a\u001b]0;x\u0007\u001b[2Jb\u009b31mc\u202ed" in seen
    assert "ی\u200cک" in seen
    if form == "ndjson":
        assert json.loads(seen)["Name"] == HOSTILE


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_rows_in_a_pipe_are_what_the_server_said(sandbox: Sandbox, run: Run, form: str) -> None:
    done = run("list", "user", "--format", form, "--fields", "Name", **account(sandbox))
    rows: Any = csv.DictReader(io.StringIO(done.out, newline="")) if form == "csv" else json.loads(f"[{done.out}]")
    (row,) = rows[0] if form == "json" else rows
    assert row["Name"] == HOSTILE


def test_a_table_is_harmless_wherever_it_goes(sandbox: Sandbox, run: Run) -> None:
    done = run("list", "user", "--fields", "Name", **account(sandbox))
    assert obeyed(done.out) == set()
    assert len(done.out.splitlines()) == 3


def test_what_a_server_says_of_an_error_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(ServiceError(f"{HOSTILE}[bold]", code=-9, status=200, object="user", action="list"))
    said = capsys.readouterr().err
    assert obeyed(said) == set()
    assert "[bold] (ErrorCode -9)" in said


@given(st.text(st.characters()))
def test_visible_text_can_be_read_back_and_is_harmless(text: str) -> None:
    shown = visible(text)
    assert obeyed(shown) <= {each for each in text if each in "\u200c\u200d" or each.isspace()}
    assert "\n" not in shown and "\x1b" not in shown
    assert json.loads(f'"{visible(json.dumps(text, ensure_ascii=False)[1:-1])}"') == text


@pytest.mark.parametrize("typed", ["a\u202eb", "a\u2066b", "a\x9bb"])
def test_a_repair_is_harmless(run: Run, typed: str) -> None:
    said = run("check", "user", f'Name == "{typed}"').err
    assert not {*typed} - {"a", "b"} & {*said}
    assert f"<U+{ord(typed[1]):04X}>" in said


def test_the_password_is_asked_for_on_the_terminal(sandbox: Sandbox) -> None:
    known = environment(**account(sandbox))
    del known["DELTASIB_PASSWORD"]
    options: dict[str, Any] = {"env": known, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    status, seen, out = on_terminal(
        list_command("--format", "csv", "--fields", "Username"), typed="sandbox\n", **options
    )
    assert (status, out) == (0, b"User_Id,Username\n1,ali\n")
    assert seen.startswith("Password: ")
    assert "sandbox" not in seen


def test_without_a_terminal_the_password_is_a_line_of_standard_input(sandbox: Sandbox) -> None:
    known = environment(**account(sandbox))
    del known["DELTASIB_PASSWORD"]
    command = list_command("--format", "csv", "--fields", "Username")
    for typed, status, out in ((b"sandbox\n", 0, b"User_Id,Username\n1,ali\n"), (b"", 2, b"")):
        done = subprocess.run(
            command, input=typed, capture_output=True, start_new_session=True, timeout=LONGEST, env=known
        )
        assert (done.returncode, done.stdout) == (status, out)


def test_a_wrong_filter_is_told_before_the_password_is_asked_for(sandbox: Sandbox, run: Run) -> None:
    assert run("list", "user", "--url", sandbox.url, "--username", "reseller", "--filter", "Nmae = 1").status == 1


def closed(sandbox: Sandbox, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does with streams redirected."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", COMMAND, *arguments],
        capture_output=True, text=True, timeout=LONGEST, env=environment(**account(sandbox)),
    )  # fmt: skip


LIST = ("list", "user", "--fields", "Username", "--format", "csv")


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_without_a_standard_error_no_row_is_lost(sandbox: Sandbox, tmp_path: Path, redirection: str) -> None:
    path = tmp_path / "users.csv"
    assert closed(sandbox, redirection, *LIST).stdout == "User_Id,Username\n1,ali\n"
    assert closed(sandbox, redirection, *LIST, "--output", str(path)).returncode == 0
    assert path.read_text() == "User_Id,Username\n1,ali\n"


def test_when_the_reader_of_standard_error_has_gone_no_row_is_lost(sandbox: Sandbox) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [COMMAND, *LIST, "--insecure"]  # which warns
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=writing, timeout=LONGEST, env=environment(**account(sandbox))
    )
    os.close(writing)
    assert (done.returncode, done.stdout) == (0, b"User_Id,Username\n1,ali\n")


@pytest.mark.parametrize(
    "arguments",
    [LIST, ("check", "user", "User_Id = 1"), ("fields",), ("--version",), ("--help",)],
    ids=lambda given: given[0],
)
@pytest.mark.parametrize(
    ("redirection", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
def test_without_a_standard_output_one_line_says_so(
    sandbox: Sandbox, arguments: tuple[str, ...], redirection: str, reason: str
) -> None:
    done = closed(sandbox, redirection, *arguments)
    assert (done.returncode, done.stderr) == (5, f"error: standard output cannot be written ({reason})\n")


def test_what_prints_nothing_needs_no_standard_output(sandbox: Sandbox, tmp_path: Path) -> None:
    done = closed(sandbox, ">&-", *LIST, "--output", str(tmp_path / "users.csv"))
    assert done.returncode == 0
    assert (tmp_path / "users.csv").read_text() == "User_Id,Username\n1,ali\n"


def test_without_any_stream_there_is_an_exit_status(sandbox: Sandbox) -> None:
    assert closed(sandbox, "<&- >&- 2>&-", *LIST).returncode == 5
    assert closed(sandbox, "<&-", "check", "user", "-").returncode == 1
