"""What fields, choices and operators are called in each language. The words are in `labels/*.json`.

A field of a record of your own, and a choice that is not known, has no label: it is called by its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from deltasib_query.errors import ParameterError, shown
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.field import Field

LANGUAGES: Final = ("en", "fa")


def field_label(field: Field[Any, Any], language: str) -> str:
    """Return what a field is called. Two fields of one record never have the same label.

    Raises `ParameterError` for a language that is not one of `LANGUAGES`; so do the other functions.

    >>> from deltasib_query import User
    >>> field_label(User.Username, "en"), field_label(User.Username, "fa")
    ('Username', 'نام کاربری')
    """
    return _labels(language).fields.get(field.record.service_object, {}).get(field.name, field.name)


def choice_label(choice: str, language: str) -> str:
    """Return what a value of a choice or yes/no field is called.

    >>> choice_label("PrePaid", "fa"), choice_label("Gold", "fa")
    ('پیش‌پرداخت', 'Gold')
    """
    return _labels(language).choices.get(choice, choice)


def operator_label(operator: str, kind: Kind, language: str) -> str:
    """Return what an operator is called on a field of a kind, see `Field.kind`.

    >>> operator_label(">=", "number", "fa"), operator_label(">=", "date", "en")
    ('دست‌کم', 'is on or after')
    """
    return _labels(language).operators[kind][operator]


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of one language."""

    operators: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]


@cache
def _labels(language: str) -> _Labels:
    if language not in LANGUAGES:
        raise ParameterError("language", f"one of {', '.join(LANGUAGES)} is needed, not {shown(language)}")
    return _Labels(
        **json.loads(files("deltasib_query.assist").joinpath("labels", f"{language}.json").read_text("utf-8"))
    )
