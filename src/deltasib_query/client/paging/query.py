"""The arguments of a list call, validated, and the plan of its walks. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Generic, TypeVar

from deltasib_query.client.paging.by_key import BEFORE_ALL, EVERYTHING, KeyRange
from deltasib_query.client.paging.cursor import CursorScope, Position
from deltasib_query.client.paging.page import PagingOptions, RowLimit, Selection, Slice
from deltasib_query.client.paging.splitting import split
from deltasib_query.client.wire.options import ClientOptions
from deltasib_query.client.wire.requests import url_size
from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, ParameterError, RecordMismatchError, needed
from deltasib_query.filters.combining import any_of
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import ID_MAX, PRICE_SCALE, IntegerField
from deltasib_query.filters.filter import Filter, check_record, filterable
from deltasib_query.filters.record import Record
from deltasib_query.filters.values import whole_number
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class CheckedOptions:
    """The `PagingOptions` of a walk, validated."""

    prefetch: int = 0
    on_drift: str = "recover"
    on_bad_row: str = "raise"
    max_requests: int | None = None
    max_seconds: float | None = None

    @classmethod
    def of(cls, options: PagingOptions) -> CheckedOptions:
        """Return the options of a call. Raises `ParameterError`, and `TypeError` for an argument that no list has."""
        if unknown := options.keys() - PagingOptions.__annotations__.keys():
            raise TypeError(f"this list has no argument {min(unknown)}")
        return cls(**options)

    def __post_init__(self) -> None:
        check_count("prefetch", self.prefetch)
        check_choice("on_drift", self.on_drift, ("recover", "raise"))
        check_choice("on_bad_row", self.on_bad_row, ("raise", "skip", "collect"))
        if self.max_requests is not None:
            check_count("max_requests", self.max_requests)
        seconds = self.max_seconds
        counts = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
        if seconds is not None and not counts:
            raise needed("max_seconds", Message("rule.seconds"), seconds)


@dataclass(frozen=True, slots=True)
class ListPlan(Generic[R]):
    """What a walk through a list needs to know: what to request, from where on, and how.

    fields: the names of the fields that are requested.
    values: the parameters of every request.
    selections: the parts of the filter; no row is in two of them if they are `disjoint`.
    size: returns the length of the URL for the text of a filter; it may be `max_url_bytes`.
    page_cap: the most rows that the server returns at a time, if the caller knows.
    price_scale: how many digits prices have behind the point.
    """

    action: Action
    record: type[R]
    fields: tuple[str, ...]
    values: Mapping[str, str]
    selections: tuple[Selection[R], ...]
    disjoint: bool
    scope: CursorScope
    options: CheckedOptions
    position: Position
    size: Callable[[str], int]
    max_url_bytes: int
    page_cap: int | None = None
    price_scale: int = PRICE_SCALE
    key_range: KeyRange = EVERYTHING
    workers: int = 1

    def limited(self, count: int) -> ListPlan[R]:
        """Return the plan of the first `count` rows."""
        left = RowLimit(self.position.left).at_most(count)
        return replace(self, position=replace(self.position, left=left))


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The arguments that every list takes. A list begins at `start`; a scan walks `by` the key."""

    filter: Filter[Any] | None
    fields: Iterable[Field[Any, Any]] | None
    limit: int | None
    page_size: int
    options: PagingOptions
    start: int = 0
    scan: bool = False
    by: Field[Any, Any] | None = None
    workers: int = 1

    def plan(
        self, action: Action, record: type[R], arguments: Mapping[str, object], client: ClientOptions
    ) -> ListPlan[R]:
        """Return the plan of the list's walks.

        Raises `ParameterError`, `RecordMismatchError`, and `FilterTooComplexError` for a filter that is too long for a
        request.
        """
        options = CheckedOptions.of(self.options)
        start, page_size = check_count("start", self.start), check_count("page_size", self.page_size, 1)
        limit = None if self.limit is None else check_count("limit", self.limit)
        workers = check_count("workers", self.workers, 1)
        key: Any = record.key
        if self.by is not None and self.by is not key:
            raise ParameterError("by", Message("parameter.key", key=f"{record.__name__}.{key.name}"))
        if self.filter is not None:
            check_filter(self.filter, record)
        fields = _field_names(self.fields, record)
        # The guide's list of fields is cut off there; `*` requests all.
        requested = "*" if self.fields is None and record.response_fields_by_name else ",".join(fields)
        values = action.encode({**arguments, "field": requested})

        def size(text: str) -> int:
            return url_size(client.url, action, values | Slice(ID_MAX, ID_MAX, text).parameters())

        def size_in_a_scan(text: str) -> int:
            return size(f"({text}) and {_longest_range(key)}")  # what a scan adds must fit too

        selected = split(filterable(record), self.filter, size_in_a_scan if self.scan else size, client.max_url_bytes)
        if start and len(selected.parts) > 1:
            raise ParameterError("start", Message("parameter.start"))
        nothing = self.filter is not None and self.filter.constant is False
        which = {**values, "Filter": "nothing" if nothing else repr([part.text for part in selected.parts])}
        return ListPlan(
            action=action,
            record=record,
            fields=fields,
            values=values,
            selections=selected.parts,
            disjoint=selected.disjoint,
            scope=CursorScope.of(action, "key" if self.scan else "offset", which, page_size),
            options=options,
            position=Position(BEFORE_ALL if self.scan else start, 0 if nothing else limit),
            size=size,
            max_url_bytes=client.max_url_bytes,
            page_cap=client.profile.page_cap,
            price_scale=client.profile.price_scale,
            workers=workers,
        )


