"""The words of each language, which are in `words/*.json`: a language is its file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from deltasib_query.display import shown
from deltasib_query.errors import ParameterError
from deltasib_query.filters.jalali import jalali

LANGUAGES: Final = ("en", "fa")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    phrases: what stands around and between sentences and values. `numerals` are the ten digits, the decimal point and
        the thousands separator.
    months: the months of the calendar that is shown beside a Gregorian date; empty if none is.
    sentences: what a comparison says, by relation, or by kind of field and relation where the kind matters.
    completions: what an item of a list of completions does, and what can stand at the caret.
    operators: by kind of field and operator.
    fields: by object of the service and name.
    """

    phrases: Mapping[str, str]
    months: Sequence[str]
    sentences: Mapping[str, str]
    completions: Mapping[str, str]
    operators: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]

    def day(self, day: date) -> str:
        """Return a Gregorian day in the readers' calendar; empty if that is the Gregorian one, or has no such day.

        >>> words("fa").day(date(2021, 1, 30)), words("en").day(date(2021, 1, 30))
        ('۱۱ بهمن ۱۳۹۹', '')
        """
        found = jalali(day) if self.months else None
        if found is None:
            return ""
        year, month, of_month = found
        return self.in_numerals(f"{of_month} {self.months[month - 1]} {year}")

    def in_numerals(self, text: str) -> str:
        """Return a text with its digits, decimal points and commas as the language has them.

        >>> words("fa").in_numerals("1,234.5")
        '۱٬۲۳۴٫۵'
        """
        return text.translate(str.maketrans("0123456789.,", self.phrases["numerals"]))


def words(language: str) -> Words:
    """Return the words of a language. Raises `ParameterError` for one that is not among `LANGUAGES`.

    >>> words("en").operators["number"][">="]
    'is at least'
    """
    if language not in LANGUAGES:
        raise ParameterError("language", f"one of {', '.join(LANGUAGES)} is needed, not {shown(language)}")
    return _read(language)


@cache
def _read(language: str) -> Words:
    return Words(**json.loads(files("deltasib_query.assist").joinpath("words", f"{language}.json").read_text("utf-8")))
