"""The letters: what stands in the table is what the database says, and comparisons of texts follow from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib.resources import files
from operator import eq, lt

import pymysql
import pytest

from deltasib_query.evaluation.collation import like_key, sort_key
from mariadb import MariaDB

from .measure import COLLATION, lines, weights

_TEXTS = 3000
_LETTERS = [chr(point) for point in range(1, 0x10000) if not 0xD800 <= point < 0xE000]
_LIGHT = "\u0653\u0654\u0655\u0670"
"""Letters that weigh less than a space."""
_NEAR = f"aAáæßs zZ09۰٩_'.,-%\t\u2028\u00a0\u200c\u064e{_LIGHT}آاأبپتكکيیىةهوؤءئİıiςΣσéŁłøΩ一가ﷺ"


@pytest.fixture(scope="module")
def connection(mariadb: MariaDB) -> Iterator[pymysql.Connection]:
    with mariadb.connect(database="mysql") as connection:
        yield connection


def test_every_weight_of_the_table_is_the_database_s(connection: pymysql.Connection) -> None:
    table = files("deltasib_query.evaluation").joinpath("persian_ci.txt").read_text("ascii").splitlines()
    assert list(lines(weights(connection))) == table


def pairs() -> list[tuple[str, str]]:
    """Texts of a few letters, many of which fold together, and any others."""
    chance = random.Random(1)
    near = [["".join(chance.choices(_NEAR, k=chance.randint(0, 4))) for _ in "ab"] for _ in range(_TEXTS)]
    far = [["".join(chance.choices(_LETTERS, k=chance.randint(1, 2))) for _ in "ab"] for _ in range(_TEXTS)]
    spaced = [["".join(chance.choices(f"a  b\t{_LIGHT}", k=chance.randint(0, 5))) for _ in "ab"] for _ in range(_TEXTS)]
    return [(a, b) for a, b in near + far + spaced if "\\" not in a + b]


def answers(connection: pymysql.Connection, operator: str, some: list[tuple[str, str]]) -> list[bool]:
    def text(value: str) -> str:
        return f"_utf8mb3 x'{value.encode().hex()}' collate {COLLATION}"

    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select {text(a)} {operator} {text(b)}" for a, b in some))
        return [bool(row[0]) for row in cursor.fetchall()]


@pytest.mark.parametrize(("operator", "test"), [("=", eq), ("<", lt)], ids=["equal", "less"])
def test_texts_compare_as_the_database_has_them(
    connection: pymysql.Connection, operator: str, test: Callable[[str, str], bool]
) -> None:
    some = pairs()
    real = answers(connection, operator, some)
    ours = [test(sort_key(a), sort_key(b)) for a, b in some]
    assert [pair for pair, *both in zip(some, ours, real, strict=True) if len(set(both)) > 1] == []


def test_like_takes_letters_for_the_same_as_the_database_does(connection: pymysql.Connection) -> None:
    some = [(a, b) for a, b in pairs() if len(a) == len(b)]
    some += [(a, b) for a in _NEAR for b in _NEAR]
    some = [(a, b) for a, b in some if not set("%_") & set(b)]
    real = answers(connection, "like", some)
    ours = [like_key(a) == like_key(b) for a, b in some]
    assert [pair for pair, *both in zip(some, ours, real, strict=True) if len(set(both)) > 1] == []
