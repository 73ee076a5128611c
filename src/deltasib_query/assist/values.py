"""The values that a field can be compared with, as items: choices, days, patterns, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from deltasib_query.assist.caret import Caret
from deltasib_query.assist.completions import Completion, value_item
from deltasib_query.assist.labels import LANGUAGES, choice_label
from deltasib_query.assist.matching import matching
from deltasib_query.assist.phrases import PHRASES
from deltasib_query.filters.field import Field
from deltasib_query.filters.jalali import gregorian, jalali
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.renderer import escape_like, literal

_OUTER_WILDCARDS: Final = re.compile(r"\A%+|(?<!\\)%+\Z")
_PATTERNS: Final = {"starts": ("", "%"), "contains": ("%", "%"), "ends": ("%", "")}
"""What each kind of pattern has before the text and behind it."""


def plain_text(pattern: str) -> str:
    r"""Return the text that a pattern looks for, without the wildcards around it.

    >>> plain_text("%50\\%%")
    '50%'
    """
    return re.sub(r"\\([%_])", r"\1", _OUTER_WILDCARDS.sub("", pattern))


def pattern_items(field: Field[Any, Any], typed: str, language: str) -> Iterator[Completion]:
    """Yield the patterns for a text: it stands at the start, anywhere, or at the end."""
    text = escape_like(plain_text(typed))
    for relation, (before, behind) in _PATTERNS.items():
        try:
            field.accept("like", f"{before}{text or 'x'}{behind}")
        except ValueRejected:
            continue
        written = literal(f"{before}{text}{behind}")
        label = written if text else literal(f"{before}…{behind}")
        inside = None if text else 1 + len(before)
        detail = PHRASES[language][relation]
        yield Completion(label, written, "pattern", detail, caret=inside, again=not text)


def choice_items(choices: Iterable[str], typed: str, language: str) -> list[Completion]:
    """Return the choices that may be meant."""
    items = [
        Completion(
            choice, literal(choice), "value", choice_label(choice, language),
            finds=tuple(choice_label(choice, each) for each in LANGUAGES),
        )
        for choice in choices
    ]  # fmt: skip
    return matching(typed, items)


def day_items(typed: str, language: str, today: date) -> list[Completion]:
    """Return the days that people often mean and that may be meant here, with months of the reader's calendar."""
    this_month = _first_of_month(today, language)
    days = {
        "today": today,
        "week": today - timedelta(days=7),
        "this month": this_month,
        "last month": _first_of_month(this_month - timedelta(days=1), language),
    }
    return matching(typed, [_day_item(phrase, day, language) for phrase, day in days.items()])


def _day_item(phrase: str, day: date, language: str) -> Completion:
    written = date.isoformat(day)
    shown = _jalali_text(day)
    return Completion(
        PHRASES[language][phrase], literal(written), "date", shown if language == "fa" and shown else written,
        finds=(written, shown, *(PHRASES[each][phrase] for each in LANGUAGES)),
    )  # fmt: skip


def _first_of_month(day: date, language: str) -> date:
    """Return the first day of a day's month in the calendar of the language."""
    found = jalali(day) if language == "fa" else None
    return gregorian(found[0], found[1], 1) if found else day.replace(day=1)


def _jalali_text(day: date) -> str:
    """Return a day as Jalali dates are typed; empty where it cannot be converted."""
    found = jalali(day)
    return "{:04}/{:02}/{:02}".format(*found) if found else ""


def text_items(field: Field[Any, Any], operator: str, caret: Caret) -> Iterator[Completion]:
    """Yield what was typed as a literal: the caret stays inside of it until its own quote opens it."""
    item = None if caret.closed else value_item(field, operator, caret.typed)
    if item is not None:
        inside = None if caret.quoted else len(item.insert) - 1
        yield replace(item, label=item.insert, caret=inside, again=inside is not None)
