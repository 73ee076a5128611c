"""The two filters that the language cannot write: every row, and none."""

from __future__ import annotations

from typing import TypeVar

from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import filterable
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)


def all_rows(record: type[R]) -> Filter[R]:
    """Return the filter that is true for every row of a record's list.

    A list takes it as no filter. Joined with others it falls away behind `&`, and decides behind `|`.

    >>> from deltasib_query import User
    >>> str(all_rows(User) & (User.User_Id > 5)), (~all_rows(User)).constant
    ('User_Id > 5', False)
    """
    return Filter._of(filterable(record), True)


def no_rows(record: type[R]) -> Filter[R]:
    """Return the filter that is false for every row of a record's list.

    A list with it makes no request. Joined with others it falls away behind `|`, and decides behind `&`.

    >>> from deltasib_query import User
    >>> str(no_rows(User) | (User.User_Id > 5)), no_rows(User) == ~all_rows(User)
    ('User_Id > 5', True)
    """
    return Filter._of(filterable(record), False)
