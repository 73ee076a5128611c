"""What stands around an annotation in the type that pydantic reads.

Pydantic tells an annotation what stands before it, but not what stands behind it: `Annotated[T, policy, MaxLen(5)]`.
Only the functions of pydantic that read the type know, so this module looks at their variables. If a later pydantic
renames these, nothing is found, and the tests of the policies fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import currentframe
from types import NoneType, UnionType
from typing import Annotated, NewType, TypeVar, Union, get_args, get_origin

from deltasib_query.filters.filter import Filter


def surroundings() -> Iterator[tuple[object, object]]:
    """Yield all metadata around the filter that pydantic is reading the type of, each with the type that it annotates.

    That of unions, aliases and collections is among them, up to the field that the filter is in.
    """
    frame, reader = currentframe(), None
    while frame is not None:
        if frame.f_globals.get("__name__") == "pydantic._internal._generate_schema":
            name, known = frame.f_code.co_name, frame.f_locals
            if name in {"_apply_annotations", "_common_field_schema"}:
                reader = reader or known["self"]
                if known["self"] is not reader:  # the hook of another type asked for this one
                    return
            if name == "_apply_annotations":
                yield from ((known["source_type"], metadata) for metadata in known["annotations"])
            elif name == "_common_field_schema":
                yield known["field_info"].annotation, known["field_info"]
                return
        frame = frame.f_back


def can_be_a_filter(annotated: object) -> bool:
    """Say whether a value of a type can itself be a filter, and not only hold some, as a list of filters does."""
    return any(get_origin(one) is Filter or isinstance(one, TypeVar | NewType) for one in _members(annotated))


def can_be_none(annotated: object) -> bool:
    """Say whether a type has None in it."""
    return NoneType in _members(annotated)


def _members(annotated: object) -> Iterator[object]:
    """Yield the types of a union, through aliases."""
    origin, parts = get_origin(annotated), get_args(annotated)
    if origin is Annotated:
        parts = parts[:1]
    elif alias := getattr(annotated, "__value__", None):
        parts = (alias, *parts)
    elif origin not in {Union, UnionType}:
        yield annotated
        return
    for part in parts:
        yield from _members(part)
