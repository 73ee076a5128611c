"""Lists that have not been requested yet: what to request, and the pages that come of a walk.

`Listing` and `Scan` drive the pagers; their twins for ``async`` code stand in `async_listing`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeAlias, TypeVar, cast

from deltasib_query.client.paging.by_key import BEFORE_ALL, KeyPager, KeyRange
from deltasib_query.client.paging.by_offset import OffsetPager
from deltasib_query.client.paging.checkpoint import Checkpoint
from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.paging.page import Page, Pager, RowBatch, RowLimit, Selection, Slice, farthest, verified
from deltasib_query.client.paging.prefetching import ahead
from deltasib_query.client.paging.query import ListPlan, check_count
from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.responses import PageResponse, unexpected
from deltasib_query.errors import (
    BudgetError,
    DeltasibQueryError,
    FilterUsageError,
    InvalidRowError,
    MultipleRowsError,
    NoRowsError,
    ParameterError,
    RepeatedPageError,
    ResumeError,
    shown,
)
from deltasib_query.filters.fields import ID_MAX
from deltasib_query.filters.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

R = TypeVar("R", bound=Record)
F = TypeVar("F")
T = TypeVar("T")
Steps: TypeAlias = "Generator[Slice | RowBatch, Any, T] | Generator[Slice, Any, T]"
File: TypeAlias = "str | os.PathLike[str]"


@dataclass(frozen=True, repr=False, eq=False)
class AnyListing(Generic[R, F]):
    """What all lists share: everything that needs no I/O. `_fetch` gets the rows of a slice."""

    _plan: ListPlan[R]
    _fetch: F

    @property
    def record(self) -> type[R]:
        """The class of the rows."""
        return self._plan.record

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that are requested."""
        return self._plan.fields

    @property
    def limit(self) -> int | None:
        """How many rows are walked at most; None for all."""
        return self._plan.position.left

    def resume(self, token: str) -> Self:
        """Return the list from behind the page whose `token` this is, with that walk's limit and page size.

        Raises `ResumeError` for what is no token, one of another list, filter or version, and one whose place is lost.
        """
        plan = self._plan
        position, page_size = plan.scope.read(token)
        lowest = 0 if plan.scope.by == "offset" else BEFORE_ALL
        if position.at < lowest or position.part >= len(plan.split.parts):
            raise ResumeError("this is no token of a walk (there is no such place)")
        return self._with(position=position, scope=replace(plan.scope, page_size=page_size))

    def _with(self, **changes: Any) -> Self:
        return replace(self, _plan=replace(self._plan, **changes))

    def _limited(self, count: int) -> Self:
        count = check_count("count", count)
        position = self._plan.position
        left = count if position.left is None else min(count, position.left)
        return self._with(position=replace(position, left=left))

    def _within(self, keys: KeyRange) -> Self:
        if not isinstance(keys, KeyRange):
            raise ParameterError("window", f"a KeyRange is needed, not {shown(keys)}")
        check_count("after", keys.after, BEFORE_ALL)
        if keys.through is not None:
            check_count("through", keys.through, keys.after)
        plan = self._plan
        scope = replace(plan.scope, filter=f"{plan.scope.filter} {keys.after} {keys.through}")
        return self._with(key_range=keys, position=replace(plan.position, at=keys.after), scope=scope)

    def _resumed(self, file: Checkpoint | None) -> Self:
        token = file.read() if file else None
        return self if token is None else self.resume(token)

    def _only(self, rows: list[R]) -> R | None:
        if len(rows) > 1:
            raise MultipleRowsError(f"{self._name()}: more than one row matches")
        return rows[0] if rows else None

    def _there(self, row: R | None) -> R:
        if row is None:
            raise NoRowsError(f"{self._name()}: no row matches")
        return row

    def _name(self) -> str:
        return f"{self._plan.action.object} {self._plan.action.name}"

    def __bool__(self) -> NoReturn:
        raise FilterUsageError("a list is requested when it is walked: .first() is not None tells whether it has a row")

    def __contains__(self, row: object) -> NoReturn:
        raise FilterUsageError("`in` would walk the whole list: ask for the row by a filter, with .one_or_none()")

    def __repr__(self) -> str:
        plan = self._plan
        where = f"start={plan.position.at} " if plan.scope.by == "offset" else ""
        shown = f"{where}limit={plan.position.left} page_size={plan.scope.page_size}"
        return f"<{type(self).__name__}[{plan.record.__name__}] {shown}>"


