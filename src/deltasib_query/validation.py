"""Typed filters: text to `Filter`, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar, cast

from deltasib_query.errors import FilterUsageError, filter_error
from deltasib_query.filters import Filter
from deltasib_query.language import swift
from deltasib_query.language.limits import Limits, check_count, check_text
from deltasib_query.language.repairs import Backwards, apply
from deltasib_query.language.source import Source
from deltasib_query.language.tree import And, Comparison, Node, Or, preorder
from deltasib_query.problems import Problem, Repair, Span
from deltasib_query.schema.checker import Whitelist, check_tree
from deltasib_query.schema.record import Record
from deltasib_query.schema.values import Refusal

R = TypeVar("R", bound=Record)

DEFAULT_LIMITS: Final = Limits()
_ROUNDS: Final = 4
"""Repairs can uncover others (`۰۹۱۲` becomes a number, which then wants quotes), but not without end."""


def parse(text: str, record: type[R], *, limits: Limits | None = DEFAULT_LIMITS, repair: bool = False) -> Filter[R]:
    """Return the filter that a text means, or raise what is wrong with it.

    text: the filter as somebody typed it.
    record: the class of the list's rows; its fields are all that the filter may name.
    limits: how large it may be; None lifts every limit.
    repair: make the repairs that are certain first (`Username=0912…` gets its quotes), and refuse what is left.

    Raises `FilterError`, of the class of the first error in the order of the text; its `problems` are all of
    them. Raises `TypeError` for what is not a str, `FilterUsageError` for what is no record or no `Limits`.
    What is sent to a server is always `str(filter)`, never the text.

    >>> from deltasib_query import User
    >>> str(parse("username='ali'  AND (User_Id>=100)", User))
    "Username = 'ali' and User_Id >= 100"
    >>> str(parse("Username == 09121234567", User, repair=True))
    "Username = '09121234567'"
    """
    record = filterable(record)
    return Filter._of(record, read(text, record, limits, repair=repair))


def check(text: str, record: type[Record], *, limits: Limits | None = DEFAULT_LIMITS) -> list[Problem]:
    """Return every problem of a text, errors and warnings, in its order; never raises for what the text holds.

    Takes what `parse` takes. Raises `TypeError` for what is not a str, `FilterUsageError` for what is no record or no
    `Limits`.

    >>> from deltasib_query import User
    >>> [p.code for p in check("Username != 'ali' and Usernme like '%a'", User)]
    ['operator', 'unknown-field']
    >>> [p.code for p in check("Username like '%ali'", User)]
    ['leading-wildcard']
    """
    return find_problems(text, filterable(record), limits)


def from_tree(tree: Node, record: type[R]) -> Filter[R]:
    """Return the filter of a tree, such as one that a program has made of another's `Filter.tree`.

    Names and values are held against the record's fields and written as they are documented. Raises `FilterError`
    for a field, operator or value that a filter cannot have, `FilterUsageError` for what is no tree or no record.

    >>> from deltasib_query import Comparison, User
    >>> str(from_tree(Comparison("username", "=", "ali"), User))
    "Username = 'ali'"
    """
    for node in preorder(tree):
        if not _is_node(node):
            raise FilterUsageError(f"a tree is made of Comparison, And and Or, with plain values, not of {node!r}")
    record = filterable(record)
    checked = check_tree(tree, record, "")
    errors = tuple(problem for problem in checked.problems if problem.severity == "error")
    if errors:
        raise filter_error(errors[0], errors)
    return Filter._of(record, checked.tree)


def sendable(filter: Filter[R]) -> str:
    """Return the text of a filter for a server, once it has been read back as the same filter.

    Raises `FilterError` if it reads back as another: then something is wrong with this package, or with what has been
    done to the filter, and nothing is to be sent. Raises `ConstantFilterError` for a constant filter.

    >>> from deltasib_query import User
    >>> sendable(User.User_Id == 1)
    'User_Id = 1'
    """
    text = str(filter)
    if parse(text, filter.record, limits=None) != filter:
        message = "the text of the filter reads back as another filter: it is not sent"
        raise filter_error(Problem("unfaithful", message, Span(0, len(text))))
    return text


def filterable(record: type[R]) -> type[R]:
    """Return the class that declares the fields of a record; raise `FilterUsageError` for what is no such class."""
    if not (isinstance(record, type(Record)) and record.fields_by_name):
        raise FilterUsageError(f"a record such as User is needed, not {record!r}")
    return cast("type[R]", record.declared_in)


def read(text: str, whitelist: Whitelist, limits: Limits | None, *, repair: bool) -> Node:
    """Return the tree that a text means under a whitelist; `parse` without the record."""
    text = _plain(text, limits)
    try:
        return swift.read(text, whitelist.accepted, limits)[0]
    except (swift.Unsure, Refusal):
        return _read_slowly(text, whitelist, limits, repair=repair)


def find_problems(text: str, whitelist: Whitelist, limits: Limits | None) -> list[Problem]:
    """Return every problem of a text under a whitelist; `check` without the record."""
    text = _plain(text, limits)
    return list(_place(text, _examine(text, whitelist, limits).problems))


@dataclass(frozen=True, slots=True)
class _Findings:
    """The problems of a text by place; and the tree if none is an error, or else the repairs if all are certain."""

    problems: tuple[Problem, ...]
    tree: Node | None = None
    repairs: tuple[Repair, ...] = ()


def _read_slowly(text: str, whitelist: Whitelist, limits: Limits | None, *, repair: bool) -> Node:
    found = first = _examine(text, whitelist, limits)
    mended = text
    for _round in range(_ROUNDS if repair else 0):
        if not found.repairs:
            break
        mended = apply(mended, found.repairs)
        found = _examine(mended, whitelist, limits)
    if found.tree is None:
        problems = _place(text, first.problems)
        raise filter_error(next(p for p in problems if p.severity == "error"), problems)
    return found.tree


def _examine(text: str, whitelist: Whitelist, limits: Limits | None) -> _Findings:
    # Programs that only compose filters, or read right ones, get by without Lark and what explains mistakes.
    from deltasib_query.language.parser import Refused, parse_tree

    too_large = check_text(text, limits) if limits else None
    if too_large:
        return _Findings((too_large,))
    try:
        parsed = parse_tree(text)
    except Refused:
        return _explain(text, whitelist)
    too_many = check_count(parsed.tree, limits) if limits else None
    if too_many:
        return _Findings((too_many,))
    checked = check_tree(parsed.tree, whitelist, text)
    problems = _sorted((*checked.problems, *_mixed(text, parsed.mixed)))
    if any(problem.severity == "error" for problem in problems):
        return _Findings(problems, repairs=_certain(problems))
    return _Findings(problems, checked.tree)


def _explain(text: str, whitelist: Whitelist) -> _Findings:
    """The syntactic problems; and, where each has a repair, what the checker says of the repaired text."""
    from deltasib_query.language.diagnostics import diagnose
    from deltasib_query.language.parser import Refused, parse_tree

    diagnosis = diagnose(text, whitelist.field_kinds)
    if not diagnosis.repairs:
        return _Findings(diagnosis.problems)
    certain = diagnosis.repairs if all(repair.certain for repair in diagnosis.repairs) else ()
    repaired = apply(text, diagnosis.repairs)
    try:
        parsed = parse_tree(repaired)
    except Refused:
        return _Findings(diagnosis.problems, repairs=certain)
    back = Backwards(text, repaired, diagnosis.repairs)
    checked = check_tree(parsed.tree, whitelist, repaired)
    found = (back.map(p) for p in (*checked.problems, *_mixed(repaired, parsed.mixed)))
    unique = {(problem.code, problem.span): problem for problem in found}
    return _Findings(_sorted((*diagnosis.problems, *unique.values())), repairs=certain)


def _certain(problems: Iterable[Problem]) -> tuple[Repair, ...]:
    """The repairs of the errors, but none at all where an error has no certain one."""
    repairs = [problem.repair for problem in problems if problem.severity == "error"]
    certain = tuple(repair for repair in repairs if repair is not None and repair.certain)
    return certain if len(certain) == len(repairs) else ()


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.span))


def _mixed(text: str, spans: Iterable[Span]) -> Iterator[Problem]:
    """A warning for each group. Of groups within one another the outermost has the repair: edits must not overlap."""
    message = "`and` binds tighter than `or`: parentheses around it say so"
    covered = 0
    for span in spans:
        repair = Repair(span, f"({text[slice(*span)]})") if span.end > covered else None
        covered = max(covered, span.end)
        yield Problem("mixed-and-or", message, span, "warning", repair=repair)


def _place(text: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    source = Source(text)
    return tuple(source.place(problem) for problem in problems)


def _is_node(node: object) -> bool:
    if isinstance(node, Comparison) and type(node) is Comparison:
        return type(node.field) is type(node.operator) is str and type(node.value) in {str, int, Decimal}
    return isinstance(node, And | Or) and type(node) in {And, Or} and bool(node.operands)


def _plain(text: str, limits: Limits | None) -> str:
    """The text as a plain str; raises for a text or limits that are none."""
    if not isinstance(text, str):
        raise TypeError(f"a filter's text is a str, not {type(text).__name__}")
    if limits is not None and not isinstance(limits, Limits):
        raise FilterUsageError(f"Limits(…) or None are needed, not {limits!r}")
    return str.__str__(text)
