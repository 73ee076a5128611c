"""A policy completes as a record does that was declared without the hidden fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deltasib_query import Completions, Policy, Record, User, complete
from deltasib_query.messages.message import LANGUAGES
from hidden_fields import PAIRS, TEXTS

TODAY = date(2021, 1, 30)
EACH = pytest.mark.parametrize(("policy", "less"), PAIRS.values(), ids=PAIRS)


def told(found: Completions) -> object:
    """Return all that a completion tells; of a field that is wanted, its name."""
    wants = found.wants and (found.wants.field.name, found.wants.operator, found.wants.typed)
    return replace(found, wants=None), wants, found.with_values(["ali", "%", "a\\b", "O'Reilly"]).items


def is_told_alike(policy: Policy[Any], less: type[Record], text: str, offset: int, language: str) -> None:
    offset = min(offset, len(text))
    with_policy = complete(text, offset, policy, language=language, today=TODAY)
    assert told(with_policy) == told(complete(text, offset, less, language=language, today=TODAY))


@EACH
@given(text=TEXTS, offset=st.integers(0, 80), language=st.sampled_from(LANGUAGES))
@example(text="Name = ", offset=7, language="en")
@example(text="PaymentType = 'C", offset=16, language="fa")
@example(text="نا", offset=2, language="fa")
def test_completions_are_those_of_a_record_without_the_hidden_fields(
    policy: Policy[Any], less: type[Record], text: str, offset: int, language: str
) -> None:
    is_told_alike(policy, less, text, offset, language)


@pytest.mark.heavy
@EACH
@settings(max_examples=2000)
@given(text=TEXTS, offset=st.integers(0, 80), language=st.sampled_from(LANGUAGES))
def test_10_000_completions_are_those_of_a_record_without_the_hidden_fields(
    policy: Policy[Any], less: type[Record], text: str, offset: int, language: str
) -> None:
    is_told_alike(policy, less, text, offset, language)


@EACH
def test_the_completions_of_the_whole_record_are_others(policy: Policy[Any], less: type[Record]) -> None:
    shown = complete("", 0, policy).items
    assert shown == complete("", 0, less).items
    assert len(shown) < len(complete("", 0, policy.record).items)


def test_a_narrower_policy_does_not_say_that_it_is_one() -> None:
    narrow = Policy(User, scope="all rows", operators=["="])
    assert complete("", 0, narrow) == complete("", 0, User)


@given(TEXTS)
def test_the_scope_changes_nothing(text: str) -> None:
    policies = [Policy(User, scope=scope) for scope in ("all rows", User.Username == "secret")]
    one, other = (complete(text, len(text), policy, today=TODAY) for policy in policies)
    assert one == other
