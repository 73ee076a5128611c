"""The contents of an export's work file, and the complete file that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from deltasib_query.cli.formats import Formatter, encoded
from deltasib_query.client.paging.atomic_file import AtomicFile
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.filters.record import Record


class TextContent:
    """Text: the work file becomes the complete file as it is."""

    def __init__(self, formatter: Formatter) -> None:
        self._formatter = formatter

    def rows(self, rows: Sequence[Record]) -> bytes:
        """Return the bytes of a page's rows, with those that belong in front of the first."""
        return encoded(self._formatter.rows(rows))

    def end(self) -> bytes:
        """Return the bytes behind the last row."""
        return encoded(self._formatter.end())

    def complete(self, work: AtomicFile) -> nullcontext[AtomicFile]:
        """Return the complete file, inside a ``with``."""
        return nullcontext(work)


class ParquetContent:
    """Parquet, which has its index at the end and cannot grow: the work file is an Arrow stream."""

    def __init__(self, listing: AnySyncListing[Any]) -> None:
        from deltasib_query.integrations import arrow

        self._arrow = arrow
        self._columns = arrow.schema(listing.record, listing.fields, listing.price_scale)
        self._heading: bytes = self._columns.serialize().to_pybytes()

    def rows(self, rows: Sequence[Record]) -> bytes:
        """Return the bytes of a page's rows, with those that belong in front of the first."""
        heading, self._heading = self._heading, b""
        written: bytes = self._arrow.batch(rows, self._columns).serialize().to_pybytes() if rows else b""
        return heading + written

    def end(self) -> bytes:
        """Return the bytes behind the last row."""
        return self.rows(())

    @contextmanager
    def complete(self, work: AtomicFile) -> Iterator[AtomicFile]:
        """Make the complete file, inside a ``with``; then the work file is not needed."""
        with AtomicFile.create(work.target, checkpoint=work.checkpoint) as complete:
            self._arrow.write_parquet(work.path, complete.file)
            yield complete
        work.keep = False
