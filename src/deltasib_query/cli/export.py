"""Rows into a file, which an interrupted export goes on with where it was.

Rows gather in a work file beside the output, which takes its place when all of them are there: until then an output of
the same name stays as it is. A page is on the disk before the checkpoint says so, with the length that the work file
has then. Whoever goes on cuts off what the checkpoint does not know of, and asks for the page behind it: no row is
lost, and none is there twice. At the end the checkpoint has the digest of the whole file before that is moved, so that
an output which is this export's can be told from any other.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from deltasib_query.cli.output import Form, Texts, encoded, texts_of
from deltasib_query.cli.streams import OutputError, visible, writing
from deltasib_query.cli.talk import talk
from deltasib_query.client.paging.atomic_file import AtomicFile, digest, sweep
from deltasib_query.client.paging.checkpoint import Checkpoint
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.errors import ResumeError
from deltasib_query.filters.record import Record

RESUMABLE: Final = (Form.ndjson, Form.csv, Form.parquet)
"""The forms whose file can be gone on with behind any page."""


class State(BaseModel):
    """How far an export has come: what the checkpoint's file holds.

    output: the name of the file. start, limit: of the list, which a token does not tell from others.
    work: the name of the work file. token: behind the last page that is in it. length: of it then, in bytes.
    rows: in it. digest: of the whole file, once all rows are in it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[2] = 2
    output: str
    format: Form
    excel: bool
    columns: tuple[str, ...]
    start: int
    limit: NonNegativeInt | None
    token: str
    work: str = ""
    length: NonNegativeInt = 0
    rows: NonNegativeInt = 0
    digest: str | None = None

    def goes_on(self, text: str) -> Self:
        """Return the state that a checkpoint's text has.

        Raises `ResumeError` for what is no checkpoint, or one of another export than this one.
        """
        try:
            read = self.model_validate_json(text)
        except ValidationError:
            raise ResumeError("this is no checkpoint of an export") from None
        for name in ("output", "format", "excel", "columns", "start", "limit"):
            told, wanted = getattr(read, name), getattr(self, name)
            if told != wanted:
                raise ResumeError(f"the checkpoint is of an export with another {name}: {told}, not {wanted}")
        return read


class _Format(Protocol):
    """A form of file, and how its work file grows."""

    def rows(self, rows: Sequence[Record]) -> bytes:
        """Return the bytes of the rows of a page, with what belongs in front of the first."""
        ...

    def end(self) -> bytes:
        """Return what belongs behind the last row."""
        ...

    def whole(self, work: AtomicFile) -> AbstractContextManager[AtomicFile]:
        """Have the file that was asked for, made of the one that has grown."""
        ...


