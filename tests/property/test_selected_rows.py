"""Which rows a filter finds: in memory, in SQLite, and by an evaluation in three-valued logic that uses neither."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Numeric, String, Table, create_engine, select, text
from sqlalchemy.engine import Engine

from deltasib_query import And, Comparison, InvalidRowError, Node, Or, UserServiceBase, from_tree
from deltasib_query.integrations.sqlalchemy import prepare, where
from deltasib_query.language.tree import comparisons
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, Row, decimals, filters_with_rows

METADATA = MetaData()
PLACE = "row_number"


def _table(record: type[Any]) -> Table:
    numbers = {name for name, kind in record.field_kinds.items() if kind == "number"}
    columns = [Column(name, Numeric() if name in numbers else String()) for name in record.fields_by_name]
    return Table(record.__name__, METADATA, Column(PLACE, Integer), *columns)


TABLES = {record: _table(record) for record in RECORDS}


@pytest.fixture(scope="module")
def engine() -> Any:
    engine = create_engine("sqlite://")
    prepare(engine)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def found_in_memory(filter: AnyFilter, rows: list[Row]) -> list[int]:
    return [place for place, row in enumerate(rows) if filter.matches(row)]


def found_in_sqlite(engine: Engine, filter: AnyFilter, rows: list[Row]) -> list[int]:
    table = TABLES[filter.record]
    names = list(filter.record.fields_by_name)
    held = [
        {PLACE: place, **{name: str(v) if isinstance(v, Decimal) else v for name, v in row.items()}}
        for place, row in enumerate(rows)
    ]
    into = f"insert into {table.name} values (:{PLACE}, {', '.join(f':{name}' for name in names)})"
    with engine.connect() as connection:
        connection.execute(text(into), held)
        found = connection.execute(select(table.c[PLACE]).where(where(filter, table)).order_by(table.c[PLACE]))
        places = list(found.scalars())
        connection.rollback()
    return places


def truth(filter: AnyFilter, node: Node, row: Row) -> bool | None:
    """True, False, or None for unknown, as SQL has it."""
    if isinstance(node, Comparison):
        return None if row[node.field] is None else from_tree(node, filter.record).matches(row)
    assert isinstance(node, And | Or)
    values = [truth(filter, operand, row) for operand in node.operands]
    decisive = isinstance(node, Or)
    if decisive in values:
        return decisive
    return None if None in values else not decisive


@given(filters_with_rows())
def test_memory_and_sqlite_find_the_same_rows(engine: Engine, given: tuple[AnyFilter, list[Row]]) -> None:
    filter, rows = given
    assert found_in_sqlite(engine, filter, rows) == found_in_memory(filter, rows)


def as_doubles(row: Row) -> Row:
    """The row as a driver gives it where amounts are doubles, and where a choice of yes or no has no valid label."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}


@given(filters_with_rows() | filters_with_rows(like=False))
def test_a_record_is_found_as_the_row_that_it_was_read_from(given: tuple[AnyFilter, list[Row]]) -> None:
    filter, rows = given
    blank = [{name: "" if value == "No" else value for name, value in row.items()} for row in rows]
    rows += [as_doubles(row) for row in rows] + blank
    records = filter.record.from_rows(rows)
    assert [filter.matches(record) for record in records] == [filter.matches(row) for row in rows]
    assert [filter.matches(record.database_values()) for record in records] == [filter.matches(row) for row in rows]


ANSWERED: list[object] = [
    None, "", "0", 0, 1, -3, 2.0, 5.5, True, False, "1", "Y", "n", "on", "Yes", "NO", "maybe", "1e-7", "1E5", "1,234",
    " 5 ", "UL", Decimal("5.5"), Decimal("1E+70"), 10**70, "0000-00-00", "0000-00-00 00:00:00", "0000-00-00garbage",
    "2021-01-30",
    "2021/01/30", "2021-01-30 08:15:00", "2021-01-30T08:15", "2021-01-30 24:00:00", "2021-13-01", date(2021, 1, 30),
    datetime.fromisoformat("2021-01-30"), datetime.fromisoformat("2021-01-30 08:15:00.5"), "\ud800", "علی", [],
]  # fmt: skip
"""What a server may answer, or a program may have, for a value of any field; some of it no field can hold."""


@given(filters_with_rows(), st.data())
def test_a_mapping_is_found_as_the_record_of_it_or_both_are_refused(
    given: tuple[AnyFilter, list[Row]], data: st.DataObject
) -> None:
    for leaf in comparisons(given[0].tree):
        filter = from_tree(leaf, given[0].record)
        row = {leaf.field: data.draw(st.sampled_from(ANSWERED))}
        try:
            found = filter.matches(filter.record.from_row(row))
        except InvalidRowError:
            with pytest.raises(TypeError):
                filter.matches(row)
        else:
            assert filter.matches(row) is found


@given(decimals(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["=", "<>", "<", ">", "<=", ">="]))
@example(Decimal("0.1000000000000000055"), 0.1, "=")
@example(Decimal("0.30000000000000000001"), 0.3, "<")
def test_a_double_is_compared_as_one_in_a_record_too(number: Decimal, stored: float, operator: str) -> None:
    filter = from_tree(Comparison("Off", operator, number), UserServiceBase)
    expected = {"=": eq, "<>": ne, "<": lt, ">": gt, "<=": le, ">=": ge}[operator](stored, float(number))
    assert filter.matches({"Off": stored}) is expected
    assert filter.matches(UserServiceBase.from_row({"Off": stored})) is expected


@given(filters_with_rows())
def test_a_filter_finds_the_rows_for_which_it_is_true_in_three_valued_logic(given: tuple[AnyFilter, list[Row]]) -> None:
    filter, rows = given
    assert [filter.matches(row) for row in rows] == [truth(filter, filter.tree, row) is True for row in rows]


@given(filters_with_rows(like=False))
def test_a_negated_filter_finds_exactly_the_rows_for_which_it_is_false(given: tuple[AnyFilter, list[Row]]) -> None:
    filter, rows = given
    assert [(~filter).matches(row) for row in rows] == [truth(filter, filter.tree, row) is False for row in rows]


@given(filters_with_rows(like=False))
def test_negating_twice_changes_nothing(given: tuple[AnyFilter, list[Row]]) -> None:
    filter, _ = given
    assert ~~filter == filter


@given(filters_with_rows(like=False))
def test_a_negated_filter_finds_the_same_rows_in_sqlite(engine: Engine, given: tuple[AnyFilter, list[Row]]) -> None:
    filter, rows = given
    assert found_in_sqlite(engine, ~filter, rows) == found_in_memory(~filter, rows)


@given(filters_with_rows(), filters_with_rows())
def test_and_finds_what_both_find_and_or_what_either_finds(
    given: tuple[AnyFilter, list[Row]], further: tuple[AnyFilter, list[Row]]
) -> None:
    one, rows = given
    other = further[0] if further[0].record is one.record else one
    for row in rows:
        assert (one & other).matches(row) == (one.matches(row) and other.matches(row))
        assert (one | other).matches(row) == (one.matches(row) or other.matches(row))
