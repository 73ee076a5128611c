"""Every regular expression of the source on its worst input: how its time grows while the input doubles.

An attack is a piece repeated between a beginning and an end. All attacks are tried on each expression at a small
size, and the slowest ones at five larger sizes: linear is 2 a doubling, quadratic is 4.
`check` and `parse(…, repair=True)` follow, whole, without limits. Prints, and judges nothing.

PYTHONPATH=tests python benchmarks/regexes.py
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import pairwise, product

from deltasib_query import FilterError, User, check, parse
from deltasib_query.evaluation.kinds import like_matcher
from regex_attacks import PIECES, Attack, attacks, expressions, written

SMALL, SIZES = 400, (2_000, 4_000, 8_000, 16_000, 32_000)
WHOLE_SIZES = (12_500, 25_000, 50_000, 100_000)
CONDITIONS = (
    "User_Id = 1 and ", "User_Id = 1 or ", "(User_Id = 1 and ", "Name = 'a' ", "Name = 'a'b' and ", "Name = ali ",
    "Name = ali and ", "Name like 'a_b%' or ", "not User_Id = 1 and ", "User_Id in (1, 2) or ", "User_Id != 1 && ",
    "Name = “a” and ", "Username = 0912 and ", "Usernme = 'a' and ", "5 < User_Id and ", "a = b, ", "Name = and ",
    "\u00a0User_Id\u200c= 1 and ", "Name = 'a\\' and ", "EndDate < 2021-01-30 and ", "User_Id between 1 and 2 and ",
    "not ", "where ", "x.", "a b ", "User_Id = 1 or User_Id = 1 and (", "1, ",
)  # fmt: skip
OPENINGS = ("", "Name = ", "Name = '", "Name like '%", "Name in (", "Name = 'a' ", "(", "User_Id = 1 and ")


def seconds(work: Callable[[str], object], text: str) -> float:
    """The best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work(text)
        times.append(time.process_time() - start)
    return min(times)


def growth(work: Callable[[str], object], parts: Attack, sizes: tuple[int, ...]) -> tuple[float, list[float]]:
    """The seconds at the largest size, and the ratio at each doubling."""
    times = [seconds(work, written(parts, size)) for size in sizes]
    return times[-1], [later / earlier for earlier, later in pairwise(times)]


def worst(pattern: re.Pattern[str], *, searched: bool) -> tuple[float, list[float], Attack]:
    """The attack that takes longest at the largest size, of the ten that do at a small one."""
    work = pattern.search if searched else pattern.fullmatch
    tried = sorted(((seconds(work, written(parts, SMALL)), parts) for parts in attacks(pattern)), reverse=True)[:10]
    return max((*growth(work, parts, SIZES), parts) for _, parts in tried)


def row(place: str, longest: float, ratios: list[float], parts: Attack, size: int = SIZES[-1]) -> None:
    shown = " ".join(f"{ratio:4.1f}" for ratio in ratios)
    print(f"  {place:44}{longest * 1e3:10.2f} ms at {size:,}   x {shown}   {' '.join(map(ascii, parts))}")


def whole(text: str) -> None:
    check(text, User, limits=None)
    try:
        str(parse(text, User, limits=None, repair=True))
    except FilterError as error:
        str(error)


def main() -> None:
    print("each expression on its worst attack")
    for place, (pattern, searched) in expressions().items():
        row(place, *worst(pattern, searched=searched))
    print("\nlike: a pattern of many signs on a text that it nearly matches")
    for piece, end, signs in product(("%", "a%", "_%", "%_", "%aa_b", "_", "a"), ("b", "%b"), (16, 256)):
        matcher = like_matcher("%" + piece * (signs // len(piece)) + end)
        row(f"% {piece} x {signs // len(piece)} {end}", *growth(matcher.fullmatch, ("", "a", ""), SIZES), ("", "a", ""))
    print("\ncheck and parse, whole, without limits: the ten slowest")
    works = [(opening, piece, "") for opening, piece in product(OPENINGS, (*PIECES, *CONDITIONS))]
    slowest = sorted(works, key=lambda parts: growth(whole, parts, (1_000,))[0], reverse=True)[:10]
    for parts in slowest:
        row("check, parse", *growth(whole, parts, WHOLE_SIZES), parts, WHOLE_SIZES[-1])


if __name__ == "__main__":
    main()
