"""Rows as text, page by page."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO, Final

from rich.cells import cell_len, set_cell_size

from deltasib_query.cli.interrupts import undisturbed
from deltasib_query.cli.streams import visible
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.filters.record import Record

_WIDEST = 40


class Form(StrEnum):
    """How rows are written."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


def print_rows(listing: AnySyncListing[Any], texts: Texts, stream: BinaryIO) -> None:
    """Write every row of a listing into a stream.

    Whatever ends it before its time, complete rows are there then.
    """
    count = 0
    try:
        for page in listing.pages():
            with undisturbed():
                stream.write(encoded(texts.rows(page.rows)))
                stream.flush()
            count += len(page)
            _progress(f"{count:,} rows")
    finally:
        _progress("")
        with undisturbed():
            stream.write(encoded(texts.end()))
            stream.flush()


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}\r" if text else "\r\x1b[K")
        sys.stderr.flush()


def encoded(text: str) -> bytes:
    """Return the bytes of a text; half a character, which UTF-8 has not, is written as its number."""
    return text.encode("utf-8", "backslashreplace")


class Texts(ABC):
    """Makes text of rows.

    names: of the columns, where there are columns. terminal: whether a terminal reads it, which must not obey a row.
    """

    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        self.names, self.terminal = names, terminal

    @abstractmethod
    def rows(self, rows: Sequence[Record]) -> str:
        """Return the text of the rows of a page, with what belongs in front of the first."""

    def end(self) -> str:
        """Return what belongs behind the last row."""
        return ""

    def show(self, text: str) -> str:
        """Return a text of a row as its reader may have it."""
        return visible(text) if self.terminal else text


class _NdJson(Texts):
    def rows(self, rows: Sequence[Record]) -> str:
        return "".join(f"{self.show(_as_json(row))}\n" for row in rows)


class _Json(Texts):
    _before = "["

    def rows(self, rows: Sequence[Record]) -> str:
        pieces = []
        for row in rows:
            pieces.append(f"{self._before}\n  {self.show(_as_json(row))}")
            self._before = ","
        return "".join(pieces)

    def end(self) -> str:
        return "[]\n" if self._before == "[" else "\n]\n"


class _Csv(Texts):
    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        super().__init__(names, terminal=terminal)
        self._heading = _csv_line(names)

    def rows(self, rows: Sequence[Record]) -> str:
        heading, self._heading = self._heading, ""
        return heading + "".join(_csv_line([self.cell(getattr(row, name)) for name in self.names]) for row in rows)

    def end(self) -> str:
        return self.rows(())

    def cell(self, value: object) -> str:
        return self.show(_text(value))


class _ExcelCsv(_Csv):
    """CSV for spreadsheets: they know its encoding, and run nothing that is in it."""

    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        super().__init__(names, terminal=terminal)
        self._heading = "\ufeff" + self._heading

    def cell(self, value: object) -> str:
        return super().cell(_RUN.sub("'", value) if isinstance(value, str) else value)


_RUN: Final = re.compile(r"\A(?=[\t\r\n])|(?:\A|(?<=[\t\r\n;]))(?=[^\S\t\r\n]*[=+\-@＝＋－＠])")
"""Where a spreadsheet may read a formula: a cell begins there, or does where it cuts cells at semicolons or tabs, as
Excel does in half of the world's languages. A text of any length is read in linear time."""


class _Table(Texts):
    """Columns as wide as the first page needs; later rows keep to them where they can."""

    _widths: list[int] | None = None

    def rows(self, rows: Sequence[Record]) -> str:
        cells = [[visible(_text(getattr(row, name))) for name in self.names] for row in rows]
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


_TEXTS: Final[Mapping[Form, type[Texts]]] = {
    Form.table: _Table,
    Form.json: _Json,
    Form.ndjson: _NdJson,
    Form.csv: _Csv,
}


def texts_of(form: Form, names: Sequence[str], *, excel: bool, terminal: bool = False) -> Texts:
    """Return what makes text of rows in a form; `excel`: of csv, the one for spreadsheets."""
    return (_ExcelCsv if excel else _TEXTS[form])(names, terminal=terminal)


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # before 3.13 it quotes a CR only where lines end with one
    return line.getvalue().removesuffix("\r\n") + "\n"


def _as_json(row: Record) -> str:
    return json.dumps(row.model_dump(exclude_unset=True), ensure_ascii=False, default=_json_text)


def _json_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return format(value, "f")  # str() writes a price of nothing as 0E-10
    return str(value)
