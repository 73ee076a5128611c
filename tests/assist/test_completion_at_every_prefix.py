"""B1: each item leaves a text that can become a filter, and what really follows is among the items.

The prefixes are all those of the filters that the conformance cases accept, and some of random filters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Completion, Completions, FilterError, Limits, Policy, Record, complete, parse
from deltasib_query.assist.caret import Token, tokens
from deltasib_query.filters.fields import YesNoField
from deltasib_query.language.tree import comparisons
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, filters

Rules: TypeAlias = type[Record] | Policy[Any]

TODAY = date(2021, 1, 30)
_RECORDS: dict[str, type[Record]] = {record.service_object.lower(): record for record in RECORDS}
_LINES = files("deltasib_query.grammar").joinpath("conformance", "accept.jsonl").read_text("utf-8").splitlines()
ACCEPTED = [(case["filter"], _RECORDS[case["object"].lower()]) for case in map(json.loads, _LINES)]
EACH = pytest.mark.parametrize(("text", "record"), ACCEPTED, ids=range(1, len(ACCEPTED) + 1))


@cache
def strict(record: type[Record]) -> Policy[Any]:
    """Return a policy that allows `=` and `like` on every field but the last, and little else."""
    fields = [*record.fields_by_name.values()]
    operators = {field: [sign for sign in field.operators if sign in {"=", "like"}] for field in fields[:-1]}
    limits = Limits(depth=2, comparisons=3)
    return Policy(record, scope="all rows", fields=fields[:-1], operators=operators, limits=limits)


def is_filter(text: str, rules: Rules) -> bool:
    try:
        rules.admit(text) if isinstance(rules, Policy) else parse(text, rules)
    except FilterError:
        return False
    return True


LITERALS = {"text": "'x'", "number": "5", "date": "'2021-01-30'", "datetime": "'2021-01-30'"}


def a_value(record: type[Record], name: str) -> str:
    """Return a literal that the field with this name takes."""
    field = {known.lower(): field for known, field in record.fields_by_name.items()}[name.lower()]
    return "'Yes'" if isinstance(field, YesNoField) else LITERALS[field.kind]


def continuations(record: type[Record], before: str, item: Completion) -> list[str]:
    """Return what somebody may type where an item has put the caret."""
    first = next(iter(record.fields_by_name))
    if item.kind == "field":
        return [f"= {a_value(record, item.label)}"]
    if item.kind == "operator":
        *_, name = (before[token.start : token.end] for token in tokens(before) if token.terminal == "FIELD")
        return [a_value(record, name)]
    if item.kind == "keyword" or item.label == "(":
        return [f"{first} = {a_value(record, first)}"]
    return ["x", ""]


def is_sound(text: str, found: Completions, item: Completion, record: type[Record], rules: Rules) -> bool:
    """Say whether somebody can type on behind an item until there is a filter."""
    caret = found.span.start + (len(item.insert) if item.caret is None else item.caret)
    whole = item.apply(text, found.span)
    for typed in continuations(record, whole[:caret], item):
        finished = f"{whole[:caret]}{typed}{whole[caret:]}"
        signs = [token.terminal for token in tokens(finished)]
        if is_filter(finished + ")" * (signs.count("LPAR") - signs.count("RPAR")), rules):
            return True
    return False


def unsound(text: str, record: type[Record], rules: Rules) -> Iterator[tuple[str, Completion]]:
    """Yield the items at the prefixes of a filter that lead nowhere."""
    for end in range(len(text) + 1):
        found = complete(text[:end], end, rules, today=TODAY)
        yield from ((text[:end], item) for item in found.items if not is_sound(text[:end], found, item, record, rules))


@EACH
def test_b1_every_item_is_sound(text: str, record: type[Record]) -> None:
    assert [*unsound(text, record, record)] == []


STRICT = [(text, record) for text, record in ACCEPTED if is_filter(text, strict(record))]


@pytest.mark.parametrize(("text", "record"), STRICT, ids=range(1, len(STRICT) + 1))
def test_b1_every_item_is_sound_under_a_policy(text: str, record: type[Record]) -> None:
    assert [*unsound(text, record, strict(record))] == []


def test_b1_the_strict_policy_admits_many_of_the_cases() -> None:
    assert len(STRICT) > 40


@given(filters(), st.data())
def test_b1_every_item_is_sound_in_a_random_filter(filter: AnyFilter, data: st.DataObject) -> None:
    text = str(filter)
    record: type[Record] = filter.record
    for rules in (record, strict(record)):
        if is_filter(text, rules):
            end = data.draw(st.integers(0, len(text)))
            found = complete(text[:end], end, rules, today=TODAY)
            for item in found.items:
                assert is_sound(text[:end], found, item, record, rules)


def typed_at(text: str, offset: int) -> Token | None:
    """Return the token that somebody is typing at an offset: the one that may still grow there, or else the next."""
    growing = {"FIELD", "LIKE", "NUMBER", "_AND", "_OR"}
    for token in tokens(text):
        grows = token.terminal in growing or text[token.start : token.end] in {"<", ">"}
        if token.end > offset or (token.end == offset and grows):
            return token
    return None


def listed(text: str, record: type[Record]) -> dict[int, str]:
    """Return the values of a filter that their fields list, in small letters, by the offset of their literals."""
    values = {}
    for leaf in comparisons(parse(text, record).tree):
        field = record.fields_by_name[leaf.field]
        choices = ("Yes", "No") if isinstance(field, YesNoField) else getattr(field, "choices", ())
        if leaf.value_span and leaf.operator != "like" and leaf.value in choices:
            values[leaf.value_span.start] = str(leaf.value).lower()
    return values


@EACH
def test_b1_what_really_follows_is_among_the_items(text: str, record: type[Record]) -> None:
    values = listed(text, record)
    for end in range(len(text) + 1):
        token = typed_at(text, end)
        labels = {item.label.lower() for item in complete(text[:end], end, record).items}
        if token is None:
            assert {"and", "or"} <= labels
        elif token.terminal in {"STRING", "NUMBER"}:
            assert {values.get(token.start, "")} - {""} <= labels, text[:end]
        else:
            assert text[token.start : token.end].lower() in labels, text[:end]


def test_b1_many_values_that_really_follow_are_listed_ones() -> None:
    assert sum(len(listed(text, record)) for text, record in ACCEPTED) > 10
