"""What becomes of the file that is there when an export of its name fails; and outputs that are no plain files."""

from __future__ import annotations

import csv
import fcntl
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deltasib_query import Client
from deltasib_query.cli.export.run import export
from deltasib_query.cli.formats import Format
from deltasib_query.cli.streams import OutputError
from deltasib_query.sandbox.server import Sandbox

from .conftest import COMMAND, Gate, Run, Start, account, environment
from .forked import LONGEST
from .test_export import end, ids, names

pytestmark = pytest.mark.heavy

OLD = b"what was exported last week\n"
FORMS = ("csv", "json", "parquet")
PAGES = ("--page-size", "30", "--fields", "Username,Name")


def exported(path: Path, *more: str) -> list[str]:
    return ["list", "user", *PAGES, "--output", str(path), *more]


@pytest.fixture(params=FORMS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a file that was there before, alone in its folder."""
    path = tmp_path / f"users.{request.param}"
    path.write_bytes(OLD)
    return path


def untouched(path: Path) -> bool:
    return path.read_bytes() == OLD and names(path.parent) == [path.name]


def test_a_wrong_password_leaves_the_old_file(ask: Run, old: Path) -> None:
    assert ask(*exported(old), DELTASIB_PASSWORD="wrong").status == 3
    assert untouched(old)


def test_a_server_that_is_down_leaves_the_old_file(ask: Run, old: Path) -> None:
    assert ask(*exported(old), DELTASIB_URL="http://127.0.0.1:1").status == 4
    assert untouched(old)


def test_an_error_in_the_middle_leaves_the_old_file(
    start: Start, gate: Gate, monkeypatch: pytest.MonkeyPatch, old: Path
) -> None:
    gate.hold(3)
    monkeypatch.setattr(gate.opened, "wait", lambda _limit: 1 // 0)  # a Fatal Error, for the client
    assert end(start(*exported(old)))[0] == 3
    assert untouched(old)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_old_file(start: Start, gate: Gate, old: Path, number: int) -> None:
    gate.hold(3)
    process = start(*exported(old))
    assert gate.reached.wait(LONGEST)
    process.send_signal(number)
    assert end(process) == (130, "")
    assert untouched(old)


def limited(size: int) -> Callable[[], None]:
    """Return what makes files of a process no longer than so many bytes, as if the disk were full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 4000])
def test_a_full_disk_leaves_the_old_file(sandbox: Sandbox, old: Path, size: int) -> None:
    process = subprocess.run(
        [COMMAND, *exported(old)],
        capture_output=True, timeout=LONGEST, env=environment(**account(sandbox)), preexec_fn=limited(size),
    )  # fmt: skip
    assert process.returncode == 5
    assert process.stderr.decode() == f"error: {old} cannot be written (File too large)\n"
    assert untouched(old)


