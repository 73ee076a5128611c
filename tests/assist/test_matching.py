"""What is found by what was typed, and in which order."""

from __future__ import annotations

import pytest

from deltasib_query import Completion
from deltasib_query.assist.matching import matching


def found(typed: str, *items: tuple[str, ...]) -> list[str]:
    return [each.label for each in matching(typed, [Completion(n, "", "field", finds=tuple(f)) for n, *f in items])]


def test_the_ranks_in_their_order() -> None:
    items = [
        ("الف", "عس"),  # the label starts with the same keys on the other layout
        ("Zones", "two us"),  # a word of the label
        ("A_Used",),  # a part
        ("User", "عس"),  # the beginning
        ("A_Us_er",),
        ("Usage",),
    ]
    assert found("us", *items) == ["User", "Usage", "A_Used", "A_Us_er", "Zones", "الف"]


def test_a_slip_counts_only_where_nothing_else_is_found() -> None:
    assert found("nam", ("Nme",), ("Name",)) == ["Name"]
    assert found("nmae", ("Family",), ("Name",), ("Names",)) == ["Name", "Names"]


@pytest.mark.parametrize("typed", ["n", "na", "xy", "xyz"])
def test_few_letters_are_no_slip(typed: str) -> None:
    assert found(typed, ("Xavier",)) == []


@pytest.mark.parametrize("typed", ["", "\u200c"])
def test_nothing_typed_finds_everything(typed: str) -> None:
    assert found(typed, ("B",), ("A",)) == ["B", "A"]


@pytest.mark.parametrize("typed", ["Pre", "PREPAID", "پیش‌پر", "پیشپر", "پيش‌پر", "حقث", "حقثحشهی", "mda"])
def test_ways_to_type_one_name(typed: str) -> None:
    assert found(typed, ("PrePaid", "پیش‌پرداخت")) == ["PrePaid"]


@pytest.mark.parametrize("typed", ["۲۰۲۱", "٢٠٢١", "2021"])
def test_digits_of_every_script_are_the_same(typed: str) -> None:
    assert found(typed, ("today", "2021-01-30")) == ["today"]
