"""Conditions that come as data, out of JSON or a form, each with its place there.

No text of the language is made of them. A text is taken as the quoted literal of a typed filter is, a number as one
without quotes, and any other value as in Python code.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import cycle
from typing import Any, Final, TypeAlias

from deltasib_query.errors import FilterError, filter_error, shown
from deltasib_query.filters.checker import Whitelist, check_tree, unknown_field
from deltasib_query.filters.field import Field
from deltasib_query.filters.parsing import MOST_PROBLEMS, first_problems
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.diagnosis.literals import unsafe_message
from deltasib_query.language.diagnosis.synonyms import closest
from deltasib_query.language.excerpts import quoted
from deltasib_query.language.limits import Limits
from deltasib_query.language.renderer import escape_like, literal, unsafe_character
from deltasib_query.language.terminals import NUMBER, text_of
from deltasib_query.language.tree import OPPOSITE, And, Comparison, Node, Or, Value, join
from deltasib_query.problems import Problem, Repair, Span

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes, from the outermost on."""

SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    **{sign: (sign,) for sign in (*OPPOSITE, "like")},
    "contains": ("like",), "startswith": ("like",), "endswith": ("like",),
    "in": ("=",), "not in": ("<>",), "between": (">=", "<="), "not between": ("<", ">"),
}  # fmt: skip
"""What can be said of a field, and the operators of the language for it: one for each value, in turn."""
_WILDCARDS: Final = {"contains": ("%", "%"), "startswith": ("", "%"), "endswith": ("%", "")}
_JOINED_BY_AND: Final = frozenset({"between", "not in"})
_NAME, _OPERATOR, _VALUE = range(3)
_PARTS: Final = {"unknown-field": _NAME, "not-filterable": _NAME, "operator-not-allowed": _OPERATOR}
"""What the checker's problems are about: all others are about the value."""
_LONGEST_PATH: Final = 200


def pointer(path: Path) -> str:
    """Return a path as a JSON pointer (RFC 6901), cut short.

    >>> pointer(("rules", 0, "a/b"))
    '/rules/0/a~1b'
    """
    written = "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in path)
    return written if len(written) <= _LONGEST_PATH else f"{written[: _LONGEST_PATH - 1]}…"


class _Stop(Exception):  # noqa: N818 - never leaves the package
    """The rest is not read."""


