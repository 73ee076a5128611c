"""Rows into a file, which an interrupted export goes on with where it was.

A page is on the disk before the checkpoint says so, with the length that the file has then. Whoever goes on cuts off
what the checkpoint does not know of, and asks for the page behind it: no row is lost, and none is there twice.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from deltasib_query.cli.output import TEXTS, Form, undisturbed
from deltasib_query.client.checkpoint import Checkpoint
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.errors import ResumeError
from deltasib_query.schema.record import Record

_console = Console(stderr=True, soft_wrap=True, highlight=False)

RESUMABLE: Final = (Form.ndjson, Form.csv, Form.parquet)
"""The forms whose file can be gone on with behind any page."""


class State(BaseModel):
    """How far an export has come: what the checkpoint's file holds.

    output: the name of the file. start, limit: of the list, which a token does not tell from others.
    token: behind the last page that is in the file; None for an export that begins.
    length: of the file then, in bytes. rows: in it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[1] = 1
    output: str
    format: Form
    columns: tuple[str, ...]
    start: int
    limit: NonNegativeInt | None
    token: str | None = None
    length: NonNegativeInt = 0
    rows: NonNegativeInt = 0
    ended: bool = False

    def goes_on(self, text: str | None) -> Self:
        """Return the state that a checkpoint's text has, or this one where there is none.

        Raises `ResumeError` for what is no checkpoint, or one of another export.
        """
        if text is None:
            return self
        try:
            read = self.model_validate_json(text)
        except ValidationError:
            raise ResumeError("this is no checkpoint of an export") from None
        for name in ("output", "format", "columns", "start", "limit"):
            told, wanted = getattr(read, name), getattr(self, name)
            if told != wanted:
                raise ResumeError(f"the checkpoint is of an export with another {name}: {told}, not {wanted}")
        return read


def export(listing: AnySyncListing[Any], form: Form, output: Path, checkpoint: Path | None) -> None:
    """Write every row of a listing into a file, and say how it goes on standard error.

    checkpoint: keeps how far the export has come, for a form that is `RESUMABLE`.

    Raises `ResumeError` for a checkpoint of another export, for a file that is shorter than its checkpoint says, and
    while another export writes the file; `OSError` where a file cannot be written; and as `Listing.to_arrow`.
    """
    file = Checkpoint(checkpoint) if checkpoint else None
    place = listing._plan.position
    state = State(output=output.name, format=form, columns=listing._plan.fields, start=place.at, limit=place.left)
    state = state.goes_on(file.read() if file else None)
    target: _Target = _Parquet(listing, output) if form is Form.parquet else _Lines(listing, output, form)
    if state.ended:
        _check_length(output, state.length)
        target.discard()
        _console.print(f"{state.rows:,} rows in {output}: complete", markup=False)
        return
    if state.token is not None:
        listing = listing.resume(state.token)
    with _Shown(output, state.rows, place.left) as shown:
        try:
            with _opened(target.growing, state.length) as growing:
                state = _grow(growing, target, listing, state, file, shown)
            target.finish()
        except BaseException:
            if file is None:
                target.discard()
            raise
    if file:
        file.write(state.model_copy(update={"length": output.stat().st_size, "ended": True}).model_dump_json())
    target.discard()


def _grow(
    growing: BinaryIO,
    target: _Target,
    listing: AnySyncListing[Any],
    state: State,
    file: Checkpoint | None,
    shown: _Shown,
) -> State:
    """Write page after page, and return the state behind the last."""
    if state.length:
        target.rows(())  # what belongs in front of the first row is there
    try:
        for page in listing.pages():
            with undisturbed():
                growing.write(target.rows(page.rows))
                growing.flush()
                state = state.model_copy(update={"token": page.token, "rows": state.rows + len(page)})
                if file:
                    os.fsync(growing.fileno())
                    state = state.model_copy(update={"length": growing.tell()})
                    file.write(state.model_dump_json())
            del page  # or it would stay in memory while the next one is fetched
            shown.rows(state.rows)
    finally:
        growing.write(target.end())
        growing.flush()
    if file:
        os.fsync(growing.fileno())
    return state


@contextmanager
def _opened(path: Path, length: int) -> Iterator[BinaryIO]:
    """Open a file to go on behind `length` bytes, for one export at a time."""
    _check_length(path, length)
    with path.open("ab") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ResumeError(f"another export writes {path}") from None
        if _size(path) > length:
            file.truncate(length)
            file.seek(0, os.SEEK_END)
        yield file


def _check_length(path: Path, length: int) -> None:
    if _size(path) < length:
        message = f"{path} has {_size(path):,} bytes, and {length:,} by its checkpoint: without that it begins anew"
        raise ResumeError(message)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


class _Target(Protocol):
    """A form of file, and what becomes of it."""

    growing: Path
    """The file that grows page by page."""

    def rows(self, rows: Sequence[Record]) -> bytes:
        """Return the bytes of the rows of a page, with what belongs in front of the first."""
        ...

    def end(self) -> bytes:
        """Return what belongs behind the last row."""
        ...

    def finish(self) -> None:
        """Make the file that was asked for of the one that has grown."""
        ...

    def discard(self) -> None:
        """Remove what is not asked for."""
        ...


class _Lines:
    """A form of text: the file grows as it is."""

    def __init__(self, listing: AnySyncListing[Any], output: Path, form: Form) -> None:
        self.growing = output
        self._texts = TEXTS[form](listing._plan.fields)

    def rows(self, rows: Sequence[Record]) -> bytes:
        return self._texts.rows(rows).encode("utf-8", "backslashreplace")

    def end(self) -> bytes:
        return self._texts.end().encode()

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class _Parquet:
    """A Parquet file has its index at the end, and cannot grow: rows gather in an Arrow stream beside it."""

    def __init__(self, listing: AnySyncListing[Any], output: Path) -> None:
        from deltasib_query.integrations import arrow

        self._arrow = arrow
        self._columns = arrow.schema(listing._plan.record, listing._plan.fields)
        self._heading: bytes = self._columns.serialize().to_pybytes()
        self._output = output
        self.growing = output.with_name(f"{output.name}.part")

    def rows(self, rows: Sequence[Record]) -> bytes:
        heading, self._heading = self._heading, b""
        written: bytes = self._arrow.batch(rows, self._columns).serialize().to_pybytes() if rows else b""
        return heading + written

    def end(self) -> bytes:
        return self.rows(())

    def finish(self) -> None:
        whole = self._output.with_name(f"{self._output.name}.new")
        self._arrow.write_parquet(self.growing, whole)
        whole.replace(self._output)

    def discard(self) -> None:
        self.growing.unlink(missing_ok=True)


class _Shown:
    """How an export goes: a bar where there is a terminal, and one line at the end."""

    def __init__(self, output: Path, rows: int, total: int | None) -> None:
        self._output, self._rows, self._before = output, rows, rows
        self._began = time.monotonic()
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.completed:,} rows"),
            _Rate(),
            TimeElapsedColumn(),
            console=_console,
            transient=True,
            disable=not _console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, completed=rows)

    def rows(self, rows: int) -> None:
        """Show that so many rows are in the file."""
        self._rows = rows
        self._bar.update(self._task, completed=rows)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        new, seconds = self._rows - self._before, time.monotonic() - self._began
        if kind is not None and not new:
            return
        far = "" if kind is None else " so far"
        line = f"{self._rows:,} rows in {self._output}{far}, {new:,} of them now: {new / seconds:,.0f} rows a second"
        _console.print(line, markup=False)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} rows/s")
