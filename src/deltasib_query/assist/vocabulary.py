"""The words that the filters of a list are made of, as JSON: for menus, forms and highlighting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from deltasib_query.assist.labels import choice_label, operator_label
from deltasib_query.assist.visible import visible
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import TextField
from deltasib_query.filters.labels import field_label
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record


def vocabulary(whose: type[Record] | Policy[Any], *, language: str = "en") -> dict[str, Any]:
    """Return the fields of a list with their operators and known choices, ready for `json.dumps`.

    whose: the class of the list's rows, or a `Policy`. Nothing is said of a field that it hides.
    language: of the labels, "en" or "fa".

    `kind` is what a field holds: text, number, date or datetime. `length` is the most characters of a text, null where
    it is not known. A server may have more choices than those that are known.

    Raises `FilterUsageError` for what is neither a record nor a policy, `ParameterError` for another language.

    >>> from deltasib_query import User
    >>> found = vocabulary(Policy(User, scope="all rows", fields=[User.User_Id], operators=["="]), language="fa")
    >>> found["fields"][0]["label"], found["fields"][0]["operators"]
    ('شناسه', [{'operator': '=', 'label': 'برابر با'}])
    """
    policy = visible(whose)
    return {
        "language": language,
        "object": policy.record.service_object,
        "fields": [
            _field(policy.record.fields_by_name[name], operators, language)
            for name, operators in policy.operators.items()
        ],
        "limits": asdict(policy.limits),
    }


def _field(field: Field[Any, Any], operators: Iterable[str], language: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field_label(field, language),
        "kind": field.kind,
        "length": field.max_length if isinstance(field, TextField) else None,
        "operators": [
            {"operator": operator, "label": operator_label(operator, field.kind, language)} for operator in operators
        ],
        "choices": [{"value": choice, "label": choice_label(choice, language)} for choice in field.choices],
    }
