"""What fields are called: complete in both languages, no two alike; and names typed as they are called in Persian."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deltasib_query import ParameterError, Policy, Record, UnknownFieldError, check, from_rules, parse
from deltasib_query.filters.fields import IntegerField
from deltasib_query.filters.labels import _labels, field_label, names_by_label
from deltasib_query.language.terminals import FIELD
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS, User

BOTH = pytest.mark.parametrize("language", LANGUAGES)
EACH_RECORD = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)


class Customer(User):
    Score = IntegerField[Any]()


def names_of(record: type[Record]) -> list[str]:
    return [*record.fields_by_name, *record.response_fields_by_name]


def labels_of(record: type[Record], language: str) -> dict[str, str]:
    return {name: field_label(getattr(record, name), language) for name in names_of(record)}


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


def test_a_field_that_nobody_knows_is_called_by_its_name() -> None:
    assert field_label(Customer.Score, "fa") == "Score"
    assert field_label(Customer.Username, "fa") == "نام کاربری"


def test_labels_in_another_language_are_refused() -> None:
    with pytest.raises(ParameterError, match="language: one of en, fa is needed, not 'de'"):
        field_label(User.Name, "de")


@EACH_RECORD
@BOTH
def test_every_label_is_used(record: type[Record], language: str) -> None:
    known = _labels(language)
    assert [*known[record.service_object]] == names_of(record)
    assert [*known] == [each.service_object for each in RECORDS]


@EACH_RECORD
def test_persian_labels_are_written_as_their_readers_write_them(record: type[Record]) -> None:
    for label in labels_of(record, "fa").values():
        assert re.fullmatch(
            "[آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ]+(?:[\u200c ][آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ]+)*", label
        )
        assert not re.search(r"\bن?می |ه ها\b|\bهیچ یک", label)  # these take a ZWNJ


# A label in the place of a name


@EACH_RECORD
def test_no_two_fields_have_the_same_label_however_it_is_written(record: type[Record]) -> None:
    assert len(names_by_label(record.fields_by_name.values())) == len(record.fields_by_name)


@EACH_RECORD
def test_every_label_in_the_place_of_a_name_is_repaired(record: type[Record]) -> None:
    for name, field in record.fields_by_name.items():
        [problem, *_] = check(f"{field_label(field, 'fa')} = 'x'", record)
        assert (problem.code, problem.repair and problem.repair.replacement) == ("unknown-field", name)


@pytest.mark.parametrize(
    "typed",
    ["نام خانوادگی", "نام\u200cخانوادگی", "نام خانوادگي", "نام  خانوادگی", "نام_خانوادگی", "نامخانوادگی"],
)
def test_a_label_is_repaired_however_it_is_written(typed: str) -> None:
    for text, mended in (
        (f"{typed} = 'علی'", "Family = 'علی'"),
        (f"{typed} like 'ع%' و {typed}='x'", "Family like 'ع%' and Family = 'x'"),
        (f"(User_Id = 1 or {typed} == 'x')", "(User_Id = 1 or Family = 'x')"),
    ):
        assert str(parse(text, User, repair=True)) == mended


def test_a_label_is_said_to_be_one() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        parse("نام = 'علی'", User)
    assert str(caught.value).split("\n")[0] == "field names are English: write Name (line 1, column 1)"
    assert (caught.value.span, caught.value.repair and caught.value.repair.certain) == ((0, 3), True)


@pytest.mark.parametrize(
    ("text", "end"),
    [("سن = 'x'", 2), ("نام مستعار = 'x'", 10), ("نام شامل 'x'", 3), ("نام خانوادگی پدر = 'x'", 16), ("名前 = 1", 2)],
)
def test_words_that_are_no_label_are_marked_whole_and_have_no_repair(text: str, end: int) -> None:
    problem = check(text, User)[0]
    assert (problem.key, problem.span, problem.repair) == ("unknown-character.letters", (0, end), None)


def test_one_foreign_letter_among_english_ones_is_marked_alone() -> None:
    problem = check("Uſer_Id = 1", User)[0]
    assert (problem.key, problem.span) == ("unknown-character.name", (1, 2))


def test_the_label_of_a_hidden_field_is_unknown() -> None:
    policy = Policy(User, scope="all rows", fields=[User.Name])
    for text in ("نام خانوادگی = 'x'", "نشانی = 'x'", "شناسه > 5"):
        assert policy.check(text)[0].key == "unknown-character.letters"
    assert policy.check("نام = 'x'")[0].key == "unknown-field.label"


def test_a_name_of_your_own_record_is_no_label() -> None:
    assert check("scre = 5", Customer)[0].key == "unknown-field"
    assert check("نام = 'x'", Customer)[0].key == "unknown-field.label"


def test_a_label_in_rules_is_repaired_too() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        from_rules({"combinator": "and", "rules": [{"field": "نام كاربری", "operator": "=", "value": "x"}]}, User)
    assert caught.value.problem.key == "unknown-field.label"
    assert caught.value.repair is not None
    assert caught.value.repair.replacement == "Username"


def test_many_words_take_no_longer_than_few() -> None:
    assert check("نام " * 20_000 + "= 'x'", User, limits=None)
