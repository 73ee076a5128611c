"""Paging by key: ranges of keys, each proved complete by a request for the keys that have not come. No I/O.

A range is complete once a request for its keys, without those received, has no rows. Neither the order of the rows nor
an upper bound of LimitCount nor rows that come and go can falsify that: a row that is there throughout is received, or
is in the response to that request.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple, cast

from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.paging.page import Pager, RowBatch, RowLimit, Selection, Slice, farthest
from deltasib_query.client.wire.responses import unexpected
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.filters.combining import all_rows, any_of
from deltasib_query.filters.fields import ID_MAX, IntegerField
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import read_back
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

_MOST_TRIES: Final = 5
"""How many responses in a row may have keys that were not requested."""
_FULL: Final = 0.9
"""The share of a page that the next range is meant to fill, if keys are missing."""

BEFORE_ALL: Final = -1
"""Below every key."""


class KeyRange(NamedTuple):
    """The keys above `after`, up to `through`; None for all that follow.

    `Scan.windows` returns ranges, and `Scan.within` takes one.

    >>> KeyRange(5, 7).last
    7
    """

    after: int = BEFORE_ALL
    through: int | None = None

    def shares(self, count: int, highest: int) -> list[KeyRange]:
        """Divide the range into at most `count` ranges of one width. The last also has the keys above `highest`.

        >>> KeyRange().shares(2, 100)
        [KeyRange(after=-1, through=50), KeyRange(after=50, through=None)]
        """
        width = max(1, -(-(highest - self.after) // count))
        ends = list(range(self.after + width, highest, width))[: count - 1]
        return [KeyRange(*ends_of) for ends_of in zip([self.after, *ends], [*ends, self.through], strict=True)]

    def without(self, keys: Iterable[int]) -> list[KeyRange]:
        """Return the range without some of its keys, which are given in ascending order.

        >>> KeyRange(0, 9).without([1, 2, 5])
        [KeyRange(after=2, through=4), KeyRange(after=5, through=9)]
        """
        gaps, after = [], self.after
        for key in keys:
            if key > after + 1:
                gaps.append(KeyRange(after, key - 1))
            after = key
        return gaps if after == self.last else [*gaps, KeyRange(after, self.through)]

    @property
    def last(self) -> int:
        """The highest possible key in the range."""
        return ID_MAX if self.through is None else self.through

    def cut(self, at: int) -> tuple[KeyRange, KeyRange | None]:
        """Return the range up to a key, and the rest of it.

        >>> KeyRange(0, 9).cut(4), KeyRange(0, 9).cut(9)
        ((KeyRange(after=0, through=4), KeyRange(after=4, through=9)), (KeyRange(after=0, through=9), None))
        """
        return (self, None) if at >= self.last else (KeyRange(self.after, at), KeyRange(at, self.through))

    def until(self, end: int | None) -> KeyRange | None:
        """Return the part of the range up to `end`; None if there is none."""
        return None if end is not None and end <= self.after else self.cut(ID_MAX if end is None else end)[0]

    def condition(self, key: IntegerField[Any]) -> Filter[Any]:
        """Return the range as a filter."""
        if self.after + 1 == self.last:
            return key == self.last
        after = key > self.after if self.after > BEFORE_ALL else all_rows(key.record)
        return after if self.through is None else after & (key <= self.through)


EVERYTHING: Final = KeyRange()


@dataclass(frozen=True, slots=True)
class CompleteRange:
    """A range of keys and all its rows, in the order of the keys.

    rest: the rest of the range that was claimed. width: how many keys the next range is to have; None for all.
    """

    range: KeyRange
    rows: Sequence[Any]
    keys: Sequence[int]
    rest: KeyRange | None
    width: int | None

    def batch(self) -> RowBatch:
        """Return the rows for a page."""
        position = Position(self.range.last, width=self.width, ended=self.range.through is None)
        return RowBatch(max(self.range.after, 0), self.rows, self.keys, position)


@dataclass(eq=False, slots=True)
class KeyPager:
    """A walk through a list by key.

    size: returns the length of the URL for the text of a filter, which may be `max_url_bytes`.
    left: the keys that are not claimed yet.
    width: how many keys the next range is to have; None for all.
    """

    action: Action
    selection: Selection[Any]
    limit: RowLimit
    page_size: int
    size: Callable[[str], int]
    max_url_bytes: int
    left: KeyRange | None = EVERYTHING
    width: int | None = None
    _end: int | None = None
    """The highest key to walk to; None for no end."""
    _ranges: int = 0
    """How many ranges have been read."""
    _look_at: int = 16
    """After so many the end of all keys is looked for, even if no range grew while it was read."""
    _margin: int = 1
    """How far above a range that grew the end is looked for."""

    def start(self, position: Position) -> None:
        """Begin at a position."""
        assert self.left is not None
        self.left = KeyRange(max(self.left.after, position.at), self.left.through)
        self._end = self.left.through
        self.width = position.width

    def pages(self, position: Position) -> Pager:
        """Walk from a position. Raises `UnexpectedResponseError` for a server that ignores the filter."""
        self.start(position)
        while self.limit.left != 0 and (claimed := self.claim()):
            complete = yield from self.fill(claimed)
            self.give_back(complete)
            yield complete.batch()  # even without rows: a walk that is resumed in a gap goes on there

    def claim(self) -> KeyRange | None:
        """Return the next range; None if none is left."""
        claimed = self.left
        if claimed is None or self.width is None or claimed.after + self.width >= claimed.last:
            self.left = None
            return claimed
        claimed, self.left = claimed.cut(claimed.after + self.width)
        return claimed

    def give_back(self, complete: CompleteRange) -> KeyRange | None:
        """Take the width of the next range and the rest of this one from a complete range.

        Return the rest if it cannot be taken back because keys behind it are claimed.
        """
        rest, self.width = complete.rest, complete.width
        if rest and self.left and self.left.after == rest.last:
            self.left = KeyRange(rest.after, self.left.through)
        elif rest and not self.left and rest.through == self._end:
            self.left = rest
        else:
            return rest
        return None

    def fill(self, claimed: KeyRange) -> Generator[Slice, PageResponse[Any], CompleteRange]:
        """Read a range, or as much of its beginning as goes into one page.

        Raises `UnexpectedResponseError` if several responses in a row have keys that were not requested.
        """
        page = max(1, self.limit.at_most(self.page_size))
        rows: dict[int, Any] = {}
        whole, rest, unproved, tries, grew = claimed, None, [claimed], 0, False
        while unproved:
            count, text = self.text_for(unproved)
            response = yield Slice(0, page, text)
            gaps, unproved = unproved[:count], unproved[count:]
            new = dict(zip(self._keys(response), response.rows, strict=True))
            keys = sorted(new)
            inside = [keys[bisect_right(keys, gap.after) : bisect_right(keys, gap.last)] for gap in gaps]
            if sum(map(len, inside)) < len(keys):
                tries += 1
                if tries == _MOST_TRIES:
                    raise unexpected(self.action, 200, Message("response.ignored-filter", responses=tries))
                unproved = [*gaps, *unproved]
                continue
            tries = 0
            grew |= bool(rows and new) and keys[0] > max(rows)
            rows |= new
            if new:
                unproved = [*chain(*(gap.without(some) for gap, some in zip(gaps, inside, strict=True))), *unproved]
            if len(rows) >= page:  # the rest is for another page
                end = sorted(rows)[page - 1]
                whole, rest = claimed.cut(end)
                unproved = [gap.cut(end)[0] for gap in unproved if gap.after < end]
        self._ranges += 1
        if grew or self._ranges == self._look_at:  # less often the more ranges there are
            margin = self._margin if grew else 2 * self._ranges * self.page_size
            self._look_at = max(self._look_at, 2 * self._ranges)
            if (yield from self._nothing_above(whole.last + margin)):
                rest = rest and rest.until(self._end)
            self._margin *= 2
        ordered = sorted(key for key in rows if key <= whole.last)
        return CompleteRange(
            whole, [rows[key] for key in ordered], ordered, rest, self._next_width(whole, len(ordered))
        )

    def _nothing_above(self, key: int) -> Generator[Slice, PageResponse[Any], bool]:
        """Return whether no row has a higher key. If so the scan ends there, even if rows come behind it later."""
        above = KeyRange(key, self._end)
        if above.after >= above.last:
            self._margin = 1
            return False
        _, text = self.text_for([above])
        if (yield Slice(0, 1, text)).keys:
            return False
        self._end = key
        self.left = self.left and self.left.until(key)
        return True

    def _keys(self, response: PageResponse[Any]) -> Sequence[int]:
        """Return the keys of a response.

        Raises the `InvalidRowError` of a row without a readable key: nothing tells it from rows that came before.
        """
        for key, row in zip(response.keys, response.rows, strict=True):
            if not isinstance(key, int):
                raise row
        return cast("Sequence[int]", response.keys)

    def text_for(self, gaps: Sequence[KeyRange]) -> tuple[int, str | None]:
        """Return how many of the gaps fit into one request, and its text."""
        count = len(gaps)
        while count > 1:
            filter = self.selection.where(condition_of(gaps[:count], self.selection.record.key))
            text = str(filter)
            size = self.size(text)
            if size <= self.max_url_bytes:
                return count, read_back(text, filter)
            count = max(1, count * self.max_url_bytes // size)
        return 1, self.selection.text_where(gaps[0].condition(self.selection.record.key))

    def _next_width(self, whole: KeyRange, count: int) -> int | None:
        """Return how many keys the next range is to have: as many as go into a page; all if there were no rows."""
        width = whole.last - whole.after
        if count in {0, width}:
            return self.page_size if count else None
        return max(self.page_size, int(width * self.page_size * _FULL / count))

    def highest(self) -> Generator[Slice, PageResponse[Any], int]:
        """Return the highest key; without rows, the key behind which the range begins."""
        whole = self.left or EVERYTHING

        def request(distance: int) -> Slice:
            above = KeyRange(whole.after + distance - 1, whole.through)
            return Slice(0, 1, self.selection.text_where(above.condition(self.selection.record.key)))

        return whole.after + (yield from farthest(request, ID_MAX - whole.after))


def condition_of(gaps: Sequence[KeyRange], key: IntegerField[Any]) -> Filter[Any]:
    """Return gaps, in ascending order, as one filter: their ranges, or the whole range without the keys between."""
    between = [range(one.last + 1, other.after + 1) for one, other in pairwise(gaps)]
    if 2 + sum(map(len, between)) < sum(min(2, gap.last - gap.after) for gap in gaps):
        return KeyRange(gaps[0].after, gaps[-1].through).condition(key) & key.not_in(chain(*between))
    return any_of(gap.condition(key) for gap in gaps)
