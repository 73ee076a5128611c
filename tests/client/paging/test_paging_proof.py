"""The proof that walks lose no row: every small server, every bound of its responses, every two changes meanwhile.

The pagers are driven without I/O. A world is one way in which a server may behave: its rows, how it cuts each response,
what comes and goes between two requests. All of them are tried. A walk has to end within a number of requests, bring
every row that was there throughout, and none twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, cast

import pytest

from deltasib_query import DriftError, User
from deltasib_query.client.paging.by_key import BEFORE_ALL, KeyPager, KeyRange
from deltasib_query.client.paging.by_offset import OffsetPager
from deltasib_query.client.paging.cursor import Position
from deltasib_query.client.paging.page import Pager, RowLimit, Selection, Slice
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.service.actions import USER_LIST

NEW: Final = 100
"""The key of the first row that comes meanwhile."""


class Choices:
    """Goes through all combinations of choices that a run makes, one combination a run."""

    def __init__(self) -> None:
        self._made: list[list[int]] = []
        self._next = 0

    @property
    def replayed(self) -> bool:
        """Whether what comes next is what came in the run before."""
        return self._next < len(self._made)

    def __call__(self, count: int) -> int:
        if self._next == len(self._made):
            self._made.append([0, count])
        self._next += 1
        return self._made[self._next - 1][0]

    def runs(self) -> Iterator[None]:
        while True:
            self._next = 0
            yield
            del self._made[self._next :]
            while self._made and self._made[-1][0] + 1 == self._made[-1][1]:
                self._made.pop()
            if not self._made:
                return
            self._made[-1][0] += 1


@dataclass
class World:
    """One run of a server: what it answers, and what became of its rows."""

    rows: list[int]
    choose: Choices
    changes: int = 0
    lasting: set[int] = field(init=False)
    happened: int = 0
    requests: int = 0
    log: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lasting = set(self.rows)

    def change(self) -> None:
        """Delete or add rows, anywhere, unless this is the first request."""
        while self.requests and self.happened < self.changes:
            choice = self.choose(2 * len(self.rows) + 2)
            if choice == 0:
                return
            self.happened += 1
            if choice <= len(self.rows):
                gone = self.rows.pop(choice - 1)
                self.lasting.discard(gone)
                self.log.append(f"{gone} goes")
            else:
                self.rows.insert(choice - 1 - len(self.rows), self.new())
                self.log.append(f"a row comes: {self.rows}")

    def new(self) -> int:
        """A key that no row has had."""
        return NEW + self.happened

    def answer(self, asked: Slice, cut: Callable[[list[int]], list[int]]) -> PageResponse[Any]:
        self.change()
        served = cut(self.rows[asked.start :][: asked.count])
        self.requests += 1
        self.log.append((asked.start, asked.count, served))
        return PageResponse(served, served)


def walk(pager: Pager, answer: Callable[[Slice], PageResponse[Any]], most: int) -> list[int]:
    """Return the rows that come."""
    came: list[int] = []
    step = next(pager, None)
    requests = 0
    while step is not None:
        if isinstance(step, Slice):
            requests += 1
            assert requests <= most, "the walk does not end"
            answered = answer(step)
        else:
            came += step.rows
            answered = None
        try:
            step = pager.send(answered)
        except StopIteration:
            break
    return came


def listed(page_size: int) -> Pager:
    return OffsetPager(USER_LIST, Selection(User), RowLimit(None), page_size, "recover").pages(Position(0))


def check(came: list[int], world: World) -> None:
    assert len(came) == len(set(came)), world.log
    assert world.lasting <= set(came), world.log


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
@pytest.mark.parametrize("count", range(5))
def test_a_list_whose_answers_are_cut_to_two_or_not_while_two_rows_come_or_go(count: int, page_size: int) -> None:
    choose, worlds = Choices(), 0
    for _ in choose.runs():
        world = World([*range(1, 1 + count)], choose, changes=2)

        def cut(rows: list[int]) -> list[int]:
            return rows[:2] if len(rows) > 2 and choose(2) else rows

        try:
            check(walk(listed(page_size), lambda asked: world.answer(asked, cut), 30), world)  # noqa: B023
        except DriftError:
            assert world.happened == 2, world.log
        worlds += 1
    assert worlds > count


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
@pytest.mark.parametrize("count", range(5))
def test_a_list_whose_answers_have_one_row_each(count: int, page_size: int) -> None:
    world = World([*range(1, 1 + count)], Choices())
    assert walk(listed(page_size), lambda asked: world.answer(asked, lambda rows: rows[:1]), 30) == world.rows


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
@pytest.mark.parametrize("count", range(7))
def test_a_list_whose_first_answer_is_whole_and_every_other_cut_anywhere(count: int, page_size: int) -> None:
    choose = Choices()
    for _ in choose.runs():
        world = World([*range(1, 1 + count)], choose)

        def cut(rows: list[int]) -> list[int]:
            return rows[: 1 + choose(len(rows))] if world.requests and len(rows) > 1 else rows  # noqa: B023

        check(walk(listed(page_size), lambda asked: world.answer(asked, cut), 60), world)  # noqa: B023


class GapPager(KeyPager):
    """Requests gaps as they are, two at a time: to make texts of them and read these would take most of the time."""

    def text_for(self, gaps: Sequence[KeyRange]) -> tuple[int, Any]:
        return len(gaps[:2]), (*gaps, self.left, self.width)


class SeenBeforeError(Exception):
    """All that can follow has been tried."""


class KeyWorld(World):
    """Rows with keys 1 to 6, in no order: a response is any of the rows selected, as many as the server likes."""

    def __init__(self, rows: tuple[int, ...], choose: Choices, seen: set[object]) -> None:
        super().__init__([*rows], choose, changes=2)
        self.seen = seen
        self.answered: set[int] = set()
        self.path: set[object] = set()

    def change(self) -> None:
        while self.requests and self.happened < self.changes:
            absent = [key for key in range(1, 7) if key not in self.rows]
            choice = self.choose(1 + len(self.rows) + len(absent))
            if choice == 0:
                return
            self.happened += 1
            if choice <= len(self.rows):
                self.lasting.discard(self.rows.pop(choice - 1))
            else:
                self.rows = sorted([*self.rows, absent[choice - 1 - len(self.rows)]])
            self.log.append(f"now there are {self.rows}")

    def answer_any(self, asked: Slice) -> PageResponse[Any]:
        (*gaps, _left, _width) = state = cast("tuple[Any, ...]", asked.filter)
        # What a scan does next comes of what it has to prove, and of what it was answered.
        here = state, (*self.rows,), self.happened, frozenset(self.lasting), frozenset(self.answered)
        if not self.choose.replayed and here in self.seen:
            raise SeenBeforeError
        assert here not in self.path, "the scan goes round in circles"
        self.seen.add(here)
        self.path.add(here)
        self.change()
        assert asked.start == 0
        found = [key for key in self.rows if any(gap.after < key <= gap.last for gap in gaps[:2])]
        most = min(len(found), asked.count)
        possible = [some for count in range(most, 0, -1) for some in combinations(found, count)]
        served = possible[self.choose(len(possible))][::-1] if possible else ()
        self.requests += 1
        self.answered.update(served)
        self.log.append((gaps, served))
        return PageResponse(served, served)


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [0, 1, 2, *(pytest.param(count, marks=pytest.mark.heavy) for count in (3, 4))])
def test_a_scan_of_answers_in_any_order_and_cut_anywhere_while_two_rows_come_or_go(count: int, page_size: int) -> None:
    seen: set[object] = set()
    for keys in combinations(range(1, 7), count):
        choose = Choices()
        for _ in choose.runs():
            world = KeyWorld(keys, choose, seen)
            pager = GapPager(USER_LIST, Selection(User), RowLimit(None), page_size, len, 0)
            try:
                came = walk(pager.pages(Position(BEFORE_ALL)), world.answer_any, 40)
            except SeenBeforeError:
                continue
            check(came, world)
            assert came == sorted(came)
