"""What a filter means: simplified, implied, searched for, beside sqlglot's `simplify` where it is installed."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Mapping
from typing import Any

from measuring import Effort, Result, Work, measure

from deltasib_query import Filter, UndecidedError, User, all_of, any_of

ids = User.User_Id


def analysing(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """Yield what each analysis costs; no result is kept from one time to the next."""
    for count in (50, 500, 5000):
        values = ids.in_(range(0, 2 * count, 2))
        works: dict[str, Work] = {"values, joined by or": values.simplify}
        bounds = all_of(ids > n for n in range(count))
        assert values.simplify() == values and str(bounds.simplify()) == f"User_Id > {count - 1}"
        works["bounds, of which one is left"] = bounds.simplify
        if count <= 500:
            works |= _by_sqlglot(str(values))
        yield f"simplify {count}", measure(works, effort)
    narrow, wide = (ids > 5) & User.Username.startswith("ali"), ids >= 6
    many = ids.in_(range(500))
    assert narrow.implies(wide) and many.implies(ids.between(0, 499)) and not many.implies(ids.between(0, 498))
    yield (
        "implies",
        measure(
            {
                "3 comparisons": lambda: narrow.implies(wide),
                "3 comparisons, not implied": lambda: narrow.implies(ids >= 7),
                "500 values within a range": lambda: many.implies(ids.between(0, 499)),
                "500 values, one without": lambda: many.implies(ids.between(0, 498)),
            },
            effort,
        ),
    )
    yield (
        "search",
        measure(
            {f"{count * 6} comparisons of texts": functools.partial(_search, count) for count in (60, 160)}, effort
        ),
    )


def _by_sqlglot(text: str) -> dict[str, Work]:
    try:
        import sqlglot
        from sqlglot.optimizer.simplify import simplify
    except ImportError:
        return {}
    parsed = sqlglot.parse_one(text, dialect="mysql")
    assert simplify(parsed.copy()).sql().count("=") == text.count("=")
    return {"sqlglot, values": lambda: simplify(parsed.copy())}


def _search(count: int) -> None:
    """Two random filters, each an `and` of so many `or`s of three comparisons."""
    chance = random.Random(count)
    fields: list[Any] = [User.Username, User.Name, User.Family, User.Address]

    def one() -> Filter[User]:
        field, text = chance.choice(fields), "".join(chance.choices("abc", k=3))
        found: Filter[User] = chance.choice([field.contains, field.startswith, field.__eq__, field.__ne__])(text)
        return found

    filter, other = (all_of(any_of(one() for _ in range(3)) for _ in range(count)) for _ in "ab")
    try:
        filter.implies(other)
    except UndecidedError:
        return
