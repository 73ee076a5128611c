"""Filters out of forms, query strings and visual builders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, ParameterError, filter_error
from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.combining import all_of, all_rows
from deltasib_query.filters.conditions.lookups import LookupReader
from deltasib_query.filters.conditions.reader import ConditionReader
from deltasib_query.filters.conditions.rules import RuleReader
from deltasib_query.filters.filter import Filter, filter_of, filterable
from deltasib_query.filters.parsing import DEFAULT_LIMITS
from deltasib_query.filters.policies.admitted import within_scope
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

R = TypeVar("R", bound=Record)

_MakeReader: TypeAlias = Callable[[Whitelist, Limits | None], ConditionReader]


def from_rules(
    rules: str | bytes | bytearray | Mapping[str, Any] | None,
    within: type[R] | Policy[R],
    *,
    none: Filter[R] | None = None,
) -> Filter[R]:
    """Return the filter that the query of a visual builder means, or raise what is wrong with it.

    rules: the query of react-querybuilder 8 (independent combinators, too) or jQuery QueryBuilder 3: its JSON, or the
        objects that a parser has made of that.
    within: the record, or the policy within whose scope the filter is.
    none: the filter to return where there is no rule (``{}``, null, all muted). A policy's is otherwise its scope.

    Every rule is a condition of the language or an error: nothing is dropped. A text is taken as a quoted literal, so
    that ``"12"`` is a number for a field of numbers; a number as one without quotes, and exact. A date that looks
    Jalali, which is a warning in a typed filter, is an error: nobody would see the warning.

    Raises `FilterError`, of the class of the first error; its `problems` are all of them, each with the `path` to what
    is wrong, as a JSON pointer.

    >>> from deltasib_query import User
    >>> rule = {"field": "User_Id", "operator": "in", "value": ["1", 2]}
    >>> str(from_rules({"combinator": "or", "rules": [rule]}, User))
    '(User_Id = 1 or User_Id = 2)'
    """
    return _filter(partial(RuleReader, rules), within, none)


def from_lookups(
    lookups: Mapping[str, Any],
    within: type[R] | Policy[R],
    *,
    none: Filter[R] | None = None,
    ignore: Collection[str] = (),
    repair: bool = False,
) -> Filter[R]:
    """Return the filter that a form or a query string means: all of its lookups hold.

    lookups: a mapping such as ``request.args``. A key is a field, ``Username``, or a field and a lookup,
        ``User_Id__gte``: exact, ne, in, lt, lte, gt, gte, range, contains, startswith, endswith; iexact, icontains and
        so on, which are the same. Several values of a key are for `in` and `range` alone.
    within: the record, or the policy within whose scope the filter is.
    none: the filter to return where every value is blank. A policy's is otherwise its scope.
    ignore: keys that are no lookups, such as ``("page",)``. Any other unknown key is an error.
    repair: take the value that is certainly meant, such as 12 for ``"۱۲"`` or ``" 12 "``.

    An empty text, None and an empty list are blank: such a lookup is left out. A space, 0 and False are values. A date
    that looks Jalali is an error.

    Raises `FilterError`, of the class of the first error; its `problems` are all of them, each with the `path` to its
    key.

    >>> from deltasib_query import User
    >>> str(from_lookups({"Username__startswith": "ali", "Name": "", "page": "2"}, User, ignore=("page",)))
    "Username like 'ali%'"
    """
    _check_form(lookups, ignore)
    return _filter(partial(LookupReader, lookups, ignore, repair=repair), within, none)


def check_lookups(
    lookups: Mapping[str, Any], within: type[R] | Policy[R], *, ignore: Collection[str] = ()
) -> list[Problem]:
    """Return everything that is wrong or doubtful in a form or a query string, as `check` does for a typed filter.

    The parameters are those of `from_lookups`, which raises for the errors among them. A warning says what is seldom
    meant, such as an Arabic ye in a Persian name. Each problem has the `path` to its key.

    >>> from deltasib_query import User
    >>> for problem in check_lookups({"Family": "كريمي", "User_Id": "x"}, User):
    ...     print(problem.path, problem.severity, problem.code)
    /Family warning arabic-letter
    /User_Id error not-a-number
    """
    _check_form(lookups, ignore)
    return _within(within, partial(LookupReader, lookups, ignore)).problems()


def _check_form(lookups: object, ignore: object) -> None:
    if not isinstance(lookups, Mapping):
        raise FilterUsageError(Message("usage.no-lookups", type=type(lookups).__name__))
    if isinstance(ignore, str):
        raise ParameterError("ignore", Message("parameter.several-keys", given=shown(ignore)))


def _within(within: type[R] | Policy[R], reader: _MakeReader) -> ConditionReader:
    if isinstance(within, Policy):
        return reader(within.allowed, within.limits)
    return reader(filterable(within), DEFAULT_LIMITS)


def _filter(reader: _MakeReader, within: type[R] | Policy[R], none: Filter[R] | None) -> Filter[R]:
    """Return the filter that is read within a record or a policy; where nothing was given `none`, or the scope."""
    conditions = _within(within, reader)
    if none is not None:  # `all_of` refuses a filter of another record, whether it is needed or not
        none = all_of(none, within.scope if isinstance(within, Policy) else all_rows(within))
    tree = conditions.read()
    if tree is None and none is not None:
        return none
    if isinstance(within, Policy):
        return within_scope(tree, within.scope)
    if tree is None:
        raise filter_error(Problem(Message("empty.form"), Span(0, 0)))
    return filter_of(within, tree)
