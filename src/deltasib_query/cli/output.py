"""Rows on standard output, page by page: whatever is printed when it ends, it is intact."""

from __future__ import annotations

import csv
import json
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import Any

from rich.cells import cell_len, set_cell_size

from deltasib_query.client.listing import Listing
from deltasib_query.schema.record import Record

_WIDEST = 40


class Form(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"


def print_rows(listing: Listing[Any], form: Form, names: Sequence[str]) -> None:
    """Print every row of a listing; `names` are the columns of a table and of CSV.

    An interrupt ends it with exit status 130 and complete rows.
    """
    printers: dict[Form, type[_Printer]] = {
        Form.table: _Table,
        Form.json: _Json,
        Form.ndjson: _NdJson,
        Form.csv: _Csv,
    }
    printer = printers[form](names)
    count = 0
    status = 0
    try:
        for page in listing.pages():
            with _undisturbed():
                printer.rows(page.rows)
                sys.stdout.flush()
            count += len(page)
            _progress(f"{count:,} rows")
    except KeyboardInterrupt:
        status = 130
    finally:
        _progress("")
        with _undisturbed():
            printer.end()
            sys.stdout.flush()
    if status:
        sys.exit(status)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt wait until the rows at hand are written; a second one does not wait."""
    waiting: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    before = signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}\r" if text else "\r\x1b[K")
        sys.stderr.flush()


class _Printer(ABC):
    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    @abstractmethod
    def rows(self, rows: Sequence[Record]) -> None:
        """Print the rows of a page."""

    def end(self) -> None:  # noqa: B027 - for most forms, nothing
        """Print what belongs behind the last row."""


class _NdJson(_Printer):
    def rows(self, rows: Sequence[Record]) -> None:
        sys.stdout.write("".join(f"{_as_json(row)}\n" for row in rows))


class _Json(_Printer):
    _before = "["

    def rows(self, rows: Sequence[Record]) -> None:
        pieces = []
        for row in rows:
            pieces.append(f"{self._before}\n  {_as_json(row)}")
            self._before = ","
        sys.stdout.write("".join(pieces))

    def end(self) -> None:
        sys.stdout.write("[]\n" if self._before == "[" else "\n]\n")


class _Csv(_Printer):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._heading = [names]

    def rows(self, rows: Sequence[Record]) -> None:
        self._writer.writerows(self._heading)
        self._heading = []
        self._writer.writerows(_cells(row, self.names) for row in rows)

    def end(self) -> None:
        self.rows(())


class _Table(_Printer):
    """Columns as wide as the first page needs; later rows keep to them where they can."""

    _widths: list[int] | None = None

    def rows(self, rows: Sequence[Record]) -> None:
        cells = [_cells(row, self.names, _printable) for row in rows]
        if self._widths is None:
            columns = zip(self.names, *cells, strict=True)
            self._widths = [min(_WIDEST, max(map(cell_len, column))) for column in columns]
            self._line(self.names)
            self._line(["─" * width for width in self._widths])
        for line in cells:
            self._line(line)

    def _line(self, cells: Sequence[str]) -> None:
        padded = (
            cell if cell_len(cell) > width else set_cell_size(cell, width)
            for cell, width in zip(cells, self._widths or (), strict=True)
        )
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _as_json(row: Record) -> str:
    return json.dumps(row.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)


def _cells(row: Record, names: Sequence[str], show: Callable[[str], str] = str) -> list[str]:
    return [show(_text(getattr(row, name))) for name in names]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def _printable(text: str) -> str:
    """The text on one line; what a terminal would obey is left out."""
    return "".join(character if character.isprintable() or character == "\u200c" else " " for character in text)
