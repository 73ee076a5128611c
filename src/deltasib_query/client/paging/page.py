"""What walks by offset and by key have in common: requests for rows, batches of rows, pages, options. No I/O.

A pager decides what a walk requests. It is a generator, so that it needs no I/O and both clients share it: it yields
each `Slice` to request and is sent the `PageResponse`; it yields each `RowBatch` of rows and is sent nothing. `driving`
has the loop that makes the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypedDict, TypeVar

from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.errors import InvalidRowError
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import verified_text
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)

PAGE_SIZE: Final = 100
"""Rows requested at a time: the service's own default for LimitCount [guide]."""


class PagingOptions(TypedDict, total=False):
    """How a list is walked: the options that every list and scan takes by name.

    prefetch: how many pages are fetched ahead while the caller works on one; none by default.
    on_drift: what to do if rows have come or gone in front of the position in a list: "recover" (the default) finds
        the position again and goes on, "raise" raises `DriftError` behind the page that has the drift. A scan does not
        drift.
    on_bad_row: what to do with a row that cannot be read: "raise" (the default) raises `InvalidRowError`, "skip" leaves
        it out, "collect" puts its error in the page's `bad_rows`. It counts for a `limit` in any case.
    max_requests: how many requests a walk may make, including those of `prefetch`. A request that is retried counts
        once.
    max_seconds: how long a walk may take, including the time in which the caller works on the rows. A request or a
        pause under way ends then too.
    """

    prefetch: int
    on_drift: Literal["recover", "raise"]
    on_bad_row: Literal["raise", "skip", "collect"]
    max_requests: int | None
    max_seconds: float | None


@dataclass(frozen=True, slots=True)
class Slice:
    """A request for `count` rows from `start` on, of those that `filter` selects."""

    start: int
    count: int
    filter: str | None = None

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the request."""
        limits = {"LimitFrom": str(self.start), "LimitCount": str(self.count)}
        return limits if self.filter is None else {"Filter": self.filter, **limits}


@dataclass(frozen=True, slots=True)
class Selection(Generic[R]):
    """The rows of a walk: all rows of a record, or those that a filter selects.

    text: the text of the filter, read back and ready to be sent; None for all rows.
    """

    record: type[R]
    filter: Filter[R] | None = None
    text: str | None = None

    def where(self, further: Filter[R]) -> Filter[R]:
        """Return the filter of the selection with a further condition."""
        return further if self.filter is None else self.filter & further

    def text_where(self, further: Filter[R]) -> str | None:
        """Return the text of `where`, read back and ready to be sent; None for all rows."""
        return self.text if further.constant else verified_text(self.where(further))


@dataclass(frozen=True, slots=True)
class Drift:
    """Rows came or went in front of the position in a list.

    moved: how many rows the position has moved since the page before; negative towards the beginning.
    """

    moved: int


@dataclass(slots=True)
class RowLimit:
    """How many rows are left until the limit; None for no limit."""

    left: int | None

    def at_most(self, count: int) -> int:
        """Return `count`, or what is left if that is less."""
        return count if self.left is None else min(count, self.left)


@dataclass(frozen=True, slots=True)
class RowBatch:
    """The rows of the next page, as the pager has them: rows that could not be read are errors.

    start: as in `Page`. position: behind these rows.
    """

    start: int
    rows: Sequence[Any]
    keys: Sequence[Hashable]
    position: Position
    drift: Drift | None = None


Pager: TypeAlias = Generator[Slice | RowBatch, Any, None]
"""Yields what to request and what came of it; is sent the `PageResponse` of a slice, and None for a batch."""


@dataclass(frozen=True, slots=True, init=False)
class Page(Generic[R]):
    """One page of a list.

    start: the offset of the first row; in a scan, the key behind which the keys of the page begin.
    rows: the rows, at least one unless there are `bad_rows`.
    bad_rows: the errors of rows that could not be read, if the walk collects them; each has the raw `row`, and the
        `field` that could not hold its value.
    drift: how far the list has moved in front of this page; None if it has not.

    >>> from deltasib_query import Page, User
    >>> page = Page(0, [User.from_row({"User_Id": 7})], token="…")
    >>> len(page), [user.User_Id for user in page], page.token
    (1, [7], '…')
    """

    start: int
    rows: tuple[R, ...] = field(repr=False)
    bad_rows: tuple[InvalidRowError, ...] = field(repr=False)
    drift: Drift | None
    _token: str | Callable[[], str] = field(repr=False, compare=False)

    def __init__(
        self,
        start: int,
        rows: Iterable[R],
        bad_rows: Iterable[InvalidRowError] = (),
        drift: Drift | None = None,
        token: str | Callable[[], str] = "",
    ) -> None:
        values = (start, tuple(rows), tuple(bad_rows), drift, token)
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    @property
    def token(self) -> str:
        """The position behind this page, as JSON. `Listing.resume` goes on from there, in any process, at any time."""
        return self._token if isinstance(self._token, str) else self._token()

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def farthest(request: Callable[[int], Slice], most: int) -> Generator[Slice, PageResponse[Any], int]:
    """Return the highest number, up to `most`, whose request has a row; 0 if not even 1 has one.

    If a number has a row, all numbers below must have one. So the number is doubled until it has none, and then found
    by halving.
    """
    there, not_there = 0, 1
    while not_there <= most and (yield request(not_there)).keys:
        there, not_there = not_there, 2 * not_there
    not_there = min(not_there, most + 1)
    while not_there - there > 1:
        middle = (there + not_there) // 2
        if (yield request(middle)).keys:
            there = middle
        else:
            not_there = middle
    return there