class ConditionReader(ABC):
    """Reads conditions: quickly, up to the first problem, and if there is one a second time, for all problems.

    In the second reading the span of a comparison is its number, under which its place is known.
    """

    parts: tuple[Path, Path, Path] = ((), (), ())
    """Where the name, the operator and the value of a condition are, behind its own place."""

    def __init__(self, whitelist: Whitelist, limits: Limits | None) -> None:
        self.whitelist, self.limits = whitelist, limits or Limits(None, None, None)
        self._fields: dict[str, Field[Any, Any]] = {
            name.lower(): field for name, field in whitelist.fields_by_name.items()
        }

    @abstractmethod
    def path(self) -> Path:
        """Return the place of what is being read."""

    @abstractmethod
    def tree(self) -> Node | None:
        """Return the tree of what was given, None if nothing was, and report what is wrong."""

    def read(self) -> Node | None:
        """Return the tree, None if nothing was given. Raise `FilterError` with every problem."""
        with suppress(_Stop):
            return self._start(quick=True)
        problems = tuple(self.problems())
        raise filter_error(next(problem for problem in problems if problem.severity == "error"), problems)

    def problems(self) -> list[Problem]:
        """Return every problem, errors and warnings, in the order of what was given."""
        try:
            tree = self._start(quick=False)
        except _Stop:
            return [problem for _, problem in self._found]
        checked = () if tree is None else check_tree(tree, self.whitelist, "").problems
        found = [*self._found, *((problem.span.start, self._placed(problem)) for problem in checked)]
        in_order = [problem for _, problem in sorted(found, key=lambda numbered: numbered[0])]
        once = {(problem.code, problem.path): problem for problem in in_order}  # a list of values has one name
        return [*first_problems(tuple(once.values()), Span(0, 0))]

    def _start(self, *, quick: bool) -> Node | None:
        self._quick, self._comparisons, self._bytes = quick, 0, 0
        self._found: list[tuple[int, Problem]] = []
        self._places: list[tuple[tuple[Path, Path, Path], str]] = []
        return self.tree()

    def _placed(self, problem: Problem) -> Problem:
        """Return a problem of the checker at its place, and its repair as an edit of the text that stands there."""
        paths, text = self._places[problem.span.start]
        part = _PARTS.get(problem.code, _VALUE)
        length = len(text) if part == _VALUE else problem.span.end - problem.span.start
        repair = problem.repair
        if repair is not None and part == _VALUE:
            meant = repair.replacement
            plain = text_of(meant) if meant.startswith("'") else meant
            repair = replace(repair, replacement=plain) if plain != meant or NUMBER.fullmatch(meant) else None
        repair = repair and replace(repair, span=Span(0, length))
        return replace(problem, span=Span(0, length), repair=repair, path=pointer(paths[part]))

    # Reporting

    def report(
        self, code: str, message: str, *path: str | int, text: str = "", expected: Iterable[str] = (),
        at: Path | None = None,
    ) -> None:  # fmt: skip
        """Note an error, behind the place of what is being read or `at` another.

        text: what stands there, if one of `expected` may be meant.
        """
        if self._quick:
            raise _Stop
        names, span = tuple(expected), Span(0, len(text))
        meant = closest(text, names)[0] if text else None
        repair = None if meant is None else Repair(span, meant, certain=False)
        found = quoted(text) if text else ""
        self._note(Problem(code, message, span, found=found, expected=names, repair=repair), path, at)

    def check_name(self, name: str, *path: str | int) -> None:
        """Report a name that no field has."""
        if name.lower() not in self._fields:
            if self._quick:
                raise _Stop
            self._note(unknown_field(name, self.whitelist, 0), path)

    def stop(self, code: str, message: str, *path: str | int) -> None:
        """Report that a limit is exceeded, and nothing else, and do not read on."""
        self._found.clear()
        self.report(code, message, *path)
        raise _Stop

    def _note(self, problem: Problem, path: Path, at: Path | None = None) -> None:
        place = pointer((*self.path(), *path) if at is None else at)
        self._found.append((len(self._places), replace(problem, path=place)))
        if len(self._found) == MOST_PROBLEMS:
            more = Problem("more-problems", "there are more problems: the rest was not read", Span(0, 0))
            self._found[-1] = len(self._places), more
            raise _Stop

    # Conditions

    def condition(
        self, name: str, meaning: str, values: Sequence[object], *, negated: bool = False, several: bool = False
    ) -> Node | None:
        """Return the tree of a condition, None if there is nothing to compare with.

        meaning: what is said of the field, as in `SIGNS`.
        negated: the opposite is meant; not of what has `like`.
        several: each value has an index.
        """
        name_at, operator_at, value_at = self.parts
        most = self.limits.comparisons
        self._comparisons += len(values)
        if most is not None and self._comparisons > most:
            self.stop("too-many-comparisons", f"the filter has more than {most} comparisons", *value_at)
        leaves: list[Comparison] = []
        for index, (sign, value) in enumerate(zip(cycle(SIGNS[meaning]), values, strict=False)):
            at = (*value_at, index) if several else value_at
            sign = OPPOSITE[sign] if negated else sign
            plain = self._plain(name, sign, value, _WILDCARDS.get(meaning), at)
            if plain is None:
                continue
            if self._quick:
                leaves.append(self._accepted(name, sign, plain))
                continue
            here, number = self.path(), len(self._places)
            paths = ((*here, *name_at), (*here, *operator_at), (*here, *at))
            self._places.append((paths, value if isinstance(value, str) else shown(plain)))
            leaves.append(Comparison(name, sign, plain, (number, number), (number, number)))
        if "between" in meaning and len(leaves) == 2:
            self._check_order(*leaves)
        return join(And if (meaning in _JOINED_BY_AND) != negated else Or, leaves) if leaves else None

    def _accepted(self, name: str, sign: str, value: Value) -> Comparison:
        """Return the comparison in documented spelling. Stop if the checker would have something to say about it."""
        field = self._fields.get(name.lower())
        if field is None or sign not in field.operators:
            raise _Stop
        try:
            return Comparison(field.name, sign, field.accept(sign, value))
        except ValueRejected:
            raise _Stop from None

    def _check_order(self, low: Comparison, high: Comparison) -> None:
        """Report a range between whose ends nothing can lie, if the field takes them."""
        field = self._fields.get(low.field.lower())
        if field is None or low.operator not in field.operators:
            return
        with suppress(ValueRejected):
            if field._is_above(field.accept(low.operator, low.value), field.accept(high.operator, high.value)):
                ends = f"{literal(low.value)} and {literal(high.value)}"
                self.report("empty-range", f"nothing lies between {ends}: the lower end comes first", *self.parts[2])

    def _plain(
        self, name: str, sign: str, value: object, wildcards: tuple[str, str] | None, path: Path
    ) -> Value | None:
        """Return a value as a typed literal would have it, None if that is an error."""
        if isinstance(value, str):
            text = str.__str__(value)
            self._bytes += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            most = self.limits.text
            if most is not None and self._bytes > most:
                self.stop("text-too-long", f"the texts have more than {most:,} bytes", *path)
            if wildcards is None:
                return text
            offset = unsafe_character(text)
            if offset is not None:
                self.report("unsafe-character", unsafe_message(text[offset]), *path, text=text)
            elif not text:
                self.report("empty-value", "every text contains the empty one: nothing is searched for", *path)
            else:
                return f"{wildcards[0]}{escape_like(text)}{wildcards[1]}"
            return None
        if wildcards is not None:
            self.report("wrong-type", f"a text is searched for, not {type(value).__name__}", *path)
            return None
        if type(value) is float:
            return Decimal(repr(value))
        if type(value) is int or type(value) is Decimal:
            return value
        field = self._fields.get(name.lower())
        if field is None:
            return ""
        try:
            return field._leaf(sign, value).value
        except FilterError as error:
            if self._quick:
                raise _Stop from None
            self._note(replace(error.problem, line=1, column=1, excerpt=""), path)
            return None
