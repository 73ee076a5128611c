"""What an editor may know of a list: the whole record, or what a policy leaves of it."""

from __future__ import annotations

from typing import Any

from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record


def visible(whose: type[Record] | Policy[Any]) -> Policy[Any]:
    """Return the policy that a text is written for; that of a record allows everything.

    Raises `FilterUsageError` for what is neither a record nor a policy.

    >>> from deltasib_query import User
    >>> visible(User).operators["User_Id"]
    ('=', '<>', '<', '>', '<=', '>=')
    """
    return whose if isinstance(whose, Policy) else Policy(whose, scope="all rows", allow_leading_wildcard=True)
