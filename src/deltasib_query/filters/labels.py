"""What fields are called in each language. Two of one record never share a label.

A field of a record of your own has no label: it is called by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from deltasib_query.filters.field import Field
from deltasib_query.language.diagnosis.synonyms import folded
from deltasib_query.messages.message import sentences


def field_label(field: Field[Any, Any], language: str) -> str:
    """Return what a field is called. Raises `ParameterError` for an unknown language.

    >>> from deltasib_query import User
    >>> field_label(User.Username, "en"), field_label(User.Username, "fa")
    ('Username', 'نام کاربری')
    """
    sentences(language)  # which refuses an unknown language
    return _labels(language).get(field.record.service_object, {}).get(field.name, field.name)


def names_by_label(fields: Iterable[Field[Any, Any]]) -> dict[str, str]:
    """Return the name of each field that has a Persian label, by that label as `folded` has it.

    >>> from deltasib_query import User
    >>> names_by_label([User.Name, User.Username])
    {'نام': 'Name', 'نامکاربری': 'Username'}
    """
    labelled = ((field_label(field, "fa"), field.name) for field in fields)
    return {folded(label): name for label, name in labelled if label != name}


@cache
def _labels(language: str) -> Mapping[str, Mapping[str, str]]:
    text = files("deltasib_query.filters").joinpath("labels", f"{language}.json").read_text("utf-8")
    found: Mapping[str, Mapping[str, str]] = json.loads(text)
    return found
