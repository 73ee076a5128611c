"""What `certain` promises: the repairs that are flagged so make a filter together, and `parse` makes just these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import FilterError, Limits, Problem, Record, check, parse
from deltasib_query.language.diagnosis.repairs import CERTAIN, apply
from deltasib_query.service.objects import RECORDS
from strategies import damaged, mutated_cases, random_texts

texts_and_records = st.tuples(random_texts(), st.sampled_from(RECORDS)) | damaged() | mutated_cases()
limits = st.sampled_from([None, Limits(), Limits(text=64, depth=2, comparisons=3)])


def certain(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.repair is not None and problem.repair.certain]


@given(texts_and_records, limits)
def test_the_certain_repairs_make_the_filter_that_parse_makes(
    given: tuple[str, type[Record]], limits: Limits | None
) -> None:
    text, record = given
    mending = certain(check(text, record, limits=limits))
    if not mending:
        return
    mended = apply(text, [problem.repair for problem in mending if problem.repair is not None])
    assert parse(mended, record, limits=limits) == parse(text, record, limits=limits, repair=True)
    assert {problem.code for problem in mending} <= CERTAIN


@given(texts_and_records, limits)
def test_what_has_no_certain_repair_is_not_repaired(given: tuple[str, type[Record]], limits: Limits | None) -> None:
    text, record = given
    problems = check(text, record, limits=limits)
    if certain(problems) or all(problem.severity == "warning" for problem in problems):
        return
    with pytest.raises(FilterError) as caught:
        parse(text, record, limits=limits, repair=True)
    assert caught.value.problems == tuple(problems)
