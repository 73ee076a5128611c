"""Every filter of up to three comparisons over two literals: what is left of it, and what it implies."""

from __future__ import annotations

import random

import pytest

from .small_worlds import WORLDS, check_implied, check_simplified

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("name", WORLDS)
def test_every_simplified_filter_selects_the_same_rows(name: str) -> None:
    check_simplified(WORLDS[name], WORLDS[name].trees())


@pytest.mark.parametrize("name", WORLDS)
def test_every_pair_of_small_filters_is_decided_rightly(name: str) -> None:
    check_implied(WORLDS[name], WORLDS[name].pairs())


@pytest.mark.parametrize("name", WORLDS)
def test_pairs_of_filters_of_three_comparisons_are_decided_rightly(name: str) -> None:
    trees = list(WORLDS[name].trees())
    check_implied(WORLDS[name], random.Random(name).sample(trees, 100))
