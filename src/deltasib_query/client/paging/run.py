"""What the lists of both clients have in common, and one walk through a list. No I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from threading import Event
from typing import Any, Generic, NoReturn, Self, TypeAlias, TypeVar

from deltasib_query.client.paging.by_key import BEFORE_ALL, KeyPager, KeyRange
from deltasib_query.client.paging.by_offset import OffsetPager
from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.paging.page import Page, Pager, RowBatch, RowLimit, Selection, Slice, farthest
from deltasib_query.client.paging.query import ListPlan, check_count
from deltasib_query.client.wire.deadlines import Deadline
from deltasib_query.client.wire.responses import unexpected
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.errors import (
    BudgetError,
    DeltasibQueryError,
    FilterUsageError,
    InvalidRowError,
    MultipleRowsError,
    NoRowsError,
    RepeatedPageError,
    ResumeError,
    TransportError,
    needed,
)
from deltasib_query.filters.fields import ID_MAX
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message

R = TypeVar("R", bound=Record)
F = TypeVar("F")


@dataclass(frozen=True, repr=False, eq=False)
class AnyListing(Generic[R, F]):
    """What all lists have in common. `_fetch` requests a slice for a `PagingRun`."""

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
    def price_scale(self) -> int:
        """How many digits prices have behind the point, as the client's `ServerProfile` states it."""
        return self._plan.price_scale

    @property
    def limit(self) -> int | None:
        """How many rows come at most; None for all. A filter that is always false has 0."""
        return self._plan.position.left

    @property
    def start(self) -> int:
        """How many rows are skipped at the beginning; in a scan, the key behind which it begins, -1 for the lowest."""
        return self._plan.position.at

    @property
    def token(self) -> str:
        """The position at which the list begins, as the `token` of a page tells it: `resume` goes on from there."""
        return self._plan.scope.token(self._plan.position)

    def resume(self, token: str) -> Self:
        """Return the list from behind the page whose `token` this is, with the limit and page size of that walk.

        Raises `ResumeError` for anything but a token of this list and filter, made by this version of the package, and
        for a token whose position in the list is lost.
        """
        plan = self._plan
        position, page_size = plan.scope.read(token)
        lowest = 0 if plan.scope.by == "offset" else BEFORE_ALL
        if position.at < lowest or position.part >= len(plan.selections):
            raise ResumeError(Message("resume.no-token", reason=Message("resume.no-position")))
        return self._with(replace(plan, position=position, scope=replace(plan.scope, page_size=page_size)))

    def _with(self, plan: ListPlan[R]) -> Self:
        return replace(self, _plan=plan)

    def _limited(self, count: int) -> Self:
        return self._with(self._plan.limited(check_count("count", count)))

    def _within(self, keys: KeyRange) -> Self:
        if not isinstance(keys, KeyRange):
            raise needed("window", Message("rule.a", kind="KeyRange"), keys)
        check_count("after", keys.after, BEFORE_ALL)
        if keys.through is not None:
            check_count("through", keys.through, keys.after)
        plan = self._plan
        scope = replace(plan.scope, filter=f"{plan.scope.filter} {keys.after} {keys.through}")
        return self._with(replace(plan, key_range=keys, position=replace(plan.position, at=keys.after), scope=scope))

    def _only(self, rows: list[R]) -> R | None:
        if len(rows) > 1:
            raise MultipleRowsError(Message("rows.several", call=self._name))
        return rows[0] if rows else None

    def _there(self, row: R | None) -> R:
        if row is None:
            raise NoRowsError(Message("rows.none", call=self._name))
        return row

    @property
    def _name(self) -> str:
        return f"{self._plan.action.object} {self._plan.action.name}"

    def __bool__(self) -> NoReturn:
        raise FilterUsageError(Message("usage.list-as-bool"))

    def __contains__(self, row: object) -> NoReturn:
        raise FilterUsageError(Message("usage.in-list"))

    def __repr__(self) -> str:
        plan = self._plan
        start = f"start={self.start} " if plan.scope.by == "offset" else ""
        details = f"{start}limit={self.limit} page_size={plan.scope.page_size}"
        return f"<{type(self).__name__}[{plan.record.__name__}] {details}>"


