"""Every case of `grammar/conformance`: what the language takes, what it refuses, and where."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from deltasib_query import parse
from deltasib_query.errors import FilterError
from deltasib_query.language.tree import And, Comparison, Node
from deltasib_query.service.objects import RECORDS

_RECORDS: dict[str, Any] = {record.service_object.lower(): record for record in RECORDS}


def _cases(name: str) -> list[Any]:
    text = files("deltasib_query.grammar").joinpath("conformance", f"{name}.jsonl").read_text(encoding="utf-8")
    cases = [json.loads(line) for line in text.splitlines()]
    return [
        pytest.param(case, _RECORDS[case["object"].lower()], id=f"{number}: {ascii(case['filter'][:48])[1:-1]}")
        for number, case in enumerate(cases, start=1)
    ]


def _repaired(case: Any) -> bool:
    return case.values[0]["repair"] is not None


def _listed(node: Node) -> Any:
    """A tree as the cases write it, so that 1, 1.0 and "1" are three things."""
    if isinstance(node, Comparison):
        value = {"decimal": format(node.value, "f")} if isinstance(node.value, Decimal) else node.value
        return [node.field, node.operator, value]
    return {"and" if isinstance(node, And) else "or": [_listed(operand) for operand in node.operands]}


@pytest.mark.parametrize(("case", "record"), _cases("accept"))
def test_an_accepted_text_has_exactly_this_tree(case: dict[str, Any], record: Any) -> None:
    assert _listed(parse(case["filter"], record).tree) == case["tree"]


@pytest.mark.parametrize(("case", "record"), _cases("accept"))
def test_an_accepted_text_has_exactly_this_canonical_text(case: dict[str, Any], record: Any) -> None:
    assert str(parse(case["filter"], record)) == case["canonical"]


@pytest.mark.parametrize(("case", "record"), _cases("accept"))
def test_the_canonical_text_reads_back_as_the_same_filter(case: dict[str, Any], record: Any) -> None:
    again = parse(case["canonical"], record)
    assert again == parse(case["filter"], record)
    assert str(again) == case["canonical"]


@pytest.mark.parametrize(("case", "record"), _cases("accept"))
def test_repairing_leaves_an_accepted_text_alone(case: dict[str, Any], record: Any) -> None:
    assert parse(case["filter"], record, repair=True) == parse(case["filter"], record)


@pytest.mark.parametrize(("case", "record"), _cases("reject"))
def test_a_rejected_text_has_this_first_error(case: dict[str, Any], record: Any) -> None:
    with pytest.raises(FilterError) as caught:
        parse(case["filter"], record)
    error = caught.value
    assert (error.code, error.start, error.end) == (case["code"], case["start"], case["end"])


@pytest.mark.parametrize(("case", "record"), [case for case in _cases("reject") if _repaired(case)])
def test_the_certain_repairs_make_this_text(case: dict[str, Any], record: Any) -> None:
    assert str(parse(case["filter"], record, repair=True)) == str(parse(case["repair"], record))


@pytest.mark.parametrize(("case", "record"), [case for case in _cases("reject") if not _repaired(case)])
def test_what_cannot_be_repaired_for_certain_stays_refused(case: dict[str, Any], record: Any) -> None:
    with pytest.raises(FilterError) as caught:
        parse(case["filter"], record, repair=True)
    assert (caught.value.code, caught.value.start, caught.value.end) == (case["code"], case["start"], case["end"])
