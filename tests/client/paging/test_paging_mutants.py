"""Each rule by which walks lose nothing is taken out in turn, and a check has to notice."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import ModuleType
from typing import Any, Final

import pytest

from client.hostile import Hostile, at
from client.steps import ids
from deltasib_query import RepeatedPageError, UnexpectedResponseError, UnstableOrderError
from deltasib_query.client.paging import by_key, by_offset, run

from . import test_paging_proof as proof
from . import test_servers as servers

pytestmark = pytest.mark.heavy


@dataclass(frozen=True)
class Mutant:
    """A rule, and the edit that takes it out."""

    rule: str
    old: str
    new: str


LIST: Final = [
    Mutant("a page begins with the row that came last", "self._offset - 1 + foreseen", "self._offset + foreseen"),
    Mutant(
        "two rows are requested at least", "min(max(self.page_size, known + 1), wanted)", "min(self.page_size, wanted)"
    ),
    Mutant("known rows are dropped by key", "skip, after = known + 1, keys[known]", "skip, after = 1, keys[known]"),
    Mutant("each key comes once", "rows.setdefault(key, row)", "rows[object()] = row"),
    Mutant("the position is that of the row seen last", "self._recent.last = keys[0]\n", "pass\n"),
    Mutant("a position that is lost is looked for", "if search.goes_on(request, response):", "if False:"),
    Mutant(
        "it is looked for backwards", "back = not self._seen_front and (self._seen_end or self._back)", "back = False"
    ),
    Mutant(
        "it is looked for forwards", "back = not self._seen_front and (self._seen_end or self._back)", "back = True"
    ),
    Mutant("the row seen last, alone, is no end", "if alone and (second or", "if alone and (True or"),
    Mutant(
        "an empty response is none where the position has moved",
        "if not keys and (alone or request.start == 0):",
        "if not keys:",
    ),
    Mutant("a single row is no short page", "brief = 1 < len(keys)", "brief = 0 < len(keys)"),
    Mutant("a full page is no short page", "< len(keys) < request.count", "< len(keys)"),
    Mutant("a short page needs one more request only", "response.keys, brief, not", "response.keys, False, not"),
    Mutant("a position that moves is met further on", "max(0, round(self._pace)) if self._stalls > 2 else 0", "0"),
    Mutant("what stood behind is taken in once the position is right", "elif only and behind and", "elif False and"),
    Mutant("a limit that is reached needs no end", "while self.limit.left != 0:", "while True:"),
    Mutant("a server that ignores LimitFrom is told", "and not self._offsets_count:", "and False:"),
    Mutant(
        "it is told by rows far behind",
        "if not (yield Slice(offset, request.count, self.selection.text)).keys:",
        "if not [(yield Slice(offset, request.count, self.selection.text))]:",
    ),
    Mutant("a cap that is stated tells the end", "return self.page_cap is not None and", "return False and"),
    Mutant("a cap is not guessed", "min(request.count, self.page_cap)", "request.count"),
    Mutant("an order that changes is an error", "if any(self._recent.rank(", "if False and any(self._recent.rank("),
]
SCAN: Final = [
    Mutant("a scan requests no offset", "yield Slice(0, page, text)", "yield Slice(len(rows), page, text)"),
    Mutant("what has not come is requested", "            if new:\n", "            if False:\n"),
    Mutant("until nothing comes", "            if new:\n", "            if new and len(rows) == len(new):\n"),
    Mutant("piece by piece", "unproved[:count], unproved[count:]", "unproved[:count], []"),
    Mutant("a range that fills a page is cut", "if len(rows) >= page:", "if False:"),
    Mutant("what is left of it is walked", "elif rest and not self.left and", "elif False and"),
    Mutant("behind an empty range everything is requested", "self.page_size if count else None", "self.page_size"),
    Mutant("the width follows the density", "int(width * self.page_size * _FULL / count)", "1"),
    Mutant("keys that were not requested are not taken in", "if sum(map(len, inside)) < len(keys):", "if False:"),
    Mutant("the request is repeated then", "if tries == _MOST_TRIES:", "if tries == 1:"),
    Mutant("and not for ever", "if tries == _MOST_TRIES:", "if False:"),
]


def walked(hostile: Hostile, walk: Any, requests: int, rows: Sequence[int] = ()) -> None:
    """Check the rows of a walk, all of them unless others are named, and that it takes so many requests at most."""
    assert ids(walk) == [*(rows or hostile.keys)]
    assert len(hostile.asked) <= requests


def raises(error: type[Exception], walk: Any) -> None:
    with pytest.raises(error):
        list(walk)


def check_lists() -> None:
    """Check lists, what is quick first."""
    for count, requests in ((3, 2), (100, 3), (199, 4)):
        hostile = Hostile([*range(count)])
        walked(hostile, hostile.list(), requests)
    hostile = Hostile([*range(300)])
    walked(hostile, hostile.list(limit=100), 1, range(100))
    capped = Hostile([*range(120)], cap=50)
    walked(capped, capped.list(500, page_cap=50), 3)
    raises(RepeatedPageError, Hostile([1, 2, 3], repeats=1.0).list(3))
    raises(UnstableOrderError, Hostile([*range(10)], at(_2=lambda each: each.keys.reverse())).list(4))
    more = Hostile([*range(100)], at(_3=lambda each: each.keys.__setitem__(slice(0), range(1000, 1500))), most=100)
    assert servers.is_right(more, ids(more.list(10)))
    gone = Hostile([1, 2, 3], at(_2=lambda each: each.delete(1)), cut=servers.cut_once(3, 1))
    assert servers.is_right(gone, ids(gone.list(2)))
    for page_size, cap, shift in product((1, 10), (None, 7), (servers.delete_in_front, servers.insert_in_front)):
        servers.test_a_list_that_moves_before_every_request_is_walked_to_its_end(page_size, cap, shift)
    for count, page_size in product(range(5), range(1, 5)):
        proof.test_a_list_whose_answers_have_one_row_each(count, page_size)
        proof.test_a_list_whose_first_answer_is_whole_and_every_other_cut_anywhere(count, page_size)
    for count, page_size in product(range(1, 5), range(1, 5)):
        proof.test_a_list_whose_answers_are_cut_to_two_or_not_while_two_rows_come_or_go(count, page_size)


def check_scans() -> None:
    """Check scans, what is quick first."""
    for keys, requests in ((range(1000), 13), (range(0, 10_000, 10), 30), ([3, 5_000_000, 3_999_999_999], 2)):
        hostile = Hostile([*keys], most=100)
        walked(hostile, hostile.scan(), requests)
    assert max(map(len, Hostile([*range(1000)], cap=150).scan().pages())) == 100
    far = Hostile([3, 5_000_000, 5_000_001, 80_000_000, 3_999_999_999], most=100)
    walked(far, far.scan(page_size=2), 100)
    pieces = Hostile([*range(0, 2000, 2)], cap=400, shuffled=True, most=100)
    walked(pieces, pieces.scan(page_size=1000), 100)
    raises(UnexpectedResponseError, Hostile([5, 600], repeats=1.0, most=100).scan())
    seldom = Hostile([*range(0, 600, 2)], repeats=0.3, most=200)
    walked(seldom, seldom.scan(page_size=10), 200)
    for count, page_size in ((1, 1), (2, 1), (2, 2), (3, 2)):
        proof.test_a_scan_of_answers_in_any_order_and_cut_anywhere_while_two_rows_come_or_go(count, page_size)


def mutated(module: ModuleType, mutant: Mutant) -> dict[str, Any]:
    """Return what a module has without a rule."""
    source = inspect.getsource(module)
    assert source.count(mutant.old) == 1
    names: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source.replace(mutant.old, mutant.new), str(module.__file__), "exec"), names)
    return names


@pytest.mark.parametrize("mutant", LIST, ids=lambda mutant: mutant.rule)
def test_a_list_needs_each_rule(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    pager = mutated(by_offset, mutant)["OffsetPager"]
    for module in (run, proof):
        monkeypatch.setattr(module, "OffsetPager", pager)
    with pytest.raises((Exception, pytest.fail.Exception)):
        check_lists()


@pytest.mark.parametrize("mutant", SCAN, ids=lambda mutant: mutant.rule)
def test_a_scan_needs_each_rule(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    pager = mutated(by_key, mutant)["KeyPager"]
    in_pairs = {"text_for": proof.GapPager.text_for}
    monkeypatch.setattr(run, "KeyPager", pager)
    monkeypatch.setattr(proof, "GapPager", type("GapPager", (pager,), in_pairs))
    with pytest.raises((Exception, pytest.fail.Exception)):
        check_scans()


def test_with_every_rule_all_is_right() -> None:
    check_lists()
    check_scans()
