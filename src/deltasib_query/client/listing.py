"""Which page comes next and when to stop, and the lazy list over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from deltasib_query.client.protocol import Action, unexpected
from deltasib_query.errors import MultipleRowsError, NoRowsError, ParameterError, RepeatedPageError
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class ServerFacts:
    """What a client has seen of a list: its largest page, which tells a capped page from the last one."""

    largest_page: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows to ask for: LimitFrom and LimitCount."""

    start: int
    count: int


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

    def next(self) -> Slice | None:
        """What to ask for, or None at the end."""
        if self._ended or self.left == 0:
            return None
        return Slice(self.offset, self.page_size if self.left is None else min(self.page_size, self.left))

    def received(self, asked: Slice, keys: Sequence[Any]) -> int:
        """Take note of a page by its rows' keys, and return how many of its rows belong to the walk.

        Raises `LookupError` for a page whose rows all stood in the page before.
        """
        count, seen = len(keys), frozenset(keys)
        if keys and seen <= self._previous:
            raise LookupError
        short = count < asked.count
        self._ended = not count or (short and self.server.largest_page >= asked.count)
        self.server.largest_page = max(self.server.largest_page, count)
        self._previous = seen
        self.offset += count
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


@dataclass(frozen=True, slots=True, repr=False)
class Listing(Generic[R]):
    """A list that has not been asked for yet. Iterate over it as often as you like; each time asks anew.

    Nothing is requested before the first row is wanted, and one page at a time is held in memory. It has no
    length: the service does not tell it.
    """

    action: Action
    record: type[R]
    fetch: Callable[[Slice], Sequence[R]]
    server: ServerFacts
    start: int
    limit: int | None
    page_size: int

    def __post_init__(self) -> None:
        _check_count("start", self.start, 0)
        _check_count("page_size", self.page_size, 1)
        if self.limit is not None:
            _check_count("limit", self.limit, 0)

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page.rows
            del page  # or it would stay in memory while the next one is fetched

    def pages(self) -> Iterator[Page[R]]:
        """Iterate page by page. No page is empty.

        Raises `ServiceError` or `TransportError` when the page that fails is asked for, and
        `RepeatedPageError` where the server answers the page before once more.
        """
        plan = PagePlan(self.start, self.limit, self.page_size, self.server)
        while asked := plan.next():
            page = self._page(plan, asked)
            if not page.rows:
                return
            yield page
            del page

    def _page(self, plan: PagePlan, asked: Slice) -> Page[R]:
        rows = self.fetch(asked)
        try:
            wanted = plan.received(asked, [self._identity(row) for row in rows])
        except LookupError:
            message = f"LimitFrom={asked.start} answers the same rows as the page before: going on would never end"
            raise unexpected(self.action, 200, message, RepeatedPageError) from None
        return Page(asked.start, tuple(rows[:wanted]))

    def _identity(self, row: R) -> Any:
        """What tells a row from others: its key, or all of it where the answer has no key."""
        key = getattr(row, self.record.key.name)
        return row.model_dump_json() if key is None else key

    def take(self, count: int) -> list[R]:
        """Return the first `count` rows, or as many as there are."""
        _check_count("count", count, 0)
        return list(self.limited(count))

    def first(self) -> R | None:
        """Return the first row, or None where there is none. Asks for one row."""
        return next(iter(self.limited(1)), None)

    def one_or_none(self) -> R | None:
        """Return the only row, or None. Asks for two rows; raises `MultipleRowsError` where both come."""
        rows = self.take(2)
        if len(rows) > 1:
            raise MultipleRowsError(f"{self.action.object} {self.action.name}: more than one row matches")
        return rows[0] if rows else None

    def one(self) -> R:
        """Return the only row. Raises `NoRowsError` or `MultipleRowsError` where there is not exactly one."""
        row = self.one_or_none()
        if row is None:
            raise NoRowsError(f"{self.action.object} {self.action.name}: no row matches")
        return row

    def nothing(self) -> Listing[R]:
        """Return the list of no rows, which asks the server nothing."""
        return replace(self, limit=0)

    def limited(self, count: int) -> Listing[R]:
        """Return the list of the first `count` rows at most."""
        return replace(self, limit=count if self.limit is None else min(count, self.limit))

    def __repr__(self) -> str:
        return f"<Listing[{self.record.__name__}] start={self.start} limit={self.limit} page_size={self.page_size}>"


def _check_count(parameter: str, value: object, lowest: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise ParameterError(parameter, f"a whole number of at least {lowest} is needed, not {value!r}")
