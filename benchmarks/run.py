"""Named workloads beside peers, in one process and one run; medians over several rounds, as ratios to a floor.

``make bench`` runs it. Single times depend on the machine, ratios hardly do.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from functools import partial

import sqlglot
from lark import Lark
from sqlalchemy import Column, Integer, MetaData, String, Table, and_, or_
from sqlalchemy.dialects import mysql

from deltasib_query import User, all_of, any_of, check, parse
from deltasib_query.language.parser import _grammar

ROUNDS = 7
TOKENS = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*|<>|<=|>=|[=<>()]|[+-]?\d+(?:\.\d+)?")
PLAIN_LARK = Lark(_grammar(), parser="lalr", g_regex_flags=re.ASCII)
TABLE = Table("t", MetaData(), Column("User_Id", Integer), Column("Username", String))


def typed(comparisons: int) -> str:
    """`(User_Id >= 0 and Username like 'user0%') or …`, as a person might have typed it."""
    pairs = [f"(User_Id >= {i} and Username like 'user{i}%')" for i in range(max(1, comparisons // 2))]
    return " or ".join(pairs) if comparisons > 1 else "User_Id >= 0"


def built(pairs: int) -> str:
    """The same filter, built in code."""
    return str(any_of(all_of(User.User_Id >= i, User.Username.startswith(f"user{i}")) for i in range(pairs)))


def built_by_sqlalchemy(pairs: int) -> str:
    clause = or_(*(and_(TABLE.c.User_Id >= i, TABLE.c.Username.like(f"user{i}%")) for i in range(pairs)))
    return str(clause.compile(dialect=mysql.dialect(), compile_kwargs={"literal_binds": True}))


def built_by_f_strings(pairs: int) -> str:
    return " or ".join(f"(User_Id >= {i} and Username like 'user{i}%')" for i in range(pairs))


def seconds(work: Callable[[], object]) -> list[float]:
    """The time of one call, once for each round of about 50 ms."""
    work()
    start = time.perf_counter()
    work()
    calls = max(1, round(0.05 / max(time.perf_counter() - start, 1e-7)))
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - start) / calls)
    return times


def table(title: str, works: dict[str, Callable[[], object]]) -> None:
    """Print medians, and ratios to the first entry with their spread over the rounds."""
    print(f"\n{title}")
    floor: list[float] = []
    for name, work in works.items():
        times = seconds(work)
        floor = floor or times
        middle = statistics.median(times) / statistics.median(floor)
        low, high = min(times) / statistics.median(floor), max(times) / statistics.median(floor)
        print(f"  {name:34}{statistics.median(times) * 1e6:12.1f} µs   x {middle:7.2f}   ({low:.2f} to {high:.2f})")


def main() -> None:
    for comparisons in (1, 20, 1000):
        text = typed(comparisons)
        table(
            f"parse {comparisons} comparisons",
            {
                "re.findall of the tokens": partial(TOKENS.findall, text),
                "plain Lark, tree only": partial(PLAIN_LARK.parse, text),
                "deltasib_query.parse": partial(parse, text, User, limits=None),
                "sqlglot": partial(sqlglot.parse_one, text, dialect="mysql"),
            },
        )
    wrong = typed(20).replace("user7", "user'7")
    table("refuse a wrong filter of 20 comparisons", {"deltasib_query.check": lambda: check(wrong, User)})
    table(
        "build 20 comparisons",
        {
            "f-strings, unsafe": lambda: built_by_f_strings(10),
            "deltasib_query": lambda: built(10),
            "SQLAlchemy, literal binds": lambda: built_by_sqlalchemy(10),
        },
    )


if __name__ == "__main__":
    main()
