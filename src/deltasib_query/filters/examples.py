"""A row that one filter selects and another does not, or the proof that there is none.

The proof is a search over cells: all that the values of a field can be to its literals and patterns, and more where
that is uncertain. A row is looked for in the same way, over values that are made of the literals and patterns and held
against the comparisons as `Filter.matches` does it. Between the two lies what is undecided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, permutations
from typing import Any, Final, NamedTuple, TypeAlias

from deltasib_query.errors import UndecidedError
from deltasib_query.evaluation.kinds import whole_datetime
from deltasib_query.evaluation.predicate import compile_predicate
from deltasib_query.filters.candidates import candidates
from deltasib_query.filters.cells import (
    EQUALITY,
    MOST_LITERALS,
    MOST_TEXTS,
    Leaf,
    LiteralFacts,
    Pattern,
    Relations,
    Sets,
    certainly_less,
    facts_of,
    in_order,
    sets,
)
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, comparisons, fold

_MOST_STEPS: Final = 20_000
"""Conditions that a search looks at."""
_MOST_EVALUATIONS: Final = 6_000
"""Comparisons of one field that values are held against."""
_MOST_CELLS: Final = 1 << 12
"""Cells of one field, beyond which what is uncertain is not told apart."""
_MOST_ALIKE: Final = 4
"""Literals that are tried before other values."""


class _Domain(NamedTuple):
    """What a field can be, one bit each; and where each comparison holds, in the wanted filter and in the unwanted."""

    everything: int
    holds: tuple[dict[Leaf, int], dict[Leaf, int]]


class _Group(NamedTuple):
    is_and: bool
    operands: Sequence[_Condition]


_Condition: TypeAlias = "tuple[int, int] | _Group"
"""The number of a field and where a condition on it holds, or several conditions."""


def find_example(wanted: Node | bool, unwanted: Node | bool, record: Any) -> dict[str, Any] | None:
    """Return a row that the first filter selects and the second does not; None where there certainly is none.

    Raises `UndecidedError` where neither is found.

    >>> from deltasib_query import User
    >>> find_example((User.User_Id > 5).tree, (User.User_Id > 6).tree, User)
    {'User_Id': 6}
    >>> find_example((User.User_Id > 5).tree, (User.User_Id >= 6).tree, User)
    """
    trees = (wanted, unwanted)
    leaves: defaultdict[str, tuple[dict[Leaf, None], dict[Leaf, None]]] = defaultdict(lambda: ({}, {}))
    for side, tree in enumerate(trees):
        for leaf in () if isinstance(tree, bool) else comparisons(tree):
            leaves[leaf.field][side][leaf.operator, leaf.value] = None
    names = list(leaves)
    spaces = [_Space(record, name, *map(list, leaves[name])) for name in names]
    left = _search(trees, names, [space.domain for space in spaces])
    if left is None:
        return None
    found = [space.values(cells) for space, cells in zip(spaces, left, strict=True)]
    left = _search(trees, names, [domain for _, domain in found])
    if left is None:
        raise UndecidedError("no such row was found, and that there is none was not proved either")
    lowest = ((bits & -bits).bit_length() - 1 for bits in left)
    return {name: values[bit] for name, (values, _), bit in zip(names, found, lowest, strict=True)}


def _search(trees: Sequence[Node | bool], names: Sequence[str], domains: Sequence[_Domain]) -> list[int] | None:
    """Return what each field can be where the first filter holds and the second does not, None if that is nowhere.

    Where one operand of a group decides, the first holds, or it does not and another one does: so nothing is looked at
    twice.
    """
    goals = [(_compile(tree, names, domains, side), not side) for side, tree in enumerate(trees)]
    states: list[tuple[list[tuple[_Condition, bool]], _Choices, list[int]]] = [
        (goals, None, [domain.everything for domain in domains])
    ]
    steps = 0
    while states:
        goals, choices, left = states.pop()
        while goals:
            condition, holds = goals.pop()
            steps += 1
            if not isinstance(condition, _Group):
                field, where = condition
                left[field] &= where if holds else ~where
                if not left[field]:
                    break
            elif condition.is_and is holds:
                goals += ((operand, holds) for operand in condition.operands)
            elif condition.operands:
                choices = (condition.operands, 0, holds), choices
            else:
                break
        else:
            if choices is None:
                return left
            (operands, first, holds), rest = choices
            if first + 1 < len(operands):
                states.append(([(operands[first], not holds)], ((operands, first + 1, holds), rest), left.copy()))
            states.append(([(operands[first], holds)], rest, left))
        if steps > _MOST_STEPS:
            raise UndecidedError(f"not decided in {_MOST_STEPS:,} steps")
    return None


_Choices: TypeAlias = "tuple[tuple[Sequence[_Condition], int, bool], _Choices] | None"
"""Groups of which one operand has to hold, or not to hold, from the one at a place on; each with those after it."""


def _compile(tree: Node | bool, names: Sequence[str], domains: Sequence[_Domain], side: int) -> _Condition:
    """Return a filter as conditions on the bits of fields; what a group says of one field is a single condition."""
    if isinstance(tree, bool):
        return _Group(tree, ())
    numbers = {name: number for number, name in enumerate(names)}

    def comparison(leaf: Comparison) -> _Condition:
        number = numbers[leaf.field]
        return number, domains[number].holds[side][leaf.operator, leaf.value]

    def group(node: And | Or, operands: list[_Condition]) -> _Condition:
        is_and = isinstance(node, And)
        by_field: dict[int, int] = {}
        groups: list[_Condition] = []
        for operand in operands:
            if isinstance(operand, _Group):
                groups.append(operand)
            else:
                number, where = operand
                known = by_field.get(number, where)
                by_field[number] = known & where if is_and else known | where
        merged = [*by_field.items(), *groups]
        return merged[0] if len(merged) == 1 else _Group(is_and, merged)

    return fold(tree, comparison, group)


class _Space:
    """The cells of a field: those of the literals in order, and once more for each literal without an order.

    In the latter the value is that literal and none before it, in the former it is none of them. A pattern, and a
    literal without an order, doubles the cells where several comparisons depend on it.
    """

    def __init__(self, record: Any, name: str, wanted: list[Leaf], unwanted: list[Leaf]) -> None:
        self._record, self._name, self._field = record, name, record.fields_by_name[name]
        self._sides = wanted, unwanted
        self._nullable = self._field is not record.key
        self._leaves = list(dict.fromkeys([*wanted, *unwanted]))
        self._patterns: dict[Leaf, Pattern] = {}
        self._values: dict[Leaf, Value] = {}
        """What stands behind the operator, but for patterns with wildcards."""
        for leaf in self._leaves:
            value: Value | None = leaf[1]
            if leaf[0] == "like":
                self._patterns[leaf] = Pattern(str(value))
                value = self._patterns[leaf].plain
            if value is not None:
                self._values[leaf] = value
        if len(self._values) > MOST_LITERALS:
            raise UndecidedError(f"{name} is compared with more than {MOST_LITERALS:,} values")
        self._literals = self._in_order({leaf: facts_of(self._field, value) for leaf, value in self._values.items()})
        self._told: dict[Leaf, int] = {}
        """The cells of patterns that are told apart."""
        self._everything, self._relations = self._cells()
        operators: defaultdict[LiteralFacts, list[str]] = defaultdict(list)
        for leaf in (*wanted, *unwanted):
            if leaf in self._literals and self._literals[leaf].order is None:
                operators[self._literals[leaf]].append(leaf[0])
        for literal, several in operators.items():
            if len(several) > 1 and not EQUALITY.issuperset(several) and (less := self._split()):
                below, same, above = self._relations[literal]
                self._relations[literal] = below & less, same, above & ~less
        self._tell_patterns({*wanted} & {*unwanted})
        holds = [{leaf: self._sets(leaf)[side] for leaf in leaves} for side, leaves in enumerate((wanted, unwanted))]
        self.domain = self._domain(self._everything, holds)

    def _in_order(self, literals: dict[Leaf, LiteralFacts]) -> dict[Leaf, LiteralFacts]:
        """Give an order to the texts that certainly have one, each beside the one before."""
        if self._field.kind != "text":
            return literals
        known = [literal for literal in dict.fromkeys(literals.values()) if literal.family is not None]
        order: dict[LiteralFacts, int] = {}
        last = None
        for literal in sorted(known, key=lambda literal: str(literal.family)):
            if last is None or certainly_less(last, literal):
                order[literal] = len(order)
                last = literal
        return {leaf: literal._replace(order=order.get(literal)) for leaf, literal in literals.items()}

    def _cells(self) -> tuple[int, dict[LiteralFacts, Relations]]:
        """Return all cells, and where each literal is among them."""
        literals = dict.fromkeys(self._literals.values())
        row, in_row = in_order(self._field, (literal for literal in literals if literal.order is not None))
        width = row.bit_length()
        gaps = row & ((2 << width) - 1) // 3  # every other one
        others = sorted((literal for literal in literals if literal.order is None), key=lambda one: one.family is None)
        everything, repeated = row, 1
        for place in range(1, len(others) + 1):
            everything |= gaps << width * place
            repeated |= 1 << width * place
        relations: dict[LiteralFacts, Relations] = {}
        taken = 0
        families: defaultdict[Any, int] = defaultdict(int)
        for literal, (below, same, above) in in_row.items():
            relations[literal] = below * repeated & everything, same, above * repeated & everything
            families[literal.family] |= same
            taken |= same
        for place, literal in enumerate(others, start=1):
            here = gaps << width * place
            perhaps = taken if literal.family is None else families[literal.family]
            relations[literal] = everything ^ here, here | perhaps, everything ^ here
            families[literal.family] |= here
            taken |= here
        return everything, relations

    def _split(self) -> int:
        """Double the cells, if there may be as many: in one half, which is returned, something is true."""
        width = self._everything.bit_length()
        if 2 * width > _MOST_CELLS:
            return 0

        def twice(cells: int) -> int:
            return cells | cells << width

        self._relations = {
            literal: (twice(below), twice(same), twice(above))
            for literal, (below, same, above) in self._relations.items()
        }
        self._told = {leaf: twice(cells) for leaf, cells in self._told.items()}
        upper = self._everything << width
        self._everything |= upper
        return upper

    def _tell_patterns(self, shared: set[Leaf]) -> None:
        """Tell patterns apart that are in both filters, within each other, or apart from each other."""
        uncertain = {leaf: pattern for leaf, pattern in self._patterns.items() if not pattern.is_any}
        related: list[tuple[Leaf, Leaf, bool]] = []
        if len(uncertain) <= MOST_TEXTS:
            for (one, pattern), (other, wider) in permutations(uncertain.items(), 2):
                if pattern.within(wider):
                    related.append((one, other, True))
                elif pattern.apart(wider):
                    related.append((one, other, False))
        for leaf in uncertain:
            if (leaf in shared or any(leaf in pair for pair in related)) and (cells := self._split()):
                _, same, _ = self._relations[self._literals[leaf]] if leaf in self._literals else (0, cells, 0)
                self._told[leaf] = cells & same
        for one, other, within in related:
            if one in self._told and other in self._told:
                self._everything &= ~(self._told[one] & (~self._told[other] if within else self._told[other]))

    def _sets(self, leaf: Leaf) -> Sets:
        if leaf in self._told:
            cells = self._told[leaf] & self._everything
            return cells, cells
        if leaf in self._literals:
            may, must = sets(leaf, self._relations[self._literals[leaf]], self._everything)
            return may & self._everything, must
        return self._everything, self._everything if self._patterns[leaf].is_any else 0

    def _domain(self, everything: int, holds: Sequence[dict[Leaf, int]]) -> _Domain:
        null = 1 << everything.bit_length() if self._nullable else 0
        return _Domain(everything | null, (holds[0], holds[-1]))

    def values(self, likely: int) -> tuple[list[Any], _Domain]:
        """Return values to look among, those of likely cells first, and which comparisons hold for each."""
        tests = {leaf: compile_predicate(Comparison(self._name, *leaf), self._record) for leaf in self._leaves}
        holds = dict.fromkeys(self._leaves, 0)
        values: list[Any] = []
        for value in islice(self._candidates(likely), 30 + _MOST_EVALUATIONS // len(tests)):
            row = {self._name: value}
            with suppress(TypeError):  # a number of more digits than a column holds
                for leaf in [leaf for leaf, test in tests.items() if test(row)]:
                    holds[leaf] |= 1 << len(values)
                values.append(value)
        return [*values, None], self._domain((1 << len(values)) - 1, [holds])

    def _candidates(self, likely: int) -> Iterator[Any]:
        """Yield literals that are likely, values near those that are nearly so, and the other literals."""
        literals: list[list[Value]] = [[], [], []]  # likely ones, ones next to what is likely, others
        for leaf, value in self._values.items():
            same = self._relations[self._literals[leaf]][1]
            distance = 0 if same & likely else 1 if (same << 1 | same >> 1) & likely else 2
            literals[distance].append(whole_datetime(str(value)) if self._field.kind == "datetime" else value)
        wanted, unwanted = (
            [self._patterns[leaf] for leaf in side if leaf in self._patterns and leaf not in self._literals]
            for side in self._sides
        )
        yield from literals[0][:_MOST_ALIKE]
        yield from candidates(self._field, [*literals[1], *literals[0], *literals[2]], wanted, unwanted)
        yield from (*literals[0][_MOST_ALIKE:], *literals[1], *literals[2])
