"""Lists that have not been asked for yet: what is asked for, and the pages that come of a walk.

`Listing` and `Scan` drive the walks; their twins for ``async`` code stand in `async_listing`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, cast

from deltasib_query.client.answering import Answered
from deltasib_query.client.checkpoint import Checkpoint
from deltasib_query.client.offsets import OffsetWalk
from deltasib_query.client.prefetching import ahead
from deltasib_query.client.protocol import Action
from deltasib_query.client.resuming import Place, Walked
from deltasib_query.client.scans import BEFORE_ALL, EVERYTHING, ScanWalk, Window
from deltasib_query.client.splitting import Split
from deltasib_query.client.walks import (
    Found,
    Options,
    Page,
    Selection,
    ServerFacts,
    Slice,
    Wanted,
    check_count,
)
from deltasib_query.errors import (
    BudgetError,
    DeltasibQueryError,
    InvalidRowError,
    MultipleRowsError,
    NoRowsError,
    ParameterError,
    ResumeError,
    shown,
)
from deltasib_query.schema.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

R = TypeVar("R", bound=Record)
F = TypeVar("F")
T = TypeVar("T")
Steps: TypeAlias = "Generator[Slice | Found, Any, T] | Generator[Slice, Any, T]"
File: TypeAlias = "str | os.PathLike[str]"


@dataclass(frozen=True, repr=False, eq=False)
class AnyListing(Generic[R, F]):
    """What all lists share: what is asked for, and everything that needs no I/O.

    `fields` names what is asked for; `fetch` gets the rows of a slice; `server` is what all walks of a client through
    this list have seen.
    """

    action: Action
    record: type[R]
    fields: tuple[str, ...]
    fetch: F
    server: ServerFacts
    split: Split
    walked: Walked
    options: Options
    place: Place
    window: Window = EVERYTHING
    workers: int = 1

    def nothing(self) -> Self:
        """Return the list of no rows, which asks the server nothing."""
        return self.limited(0)

    def limited(self, count: int) -> Self:
        """Return the list of the first `count` rows at most."""
        check_count("count", count, 0)
        left = self.place.left
        return replace(self, place=replace(self.place, left=count if left is None else min(count, left)))

    def resume(self, token: str) -> Self:
        """Return the list from behind the page whose `token` this is, with that walk's limit and page size.

        Raises `ResumeError` for what is no token, or one of another list or filter.
        """
        place, page_size = self.walked.read(token)
        lowest = 0 if self.walked.by == "offset" else BEFORE_ALL
        if place.at < lowest or place.part >= len(self.split.parts):
            raise ResumeError("this is no token of a walk (there is no such place)")
        return replace(self, place=place, walked=replace(self.walked, page_size=page_size))

    def _within(self, window: Window) -> Self:
        if not isinstance(window, Window):
            raise ParameterError("window", f"a Window is needed, not {shown(window)}")
        check_count("after", window.after, BEFORE_ALL)
        if window.through is not None:
            check_count("through", window.through, window.after)
        filter = f"{self.walked.filter} {window.after} {window.through}"
        return replace(
            self,
            window=window,
            place=replace(self.place, at=window.after),
            walked=replace(self.walked, filter=filter),
        )

    def _resumed(self, file: Checkpoint | None) -> Self:
        token = file.read() if file else None
        return self if token is None else self.resume(token)

    def _name(self) -> str:
        return f"{self.action.object} {self.action.name}"

    def _only(self, rows: list[R]) -> R | None:
        if len(rows) > 1:
            raise MultipleRowsError(f"{self._name()}: more than one row matches")
        return rows[0] if rows else None

    def _there(self, row: R | None) -> R:
        if row is None:
            raise NoRowsError(f"{self._name()}: no row matches")
        return row

    def __repr__(self) -> str:
        where = f"start={self.place.at} " if self.walked.by == "offset" else ""
        shown = f"{where}limit={self.place.left} page_size={self.walked.page_size}"
        return f"<{type(self).__name__}[{self.record.__name__}] {shown}>"


class Progress(Generic[R]):
    """How far one walk has come: what is still wanted, what has been used up, the place behind the last page."""

    def __init__(self, listing: AnyListing[R, Any]) -> None:
        self._listing, self._place = listing, listing.place
        self._wanted = Wanted(listing.place.left)
        self._seen = [*listing.place.seen]  # in order, for tokens, which may be made while the next page is fetched
        self._known = set(self._seen)
        self._requests, self._began = 0, time.monotonic()

    def walks(self) -> Iterator[tuple[OffsetWalk | ScanWalk, Place]]:
        """Return the walks that are left, and where each begins: one for each part that a filter is split into."""
        listing = self._listing
        parts = listing.split.parts
        while not self._place.ended and self._wanted.left != 0:
            yield self._walk(Selection(listing.record, parts[self._place.part])), self._place
            if self._place.part + 1 < len(parts):
                at = listing.window.after if listing.walked.by == "key" else 0
                self._place = self._stand(Place(at), self._place.part + 1)
            else:
                self._place = replace(self._place, ended=True)

    def counts(self) -> Iterator[Generator[Slice, Any, int]]:
        """Return walks that count the rows that are left, one for each part."""
        for walk, place in self.walks():
            assert isinstance(walk, OffsetWalk)
            yield walk.count(place.at)

    def counted(self, rows: int) -> int:
        """Take note of rows that have been counted."""
        if self._wanted.left is not None:
            self._wanted.left -= rows
        return rows

    def highest(self) -> Iterator[Generator[Slice, Any, int]]:
        """Return walks that find the highest key, one for each part."""
        for walk, _ in self.walks():
            assert isinstance(walk, ScanWalk)
            yield walk.highest()

    def _walk(self, selection: Selection[R]) -> OffsetWalk | ScanWalk:
        listing, options = self._listing, self._listing.options
        shared = listing.action, selection, listing.server, self._wanted, listing.walked.page_size
        if listing.walked.by == "key":
            return ScanWalk(*shared, listing.window)
        return OffsetWalk(*shared, options.overlap, options.on_drift)

    def spend(self) -> None:
        """Take a request from the budget. Raises `BudgetError` where there is none left."""
        options = self._listing.options
        if self._requests == options.max_requests:
            raise BudgetError(f"the walk has taken the {self._requests:,} requests that it may take")
        if options.max_seconds is not None and time.monotonic() - self._began > options.max_seconds:
            raise BudgetError(f"the walk has taken the {options.max_seconds:g} seconds that it may take")
        self._requests += 1

    def page(self, found: Found) -> Page[R] | None:
        """Make a page of what was found, as far as it is wanted and new; None where nothing is left of it.

        Raises `InvalidRowError` for a row that cannot be read, unless the walk goes on without it.
        """
        rows = found.rows
        if not self._listing.split.disjoint:
            rows = [row for row, key in zip(rows, found.keys, strict=True) if key not in self._known]
            self._seen += [key for key in dict.fromkeys(found.keys) if key not in self._known]
            self._known.update(found.keys)
        rows = rows[: self._wanted.at_most(len(rows))]
        bad = tuple(row for row in rows if isinstance(row, InvalidRowError))
        if bad:
            if self._listing.options.on_bad_row == "raise":
                raise bad[0]
            rows = [row for row in rows if not isinstance(row, InvalidRowError)]
        if self._wanted.left is not None:
            self._wanted.left -= len(rows) + len(bad)
        self._place = self._stand(found.place, self._place.part)
        if self._listing.options.on_bad_row == "skip":
            bad = ()
        if not rows and not bad:
            return None
        return Page(found.start, tuple(rows), bad, found.drift, self._place, self._listing.walked)

    def _stand(self, place: Place, part: int) -> Place:
        return replace(place, left=self._wanted.left, part=part, seen=self._seen, seen_count=len(self._seen))

    @property
    def token(self) -> str:
        """The place behind the last page, as a token."""
        return self._listing.walked.token(self._place)


class AnySyncListing(AnyListing[R, Callable[..., Answered[R]]]):
    """What `Listing` and `Scan` share."""

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page.rows
            del page  # or it would stay in memory while the next one is fetched

    def pages(self, *, checkpoint: File | None = None) -> Generator[Page[R], None, None]:
        """Iterate page by page. No page is empty.

        checkpoint: a file that keeps the place of the walk. It is written when the caller comes back for the next page,
            so that a program that is killed gets that page again, and loses none. A walk begins where the file says;
            when the walk has come to its end the file says so, and there are no more pages.

        Raises `ServiceError` or `TransportError` when the page that fails is asked for, with a `resume_token` that goes
        on from there; `RepeatedPageError` where the server goes on answering the page before; `ResumeError` for a
        file of another walk.
        """
        file = Checkpoint(checkpoint) if checkpoint is not None else None
        listing = self._resumed(file)
        progress, stopped = Progress(listing), Event()
        pages = listing._pages(progress, stopped)
        if listing.options.prefetch:
            pages = ahead(pages, listing.options.prefetch, stopped.set)
        try:
            with closing(pages):
                for page in pages:
                    yield page
                    if file:
                        file.write(page.token)
                    del page
        except DeltasibQueryError as error:
            if file and error.resume_token:
                file.write(error.resume_token)  # behind the last page, and what has no row
            raise
        if file:
            file.write(progress.token)

    def _pages(self, progress: Progress[R], stopped: Event) -> Generator[Page[R], None, None]:
        try:
            for walk, place in progress.walks():
                for found in self._drive(walk.pages(place), progress, stopped):
                    page = progress.page(found)
                    del found
                    if page is not None:  # one of bad rows only has no length
                        yield page
                    del page
        except DeltasibQueryError as error:
            error.resume_token = progress.token
            raise

    def _drive(self, walk: Steps[T], progress: Progress[R], stopped: Event) -> Generator[Found, None, T]:
        answered = None
        while True:
            try:
                step = walk.send(answered)
            except StopIteration as end:
                return cast("T", end.value)
            answered = None
            if isinstance(step, Slice):
                if stopped.is_set():
                    return cast("T", None)  # nobody waits for it
                progress.spend()
                answered = self.fetch(step, stopped)
            else:
                yield step

    def _asked(self, walk: Steps[T], progress: Progress[R]) -> T:
        """Return what comes of a walk that finds no rows, but an answer."""
        steps = self._drive(walk, progress, Event())
        try:
            next(steps)
        except StopIteration as end:
            return cast("T", end.value)
        raise AssertionError

    def to_arrow(self) -> pa.RecordBatchReader:
        """Return the rows for Apache Arrow, and so for pandas, polars and DuckDB: a batch a page, typed columns.

        The columns are the fields asked for. Nothing is requested before the first batch is wanted, and one is held in
        memory at a time. Needs pyarrow (extra ``arrow``), or raises `MissingExtraError`. The reader raises as `pages`,
        and `ColumnError` for a value that its column cannot hold.
        """
        from deltasib_query.integrations.arrow import reader

        return reader(self.record, self.fields, self.pages())

    def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        return list(self.limited(count))

    def first(self) -> R | None:
        """Return the first row, or None where there is none. Asks for one row."""
        return next(iter(self.limited(1)), None)

    def one_or_none(self) -> R | None:
        """Return the only row, or None. Asks for two rows; raises `MultipleRowsError` where both come."""
        return self._only(self.take(2))

    def one(self) -> R:
        """Return the only row. Raises `NoRowsError` or `MultipleRowsError` where there is not exactly one."""
        return self._there(self.one_or_none())


@dataclass(frozen=True, repr=False, eq=False)
class Listing(AnySyncListing[R]):
    """A list that has not been asked for yet. Iterate over it as often as you like; each time asks anew.

    Nothing is requested before the first row is wanted, and one page at a time is held in memory. It has no
    length: the service does not tell it. No connection is held between pages.
    """

    def count(self) -> int:
        """Count the rows, by asking for single ones: about twice as many requests as the number has binary digits.

        Exact while nothing comes or goes. A filter over texts that takes several requests is walked. Raises as `pages`.
        """
        if not self.split.disjoint:
            return sum(len(page) for page in self.pages())
        progress = Progress(self)
        return sum(progress.counted(self._asked(walk, progress)) for walk in progress.counts())


@dataclass(frozen=True, repr=False, eq=False)
class Scan(AnySyncListing[R]):
    """A list that is walked by key, in the order of the keys, and has not been asked for yet.

    It asks for windows of keys that go into one page each, ``(filter) and key > a and key <= b``, and takes one for
    complete when nothing follows behind its rows. So it needs no order; its cost grows with the number of rows, not
    with its square; and every row that is there throughout comes exactly once, whatever comes and goes meanwhile.
    """

    def windows(self, count: int) -> list[Window]:
        """Return windows that together are the whole scan, for as many workers: each a share of the keys in use.

        Finds the highest key by some 2 * log2(key) requests. Small, picklable; `within` is the scan of one. Raises as
        `pages`.
        """
        check_count("count", count, 1)
        progress = Progress(self)
        found = (self._asked(walk, progress) for walk in progress.highest())
        return self.window.shares(count, max(found, default=self.window.after))

    def within(self, window: Window) -> Self:
        """Return the scan of the keys of a window only. A limit is one for each window."""
        return self._within(window)
