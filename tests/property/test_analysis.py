"""What is left of a filter selects the same rows, and what is said to be implied is: on rows at the filters' edges."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, UndecidedError, check, comparisons, parse
from deltasib_query import testing as published
from deltasib_query.service.objects import RECORDS
from edges import filters, rows
from strategies import Row

SEVERAL_ROWS = st.lists(rows(), min_size=20, max_size=20)


def size(filter: Filter[Any]) -> int:
    return 0 if filter.constant is not None else sum(1 for _ in comparisons(filter.tree))


@given(filters(), SEVERAL_ROWS)
def test_a_simplified_filter_selects_the_same_rows(filter: Filter[Any], rows: list[Row]) -> None:
    simple = filter.simplify()
    assert [simple.matches(row) for row in rows] == [filter.matches(row) for row in rows]


@given(filters(max_leaves=12))
def test_what_is_left_is_no_longer_and_cannot_be_simplified_further(filter: Filter[Any]) -> None:
    simple = filter.simplify()
    assert simple.simplify() == simple
    assert size(simple) <= size(filter)
    if simple.constant is None:
        assert set(comparisons(simple.tree)) <= set(comparisons(filter.tree))


@given(filters(), filters(max_leaves=4), SEVERAL_ROWS)
def test_a_filter_implies_another_only_where_no_row_says_otherwise(
    one: Filter[Any], other: Filter[Any], rows: list[Row]
) -> None:
    try:
        row = one.example(but_not=other)
    except UndecidedError:
        return
    if row is None:
        assert [each for each in rows if one.matches(each) and not other.matches(each)] == []
    else:
        assert one.matches(row) and not other.matches(row)
        assert row.keys() == {field.name for field in one.fields | other.fields}


@given(filters(), filters(max_leaves=4))
def test_a_filter_implies_what_it_is_a_part_of(one: Filter[Any], other: Filter[Any]) -> None:
    for narrow, wide in ((one & other, one), (one, one | other), (one, one.simplify()), (one.simplify(), one)):
        with suppress(UndecidedError):
            assert narrow.implies(wide)


@given(st.data())
def test_filters_of_the_service_select_the_same_rows(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    filter: Filter[Any] = data.draw(published.filters(record))
    simple = filter.simplify()
    for row in data.draw(st.lists(published.rows(record), max_size=10)):
        assert simple.matches(row) == filter.matches(row)


@given(filters(["Text", "Id", "Day"]), SEVERAL_ROWS)
def test_every_repair_of_what_changes_nothing_keeps_the_rows(filter: Filter[Any], rows: list[Row]) -> None:
    text, record = str(filter), filter.record
    for problem in check(text, record):
        if problem.code == "redundant" and problem.repair is not None:
            repaired = parse(problem.repair.apply(text), record)
            assert [repaired.matches(row) for row in rows] == [filter.matches(row) for row in rows]
            assert size(repaired) < size(filter)
