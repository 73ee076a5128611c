"""Which patterns an index helps with: those with a character in front of the wildcard that the collation weighs."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator

import pymysql
import pytest

from deltasib_query.filters.values import pattern_warnings
from mariadb import MariaDB

COLLATIONS = (
    *(
        "utf8mb3_general_ci",
        "utf8mb3_persian_ci",
        "utf8mb3_unicode_ci",
        "utf8mb3_unicode_520_ci",
        "utf8mb3_uca1400_ai_ci",
    ),
    *(
        "utf8mb4_general_ci",
        "utf8mb4_persian_ci",
        "utf8mb4_unicode_ci",
        "utf8mb4_unicode_520_ci",
        "utf8mb4_uca1400_ai_ci",
    ),
    *("utf8mb3_sinhala_ci", "utf8mb4_myanmar_ci", "utf8mb4_thai_520_w2", "utf8mb4_uca1400_persian_ai_ci"),
)
ROWS = 500


@pytest.fixture(scope="module")
def connection(mariadb: MariaDB) -> Iterator[pymysql.Connection]:
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("create or replace database wildcards")
        cursor.execute("use wildcards")
        cursor.execute("create table characters (c varchar(1) character set utf8mb4 collate utf8mb4_bin)")
        printable = [
            chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) not in {"Cc", "Cs"}
        ]
        in_front = [character for character in printable if character not in "%_\\" and not leads(f"{character}%")]
        assert len(in_front) > 100_000
        for start in range(0, len(in_front), 10_000):
            values = ",".join(f"(_utf8mb4 x'{one.encode().hex()}')" for one in in_front[start : start + 10_000])
            cursor.execute(f"insert into characters values {values}")
        cursor.execute(
            "create table names (name varchar(32), key (name)) character set utf8mb3 collate utf8mb3_persian_ci"
        )
        cursor.executemany("insert into names values (%s)", [(f"n{number:05}",) for number in range(ROWS)])
        yield connection
        cursor.execute("drop database wildcards")


def leads(pattern: str) -> bool:
    """Say whether a pattern is said to start with a wildcard."""
    return any(warning.reason.code == "leading-wildcard" for warning in pattern_warnings(pattern))


@pytest.mark.parametrize("collation", COLLATIONS)
def test_what_may_stand_in_front_of_a_wildcard_is_weighed(connection: pymysql.Connection, collation: str) -> None:
    charset = collation.partition("_")[0]
    plane = "where length(convert(c using utf16)) = 2" if charset == "utf8mb3" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select hex(c) from (select * from characters {plane}) as some "
            f"where weight_string(convert(c using {charset}) collate {collation}) = '' limit 9"
        )
        assert cursor.fetchall() == ()


@pytest.mark.parametrize("front", ["", "\u200c", "\u200f", "\ufeff", "\u200c\u200d"], ids=ascii)
@pytest.mark.parametrize("wildcard", ["%", "_"])
def test_a_pattern_that_is_refused_reads_the_whole_table(
    connection: pymysql.Connection, front: str, wildcard: str
) -> None:
    assert leads(f"{front}{wildcard}1")
    assert rows_read(connection, f"{front}{wildcard}1") >= ROWS
    assert not leads(f"{front}x{wildcard}1")
    assert rows_read(connection, f"{front}x{wildcard}1") < 5


def rows_read(connection: pymysql.Connection, pattern: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("flush status")
        cursor.execute("select count(*) from names where name like %s", (pattern,))
        cursor.execute("show session status like 'Handler_read%%'")
        return sum(int(count) for _, count in cursor.fetchall())