def test_a_full_disk_leaves_what_the_checkpoint_knows(sandbox: Sandbox, ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    command = exported(path, "--checkpoint", str(tmp_path / "checkpoint"))
    full = subprocess.run(
        [COMMAND, *command],
        capture_output=True, timeout=LONGEST, env=environment(**account(sandbox)), preexec_fn=limited(3000),
    )  # fmt: skip
    assert full.returncode == 5
    assert b" rows so far: " in full.stderr
    done = ask(*command)
    assert done.status == 0
    assert f"200 rows in {path}, 200 of them now" not in done.err
    assert ids(path) == list(range(1, 201))
    assert names(tmp_path) == ["checkpoint", "users.csv"]


def test_what_a_kill_leaves_is_private_and_the_next_run_removes_it(start: Start, gate: Gate, old: Path) -> None:
    gate.hold(3)
    process = start(*exported(old, "--limit", "90"))
    assert gate.reached.wait(LONGEST)
    process.kill()
    process.wait(LONGEST)
    assert old.read_bytes() == OLD
    (left,) = set(old.parent.iterdir()) - {old}
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    gate.release()
    assert end(start(*exported(old, "--limit", "90")))[0] == 0
    assert names(old.parent) == [old.name]
    assert old.read_bytes() != OLD


def test_what_a_kill_before_the_first_page_leaves_is_removed_by_the_same_command(
    start: Start, gate: Gate, tmp_path: Path
) -> None:
    command = exported(tmp_path / "users.csv", "--limit", "90", "--checkpoint", str(tmp_path / "checkpoint"))
    gate.hold(1)
    process = start(*command)
    assert gate.reached.wait(LONGEST)
    process.kill()
    process.wait(LONGEST)
    assert len(names(tmp_path)) == 1
    gate.release()
    assert end(start(*command))[0] == 0
    assert names(tmp_path) == ["checkpoint", "users.csv"]


def test_a_failed_export_leaves_the_rows_of_an_interrupted_one(start: Start, gate: Gate, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    command = exported(path, "--limit", "200", "--checkpoint", str(tmp_path / "checkpoint"))
    gate.hold(4)
    process = start(*command)
    assert gate.reached.wait(LONGEST)
    process.send_signal(signal.SIGINT)
    assert end(process)[0] == 130
    gate.release()
    for more in ((), ("--checkpoint", str(tmp_path / "other"))):
        assert end(start(*exported(path, *more), "--password", "wrong"))[0] == 3
    status, err = end(start(*command))
    assert (status, err.split(":")[0]) == (0, f"200 rows in {path}, 112 of them now")
    assert names(tmp_path) == ["checkpoint", "users.csv"]


def test_the_work_file_of_a_run_that_goes_on_is_not_removed(start: Start, gate: Gate, ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    gate.hold(3)
    slow = start(*exported(path, "--limit", "90"))
    assert gate.reached.wait(LONGEST)
    assert ask(*exported(path, "--limit", "30")).status == 0
    assert len(ids(path)) == 30
    gate.release()
    assert end(slow)[0] == 0
    assert len(ids(path)) == 90
    assert names(tmp_path) == ["users.csv"]


@pytest.mark.parametrize("name", ["users.csv.part", "users.csv.new", "users.csv.deltasib-.part", ".users.csv.swp"])
def test_files_of_others_are_not_removed(ask: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    assert ask(*exported(tmp_path / "users.csv")).status == 0
    assert (tmp_path / name).read_text() == "mine"


def test_a_link_is_followed(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real" / "users.csv", tmp_path / "latest.csv"
    for _ in ("there is nothing yet", "it is replaced"):
        link.unlink(missing_ok=True)
        link.symlink_to(path)
        assert ask(*exported(link)).status == 0
        assert link.is_symlink()
        assert len(ids(path)) == 200
    assert names(tmp_path / "real") == ["users.csv"]


def test_permissions_stay(ask: Run, old: Path) -> None:
    old.chmod(0o640)
    assert ask(*exported(old)).status == 0
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_any_has(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    assert ask(*exported(tmp_path / "users.csv")).status == 0
    assert (tmp_path / "users.csv").stat().st_mode == (tmp_path / "any").stat().st_mode


SAME = {
    "another spelling": lambda output: f"{output.parent}/../{output.parent.name}/./{output.name}",
    "a symbolic link": lambda output: str(made(output.with_name("c"), lambda path: path.symlink_to(output))),
    "a hard link": lambda output: str(made(output.with_name("c"), lambda path: path.hardlink_to(output))),
    "a linked folder": lambda output: str(
        made(output.parent.with_name("f"), lambda path: path.symlink_to(output.parent)) / output.name
    ),
    "what grows": lambda output: f"{output}.part",
    "what replaces": lambda output: f"{output}.new",
    "a work file": lambda output: f"{output}.deltasib-12345678.part",
}


def made(path: Path, make: Callable[[Path], None]) -> Path:
    make(path)
    return path


@pytest.mark.parametrize("which", SAME)
def test_one_file_is_not_both_output_and_checkpoint(run: Run, tmp_path: Path, which: str) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    output = folder / "users.csv"
    output.write_bytes(OLD)
    arguments = exported(output, "--checkpoint", SAME[which](output), "--overwrite")
    done = run(*arguments, "--url", "http://127.0.0.1:1", "--username", "x", DELTASIB_PASSWORD="x")
    assert (done.status, done.out) == (2, "")
    assert "--output and --checkpoint are two files" in done.err
    assert output.read_bytes() == OLD


NOWHERE = ("--url", "http://127.0.0.1:1", "--username", "x", "--password", "x")


@pytest.mark.parametrize(
    "name",
    [
        "users.xlsx",
        "users.csv.gz",
        "users.txt",
        "users.csv ",
        "users.parquet.zst",
        "a.b/u.v",
        "users.table",
        ".table",
        "users.",
        ".users",
    ],
)
def test_an_ending_that_says_no_format_is_a_wrong_option(run: Run, tmp_path: Path, name: str) -> None:
    done = run(*exported(tmp_path / name), *NOWHERE)
    assert (done.status, done.out) == (2, "")
    assert "--output needs a name that ends in .json, .ndjson, .csv, .parquet, or --format" in done.err
    assert names(tmp_path) == []


def test_with_a_format_any_ending_will_do(ask: Run, tmp_path: Path) -> None:
    assert ask(*exported(tmp_path / "users.txt", "--format", "csv")).status == 0
    assert ask(*exported(tmp_path / "users.csv")).status == 0
    assert (tmp_path / "users.txt").read_bytes() == (tmp_path / "users.csv").read_bytes()


@pytest.mark.parametrize("name", [".csv", "..csv", ".users.csv", ".CSV"])
def test_a_hidden_file_is_named_for_its_format_too(ask: Run, tmp_path: Path, name: str) -> None:
    assert ask(*exported(tmp_path / name, "--limit", "1")).status == 0
    assert (tmp_path / name).read_text("utf-8") == "User_Id,Username,Name\n1,ali,علی\n"


@pytest.mark.parametrize("more", [(), ("--checkpoint", "checkpoint"), ("--overwrite",)])
@pytest.mark.parametrize("length", [1, 2, 50])
def test_an_output_that_is_a_link_to_itself_is_a_wrong_option(
    run: Run, tmp_path: Path, length: int, more: tuple[str, ...]
) -> None:
    for number in range(length):
        (tmp_path / f"{number}.csv").symlink_to(f"{(number + 1) % length}.csv")
    before = names(tmp_path)
    done = run(*exported(tmp_path / "0.csv"), *more, *NOWHERE)
    assert (done.status, done.out) == (2, "")
    assert "0.csv is a link that leads to itself" in done.err
    assert names(tmp_path) == before and all(each.is_symlink() for each in tmp_path.iterdir())


def test_a_checkpoint_that_is_a_link_to_itself_is_a_wrong_option(run: Run, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").symlink_to("checkpoint")
    done = run(*exported(tmp_path / "users.csv"), "--checkpoint", str(tmp_path / "checkpoint"), *NOWHERE)
    assert (done.status, done.out) == (2, "")
    assert "checkpoint is a link that leads to itself" in done.err
    assert (tmp_path / "checkpoint").is_symlink()


def test_an_output_that_is_a_folder_is_a_wrong_option(run: Run, tmp_path: Path) -> None:
    (tmp_path / "users.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "users.csv")
    for name in ("users.csv", "link.csv"):
        assert run(*exported(tmp_path / name), *NOWHERE).status == 2
    assert run(*exported(tmp_path / "x.csv"), "--checkpoint", str(tmp_path), *NOWHERE).status == 2


@pytest.mark.parametrize(
    "path", ["/no-such-directory/users.csv", "/proc/users.csv", "/dev/full", f"/tmp/{'x' * 252}.csv"]
)
def test_a_file_that_cannot_be_written(ask: Run, path: str) -> None:
    done = ask(*exported(Path(path)))
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith(f"error: {path} cannot be written (")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("path", ["/no-such-directory/users.csv", "/proc/users.csv"])
def test_that_it_cannot_be_written_is_found_before_anything_is_fetched(run: Run, path: str) -> None:
    assert run(*exported(Path(path)), *NOWHERE).status == 5


def test_what_is_read_only_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda name, how: (name, how) != (path, os.W_OK))  # for root everything may be
    with (
        Client("http://127.0.0.1:1", username="x", password="x") as client,
        pytest.raises(OutputError, match="Permission denied"),
    ):
        export(client.user.list(), Format.csv, path)
    assert untouched(path)


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/proc/self/fd/1"])
def test_standard_output_has_several_names(ask: Run, name: str) -> None:
    done = ask(*exported(Path(name), "--format", "csv", "--limit", "2"))
    assert (done.status, done.out, done.err) == (0, "User_Id,Username,Name\n1,ali,علی\n2,09121234567,مریم\n", "")


def test_standard_output_that_is_a_file_goes_on_where_it_is(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "all"
    path.write_text("before\n")
    with path.open("ab") as file:
        command = [COMMAND, *exported(Path("/dev/stdout"), "--format", "csv", "--limit", "1")]
        done = subprocess.run(command, stdout=file, timeout=LONGEST, env=environment(**account(sandbox)))
    assert (done.returncode, path.read_text("utf-8")) == (0, "before\nUser_Id,Username,Name\n1,ali,علی\n")


def test_dev_null_takes_everything(ask: Run) -> None:
    done = ask(*exported(Path("/dev/null"), "--format", "csv"))
    assert (done.status, done.out, done.err) == (0, "", "")
    assert Path("/dev/null").is_char_device()


def read_fifo(path: Path, read: Callable[[Any], Any]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []

    def reading() -> None:
        with path.open(encoding="utf-8", newline="") as file:
            found.append(read(file))

    thread = threading.Thread(target=reading, daemon=True)
    thread.start()
    return thread, found


def test_a_fifo_is_written_to(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    os.mkfifo(path)
    thread, found = read_fifo(path, lambda file: len(list(csv.reader(file))))
    assert ask(*exported(path)).status == 0
    thread.join(LONGEST)
    assert found == [201]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_fifo_whose_reader_has_gone(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.ndjson"
    os.mkfifo(path)
    read_fifo(path, lambda file: file.readline())
    done = ask(*exported(path, "--page-size", "1"))
    assert (done.status, done.err) == (5, f"error: {path} cannot be written (Broken pipe)\n")


@pytest.fixture
def without_locks(sandbox: Sandbox) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command where `flock` fails as it does on some network file systems."""

    def run(*arguments: str, error: str) -> subprocess.CompletedProcess[str]:
        code = f"""
import errno, fcntl, os
def flock(file, how):
    raise OSError(errno.{error}, os.strerror(errno.{error}))
fcntl.flock = flock
from deltasib_query.cli import main
main()
"""
        command = [sys.executable, "-c", code, *arguments]
        env = environment(**account(sandbox))
        return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, env=env)

    return run


@pytest.mark.parametrize("error", ["ENOLCK", "EOPNOTSUPP", "ENOSYS"])
def test_a_file_system_without_locks_will_do(
    without_locks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, error: str
) -> None:
    path = tmp_path / "users.csv"
    command = exported(path, "--checkpoint", str(tmp_path / "checkpoint"))
    assert without_locks(*command, error=error).returncode == 0
    assert without_locks(*exported(path), error=error).returncode == 0
    assert ids(path) == list(range(1, 201))
    assert names(tmp_path) == ["checkpoint", "users.csv"]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """Return a work file that some other process has open."""
    path = tmp_path / "users.csv.deltasib-a1b2c3d4.part"
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


def test_what_somebody_works_with_is_not_litter(ask: Run, locked: Path) -> None:
    (litter := locked.with_name("users.csv.deltasib-a1b2c3d5.new")).touch()
    assert ask(*exported(locked.with_name("users.csv"))).status == 0
    assert (locked.exists(), litter.exists()) == (True, False)
