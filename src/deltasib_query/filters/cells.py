"""What is certain of the literals and patterns of one field: which are the same, different, ordered, within each other.

A comparison is the set of values that it selects, NULL never among them. The literals of a field divide its values into
cells, points and the gaps between them, and a comparison is then a set of cells: an int, one bit a cell. Where the
server's collation, or a column of doubles, may have it one way or another, a comparison has two such sets: the cells
whose values it *may* select, and those whose values it *must*.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import Any, Final, NamedTuple, TypeAlias

from deltasib_query.evaluation.kinds import ZERO_DATE, whole_datetime
from deltasib_query.language.tree import Value

Leaf: TypeAlias = tuple[str, Value]
"""The operator and the value of a comparison with a field."""
Sets: TypeAlias = tuple[int, int]
"""The cells whose values a comparison may select, and those whose values it must."""
Relations: TypeAlias = tuple[int, int, int]
"""The cells whose values may be less than a literal, the same, and more."""

MOST_TEXTS: Final = 50
"""Comparisons of a text that are held against each other, one by one."""
_LONGEST_PATTERN: Final = 100
"""Letters of a pattern that is held against others."""
MOST_LITERALS: Final = 5000
"""Literals of a field that are compared all at once: memory grows with the square of their number."""
EQUALITY: Final = {"=", "<>", "like"}
"""Operators for which the order does not matter."""

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
_UNIT: Final = re.compile("aa|ch|ll|lj|nj|.", re.DOTALL)
"""Letters, and pairs of them that some collation sorts as one letter."""


def _ranks() -> dict[str, tuple[float, float]]:
    """Where each unit may stand in the order of a collation: at the least, and at the most."""
    ranks: dict[str, tuple[float, float]] = {" ": (0, 0)}
    ranks |= (
        dict.fromkeys("!\"#$%&'()*+,-./", (1, 1))
        | dict.fromkeys(":;<=>?@", (1, 15))
        | dict.fromkeys("[]^_`{|}~", (1, 50))
    )
    ranks |= {digit: (rank, rank) for rank, digit in enumerate("0123456789", 2)}
    ranks |= {letter: (rank, rank) for rank, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 20)}
    ranks |= dict.fromkeys("ءآأؤإئا", (12, 99)) | dict.fromkeys("بةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگی", (60, 99))
    ranks |= {"I": (27.5, 28), "j": (28, 29), "v": (40, 41), "y": (28, 44), "z": (38.5, 45)}
    ranks |= {"aa": (20, 50), "ch": (22, 27.5), "ll": (31, 31.5), "lj": (31, 31.5), "nj": (33, 33.5)}
    return ranks


_RANKS: Final = _ranks()


class LiteralFacts(NamedTuple):
    """What is certain of a literal.

    Two literals whose `same` is equal are one value. Two whose `family` differs are never one value; None differs from
    none. Numbers and dates are ordered as their `order` is; where it is equal for two, that is doubtful.
    """

    same: Hashable
    family: Hashable
    order: Any


def facts_of(field: Any, value: Value) -> LiteralFacts:
    """Return what is certain of a literal of a field, whatever the server's collation.

    >>> from deltasib_query import User
    >>> facts_of(User.Name, "ALI "), facts_of(User.User_Id, 5).order
    (LiteralFacts(same='alI', family='ali', order=None), 5)
    """
    if field.kind == "number":
        order = value if field.integral else float(value) if field.exact else None
        return LiteralFacts(value, order, order)
    text = str(value)
    if field.kind != "text":
        text = whole_datetime(text) if field.kind == "datetime" else text
        return LiteralFacts(text, text, text)
    text = text.rstrip(" ").translate(_SMALL)
    # In Lithuanian ch is c.
    return LiteralFacts(text, text.translate(_CLASSES).replace("ch", "c") if _KNOWN.fullmatch(text) else None, None)


class Pattern:
    r"""A pattern of `like`.

    >>> Pattern("ali%").within(Pattern("al_%")), Pattern("ali%").apart(Pattern("abi%")), Pattern(r"50\%").plain
    (True, True, '50%')
    """

    def __init__(self, pattern: str) -> None:
        wildcards = {"%": ANY, "_": ONE}
        self.signs = "".join(wildcards.get(sign) or re.sub(r"\\([%_])", r"\1", sign) for sign in _SIGN.findall(pattern))
        self._small = self.signs.translate(_SMALL)

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
        longest = max(len(self.signs), len(other.signs))
        return longest <= _LONGEST_PATTERN and other._matcher.fullmatch(self._small) is not None

    def apart(self, other: Pattern) -> bool:
        """Say whether certainly no text matches both: they begin, or end, with different letters."""
        return _clash(self._small, other._small) or _clash(self._small[::-1], other._small[::-1])

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        """What matches the signs of a pattern within this one; each part is found once, leftmost and for good."""
        parts = [
            "".join(f"[^{ANY}]" if sign == ONE else re.escape(sign) for sign in part) for part in self._small.split(ANY)
        ]
        first, *middle = parts
        last = f".*{middle.pop()}" if middle else ""
        return re.compile(first + "".join(f"(?>.*?{part})" for part in middle if part) + last, re.DOTALL)


def _clash(one: str, other: str) -> bool:
    for a, b in zip(one, other, strict=False):
        if ANY in {a, b}:
            return False
        if a.translate(_CLASSES) != b.translate(_CLASSES) and _KNOWN.fullmatch(a + b):
            return True
    return False


def certainly_less(one: LiteralFacts, other: LiteralFacts) -> bool:
    """Say whether a text is less than another in every collation.

    >>> from deltasib_query import User
    >>> ali, ahmad, reza = (facts_of(User.Name, name) for name in ("ali", "Ahmad", "رضا"))
    >>> certainly_less(ahmad, ali), certainly_less(ali, reza), certainly_less(reza, ali)
    (True, True, False)
    """
    if one.family is None or other.family is None:
        return False
    units = (_UNIT.findall(str(literal.same)) for literal in (one, other))
    for a, b in zip_longest(*units, fillvalue=" "):  # as the database fills up the shorter one
        if a != b:
            return a in _RANKS and b in _RANKS and _RANKS[a][1] < _RANKS[b][0]
    return False


class Texts:
    """The texts that a comparison selects, beside those that another one does."""

    def __init__(self, field: Any, leaf: Leaf) -> None:
        operator, value = leaf
        self._pattern = Pattern(str(value)) if operator == "like" else None
        text = value if self._pattern is None else self._pattern.plain
        self._literal = None if text is None else facts_of(field, text)
        self._less, _, self._more = _SELECTED["=" if self._pattern else operator]

    def within(self, other: Texts) -> bool:
        """Say whether the other certainly selects all of these."""
        if self._pattern and other._pattern:
            return self._pattern.within(other._pattern)
        if other._pattern or self._literal is None or other._literal is None:
            return False
        return bool(
            (not self._more and other._less and certainly_less(self._literal, other._literal))
            or (not self._less and other._more and certainly_less(other._literal, self._literal))
        )

    def apart(self, other: Texts) -> bool:
        """Say whether the other certainly selects none of these."""
        if self._pattern and other._pattern and self._pattern.apart(other._pattern):
            return True
        if self._literal is None or other._literal is None:
            return False
        return bool(
            (not self._more and not other._less and certainly_less(self._literal, other._literal))
            or (not self._less and not other._more and certainly_less(other._literal, self._literal))
        )


class View(NamedTuple):
    """The sets of some comparisons of a field, and all cells that have values."""

    everything: int
    sets: Mapping[Leaf, Sets]


def constant_of(field: Any, leaf: Leaf) -> bool | None:
    """Return what a comparison alone is for every value but NULL; None where it depends on the value."""
    operator, value = leaf
    if operator == "like":
        return True if Pattern(str(value)).is_any else None
    if operator in {"<", ">="} and facts_of(field, value).same == _least(field):
        return operator == ">="
    return None


def views(field: Any, leaves: Sequence[Leaf], *, points: bool) -> Iterator[View]:
    """Yield the ways to look at a field's comparisons: by their literals alone, by what is different, by order.

    points: those that matter are about single values: only where two have the same they say something of each other.
    """
    literals: dict[Leaf, LiteralFacts] = {}
    by_literal: defaultdict[Hashable, list[Leaf]] = defaultdict(list)
    any_text: set[Leaf] = set()
    for leaf in leaves:
        operator, value = leaf
        pattern = Pattern(str(value)) if operator == "like" else None
        if pattern is not None and pattern.plain is None:
            any_text |= {leaf} if pattern.is_any else set()
            continue
        literals[leaf] = facts_of(field, value if pattern is None else str(pattern.plain))
        by_literal[literals[leaf].same].append(leaf)
    if any_text:
        yield View(1, {leaf: (1, int(leaf in any_text)) for leaf in leaves})
    for several in by_literal.values():
        if len(several) > 1:
            yield View(0b111, {leaf: sets(leaf, (0b001, 0b010, 0b100), 0b111) for leaf in several})
    if points or len(literals) > MOST_LITERALS:
        return
    if field.kind == "text":
        literals = {leaf: one for leaf, one in literals.items() if one.family is not None and leaf[0] in EQUALITY}
        yield _different(literals)
    else:
        ordered = {leaf: literal for leaf, literal in literals.items() if literal.order is not None}
        everything, relations = in_order(field, ordered.values())
        yield View(everything, {leaf: sets(leaf, relations[literal], everything) for leaf, literal in ordered.items()})


def _different(literals: Mapping[Leaf, LiteralFacts]) -> View:
    """Look at what is different alone: a cell for each, and one for all other values."""
    families: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for literal in literals.values():
        families[literal.family].add(literal.same)
    everything = (2 << len(families)) - 1
    relations: dict[Hashable, Relations] = {}
    for place, (family, several) in enumerate(families.items()):
        here = 1 << place
        other = everything if len(several) > 1 else everything ^ here
        relations[family] = (other, here, other)
    return View(everything, {leaf: sets(leaf, relations[one.family], everything) for leaf, one in literals.items()})


def in_order(field: Any, literals: Iterable[LiteralFacts]) -> tuple[int, dict[LiteralFacts, Relations]]:
    """Return the cells that have values, 2n + 1 of them at most, and where n literals with an order are among them."""
    by_order: defaultdict[Any, set[LiteralFacts]] = defaultdict(set)
    for literal in literals:
        by_order[literal.order].add(literal)
    orders = sorted(by_order)
    everything = (2 << 2 * len(orders)) - 1
    if orders and orders[0] == _least(field):
        everything ^= 1
    if field.integral:
        for place, (low, high) in enumerate(pairwise(orders), start=1):
            if high - low == 1:
                everything ^= 1 << 2 * place
    relations: dict[LiteralFacts, Relations] = {}
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