class PagingRun(Generic[R]):
    """One walk through a list: the rows and requests that are left, and the position behind the last page.

    stopped: is set once the caller has left the walk, while a thread still fetches pages for it.
    """

    def __init__(self, plan: ListPlan[R]) -> None:
        self.plan, self._position = plan, plan.position
        self._limit = RowLimit(plan.position.left)
        self._seen = [*plan.position.seen]  # in order, for tokens, which may be made while the next page is fetched
        self._known = set(self._seen)
        self._part = self._requests = 0
        self.stopped = Event()

    @cached_property
    def deadline(self) -> Deadline | None:
        """When the walk has to end. Its time begins with the first request."""
        seconds = self.plan.options.max_seconds
        return None if seconds is None else Deadline.after(seconds)

    def batches(self) -> Pager:
        """Walk the remaining parts of the filter, one after the other."""
        plan = self.plan
        for selection in self._parts():
            if self.by_key:
                yield from self._key_pager(selection).pages(self._position)
            else:
                pager = OffsetPager(
                    plan.action, selection, self._limit, plan.scope.page_size, plan.options.on_drift, plan.page_cap
                )
                yield from pager.pages(self._position)

    def key_pagers(self) -> Iterator[tuple[KeyPager, Position]]:
        """Yield the pager of each remaining part of a scan, and the position where it begins."""
        for selection in self._parts():
            yield self._key_pager(selection), self._position

    def first_response(self) -> Pager:
        """Request the rows up to the limit once, and believe the response."""
        for selection in self._parts():
            text, start = selection.text, self._position.at
            if self.by_key:
                key: Any = self.plan.record.key
                rest = KeyRange(start, self.plan.key_range.through)
                text, start = selection.text_where(rest.condition(key)), 0
            response = yield Slice(start, self._limit.at_most(ID_MAX), text)
            yield RowBatch(start, response.rows, response.keys, Position(start + len(response.keys)))

    def count(self) -> Generator[Slice, PageResponse[Any], int]:
        """Count the rows by requests for single ones.

        Raises `RepeatedPageError` for a server that ignores LimitFrom.
        """
        total = 0
        for selection in self._parts():
            row = partial(Slice, count=1, filter=selection.text)
            before = self._position.at - 1
            rows = yield from farthest(lambda rows: row(before + rows), self._limit.at_most(ID_MAX))  # noqa: B023
            if rows == ID_MAX:
                message = Message("response.endless", behind=before + rows)
                raise unexpected(self.plan.action, 200, message, RepeatedPageError)
            total += rows
            if self._limit.left is not None:
                self._limit.left -= rows
        return total

    def highest_key(self) -> Generator[Slice, PageResponse[Any], int]:
        """Return the highest key; without rows, the key behind which the scan begins."""
        found = self.plan.key_range.after
        for selection in self._parts():
            found = max(found, (yield from self._key_pager(selection).highest()))
        return found

    @property
    def by_key(self) -> bool:
        """Whether the walk is a scan."""
        return self.plan.scope.by == "key"

    def _parts(self) -> Iterator[Selection[R]]:
        for part in range(self._position.part, len(self.plan.selections)):
            if self._position.ended or self._limit.left == 0:
                return
            self._part = part
            yield self.plan.selections[part]
            self._position = self._in_walk(replace(self._position, ended=True))

    def _key_pager(self, selection: Selection[R]) -> KeyPager:
        plan = self.plan
        return KeyPager(
            plan.action, selection, self._limit, plan.scope.page_size, plan.size, plan.max_url_bytes, plan.key_range
        )

    def spend(self) -> None:
        """Count a request.

        Raises `BudgetError` if no more requests or seconds are left, `TransportError` if the caller has left the walk.
        """
        if self.stopped.is_set():
            raise TransportError(Message("transport.left"))
        if self._requests == self.plan.options.max_requests:
            raise BudgetError(Message("budget.requests", requests=self._requests))
        if self.deadline is not None:
            self.deadline.check()
        self._requests += 1

    @contextmanager
    def resumable(self) -> Iterator[None]:
        """Give an error that is raised inside its `resume_token`.

        Only here an error gets what was not known where it was raised: a request does not know for which walk it is
        made, and only the walk knows the position behind the last page.
        """
        try:
            yield
        except DeltasibQueryError as error:
            error.resume_token = self.token
            raise

    def page(self, batch: RowBatch) -> Page[R] | None:
        """Return the page of a batch, without rows that came before or are beyond the limit; None if no row is left.

        Raises `InvalidRowError` for a row that could not be read, unless `on_bad_row` says otherwise.
        """
        options, rows = self.plan.options, batch.rows
        if not self.plan.disjoint:
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
        self._position = self._in_walk(batch.position)
        if options.on_bad_row == "skip":
            bad = ()
        if not rows and not bad:
            return None
        return Page(batch.start, rows, bad, batch.drift, partial(self.plan.scope.token, self._position))

    def _in_walk(self, position: Position) -> Position:
        """Return the position of a part as one of the whole walk; behind the end of a part the next one begins."""
        part = self._part
        if position.ended and part + 1 < len(self.plan.selections):
            position, part = Position(self.plan.key_range.after if self.by_key else 0), part + 1
        return replace(position, left=self._limit.left, part=part, seen=self._seen, seen_count=len(self._seen))

    @property
    def token(self) -> str:
        """The position behind the last page, as a token."""
        return self.plan.scope.token(self._position)


Fetch: TypeAlias = Callable[[Slice, PagingRun[R]], PageResponse[R]]
"""Requests a slice for a walk."""
AsyncFetch: TypeAlias = Callable[[Slice, PagingRun[R]], Awaitable[PageResponse[R]]]
