"""The labels of choices and operators: complete in both languages, and distinct where they have to be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deltasib_query import ParameterError
from deltasib_query.assist.labels import choice_label, operator_label
from deltasib_query.assist.words import words
from deltasib_query.filters.fields import ChoiceField
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def choices() -> Iterator[str]:
    yield from ("Yes", "No")
    for record in RECORDS:
        for field in record.fields_by_name.values():
            if isinstance(field, ChoiceField):
                yield from field.choices


@BOTH
def test_every_choice_has_a_label_of_its_own_in_its_field(language: str) -> None:
    for record in RECORDS:
        for field in record.fields_by_name.values():
            known = field.choices if isinstance(field, ChoiceField) else ("Yes", "No")
            assert len({choice_label(choice, language) for choice in known}) == len(known)


def test_every_choice_has_a_persian_label() -> None:
    assert [choice for choice in choices() if choice_label(choice, "fa") == choice] == []


@BOTH
def test_every_operator_of_every_field_has_a_label(language: str) -> None:
    for record in RECORDS:
        for field in record.fields_by_name.values():
            labels = [operator_label(sign, field.kind, language) for sign in field.operators]
            assert len(set(labels)) == len(field.operators)
            assert not set(labels) & set(field.operators)


def test_a_choice_that_nobody_knows_is_called_by_its_name() -> None:
    assert choice_label("Gold", "fa") == "Gold"


def test_labels_in_another_language_are_refused() -> None:
    with pytest.raises(ParameterError, match="language: one of en, fa is needed, not 'de'"):
        choice_label("Yes", "de")


@BOTH
def test_every_label_is_used(language: str) -> None:
    assert {*words(language).choices} == {*choices()}