class _Lines:
    """A form of text: the file grows as it is."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def rows(self, rows: Sequence[Record]) -> bytes:
        return encoded(self._texts.rows(rows))

    def end(self) -> bytes:
        return encoded(self._texts.end())

    def whole(self, work: AtomicFile) -> nullcontext[AtomicFile]:
        return nullcontext(work)


class _Parquet:
    """A Parquet file has its index at the end, and cannot grow: rows gather in an Arrow stream beside it."""

    def __init__(self, listing: AnySyncListing[Any]) -> None:
        from deltasib_query.integrations import arrow

        self._arrow = arrow
        self._columns = arrow.schema(listing._plan.record, listing._plan.fields)
        self._heading: bytes = self._columns.serialize().to_pybytes()

    def rows(self, rows: Sequence[Record]) -> bytes:
        heading, self._heading = self._heading, b""
        written: bytes = self._arrow.batch(rows, self._columns).serialize().to_pybytes() if rows else b""
        return heading + written

    def end(self) -> bytes:
        return self.rows(())

    @contextmanager
    def whole(self, work: AtomicFile) -> Iterator[AtomicFile]:
        with AtomicFile.create(work.target, checkpoint=work.checkpoint) as whole:
            self._arrow.write_parquet(work.path, whole.file)
            yield whole
        work.keep = False


def export(
    listing: AnySyncListing[Any],
    form: Form,
    output: Path,
    checkpoint: Path | None = None,
    *,
    excel: bool = False,
    overwrite: bool = False,
) -> None:
    """Write every row of a listing into a file, which is there when it is complete, and say so on standard error.

    checkpoint: keeps how far the export has come, for a form that is `RESUMABLE`. overwrite: whether an output that
        the checkpoint does not know is replaced, and an export whose rows have gone begins anew.

    Raises `ResumeError` for a checkpoint of another export, and where `overwrite` is needed; `OutputError` where a file
    cannot be written; and as `Listing.to_arrow`.
    """
    with writing(output):
        _check_writable(output)
    run = _Run(listing, form, output, checkpoint, excel=excel)
    state = run.fresh
    if run.checkpoint:
        state = run.known()
        if state.digest is not None and state.digest == _digest(output):
            sweep(output, checkpoint)
            talk.print(f"{state.rows:,} rows in {visible(str(output))}: complete", markup=False)
            return
        if output.exists() and not overwrite:
            raise ResumeError(f"{output} is there, and {checkpoint} does not know it: --overwrite replaces it")
    work, state = run.work(state, overwrite=overwrite)
    with _Shown(output, state.rows, run.fresh.limit, kept=checkpoint is not None) as shown, work:
        sweep(output, checkpoint)
        if state.digest is None:
            state = run.grow(work, state, shown)
        run.finish(work, state)


class _Run:
    """One run of an export."""

    def __init__(
        self, listing: AnySyncListing[Any], form: Form, output: Path, checkpoint: Path | None, *, excel: bool
    ) -> None:
        self.listing, self.output, self.path = listing, output, checkpoint
        self.checkpoint = Checkpoint(checkpoint) if checkpoint else None
        self.format: _Format
        if form is Form.parquet:
            self.format = _Parquet(listing)
        else:
            self.format = _Lines(texts_of(form, listing._plan.fields, excel=excel))
        position = listing._plan.position
        self.fresh = State(
            output=output.name,
            format=form,
            excel=excel,
            columns=listing._plan.fields,
            start=position.at,
            limit=position.left,
            token=listing._plan.scope.token(position),
        )

    def known(self) -> State:
        """Return what the checkpoint says; where there is none yet, that nothing has been done."""
        assert self.checkpoint
        text = self.checkpoint.read()
        state = self.fresh if text is None else self.fresh.goes_on(text)
        self.listing.resume(state.token)  # of the same list and filter
        return state

    def work(self, state: State, *, overwrite: bool) -> tuple[AtomicFile, State]:
        """Return the work file, and the state that it is in."""
        with writing(self.output):
            if self.path and state.work:
                try:
                    work = AtomicFile.reopen(self.output, state.work, state.length, self.path)
                    if state.digest in {None, _digest(work.path)}:
                        return work, state
                    work.file.close()
                except FileNotFoundError:
                    pass
                except BlockingIOError:
                    raise OutputError(self.output, "another export writes it") from None
                if not overwrite:
                    raise ResumeError(f"the rows of {self.output} have gone: --overwrite begins anew")
            work = AtomicFile.create(self.output, ".part", self.path)
            return work, self.fresh.model_copy(update={"work": work.path.name})

    def grow(self, work: AtomicFile, state: State, shown: _Shown) -> State:
        """Write page after page, and return the state behind the last."""
        if state.length:
            self.format.rows(())  # what belongs in front of the first row is there
        for page in self.listing.resume(state.token).pages():
            with writing(self.output):
                work.file.write(self.format.rows(page.rows))
                state = state.model_copy(update={"token": page.token, "rows": state.rows + len(page)})
                if self.checkpoint:
                    work.sync()
                    state = state.model_copy(update={"length": work.file.tell()})
                    self._save(work, state)
            del page  # or it would stay in memory while the next one is fetched
            shown.rows(state.rows)
        with writing(self.output):
            work.file.write(self.format.end())
            work.file.flush()
        return state

    def finish(self, work: AtomicFile, state: State) -> None:
        """Put the whole file in its place."""
        made = self.format.whole(work) if state.digest is None else nullcontext(work)
        with writing(self.output), made as whole:
            whole.path.chmod(_mode(self.output))
            if self.checkpoint:
                whole.sync()
                update = {"work": whole.path.name, "length": whole.path.stat().st_size, "digest": _digest(whole.path)}
                self._save(whole, state.model_copy(update=update))
            whole.replace()

    def _save(self, work: AtomicFile, state: State) -> None:
        """Write the checkpoint, which counts on the work file from then on."""
        assert self.checkpoint
        kept, work.keep = work.keep, True
        try:
            self.checkpoint.write(state.model_dump_json())
        except ResumeError as error:
            work.keep = kept
            raise OutputError("the checkpoint", error.__cause__ or error) from None


def _check_writable(output: Path) -> None:
    """Raise `OutputError` for a file that is not to be written, though its folder would have it replaced."""
    if output.exists() and not os.access(output, os.W_OK):
        raise OutputError(output, os.strerror(errno.EACCES))


def _digest(path: Path) -> str | None:
    with writing(path):
        return digest(path)


def _mode(output: Path) -> int:
    """Return the permissions of a file that is replaced, or else those that any new file gets."""
    if output.exists():
        return stat.S_IMODE(output.stat().st_mode)
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask


class _Shown:
    """How an export goes: a bar where there is a terminal, and one line at the end.

    kept: whether what is there when it ends early is for a later run.
    """

    def __init__(self, output: Path, rows: int, total: int | None, *, kept: bool) -> None:
        self._output, self._rows, self._before, self._kept = visible(str(output)), rows, rows, kept
        self._began = time.monotonic()
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.completed:,} rows"),
            _Rate(),
            TimeElapsedColumn(),
            console=talk,
            transient=True,
            disable=not talk.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, completed=rows)

    def rows(self, rows: int) -> None:
        """Show that so many rows are there."""
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
        if kind is None:
            line = f"{self._rows:,} rows in {self._output}, {new:,} of them now: {new / seconds:,.0f} rows a second"
        elif self._kept and self._rows:
            line = f"{self._rows:,} rows so far: the same command goes on from there"
        else:
            return
        talk.print(line, markup=False)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} rows/s")
