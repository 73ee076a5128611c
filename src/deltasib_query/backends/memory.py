"""Tree to predicate: a filter evaluated on a row in memory, without `eval` and without recursion."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from deltasib_query.backends.collation import like_key, sort_key
from deltasib_query.backends.semantics import HELD, Kind, like_matcher, same_kind, stored_text, whole_datetime
from deltasib_query.language.tree import And, Comparison, Node

Predicate: TypeAlias = Callable[[object], bool]
_Test: TypeAlias = Callable[[Any], bool]
_TRUE, _FALSE = -1, -2
_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


def compile_predicate(tree: Node, kinds: Mapping[str, Kind]) -> Predicate:
    """Return the predicate of a tree; `kinds` says how each field compares.

    The language has no `not`, so a comparison with NULL may count as false. A predicate is then a list of comparisons,
    each with the place of the next one to look at: one for where it holds, one for where it does not.

    >>> tree = Comparison("Name", "=", "علی")
    >>> compile_predicate(tree, {"Name": "text"})({"Name": None})
    False
    """
    program = _program(tree, kinds)
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
    """The values of a row; and of a record what it holds beside them, and what to ask for that and for None."""
    database_value: Callable[[str], object] | None = getattr(row, "database_value", None)
    if database_value is not None:
        values: dict[str, Any] = row.__dict__
        return values, values.get(HELD), database_value
    if isinstance(row, Mapping):
        return row, None, None
    raise TypeError(f"a row is a record or a mapping, not {type(row).__name__}")


def _program(tree: Node, kinds: Mapping[str, Kind]) -> list[tuple[str, _Test, int, int]]:
    """The comparisons from the last to the first, each with the places of its two successors in this list."""
    program: list[tuple[str, _Test, int, int]] = []

    def add(leaf: Comparison, yes: int, no: int) -> None:
        program.append((leaf.field, _test(leaf, kinds[leaf.field]), yes, no))

    if isinstance(tree, Comparison):
        add(tree, _TRUE, _FALSE)
        return program
    frames = [(tree, reversed(tree.operands), _TRUE, _FALSE, False)]
    while frames:
        group, rest, yes, no, followed = frames.pop()
        for operand in rest:
            # The operand behind this one was compiled last, so its first comparison stands last.
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


def _test(leaf: Comparison, kind: Kind) -> _Test:
    if leaf.operator == "like":
        matcher = like_matcher(str(leaf.value)).fullmatch
        return lambda value: matcher(like_key(value if type(value) is str else stored_text(value))) is not None
    compare = _OPERATORS[leaf.operator]
    if kind == "number":
        number: Any = leaf.value

        def compare_numbers(value: Any) -> bool:
            return compare(value, number) if type(value) is int else compare(*same_kind(_number(value), number))

        return compare_numbers
    if kind == "text":
        key = sort_key(str(leaf.value))
        return lambda value: compare(sort_key(value if type(value) is str else stored_text(value)), key)
    if kind == "datetime":
        moment = whole_datetime(str(leaf.value))
        return lambda value: compare(whole_datetime(stored_text(value)[:19]), moment)
    day = str(leaf.value)
    return lambda value: compare(stored_text(value)[:10], day)


def _number(value: object) -> float | Decimal:
    try:
        number = value if isinstance(value, int | float | Decimal) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan() if isinstance(number, Decimal) else number != number:
        raise TypeError(f"{value!r} is not a number, which its field holds")
    return number
