"""The values that a field can be compared with, as items: choices, days, patterns, and what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from deltasib_query.assist.caret import Caret
from deltasib_query.assist.completions import Completion, value_item
from deltasib_query.assist.labels import choice_label
from deltasib_query.assist.matching import matching
from deltasib_query.assist.words import Words, day_in_words, words
from deltasib_query.filters.dates import jalali_warning
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import ChoiceField, YesNoField
from deltasib_query.filters.jalali import gregorian, jalali
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.patterns import escape_like, unescape_like
from deltasib_query.language.renderer import literal
from deltasib_query.messages.message import LANGUAGES

_PATTERNS: Final = {"starts": ("", "%"), "contains": ("%", "%"), "ends": ("%", "")}
"""What each kind of pattern has before the text and behind it."""


def value_items(
    field: Field[Any, Any], allowed: Field[Any, Any], caret: Caret, language: str, today: date | None
) -> list[Completion]:
    """Return the values that can stand at the caret.

    field: the field that they are compared with.
    allowed: the same field as a policy restricts it, which decides what is accepted.
    """
    if caret.operator == "like":
        return [*_patterns(allowed, caret.typed, language)]
    if isinstance(field, YesNoField):
        return _choices(("Yes", "No"), caret.typed, language)
    if isinstance(field, ChoiceField):
        return _choices(field.choices, caret.typed, language)
    if field.kind == "text":
        return [*_typed(allowed, caret, caret.typed)]
    if field.kind == "number":
        return []
    days = _days(caret.typed, language, today) if today else []
    warning = jalali_warning(caret.typed)
    meant = caret.typed if warning is None or warning.suggestion is None else str(warning.suggestion)
    offered = {item.insert for item in days}
    return [*days, *(item for item in _typed(allowed, caret, meant) if item.insert not in offered)]


def plain_text(pattern: str) -> str:
    r"""Return the text that a pattern looks for, without the wildcards around it.

    >>> plain_text("%50\\%%")
    '50%'
    """
    inner = pattern.rstrip("%")
    if inner.endswith("\\"):
        inner = pattern[: len(inner) + 1]  # an escaped sign is of the text
    return unescape_like(inner.lstrip("%"))


def _patterns(field: Field[Any, Any], typed: str, language: str) -> Iterator[Completion]:
    """Yield the patterns for a text: it stands at the start, anywhere, or at the end."""
    text = escape_like(plain_text(typed))
    for relation, (before, behind) in _PATTERNS.items():
        try:
            field.accept("like", f"{before}{text or 'x'}{behind}")
        except ValueRejected:
            continue
        written = literal(f"{before}{text}{behind}")
        label = written if text else literal(f"{before}…{behind}")
        detail = words(language).completions[relation]
        yield Completion(label, written, "pattern", detail, caret=None if text else 1 + len(before), again=not text)


def _choices(choices: Iterable[str], typed: str, language: str) -> list[Completion]:
    """Return the choices that may be meant."""
    items = []
    for choice in choices:
        labels = tuple(choice_label(choice, each) for each in LANGUAGES)
        items.append(Completion(choice, literal(choice), "value", choice_label(choice, language), finds=labels))
    return matching(typed, items)


def _days(typed: str, language: str, today: date) -> list[Completion]:
    """Return the days that people often mean and that may be meant here, with months of the reader's calendar."""
    own = words(language)
    this_month = _first_of_month(today, own)
    days = {
        "today": today,
        "week": today - timedelta(days=7),
        "this month": this_month,
        "last month": _first_of_month(this_month - timedelta(days=1), own),
    }
    items = []
    for phrase, day in days.items():
        written = date.isoformat(day)
        labels = tuple(words(each).completions[phrase] for each in LANGUAGES)
        detail, finds = day_in_words(day, language) or written, (written, _jalali_text(day), *labels)
        items.append(Completion(own.completions[phrase], literal(written), "date", detail, finds=finds))
    return matching(typed, items)


def _first_of_month(day: date, own: Words) -> date:
    """Return the first day of a day's month in the reader's calendar."""
    found = jalali(day) if own.months else None
    return gregorian(found[0], found[1], 1) if found else date(day.year, day.month, 1)


def _jalali_text(day: date) -> str:
    """Return a day as Jalali dates are typed; empty if it cannot be converted."""
    found = jalali(day)
    return "{:04}/{:02}/{:02}".format(*found) if found else ""


def _typed(field: Field[Any, Any], caret: Caret, value: str) -> Iterator[Completion]:
    """Yield the literal of a value that was typed, unless it stands there already.

    Before there are quotes, the caret goes inside of the new ones, to type on.
    """
    item = value_item(field, caret.operator, value)
    if item is not None and not (caret.closed and value == caret.typed):
        inside = None if caret.quoted else len(item.insert) - 1
        yield replace(item, label=item.insert, caret=inside, again=inside is not None)
