"""Rows as text, and on standard output, page by page: whatever is printed when it ends, it is intact."""

from __future__ import annotations

import csv
import io
import json
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import Any, Final

from rich.cells import cell_len, set_cell_size

from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.schema.record import Record

_WIDEST = 40


class Form(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


def print_rows(listing: AnySyncListing[Any], form: Form) -> None:
    """Print every row of a listing.

    An interrupt ends it with exit status 130 and complete rows.
    """
    texts = TEXTS[form](listing._plan.fields)
    count = 0
    status = 0
    try:
        for page in listing.pages():
            with undisturbed():
                sys.stdout.write(texts.rows(page.rows))
                sys.stdout.flush()
            count += len(page)
            _progress(f"{count:,} rows")
    except KeyboardInterrupt:
        status = 130
    finally:
        _progress("")
        with undisturbed():
            sys.stdout.write(texts.end())
            sys.stdout.flush()
    if status:
        sys.exit(status)


@contextmanager
def undisturbed() -> Iterator[None]:
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


class Texts(ABC):
    """Makes text of rows; `names` are the columns, where there are columns."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    @abstractmethod
    def rows(self, rows: Sequence[Record]) -> str:
        """Return the text of the rows of a page, with what belongs in front of the first."""

    def end(self) -> str:
        """Return what belongs behind the last row."""
        return ""


class _NdJson(Texts):
    def rows(self, rows: Sequence[Record]) -> str:
        return "".join(f"{_as_json(row)}\n" for row in rows)


class _Json(Texts):
    _before = "["

    def rows(self, rows: Sequence[Record]) -> str:
        pieces = []
        for row in rows:
            pieces.append(f"{self._before}\n  {_as_json(row)}")
            self._before = ","
        return "".join(pieces)

    def end(self) -> str:
        return "[]\n" if self._before == "[" else "\n]\n"


class _Csv(Texts):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self._heading = [names]

    def rows(self, rows: Sequence[Record]) -> str:
        lines = [_csv_line(cells) for cells in (*self._heading, *(_cells(row, self.names) for row in rows))]
        self._heading = []
        return "".join(lines)

    def end(self) -> str:
        return self.rows(())


class _Table(Texts):
    """Columns as wide as the first page needs; later rows keep to them where they can."""

    _widths: list[int] | None = None

    def rows(self, rows: Sequence[Record]) -> str:
        cells = [_cells(row, self.names, _printable) for row in rows]
        lines = []
        if self._widths is None:
            columns = zip(self.names, *cells, strict=True)
            self._widths = [min(_WIDEST, max(map(cell_len, column))) for column in columns]
            lines = [self.names, ["─" * width for width in self._widths]]
        return "".join(self._line(each) for each in [*lines, *cells])

    def _line(self, cells: Sequence[str]) -> str:
        padded = (
            cell if cell_len(cell) > width else set_cell_size(cell, width)
            for cell, width in zip(cells, self._widths or (), strict=True)
        )
        return "  ".join(padded).rstrip() + "\n"


TEXTS: Final[Mapping[Form, type[Texts]]] = {
    Form.table: _Table,
    Form.json: _Json,
    Form.ndjson: _NdJson,
    Form.csv: _Csv,
}


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # before 3.13 it quotes a CR only where lines end with one
    return line.getvalue().removesuffix("\r\n") + "\n"


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
