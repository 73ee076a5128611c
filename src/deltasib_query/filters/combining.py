"""Many filters to one, and the two that the language cannot write: every row, and none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from deltasib_query.errors import FilterUsageError
from deltasib_query.filters.filter import Filter, filter_of, filterable, join_filters
from deltasib_query.filters.record import Record
from deltasib_query.language.tree import And, Or
from deltasib_query.messages.message import Message

R = TypeVar("R", bound=Record)


def all_rows(record: type[R]) -> Filter[R]:
    """Return the filter that is true for every row of a record's list.

    A list takes it as no filter. Joined with others it falls away behind `&`, and decides behind `|`.

    >>> from deltasib_query import User
    >>> str(all_rows(User) & (User.User_Id > 5)), (~all_rows(User)).constant
    ('User_Id > 5', False)
    """
    return filter_of(filterable(record), True)


def no_rows(record: type[R]) -> Filter[R]:
    """Return the filter that is false for every row of a record's list.

    A list with it makes no request. Joined with others it falls away behind `|`, and decides behind `&`.

    >>> from deltasib_query import User
    >>> str(no_rows(User) | (User.User_Id > 5)), no_rows(User) == ~all_rows(User)
    ('User_Id > 5', True)
    """
    return filter_of(filterable(record), False)


def all_of(*filters: Filter[R] | Iterable[Filter[R] | None] | None, none: Filter[R] | None = None) -> Filter[R]:
    """Return the filter that holds where every one of the filters does.

    filters: filters, or iterables of them. With `none` some may be None: those are left out.
    none: the filter to return where nothing is left to combine, such as `all_rows(User)`.

    Raises `FilterUsageError` where nothing is left and `none` is not given, and for None among the filters without it:
    whether nothing or everything should match is the caller's to say.

    >>> from deltasib_query import User, all_rows
    >>> str(all_of(User.User_Id > id for id in (1, 2)))
    'User_Id > 1 and User_Id > 2'
    >>> name, low = "", 5
    >>> str(all_of(User.Name == name if name else None, User.User_Id >= low, none=all_rows(User)))
    'User_Id >= 5'
    """
    return _combine(And, filters, none)


def any_of(*filters: Filter[R] | Iterable[Filter[R] | None] | None, none: Filter[R] | None = None) -> Filter[R]:
    """Return the filter that holds where at least one of the filters does.

    Takes and raises what `all_of` does.

    >>> from deltasib_query import User, no_rows
    >>> str(any_of(User.Name == "علی", User.Family == "رضایی"))
    "(Name = 'علی' or Family = 'رضایی')"
    >>> any_of([], none=no_rows(User)).constant
    False
    """
    return _combine(Or, filters, none)


def _combine(
    kind: type[And | Or], given: tuple[Filter[R] | Iterable[Filter[R] | None] | None, ...], none: Filter[R] | None
) -> Filter[R]:
    filters: list[Any] = []
    for one in given:
        # A text or a mapping holds no filters, and an empty one must not count as "no filter was given".
        if isinstance(one, Filter | str | bytes | Mapping) or not isinstance(one, Iterable):
            filters.append(one)
        else:
            filters.extend(one)
    if none is not None:
        left = [one for one in filters if one is not None]
        whole = join_filters(kind, [none, *left])  # which refuses a `none` of another record
        return join_filters(kind, left) if left else whole
    name = "all_of" if kind is And else "any_of"
    if any(one is None for one in filters):
        raise FilterUsageError(Message("usage.none-among-filters", function=name))
    if not filters:
        raise FilterUsageError(Message("usage.no-filters", function=name))
    return join_filters(kind, filters)
