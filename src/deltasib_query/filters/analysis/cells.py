"""What the values of one field can be where its comparisons hold, or do not hold.

That is a set of possibilities, the bits of an int. What is left where several conditions meet is `&` of theirs; where
nothing is left they exclude each other. There are never too few possibilities. There are too many where it depends on
the server's collation, or on a column of doubles, what a comparison selects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from typing import Any, Final, TypeAlias

from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME, whole_datetime
from deltasib_query.filters.analysis.texts import Literal, Pattern
from deltasib_query.language.tree import ORDER, Value

Leaf: TypeAlias = tuple[str, Value]
"""The operator and the value of a comparison with a field."""

MOST_LITERALS: Final = 5000
"""Literals of a field that are compared: memory grows with the square of their number."""
_MOST_PAIRS: Final = 5000
"""Pairs of texts of which it is asked which is less."""
_MOST_PATTERNS: Final = 50
"""Patterns of a field that are held against each other."""

_LESS, _SAME, _MORE = 1, 2, 4
_SELECTED: Final = {
    "=": _SAME, "<>": _LESS | _MORE, "<": _LESS, "<=": _LESS | _SAME, ">": _MORE, ">=": _MORE | _SAME
}  # fmt: skip
"""What an operator selects of what is less than its literal, the same, and more."""
_LEAST: Final = {"date": ZERO_DATE, "datetime": ZERO_DATETIME}
"""The least value of a kind, where that is certain."""
NULL: Final = 1
_FIRST: Final = 2
"""The bit of the first cell; that of NULL is before it."""


class Cells:
    """What a field can be, to some comparisons with it.

    The first bit is NULL. Next there are cells, and a value is in one of them. If the literals have an order, these are
    the gaps between them and the literals. If not, these are one for all other values, and one for each literal that is
    certainly none of the others; each further literal has a group of three bits, for what is less, the same, and more.
    A pattern has such a group, too, for what it does not match and what it does.

    >>> from deltasib_query import User
    >>> cells = Cells(User, "User_Id", [(">", 5), ("<", 6), ("<", 7)])
    >>> (above_5, _), (below_6, _), (below_7, _) = cells.where.values()
    >>> cells.possible(above_5 & below_6), cells.possible(above_5 & below_7)
    (False, True)
    """

    def __init__(self, record: Any, name: str, leaves: Collection[Leaf]) -> None:
        field = record.fields_by_name[name]
        self.patterns = {leaf: Pattern(str(leaf[1])) for leaf in leaves if leaf[0] == "like"}
        self.values: dict[Leaf, Any] = {}
        """What is behind the operators, but for patterns with wildcards."""
        for leaf in leaves:
            value = self.patterns[leaf].plain if leaf in self.patterns else leaf[1]
            if value is not None:
                self.values[leaf] = _whole(field, value)
        self._literals = {leaf: _literal(field, value) for leaf, value in self.values.items()}
        self._bits: dict[Literal, tuple[int, int, int]] = {}
        """The bits for what is less than a literal, the same, and more."""
        self.groups = 0
        """The first bit of each group."""
        self._ranked: Sequence[Literal] = ()
        """Literals that others are held against, as to which is less."""
        self._same: defaultdict[Any, int] = defaultdict(int)
        """The bits for what is the same as the literals of each family."""
        self._known = 0
        literals = set(self._literals.values())
        families = Counter(literal.family for literal in literals)
        if field.kind != "text" and None not in families and len(families) == len(literals):
            self._divide_by_order(field, sorted(literals, key=lambda literal: literal.family))
        else:
            self._divide_by_literal(families)
        matching = {leaf: self._group() for leaf in self.patterns}
        for leaf, (unmatched, _, unused) in matching.items():
            self._values &= ~(unused | (unmatched if self.patterns[leaf].is_any else 0))
        null = 0 if field is record.key else NULL
        self.everything = self._values | null
        self.where: dict[Leaf, tuple[int, int]] = {}
        """What is left where a comparison holds, and where it does not."""
        for leaf, literal in self._literals.items():
            selected = _SELECTED.get(leaf[0], _SAME)
            self.where[leaf] = self._left(literal, selected), self._left(literal, 7 ^ selected) | null
        for leaf, (unmatched, matched, _) in matching.items():
            holds = self.where[leaf][0] if leaf in self.where else self._values
            self.where[leaf] = holds & ~unmatched, self.everything & ~matched
        for one, other in permutations(self.patterns, 2) if len(self.patterns) <= _MOST_PATTERNS else ():
            holds, fails = self.where[one]
            if self.patterns[one].within(self.patterns[other]):
                self.where[one] = holds & ~matching[other][0], fails
            elif self.patterns[one].apart(self.patterns[other]):
                self.where[one] = holds & ~matching[other][1], fails

    def possible(self, left: int) -> bool:
        """Say whether anything is left: NULL, or some cell and some bit of each group."""
        some = left | left >> 1 | left >> 2
        return bool(left & NULL or (left & self._cells and some & self.groups == self.groups))

    def distance(self, leaf: Leaf, left: int) -> int:
        """Return 0 if a comparison's literal may be among what is left, 1 if it is next to that, else 2."""
        _, here, _ = self._bits[self._literals[leaf]]
        return 0 if here & left else 1 if (here << 1 | here >> 1) & left else 2

    def _divide_by_order(self, field: Any, ordered: Sequence[Literal]) -> None:
        self._values = (_FIRST << 2 * len(ordered) + 1) - _FIRST
        if ordered and ordered[0].same == _LEAST.get(field.kind):
            self._values ^= _FIRST
        for place, literal in enumerate(ordered):
            here = _FIRST << 2 * place + 1
            if place and field.integral and literal.family - ordered[place - 1].family == 1:
                self._values ^= here >> 1  # nothing is between them
            self._bits[literal] = here - 1, here, -2 * here
        self._cells = self._values

    def _divide_by_literal(self, families: Mapping[Any, int]) -> None:
        literals = list(dict.fromkeys(self._literals.values()))
        ranked = dict.fromkeys(literal for leaf, literal in self._literals.items() if leaf[0] in ORDER)
        alone = [one for one in literals if one not in ranked and one.family is not None and families[one.family] == 1]
        self._values = self._cells = (2 * _FIRST << len(alone)) - _FIRST
        self._bits = {literal: (_FIRST, 2 * _FIRST << place, _FIRST) for place, literal in enumerate(alone)}
        for literal in literals:
            if literal not in self._bits:
                self._bits[literal] = self._group()
            self._same[literal.family] |= self._bits[literal][1]
        self._known = sum(bits for family, bits in self._same.items() if family is not None)
        self._ranked = list(ranked)[: _MOST_PAIRS // max(1, len(literals))]

    def _group(self) -> tuple[int, int, int]:
        first = 1 << self._values.bit_length()
        self.groups |= first
        self._values |= 7 * first
        return first, 2 * first, 4 * first

    def _left(self, literal: Literal, selected: int) -> int:
        """Return what is left if a value is to a literal what is selected: less, the same, or more."""
        left = self._values
        for kind, bits in zip((_LESS, _SAME, _MORE), self._bits[literal], strict=True):
            if not selected & kind:
                left &= ~bits
        if selected == _SAME and literal.family is not None:
            left &= ~self._known | self._same[literal.family]
        for other in self._ranked:
            less, same, more = self._bits[other]
            if not selected & _MORE and literal.is_less(other):
                left &= ~(same | more)
            elif not selected & _LESS and other.is_less(literal):
                left &= ~(less | same)
        return left


def are_apart(field: Any, values: Collection[Value]) -> bool:
    """Say whether no two of several values are certainly one.

    >>> from deltasib_query import User
    >>> are_apart(User.Name, ["ali", "ahmad"]), are_apart(User.Name, ["ali", "aLi"])
    (True, False)
    """
    return len({_literal(field, _whole(field, value)).same for value in values}) == len(values)


def _whole(field: Any, value: Any) -> Any:
    return whole_datetime(str(value)) if field.kind == "datetime" else value


def _literal(field: Any, value: Any) -> Literal:
    if field.kind == "text":
        return Literal.of_text(value)
    order = value  # Decimals that are one double are told apart by some columns only.
    if field.kind == "number" and not field.integral:
        order = float(value) if field.exact else None
    return Literal(value, order)
