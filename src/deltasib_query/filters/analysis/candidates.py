"""Values that stand at the edges of comparisons: literals, what is next to them, and what patterns match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from itertools import chain, islice, pairwise, permutations
from typing import Any, Final

from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME
from deltasib_query.filters.analysis.cells import Cells
from deltasib_query.filters.analysis.texts import ANY, ONE

_MOST_DIGITS: Final = 200
"""Digits of a number that is computed of others, which have 65 at most."""
_FILLERS: Final = ("", "0", "zz", "!")
_MOST_FILLERS: Final = 8
"""Texts that are put into patterns."""
_MOST_PATTERNS: Final = 500
"""Patterns of which texts are made."""
_MOST_LIKELY: Final = 4
"""Literals that are tried before other values."""


def candidates(field: Any, cells: Cells, left: int) -> Iterator[Any]:
    """Yield values that a field may have, what is more likely where this is left of its cells first.

    >>> from deltasib_query import User
    >>> cells = Cells(User, "User_Id", [(">=", 5), ("<", 6)])
    >>> list(candidates(User.User_Id, cells, cells.where["<", 6][0]))
    [5, 6, 6, 4, 7, 5]
    """
    distances = {value: cells.distance(leaf, left) for leaf, value in cells.values.items()}
    literals = sorted(distances, key=distances.__getitem__)
    yield from literals[:_MOST_LIKELY]
    if field.kind == "number":
        yield from _numbers(literals, integral=field.integral)
    elif field.kind == "text":
        needed = {leaf: not cells.possible(left & cells.where[leaf][1]) for leaf in cells.patterns}
        wanted, others = ([cells.patterns[leaf].signs for leaf in needed if needed[leaf] is it] for it in (True, False))
        variants = map(_variants, literals)
        yield from chain(field.choices, [""], _matching(wanted, literals), *islice(variants, 4))
        yield from chain(_matching(others, literals), *variants)
    else:
        yield from _moments(field.kind == "date", literals)
    yield from literals[_MOST_LIKELY:]


def _numbers(literals: Sequence[Any], *, integral: bool) -> Iterator[Any]:
    """Numbers next to others, and between them."""
    with localcontext(prec=_MOST_DIGITS):
        found = [number + step for number in literals for step in (1, -1)]
        if not integral:
            found += [(low + high) / 2 for low, high in pairwise(sorted(map(Decimal, literals)))]
    return iter(found)


def _moments(is_day: bool, literals: Iterable[str]) -> Iterator[str]:
    step = timedelta(days=1) if is_day else timedelta(seconds=1)
    zero = ZERO_DATE if is_day else ZERO_DATETIME
    for literal in literals:
        with suppress(ValueError, OverflowError):  # the zero date, and the ends of the calendar
            moment = datetime.fromisoformat(literal)
            for other in (moment + step, moment - step):
                yield other.isoformat(" ")[: len(zero)]
    yield zero
    yield "1000-01-01" + zero[10:]


def _variants(text: str) -> Iterator[str]:
    """Texts next to a text, and some that `=` takes for the same and `like` does not."""
    yield from (
        f"{text[:1]}\u200c{text[1:]}",
        f"\u200c{text}",
        f"{text}0",
        f"{text}000",
        f"{text}!",
        f"{text}\u2028",
        f"{text} ",
        text[:-1],
    )


def _matching(patterns: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Texts that one pattern matches, or several."""
    several = patterns[:_MOST_PATTERNS]
    everything = ""
    for signs in sorted(several, key=lambda signs: (signs.startswith(ANY), not signs.endswith(ANY), -len(signs))):
        before, _, behind = everything.rpartition(ANY)
        everything = before + signs + behind
    yield from (_filled(everything, filler) for filler in _FILLERS)
    for signs in several:
        yield from (_filled(signs, filler) for filler in _FILLERS)
    for signs, other in permutations(several, 2):
        yield _filled(signs, _filled(other, ""))
    for signs in several:
        yield from (_filled(signs, text) for text in texts[:_MOST_FILLERS])


def _filled(signs: str, filler: str) -> str:
    return signs.replace(ONE, "x").replace(ANY, filler)
