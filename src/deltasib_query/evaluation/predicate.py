"""Tree to predicate: whether a row in memory matches a filter, without `eval` and without recursion."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from math import isfinite
from typing import Any, Final, Protocol, TypeAlias

from deltasib_query.evaluation.collation import like_key, sort_key
from deltasib_query.evaluation.kinds import (
    HELD,
    ZERO_DATETIME,
    like_matcher,
    same_kind,
    whole_datetime,
)
from deltasib_query.language.terminals import fits
from deltasib_query.language.tree import And, Comparison, Node

Predicate: TypeAlias = Callable[[object], bool]
_Test: TypeAlias = Callable[[Any], bool]
_TRUE, _FALSE = -1, -2
_Reader: TypeAlias = Callable[[Any], Any]
_Compare: TypeAlias = Callable[[Any, Any], bool]
_MOST_TEXTS: Final = 4096
"""How many texts of a field are cached with the values that they are read as: the days of eleven years."""
_OPERATORS: Final[dict[str, _Compare]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


class Comparable(Protocol):
    """A record class, as far as comparing the values of its rows needs it."""

    @property
    def fields_by_name(self) -> Mapping[str, Any]: ...  # noqa: D102 - each with its `kind` and `held_types`

    def held_for(self, name: str, value: object, /) -> Any:
        """Return the database's value for a row's value, or raise `TypeError`: see `Record.held_for`."""


def compile_predicate(tree: Node, record: Comparable) -> Predicate:
    """Return the predicate of a tree.

    The tree becomes a list of comparisons, each with the index of the comparison to continue with if it holds, and of
    the one if it does not. A comparison with NULL counts as one that does not hold: without `not` in the language, this
    selects the same rows as SQL's third truth value.

    >>> from deltasib_query import User
    >>> compile_predicate(Comparison("Name", "=", "علی"), User)({"Name": None})
    False
    """
    program = _program(tree, record)
    start = len(program) - 1

    def matches(row: Any) -> bool:
        values, held, database_value = row, None, None
        if not isinstance(values, dict):
            values, held, database_value = _values(row)
        at = start
        while at >= 0:
            field, test, yes, no = program[at]
            value = values[field]
            if (value is None or (held and field in held)) and database_value is not None:
                value = database_value(field)
            at = yes if value is not None and test(value) else no
        return at == _TRUE

    return matches


def _values(
    row: object,
) -> tuple[Mapping[str, Any], Mapping[str, object] | None, Callable[[str], object] | None]:
    """Return the values of a row; for a record also its `HELD` values, and the method to ask for those and for None."""
    database_value: Callable[[str], object] | None = getattr(row, "database_value", None)
    if database_value is not None:
        values: dict[str, Any] = row.__dict__
        return values, values.get(HELD), database_value
    if isinstance(row, Mapping):
        return row, None, None
    raise TypeError(f"a row is a record or a mapping, not {type(row).__name__}")


def _program(tree: Node, record: Comparable) -> list[tuple[str, _Test, int, int]]:
    """Return the comparisons from the last to the first, each with the indices of its two successors in this list."""
    program: list[tuple[str, _Test, int, int]] = []
    readers: dict[str, _Reader] = {}

    def add(leaf: Comparison, yes: int, no: int) -> None:
        name = leaf.field
        if name not in readers:
            readers[name] = _reader(record, name)
        program.append((name, _test(leaf, record.fields_by_name[name], readers[name]), yes, no))

    if isinstance(tree, Comparison):
        add(tree, _TRUE, _FALSE)
        return program
    frames = [(tree, reversed(tree.operands), _TRUE, _FALSE, False)]
    while frames:
        group, rest, yes, no, followed = frames.pop()
        for operand in rest:
            # The next operand in the text is compiled already; its first comparison is the last of the list.
            following = len(program) - 1
            is_and = isinstance(group, And)
            on_yes = following if followed and is_and else yes
            on_no = following if followed and not is_and else no
            followed = True
            if isinstance(operand, Comparison):
                add(operand, on_yes, on_no)
            else:
                frames.append((group, rest, yes, no, True))
                frames.append((operand, reversed(operand.operands), on_yes, on_no, False))
                break
    return program


def _reader(record: Comparable, name: str) -> _Reader:
    """Return a function that reads a field's values as a record does. It caches texts, such as days, which recur."""
    held_for = partial(record.held_for, name)
    held_for_text = lru_cache(_MOST_TEXTS)(held_for)
    return lambda value: held_for_text(value) if type(value) is str else held_for(value)


def _test(leaf: Comparison, field: Any, held: _Reader) -> _Test:
    """Return the test of a value: compared at once if it plainly is what the database holds, and read first if not."""
    if leaf.operator == "like":
        matcher = like_matcher(str(leaf.value)).fullmatch
        return lambda value: matcher(like_key(value if type(value) is str else held(value))) is not None
    compare = _OPERATORS[leaf.operator]
    if field.kind == "number":
        return _number_test(compare, leaf.value, field.held_types, held)
    literal = str(leaf.value)
    if field.kind == "date":
        return lambda value: compare(date.isoformat(value) if type(value) is date else held(value), literal)
    if field.kind == "datetime":
        return _moment_test(compare, whole_datetime(literal), held)
    key = sort_key(literal)
    if str in field.held_types:
        return lambda value: compare(sort_key(value if type(value) is str else held(value)), key)
    found = {label: compare(sort_key(label), key) for label in ("Yes", "No", "")}
    yes, no = found["Yes"], found["No"]

    def test(value: Any) -> bool:
        if type(value) is bool:
            return yes if value else no
        return found[value if type(value) is str and value in found else held(value)]

    return test


def _number_test(compare: _Compare, number: Any, types: frozenset[type], held: _Reader) -> _Test:
    def test(value: Any) -> bool:
        if type(value) is int and -(2**63) < value < 2**63:  # the quickest test for most numbers
            return compare(value, number)
        stored = value if type(value) in types and _is_plain_number(value) else held(value)
        return stored is not None and compare(*same_kind(stored, number))

    return test


def _is_plain_number(value: float | Decimal) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return (isinstance(value, int) or value.is_finite()) and fits(value)


def _moment_test(compare: _Compare, moment: str, held: _Reader) -> _Test:
    read = datetime.fromisoformat

    def test(value: Any) -> bool:
        if type(value) is datetime:
            return compare(value.isoformat(" ")[:19], moment)
        # Python 3.14 takes 24 o'clock for a midnight.
        if type(value) is str and value[4::3] == "-- ::" and value[11:] < "24" and value != ZERO_DATETIME:
            try:
                read(value)
            except ValueError:
                pass  # `held` raises the error
            else:
                return compare(value, moment)
        return compare(held(value), moment)

    return test
