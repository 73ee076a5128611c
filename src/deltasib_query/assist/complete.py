"""What can be written at the caret of a filter that is being typed.

`caret` says what the grammar takes there. This module names the fields, operators and values for it, and `matching`
keeps those that the typed letters may mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from deltasib_query.assist.caret import Caret, read_caret
from deltasib_query.assist.completions import Completion, Completions, Wanted, value_item
from deltasib_query.assist.labels import LANGUAGES, choice_label, field_label, operator_label
from deltasib_query.assist.matching import matching
from deltasib_query.assist.places import Place, place_of

def complete(
    text: str,
    offset: int,
    record: type[Record] | Policy[Any],
    *,
    language: str = "en",
    today: date | None = None,
    limit: int = 50,
) -> Completions:
    """Return what can be written at the caret of a filter that somebody types.

    text: the filter so far, also what stands behind the caret.
    offset: the caret in code points; one outside of the text counts as its start or end.
    record: the class of the list's rows, or a `Policy`, whose fields, operators and limits are all that is offered.
    language: of labels: "en" or "fa". Items are found by the words of both, whatever the keyboard layout.
    today: the day that "today" means where the reader is; None offers no days.
    limit: the most items.

    No text makes it raise. For one beyond the limits there is no item.

    >>> from deltasib_query import User
    >>> found = complete("Username = 'x' and na", 21, User)
    >>> [(item.label, item.apply("Username = 'x' and na", found.span)) for item in found.items]
    [('Name', "Username = 'x' and Name ")]
    >>> [item.label for item in complete("User_Id ", 8, User).items]
    ['=', '<>', '<', '>', '<=', '>=']
    """
