"""Conditions that come as data, out of JSON or a form, each with its place there.

No text of the language is made of them. A text is taken as the quoted literal of a typed filter is, a number as one
without quotes, and any other value as in Python code.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import chain, cycle
from typing import Any, Final, Literal, NoReturn, TypeAlias

from deltasib_query.display import printable, shown
from deltasib_query.errors import FilterError, filter_error
from deltasib_query.filters.checker import Whitelist, accepted_suggestion, bounded_below, unknown_field
from deltasib_query.filters.conditions.formats import Meaning
from deltasib_query.filters.field import Field
from deltasib_query.filters.reading import MOST_PROBLEMS, first_problems
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.diagnosis.synonyms import closest
from deltasib_query.language.excerpts import quoted
from deltasib_query.language.limits import Limits, utf8_size
from deltasib_query.language.patterns import escape_like
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import OPPOSITE, And, Comparison, Node, Or, Value, join
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span

Place: TypeAlias = tuple[Any, ...]
"""Where something is: the place around it, and the key or index there. The outermost place is empty."""
_LONGEST_PATH: Final = 200


def pointer(place: Place) -> str:
    """Return a place as a JSON pointer (RFC 6901), cut short, and invisible characters as escapes.

    >>> pointer((((), "rules"), "a/b"))
    '/rules/a~1b'
    """
    tokens: list[str] = []
    while place:
        place, token = place
        tokens.append(printable(str(token)).replace("~", "~0").replace("/", "~1"))
    written = "".join(f"/{token}" for token in reversed(tokens))
    return written if len(written) <= _LONGEST_PATH else f"{written[: _LONGEST_PATH - 1]}…"


class _Stop(Exception):  # noqa: N818 - never leaves the package
    """The rest is not read."""


class ConditionReader(ABC):
    """Reads conditions, and keeps what is wrong or doubtful in the order of what was given.

    repair: take the value that is certainly meant for one that a field rejects.
    """

    def __init__(self, whitelist: Whitelist, limits: Limits | None, *, repair: bool = False) -> None:
        self.whitelist, self.limits, self._repair = whitelist, limits or Limits(None, None, None), repair
        self._fields = {name.lower(): field for name, field in whitelist.fields_by_name.items()}
        self._comparisons = self._bytes = self._noted = 0
        self._found: list[Iterable[Problem]] = []
        """Problems, and for each accepted value the warnings that it will have."""

    @abstractmethod
    def tree(self) -> Node | None:
        """Return the tree of what was given, None if nothing was, and report what is wrong."""

    def read(self) -> Node | None:
        """Return the tree, None if nothing was given. Raise `FilterError` with every problem."""
        tree = self._tree()
        if self._noted:
            problems = self._problems(tree)
            raise filter_error(next(problem for problem in problems if problem.severity == "error"), problems)
        return tree

    def problems(self) -> list[Problem]:
        """Return every problem, errors and warnings."""
        return [*self._problems(self._tree())]

    def _tree(self) -> Node | None:
        with suppress(_Stop):
            return self.tree()
        return None

    def _problems(self, tree: Node | None) -> tuple[Problem, ...]:
        self._bounded = set(map(id, bounded_below(tree))) if tree else set[int]()
        return first_problems(tuple(chain.from_iterable(self._found)), Span(0, 0))

    # Reporting

    def report(self, place: Place, reason: Message, *, text: str = "", possible: Iterable[str] = ()) -> None:
        """Note an error. text: what stands at the place, if one of `possible` may be meant."""
        names, span = tuple(possible), Span(0, len(text))
        meant = closest(text, names)[0] if text else None
        repair = None if meant is None else Repair(span, meant, certain=False)
        self._note(Problem(reason, span, found=text and quoted(text), possible=names, repair=repair), place)

    def stop(self, place: Place, reason: Message) -> NoReturn:
        """Note that a limit is exceeded, and nothing else, and do not read on."""
        self._found.clear()
        self._noted = 0
        self._note(Problem(reason, Span(0, 0)), place)
        raise _Stop

    def _note(self, problem: Problem, place: Place) -> None:
        self._noted += 1
        if self._noted == MOST_PROBLEMS:
            more = Problem(Message("more-problems.unread"), Span(0, 0))
            self._found = [*(found for found in self._found if isinstance(found, tuple)), (more,)]
            raise _Stop
        self._found.append((replace(problem, path=pointer(place)),))

    # Conditions

    def field(self, name: str, place: Place) -> Field[Any, Any] | None:
        """Return the field of a name, in any letter case. Report a name that no field has."""
        field = self._fields.get(name.lower())
        if field is None:
            self._note(unknown_field(name, self.whitelist, 0), place)
        return field

    def condition(
        self, field: Field[Any, Any], meaning: Meaning, values: Sequence[object], operator_at: Place, value_at: Place,
        *, negated: bool = False, several: bool = False,
    ) -> Node | None:  # fmt: skip
        """Return the tree of a condition, None where something is wrong with all of it.

        negated: the opposite is meant; not of what has `like`.
        several: each value has an index.
        """
        most = self.limits.comparisons
        self._comparisons += len(values)
        if most is not None and self._comparisons > most:
            self.stop(value_at, Message("too-many-comparisons", most=most))
        signs = [OPPOSITE[sign] for sign in meaning.signs] if negated else meaning.signs
        for sign in signs:
            if sign not in field.operators:
                self._note(field.operator_problem(sign, Span(0, len(sign))), operator_at)
                return None
        if meaning.takes == "two values" and len(values) != 2:
            self.report(value_at, Message("empty-value.range", count=len(values)))
            return None
        leaves: list[Comparison] = []
        for index, (sign, value) in enumerate(zip(cycle(signs), values, strict=False)):
            leaf = self._leaf(field, sign, value, meaning.wildcards, (value_at, index) if several else value_at)
            if leaf is not None:
                leaves.append(leaf)
        if meaning.takes == "two values" and len(leaves) == 2:
            issue = field.empty_range(leaves[0].value, leaves[1].value)
            if issue is not None:
                self.report(value_at, issue.reason)
        return join(And if (meaning.joined_by is And) != negated else Or, leaves) if leaves else None

    def _leaf(
        self, field: Field[Any, Any], sign: str, value: object, wildcards: tuple[str, str] | None, place: Place
    ) -> Comparison | None:
        """Return the comparison of a field with one value. Report a value that the field does not take."""
        text = self._measured(value, place) if isinstance(value, str) else shown(value)
        try:
            plain = _pattern(field, value, text, *wildcards) if wildcards else _plain(field, sign, value, text)
            leaf = Comparison(field.name, sign, self._accept(field, sign, plain, text))
            issue = field.unheard(leaf.value)
        except ValueRejected as refusal:
            self._note(_problem(field, sign, refusal.issue, text, "error"), place)
            if refusal.warning is not None:
                self._note(_problem(field, sign, refusal.warning, text, "warning"), place)
            return None
        except FilterError as error:
            self._note(replace(error.problem, line=1, column=1, excerpt=""), place)
            return None
        if issue is not None:
            self._note(_problem(field, sign, issue, text, "error"), place)
            return None
        self._found.append(self._warnings(field, leaf, text, place))
        return leaf

    def _accept(self, field: Field[Any, Any], sign: str, value: Value, text: str) -> Value:
        """Return a value as the field holds it, or the one that is certainly meant; raise `ValueRejected`."""
        try:
            return field.accept(sign, value, text)
        except ValueRejected as refusal:
            issue = refusal.issue
            meant = accepted_suggestion(issue, sign, field)
            if not self._repair or not issue.certain or issue.operator or meant is None:
                raise
            return field.accept(sign, meant)

    def _measured(self, value: str, place: Place) -> str:
        """Return a text as a plain str, if all texts together are no longer than the limit."""
        text = str.__str__(value)
        self._bytes += utf8_size(text)
        most = self.limits.text
        if most is not None and self._bytes > most:
            self.stop(place, Message("text-too-long.texts", most=most))
        return text

    def _warnings(self, field: Field[Any, Any], leaf: Comparison, text: str, place: Place) -> Iterator[Problem]:
        """Yield the warnings for an accepted value, once all of the tree is known."""
        for issue in field.warnings(leaf.operator, leaf.value):
            if issue.reason.code != "zero-dates" or id(leaf) not in self._bounded:
                yield replace(_problem(field, leaf.operator, issue, text, "warning"), path=pointer(place))


def _plain(field: Field[Any, Any], sign: str, value: object, text: str) -> Value:
    """Return a value as a typed literal would have it."""
    if isinstance(value, str):
        return text
    if type(value) is float:
        return Decimal(text)
    if type(value) is int or type(value) is Decimal:
        return value
    return field.comparison(sign, value).value


def _pattern(field: Field[Any, Any], value: object, text: str, before: str, behind: str) -> str:
    """Return the pattern that searches for a text, of which every character stands for itself."""
    if not isinstance(value, str):
        raise ValueRejected(Message("wrong-type.searched", type=type(value).__name__))
    if not text:
        raise ValueRejected(Message("empty-value.searched"))
    return f"{before}{escape_like(str(field.accept('=', text)))}{behind}"


def _problem(
    field: Field[Any, Any], sign: str, issue: ValueIssue, text: str, severity: Literal["error", "warning"]
) -> Problem:
    """Return what is wrong with a value, and its repair as an edit of the text that stands there."""
    span, repair = Span(0, len(text)), None
    meant = None if issue.operator else accepted_suggestion(issue, sign, field)
    if meant is not None:
        repair = Repair(span, meant if isinstance(meant, str) else literal(meant), issue.certain)
    return Problem(issue.reason, span, severity, found=quoted(text), repair=repair)
