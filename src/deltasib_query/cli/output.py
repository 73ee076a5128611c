"""Where the rows of `list` go: to standard output, to a device or pipe, or to a file that `export` writes."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from deltasib_query.cli.formats import Format, encoded, formatter
from deltasib_query.cli.language import said, wrong
from deltasib_query.cli.signals import interrupts_wait
from deltasib_query.cli.streams import writing
from deltasib_query.client.paging.atomic_file import behind_links, may_be_work_of
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.messages.message import Message

RESUMABLE = (Format.ndjson, Format.csv, Format.parquet)
"""The formats of a file that can be continued after any page."""


def format_of(output: Path | None) -> Format:
    """Return the format that the name of the output file stands for; a table without a file."""
    _, point, ending = (output.name if output else "").rpartition(".")
    named = [format for format in Format if format is not Format.table]
    if point and ending.lower() not in named:
        raise wrong("command.ending", known=tuple(f".{format}" for format in named))
    return Format(ending.lower()) if point else Format.table


def is_standard_output(output: Path) -> bool:
    """Return whether a path is ``-`` or what standard output is connected to."""
    return output == Path("-") or (output.exists() and os.path.samestat(output.stat(), os.fstat(1)))


def is_special(output: Path) -> bool:
    """Return whether a path is a device or a pipe, which is written to and not replaced."""
    return output.exists() and not output.is_file()


def check_options(format: Format, output: Path | None, checkpoint: Path | None, *, excel: bool) -> None:
    """Raise `typer.BadParameter` for options that exclude each other; `output` is None unless it is a file."""
    if excel and format is not Format.csv:
        raise wrong("command.needs", option="--excel", needed="--format csv")
    if output is None and format is Format.parquet:
        raise wrong("command.needs", option="parquet", needed="--output FILE")
    if output is not None:
        output = _behind_links(output)
    if checkpoint is None:
        return
    if output is None:
        raise wrong("command.needs", option="--checkpoint", needed="--output FILE")
    if format not in RESUMABLE:
        raise wrong("command.needs", option="--checkpoint", needed=f"--format {', '.join(RESUMABLE)}")
    checkpoint = _behind_links(checkpoint)
    same = output == checkpoint or (output.exists() and checkpoint.exists() and output.samefile(checkpoint))
    if same or may_be_work_of(output, checkpoint) or may_be_work_of(checkpoint, output):
        raise wrong("command.two-files")


def _behind_links(path: Path) -> Path:
    try:
        return behind_links(path)
    except OSError:
        raise wrong("command.link", path=str(path)) from None


def print_rows(listing: AnySyncListing[Any], format: Format, output: Path | None, *, excel: bool) -> None:
    """Write every row of a listing to a device or pipe, or to standard output for None.

    If it is interrupted or fails, the rows written so far are complete.
    """
    with ExitStack() as stack:
        sys.stdout.flush()
        stream = sys.stdout.buffer
        if output is not None:
            stack.enter_context(writing(output))
            stream = stack.enter_context(output.open("wb"))
        texts = formatter(format, listing.fields, excel=excel, terminal=stream.isatty())
        count = 0
        try:
            for page in listing.pages():
                with interrupts_wait():
                    stream.write(encoded(texts.rows(page.rows)))
                    stream.flush()
                count += len(page)
                _show_progress(said(Message("command.rows", rows=count)))
        finally:
            _show_progress("")
            with interrupts_wait():
                stream.write(encoded(texts.end()))
                stream.flush()


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}\r" if text else "\r\x1b[K")
        sys.stderr.flush()
