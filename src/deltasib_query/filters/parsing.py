"""Typed filters: text to `Filter`, and back for a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar, cast

from deltasib_query.errors import FilterUsageError, filter_error
from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.filter import Filter, filter_of, filterable
from deltasib_query.filters.prepared import Prepared, Template, text_and_values
from deltasib_query.filters.reading import find_problems, read
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits
from deltasib_query.language.tree import Node
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

R = TypeVar("R", bound=Record)

DEFAULT_LIMITS: Final = Limits()


def parse(
    text: str | Template,
    record: type[R],
    *,
    values: Mapping[str, object] | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
    repair: bool = False,
) -> Filter[R]:
    """Return the filter that a text means, or raise what is wrong with it.

    text: the filter as somebody typed it; or a t-string of Python 3.14, whose values are taken as `values` are.
    record: the class of the list's rows; its fields are all that the filter may name.
    values: what the names in a text such as ``Username = :name`` stand for. A value is taken as in Python code, and
        never becomes text. A filter stands for a condition: ``:mine and Username = :name``.
    limits: how large it may be; None lifts every limit.
    repair: make the repairs that are certain first (`Username=0912…` gets its quotes), and refuse what is left.

    Raises `FilterError`, of the class of the first error in the order of the text; its `problems` are all of
    them. Raises `TypeError` for a text that is not a str, `FilterUsageError` for a record or limits that are none.
    A server is always sent `str(filter)`, never the text itself.

    >>> from deltasib_query import User
    >>> str(parse("username='ali'  AND (User_Id>=100)", User))
    "Username = 'ali' and User_Id >= 100"
    >>> str(parse("Username == 09121234567", User, repair=True))
    "Username = '09121234567'"
    >>> str(parse("Username = :name and User_Id >= :low", User, values={"name": "O'Reilly", "low": 5}))
    "Username = 'O''Reilly' and User_Id >= 5"
    """
    record = filterable(record)
    plain, whitelist = _prepared(text, record, values)
    return filter_of(record, read(plain, whitelist, limits, repair=repair))


def check(
    text: str | Template,
    record: type[Record],
    *,
    values: Mapping[str, object] | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
) -> list[Problem]:
    """Return every problem of a text, errors and warnings, in the order of the text. No text makes it raise.

    Takes the parameters of `parse`. Raises `TypeError` for a text that is not a str, `FilterUsageError` for a record or
    limits that are none.

    >>> from deltasib_query import User
    >>> [p.code for p in check("Username != 'ali' and Usernme like '%a'", User)]
    ['operator', 'unknown-field']
    >>> [p.code for p in check("Username like '%ali'", User)]
    ['leading-wildcard']
    """
    return find_problems(*_prepared(text, filterable(record), values), limits)


def _prepared(text: str | Template, record: type[Record], values: Mapping[str, object] | None) -> tuple[str, Whitelist]:
    """Return the text, and the fields that it may name, with the values where some are given."""
    if not isinstance(text, str) and hasattr(text, "strings") and hasattr(text, "interpolations"):
        if values is not None:
            raise FilterUsageError(Message("usage.template-with-values"))
        text, values = text_and_values(text)
    whitelist: Whitelist = record if values is None else Prepared(record, values)
    return cast("str", text), whitelist


def from_tree(tree: Node, record: type[R]) -> Filter[R]:
    """Return the filter of a tree, such as one that a program has made from the tree of another filter.

    The record's fields check every name and value, and the filter has them in their documented spelling. Raises
    `FilterError` for a field, operator or value that a filter cannot have, `FilterUsageError` for what is no tree or
    no record.

    >>> from deltasib_query import Comparison, User
    >>> str(from_tree(Comparison("username", "=", "ali"), User))
    "Username = 'ali'"
    """
    record = filterable(record)
    return filter_of(record, record.accept_tree(tree))


def verified_text(filter: Filter[R]) -> str:
    """Return the text of a filter for a server, after parsing it and finding the same filter.

    Raises `FilterError` if the text means another filter, which only a fault of this package or a tampered filter can
    cause. Raises `ConstantFilterError` for a constant filter.

    >>> from deltasib_query import User
    >>> verified_text(User.User_Id == 1)
    'User_Id = 1'
    """
    return read_back(str(filter), filter)


def read_back(text: str, filter: Filter[R]) -> str:
    """Return the text that `str` has made of a filter, as `verified_text` does."""
    if parse(text, filter.record, limits=None) != filter:
        raise filter_error(Problem(Message("unfaithful"), Span(0, len(text))))
    return text
