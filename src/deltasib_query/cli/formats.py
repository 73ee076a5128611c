"""The formats in which rows are written as text, page by page."""

from __future__ import annotations

import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rich.cells import cell_len, set_cell_size

from deltasib_query.cli.language import visible
from deltasib_query.filters.record import Record

_MAX_WIDTH: Final = 40
"""Of a column in a table."""


class Format(StrEnum):
    """A format of rows."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


def encoded(text: str) -> bytes:
    """Return a text in UTF-8. A lone surrogate, which UTF-8 does not have, is escaped."""
    return text.encode("utf-8", "backslashreplace")


class Formatter(ABC):
    """Turns rows into text.

    names: of the columns, in a format that has columns.
    terminal: escape what a terminal would obey.
    """

    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        self.names, self.terminal = names, terminal

    @abstractmethod
    def rows(self, rows: Sequence[Record]) -> str:
        """Return the text of a page's rows, with what belongs in front of the first."""

    def end(self) -> str:
        """Return the text behind the last row."""
        return ""

    def show(self, text: str) -> str:
        """Return a text of a row, escaped for a terminal."""
        return visible(text) if self.terminal else text


class _NdJson(Formatter):
    def rows(self, rows: Sequence[Record]) -> str:
        return "".join(f"{self.show(_as_json(row))}\n" for row in rows)


class _Json(Formatter):
    _before = "["

    def rows(self, rows: Sequence[Record]) -> str:
        pieces = []
        for row in rows:
            pieces.append(f"{self._before}\n  {self.show(_as_json(row))}")
            self._before = ","
        return "".join(pieces)

    def end(self) -> str:
        return "[]\n" if self._before == "[" else "\n]\n"


class _Csv(Formatter):
    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        super().__init__(names, terminal=terminal)
        self._heading = _csv_line(names)

    def rows(self, rows: Sequence[Record]) -> str:
        heading, self._heading = self._heading, ""
        return heading + "".join(_csv_line([self.cell(getattr(row, name)) for name in self.names]) for row in rows)

    def end(self) -> str:
        return self.rows(())

    def cell(self, value: object) -> str:
        return self.show(cell_text(value))


class _ExcelCsv(_Csv):
    """CSV that spreadsheets read in the right encoding, and without running any text in it as a formula."""

    def __init__(self, names: Sequence[str], *, terminal: bool = False) -> None:
        super().__init__(names, terminal=terminal)
        self._heading = "\ufeff" + self._heading

    def cell(self, value: object) -> str:
        return super().cell(_FORMULA.sub("'", value) if isinstance(value, str) else value)


_FORMULA: Final = re.compile(r"\A(?=[\t\r\n])|(?:\A|(?<=[\t\r\n;]))(?=[^\S\t\r\n]*[=+\-@＝＋－＠])")
"""Where a spreadsheet may find a formula: at the beginning of a cell, also where it splits cells at semicolons or tabs,
as Excel does in half of the world's languages. It matches in linear time."""


class _Table(Formatter):
    """Columns as wide as the first page needs. A later value that is wider moves the rest of its line."""

    _widths: list[int] | None = None

    def rows(self, rows: Sequence[Record]) -> str:
        cells = [[visible(cell_text(getattr(row, name))) for name in self.names] for row in rows]
        lines = []
        if self._widths is None:
            columns = zip(self.names, *cells, strict=True)
            self._widths = [min(_MAX_WIDTH, max(map(cell_len, column))) for column in columns]
            lines = [self.names, ["─" * width for width in self._widths]]
        return "".join(self._line(each) for each in [*lines, *cells])

    def _line(self, cells: Sequence[str]) -> str:
        padded = (
            cell if cell_len(cell) > width else set_cell_size(cell, width)
            for cell, width in zip(cells, self._widths or (), strict=True)
        )
        return "  ".join(padded).rstrip() + "\n"


_FORMATTERS: Final[Mapping[Format, type[Formatter]]] = {
    Format.table: _Table,
    Format.json: _Json,
    Format.ndjson: _NdJson,
    Format.csv: _Csv,
}


def formatter(format: Format, names: Sequence[str], *, excel: bool, terminal: bool = False) -> Formatter:
    """Return a new formatter; `excel`: of csv, the one for spreadsheets."""
    return (_ExcelCsv if excel else _FORMATTERS[format])(names, terminal=terminal)


def lines(values: Mapping[str, object], *, indent: str = "") -> str:
    """Return names and values in two columns, harmless for a terminal; nothing of a value that is None.

    >>> lines({"User_Id": 5, "Name": "علی", "Family": None})
    'User_Id  5\\nName     علی\\n'
    """
    shown = {name: visible(cell_text(value)) for name, value in values.items() if value is not None}
    width = max(map(len, shown), default=0)
    return "".join(f"{indent}{name:<{width}}  {value}\n" for name, value in shown.items())


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # before 3.13 it quotes a CR only where lines end with one
    return line.getvalue().removesuffix("\r\n") + "\n"


def _as_json(row: Record) -> str:
    return json.dumps(row.model_dump(exclude_unset=True), ensure_ascii=False, default=_json_text)


def _json_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else cell_text(value)


def cell_text(value: object) -> str:
    """Return the text of a value in a row."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return format(value, "f")  # str() writes a price of zero as 0E-10
    return str(value)
