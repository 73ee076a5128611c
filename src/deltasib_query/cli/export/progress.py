"""The progress of an export on standard error."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeElapsedColumn
from rich.text import Text

from deltasib_query.cli.console import print_line, stderr
from deltasib_query.cli.language import said
from deltasib_query.messages.message import Message


class ExportProgress:
    """A bar on a terminal, and one line at the end.

    kept: whether the rows of an export that ends early are kept for a later run.
    """

    def __init__(self, output: Path, rows: int, total: int | None, *, kept: bool) -> None:
        self._output, self._rows, self._before, self._kept = str(output), rows, rows, kept
        self._began = time.monotonic()
        self._bar = Progress(
            BarColumn(),
            _Rows(),
            _Rate(),
            TimeElapsedColumn(),
            console=stderr,
            transient=True,
            disable=not stderr.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, completed=rows)

    def show(self, rows: int) -> None:
        """Show the number of rows so far."""
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
            rows, output, rate = self._rows, self._output, round(new / seconds)
            if new < rows:
                print_line(Message("command.exported.resumed", rows=rows, output=output, new=new, rate=rate))
            else:
                print_line(Message("command.exported", rows=rows, output=output, rate=rate))
        elif self._kept and self._rows:
            print_line(Message("command.so-far", rows=self._rows))


class _Rows(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(said(Message("command.rows", rows=int(task.completed))))


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(said(Message("command.rate", rows=round(task.speed or 0))))
