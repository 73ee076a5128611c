"""What is certain of the literals and patterns of one field: which are the same, different, ordered, within each other.

A comparison is the set of values that it selects, NULL never among them. The literals of a field divide its values into
cells, points and the gaps between them, and a comparison is then a set of cells: an int, one bit a cell. Where the
server's collation, or a column of doubles, may have it one way or another, a comparison has two such sets: the cells
whose values it *may* select, and those whose values it *must*.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from deltasib_query.evaluation.kinds import ZERO_DATE, whole_datetime
from deltasib_query.filters.fields import DecimalField, IntegerField
from deltasib_query.language.tree import Value

Leaf: TypeAlias = tuple[str, Value]
"""The operator and the value of a comparison with a field."""
Sets: TypeAlias = tuple[int, int]
"""The cells whose values a comparison may select, and those whose values it must."""
Relations: TypeAlias = tuple[int, int, int]
"""The cells whose values may be less than a literal, the same, and more."""

MOST_PATTERNS: Final = 50
"""Patterns of a field that are compared with each other."""
_LONGEST_PATTERN: Final = 100

_SELECTED: Final = {"=": (0, 1, 0), "<>": (1, 0, 1), "<": (1, 0, 0), "<=": (1, 1, 0), ">": (0, 0, 1), ">=": (0, 1, 1)}
"""Whether an operator selects what is less, the same, or more."""
ANY, ONE = "\0", "\1"
"""The wildcards of a pattern once it is read; no literal holds these."""
_SIGN: Final = re.compile(r"\\[%_]|%|_|[^%_\\]+|\\")

# Of all collations of MariaDB for UTF-8 that end in `_ci`, as measured (`tests/live/test_analysis.py`):
_SMALL: Final = str.maketrans("ABCDEFGHJKLMNOPQRSTUVWXYZ", "abcdefghjklmnopqrstuvwxyz")
"""Capitals that every collation takes for the small letters: all but the I, which is another letter in Turkish."""
_CLASSES: Final = str.maketrans("Ijyvآ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "iiiua01234567890123456789")
"""Letters that some collation takes for one another, as the first of them."""
_KNOWN: Final = re.compile("[ -~ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگی٠-٩۰-۹،؛؟٪٫٬]*")
"""Texts that every collation tells apart, unless their classes are the same."""
_ORDERED: Final = re.compile("(?!.*(?:aa|ch|ll))[0-9a-ik-uwx]*")
"""Texts that every collation has in the same order: without letters and pairs that some sort elsewhere."""


class Literal(NamedTuple):
    """What is certain of a literal.

    Two literals whose `same` is equal are one value. Two whose `kind` differs are never one value; None differs from
    none. Literals with an `order` are ordered as it is; where it is equal for two, so is their `kind`.
    """

    same: Hashable
    kind: Hashable
    order: Any


def literal_of(field: Any, value: Value) -> Literal:
    """Return what is certain of a literal of a field, whatever the server's collation.

    >>> from deltasib_query import User
    >>> literal_of(User.Name, "ALI "), literal_of(User.User_Id, 5).order
    (Literal(same='alI', kind='ali', order=None), 5)
    """
    if isinstance(field, IntegerField):
        return Literal(value, value, value)
    if field.kind == "number":
        near = float(value) if isinstance(field, DecimalField) and field.exact else None
        return Literal(value, near, near)
    text = str(value)
    if field.kind != "text":
        text = whole_datetime(text) if field.kind == "datetime" else text
        return Literal(text, text, text)
    text = text.rstrip(" ").translate(_SMALL)
    return Literal(
        text,
        text.translate(_CLASSES) if _KNOWN.fullmatch(text) else None,
        text if _ORDERED.fullmatch(text) else None,
    )


class Pattern:
    r"""A pattern of `like`.

    >>> Pattern("ali%").within(Pattern("al_%")), Pattern("ali%").apart(Pattern("abi%")), Pattern(r"50\%").plain
    (True, True, '50%')
    """

    def __init__(self, pattern: str) -> None:
        wildcards = {"%": ANY, "_": ONE}
        self.signs = "".join(wildcards.get(sign) or re.sub(r"\\([%_])", r"\1", sign) for sign in _SIGN.findall(pattern))

    @property
    def plain(self) -> str | None:
        """The text of a pattern without wildcards, which selects nothing but what `=` selects; else None."""
        return None if ANY in self.signs or ONE in self.signs else self.signs

    @property
    def is_any(self) -> bool:
        """Whether the pattern matches every text."""
        return self.signs.strip(ANY) == "" != self.signs

    def within(self, other: Pattern) -> bool:
        """Say whether the other certainly matches every text that this one matches."""
        return self._short and other._short and other._matcher.fullmatch(self._small) is not None

    def apart(self, other: Pattern) -> bool:
        """Say whether certainly no text matches both: they begin, or end, with different letters."""
        return _clash(self._small, other._small) or _clash(self._small[::-1], other._small[::-1])

    @property
    def _short(self) -> bool:
        return len(self.signs) <= _LONGEST_PATTERN

    @cached_property
    def _small(self) -> str:
        return self.signs.translate(_SMALL)

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        """What matches the signs of a pattern that is within this one; each part is found once, leftmost and for good."""
        first, *rest = ("".join(f"[^{ANY}]" if sign == ONE else re.escape(sign) for sign in part)
                        for part in self._small.split(ANY))  # fmt: skip
        last = f".*{rest.pop()}" if rest else ""
        return re.compile(first + "".join(f"(?>.*?{part})" for part in rest if part) + last, re.DOTALL)


def _clash(one: str, other: str) -> bool:
    for a, b in zip(one, other, strict=False):
        if ANY in {a, b}:
            return False
        if ONE not in {a, b} and a.translate(_CLASSES) != b.translate(_CLASSES) and _KNOWN.fullmatch(a + b):
            return True
    return False


class View(NamedTuple):
    """The sets of some comparisons of a field, and all cells that have values."""

    everything: int
    sets: Mapping[Leaf, Sets]


def views(field: Any, leaves: Iterable[Leaf]) -> Iterator[View]:
    """Yield the ways to look at a field's comparisons: by their literals alone, by order, by what is different."""
    literals: dict[Leaf, Literal] = {}
    found_any = []
    for leaf in (leaves := list(leaves)):
        operator, value = leaf
        if operator != "like":
            literals[leaf] = literal_of(field, value)
            continue
        pattern = Pattern(str(value))
        if pattern.plain is not None:
            literals[leaf] = literal_of(field, pattern.plain)
        elif pattern.is_any:
            found_any.append(leaf)
    if found_any:
        yield View(1, {leaf: (1, int(leaf in found_any)) for leaf in leaves})
    by_literal: defaultdict[Hashable, list[Leaf]] = defaultdict(list)
    for leaf, literal in literals.items():
        by_literal[literal.same].append(leaf)
    for same, several in by_literal.items():
        everything = 0b110 if same == _least(field) else 0b111
        yield View(everything, {leaf: sets(leaf, (0b001, 0b010, 0b100), everything) for leaf in several})
    ordered = {leaf: literal for leaf, literal in literals.items() if literal.order is not None}
    everything, by_order = in_order(field, ordered.values())
    yield View(everything, {leaf: sets(leaf, by_order[literal], everything) for leaf, literal in ordered.items()})
    if any(literal.order is None for literal in literals.values()):
        yield _different({
            leaf: literal
            for leaf, literal in literals.items()
            if literal.kind is not None and leaf[0] in {"=", "<>", "like"}
        })


