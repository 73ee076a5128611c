"""Walking by key: windows of keys that fit into one page each, which need no offset and no order. No I/O.

A window is complete when the server, asked for what follows behind its rows, has nothing. Rows that come and go do not
move others then: what was there throughout is in exactly one window.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final, NamedTuple

from deltasib_query.client.answering import Answered, unexpected
from deltasib_query.client.protocol import Action
from deltasib_query.client.resuming import Place
from deltasib_query.client.walks import Asking, Found, Selection, ServerFacts, Slice, Walk, Wanted, farthest, is_askable
from deltasib_query.errors import RepeatedPageError
from deltasib_query.filters import all_of, any_of
from deltasib_query.schema.fields import ID_MAX, IntegerField

_MOST_DOUBTS: Final = 20
"""How often one window is asked for again because its answers do not fit together."""
_GROWTH: Final = 4
"""By how much a window may be wider than the one before; by its square after two empty ones, and so on."""

BEFORE_ALL: Final = -1
"""Below every key."""


class Window(NamedTuple):
    """The keys above `after`, up to `through`; None for all that follow."""

    after: int = BEFORE_ALL
    through: int | None = None

    def shares(self, count: int, highest: int) -> list[Window]:
        """Return windows that are this one together, the last with whatever is above `highest`.

        >>> Window().shares(2, 100)
        [Window(after=-1, through=50), Window(after=50, through=None)]
        """
        width = max(1, -(-(highest - self.after) // count))
        ends = list(range(self.after + width, highest, width))[: count - 1]
        return [Window(*ends_of) for ends_of in zip([self.after, *ends], [*ends, self.through], strict=True)]


EVERYTHING: Final = Window()


@dataclass(frozen=True, slots=True)
class Filled:
    """A window and all its rows, by their keys; `rest` is what it leaves of the window that was asked for."""

    window: Window
    rows: Sequence[Any]
    keys: Sequence[Hashable]
    place: Place
    rest: Window | None

    def found(self) -> Found:
        """Return the rows for a page."""
        return Found(max(self.window.after, 0), self.rows, self.keys, self.place)


@dataclass(eq=False, slots=True)
class ScanWalk:
    """A walk through a list by key."""

    action: Action
    selection: Selection[Any]
    server: ServerFacts
    wanted: Wanted
    page_size: int
    left: Window | None = EVERYTHING
    """The keys that nobody has claimed."""
    _width: int = 1
    _empty: int = 0
    """Windows without a row up to here."""
    _witness: int | None = None
    """The key of a row that was there a moment ago."""
    _cut: int = 0
    """The length of the page that was cut last."""
    _cap: int | None = None

    def start(self, place: Place) -> None:
        """Go to a place."""
        assert self.left is not None
        self.left = Window(max(self.left.after, place.at), self.left.through)
        self._width = place.width or self.page_size

    def pages(self, place: Place) -> Walk:
        """Walk on from a place. Raises `RepeatedPageError`."""
        self.start(place)
        while self.wanted.left != 0 and (window := self.claim()):
            rest: Window | None = window
            while rest and self.wanted.left != 0:
                filled = yield from self.fill(rest)
                rest = filled.rest
                yield filled.found()  # without rows too: a walk that is resumed in a gap goes on there

    def claim(self) -> Window | None:
        """Return the next window; None when there is none left."""
        if self.left is None:
            return None
        window, self.left = self._narrowed(self.left)
        return window

    def highest(self) -> Generator[Slice, Answered[Any], int]:
        """Return the highest key; that of the window's end where there is none."""
        after, through = self.left or Window()

        def is_there(distance: int) -> Generator[Slice, Answered[Any], bool]:
            answered = yield Slice(0, 1, self._text(after + distance - 1, through))
            return bool(answered.keys)

        return after + (yield from farthest(is_there, ID_MAX - after))

    def fill(self, asked: Window) -> Generator[Slice, Answered[Any], Filled]:
        """Read a window, or as much of its beginning as goes into one page.

        Raises `RepeatedPageError` where the server goes on answering what cannot be.
        """
        (after, through), _ = self._narrowed(asked)
        ask, doubts = Asking(), 0
        while doubts < _MOST_DOUBTS:
            doubts += 1
            text = self._text(after, through)
            answered = yield from ask(Slice(0, self.page_size, text))
            count, keys = len(answered.keys), _whole(answered.keys)
            if not _within(keys, after, through):
                continue  # an answer to something else
            not_cut = self.server.cut_nothing(self.page_size, count)
            if through is None or len(keys) < through - after:  # else every key that there can be has come
                if not count and self._witness is not None:
                    # Nothing shows what an empty answer is an answer to: a row that is known has to be in one.
                    behind = yield from ask(Slice(0, 2, self._text(after, through, self._witness)))
                    if list(behind.keys) == [self._witness]:
                        return self._filled(Window(after, through), asked, answered)
                    self._witness = None
                    continue
                # The answer has the last row too, which shows that it is one to this question.
                lap = int(count > 0 and self.server.largest_page > 1)
                behind = yield from ask(Slice(count - lap, 1 + lap, text))
                if len(behind.keys) > lap and keys and _within(_whole(behind.keys), after, through):
                    self._learn_cap(count)
                    through = _middle(keys, after, through)
                    doubts = 0 if through > after + 1 else doubts
                    continue
                if len(behind.keys) != lap or not set(behind.keys) <= set(answered.keys):
                    continue  # rows came or went meanwhile
                if count and not not_cut:
                    # A page may be as long as this one at most; had it been cut, and a row gone before the second
                    # answer, nothing would show it. If all its rows are still there, none has gone.
                    again = yield Slice(0, self.page_size, text)
                    if not set(answered.keys) <= set(again.keys):
                        continue
            return self._filled(Window(after, through), asked, answered)
        message = f"the answers for the keys above {after} do not fit together, however often they are asked for"
        raise unexpected(self.action, 200, message, RepeatedPageError)

    def _filled(self, window: Window, asked: Window, answered: Answered[Any]) -> Filled:
        after, through = window
        count = len(answered.keys)
        if through is not None:
            most = (
                self.page_size if self._cap is None else max(self._cap, min(self.server.largest_page, self.page_size))
            )
            self._empty = 0 if count else self._empty + 1
            widest = (through - after) * _GROWTH ** max(self._empty, 1)
            wide = (through - after) * most * 3 // (4 * count) if count else widest
            self._width = max(most, min(wide, widest))  # `most` keys always go into a page
        rows = dict(zip(answered.keys, answered.rows, strict=True))
        keys = sorted(rows, key=lambda key: key if isinstance(key, int) else inf)
        if keys and is_askable(keys[0]):
            self._witness = keys[0]
        place = Place(ID_MAX if through is None else through, width=self._width, ended=through is None)
        rest = None if through == asked.through else Window(place.at, asked.through)
        return Filled(window, [rows[key] for key in keys], keys, place, rest)

    def _learn_cap(self, count: int) -> None:
        """Take note of a page that was cut. Two of one length show a cap; one may only show that a row came."""
        if count == self._cut < self.page_size:
            self._cap = count
        self._cut = count

    def _narrowed(self, window: Window) -> tuple[Window, Window | None]:
        """Return the beginning of a window that is expected to go into a page, and what is left of it."""
        after, through = window
        end = after + self._width
        if end >= (ID_MAX if through is None else through):
            return window, None
        return Window(after, end), Window(end, through)

    def _text(self, after: int, through: int | None, witness: int | None = None) -> str | None:
        key: IntegerField[Any] = self.selection.record.key
        bounds = [key > after] if after >= 0 else []
        if through is not None:
            bounds.append(key <= through)
        if bounds and witness is not None:
            bounds = [any_of(all_of(bounds), key.in_([witness]))]
        return self.selection.text(*bounds)


def _whole(keys: Sequence[Hashable]) -> list[int]:
    """The keys that could be read, each once, in order."""
    return sorted({key for key in keys if isinstance(key, int)})


def _within(keys: Sequence[int], after: int, through: int | None) -> bool:
    return not keys or (keys[0] > after and (through is None or keys[-1] <= through))


def _middle(keys: Sequence[int], after: int, through: int | None) -> int:
    """Where to cut a window that has more rows than a page: behind half of those that came, and in its first half."""
    half = keys[(len(keys) - 1) // 2]
    return max(after + 1, half if through is None else min(half, (after + through) // 2))
