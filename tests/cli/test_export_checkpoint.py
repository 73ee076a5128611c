"""The checkpoint of an export: what it is refused for, with a list that is made here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import served_users
from deltasib_query import Listing, ResumeError, TransportError, User
from deltasib_query.cli.export.run import export
from deltasib_query.cli.formats import Format
from deltasib_query.cli.streams import OutputError
from deltasib_query.client.paging.atomic_file import ENDINGS, AtomicFile

ROWS = 10


def users(end: int | None = None, **options: Any) -> Listing[User]:
    return served_users.users(ROWS, end=end, page_size=4, **{"fields": [User.Username], **options})


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """Export all but the last page; return the file and its checkpoint."""
    output, checkpoint = tmp_path / "users.csv", tmp_path / "checkpoint"
    with pytest.raises(TransportError):
        export(users(end=6), Format.csv, output, checkpoint)
    assert work_of(output).read_text().count("\n") == 8
    return output, checkpoint


def work_of(output: Path) -> Path:
    """Return the file that an export of this one has gathered its rows in."""
    (work,) = output.parent.glob(f"{output.name}.*.part")
    return work


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_export_goes_on_behind_the_last_page(half: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    export(users(), Format.csv, *half)
    lines = ["User_Id,Username", *(f"{key},user{key}" for key in range(1, ROWS + 1))]
    assert half[0].read_text().splitlines() == lines
    assert capsys.readouterr().err.startswith(f"10 rows in {half[0]}, 3 of them now: ")
    assert sorted(contents(half[0].parent)) == ["checkpoint", "users.csv"]


def fails(output: Path, checkpoint: Path | None, end: int = 0) -> None:
    with pytest.raises(TransportError):
        export(users(end=end), Format.csv, output, checkpoint)


def twice(output: Path, checkpoint: Path) -> None:
    for _ in range(2):
        export(users(), Format.csv, output, checkpoint)


BETWEEN: dict[str, Callable[[Path], None]] = {
    "a plain export that fails": lambda output: fails(output, None),
    "a plain export that fails on the way": lambda output: fails(output, None, 6),
    "an export with another checkpoint that fails": lambda output: fails(output, output.with_name("other")),
    "an export with another checkpoint that is interrupted": lambda output: fails(output, output.with_name("other"), 6),
    "an export of the same checkpoint that fails": lambda output: fails(output, output.with_name("checkpoint"), 6),
    "a plain export that completes": lambda output: export(users(), Format.csv, output),
    "an export with another checkpoint that completes": (
        lambda output: export(users(), Format.csv, output, output.with_name("other"))
    ),
    "an export with another checkpoint that is complete": (lambda output: twice(output, output.with_name("other"))),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_no_other_export_takes_the_rows_that_a_checkpoint_counts_on(
    half: tuple[Path, Path], between: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output, checkpoint = half
    work = work_of(output)
    before = work.read_bytes()
    BETWEEN[between](output)
    assert work.read_bytes() == before
    capsys.readouterr()
    export(users(), Format.csv, output, checkpoint, overwrite=True)
    assert ", 3 of them now: " in capsys.readouterr().err
    assert output.read_text().count("\n") == 11
    assert not work.exists()


def test_a_checkpoint_that_was_moved_goes_on(half: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    output, checkpoint = half
    checkpoint = checkpoint.rename(checkpoint.with_name("moved"))
    fails(output, None)
    export(users(), Format.csv, output, checkpoint)
    assert ", 3 of them now: " in capsys.readouterr().err
    assert sorted(contents(output.parent)) == ["moved", "users.csv"]


def test_what_a_crash_leaves_is_removed_by_the_next_export_that_may_own_it(tmp_path: Path) -> None:
    output, checkpoint, other = (tmp_path / name for name in ("users.csv", "checkpoint", "other"))
    for owner in (None, checkpoint, other):
        for ending in ENDINGS:
            AtomicFile.create(output, ending, owner).file.close()
    fails(output, None)
    assert len(contents(tmp_path)) == 4
    fails(output, checkpoint)
    assert len(contents(tmp_path)) == 2
    fails(output, other)
    assert contents(tmp_path) == {}


def test_the_rows_of_a_checkpoint_that_was_removed_are_removed(half: tuple[Path, Path]) -> None:
    half[1].unlink()
    export(users(), Format.csv, *half)
    assert sorted(contents(half[0].parent)) == ["checkpoint", "users.csv"]


@pytest.mark.parametrize(
    ("options", "form", "excel", "name", "said"),
    [
        ({"filter": User.User_Id > 5}, Format.csv, False, "users.csv", "the token is of another filter"),
        (
            {"fields": [User.Name]},
            Format.csv,
            False,
            "users.csv",
            "other columns: User_Id, Username, not User_Id, Name",
        ),
        ({"limit": 9}, Format.csv, False, "users.csv", "another limit: None, not 9"),
        ({"start": 1}, Format.csv, False, "users.csv", "another start: 0, not 1"),
        ({}, Format.ndjson, False, "users.csv", "another format: csv, not ndjson"),
        ({}, Format.csv, True, "users.csv", "another --excel: False, not True"),
        ({}, Format.csv, False, "other.csv", "another output: users.csv, not other.csv"),
    ],
)
@pytest.mark.parametrize("ended", [False, True])
def test_the_checkpoint_of_another_export_is_refused(
    half: tuple[Path, Path], options: dict[str, Any], form: Format, excel: bool, name: str, said: str, ended: bool
) -> None:
    output, checkpoint = half
    if ended:
        export(users(), Format.csv, *half)
    before = contents(output.parent)
    with pytest.raises(ResumeError, match=said):
        export(users(**options), form, output.with_name(name), checkpoint, excel=excel)
    assert contents(output.parent) == before


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"version":2}', b"[" * 100_000])
def test_what_is_no_checkpoint_is_refused(half: tuple[Path, Path], text: bytes) -> None:
    half[1].write_bytes(text)
    before = contents(half[0].parent)
    with pytest.raises(ResumeError):
        export(users(), Format.csv, *half)
    assert contents(half[0].parent) == before


@pytest.mark.parametrize("left", [None, b"User_Id,Username\n"])
def test_rows_that_have_gone_are_not_gone_on_with(half: tuple[Path, Path], left: bytes | None) -> None:
    work = work_of(half[0])
    work.unlink()
    if left is not None:
        work.write_bytes(left)
    with pytest.raises(ResumeError, match=r"users\.csv are gone: --overwrite begins again"):
        export(users(), Format.csv, *half)
    assert not half[0].exists()
    export(users(), Format.csv, *half, overwrite=True)
    assert half[0].read_text().count("\n") == 11
    assert sorted(contents(half[0].parent)) == ["checkpoint", "users.csv"]


@pytest.mark.parametrize("name", ["../users.csv", "other", "users.csv", "checkpoint", ""])
def test_a_checkpoint_cannot_make_another_file_a_work_file(half: tuple[Path, Path], name: str) -> None:
    half[0].with_name("other").write_text("of somebody else")
    half[1].write_text(half[1].read_text().replace(work_of(half[0]).name, name))
    export(users(), Format.csv, *half, overwrite=True)
    assert half[0].with_name("other").read_text() == "of somebody else"
    assert half[0].read_text().count("\n") == 11


def test_a_work_file_that_has_become_a_link_is_left_alone(half: tuple[Path, Path]) -> None:
    other = half[0].with_name("other")
    other.write_text("x" * 1000)
    work = work_of(half[0])
    work.unlink()
    work.symlink_to(other)
    with pytest.raises(OutputError):
        export(users(), Format.csv, *half)
    assert other.read_text() == "x" * 1000


@pytest.mark.parametrize("now", [None, b"", b"User_Id,Username\n", b"x" * 99])
def test_an_output_that_is_not_what_the_checkpoint_left_is_kept(half: tuple[Path, Path], now: bytes | None) -> None:
    export(users(), Format.csv, *half)
    whole = half[0].read_bytes()
    assert len(whole) == 99
    half[0].unlink()
    if now is not None:
        half[0].write_bytes(now)
    with pytest.raises(ResumeError, match="--overwrite"):
        export(users(), Format.csv, *half)
    assert (half[0].read_bytes() if half[0].exists() else None) == now
    export(users(), Format.csv, *half, overwrite=True)
    assert half[0].read_bytes() == whole


def test_an_output_that_the_checkpoint_does_not_know_is_kept(tmp_path: Path) -> None:
    output, checkpoint = tmp_path / "users.csv", tmp_path / "checkpoint"
    output.write_text("of last week")
    with pytest.raises(
        ResumeError, match=r"users\.csv is there, and .*checkpoint does not know it: --overwrite replaces it"
    ):
        export(users(), Format.csv, output, checkpoint)
    assert contents(tmp_path) == {"users.csv": b"of last week"}


def test_the_same_command_with_overwrite_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, checkpoint = tmp_path / "users.csv", tmp_path / "checkpoint"
    output.write_text("of last week")
    with pytest.raises(TransportError):
        export(users(end=6), Format.csv, output, checkpoint, overwrite=True)
    assert output.read_text() == "of last week"
    with pytest.raises(ResumeError, match="--overwrite"):
        export(users(), Format.csv, output, checkpoint)
    capsys.readouterr()
    export(users(), Format.csv, output, checkpoint, overwrite=True)
    assert ", 3 of them now: " in capsys.readouterr().err
    assert output.read_text().count("\n") == 11


def test_nothing_is_left_of_an_export_that_has_not_begun(tmp_path: Path) -> None:
    with pytest.raises(TransportError):
        export(users(end=0), Format.csv, tmp_path / "users.csv", tmp_path / "checkpoint")
    assert contents(tmp_path) == {}


def test_a_checkpoint_that_cannot_be_written_is_an_output_that_cannot(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the checkpoint cannot be written"):
        export(users(), Format.csv, tmp_path / "users.csv", tmp_path / "nowhere" / "checkpoint")
    assert contents(tmp_path) == {}


def test_a_checkpoint_has_neither_rows_nor_filters(tmp_path: Path) -> None:
    listing = users(end=6, filter=User.Username != "somebody")
    with pytest.raises(TransportError):
        export(listing, Format.csv, tmp_path / "users.csv", tmp_path / "checkpoint")
    text = (tmp_path / "checkpoint").read_text()
    assert "somebody" not in text and "user1" not in text
