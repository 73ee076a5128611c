"""The checkpoint of an export: what it is refused for, with a list that is made here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from deltasib_query import Client, ResumeError, TransportError, User
from deltasib_query.cli.export import export
from deltasib_query.cli.output import Form
from deltasib_query.client.answering import Answered
from deltasib_query.client.paging.listing import Listing
from deltasib_query.client.paging.page import Slice

ROWS = 10


def users(end: int = ROWS, **options: Any) -> Listing[User]:
    """Return a list of users, which fails where it is asked for what is behind the end."""

    def fetch(asked: Slice, _stopped: Event, _deadline: object = None) -> Answered[User]:
        if asked.start >= end and end < ROWS:
            raise TransportError("no answer")
        keys = range(asked.start + 1, min(asked.start + asked.count, ROWS) + 1)
        return Answered([User.from_row({"User_Id": key, "Username": f"user{key}"}) for key in keys], keys)

    with Client("http://127.0.0.1:1", username="reseller", password="x") as client:
        listed = client.user.list(page_size=4, **{"fields": [User.Username], **options})
        return replace(listed, _fetch=cast("Any", fetch))


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """Export all but the last page; return the file and its checkpoint."""
    output, checkpoint = tmp_path / "users.csv", tmp_path / "checkpoint"
    with pytest.raises(TransportError):
        export(users(end=6), Form.csv, output, checkpoint)
    assert output.read_text().count("\n") == 8
    return output, checkpoint


def test_an_export_goes_on_behind_the_last_page(half: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    export(users(), Form.csv, *half)
    lines = ["User_Id,Username", *(f"{key},user{key}" for key in range(1, ROWS + 1))]
    assert half[0].read_text().splitlines() == lines
    assert capsys.readouterr().err.startswith(f"10 rows in {half[0]}, 3 of them now: ")


@pytest.mark.parametrize(
    ("options", "form", "name", "said"),
    [
        ({"filter": User.User_Id > 5}, Form.csv, "users.csv", "the token is of another filter"),
        ({"fields": [User.Name]}, Form.csv, "users.csv", "another columns: "),
        ({"limit": 9}, Form.csv, "users.csv", "another limit: None, not 9"),
        ({"start": 1}, Form.csv, "users.csv", "another start: 0, not 1"),
        ({}, Form.ndjson, "users.csv", "another format: csv, not ndjson"),
        ({}, Form.csv, "other.csv", "another output: users.csv, not other.csv"),
    ],
)
def test_the_checkpoint_of_another_export_is_refused(
    half: tuple[Path, Path], options: dict[str, Any], form: Form, name: str, said: str
) -> None:
    output, checkpoint = half
    before = {path: path.read_bytes() for path in half}
    with pytest.raises(ResumeError, match=said):
        export(users(**options), form, output.with_name(name), checkpoint)
    assert {path: path.read_bytes() for path in half} == before
    assert not output.with_name("other.csv").exists()


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"version":2}', b"[" * 100_000])
def test_what_is_no_checkpoint_is_refused(half: tuple[Path, Path], text: bytes) -> None:
    half[1].write_bytes(text)
    with pytest.raises(ResumeError):
        export(users(), Form.csv, *half)
    assert half[1].read_bytes() == text


@pytest.mark.parametrize("left", [None, b"User_Id,Username\n"])
def test_a_file_that_is_shorter_than_its_checkpoint_says_is_refused(
    half: tuple[Path, Path], left: bytes | None
) -> None:
    half[0].unlink()
    if left is not None:
        half[0].write_bytes(left)
    with pytest.raises(ResumeError, match=r"users\.csv has \d+ bytes, and 73 by its checkpoint"):
        export(users(), Form.csv, *half)
    assert (half[0].read_bytes() if half[0].exists() else None) == left


def test_a_complete_file_that_has_gone_is_refused(half: tuple[Path, Path]) -> None:
    export(users(), Form.csv, *half)
    half[0].unlink()
    with pytest.raises(ResumeError, match="without that it begins anew"):
        export(users(), Form.csv, *half)


def test_a_checkpoint_has_neither_rows_nor_filters(tmp_path: Path) -> None:
    listing = users(end=6, filter=User.Username != "somebody")
    with pytest.raises(TransportError):
        export(listing, Form.csv, tmp_path / "users.csv", tmp_path / "checkpoint")
    text = (tmp_path / "checkpoint").read_text()
    assert "somebody" not in text and "user1" not in text
