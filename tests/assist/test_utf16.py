"""Offsets in UTF-16 units, as JavaScript counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query.assist.utf16 import Utf16

TEXTS = st.lists(st.sampled_from(["a", "ی", "\ud83d", "\ude00", "😀", "\U0010ffff", "\uffff"])).map("".join)


@given(TEXTS)
def test_an_offset_counts_the_units_before_it(text: str) -> None:
    units = Utf16(text)
    for offset in range(len(text) + 1):
        assert units.of(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
        assert units.offset(units.of(offset)) == offset
    assert units.length == units.of(len(text))


@pytest.mark.parametrize(("unit", "offset"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4)])
def test_between_the_units_of_a_character_is_its_start(unit: int, offset: int) -> None:
    assert Utf16("a😀😀b").offset(unit) == offset
