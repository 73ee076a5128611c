"""The words of each language, which are in `words/*.json`: a language is its file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from deltasib_query.filters.jalali import jalali
from deltasib_query.messages.message import in_numerals, sentences


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    phrases: what stands around and between sentences and values.
    months: the months of the calendar that is shown beside a Gregorian date; empty if none is.
    sentences: what a comparison says, by relation, or by kind of field and relation where the kind matters.
    completions: what an item of a list of completions does, and what can stand at the caret.
    operators: by kind of field and operator.
    """

    phrases: Mapping[str, str]
    months: Sequence[str]
    sentences: Mapping[str, str]
    completions: Mapping[str, str]
    operators: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, str]


def words(language: str) -> Words:
    """Return the words of a language. Raises `ParameterError` for one that is not among `LANGUAGES`.

    >>> words("en").operators["number"][">="]
    'is at least'
    """
    sentences(language)  # which refuses an unknown language
    return _read(language)


def day_in_words(day: date, language: str) -> str:
    """Return a Gregorian day in the readers' calendar; empty if that is the Gregorian one, or has no such day.

    >>> day_in_words(date(2021, 1, 30), "fa"), day_in_words(date(2021, 1, 30), "en")
    ('۱۱ بهمن ۱۳۹۹', '')
    """
    months = words(language).months
    found = jalali(day) if months else None
    if found is None:
        return ""
    year, month, of_month = found
    return in_numerals(f"{of_month} {months[month - 1]} {year}", language)


@cache
def _read(language: str) -> Words:
    return Words(**json.loads(files("deltasib_query.assist").joinpath("words", f"{language}.json").read_text("utf-8")))
