"""Values that stand at the edges of comparisons: literals, what is next to them, and what patterns match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from itertools import chain, islice, pairwise, permutations
from typing import Any, Final

from deltasib_query.evaluation.kinds import ZERO_DATE, whole_datetime
from deltasib_query.filters.cells import ANY, ONE, Pattern
from deltasib_query.language.tree import Value

_MOST_DIGITS: Final = 200
"""Digits of the mean of two numbers, which have 65 at most."""
_FILLERS: Final = ("", "0", "zz", "!")
_MOST_FILLERS: Final = 8
"""Texts that are put into patterns."""


def candidates(
    field: Any, literals: Sequence[Value], wanted: Sequence[Pattern], unwanted: Sequence[Pattern]
) -> Iterator[Any]:
    """Yield values of a field that are of interest where there are these literals, and patterns with wildcards.

    >>> from deltasib_query import User
    >>> list(candidates(User.User_Id, [5, 6], [], []))
    [6, 4, 7, 5]
    """
    found: Iterable[Any]
    if field.kind == "number":
        found = chain(_next_to(literals), () if field.integral else _between(sorted(map(Decimal, literals))))
    elif field.kind == "text":
        texts = [str(literal) for literal in literals]
        variants = map(_variants, texts)
        found = chain(
            field.choices, [""], _matching(wanted, texts), *islice(variants, 4), _matching(unwanted, texts), *variants
        )
    else:
        found = _moments(field, map(str, literals))
    seen: set[Any] = set()
    for value in found:
        if value not in seen:
            seen.add(value)
            yield value


def _next_to(numbers: Iterable[Any]) -> Iterator[Any]:
    for number in numbers:
        yield from (number + 1, number - 1)


def _between(numbers: Sequence[Decimal]) -> Iterator[Decimal]:
    with localcontext(prec=_MOST_DIGITS):
        means = [(low + high) / 2 for low, high in pairwise(numbers)]
    return iter(means)


def _moments(field: Any, literals: Iterable[str]) -> Iterator[str]:
    is_day = field.kind == "date"
    step = timedelta(days=1) if is_day else timedelta(seconds=1)
    zero = ZERO_DATE if is_day else whole_datetime(ZERO_DATE)
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
        f"{text}0",
        f"{text}000",
        f"{text}!",
        f"{text}\u2028",
        f"{text} ",
        text[:-1],
    )


def _matching(patterns: Sequence[Pattern], texts: Sequence[str]) -> Iterator[str]:
    """Texts that one pattern matches, or several."""
    several = [pattern.signs for pattern in patterns]
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
