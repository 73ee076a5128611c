"""What is certain of texts and patterns in every collation of MariaDB for UTF-8 that ends in `_ci`.

The tables are measured (`tests/live/test_analysis.py`). What they do not say is left open.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from deltasib_query.language.patterns import parts_matcher, signs, unescape_like

_LONGEST_PATTERN: Final = 100
"""Letters of a pattern that is held against others."""
ANY, ONE = "\0", "\1"
"""The wildcards of a pattern once it is read; no literal holds these."""

_SMALL: Final = str.maketrans("ABCDEFGHJKLMNOPQRSTUVWXYZ", "abcdefghjklmnopqrstuvwxyz")
"""Capitals that every collation takes for the small letters: all but the I, which is another letter in Turkish."""
_CLASSES: Final = str.maketrans("Ijyvآ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "iiiua01234567890123456789")
"""Letters that some collation takes for one another, as the first of them."""
_KNOWN: Final = re.compile("[ -~ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگی٠-٩۰-۹،؛؟٪٫٬]*")
"""Texts that every collation tells apart, unless their classes are the same."""
_UNIT: Final = re.compile("aa|ch|ll|lj|nj|.", re.DOTALL)
"""Letters, and pairs of them that some collation sorts as one letter."""
_ORDER: Final = (
    " ", "!\"#$%&'()*+,-./", *"0123456789abcdefgh", "iIj", *"klmnopqrst", "uv", *"wx",
    "بةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگی"
)  # fmt: skip
"""Units in the order of all collations; those in one text have an order in each."""
_RANKS: Final = {unit: rank for rank, units in enumerate(_ORDER) for unit in units}


class Literal(NamedTuple):
    """What is certain of a literal.

    Two literals whose `same` is equal are one value. Two whose `family` differs are not, unless it is None for one.
    """

    same: Any
    family: Any

    @classmethod
    def of_text(cls, text: str) -> Literal:
        """Return what is certain of a text, whatever the server's collation.

        >>> Literal.of_text("ALI ") == Literal.of_text("ali"), Literal.of_text("ALI ").family
        (False, 'ali')
        """
        text = text.rstrip(" ").translate(_SMALL)
        family = text.translate(_CLASSES).replace("ch", "c") if _KNOWN.fullmatch(text) else None  # as in Lithuanian
        return cls(text, family)

    def differs(self, other: Literal) -> bool:
        """Say whether both are certainly not one value."""
        return None not in {self.family, other.family} and self.family != other.family

    def is_less(self, other: Literal) -> bool:
        """Say whether this is certainly less than the other.

        >>> ali, ahmad, reza = map(Literal.of_text, ("ali", "Ahmad", "رضا"))
        >>> ahmad.is_less(ali), ali.is_less(reza), reza.is_less(ali)
        (True, True, False)
        """
        if not self.differs(other):
            return False
        if not isinstance(self.same, str):
            return bool(self.family < other.family)
        # The database fills up the end of the shorter one with spaces.
        units = zip_longest(_UNIT.findall(self.same), _UNIT.findall(other.same), fillvalue=" ")
        one, two = next(pair for pair in units if pair[0] != pair[1])
        return one in _RANKS and two in _RANKS and _RANKS[one] < _RANKS[two]


class Pattern:
    r"""A pattern of `like`.

    >>> Pattern("ali%").within(Pattern("al_%")), Pattern("ali%").apart(Pattern("abi%")), Pattern(r"50\%").plain
    (True, True, '50%')
    """

    def __init__(self, pattern: str) -> None:
        wildcards = {"%": ANY, "_": ONE}
        self.signs = "".join(wildcards.get(sign) or unescape_like(sign) for sign in signs(pattern))
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
        """What matches the signs of a pattern within this one."""
        return parts_matcher(
            [
                "".join(f"[^{ANY}]" if sign == ONE else re.escape(sign) for sign in part)
                for part in self._small.split(ANY)
            ]
        )


def _clash(one: str, other: str) -> bool:
    for a, b in zip(one, other, strict=False):
        if ANY in {a, b}:
            return False
        if a.translate(_CLASSES) != b.translate(_CLASSES) and _KNOWN.fullmatch(a + b):
            return True
    return False
