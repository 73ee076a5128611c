"""What choices and operators are called in each language. A choice that is not known is called by its name."""

from __future__ import annotations

from deltasib_query.assist.words import words
from deltasib_query.evaluation.kinds import Kind


def choice_label(choice: str, language: str) -> str:
    """Return what a value of a choice or yes/no field is called. Raises `ParameterError` for an unknown language.

    >>> choice_label("PrePaid", "fa"), choice_label("Gold", "fa")
    ('پیش‌پرداخت', 'Gold')
    """
    return words(language).choices.get(choice, choice)


def operator_label(operator: str, kind: Kind, language: str) -> str:
    """Return what an operator is called on a field of a kind, see `Field.kind`. Raises as `choice_label`.

    >>> operator_label(">=", "number", "fa"), operator_label(">=", "date", "en")
    ('حداقل', 'is on or after')
    """
    return words(language).operators[kind][operator]
