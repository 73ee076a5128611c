"""`list --output`: the files, and the checkpoint between two runs."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from deltasib_query.sandbox.server import Sandbox

from .conftest import COMMAND, Run, Start, account, environment
from .forked import Process

PAGES = ("--page-size", "30", "--fields", "Username,Name")
FORMS = ("ndjson", "csv", "parquet")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=200) as running:
        yield running


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an exported file."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return [{**row, "User_Id": int(row["User_Id"])} for row in csv.DictReader(file)]
        return [json.loads(line) for line in file]


def ids(path: Path) -> list[int]:
    return [row["User_Id"] for row in read(path)]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_every_row_and_nothing_is_printed(ask: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"users.{form}"
    done = ask("list", "user", *PAGES, "--format", form, "--output", str(path))
    assert (done.status, done.out) == (0, "")
    assert ids(path) == list(range(1, 201))
    assert read(path)[0] == {"User_Id": 1, "Username": "ali", "Name": "علی"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", FORMS)
def test_the_name_of_a_file_says_how_it_is_written(ask: Run, tmp_path: Path, form: str) -> None:
    path, named = tmp_path / "users", tmp_path / f"users.{form.upper()}"
    rows = ("list", "user", *PAGES, "--limit", "100")
    assert ask(*rows, "--format", form, "--output", str(path)).status == 0
    assert ask(*rows, "--output", str(named)).status == 0
    assert named.read_bytes() == path.read_bytes()


def test_what_is_asked_for_goes_before_the_name_of_a_file(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    rows = ("list", "user", *PAGES, "--limit", "1", "--format", "ndjson")
    assert ask(*rows, "--output", str(path)).status == 0
    assert path.read_text("utf-8") == ask(*rows).out


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_file_has_what_would_be_printed(ask: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "users"
    rows = ("list", "user", *PAGES, "--limit", "100", "--format", form)
    assert ask(*rows, "--output", str(path)).status == 0
    assert path.read_text("utf-8") == ask(*rows).out


def test_columns_are_typed_in_parquet(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "payments.parquet"
    fields = "VoucherDate,Price,User_PaymentCD"
    done = ask("list", "user.payment", "--for-user-id", "1", "--fields", fields, "--format", "parquet", "--output",
               str(path))  # fmt: skip
    assert done.status == 0
    assert {field.name: str(field.type) for field in pq.read_schema(path)} == {
        "User_Payment_Id": "int64",
        "VoucherDate": "date32[day]",
        "Price": "decimal128(20, 2)",
        "User_PaymentCD": "timestamp[us]",
    }


@pytest.mark.parametrize(("form", "left"), [("ndjson", ""), ("csv", "User_Id,Username,Name\n"), ("json", "[]\n")])
def test_no_rows(ask: Run, tmp_path: Path, form: str, left: str) -> None:
    path = tmp_path / "nobody"
    done = ask("list", "user", *PAGES, "--filter", "User_Id = 0", "--format", form, "--output", str(path))
    assert (done.status, path.read_text()) == (0, left)


def test_no_rows_in_parquet(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "nobody.parquet"
    done = ask("list", "user", *PAGES, "--filter", "User_Id = 0", "--format", "parquet", "--output", str(path))
    assert (done.status, pq.read_table(path).column_names, ids(path)) == (0, ["User_Id", "Username", "Name"], [])


def test_a_file_that_is_there_is_replaced(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("something else, and longer than one row\n" * 10)
    ask("list", "user", *PAGES, "--limit", "1", "--format", "csv", "--output", str(path))
    assert path.read_text("utf-8") == "User_Id,Username,Name\n1,ali,علی\n"


def test_how_fast_it_went_is_said_at_the_end(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    done = ask("list", "user", *PAGES, "--format", "csv", "--output", str(path))
    line, end = done.err.rsplit(": ", 1)
    assert line == f"200 rows in {path}"
    assert end.endswith(" rows a second\n")


def test_a_terminal_sees_a_bar(sandbox: Sandbox, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        command = [COMMAND, "list", "user", *PAGES, "--format", "csv", "--output", str(tmp_path / "users.csv")]
        terminal = environment(**account(sandbox), TERM="xterm")
        process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=terminal)
        os.close(theirs)
        seen = b""
        try:
            while some := screen.read(1000):
                seen += some
        except OSError:  # the other side has gone
            pass
        assert process.wait(30) == 0
    assert b"rows/s" in seen
    assert b"200 rows in " in seen


@pytest.mark.parametrize(("form", "walk"), [("ndjson", "--scan"), ("csv", "--start=0"), ("parquet", "--scan")])
def test_an_export_that_is_complete_stays_as_it_is(ask: Run, tmp_path: Path, form: str, walk: str) -> None:
    path = tmp_path / f"users.{form}"
    checkpoint = tmp_path / "checkpoint"
    command = ("list", "user", *PAGES, walk, "--format", form, "--output", str(path), "--checkpoint", str(checkpoint))
    assert ask(*command).status == 0
    before = path.read_bytes()
    done = ask(*command, DELTASIB_URL="http://127.0.0.1:1")
    assert (done.status, done.out, done.err) == (0, "", (
        f"200 rows in {path} are complete, and nothing was requested; "
        f"to export again, remove {checkpoint} and give --overwrite\n"
    ))  # fmt: skip
    assert path.read_bytes() == before
    checkpoint.unlink()
    assert ask(*command, "--overwrite").status == 0
    assert ids(path) == list(range(1, 201))
    assert names(tmp_path) == ["checkpoint", f"users.{form}"]


@pytest.fixture
def half(start: Start, gate: Any, tmp_path: Path, form: str) -> tuple[Path, list[str]]:
    """Kill an export while it waits for its fourth page; return its file and its command."""
    path = tmp_path / f"users.{form}"
    command = ["list", "user", *PAGES, "--limit", "200", "--format", form, "--output", str(path), "--checkpoint",
               str(tmp_path / "checkpoint")]  # fmt: skip
    gate.hold(4)
    process = start(*command)
    assert gate.reached.wait(60)
    process.kill()
    process.wait(30)
    gate.release()
    return path, command


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def end(process: Process) -> tuple[int, str]:
    _out, err = process.communicate()
    return process.wait(), err.decode()


@pytest.mark.parametrize("form", FORMS)
def test_a_killed_export_goes_on_with_what_it_has(start: Start, half: tuple[Path, list[str]]) -> None:
    path, command = half
    status, err = end(start(*command))
    assert (status, err.split(":")[0]) == (0, f"200 rows in {path}, 112 of them now")
    assert ids(path) == list(range(1, 201))


@pytest.mark.parametrize("form", FORMS)
def test_what_the_checkpoint_does_not_know_of_is_cut_off(start: Start, half: tuple[Path, list[str]]) -> None:
    path, command = half
    (work,) = path.parent.glob("*.part")
    with work.open("ab") as file:
        file.write(b"half a pag")
    assert end(start(*command))[0] == 0
    assert ids(path) == list(range(1, 201))
    assert names(path.parent) == ["checkpoint", path.name]


def test_two_exports_do_not_write_one_file(start: Start, gate: Any, tmp_path: Path) -> None:
    command = ["list", "user", *PAGES, "--format", "csv", "--output", str(tmp_path / "users.csv"), "--checkpoint",
               str(tmp_path / "checkpoint")]  # fmt: skip
    gate.hold(4)
    first = start(*command)
    assert gate.reached.wait(60)
    said = f"error: {tmp_path / 'users.csv'} cannot be written (another export writes it)\n"
    assert end(start(*command)) == (5, said)
    gate.release()
    assert end(first)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_interrupted_export_goes_on(start: Start, gate: Any, tmp_path: Path, form: str, number: int) -> None:
    path = tmp_path / f"users.{form}"
    command = ["list", "user", *PAGES, "--limit", "200", "--format", form, "--output", str(path), "--checkpoint",
               str(tmp_path / "checkpoint")]  # fmt: skip
    gate.hold(4)
    process = start(*command)
    assert gate.reached.wait(60)
    process.send_signal(number)
    assert end(process) == (130, "88 rows so far: the same command goes on from there\n")
    assert not path.exists()
    gate.release()
    assert end(start(*command))[0] == 0
    assert ids(path) == list(range(1, 201))
    assert names(tmp_path) == ["checkpoint", path.name]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "parquet"], "parquet needs --output"),
        (["--checkpoint", "c"], "--checkpoint needs --output"),
        (["--output", "o", "--checkpoint", "c"], "--checkpoint needs --format ndjson, csv, parquet"),
        (["--format", "json", "--output", "o", "--checkpoint", "c"], "--checkpoint needs --format"),
        (["--excel"], "--excel needs --format csv"),
        (["--output", "-", "--format", "csv", "--checkpoint", "c"], "--checkpoint needs --output FILE"),
        (["--output", "/dev/null", "--format", "csv", "--checkpoint", "c"], "--checkpoint needs --output FILE"),
        (["--output", "/dev/null", "--format", "parquet"], "parquet needs --output FILE"),
        (["--scan", "--start", "5"], "a scan has no --start"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_make_no_sense(ask: Run, arguments: list[str], said: str) -> None:
    done = ask("list", "user", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_credit_has_no_scan(ask: Run) -> None:
    assert ask("list", "user/creditinfo", "--for-user-id", "1", "--scan").status == 2


def test_a_scan_prints_every_row_in_the_order_of_the_keys(ask: Run) -> None:
    done = ask("list", "user", "--scan", "--fields", "User_Id", "--format", "csv")
    assert done.out.split() == ["User_Id", *map(str, range(1, 201))]


@pytest.mark.parametrize(
    ("before", "after", "said"), [([], ["--scan"], "without --scan"), (["--scan"], [], "with --scan")]
)
def test_a_scan_does_not_go_on_where_a_list_stopped(
    ask: Run, tmp_path: Path, before: list[str], after: list[str], said: str
) -> None:
    command = ("list", "user", "--output", str(tmp_path / "users.csv"), "--checkpoint", str(tmp_path / "checkpoint"))
    assert ask(*command, *before).status == 0
    done = ask(*command, *after)
    assert (done.status, done.err.startswith(f"error: the checkpoint is of an export {said}")) == (2, True)
