"""What of a filter cannot matter: comparisons that change nothing, and conditions that no row fulfils.

The law is about the rows that are selected: those of a filter and of the simplified one are the same. A comparison
selects no row that has NULL, so nothing folds to true but what is about a record's key, which alone is never NULL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_
from typing import Any, Final, NamedTuple, TypeAlias, cast

from deltasib_query.filters.analysis.cells import MOST_LITERALS, Cells, Leaf, are_apart
from deltasib_query.language.tree import And, Comparison, Node, Or, fold, join

_MOST_GROUPS: Final = 50
"""Groups within one group that are compared with each other."""

_Key: TypeAlias = tuple[str, Leaf]
"""A comparison's field, and its operator and value."""


class Never(NamedTuple):
    """Comparisons that no row fulfils together; without one of them some row might."""

    leaves: Sequence[Comparison]


class Redundant(NamedTuple):
    """An operand that changes nothing, at its place in its group."""

    group: And | Or
    place: int


def simplify(tree: Node, record: Any) -> tuple[Node | bool, list[Never | Redundant]]:
    """Return what is left of a tree, and why.

    Operands are dropped, or the whole is a constant; nothing else is written.

    >>> from deltasib_query import User, parse
    >>> simplify(parse("User_Id > 5 and User_Id > 3", User).tree, User)[0]
    Comparison('User_Id', '>', 5)
    """
    simplifier = _Simplifier(record)
    group = And([tree]) if isinstance(tree, Comparison) else tree
    return fold(group, lambda leaf: leaf, simplifier.group), simplifier.found


class _Simplifier:
    """Simplifies groups from the innermost outwards.

    The law of both kinds is one: an operand changes nothing where it cannot fail, in a group of `or` hold, while all
    others hold, or fail.
    """

    def __init__(self, record: Any) -> None:
        self.found: list[Never | Redundant] = []
        self._record = record

    def group(self, group: And | Or, values: Sequence[Node | bool]) -> Node | bool:
        """Return what is left of a group, of whose operands the values are left."""
        is_and = isinstance(group, And)
        nodes: list[Node] = []
        places: list[int | None] = []  # in the group as it was; None for a part of what stood at one
        for place, value in enumerate(values):
            if isinstance(value, bool):
                if value is not is_and:
                    return value
                if value:
                    self.found.append(Redundant(group, place))
            elif isinstance(value, type(group)):
                nodes += value.operands
                places += [None] * len(value.operands)
            else:
                nodes.append(value)
                places.append(place)
        dropped = self._dropped(nodes, is_and)
        if dropped is None:
            return not is_and
        self.found += [Redundant(group, place) for n, place in enumerate(places) if n in dropped and place is not None]
        left = [node for n, node in enumerate(nodes) if n not in dropped]
        return join(type(group), left, group.span) if left else is_and

    def _dropped(self, nodes: Sequence[Node], is_and: bool) -> set[int] | None:
        """Return which operands change nothing beside the others; None if they decide the whole."""
        own: defaultdict[str, dict[Leaf, int]] = defaultdict(dict)
        inner: defaultdict[str, dict[Leaf, None]] = defaultdict(dict)
        dropped: set[int] = set()
        for n, node in enumerate(nodes):
            if not isinstance(node, Comparison):
                for name, leaf in _keys(node):
                    inner[name][leaf] = None
            elif own[node.field].setdefault((node.operator, node.value), n) != n:
                dropped.add(n)
        decided: set[_Key] = set()
        for name, several in own.items():
            leaves = {**several, **inner[name]}
            if len(leaves) > MOST_LITERALS or (not inner[name] and self._is_list(name, several, is_and)):
                continue
            cells = Cells(self._record, name, leaves)
            # What is left where a comparison does not decide the group, and where it does.
            where = {leaf: (holds, fails) if is_and else (fails, holds) for leaf, (holds, fails) in cells.where.items()}
            common = reduce(and_, (where[leaf][0] for leaf in several))
            places = list(several.values())
            if not cells.possible(common):
                if is_and:
                    needless = set(_needless(cells, [(where[leaf][0], cells.everything) for leaf in several]))
                    core = [nodes[place] for n, place in enumerate(places) if n not in needless]
                    self.found.append(Never(cast("list[Comparison]", core)))
                return None
            dropped.update(places[n] for n in _needless(cells, [where[leaf] for leaf in several]))
            decided.update((name, leaf) for leaf in inner[name] if not cells.possible(common & where[leaf][1]))
        return dropped | _dropped_groups(nodes, decided)

    def _is_list(self, name: str, leaves: Collection[Leaf], is_and: bool) -> bool:
        """Return whether a field is one of several values, or none of them: each counts unless it is there twice."""
        operators, values = zip(*leaves, strict=True)
        field = self._record.fields_by_name[name]
        return set(operators) == {"<>" if is_and else "="} and are_apart(field, values)


def _dropped_groups(nodes: Sequence[Node], decided: set[_Key]) -> set[int]:
    """Return which groups a comparison beside them decides, or a group that has some of their comparisons alone."""
    dropped: set[int] = set()
    groups: dict[frozenset[_Key], int] = {}
    for n, node in enumerate(nodes):
        if not isinstance(node, Comparison):
            keys = frozenset(_keys(node))
            if not keys.isdisjoint(decided) or (len(keys) == len(node.operands) and groups.setdefault(keys, n) != n):
                dropped.add(n)
    if len(groups) <= _MOST_GROUPS:
        dropped.update(n for keys, n in groups.items() if any(other < keys for other in groups))
    return dropped


def _keys(group: And | Or) -> list[_Key]:
    return [(leaf.field, (leaf.operator, leaf.value)) for leaf in group.operands if isinstance(leaf, Comparison)]


def _needless(cells: Cells, where: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield, the last first, which of several conditions changes nothing beside those before it and those that stay.

    where: what is left where each is fulfilled, and where it is not.
    """
    before = list(accumulate((fulfilled for fulfilled, _ in where), and_, initial=cells.everything))
    behind = cells.everything
    for n, (fulfilled, broken) in reversed(list(enumerate(where))):
        if cells.possible(before[n] & behind & broken):
            behind &= fulfilled
        else:
            yield n
