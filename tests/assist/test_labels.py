"""The labels: complete in both languages, and distinct where they have to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from deltasib_query import ParameterError, Record
from deltasib_query.assist.labels import choice_label, field_label, operator_label
from deltasib_query.assist.words import words
from deltasib_query.filters.fields import ChoiceField, IntegerField
from deltasib_query.language.terminals import FIELD
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS, User

BOTH = pytest.mark.parametrize("language", LANGUAGES)
EACH_RECORD = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)


def names_of(record: type[Record]) -> list[str]:
    return [*record.fields_by_name, *record.response_fields_by_name]


def labels_of(record: type[Record], language: str) -> dict[str, str]:
    return {name: field_label(getattr(record, name), language) for name in names_of(record)}


def choices() -> Iterator[str]:
    yield from ("Yes", "No")
    for record in RECORDS:
        for field in record.fields_by_name.values():
            if isinstance(field, ChoiceField):
                yield from field.choices


@EACH_RECORD
@BOTH
def test_every_field_has_a_label_of_its_own(record: type[Record], language: str) -> None:
    labels = labels_of(record, language)
    assert len({label.casefold() for label in labels.values()}) == len(labels) > 0
    own = {"Username", "Name", "Address", "Description", "Price", "Comment", "Visibility"}
    assert {name for name, label in labels.items() if label == name} <= (own if language == "en" else set())


@EACH_RECORD
@BOTH
def test_no_label_is_the_name_of_another_field_not_even_of_one_in_a_record_of_your_own(
    record: type[Record], language: str
) -> None:
    for name, label in labels_of(record, language).items():
        assert label == name or not FIELD.fullmatch(label)


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


def test_a_field_and_a_choice_that_nobody_knows_are_called_by_their_names() -> None:
    class Customer(User):
        Score = IntegerField[Any]()

    assert field_label(Customer.Score, "fa") == "Score"
    assert field_label(Customer.Username, "fa") == "نام کاربری"
    assert choice_label("Gold", "fa") == "Gold"


def test_labels_in_another_language_are_refused() -> None:
    with pytest.raises(ParameterError, match="language: one of en, fa is needed, not 'de'"):
        choice_label("Yes", "de")


@EACH_RECORD
@BOTH
def test_every_label_is_used(record: type[Record], language: str) -> None:
    known = words(language)
    assert [*known.fields[record.service_object]] == names_of(record)
    assert [*known.fields] == [each.service_object for each in RECORDS]
    assert {*known.choices} == {*choices()}
