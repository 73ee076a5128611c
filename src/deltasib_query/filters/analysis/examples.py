"""A row that one filter selects and another does not, or the proof that there is none.

The proof is a search over cells: all that the values of a field can be to its literals and patterns, and more where
that is uncertain. A row is looked for in the same way, over values that are made of the literals and patterns and held
against the comparisons as `Filter.matches` does it. Between the two lies what is undecided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple, TypeAlias

from deltasib_query.errors import UndecidedError
from deltasib_query.evaluation.predicate import compile_predicate
from deltasib_query.filters.analysis.candidates import candidates
from deltasib_query.filters.analysis.cells import MOST_LITERALS, NULL, Cells, Leaf
from deltasib_query.language.tree import And, Comparison, Node, Or, comparisons, fold
from deltasib_query.messages.message import Message

_MOST_STEPS: Final = 20_000
"""Conditions that a search looks at."""
_MOST_EVALUATIONS: Final = 6_000
"""Comparisons of one field that values are held against."""
_FEWEST_VALUES: Final = 30
"""Values of a field that are tried at least."""
_SHORT: Final = 250
"""Letters of a text that are compared at once."""


class _Values(NamedTuple):
    """What a field can be if it has one of some values, as `Cells` tells it of all."""

    values: Sequence[Any]
    everything: int
    where: Mapping[Leaf, tuple[int, int]]

    def possible(self, left: int) -> bool:
        return left != 0


class _Group(NamedTuple):
    """Several conditions; hull: what is left where any of them holds, or does not, if they are on one field."""

    is_and: bool
    operands: Sequence[_Condition]
    hull: tuple[str, int, int] | None = None


_Condition: TypeAlias = "tuple[str, int, int] | _Group"
"""The name of a field and what is left of it where a comparison holds, and where not; or several conditions."""
_Goal: TypeAlias = "tuple[_Condition, bool]"
"""A condition, and whether it has to hold."""
_Choices: TypeAlias = "tuple[tuple[Sequence[_Condition], int, bool], _Choices] | None"
"""Groups of which one operand has to hold, or not to hold, from the one at a place on; each with those after it."""


def find_example(wanted: Node | bool, unwanted: Node | bool, record: Any) -> dict[str, Any] | None:
    """Return a row that the first filter selects and the second does not; None where there certainly is none.

    Raises `UndecidedError` where neither is found.

    >>> from deltasib_query import User
    >>> find_example((User.User_Id > 5).tree, (User.User_Id > 6).tree, User)
    {'User_Id': 6}
    >>> find_example((User.User_Id > 5).tree, (User.User_Id >= 6).tree, User)
    """
    leaves: defaultdict[str, dict[Leaf, None]] = defaultdict(dict)
    for tree in (wanted, unwanted):
        for leaf in () if isinstance(tree, bool) else comparisons(tree):
            leaves[leaf.field][leaf.operator, leaf.value] = None
    for name, several in leaves.items():
        if len(several) > MOST_LITERALS:
            raise UndecidedError(Message("undecided.values", field=name, most=MOST_LITERALS))
    cells = {name: Cells(record, name, several) for name, several in leaves.items()}
    left = _search(wanted, unwanted, cells)
    if left is None:
        return None
    found = {name: _values(record, name, cells[name], left[name]) for name in cells}
    left = _search(wanted, unwanted, found)
    if left is None:
        raise UndecidedError(Message("undecided.unproved"))
    return {name: each.values[(left[name] & -left[name]).bit_length() - 1] for name, each in found.items()}


def _values(record: Any, name: str, cells: Cells, left: int) -> _Values:
    """Return values to look among where this is left of a field's cells."""
    tests = {leaf: compile_predicate(Comparison(name, *leaf), record) for leaf in cells.where}
    holds = dict.fromkeys(tests, 0)
    values: list[Any] = []
    work = _MOST_EVALUATIONS + _FEWEST_VALUES * len(tests)
    for value in candidates(record.fields_by_name[name], cells, left):
        work -= len(tests) * (1 + len(str(value)) // _SHORT)
        if work < 0:
            break
        with suppress(TypeError):  # a number of more digits than a column holds
            for leaf in [leaf for leaf, test in tests.items() if test({name: value})]:
                holds[leaf] |= 1 << len(values)
            values.append(value)
    values += [None] if cells.everything & NULL else []
    everything = (1 << len(values)) - 1
    return _Values(values, everything, {leaf: (bits, everything ^ bits) for leaf, bits in holds.items()})


def _search(wanted: Node | bool, unwanted: Node | bool, fields: Mapping[str, Cells | _Values]) -> dict[str, int] | None:
    """Return what each field can be where the first filter holds and the second does not, None if that is nowhere.

    Where one operand of a group decides, the first holds, or it does not and another one does: so nothing is looked at
    twice.
    """
    goals: list[_Goal] = [(_compile(wanted, fields), True), (_compile(unwanted, fields), False)]
    states: list[tuple[list[_Goal], _Choices, dict[str, int]]] = [
        (goals, None, {name: field.everything for name, field in fields.items()})
    ]
    steps = 0
    while states:
        goals, choices, left = states.pop()
        while goals:
            condition, holds = goals.pop()
            steps += 1
            if not isinstance(condition, _Group):
                name, *where = condition
                left[name] &= where[not holds]
                if not fields[name].possible(left[name]):
                    break
            elif condition.is_and is holds:
                goals += ((operand, holds) for operand in condition.operands)
            elif condition.operands:
                choices = (condition.operands, 0, holds), choices
                goals += [(condition.hull, holds)] if condition.hull else []
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
            raise UndecidedError(Message("undecided.steps", most=_MOST_STEPS))
    return None


def _compile(tree: Node | bool, fields: Mapping[str, Cells | _Values]) -> _Condition:
    """Return a filter as conditions on what is left of fields."""
    if isinstance(tree, bool):
        return _Group(tree, ())

    def comparison(leaf: Comparison) -> _Condition:
        return leaf.field, *fields[leaf.field].where[leaf.operator, leaf.value]

    def group(node: And | Or, operands: list[_Condition]) -> _Condition:
        of_fields = [operand for operand in operands if not isinstance(operand, _Group)]
        hull = None
        if len(of_fields) == len(operands) and len({name for name, _, _ in of_fields}) == 1:
            names, holds, fails = zip(*of_fields, strict=True)
            hull = names[0], reduce(or_, holds), reduce(or_, fails)
        return _Group(isinstance(node, And), operands, hull)

    return fold(tree, comparison, group)