class PagingRun(Generic[R]):
    """One walk: what is still wanted, what has been used up, the position behind the last page."""

    def __init__(self, plan: ListPlan[R]) -> None:
        self._plan, self._position = plan, plan.position
        self._limit = RowLimit(plan.position.left)
        self._seen = [*plan.position.seen]  # in order, for tokens, which may be made while the next page is fetched
        self._known = set(self._seen)
        self._part = self._requests = 0
        seconds = plan.options.max_seconds
        self.deadline = None if seconds is None else Deadline.after(seconds)

    def pages(self) -> Pager:
        """Walk the parts of the filter that are left, one after the other."""
        plan = self._plan
        for selection in self._parts():
            if self.by_key:
                yield from self._by_key(selection).pages(self._position)
            else:
                how = plan.scope.page_size, plan.options.on_drift, plan.page_cap
                yield from OffsetPager(plan.action, selection, self._limit, *how).pages(self._position)

    def key_pagers(self) -> Iterator[tuple[KeyPager, Position]]:
        """Return the pager of each part of a scan, and where it begins."""
        for selection in self._parts():
            yield self._by_key(selection), self._position

    def first_answer(self) -> Pager:
        """Request the rows that are wanted once, and believe the answer."""
        for selection in self._parts():
            filter, start = selection.filter, self._position.at
            if self.by_key:
                key: Any = self._plan.record.key
                filter, start = selection.where(KeyRange(start, self._plan.key_range.through).condition(key)), 0
            answered = yield Slice(start, self._limit.at_most(ID_MAX), verified(filter))
            yield RowBatch(start, answered.rows, answered.keys, Position(start + len(answered.keys)))

    def count(self) -> Generator[Slice, PageResponse[Any], int]:
        """Count the rows that are left, by requests for single ones.

        Raises `RepeatedPageError` for a server that has rows however far behind they are requested.
        """
        total = 0
        for selection in self._parts():
            row = partial(Slice, count=1, filter=verified(selection.filter))
            before = self._position.at - 1
            rows = yield from farthest(lambda rows: row(before + rows), self._limit.at_most(ID_MAX))  # noqa: B023
            if rows == ID_MAX:
                message = f"the server ignores LimitFrom: it answers a row to LimitFrom={before + rows} too"
                raise unexpected(self._plan.action, 200, message, RepeatedPageError)
            total += rows
            if self._limit.left is not None:
                self._limit.left -= rows
        return total

    def highest(self) -> Generator[Slice, PageResponse[Any], int]:
        """Return the highest key, or that behind which the scan begins where there is none."""
        found = self._plan.key_range.after
        for selection in self._parts():
            found = max(found, (yield from self._by_key(selection).highest()))
        return found

    @property
    def by_key(self) -> bool:
        """Whether the walk is a scan."""
        return self._plan.scope.by == "key"

    def _parts(self) -> Iterator[Selection[R]]:
        parts = self._plan.split.parts
        for part in range(self._position.part, len(parts)):
            if self._position.ended or self._limit.left == 0:
                return
            self._part = part
            yield Selection(self._plan.record, parts[part])
            self._position = self._stand(replace(self._position, ended=True))

    def _by_key(self, selection: Selection[R]) -> KeyPager:
        plan = self._plan
        limits = plan.size, plan.max_url_bytes
        return KeyPager(plan.action, selection, self._limit, plan.scope.page_size, *limits, plan.key_range)

    def spend(self) -> None:
        """Take a request from the budget. Raises `BudgetError` where there is none left."""
        options = self._plan.options
        if self._requests == options.max_requests:
            raise BudgetError(f"the walk has taken the {self._requests:,} requests that it may take")
        if self.deadline is not None:
            self.deadline.check()
        self._requests += 1

    def page(self, batch: RowBatch) -> Page[R] | None:
        """Make a page of a batch, as far as it is wanted and new; None where nothing is left of it.

        Raises `InvalidRowError` for a row that cannot be read, unless the walk goes on without it.
        """
        options, rows = self._plan.options, batch.rows
        if not self._plan.split.disjoint:
            rows = [row for row, key in zip(rows, batch.keys, strict=True) if key not in self._known]
            self._seen += [key for key in dict.fromkeys(batch.keys) if key not in self._known]
            self._known.update(batch.keys)
        rows = rows[: self._limit.at_most(len(rows))]
        bad = tuple(row for row in rows if isinstance(row, InvalidRowError))
        if bad:
            if options.on_bad_row == "raise":
                raise bad[0]
            rows = [row for row in rows if not isinstance(row, InvalidRowError)]
        if self._limit.left is not None:
            self._limit.left -= len(rows) + len(bad)
        self._position = self._stand(batch.position)
        if options.on_bad_row == "skip":
            bad = ()
        if not rows and not bad:
            return None
        return Page(batch.start, rows, bad, batch.drift, partial(self._plan.scope.token, self._position))

    def _stand(self, position: Position) -> Position:
        """Return a position with what concerns the whole walk; behind the end of one part the next one begins."""
        part = self._part
        if position.ended and part + 1 < len(self._plan.split.parts):
            position, part = Position(self._plan.key_range.after if self.by_key else 0), part + 1
        return replace(position, left=self._limit.left, part=part, seen=self._seen, seen_count=len(self._seen))

    @property
    def token(self) -> str:
        """The position behind the last page, as a token."""
        return self._plan.scope.token(self._position)


