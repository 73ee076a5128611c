"""Every code of problems has an example, and it provokes that code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

import deltasib_query
from deltasib_query import Client, FilterError, Problem, check
from deltasib_query.cli.problem_codes import ProblemCode, problem_codes
from deltasib_query.service.objects import RECORDS

CODES = problem_codes()
NAMES = {name: getattr(deltasib_query, name) for name in deltasib_query.__all__} | {"date": date}


def test_only_a_fault_of_the_library_has_no_example() -> None:
    assert [each.code for each in CODES if not each.example] == ["unfaithful"]


def problems(example: Mapping[str, str]) -> list[Problem]:
    if "filter" in example:
        [record] = [each for each in RECORDS if each.service_object.lower() == example["object"]]
        return check(example["filter"], record)
    with (
        Client("https://isp.invalid", username="reseller", password="sandbox") as isp,
        pytest.raises(FilterError) as caught,
    ):
        eval(example["python"], NAMES | {"isp": isp})
    return list(caught.value.problems)


@pytest.mark.parametrize("of", [each for each in CODES if each.example], ids=lambda of: f"{of.severity} {of.code}")
def test_the_example_of_a_code_provokes_it(of: ProblemCode) -> None:
    found = [(problem.severity, problem.code) for problem in problems(of.example)]
    assert (of.severity, of.code) in found


def test_no_code_stands_there_twice() -> None:
    assert len({(each.severity, each.code) for each in CODES}) == len(CODES) > 0
