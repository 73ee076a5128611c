"""What is concluded about filters holds on a real MariaDB, whatever its collation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any, Final

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Filter, UndecidedError
from deltasib_query.filters.analysis.texts import Literal, Pattern
from edges import LITERALS, PATTERNS, TEXTS, Edge, filters, values
from mariadb import MariaDB

COLLATIONS: Final = ("utf8mb3_persian_ci", "utf8mb3_unicode_ci", "utf8mb3_general_ci")
_ROWS: Final = 300
_KNOWN: Final = [chr(point) for point in (*range(0x20, 0x7F), *range(0x600, 0x700)) if chr(point) != "\\"]
_PAIRS: Final = (
    "aa",
    "ab",
    "cc",
    "ch",
    "cz",
    "d",
    "h",
    "i",
    "ll",
    "lm",
    "lj",
    "ln",
    "nj",
    "no",
    "ij",
    "uv",
    "sz",
    "tz",
)
"""Letters that some languages sort as one, and their neighbours."""


@pytest.fixture(scope="module")
def connection(mariadb: MariaDB) -> Iterator[pymysql.Connection]:
    """A database with a table for each collation, full of rows at the edges."""
    chance = Random(1)
    held = {name: values(name) for name in LITERALS}
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("create or replace database analysis charset utf8mb3")
        connection.select_db("analysis")
        for collation in COLLATIONS:
            cursor.execute(
                f"create table {collation} (place int auto_increment primary key, Id bigint not null, Count bigint,"
                " Amount decimal(65, 25), Rate decimal(65, 25), Text varchar(100), Kind varchar(100),"
                f" Flag varchar(10), Day date, Moment datetime) charset utf8mb3 collate {collation}"
            )
            insert(cursor, collation, [{n: chance.choice(held[n]) for n in held} for _ in range(_ROWS)])
            insert(cursor, collation, [{"Id": 1, "Text": text} for text in held["Text"]])
        yield connection


def insert(cursor: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        held = {name: Decimal(repr(value)) if isinstance(value, float) else value for name, value in row.items()}
        cursor.execute(
            f"insert into {table} ({', '.join(held)}) values ({', '.join(['%s'] * len(held))})", [*held.values()]
        )


def condition(filter: Filter[Any]) -> str:
    return str(filter) if filter.constant is None else str(filter.constant)


def counts(connection: pymysql.Connection, table: str, conditions: Sequence[str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select count(*) from {table} where {one}" for one in conditions))
        return [int(count) for (count,) in cursor.fetchall()]


@pytest.mark.parametrize("collation", COLLATIONS)
@given(some=st.lists(filters(), min_size=20, max_size=20))
def test_simplified_filters_select_the_same_rows(
    connection: pymysql.Connection, collation: str, some: list[Filter[Any]]
) -> None:
    both = [(condition(filter), condition(filter.simplify())) for filter in some]
    differ = [f"(({one}) is true) <> (({other}) is true)" for one, other in both]
    found = counts(connection, collation, differ)
    assert [pair for pair, count in zip(both, found, strict=True) if count] == []


@given(some=st.lists(st.tuples(filters(max_leaves=5), filters(max_leaves=4)), min_size=20, max_size=20))
def test_no_row_speaks_against_a_proof_and_every_example_is_found(
    connection: pymysql.Connection, some: list[tuple[Filter[Any], Filter[Any]]]
) -> None:
    proved: list[str] = []
    examples: list[tuple[str, dict[str, Any]]] = []
    for one, other in some:
        with suppress(UndecidedError):
            row = one.example(but_not=other)
            alone = f"({condition(one)}) is true and ({condition(other)}) is not true"
            if row is None:
                proved.append(alone)
            elif row.get("Id", 0) >= 0:
                examples.append((alone, {"Id": 0} | row))
    for collation in COLLATIONS:
        found = counts(connection, collation, proved) if proved else []
        assert [pair for pair, count in zip(proved, found, strict=True) if count] == [], collation
    with connection.cursor() as cursor:
        for alone, row in examples:
            cursor.execute("begin")
            insert(cursor, COLLATIONS[0], [row])
            cursor.execute(f"select count(*) from {COLLATIONS[0]} where place = last_insert_id() and {alone}")
            (found_rows,) = cursor.fetchall()
            cursor.execute("rollback")
            assert found_rows == (1,), (alone, row)


def collations(connection: pymysql.Connection) -> list[tuple[str, str]]:
    """Return every collation for UTF-8 that ends in `_ci`, with its charset; not those that mind spaces at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select character_set_name, full_collation_name"
            " from information_schema.collation_character_set_applicability"
            " where character_set_name in ('utf8mb3', 'utf8mb4')"
            " and full_collation_name like '%\\_ci' and full_collation_name not like '%nopad%'"
        )
        return [(charset, collation) for charset, collation in cursor.fetchall()]


