"""What a filter says, in plain English or Persian.

Two filters of different meaning never have the same text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, overload

from deltasib_query.assist.pictures import as_html, as_list, as_svg
from deltasib_query.assist.sentences import sentence
from deltasib_query.assist.words import words
from deltasib_query.errors import FilterUsageError
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import parse
from deltasib_query.filters.policies.admitted import typed_part
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.language.tree import And, Comparison, Node, Or
from deltasib_query.messages.message import Message
from deltasib_query.messages.said import Said, joined
from deltasib_query.problems import Span

_MOST_IN_A_SENTENCE: Final = 3
"""The most conditions that one sentence has; more are a list."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A row of an explanation: one condition on a field, or the heading of several.

    kind: ``comparison``, or whether ``all`` or ``any`` of the clauses below have to hold: those that follow with a
        depth greater by one, up to the next one that is not deeper.
    depth: 0 for the first clause.
    said: the condition or the heading.
    span: the place in the filter's text; None if the filter was made in code.
    """

    kind: Literal["all", "any", "comparison"]
    depth: int
    said: Said
    span: Span | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """What a filter says. `str` is one sentence for a few conditions, and an indented list for others.

    language: ``en`` or ``fa``.
    clauses: the rows of the list, parents first, in the order of the text.

    >>> from deltasib_query import User, explain
    >>> print(explain((User.Username.startswith("ali") | (User.User_Id < 9)) & (User.Name == "x")))
    All of these:
    - Any of these:
      - Username starts with “ali”
      - User id is less than 9
    - Name is “x”
    """

    language: str
    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        first, *others = self.clauses
        if not 0 < len(others) <= _MOST_IN_A_SENTENCE or any(clause.kind != "comparison" for clause in others):
            return as_list(self._rows)
        between = words(self.language).phrases["and" if first.kind == "all" else "or"]
        return str(Said(joined(between, (clause.said.parts for clause in others))))

    def to_html(self) -> str:
        """Return the tree as nested ``<ul>``, which takes its looks from the page around it.

        >>> from deltasib_query import User, explain
        >>> explain(User.Name == "<b>").to_html()
        '<ul role="tree" lang="en" dir="ltr"><li role="treeitem">Name is “<bdi><code>&lt;b&gt;</code></bdi>”</li></ul>'
        """
        return as_html(self._rows, self.language, self._direction)

    def to_svg(self) -> str:
        """Return the tree as an SVG image, which fits light and dark pages.

        >>> from deltasib_query import User, explain
        >>> explain(User.User_Id == 5).to_svg().count("<text")
        1
        """
        return as_svg(self._rows, self.language, self._direction)

    @property
    def _rows(self) -> list[tuple[int, Said]]:
        return [(clause.depth, clause.said) for clause in self.clauses]

    @property
    def _direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.language == "fa" else "ltr"

    def __repr__(self) -> str:
        # Without the values: they are customers' names and telephone numbers, and reprs end up in logs.
        return f"<Explanation in {self.language}, {len(self.clauses)} clauses>"


@overload
def explain(filter: Filter[Any], *, language: str = "en") -> Explanation: ...
@overload
def explain(filter: str, whose: Policy[Any] | type[Record], *, language: str = "en") -> Explanation: ...
def explain(
    filter: Filter[Any] | str, whose: Policy[Any] | type[Record] | None = None, *, language: str = "en"
) -> Explanation:
    """Return what a filter says, in plain words. Nothing is said of the scope of a policy.

    filter: a filter, or the text of one. Of a filter that a policy has admitted, what was typed is explained; what
        a program makes of that filter with ``&`` has the scope in it.
    whose: for a text, the policy or the record that it is read with.
    language: ``en`` or ``fa``.

    Raises `FilterError` for a text as `parse` and `Policy.admit` do, `ParameterError` for another language,
    `FilterUsageError` for what is neither a filter nor a text with a policy or record.

    >>> from deltasib_query import User
    >>> print(explain("username like 'ali%' and user_id >= 100", User))
    Username starts with “ali” and User id is at least 100
    """
    if isinstance(filter, str) and whose is not None:
        filter = whose.admit(filter) if isinstance(whose, Policy) else parse(filter, whose)
    elif not isinstance(filter, Filter) or whose is not None:
        raise FilterUsageError(Message("usage.explain"))
    return Explanation(language, tuple(_clauses(typed_part(filter), language)))


def _clauses(filter: Filter[Any], language: str) -> Iterator[Clause]:
    phrases = words(language).phrases
    if filter.constant is not None:
        said = phrases["every row" if filter.constant else "no row"]
        yield Clause("all" if filter.constant else "any", 0, Said((said,)))
        return
    todo: list[tuple[Sequence[Node], int]] = [((filter.tree,), 0)]
    while todo:
        (first, *others), depth = todo.pop()
        if isinstance(first, Comparison):
            run = [first, *(other for other in others if isinstance(other, Comparison))]
            span = Span(first.span.start, run[-1].span.end) if first.span and run[-1].span else None
            yield Clause("comparison", depth, sentence(run, filter.record.fields_by_name[first.field], language), span)
            continue
        runs = _runs(first, filter.record.field_kinds)
        if len(runs) > 1:
            kind: Literal["all", "any"] = "all" if isinstance(first, And) else "any"
            yield Clause(kind, depth, Said((phrases[kind],)), first.span)
            depth += 1
        todo.extend((run, depth) for run in reversed(runs))


def _runs(group: And | Or, kinds: Mapping[str, Kind]) -> list[list[Node]]:
    """Return the operands of a group, those together that one sentence says: a range, or one or none of several."""
    runs: list[list[Node]] = []
    for operand in group.operands:
        if runs and _are_one(runs[-1][-1], operand, group, kinds):
            runs[-1].append(operand)
        else:
            runs.append([operand])
    return runs


def _are_one(last: Node, next: Node, group: And | Or, kinds: Mapping[str, Kind]) -> bool:
    if not (isinstance(last, Comparison) and isinstance(next, Comparison) and last.field == next.field):
        return False
    operators = last.operator, next.operator
    if isinstance(group, Or):
        return operators == ("=", "=")
    return operators == ("<>", "<>") or (operators == (">=", "<=") and kinds[last.field] != "text")
