"""What fields, choices and operators are called in each language. Two of one record never share a name.

A field of a record of your own, and a choice that is not known, has no label: it is called by its name.
"""

from __future__ import annotations

from typing import Any

from deltasib_query.assist.words import words
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.field import Field


def field_label(field: Field[Any, Any], language: str) -> str:
    """Return what a field is called. Two fields of one record never have the same label.

    Raises `ParameterError` for an unknown language; so do the other functions.

    >>> from deltasib_query import User
    >>> field_label(User.Username, "en"), field_label(User.Username, "fa")
    ('Username', 'نام کاربری')
    """
    return words(language).fields.get(field.record.service_object, {}).get(field.name, field.name)


def choice_label(choice: str, language: str) -> str:
    """Return what a value of a choice or yes/no field is called.

    >>> choice_label("PrePaid", "fa"), choice_label("Gold", "fa")
    ('پیش‌پرداخت', 'Gold')
    """
    return words(language).choices.get(choice, choice)


def operator_label(operator: str, kind: Kind, language: str) -> str:
    """Return what an operator is called on a field of a kind, see `Field.kind`.

    >>> operator_label(">=", "number", "fa"), operator_label(">=", "date", "en")
    ('حداقل', 'is on or after')
    """
    return words(language).operators[kind][operator]
