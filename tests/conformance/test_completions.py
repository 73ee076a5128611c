"""Every case of `grammar/conformance/complete.jsonl`: what can be written at a caret."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from deltasib_query import Policy, Record, complete
from deltasib_query.service.objects import RECORDS

_RECORDS: dict[str, type[Record]] = {record.service_object.lower(): record for record in RECORDS}
_LINES = files("deltasib_query.grammar").joinpath("conformance", "complete.jsonl").read_text("utf-8").splitlines()
CASES = [pytest.param(json.loads(line), id=str(number)) for number, line in enumerate(_LINES, start=1)]


def rules_of(case: dict[str, Any]) -> type[Record] | Policy[Any]:
    record = _RECORDS[case["object"].lower()]
    if "policy" not in case:
        return record
    operators = {record.fields_by_name[name]: signs for name, signs in case["policy"]["fields"].items()}
    leading = case["policy"].get("allow_leading_wildcard", False)
    return Policy(record, scope="all rows", fields=operators, operators=operators, allow_leading_wildcard=leading)


@pytest.mark.parametrize("case", CASES)
def test_a_caret_has_exactly_these_completions(case: dict[str, Any]) -> None:
    before, _, behind = case["text"].partition("|")
    today = date.fromisoformat(case["today"]) if "today" in case else None
    found = complete(before + behind, len(before), rules_of(case), language=case.get("language", "en"), today=today)
    assert tuple(found.span) == (case["start"], case["end"])
    assert [item.insert for item in found.items] == case["inserts"]
