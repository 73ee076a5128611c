"""Values for completions, looked up in a list of the service within a policy's scope."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, Final, TypeAlias, overload

from deltasib_query.assist.completions import Wanted
from deltasib_query.errors import FilterError
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record

Values: TypeAlias = "Iterable[object] | AsyncIterable[object]"

_FEWEST_LETTERS: Final = 2
"""Fewer letters begin too many values to be of use, and each look-up is a request to the server."""
_MOST_ROWS: Final = 50


@overload
def values_from(list: Callable[..., Iterable[Record]]) -> Callable[[Policy[Any], Wanted], Iterable[object]]: ...
@overload
def values_from(
    list: Callable[..., AsyncIterable[Record]],
) -> Callable[[Policy[Any], Wanted], AsyncIterable[object]]: ...
def values_from(
    list: Callable[..., Iterable[Record] | AsyncIterable[Record]],
) -> Callable[[Policy[Any], Wanted], Values]:
    """Return a function that looks up the values that start with what was typed, for `Completions.with_values`.

    list: the method of a list, such as ``isp.user.list``. It is asked for the rows within the policy's scope, for at
        most 50 of them and one field. That of an `AsyncClient` gives an asynchronous iterable of values.

    There is no request before two letters are typed, nor for letters that no value can have. The function raises what
    walking the list raises.

    >>> from deltasib_query import User, complete
    >>> policy = Policy(User, scope=User.User_Id < 200)
    >>> def users(filter, *, fields, limit):
    ...     print(filter, fields, limit)
    ...     return [User(Username="ali_reza")]
    >>> found = complete("Username = 'ali_", 16, policy)
    >>> [item.insert for item in found.with_values(values_from(users)(policy, found.wants)).items]
    Username like 'ali\\_%' and User_Id < 200 [<TextField User.Username>] 50
    ["'ali_'", "'ali_reza'"]
    """

    def values(policy: Policy[Any], wanted: Wanted) -> Values:
        field = wanted.field
        try:
            prefix = field.startswith(wanted.typed)
        except FilterError:
            return ()
        if len(wanted.typed) < _FEWEST_LETTERS:
            return ()
        rows = list(prefix & policy.scope, fields=[field], limit=_MOST_ROWS)
        if isinstance(rows, AsyncIterable):
            return (getattr(row, field.name) async for row in rows)
        return (getattr(row, field.name) for row in rows)

    return values
