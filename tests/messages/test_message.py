"""Messages: English sentences with their parameters filled in, and the same in parts for every language."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import LANGUAGES, Message, in_numerals, sentences
from deltasib_query.messages.said import Code

RANGE = Message("out-of-range", field="User_Id", lowest=0, highest=1234)


def test_english_is_a_sentence_with_its_code_in_backticks() -> None:
    assert str(Message("operator", found="!=")) == "`!=` is not an operator of the language"


def test_a_number_has_separators_only_where_the_sentence_says_so() -> None:
    assert str(Message("text-too-long", size=9000, most=8192)) == "the filter has 9,000 bytes, 8,192 are allowed"
    assert str(Message("too-many-comparisons", most=1000)) == "the filter has more than 1000 comparisons"


def test_persian_numbers_are_in_persian_digits() -> None:
    assert Message("text-too-long", size=9000, most=8192).said("fa").plain == (
        "حجم فیلتر ۹٬۰۰۰ بایت است، ولی حداکثر ۸٬۱۹۲ بایت مجاز است"
    )
    assert in_numerals("-1,234.5", "fa") == "-۱٬۲۳۴٫۵"
    assert in_numerals("-1,234.5", "en") == "-1,234.5"


def test_a_decimal_is_a_number_too() -> None:
    field = Message("out-of-range", field="Price", lowest=Decimal("0.5"), highest=Decimal("1.5"))
    assert str(field) == "Price is between 0.5 and 1.5"
    assert field.said("fa").plain == "مقدار Price باید از ۰٫۵ تا ۱٫۵ باشد"


def test_values_and_code_are_parts_of_their_own() -> None:
    assert RANGE.said("fa").parts == ("مقدار ", Code("User_Id"), " باید از ", "۰", " تا ", "۱۲۳۴", " باشد")
    assert Message("operator", found="!=").said("en").parts == (Code("!="), " is not an operator of the language")
    assert Message("negation.like").said("en").parts == ("the language has no ", Code("not like"))


def test_a_message_within_a_message_is_said_in_the_same_language() -> None:
    within = Message("unexpected-end", needed=Message("possible.number"))
    assert str(within) == "the filter ends where a number should follow"
    assert within.said("fa").plain == "فیلتر ناتمام است؛ اینجا باید یک عدد بیاید"


def test_several_parameters_have_the_separator_of_the_language() -> None:
    several = Message("possible.fields", names=("Name", "Family"))
    assert str(several) == "a field (Name, Family)"
    assert several.said("en").parts == ("a field (", Code("Name"), ", ", Code("Family"), ")")
    assert several.said("fa").parts == ("نام یک فیلد (", Code("Name"), "، ", Code("Family"), ")")


@pytest.mark.parametrize("text", ["{found}", "`", "{", "%s", "{found:,}", "\\1", "{0.__class__}"])
def test_what_people_write_is_never_read_as_a_sentence_of_ours(text: str) -> None:
    message = Message("operator", found=text)
    assert str(message) == f"`{text}` is not an operator of the language"
    assert message.said("en").parts[0] == Code(text)


def test_messages_are_values() -> None:
    same = Message("out-of-range", field="User_Id", lowest=0, highest=1234)
    assert RANGE == same
    assert hash(RANGE) == hash(same)
    assert RANGE != Message("out-of-range", field="User_Id", lowest=0, highest=1235)
    assert str(RANGE) != RANGE
    assert pickle.loads(pickle.dumps(RANGE)) == copy.deepcopy(RANGE) == RANGE
    assert repr(RANGE) == "Message('out-of-range', field='User_Id', lowest=0, highest=1234)"


@pytest.mark.parametrize("language", ["de", "", "FA", "../en", 5, None])
def test_another_language_is_refused(language: str) -> None:
    with pytest.raises(ParameterError) as caught:
        RANGE.said(language)
    assert caught.value.parameter == "language"
    assert str(caught.value) == f"language: one of en, fa is needed, not {language!r}"
    with pytest.raises(ParameterError):
        sentences(language)


def test_a_language_is_a_folder() -> None:
    assert LANGUAGES == ("en", "fa")
    assert all(sentences(language)["numerals"] for language in LANGUAGES)
