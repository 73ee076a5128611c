"""What every walk through a list is made of: what it asks for, what comes, the pages it gives. No I/O.

A walk is a generator. It yields the slices that have to be asked for, and is sent what was answered; it yields
the rows that it has come to, and is sent nothing. `Client` and `AsyncClient` drive the same walks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypedDict, TypeGuard, TypeVar

from deltasib_query.client.answering import Answered
from deltasib_query.client.resuming import Place, Walked
from deltasib_query.errors import InvalidRowError, ParameterError, shown
from deltasib_query.filters import Filter
from deltasib_query.schema.fields import ID_MAX
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

PAGE_SIZE: Final = 100
"""Rows asked for at a time: the service's own default for LimitCount [guide]."""


class Walking(TypedDict, total=False):
    """How a list is walked: the options that every list and scan takes by name.

    prefetch: how many pages are fetched ahead while the caller works on one; none unless given.
    overlap: 1 has each page begin with the last row of the page before, which tells whether rows have come or gone
        in front of it; 0 does not. 1 unless given. A scan needs none.
    on_drift: what to do when they have: "recover" (unless given) goes back to where the walk was, "raise" raises
        `DriftError`, "ignore" goes on.
    on_bad_row: what to do with a row that cannot be read: "raise" (unless given) raises `InvalidRowError`, "skip"
        leaves it out, "collect" puts it in the page's `bad_rows`.
    max_requests: how many requests a walk may take, those for the pages of a `prefetch` included. A request that is
        tried again counts once.
    max_seconds: how long a walk may take, what the caller does with the rows included. Looked at before each request.
    """

    prefetch: int
    overlap: Literal[0, 1]
    on_drift: Literal["recover", "raise", "ignore"]
    on_bad_row: Literal["raise", "skip", "collect"]
    max_requests: int | None
    max_seconds: float | None


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a walk, checked."""

    prefetch: int = 0
    overlap: int = 1
    on_drift: str = "recover"
    on_bad_row: str = "raise"
    max_requests: int | None = None
    max_seconds: float | None = None

    def __post_init__(self) -> None:
        check_count("prefetch", self.prefetch, 0)
        check_choice("overlap", self.overlap, (0, 1))
        check_choice("on_drift", self.on_drift, ("recover", "raise", "ignore"))
        check_choice("on_bad_row", self.on_bad_row, ("raise", "skip", "collect"))
        if self.max_requests is not None:
            check_count("max_requests", self.max_requests, 0)
        seconds = self.max_seconds
        counts = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
        if seconds is not None and not counts:
            raise ParameterError("max_seconds", f"a number of seconds is needed, not {shown(seconds)}")


@dataclass(slots=True)
class ServerFacts:
    """What a client has seen of a list: its largest page, which tells a capped page from the last one.

    cuts: behind a page that was shorter than asked for there were more rows.
    """

    largest_page: int = 0
    largest_asked: int = 0
    cuts: bool = False

    @property
    def serves_single_rows(self) -> bool:
        """Whether no more than one row has come where more were asked for."""
        return self.largest_page == 1 < self.largest_asked

    def cut_nothing(self, asked: int, count: int) -> bool:
        """Take note of a page, and say whether it has all the rows that there were: more have been served before."""
        whole = count < min(asked, self.largest_page)
        self.largest_page = max(self.largest_page, count)
        self.largest_asked = max(self.largest_asked, asked)
        return whole


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows to ask for: `count` of them from `start` on, of those that `filter` selects."""

    start: int
    count: int
    filter: str | None = None

    def parameters(self) -> dict[str, str]:
        """Return them as the service takes them."""
        limits = {"LimitFrom": str(self.start), "LimitCount": str(self.count)}
        return limits if self.filter is None else {"Filter": self.filter, **limits}


@dataclass(frozen=True, slots=True)
class Selection(Generic[R]):
    """The rows that are walked: of a record, and of a filter unless all are."""

    record: type[R]
    filter: Filter[R] | None = None

    def text(self, *further: Filter[R]) -> str | None:
        """Return the one condition of the selection and of further filters; None where everything is meant."""
        whole: Filter[R] | None = self.filter
        for each in further:
            whole = each if whole is None else whole & each
        return None if whole is None or whole.constant is not None else str(whole)


