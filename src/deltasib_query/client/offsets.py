"""Walking by offsets: each page begins with the last row of the page before, which must be where it was. No I/O.

The service documents no total and no order, and may cap LimitCount [inferred]. So the next page starts behind the
rows *received*; and rows that come or go in front of it move the rest. The order is taken to be stable, which is
checked as far as the rows tell.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, Final

from deltasib_query.client.answering import Answered, unexpected
from deltasib_query.client.protocol import Action
from deltasib_query.client.resuming import Place
from deltasib_query.client.walks import (
    Asking,
    Drift,
    Found,
    Selection,
    ServerFacts,
    Slice,
    Walk,
    Wanted,
    farthest,
    is_askable,
)
from deltasib_query.errors import DriftError, RepeatedPageError, UnexpectedResponseError, UnstableOrderError
from deltasib_query.schema.fields import ID_MAX

_LOG: Final = logging.getLogger(__name__)

_REMEMBERED: Final = 1000
"""Keys of the rows that came last, at least, by which the place is found again where the very last one is gone."""
_IN_A_PLACE: Final = 100
"""How many of them a token has."""
_MOST_LOOKS: Final = 32
"""Pages that are looked through for a place that has moved."""
_MOST_RETURNS: Final = 20
"""How often in a row a walk goes back to its place, and finds that it has moved again."""

ASKED_FOR_AT_ONCE: Final = 10
"""Rows that are asked for by their keys, to see whether they are still there."""

_SCAN: Final = "scan walks by key, and needs neither offsets nor an order"


@dataclass(eq=False, slots=True)
class OffsetWalk:
    """A walk through a list by offsets."""

    action: Action
    selection: Selection[Any]
    server: ServerFacts
    wanted: Wanted
    page_size: int
    overlap: int
    on_drift: str
    _ask: Asking = field(default_factory=Asking)

    def pages(self, place: Place) -> Walk:
        """Walk on from a place.

        Of each page the rows up to the last one that is known are left out. Where the place is not where it was, it is
        looked for. Where two pages in a row have none but rows of the one before, the server does not mind LimitFrom.
        Raises `RepeatedPageError` and `DriftError`.
        """
        recent = _Recent(place.recent, max(_REMEMBERED, 2 * self.page_size))
        text = self.selection.text()
        offset, moved = place.at, 0
        before: Sequence[Hashable] = ()
        repeated = returns = ends = 0
        short = began = False
        while self.wanted.left != 0:
            # A server that has never served two rows would answer the last one again, and nothing behind it.
            lap = int(self.overlap and recent.is_anchored and not self.server.serves_single_rows)
            asked = Slice(offset - lap, lap + self.wanted.at_most(max(self.page_size - lap, 1)), text)
            answered = yield from self._ask(asked)
            keys = answered.keys
            brief = self.server.cut_nothing(asked.count, len(keys))
            # Behind a short page something may follow, where the cap differs from page to page.
            whole = (brief and (len(keys) <= lap or not (began or self.server.cuts))) or not keys
            # At the end rows that come in front show the last ones again and again.
            ends = ends + 1 if brief and keys and keys[-1] == recent.last else 0
            repeated = repeated + 1 if len(keys) > lap and not ends and set(keys) <= set(before) else 0
            if repeated > 1:
                message = f"LimitFrom={asked.start} answers the same rows as the page before: going on would never end"
                raise self._error(RepeatedPageError, message)
            before = keys
            skip = len(keys) if repeated else 0
            if self.overlap and recent.is_anchored:
                skip = 1 + self._newest_known(recent, keys)
                at_place = skip == lap and (not lap or keys[0] == recent.last)
                if not at_place and self.on_drift == "raise":
                    raise self._error(DriftError, f"rows came or went in front of the place of the walk: {_SCAN}")
                if not skip and lap and self.on_drift == "recover":
                    returns += 1
                    found = yield from self._search(asked, len(keys), recent, returns)
                    if found is None:
                        return
                    moved += found - offset
                    offset = found
                    continue
                further_on = 0 < skip < len(keys) and keys[skip - 1] != recent.last and self.on_drift == "recover"
                if further_on and (yield from self._follows(recent, keys[skip - 1])):
                    skip = len(keys)  # what is not known here has come in between
                moved += asked.start + skip - offset
            offset = asked.start + len(keys)
            if skip < len(keys):
                self.server.cuts |= short
                short, began = len(keys) < asked.count, True
                recent.add(keys[skip:])
                drift = self._drift(moved, skip - lap) if moved and self.on_drift == "recover" else None
                rest = Place(offset, recent=recent.latest(_IN_A_PLACE))
                yield Found(asked.start + skip, answered.rows[skip:], keys[skip:], rest, drift)
                moved = returns = 0
            del answered  # or its rows would stay in memory while the next ones are fetched
            if (whole or ends > 1) and not (self._ask.doubtful and (yield from self._ask(Slice(offset, 1, text))).keys):
                return

    def count(self, start: int) -> Generator[Slice, Answered[Any], int]:
        """Count the rows from `start` on, up to what is wanted.

        Raises `RepeatedPageError` for a server that has rows however far behind they are asked for.
        """
        text = self.selection.text()

        def is_there(rows: int) -> Generator[Slice, Answered[Any], bool]:
            answered = yield Slice(start + rows - 1, 1, text)
            return bool(answered.keys)

        rows = yield from farthest(is_there, self.wanted.at_most(ID_MAX))
        if rows == ID_MAX:
            message = f"LimitFrom={start + rows} still answers a row: there is no end to count to"
            raise self._error(RepeatedPageError, message)
        return rows

    def _newest_known(self, recent: _Recent, keys: Sequence[Hashable]) -> int:
        """Return the position of the last row that is known, or -1. Known rows come in the order in which they came."""
        positions = [position for position, key in enumerate(keys) if key in recent]
        ages = [recent.age(keys[position]) for position in positions]
        if self.on_drift != "ignore" and any(one >= other for one, other in pairwise(ages)):
            raise self._error(UnstableOrderError, f"rows that came before came again in another order: {_SCAN}")
        return positions[-1] if positions else -1

    def _follows(self, recent: _Recent, key: Hashable) -> Generator[Slice, Answered[Any], bool]:
        """Say whether rows that came behind the one of a key are still there, and forget them where none is."""
        while newer := recent.behind(key)[-ASKED_FOR_AT_ONCE:]:
            there = self.selection.text(self.selection.record.key.in_(newer))
            answered = yield from self._ask(Slice(0, len(newer), there))
            if not set(newer).isdisjoint(answered.keys):
                return True  # what has not come may be behind a cap
            recent.forget(newer)
        return False

    def _search(
        self, asked: Slice, count: int, recent: _Recent, returns: int
    ) -> Generator[Slice, Answered[Any], int | None]:
        """Look for a row that is known, backwards and forwards in turns, and return the offset behind it.

        None where the whole list is gone.
        """
        page = min(self.page_size, max(self.server.largest_page, 1))
        stride = max(page, len(recent) - page)
        back, forward, ended = asked.start, asked.start + count, not count
        for look in range(_MOST_LOOKS if returns <= _MOST_RETURNS else 0):
            if back > 0 and (ended or look % 2 == 0):
                start = back = max(0, back - stride)
            elif not ended:
                start, forward = forward, forward + stride
            else:
                break
            answered = yield from self._ask(Slice(start, self.page_size, asked.filter))
            known = self._newest_known(recent, answered.keys)
            if known >= 0:
                return start + known + 1
            if not answered.keys and start == 0:
                return None
            ended = ended or (not answered.keys and start > asked.start)
        message = f"none of the last {len(recent):,} rows is found near LimitFrom={asked.start} any more: {_SCAN}"
        raise self._error(DriftError, message)

    def _drift(self, moved: int, repeats: int) -> Drift:
        _LOG.warning(
            "%s %s: the place of the walk has moved by %+d rows; it was found again",
            self.action.object, self.action.name, moved,
        )  # fmt: skip
        return Drift(moved, repeats)

    def _error(self, kind: type[UnexpectedResponseError], message: str) -> UnexpectedResponseError:
        return unexpected(self.action, 200, message, kind)


class _Recent:
    """The keys of the rows that came last, and the order in which they came."""

    def __init__(self, keys: Sequence[Hashable], most: int) -> None:
        self._ages: dict[Hashable, int] = {}
        self._most, self._next = most, 0
        self.last: Hashable = None
        self.add(keys)

    @property
    def is_anchored(self) -> bool:
        """Whether the last row has a key, by which it can be told from others and asked for."""
        return is_askable(self.last)

    def add(self, keys: Sequence[Hashable]) -> None:
        for key in keys:
            self._ages.pop(key, None)
            self._ages[key] = self._next
            self._next += 1
            self.last = key
        for oldest in tuple(islice(self._ages, max(0, len(self._ages) - self._most))):
            del self._ages[oldest]

    def behind(self, key: Hashable) -> list[int]:
        """Return the keys that came behind one, as far as they can be asked for."""
        return [each for each in islice(self._ages, 1 + list(self._ages).index(key), None) if is_askable(each)]

    def forget(self, keys: Iterable[Hashable]) -> None:
        for key in keys:
            del self._ages[key]
        self.last = next(reversed(self._ages), None)

    def age(self, key: Hashable) -> int:
        return self._ages[key]

    def latest(self, count: int) -> tuple[Hashable, ...]:
        return tuple(islice(reversed(self._ages), count))[::-1]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ages

    def __len__(self) -> int:
        return len(self._ages)
