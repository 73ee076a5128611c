"""Paging by offset: each request begins with the last row received, which proves the position. No I/O.

The service documents no total, no order and no upper bound of LimitCount. So a short page is not the end, unless the
caller states the bound. New rows begin behind the last row received, wherever that stands by now. The list has ended
when a response has only that row, and the next response, from behind it, has none. The second request is omitted after
a first page that was short and had more than one row. All this assumes that rows do not change places.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any, Final

from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.paging.page import Drift, Pager, RowBatch, RowLimit, Selection, Slice
from deltasib_query.client.wire.responses import unexpected
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.errors import DriftError, RepeatedPageError, UnexpectedResponseError, UnstableOrderError
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

_LOG: Final = logging.getLogger(__name__)

_REMEMBERED: Final = 1000
"""How many keys of the latest rows are kept at least: they tell the position once the last row itself has gone."""
_IN_A_TOKEN: Final = 100
"""How many of them are in a token."""
_MOST_LOOKS: Final = 100
"""How many requests in a row may bring no new row."""
_FAR_BEHIND: Final = 2**31 - 1
"""An offset behind the end of every list."""


@dataclass(eq=False, slots=True)
class OffsetPager:
    """A walk through a list by offset.

    page_cap: the most rows that the server returns at a time, if the caller knows.
    """

    action: Action
    selection: Selection[Any]
    limit: RowLimit
    page_size: int
    on_drift: str
    page_cap: int | None = None
    _recent: _Recent = field(init=False)
    _whole: bool = False  # every row that came is remembered
    _offset: int = 0  # behind the last row received
    _moved: int = 0  # how far the offset has moved since the last batch
    _pace: float = 0  # how far it moves from one request to the next
    _requests: int = 0  # since the position was known
    _looks: int = 0  # requests in a row that brought nothing new
    _stalls: int = 0  # responses in a row with known rows only
    _previous: tuple[int, Sequence[Hashable]] = (0, ())  # the offset and the keys of the last response
    _offsets_count: bool = False  # the server does not ignore LimitFrom

    def pages(self, position: Position) -> Pager:
        """Walk on from a position. Raises `RepeatedPageError` and `DriftError`."""
        self._recent = _Recent(position.recent, max(_REMEMBERED, 2 * self.page_size))
        self._offset = position.at
        self._whole = position.whole or position.at == 0
        search = _Search()
        alone = False  # the last response had only the last row
        behind: tuple[Slice, PageResponse[Any]] | None = None  # the response from behind it that followed
        brief = False  # the last response was the first one, with more than one row but fewer than requested
        while self.limit.left != 0:
            request = self._next(search.at, alone=alone)
            response = yield from self._request(request)
            keys, second, begins = response.keys, brief, not self._recent
            only = list(keys) == [self._recent.last]
            known = yield from self._newest_known(keys)
            skip, after, brief = 0, self._recent.last, False
            if begins:
                if not keys:
                    break
                brief = 1 < len(keys) < request.count
            elif known is None:
                if not keys and (alone or request.start == 0):
                    break
                if alone and behind is None:
                    behind, alone = (request, response), False
                    continue  # these are the next rows, if the last row is still alone at its offset
                behind, alone = None, False
                if search.goes_on(request, response):
                    continue
                if not self._whole:
                    yield from self._lose(Message("response.gone", rows=len(self._recent)))
                (request, response), after = search.front, None  # every row is new
            elif known + 1 < len(keys):
                skip, after = known + 1, keys[known]
            elif only and behind and request.start + 1 == self._offset == behind[0].start:
                request, response = behind
            else:
                behind, alone = None, only
                if len(keys) == 1:
                    self._recent.last = keys[0]
                self._stalls += 1
                self._move_to(request.start + known + 1 + self._recent.ahead(keys[known]))
                search.found(request.start + known, self._offset - 1)
                if alone and (second or self._is_last(request, response)):
                    break
                continue
            placed = begins or (known == 0 and keys[0] == self._recent.last)
            yield from self._deliver(request, response, skip, after)
            if placed and self._is_last(request, response):
                break
            behind, alone, search = None, False, _Search()
        if self._moved and self.on_drift == "raise":
            yield RowBatch(self._offset, (), (), replace(self._position(), ended=True))
            raise self._drift_error(Message("response.moved"))

    def _next(self, look: int | None, *, alone: bool) -> Slice:
        """Return the next request: from the last row on, from behind it if it came alone, or where to look for it.

        If the position moves with each request, the request is for where it will be next.
        """
        if look is not None:
            return Slice(look, max(self.page_size, 2), self.selection.text)
        if not self._recent:
            return Slice(self._offset, self.limit.at_most(self.page_size), self.selection.text)
        if alone:
            foreseen = max(0, round(self._pace)) if self._stalls > 2 else 0
            return Slice(self._offset + foreseen, self.limit.at_most(self.page_size), self.selection.text)
        foreseen = round(self._pace) if self._stalls > 1 or (self._pace < 0 and not self._stalls) else 0
        start = max(0, self._offset - 1 + foreseen)
        known = max(1, self._offset - start)
        wanted = known + self.limit.at_most(self.page_size)
        return Slice(start, min(max(self.page_size, known + 1), wanted), self.selection.text)

    def _request(self, request: Slice) -> Generator[Slice, PageResponse[Any], PageResponse[Any]]:
        """Request a slice. If two offsets have the same rows, find out whether the server ignores LimitFrom."""
        response = yield request
        self._requests += 1
        (start, keys), self._previous = self._previous, (request.start, response.keys)
        if response.keys and response.keys == keys and start != request.start and not self._offsets_count:
            for offset in (_FAR_BEHIND, _FAR_BEHIND - 1):
                if not (yield Slice(offset, request.count, self.selection.text)).keys:
                    break
            else:
                message = Message(
                    "response.repeated", rows=len(keys), one=start, other=request.start, behind=_FAR_BEHIND
                )
                raise unexpected(self.action, 200, message, RepeatedPageError)
            self._offsets_count = True
        return response

    def _newest_known(self, keys: Sequence[Hashable]) -> Generator[RowBatch, Any, int | None]:
        """Return the index of the last known row in a response. Known rows must come in the same order as before."""
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            yield from self._lose(Message("response.no-new-row", requests=_MOST_LOOKS))
        known = [position for position, key in enumerate(keys) if key in self._recent]
        if any(self._recent.rank(keys[one]) > self._recent.rank(keys[other]) for one, other in pairwise(known)):
            yield from self._lose(Message("response.order"), UnstableOrderError)
        return known[-1] if known else None

    def _move_to(self, offset: int) -> None:
        """Note the offset behind the last row received, which may have moved."""
        moved, self._offset = offset - self._offset, offset
        self._moved += moved
        self._pace, self._requests = moved / max(self._requests, 1), 0

    def _deliver(
        self, request: Slice, response: PageResponse[Any], skip: int, after: Hashable
    ) -> Generator[RowBatch, Any, None]:
        """Yield the rows of a response without the first `skip`, each key once.

        They stand behind the row `after`, or in front of all known rows if that is None.
        """
        rows: dict[Hashable, Any] = {}
        for key, row in zip(response.keys[skip:], response.rows[skip:], strict=True):
            rows.setdefault(key, row)
        self._move_to(request.start + skip)
        drift = Drift(self._moved) if self._moved else None
        if drift:
            call = f"{self.action.object} {self.action.name}"
            _LOG.warning("%s: the position of the walk has moved by %+d rows", call, self._moved)
        self._whole &= self._recent.add(list(rows), after)
        self._offset = request.start + len(response.keys)
        self._moved = self._looks = self._stalls = 0
        yield RowBatch(request.start + skip, list(rows.values()), list(rows), self._position(), drift)
        if drift and self.on_drift == "raise":
            raise self._drift_error(Message("response.moved"))

    def _is_last(self, request: Slice, response: PageResponse[Any]) -> bool:
        """Return whether the response is the end, since it is shorter than the stated cap."""
        return self.page_cap is not None and len(response.keys) < min(request.count, self.page_cap)

    def _position(self, *, lost: bool = False) -> Position:
        recent = self._recent.latest(_IN_A_TOKEN)
        whole = self._whole and len(recent) == len(self._recent)
        return Position(self._offset, recent=recent, whole=whole, lost=lost)

    def _lose(self, reason: Message, kind: type[DriftError] = DriftError) -> Generator[RowBatch, Any, None]:
        """Raise an error whose token cannot be resumed, since the position is lost."""
        yield RowBatch(self._offset, (), (), self._position(lost=True))
        raise self._drift_error(reason, kind)

    def _drift_error(self, reason: Message, kind: type[DriftError] = DriftError) -> UnexpectedResponseError:
        return unexpected(self.action, 200, Message("response.drift", reason=reason), kind)


class _Search:
    """Looks for a known row: alternately backwards and forwards, near offsets first.

    If the row found is not the last known one, it goes on between that and the offset where no known row stood.

    at: the offset to look at; None for where the last row is expected.
    front: the beginning of the list, once it has been requested.
    """

    def __init__(self) -> None:
        self.at: int | None = None
        self.front: tuple[Slice, PageResponse[Any]]
        self._low: int | None = None  # where a known row stands, behind which known ones are missing
        self._high: int | None = None  # where there is none any more
        self._origin: int | None = None
        self._reach, self._back = 1, True
        self._seen_front = self._seen_end = False

    def found(self, at: int, expected: int) -> None:
        """Note a known row at `at`: look next where the last row is expected, or half-way if it was not there."""
        self._low, self.at = at, None
        if self._high is not None and at < self._high <= expected:
            self.at = max(at, (at + self._high) // 2)

    def goes_on(self, request: Slice, response: PageResponse[Any]) -> bool:
        """Note a response without known rows, and choose the next offset. Return False if there is none."""
        start, rows = request.start, len(response.keys)
        if self._low is not None and start > self._low:
            self._high = start
            self.at = (self._low + start) // 2
            return True
        self._low = self._high = None
        if self._origin is None:
            self._origin, self._reach = start, max(1, rows // 2)
        self._seen_end |= not rows
        if not start:
            self.front, self._seen_front = (request, response), True
        if self._seen_end and self._seen_front:
            return False
        back = not self._seen_front and (self._seen_end or self._back)
        self.at = max(0, self._origin - self._reach) if back else self._origin + self._reach
        self._back = not back
        if not back or self._seen_end:
            self._reach += min(self._reach, _REMEMBERED)  # or known rows could be passed over
        return True


class _Recent:
    """The keys of the latest rows, in the order of the list. `last` is the one behind which the walk goes on."""

    def __init__(self, keys: Sequence[Hashable], most: int) -> None:
        self._most = most
        self._ranks: dict[Hashable, int] = {}
        self.last: Hashable = None
        if keys:
            self.add(keys, None)

    def add(self, keys: Sequence[Hashable], after: Hashable) -> bool:
        """Insert new keys behind a known one, or in front of all if `after` is None. Return whether all are kept."""
        end = next(reversed(self._ranks), None)
        if after == end:
            rank = self._ranks[end] + 1 if self._ranks else 0
            self._ranks.update(zip(keys, range(rank, rank + len(keys)), strict=True))
        else:
            order = [*self._ranks]
            at = order.index(after) + 1 if after in self._ranks else 0
            self._rank([*order[:at], *keys, *order[at:]])
        self.last = keys[-1]
        if len(self._ranks) <= 2 * self._most:
            return True
        self._rank([*self._ranks][-self._most :])
        return False

    def _rank(self, order: Iterable[Hashable]) -> None:
        self._ranks = {key: rank for rank, key in enumerate(order)}

    def rank(self, key: Hashable) -> int:
        return self._ranks[key]

    def ahead(self, key: Hashable) -> int:
        """Return how many known rows stand behind a key, up to the last one."""
        return max(0, self._ranks.get(self.last, 0) - self._ranks[key])

    def latest(self, count: int) -> tuple[Hashable, ...]:
        return tuple(islice(reversed(self._ranks), count))[::-1]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ranks

    def __len__(self) -> int:
        return len(self._ranks)