@dataclass(frozen=True, slots=True)
class Drift:
    """Rows came or went in front of a page while the list was walked.

    `moved` is by how many rows the place of the last row has moved, below zero towards the beginning; `repeats` is how
    many rows of the page had come before, and were dropped.
    """

    moved: int
    repeats: int


@dataclass(slots=True)
class Wanted:
    """How many rows a walk is still to bring; None for all."""

    left: int | None

    def at_most(self, count: int) -> int:
        """Return how many of so many rows are wanted."""
        return count if self.left is None else min(count, self.left)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that a walk has come to, or the errors of those that could not be read, before they are made a page.

    start: as a `Page` has it. place: where the walk stands behind them.
    """

    start: int
    rows: Sequence[Any]
    keys: Sequence[Hashable]
    place: Place
    drift: Drift | None = None


Walk: TypeAlias = Generator[Slice | Found, Any, None]
"""What is sent for a slice is its `Answered`, and nothing for what is found."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page: its rows, and where it stands.

    start: the offset of its first row; in a scan, the key behind which its window begins.
    bad_rows: the errors of rows that could not be read, where a walk collects them; each has the raw `row`, and the
        `field` that could not hold its value.
    drift: what has moved while the list was walked, where something has and the walk has recovered.
    """

    start: int
    rows: tuple[R, ...] = field(repr=False)
    bad_rows: tuple[InvalidRowError, ...] = field(default=(), repr=False)
    drift: Drift | None = None
    _place: Place = field(default_factory=lambda: Place(0), repr=False)
    _walked: Walked | None = field(default=None, repr=False)

    @property
    def token(self) -> str:
        """The place behind this page, as JSON text: `Listing.resume` goes on from there, tomorrow or elsewhere."""
        assert self._walked is not None
        return self._walked.token(self._place)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class Asking:
    """Asks for slices; once more where the answer is that to the question before, since a server may repeat one.

    doubtful: that has happened.
    """

    def __init__(self) -> None:
        self.doubtful = False
        self._asked: Slice | None = None
        self._keys: Sequence[Hashable] = ()

    def __call__(self, asked: Slice) -> Generator[Slice, Answered[Any], Answered[Any]]:
        """Ask."""
        answered = yield asked
        if self._asked not in {None, asked} and self._keys == answered.keys:
            self.doubtful = True
            answered = yield asked
        self._asked, self._keys = asked, answered.keys
        return answered


def farthest(is_there: Callable[[int], Generator[Slice, Any, bool]], most: int) -> Generator[Slice, Any, int]:
    """Return the highest number, up to `most`, at which something is there: doubled until not, and halved from there.

    What is there at a number is there at all below it, from 1 on; 0 is for nothing.
    """
    there, not_there = 0, 1
    while not_there <= most and (yield from is_there(not_there)):
        there, not_there = not_there, 2 * not_there
    not_there = min(not_there, most + 1)
    while not_there - there > 1:
        middle = (there + not_there) // 2
        if (yield from is_there(middle)):
            there = middle
        else:
            not_there = middle
    return there


def is_askable(key: Hashable) -> TypeGuard[int]:
    """Whether a row can be asked for by its key: not where the key could not be read, or is none that is documented."""
    return isinstance(key, int) and 0 <= key <= ID_MAX


def check_count(parameter: str, value: object, lowest: int) -> None:
    """Raise `ParameterError` for what is no whole number, or below `lowest`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise ParameterError(parameter, f"a whole number of at least {lowest} is needed, not {shown(value)}")


def check_choice(parameter: str, value: object, choices: Sequence[object]) -> None:
    """Raise `ParameterError` for what is none of the choices."""
    if isinstance(value, bool) or value not in choices:
        named = ", ".join(map(repr, choices))
        raise ParameterError(parameter, f"one of {named} is needed, not {shown(value)}")
