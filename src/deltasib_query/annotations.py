"""What stands around an annotation in the type that pydantic reads.

Pydantic tells an annotation what stands before it, but not what stands behind it: `Annotated[T, policy, MaxLen(5)]`.
Only the functions of pydantic that read the type know, so this module looks at their variables. If a later pydantic
renames these, nothing is found, and the tests of the policies fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import currentframe
from types import UnionType
from typing import Annotated, NewType, TypeVar, Union, get_args, get_origin

from deltasib_query.filters import Filter


def surroundings() -> Iterator[tuple[object, object]]:
    """Yield all metadata of the filter that pydantic is reading the type of, each with the type that it annotates.

    The metadata of a union, an alias or a field of the filter's type is among them, that of a list of filters is not.
    """
    frame = currentframe()
    while frame is not None:
        if frame.f_globals.get("__name__") == "pydantic._internal._generate_schema":
            name, known = frame.f_code.co_name, frame.f_locals
            if name == "_apply_annotations":
                annotated = known["source_type"]
                if not _can_be_a_filter(annotated):
                    return
                yield from ((annotated, metadata) for metadata in known["annotations"])
            elif name == "_common_field_schema":
                yield known["field_info"].annotation, known["field_info"]
                return
        frame = frame.f_back


def _can_be_a_filter(annotated: object) -> bool:
    """Say whether a value of a type can itself be a filter, and not only hold some, as a list of filters does."""
    origin, parts = get_origin(annotated), get_args(annotated)
    if origin is Annotated:
        parts = parts[:1]
    elif alias := getattr(annotated, "__value__", None):
        parts = (alias, *parts)
    elif origin not in {Union, UnionType}:
        return origin is Filter or isinstance(annotated, TypeVar | NewType)
    return any(map(_can_be_a_filter, parts))
