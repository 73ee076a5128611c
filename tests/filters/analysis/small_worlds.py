"""All filters of up to three comparisons of one field, and what they select, told without the package's own code.

A comparison is told by a few lines here, for the values that stand for every place on which it can depend: the two
literals, what is between and beside them, what only one operator minds, and NULL.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Any, Final

from deltasib_query import And, Comparison, Filter, Node, Or, Record, UndecidedError, from_tree
from deltasib_query.filters.date_fields import DateField
from deltasib_query.filters.fields import IntegerField, TextField

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


class Small(Record, service="small", key="Id"):
    """A record with a field of each kind, and a key."""

    Id = IntegerField[Any]()
    Number = IntegerField[Any]()
    Text = TextField[Any]()
    Day = DateField[Any]()


@dataclass(frozen=True)
class World:
    """A field, two literals, the values that there are, and what a value is compared as."""

    field: str
    literals: tuple[Any, Any]
    values: Sequence[Any]
    order: Callable[[Any], Any] = lambda value: value

    def leaves(self) -> list[Comparison]:
        """Return every comparison; `like` has the literals as beginnings."""
        like = [("like", f"{literal}%") for literal in self.literals] if self.field == "Text" else []
        pairs = [*product(COMPARE, self.literals), *like]
        return [Comparison(self.field, sign, value) for sign, value in pairs]

    def pairs(self) -> list[Node]:
        """Return every tree of one comparison, or of two in one order."""
        leaves = self.leaves()
        return [*leaves, *(kind(pair) for kind in (And, Or) for pair in combinations_with_replacement(leaves, 2))]

    def trees(self, most: int = 3) -> Iterator[Node]:
        """Yield every tree of up to so many comparisons."""
        leaves = self.leaves()
        yield from leaves
        for kind in (And, Or):
            for count in range(2, most + 1):
                yield from (kind(several) for several in product(leaves, repeat=count))
            if most > 2:
                other = Or if kind is And else And
                for one, two, three in product(leaves, repeat=3):
                    yield kind([one, other([two, three])])
                    yield kind([other([two, three]), one])

    def rows(self, tree: Node | bool) -> int:
        """Return which values a tree selects, one bit each."""
        if isinstance(tree, bool):
            return (1 << len(self.values)) - 1 if tree else 0
        if isinstance(tree, Comparison):
            return sum(1 << n for n, value in enumerate(self.values) if self._selects(tree, value))
        found = [self.rows(each) for each in tree.operands]
        rows = found[0]
        for each in found[1:]:
            rows = rows & each if isinstance(tree, And) else rows | each
        return rows

    def _selects(self, leaf: Comparison, value: Any) -> bool:
        if value is None:
            return False
        if leaf.operator == "like":
            return re.match(str(leaf.value).rstrip("%"), value) is not None
        return COMPARE[leaf.operator](self.order(value), self.order(leaf.value))


def letters(text: str) -> list[float]:
    """Return what the database compares of a text: no ZWNJ, U+2028 before the spaces with which it fills up."""
    return [-1 if letter == "\u2028" else ord(letter) for letter in text.replace("\u200c", "").ljust(9)]


DAYS: Final = ("0000-00-00", "2021-01-29", "2021-01-30", "2021-01-31", "2021-02-01", "2021-02-02", None)
TEXTS: Final = (
    "", "0", "b", "b0", "b\u2028", "\u200cb", "b\u200c", "c", "d", "d0", "d\u2028", "\u200cd", "d\u200c", "e", "\u2028",
    None,
)  # fmt: skip
WORLDS: Final = {
    "key": World("Id", (3, 5), (2, 3, 4, 5, 6)),
    "number": World("Number", (3, 5), (2, 3, 4, 5, 6, None)),
    "neighbours": World("Number", (3, 4), (2, 3, 4, 5, None)),
    "day": World("Day", ("2021-01-30", "2021-02-01"), DAYS),
    "zero day": World("Day", ("0000-00-00", "2021-01-30"), DAYS),
    "text": World("Text", ("b", "d"), TEXTS, letters),
    "empty text": World("Text", ("", "b"), TEXTS, letters),
}


def filter_of(tree: Node) -> Filter[Small]:
    """Return the filter of a tree."""
    return from_tree(tree, Small)


def check_simplified(world: World, trees: Iterator[Node]) -> None:
    """Assert that simplified filters select what they did, are no longer, and cannot be simplified further."""
    for tree in trees:
        simple = filter_of(tree).simplify()
        left = simple.tree if simple.constant is None else simple.constant
        assert world.rows(left) == world.rows(tree), tree
        assert simple.simplify() == simple, tree
        if not isinstance(tree, Comparison) and all(isinstance(leaf, Comparison) for leaf in tree.operands):
            rows = world.rows(tree)
            if world.field != "Text":  # what `like` and the order of texts allow is not told completely
                assert (simple.constant is False) == (rows == 0), tree
                assert (simple.constant is True) == (rows == world.rows(True)), tree


def check_implied(world: World, trees: Sequence[Node]) -> None:
    """Assert that what is proved is true, and every example one; where nothing is uncertain, that all is decided."""
    filters = [(filter_of(tree), world.rows(tree)) for tree in trees]
    for (one, rows), (other, more) in product(filters, repeat=2):
        try:
            row = one.example(but_not=other)
        except UndecidedError:
            assert world.field == "Text", (one.tree, other.tree)
            continue
        assert (row is None) == (rows & ~more == 0), (one.tree, other.tree)
