"""What one or several comparisons of a field say, as a sentence.

Two comparisons of different meaning never share a sentence. A sentence is a template, chosen by the relation, with the
field's label and the values. What is typed stands in quotation marks; whatever could end it early is written with a
backslash, which no value has (`renderer.UNSAFE`) and a pattern has only before ``%`` and ``_``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, Final

from deltasib_query.assist.words import day_in_words, words
from deltasib_query.display import JOINERS
from deltasib_query.evaluation.kinds import ZERO_DATE, whole_datetime
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import ChoiceField, DecimalField, YesNoField
from deltasib_query.filters.labels import field_label
from deltasib_query.language.excerpts import invisible
from deltasib_query.language.patterns import searched_text
from deltasib_query.language.tree import EQUALITY, Comparison, Value
from deltasib_query.messages.message import in_numerals, sentences
from deltasib_query.messages.said import Code, Part, Said, joined

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_RELATION_OF_SEVERAL: Final = {"=": "one of", "<>": "none of", ">=": "from to"}
_SEARCHES: Final = {("", "%"): "starts", ("%", ""): "ends", ("%", "%"): "contains"}


def sentence(comparisons: Sequence[Comparison], field: Field[Any, Any], language: str) -> Said:
    """Return what comparisons of one field say: one comparison, a range, or several of `=` or of `<>`.

    >>> from deltasib_query import User
    >>> sentence([Comparison("Username", "like", "ali%")], User.Username, "fa").plain
    'نام کاربری با «ali» شروع شود'
    >>> sentence([Comparison("User_Id", "=", 1), Comparison("User_Id", "=", 2)], User.User_Id, "en").plain
    'User id is one of 1, 2'
    """
    own, (first, *others) = words(language), comparisons
    relation, value = (_RELATION_OF_SEVERAL[first.operator], first.value) if others else _relation(field, first)
    values = [_value(field, each, language) for each in (value, *(other.value for other in others))]
    filled: dict[str, Sequence[Part]] = {
        "field": [field_label(field, language)],
        "value": joined(sentences(language)["separator"], values),
        "low": values[0],
        "high": values[-1],
    }
    template = own.sentences.get(f"{field.kind} {relation}") or own.sentences[relation]
    pieces = _PLACEHOLDER.split(template)  # words and names of placeholders, in turn
    return Said(tuple(part for n, piece in enumerate(pieces) for part in (filled[piece] if n % 2 else [piece]) if part))


def _relation(field: Field[Any, Any], comparison: Comparison) -> tuple[str, Value]:
    """Return how a comparison is said, and the value that is shown."""
    operator, value = comparison.operator, comparison.value
    if operator == "like":
        found = searched_text(str(value))
        relation = found and _SEARCHES.get(found[1])
        return (relation, found[0]) if found and relation else ("fits", value)
    if operator in EQUALITY and isinstance(value, str):
        if not value:
            return "empty" if operator == "=" else "not empty", value
        if field.kind != "text" and value.startswith(ZERO_DATE):
            return "not set" if operator == "=" else "set", value
        if isinstance(field, YesNoField):
            return value.lower() if operator == "=" else "other than", value
    return operator, value


def _value(field: Field[Any, Any], value: Value, language: str) -> Sequence[Part]:
    if not isinstance(value, str):
        number = f"{Decimal(value):,f}" if isinstance(field, DecimalField) else str(value)
        return [Code(in_numerals(number, language))]
    if field.kind == "date":
        return _day(value, language)
    if field.kind == "datetime":
        return _day(whole_datetime(value), language)
    own = words(language)
    if value in own.choices and (
        isinstance(field, YesNoField) or (isinstance(field, ChoiceField) and value in field.choices)
    ):
        return [own.choices[value]]
    close = own.phrases["close"]
    return [own.phrases["open"], Code("".join(_visible(character, close) for character in value)), close]


def _day(text: str, language: str) -> Sequence[Part]:
    """Return a day or moment as the database writes it, behind its day in the months of the language."""
    with suppress(ValueError):  # the zero date
        shown = day_in_words(date.fromisoformat(text[:10]), language)
        if shown:
            return [f"{shown} (", Code(text), ")"]
    return [Code(text)]


def _visible(character: str, close: str) -> str:
    if character == close:
        return f"\\{character}"
    hidden = invisible(character) and character not in JOINERS
    return f"\\u{{{ord(character):x}}}" if hidden else character
