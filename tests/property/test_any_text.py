"""Texts of any kind: what is no filter is refused with the package's own error, and nothing else ever happens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, FilterError, Limits, Record, check, parse
from deltasib_query.service.objects import RECORDS
from strategies import damaged, random_texts

records = st.sampled_from(RECORDS)
limits = st.sampled_from([None, Limits()])
texts_and_records = st.tuples(random_texts(), records) | damaged()


@given(texts_and_records, limits, st.booleans())
def test_parse_gives_a_filter_or_raises_a_filter_error(
    given: tuple[str, type[Record]], limits: Limits | None, repair: bool
) -> None:
    text, record = given
    try:
        filter = parse(text, record, limits=limits, repair=repair)
    except FilterError:
        return
    assert isinstance(filter, Filter)


@given(texts_and_records, limits)
def test_check_never_raises_and_agrees_with_parse(given: tuple[str, type[Record]], limits: Limits | None) -> None:
    text, record = given
    problems = check(text, record, limits=limits)
    errors = [problem for problem in problems if problem.severity == "error"]
    if not errors:
        parse(text, record, limits=limits)
        return
    with pytest.raises(FilterError) as caught:
        parse(text, record, limits=limits)
    assert caught.value.problem == errors[0]
    assert caught.value.problems == tuple(problems)


@given(texts_and_records)
def test_what_is_accepted_parses_back(given: tuple[str, type[Record]]) -> None:
    text, record = given
    if any(problem.severity == "error" for problem in check(text, record, limits=None)):
        return
    filter = parse(text, record, limits=None)
    assert parse(str(filter), record, limits=None) == filter


@given(texts_and_records)
def test_what_repair_accepts_parses_back(given: tuple[str, type[Record]]) -> None:
    text, record = given
    try:
        filter = parse(text, record, limits=None, repair=True)
    except FilterError:
        return
    assert parse(str(filter), record, limits=None) == filter


@given(texts_and_records)
def test_repair_changes_nothing_that_is_accepted_without(given: tuple[str, type[Record]]) -> None:
    text, record = given
    if any(problem.severity == "error" for problem in check(text, record, limits=None)):
        return
    assert parse(text, record, limits=None, repair=True) == parse(text, record, limits=None)


@given(texts_and_records)
def test_every_place_is_in_the_text_and_in_order(given: tuple[str, type[Record]]) -> None:
    text, record = given
    problems = check(text, record, limits=None)
    assert [problem.span for problem in problems] == sorted(problem.span for problem in problems)
    for problem in problems:
        start, end = problem.span
        assert 0 <= start <= end <= len(text)
        assert problem.line == text.count("\n", 0, start) + 1
        assert problem.column == start - (text.rfind("\n", 0, start) + 1) + 1
        if problem.repair is not None:
            start, end = problem.repair.span
            assert 0 <= start <= end <= len(text)


@given(texts_and_records)
def test_every_problem_can_be_shown(given: tuple[str, type[Record]]) -> None:
    text, record = given
    for problem in check(text, record, limits=None):
        shown = str(problem)
        assert problem.message in shown
        assert problem.code == problem.code.lower()


@given(texts_and_records)
def test_the_repairs_of_one_text_do_not_overlap(given: tuple[str, type[Record]]) -> None:
    text, record = given
    problems = check(text, record, limits=None)
    edits = sorted(
        problem.repair.span for problem in problems if problem.severity == "error" and problem.repair is not None
    )
    for one, other in pairwise(edits):
        assert one.end <= other.start