class AnySyncListing(AnyListing[R, Callable[[Slice, Event, Deadline | None], PageResponse[R]]]):
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

        Raises `ServiceError` or `TransportError` when the page that fails is requested, with a `resume_token` that goes
        on from there; `DriftError` where the place of a list is lost, `RepeatedPageError` where the server ignores
        LimitFrom, `BudgetError` when `max_requests` or `max_seconds` are used up; `ResumeError` for a file of another
        walk.
        """
        file = Checkpoint(checkpoint) if checkpoint is not None else None
        listing = self._resumed(file)
        run, stopped = PagingRun(listing._plan), Event()
        pages = listing._pages(run, run.pages(), stopped)
        prefetch = listing._plan.options.prefetch
        if prefetch:
            pages = ahead(pages, prefetch, stopped.set)
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
            file.write(run.token)

    def _pages(self, run: PagingRun[R], pager: Pager, stopped: Event) -> Generator[Page[R], None, None]:
        try:
            for batch in self._drive(pager, run, stopped):
                page = run.page(batch)
                del batch
                if page is not None:  # one of bad rows only has no length
                    yield page
                del page
        except DeltasibQueryError as error:
            error.resume_token = run.token
            raise

    def _drive(self, steps: Steps[T], run: PagingRun[R], stopped: Event) -> Generator[RowBatch, None, T]:
        answered = None
        while True:
            try:
                step = steps.send(answered)
            except StopIteration as end:
                return cast("T", end.value)
            answered = None
            if isinstance(step, Slice):
                if stopped.is_set():
                    return cast("T", None)  # nobody waits for it
                run.spend()
                answered = self._fetch(step, stopped, run.deadline)
            else:
                yield step

    def _result(self, steps: Generator[Slice, PageResponse[Any], int], run: PagingRun[R]) -> int:
        """Return the number that comes of requests."""
        try:
            next(self._drive(steps, run, Event()))
        except StopIteration as end:
            return cast("int", end.value)
        raise AssertionError

    def to_arrow(self) -> pa.RecordBatchReader:
        """Return the rows for Apache Arrow, and so for pandas, polars and DuckDB: a batch a page, typed columns.

        The columns are the fields requested. Nothing is requested before the first batch is wanted, and one is held in
        memory at a time. Needs pyarrow (extra ``arrow``), or raises `MissingExtraError`. The reader raises as `pages`,
        and `ColumnError` for a value that its column cannot hold.
        """
        from deltasib_query.integrations.arrow import reader

        return reader(self._plan.record, self._plan.fields, self.pages())

    def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        return list(self._limited(count))

    def first(self) -> R | None:
        """Return the first row, or None where there is none. A list requests one row."""
        return next(iter(self._limited(1)), None)

    def one_or_none(self) -> R | None:
        """Return the only row, or None. Requests two rows, once, and believes the answer.

        Raises `MultipleRowsError` where two come.
        """
        run = PagingRun(self._limited(2)._plan)
        return self._only([row for page in self._pages(run, run.first_answer(), Event()) for row in page])

    def one(self) -> R:
        """Return the only row, as `one_or_none`. Raises `NoRowsError` or `MultipleRowsError` for none and for more."""
        return self._there(self.one_or_none())


@dataclass(frozen=True, repr=False, eq=False)
class Listing(AnySyncListing[R]):
    """A list that has not been requested yet. Iterate over it as often as you like: each time requests it again.

    Nothing is requested before the first row is wanted, and one page at a time is held in memory. It has no
    length: the service does not tell it. No connection is held between pages.
    """

    def count(self) -> int:
        """Count the rows, by requests for single ones: about twice as many as the number has binary digits.

        Exact while no row comes or goes. Where a list of texts makes a filter too long for one request, the rows are
        walked. Raises as `pages`.
        """
        if not self._plan.split.disjoint:
            return sum(len(page) for page in self.pages())
        run = PagingRun(self._plan)
        return self._result(run.count(), run)


@dataclass(frozen=True, repr=False, eq=False)
class Scan(AnySyncListing[R]):
    """A list that is walked by key, in the order of the keys, and has not been requested yet.

    It requests ranges of keys that go into one page each, ``(filter) and key > a and key <= b``, and takes one for
    complete when the server has nothing to answer for the keys that have not come. So it needs no order; its cost grows
    with the number of rows, not with its square; and every row that is there throughout comes exactly once, whatever
    comes and goes meanwhile.
    """

    def windows(self, count: int) -> list[KeyRange]:
        """Divide the scan into at most `count` ranges of keys, for as many workers; `within` is the scan of one.

        They are of equal width up to the highest key, which is found by some 2 * log2(key) requests. A `KeyRange` is
        small and can be pickled. Raises as `pages`.
        """
        check_count("count", count, 1)
        run = PagingRun(self._plan)
        return self._plan.key_range.shares(count, self._result(run.highest(), run))

    def within(self, window: KeyRange) -> Self:
        """Return the scan of one range of keys. A limit holds for each range."""
        return self._within(window)