@cache
def _longest_range(key: IntegerField[Any]) -> str:
    return str(any_of((key > ID_MAX) & (key <= ID_MAX), key == ID_MAX))


def check_filter(filter: object, record: type[Record]) -> None:
    """Raise `FilterUsageError` for anything but a filter, `RecordMismatchError` for one of another record."""
    if not isinstance(filter, Filter):
        key = "usage.filter-of-text" if isinstance(filter, str) else "usage.filter-of"
        raise FilterUsageError(Message(key, record=record.__name__, given=type(filter).__name__))
    check_record(filter, record.declared_in)


def _field_names(fields: Iterable[Field[Any, Any]] | None, record: type[Record]) -> tuple[str, ...]:
    """Return the names of the fields to request: the key first, or all in the guide's order."""
    if fields is None:
        return (*record.fields_by_name, *record.response_fields_by_name)
    if not isinstance(fields, Iterable):
        raise needed("fields", Message("rule.fields"), fields)
    names = {record.key.name: None}
    for field in fields:
        if not isinstance(field, Field):
            example = f"[{record.__name__}.{record.key.name}]"
            raise ParameterError("fields", Message("parameter.requested-fields", example=example, given=shown(field)))
        if field.record is not record.declared_in:
            raise RecordMismatchError(Message("usage.foreign-field", field=repr(field), record=record.__name__))
        names[field.name] = None
    return tuple(names)


def check_count(parameter: str, value: object, lowest: int = 0) -> int:
    """Return a whole number as an int.

    Raises `ParameterError` for anything else, and for one below `lowest` or beyond the service's Int.
    """
    number = whole_number(value)
    if number is None or number < lowest:
        raise needed(parameter, Message("rule.at-least", lowest=lowest), value)
    if number > ID_MAX:
        raise ParameterError(parameter, Message("parameter.at-most", most=ID_MAX, given=shown(value)))
    return number


def check_choice(parameter: str, value: object, choices: Sequence[object]) -> None:
    """Raise `ParameterError` for anything but one of the choices."""
    if isinstance(value, bool) or value not in choices:
        raise needed(parameter, Message("rule.one-of", values=tuple(map(repr, choices))), value)
