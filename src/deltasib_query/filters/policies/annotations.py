"""What may stand around a policy in a type that pydantic reads, such as `Annotated[Filter[User], policy, MaxLen(5)]`.

A policy holds only if nothing replaces it or changes its filter unseen: `PlainValidator` and `SkipValidation` leave the
policy unasked, a default is not validated, and `MaxLen` is applied to the filter, not to its text. All of this is
refused when pydantic reads the type. Later is too late: what has replaced the policy never calls it.

Pydantic tells a piece of metadata what stands before it (`handler(source)`), but not what stands behind or around it,
nor the default of the field. Only the functions of pydantic that read the type know, and they are the callers of the
policy's hook, so `surroundings` looks at their variables. It relies on names inside pydantic: if a later version
renames them, nothing is found, nothing is refused, and the tests of the policies fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import currentframe
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NewType, TypeVar, Union, get_args, get_origin

from annotated_types import DocInfo
from pydantic import AfterValidator, BeforeValidator, Discriminator, Json, Tag, WithJsonSchema, WrapValidator
from pydantic.fields import FieldInfo
from pydantic.json_schema import Examples, SkipJsonSchema

from deltasib_query.errors import FilterUsageError
from deltasib_query.filters.filter import Filter
from deltasib_query.messages.message import Message

_HARMLESS: Final[tuple[Any, ...]] = (
    *(FieldInfo, BeforeValidator, AfterValidator, WrapValidator, Json, Tag, Discriminator),
    *(WithJsonSchema, Examples, SkipJsonSchema, DocInfo),
)
"""All that pydantic reads and that may stand beside a policy."""
_COLLECTIONS: Final = (list, tuple, dict, set, frozenset)


def check_surroundings(policy: Any) -> None:
    """Raise `FilterUsageError` if something beside or around a policy replaces it, or changes its filter unseen.

    A second policy has an error of its own.
    """
    for annotated, beside in surroundings():
        if _is_read(annotated, beside) and not _is_harmless(policy, beside):
            raise FilterUsageError(Message("usage.beside-policy", beside=repr(beside)))
        if isinstance(beside, FieldInfo) and not beside.is_required() and not _default_holds(policy, annotated, beside):
            default = repr(beside.default_factory or beside.default)
            raise FilterUsageError(Message("usage.default-beside-policy", default=default))


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


def _is_read(annotated: object, beside: object) -> bool:
    """Return whether pydantic reads it: it has a hook, or is of a class of pydantic or annotated_types."""
    kind = beside if isinstance(beside, type) else type(beside)
    return hasattr(beside, "__get_pydantic_core_schema__") or (
        _can_be_a_filter(annotated)
        and any(base.__module__.partition(".")[0] in {"pydantic", "annotated_types"} for base in kind.__mro__)
    )


def _is_harmless(policy: object, beside: object) -> bool:
    kind = beside if isinstance(beside, type) else type(beside)
    return issubclass(kind, (type(policy), *_HARMLESS)) or getattr(beside, "__dict__", {}).keys() == {"union_mode"}


def _default_holds(policy: Any, annotated: object, field: FieldInfo) -> bool:
    """Return whether the policy sees every filter that can come from a field's default."""
    default, factory = field.default, field.default_factory
    if isinstance(default, Filter):
        return False
    if type(field) is FieldInfo and field.validate_default:  # FastAPI validates no default of its own classes
        return True
    if factory is None:
        if default is None:
            return NoneType in _members(annotated)
        return type(default) in _COLLECTIONS and not default and not _can_be_a_filter(annotated)
    if getattr(factory, "__func__", None) is type(policy).default:
        other: Any = getattr(factory, "__self__", None)
        return other == policy or other.record is not policy.record
    return factory in _COLLECTIONS and not _can_be_a_filter(annotated)


def _can_be_a_filter(annotated: object) -> bool:
    """Return whether a value of a type can itself be a filter, and not only hold some, as a list of filters does."""
    return any(get_origin(one) is Filter or isinstance(one, TypeVar | NewType) for one in _members(annotated))


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
