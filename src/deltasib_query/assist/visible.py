"""What of a list an editor may know: the whole record, or what a policy leaves of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.filter import filterable
from deltasib_query.filters.parsing import DEFAULT_LIMITS
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits


class Visible(NamedTuple):
    """What may be written.

    allowed: the fields that may be named, with their operators.
    record: the class that declares them, which knows their choices.
    limits: how large a text may be.
    """

    allowed: Whitelist
    record: type[Record]
    limits: Limits


def visible(whose: type[Record] | Policy[Any]) -> Visible:
    """Return what may be written for a list. Raises `FilterUsageError` for what is neither a record nor a policy.

    >>> from deltasib_query import User
    >>> list(visible(Policy(User, scope="all rows", fields=[User.Name])).allowed.fields_by_name)
    ['Name']
    """
    if isinstance(whose, Policy):
        return Visible(whose.allowed, whose.record, whose.limits)
    record = filterable(whose)
    return Visible(record, record, DEFAULT_LIMITS)
