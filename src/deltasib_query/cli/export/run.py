"""An export: every row of a listing into a file.

Rows are collected in a work file beside the output, which replaces the output once it is complete; until then an
output of the same name stays as it is. A page is on disk before the checkpoint names it, with the length that the work
file has then. The next run cuts off what the checkpoint does not know of and requests the page behind it, so no row is
lost and none comes twice. At the end the checkpoint gets the digest of the complete file before the file is moved, so
that this export's output can be told from any other file.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from deltasib_query.cli.console import print_line
from deltasib_query.cli.export.files import ParquetContent, TextContent
from deltasib_query.cli.export.progress import ExportProgress
from deltasib_query.cli.export.state import ExportState
from deltasib_query.cli.formats import Format, formatter
from deltasib_query.cli.signals import interrupts_wait
from deltasib_query.cli.streams import OutputError, writing
from deltasib_query.client.paging.atomic_file import AtomicFile, digest, sweep
from deltasib_query.client.paging.checkpoint import Checkpoint
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.errors import ResumeError
from deltasib_query.messages.message import Message


def export(
    listing: AnySyncListing[Any], format: Format, output: Path, checkpoint: Path | None = None, *,
    excel: bool = False, overwrite: bool = False,
) -> None:  # fmt: skip
    """Write every row of a listing to a file, which appears when it is complete, and report on standard error.

    checkpoint: the file that keeps the progress, for a format that is `RESUMABLE`.
    overwrite: replace an output that the checkpoint does not know, and begin again if the work file is gone.

    Raises `ResumeError` for a checkpoint of another export, and where `overwrite` is needed; `OutputError` if a file
    cannot be written; and the errors of `Listing.to_arrow`.
    """
    with writing(output):
        _check_writable(output)
    run = _Run(listing, format, output, checkpoint, excel=excel)
    state = run.fresh
    if run.checkpoint:
        state = run.known_state()
        if state.digest is not None and state.digest == _digest(output):
            sweep(output, checkpoint)
            print_line(Message("command.complete", rows=state.rows, output=str(output), checkpoint=str(checkpoint)))
            return
        if output.exists() and not overwrite:
            raise ResumeError(Message("resume.unknown-output", output=str(output), checkpoint=str(checkpoint)))
    work, state = run.open_work(state, overwrite=overwrite)
    with ExportProgress(output, state.rows, run.fresh.limit, kept=checkpoint is not None) as progress, work:
        sweep(output, checkpoint)
        if state.digest is None:
            state = run.write_pages(work, state, progress)
        run.finish(work, state)


class _Run:
    """One run of an export."""

    def __init__(
        self, listing: AnySyncListing[Any], format: Format, output: Path, checkpoint: Path | None, *, excel: bool
    ) -> None:
        self.listing, self.output, self.path = listing, output, checkpoint
        self.checkpoint = Checkpoint(checkpoint) if checkpoint else None
        self.content: TextContent | ParquetContent
        if format is Format.parquet:
            self.content = ParquetContent(listing)
        else:
            self.content = TextContent(formatter(format, listing.fields, excel=excel))
        self.fresh = ExportState(
            output=output.name,
            format=format,
            excel=excel,
            columns=listing.fields,
            start=listing.start,
            limit=listing.limit,
            token=listing.token,
        )

    def known_state(self) -> ExportState:
        """Return the state in the checkpoint, or a fresh one if there is no checkpoint yet."""
        assert self.checkpoint
        text = self.checkpoint.read()
        state = self.fresh if text is None else self.fresh.resumed(text)
        self.listing.resume(state.token)  # raises for the token of another list or filter
        return state

    def open_work(self, state: ExportState, *, overwrite: bool) -> tuple[AtomicFile, ExportState]:
        """Return the work file and its state: those of the last run or, if there is none, new ones."""
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
                    raise OutputError(str(self.output), Message("output.in-use")) from None
                if not overwrite:
                    raise ResumeError(Message("resume.rows-gone", output=str(self.output)))
            work = AtomicFile.create(self.output, ".part", self.path)
            return work, self.fresh.model_copy(update={"work": work.path.name})

    def write_pages(self, work: AtomicFile, state: ExportState, progress: ExportProgress) -> ExportState:
        """Write the remaining pages, and return the state after the last."""
        if state.length:
            self.content.rows(())  # what belongs in front of the first row is in the file already
        for page in self.listing.resume(state.token).pages():
            with interrupts_wait(), writing(self.output):
                work.file.write(self.content.rows(page.rows))
                state = state.model_copy(update={"token": page.token, "rows": state.rows + len(page)})
                if self.checkpoint:
                    work.sync()
                    state = state.model_copy(update={"length": work.file.tell()})
                    self._save(work, state)
            del page  # otherwise it stays in memory while the next one is fetched
            progress.show(state.rows)
        with writing(self.output):
            work.file.write(self.content.end())
            work.file.flush()
        return state

    def finish(self, work: AtomicFile, state: ExportState) -> None:
        """Replace the output with the complete file."""
        made = self.content.complete(work) if state.digest is None else nullcontext(work)
        with writing(self.output), made as complete:
            complete.path.chmod(_mode(self.output))
            if self.checkpoint:
                complete.sync()
                length, found = complete.path.stat().st_size, _digest(complete.path)
                update = {"work": complete.path.name, "length": length, "digest": found}
                self._save(complete, state.model_copy(update=update))
            complete.replace()

    def _save(self, work: AtomicFile, state: ExportState) -> None:
        """Write the checkpoint, which needs the work file from then on."""
        assert self.checkpoint
        kept, work.keep = work.keep, True
        try:
            self.checkpoint.write(state.model_dump_json())
        except ResumeError as error:
            work.keep = kept
            raise OutputError(Message("output.checkpoint"), error.__cause__ or error) from None


def _check_writable(output: Path) -> None:
    """Raise `OutputError` for a file without write permission, which could be replaced all the same."""
    if output.exists() and not os.access(output, os.W_OK):
        raise OutputError(str(output), os.strerror(errno.EACCES))


def _digest(path: Path) -> str | None:
    with writing(path):
        return digest(path)


def _mode(output: Path) -> int:
    """Return the permissions of the file that is replaced, or those of any new file."""
    if output.exists():
        return stat.S_IMODE(output.stat().st_mode)
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask
