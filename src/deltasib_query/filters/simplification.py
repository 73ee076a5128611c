"""What of a filter cannot matter: comparisons that change nothing, and conditions that no row fulfils.

The law is about the rows that are selected: those of a filter and of the simplified one are the same. A comparison
selects no row that has NULL, so nothing folds to true but what is about a record's key, which alone is never NULL.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeAlias, cast

from deltasib_query.filters.cells import MOST_TEXTS, Leaf, Sets, Texts, View, constant_of, views
from deltasib_query.language.excerpts import quoted
from deltasib_query.language.tree import And, Comparison, Node, Or, fold, join
from deltasib_query.problems import Problem, Repair, Span

_MOST_GROUPS: Final = 50
"""Groups within one group that are compared with each other."""
_MOST_NAMED: Final = 5
"""Comparisons that a message names."""
_PARENTHESIS: Final = re.compile("[()]")

_Key: TypeAlias = tuple[str, str, Any]
"""A comparison's field, operator and value."""


class Never(NamedTuple):
    """Comparisons that no row fulfils together; without one of them some row might."""

    leaves: tuple[Comparison, ...]


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
    return fold(tree, simplifier.comparison, simplifier.group), simplifier.found


class _Simplifier:
    """Simplifies groups from the innermost outwards.

    A group of `or` is handled as the `and` of what its operands leave out: then the law of both is the same, that an
    operand goes if what the others have in common is within it.
    """

    def __init__(self, record: Any) -> None:
        self.found: list[Never | Redundant] = []
        self._fields = record.fields_by_name
        self._key_field = getattr(record.key, "name", None)

    def comparison(self, leaf: Comparison) -> Node | bool:
        """Return a comparison, or what it is for every row."""
        constant = constant_of(self._fields[leaf.field], (leaf.operator, leaf.value))
        if constant is False:
            self.found.append(Never((leaf,)))
            return False
        return True if constant and leaf.field == self._key_field else leaf

    def group(self, group: And | Or, values: list[Node | bool]) -> Node | bool:
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
            elif isinstance(value, And if is_and else Or):
                nodes += value.operands
                places += [None] * len(value.operands)
            else:
                nodes.append(value)
                places.append(place)
        dropped = self._dropped(nodes, is_and) if nodes else is_and
        if isinstance(dropped, bool):
            return dropped
        self.found += [Redundant(group, place) for n, place in enumerate(places) if n in dropped and place is not None]
        return join(type(group), [node for n, node in enumerate(nodes) if n not in dropped], group.span)

    def _dropped(self, nodes: Sequence[Node], is_and: bool) -> set[int] | bool:
        """Return which operands change nothing beside the others, or what all of them together are."""
        leaves: dict[_Key, int] = {}
        own: defaultdict[str, dict[Leaf, int]] = defaultdict(dict)
        inner: defaultdict[str, set[Leaf]] = defaultdict(set)
        dropped: set[int] = set()
        for n, node in enumerate(nodes):
            if not isinstance(node, Comparison):
                for name, operator, value in _keys(node):
                    inner[name].add((operator, value))
            elif leaves.setdefault(_key(node), n) != n:
                dropped.add(n)
            else:
                own[node.field][node.operator, node.value] = n
        decisive = set(leaves)
        for name, several in own.items():
            if len(several) + len(inner[name]) > 1:
                found = self._of_field(name, several, inner[name], nodes, is_and)
                if isinstance(found, bool):
                    return found
                dropped |= found[0]
                decisive |= found[1]
        return dropped | _dropped_groups(nodes, decisive)

    def _of_field(
        self, name: str, own: dict[Leaf, int], inner: set[Leaf], nodes: Sequence[Node], is_and: bool
    ) -> tuple[set[int], set[_Key]] | bool:
        """Return which comparisons of a field change nothing, and which decide a group within; or what all are."""
        field = self._fields[name]
        dropped: set[int] = set()
        decisive: set[_Key] = set()
        points = all(operator == ("<>" if is_and else "=") for operator, _ in own)
        for view in views(field, [*own, *(leaf for leaf in inner if leaf not in own)], points=points):
            cells = {n: _sets(view, leaf, is_and) for leaf, n in own.items() if leaf in view.sets and n not in dropped}
            if not cells:
                continue
            common = _common(cells.values(), view.everything)
            if not common and is_and:
                return self._never([nodes[n] for n in _core(cells, view.everything)])
            if not common and name == self._key_field:
                return True
            dropped |= _implied(cells, view.everything)
            for leaf in inner:
                if leaf in view.sets and not common & ~_sets(view, leaf, is_and)[1]:
                    decisive.add((name, *leaf))
        if field.kind == "text" and not points and 1 < len(own) - len(dropped) <= MOST_TEXTS:
            texts = {n: Texts(field, leaf) for leaf, n in own.items() if n not in dropped}
            for one, other in combinations(texts, 2) if is_and else ():
                if texts[one].apart(texts[other]):
                    return self._never([nodes[one], nodes[other]])
            dropped |= _implied_texts(texts, is_and)
        return dropped, decisive

    def _never(self, leaves: Sequence[Node]) -> bool:
        self.found.append(Never(tuple(cast("Comparison", leaf) for leaf in leaves)))
        return False


def _dropped_groups(nodes: Sequence[Node], decisive: set[_Key]) -> set[int]:
    """Return which groups a comparison beside them decides, or a group that has some of their comparisons alone."""
    dropped: set[int] = set()
    groups: dict[frozenset[_Key], int] = {}
    for n, node in enumerate(nodes):
        if not isinstance(node, Comparison):
            keys = frozenset(_keys(node))
            if not keys.isdisjoint(decisive) or (len(keys) == len(node.operands) and groups.setdefault(keys, n) != n):
                dropped.add(n)
    if len(groups) <= _MOST_GROUPS:
        dropped.update(n for keys, n in groups.items() if any(other < keys for other in groups))
    return dropped


def _keys(group: And | Or) -> list[_Key]:
    return [_key(leaf) for leaf in group.operands if isinstance(leaf, Comparison)]


def _key(leaf: Comparison) -> _Key:
    return leaf.field, leaf.operator, leaf.value


def _sets(view: View, leaf: Leaf, is_and: bool) -> Sets:
    may, must = view.sets[leaf]
    return (may, must) if is_and else (view.everything ^ must, view.everything ^ may)


def _common(cells: Iterable[Sets], everything: int) -> int:
    for may, _ in cells:
        everything &= may
    return everything


def _implied(cells: dict[int, Sets], everything: int) -> set[int]:
    """Return, the last first, what has all that the others have in common."""
    before = everything
    common_before = []
    for may, _ in cells.values():
        common_before.append(before)
        before &= may
    implied: set[int] = set()
    behind = everything
    for (n, (may, must)), before in zip(reversed(cells.items()), reversed(common_before), strict=True):
        if len(implied) < len(cells) - 1 and not before & behind & ~must:
            implied.add(n)
        else:
            behind &= may
    return implied


def _core(cells: dict[int, Sets], everything: int) -> list[int]:
    """Return as few as have nothing in common."""
    behind = everything
    common_behind = []
    for may, _ in reversed(cells.values()):
        common_behind.append(behind)
        behind &= may
    core = []
    before = everything
    for (n, (may, _)), behind in zip(cells.items(), reversed(common_behind), strict=True):
        if before & behind:
            core.append(n)
            before &= may
    return core


def _implied_texts(texts: dict[int, Texts], is_and: bool) -> set[int]:
    """Return, the last first, which another is within, or in a group of `or` which are within another."""
    left = dict(texts)
    for n, one in reversed(texts.items()):
        others = (other for m, other in left.items() if m != n)
        if any(other.within(one) if is_and else one.within(other) for other in others):
            del left[n]
    return texts.keys() - left.keys()


def logical_warnings(tree: Node, record: Any, text: str) -> Iterator[Problem]:
    """Yield what `check` says of a right filter: that no row fulfils a part of it, or that a part changes nothing.

    >>> from deltasib_query import User, parse
    >>> text = "User_Id < 5 and User_Id > 9"
    >>> [problem.message for problem in logical_warnings(parse(text, User).tree, User, text)]
    ['no row has `User_Id < 5` and `User_Id > 9`']
    """
    left, found = simplify(tree, record)
    if left is True:
        yield Problem("redundant", "every row fulfils this filter", Span(0, len(text)), "warning")
        return
    problems = [_redundant(one, text) if isinstance(one, Redundant) else _never(one, text) for one in found]
    covered = 0  # what is within an operand that changes nothing is not worth a word
    for problem in sorted(problems, key=lambda problem: (problem.span.start, -problem.span.end)):
        if problem.span.end > covered:
            covered = problem.span.end if problem.code == "redundant" else covered
            yield problem


def _never(found: Never, text: str) -> Problem:
    spans = [cast("Span", leaf.span) for leaf in found.leaves]
    named = " and ".join(quoted(text[slice(*span)]) for span in spans[:_MOST_NAMED])
    more = " and …" if len(spans) > _MOST_NAMED else ""
    return Problem("never", f"no row has {named}{more}", Span(spans[0].start, spans[-1].end), "warning")


def _redundant(found: Redundant, text: str) -> Problem:
    span = cast("Span", found.group.operands[found.place].span)
    message = f"{quoted(text[slice(*span)])} changes nothing: the same rows are found without it"
    return Problem("redundant", message, span, "warning", repair=_removal(found, text))


def _removal(found: Redundant, text: str) -> Repair | None:
    """The edit that removes an operand, with parentheses around it alone and the keyword on one of its sides."""
    operands, place = found.group.operands, found.place
    here = _enclosed(operands[place], text)
    if place:
        before = Span(_enclosed(operands[place - 1], text).end, here.end)
        if not _PARENTHESIS.search(text, before.start, here.start):
            return Repair(before, "", certain=False)
    if place + 1 < len(operands):
        behind = Span(here.start, _enclosed(operands[place + 1], text).start)
        if not _PARENTHESIS.search(text, here.end, behind.end):
            return Repair(behind, "", certain=False)
    return None


def _enclosed(operand: Node, text: str) -> Span:
    """The place of an operand with the parentheses around it alone."""
    start, end = cast("Span", operand.span)
    while True:
        before, behind = start - 1, end
        while before >= 0 and text[before].isspace():
            before -= 1
        while behind < len(text) and text[behind].isspace():
            behind += 1
        if before < 0 or behind == len(text) or text[before] + text[behind] != "()":
            return Span(start, end)
        start, end = before, behind + 1