def _different(literals: Mapping[Leaf, Literal]) -> View:
    """Look at what is different alone: a cell for each, and one for all other values."""
    by_kind: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for literal in literals.values():
        by_kind[literal.kind].add(literal.same)
    everything = (2 << len(by_kind)) - 1
    relations: dict[Hashable, Relations] = {}
    for place, (kind, several) in enumerate(by_kind.items()):
        here = 1 << place
        other = everything if len(several) > 1 else everything ^ here
        relations[kind] = (other, here, other)
    return View(everything, {leaf: sets(leaf, relations[one.kind], everything) for leaf, one in literals.items()})


def in_order(field: Any, literals: Iterable[Literal]) -> tuple[int, dict[Literal, Relations]]:
    """Return the cells that have values, and where literals with an order are among them: 2n + 1 cells for n of them."""
    by_order: defaultdict[Any, set[Literal]] = defaultdict(set)
    for literal in literals:
        by_order[literal.order].add(literal)
    orders = sorted(by_order)
    everything = (2 << 2 * len(orders)) - 1
    if orders and orders[0] == _least(field):
        everything ^= 1
    if isinstance(field, IntegerField):
        for place, (low, high) in enumerate(pairwise(orders), start=1):
            if high - low == 1:
                everything ^= 1 << 2 * place
    relations: dict[Literal, Relations] = {}
    for place, order in enumerate(orders):
        here = 2 << 2 * place
        below = here - 1
        doubtful = here if len(by_order[order]) > 1 else 0  # decimals that are one double
        above = everything & ~(here | below)
        for literal in by_order[order]:
            relations[literal] = (below & everything | doubtful, here, above | doubtful)
    return everything, relations


def sets(leaf: Leaf, relations: Relations, everything: int) -> Sets:
    """Return the cells whose values a comparison may select, and those whose values it must.

    >>> sets(("<=", 5), (0b001, 0b010, 0b100), 0b111)
    (3, 3)
    """
    is_pattern = leaf[0] == "like"  # without wildcards: it selects some of what `=` selects
    may = others = 0
    for cells, selected in zip(relations, _SELECTED["=" if is_pattern else leaf[0]], strict=True):
        if selected:
            may |= cells
        else:
            others |= cells
    return may, 0 if is_pattern else everything & ~others


def _least(field: Any) -> str | None:
    """The least value that a field can hold, where that is certain."""
    return {"date": ZERO_DATE, "datetime": whole_datetime(ZERO_DATE)}.get(field.kind)
