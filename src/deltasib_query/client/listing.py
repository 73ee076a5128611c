"""Which page comes next and when to stop, and the lazy list over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, Self, TypeVar

from deltasib_query.client.protocol import Action, Answered, unexpected
from deltasib_query.errors import MultipleRowsError, NoRowsError, ParameterError, RepeatedPageError, shown
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)
F = TypeVar("F")

PAGE_SIZE: Final = 100
"""Rows asked for at a time: the service's own default for LimitCount [guide]."""


@dataclass(slots=True)
class ServerFacts:
    """What a client has seen of a list: its largest page, which tells a capped page from the last one."""

    largest_page: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows to ask for."""

    start: int
    count: int

    def parameters(self) -> dict[str, str]:
        """Return them as the service takes them."""
        return {"LimitFrom": str(self.start), "LimitCount": str(self.count)}


@dataclass(slots=True)
class PagePlan:
    """The pages of one walk through a list. Told what came, it says what to ask for next.

    The service documents no total and no order, and may cap LimitCount [inferred]. So the next page starts
    behind the rows *received*; an empty page is the end; a short one is, once the server has been seen to
    serve as many rows as were asked for.

    >>> plan = PagePlan(0, 150, 100, ServerFacts())
    >>> plan.next(), plan.received(plan.next(), list(range(100))), plan.next()
    (Slice(start=0, count=100), 100, Slice(start=100, count=50))
    """

    offset: int
    left: int | None
    page_size: int
    server: ServerFacts
    _ended: bool = False
    _previous: frozenset[Any] = frozenset()
    _repeated: bool = False

    def next(self) -> Slice | None:
        """What to ask for, or None at the end."""
        if self._ended or self.left == 0:
            return None
        return Slice(self.offset, self.page_size if self.left is None else min(self.page_size, self.left))

    def received(self, asked: Slice, keys: Sequence[Any], *, last: bool = False) -> int:
        """Take note of a page by its rows' keys, and return how many of its rows belong to the walk.

        `last` says that the answer itself tells that there is no more. Of a page whose rows all stood in the page
        before none is taken: rows that came or went while the list was walked have moved it. After a second such
        page in a row `LookupError` is raised: the server does not mind LimitFrom.
        """
        count, seen = len(keys), frozenset(keys)
        repeated = bool(keys) and seen <= self._previous
        if repeated and self._repeated:
            raise LookupError
        self._repeated = repeated
        short = count < asked.count
        self._ended = last or not count or (short and self.server.largest_page >= asked.count)
        self.server.largest_page = max(self.server.largest_page, count)
        self.offset += count
        if repeated:
            return 0
        self._previous = seen
        if self.left is None:
            return count
        wanted = min(count, self.left)
        self.left -= wanted
        return wanted


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page: its rows, and the offset of the first of them."""

    start: int
    rows: tuple[R, ...] = field(repr=False)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class AnyListing(Generic[R, F]):
    """What `Listing` and `AsyncListing` share: what is asked for, and everything that needs no I/O.

    `fetch` gets the rows of a slice; `server` is what all walks of a client through this list have seen.
    """

    action: Action
    record: type[R]
    fetch: F
    server: ServerFacts
    start: int = 0
    limit: int | None = None
    page_size: int = PAGE_SIZE

    def __post_init__(self) -> None:
        check_count("start", self.start, 0)
        check_count("page_size", self.page_size, 1)
        if self.limit is not None:
            check_count("limit", self.limit, 0)

    def nothing(self) -> Self:
        """Return the list of no rows, which asks the server nothing."""
        return replace(self, limit=0)

    def limited(self, count: int) -> Self:
        """Return the list of the first `count` rows at most."""
        check_count("count", count, 0)
        return replace(self, limit=count if self.limit is None else min(count, self.limit))

    def _plan(self) -> PagePlan:
        return PagePlan(self.start, self.limit, self.page_size, self.server)

    def _page(self, plan: PagePlan, asked: Slice, answered: Answered[R]) -> Page[R]:
        rows, last = answered
        try:
            wanted = plan.received(asked, [self._identity(row) for row in rows], last=last)
        except LookupError:
            message = f"LimitFrom={asked.start} answers the same rows as the page before: going on would never end"
            raise unexpected(self.action, 200, message, RepeatedPageError) from None
        return Page(asked.start, tuple(rows[:wanted]))

    def _identity(self, row: R) -> Any:
        """What tells a row from others: its key, or all of it where the answer has no key."""
        key = getattr(row, self.record.key.name)
        return row.model_dump_json() if key is None else key

    def _only(self, rows: Sequence[R]) -> R | None:
        if len(rows) > 1:
            raise MultipleRowsError(f"{self.action.object} {self.action.name}: more than one row matches")
        return rows[0] if rows else None

    def _there(self, row: R | None) -> R:
        if row is None:
            raise NoRowsError(f"{self.action.object} {self.action.name}: no row matches")
        return row

    def __repr__(self) -> str:
        shown = f"start={self.start} limit={self.limit} page_size={self.page_size}"
        return f"<{type(self).__name__}[{self.record.__name__}] {shown}>"


class Listing(AnyListing[R, Callable[[Slice], Answered[R]]]):
    """A list that has not been asked for yet. Iterate over it as often as you like; each time asks anew.

    Nothing is requested before the first row is wanted, and one page at a time is held in memory. It has no
    length: the service does not tell it. No connection is held between pages.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page.rows
            del page  # or it would stay in memory while the next one is fetched

    def pages(self) -> Iterator[Page[R]]:
        """Iterate page by page. No page is empty.

        Raises `ServiceError` or `TransportError` when the page that fails is asked for, and `RepeatedPageError`
        where the server goes on answering the page before.
        """
        plan = self._plan()
        while asked := plan.next():
            page = self._page(plan, asked, self.fetch(asked))
            if page.rows:
                yield page
            del page

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


class AsyncListing(AnyListing[R, Callable[[Slice], Awaitable[Answered[R]]]]):
    """A list that has not been asked for yet, for ``async for``; `Listing` says the rest."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[R]:
        async for page in self.pages():
            for row in page.rows:
                yield row
            del page

    async def pages(self) -> AsyncIterator[Page[R]]:
        """Iterate page by page, as `Listing.pages`."""
        plan = self._plan()
        while asked := plan.next():
            page = self._page(plan, asked, await self.fetch(asked))
            if page.rows:
                yield page
            del page

    async def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        return [row async for row in self.limited(count)]

    async def first(self) -> R | None:
        """Return the first row, or None where there is none. Asks for one row."""
        rows = await self.take(1)
        return rows[0] if rows else None

    async def one_or_none(self) -> R | None:
        """Return the only row, or None. Asks for two rows; raises `MultipleRowsError` where both come."""
        return self._only(await self.take(2))

    async def one(self) -> R:
        """Return the only row. Raises `NoRowsError` or `MultipleRowsError` where there is not exactly one."""
        return self._there(await self.one_or_none())


def check_count(parameter: str, value: object, lowest: int) -> None:
    """Raise `ParameterError` for what is no whole number, or below `lowest`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise ParameterError(parameter, f"a whole number of at least {lowest} is needed, not {shown(value)}")
