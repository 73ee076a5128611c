"""Texts to trees, or to everything that is wrong with them, under a whitelist of fields.

`read` tries the fast parser first, which asks the fields for each comparison that it reads. Only a text that it does
not take is examined: parsed with Lark and checked comparison by comparison, or, if it is no filter at all, diagnosed,
repaired, and checked as repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Final

from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, filter_error
from deltasib_query.filters.checker import Whitelist, check_tree
from deltasib_query.filters.labels import names_by_label
from deltasib_query.filters.prepared import Prepared
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language import fast_parser
from deltasib_query.language.diagnosis.repairs import CERTAIN, apply, binds, joined
from deltasib_query.language.excerpts import locate
from deltasib_query.language.fast_parser import Parsed
from deltasib_query.language.limits import Limits, check_count, check_text
from deltasib_query.language.tree import Node
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span

MOST_PROBLEMS: Final = 100
"""The most problems of one text that are reported."""


def read(text: str, whitelist: Whitelist, limits: Limits | None, *, repair: bool) -> Node:
    """Return the tree that a text means under a whitelist; `parse` without the record."""
    text = _plain(text, limits)
    tree = _read_fast(text, whitelist, limits)
    if tree is not None:
        return tree
    problems, tree = _examine(text, whitelist, limits)
    if tree is not None:
        return tree
    problems, tree = _certify(text, problems, whitelist, limits)
    if tree is None or not repair:
        problems = _located(text, problems)
        raise filter_error(next(p for p in problems if p.severity == "error"), problems)
    return tree


def find_problems(text: str, whitelist: Whitelist, limits: Limits | None) -> list[Problem]:
    """Return every problem of a text under a whitelist; `check` without the record."""
    text = _plain(text, limits)
    problems, tree = _examine(text, whitelist, limits)
    if tree is not None:
        # Imported here, because only `check` needs it.
        from deltasib_query.filters.analysis.logical_warnings import logical_warnings

        record = next(iter(whitelist.fields_by_name.values())).record
        problems = _sorted((*problems, *logical_warnings(tree, record, text)))
    problems, _ = _certify(text, problems, whitelist, limits)
    return list(_located(text, problems))


def _read_fast(text: str, whitelist: Whitelist, limits: Limits | None) -> Node | None:
    """Return the tree of a text that is plainly a valid filter; None for any other."""
    try:
        return fast_parser.read(text, limits, whitelist.accepted)[0]
    except (fast_parser.NotSimple, ValueRejected):
        return None


def _examine(text: str, whitelist: Whitelist, limits: Limits | None) -> tuple[tuple[Problem, ...], Node | None]:
    """Return the problems of a text in its order, and its tree unless one of them is an error."""
    too_large = check_text(text, limits) if limits else None
    if too_large:
        return (too_large,), None
    parsed = _parse(text, whitelist)
    if parsed is None:
        return _explain(text, whitelist), None
    too_many = check_count(parsed[0], limits) if limits else None
    if too_many:
        return (too_many,), None
    problems, tree = _check(parsed, whitelist, text, complete=True)
    wrong = any(problem.severity == "error" for problem in problems)
    return _sorted(problems), None if wrong else tree


def _parse(text: str, whitelist: Whitelist) -> Parsed | None:
    """Return what a text is by the grammar alone; None for one that is no filter."""
    # Imported here, because a program that only reads valid filters does without Lark.
    from deltasib_query.language.parser import Refused, parse_tree, parse_with_lark

    try:
        return parse_with_lark(text, placeholders=True) if isinstance(whitelist, Prepared) else parse_tree(text)
    except Refused:
        return None


def _explain(text: str, whitelist: Whitelist) -> tuple[Problem, ...]:
    """Return the problems of a text that is no filter: its syntax errors, and what the repaired text's fields say."""
    from deltasib_query.language.diagnosis.diagnose import diagnose

    labels = names_by_label(whitelist.fields_by_name.values())
    diagnosis = diagnose(text, whitelist.field_kinds, labels=labels, placeholders=isinstance(whitelist, Prepared))
    repaired = apply(text, diagnosis.edits)
    parsed = _parse(repaired, whitelist)
    if parsed is None:
        return diagnosis.problems
    found, _ = _check(parsed, whitelist, repaired, complete=False)
    if not diagnosis.repairs:  # what was cut off may settle a warning, as a lower bound settles zero-dates
        found = tuple(filter(binds, found))
    return _sorted(joined(text, diagnosis.edits, diagnosis.problems, found))


def _check(parsed: Parsed, whitelist: Whitelist, text: str, *, complete: bool) -> tuple[tuple[Problem, ...], Node]:
    """Return what the fields, and the values of a program, say of a tree; and the tree as they have it."""
    tree, mixed = parsed
    checked = check_tree(tree, whitelist, text)
    if isinstance(whitelist, Prepared):
        checked = whitelist.put_in(checked, text, complete=complete)
    return (*checked.problems, *_mixed(text, mixed)), checked.tree


def _certify(
    text: str, problems: tuple[Problem, ...], whitelist: Whitelist, limits: Limits | None
) -> tuple[tuple[Problem, ...], Node | None]:
    """Return the problems, and the tree of the text with every certain repair made.

    If that text is no valid filter either, there is no tree, and no repair is certain.
    """
    certain = {p.repair for p in problems if p.repair is not None and p.repair.certain and p.code in CERTAIN}
    tree: Node | None = None
    if certain:
        mended = apply(text, certain)
        tree = _read_fast(mended, whitelist, limits) or _examine(mended, whitelist, limits)[1]
    return tuple(_with_certainty(p, tree is not None and p.repair in certain) for p in problems), tree


def _with_certainty(problem: Problem, certain: bool) -> Problem:
    if problem.repair is None or problem.repair.certain == certain:
        return problem
    return replace(problem, repair=replace(problem.repair, certain=certain))


def _located(text: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the first problems with their lines and excerpts."""
    return tuple(locate(problem, text) for problem in first_problems(problems, Span(len(text), len(text))))


def first_problems(problems: tuple[Problem, ...], end: Span) -> tuple[Problem, ...]:
    """Return the problems.

    Of more than `MOST_PROBLEMS` only the first are returned, errors before warnings, with a count of the others. No
    repair is certain then, because those of the other problems would have to be made as well.
    """
    if len(problems) <= MOST_PROBLEMS:
        return problems
    errors_first = sorted(enumerate(problems), key=lambda numbered: numbered[1].severity != "error")
    kept, left = sorted(errors_first[: MOST_PROBLEMS - 1], key=itemgetter(0)), errors_first[MOST_PROBLEMS - 1 :]
    more = Problem(Message("more-problems", count=len(left)), end, left[0][1].severity)
    return (*(_with_certainty(problem, False) for _, problem in kept), more)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.span))


def _mixed(text: str, spans: Iterable[Span]) -> Iterator[Problem]:
    """Yield a warning for each span. Of nested ones only the outermost has a repair, since edits cannot overlap."""
    covered = 0
    for span in spans:
        repair = Repair(span, f"({text[slice(*span)]})") if span.end > covered else None
        covered = max(covered, span.end)
        yield Problem(Message("mixed-and-or"), span, "warning", repair=repair)


def _plain(text: str, limits: Limits | None) -> str:
    """Return the text as a plain str. Raise for what is no text, and for limits that are none."""
    if not isinstance(text, str):
        raise TypeError(f"a filter's text is a str, not {type(text).__name__}")
    if limits is not None and not isinstance(limits, Limits):
        raise FilterUsageError(Message("usage.no-limits", given=shown(limits)))
    return str.__str__(text)