def test_what_is_certain_of_texts_is_so_in_every_collation(connection: pymysql.Connection) -> None:
    chance = Random(1)
    words = ["".join(chance.choices(_PAIRS, k=3)) for _ in range(60)]
    texts = dict.fromkeys(
        [*_KNOWN, *TEXTS, *_PAIRS, *words, *("".join(pair) for pair in product("IijyYuvzZaA_", "bz ")), ""]
    )
    claims: list[tuple[str, str, str]] = []
    for one, other in product(texts, repeat=2):
        first, second = Literal.of_text(one), Literal.of_text(other)
        if first.same == second.same:
            claims.append((one, other, "a = b"))
        elif first.is_less(second):
            claims.append((one, other, "a < b"))
        elif first.differs(second):
            claims.append((one, other, "a <> b"))
    assert_everywhere(connection, claims, 40_000)


def test_what_is_certain_of_patterns_is_so_in_every_collation(connection: pymysql.Connection) -> None:
    letters = [letter for letter in [*_KNOWN, "é", "ß", "ſ", "İ", "ı", "ﷺ"] if letter not in "%_"]
    claims: list[tuple[str, str, str]] = []
    for one, other in product(letters, repeat=2):
        pattern, another = Pattern(f"{other}%"), Pattern(one)
        if another.within(pattern):
            claims.append((one, other, "a like b"))
        elif another.apart(pattern):
            claims.append((one, other, "not a like b"))
    assert_everywhere(connection, claims, 20_000)


def assert_everywhere(connection: pymysql.Connection, claims: list[tuple[str, str, str]], least: int) -> None:
    """Assert that in every collation every claim about two texts is true, and that there are not too few of them."""
    assert len(claims) > least
    kinds = sorted({claim for *_, claim in claims})
    with connection.cursor() as cursor:
        cursor.execute(
            "create or replace table claims (a varchar(20), b varchar(20), claim varchar(20)) charset utf8mb4"
        )
        cursor.executemany("insert into claims values (%s, %s, %s)", claims)
        wrong: list[Any] = []
        for charset, collation in collations(connection):
            columns = [f"convert({each} using {charset}) collate {collation} as {each}" for each in "ab"]
            tests = " or ".join(f"(claim = '{kind}' and not ({kind}))" for kind in kinds)
            cursor.execute(
                f"select a, b, claim from (select {', '.join(columns)}, claim from claims) as some where {tests}"
            )
            wrong += ((collation, *row) for row in cursor.fetchall())
    assert wrong[:20] == []


def test_patterns_of_the_edges_are_within_each_other_as_the_rows_say(connection: pymysql.Connection) -> None:
    pairs = [(one, other) for one, other in product(PATTERNS, repeat=2) if Pattern(one).within(Pattern(other))]
    conditions = [f"{Edge.Text.like(one)} and not {Edge.Text.like(other)}" for one, other in pairs]
    assert len(pairs) > len(PATTERNS)
    for collation in COLLATIONS:
        assert sum(counts(connection, collation, conditions)) == 0
