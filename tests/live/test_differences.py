"""What the databases do not do alike, each difference by its name; everything else is compared without exception.

Where a difference lies between MariaDB and `filter.matches`, or SQLite, the page "Other engines" lists it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pymysql
import pytest
from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import NullType

from deltasib_query import (
    Filter,
    FilterTooComplexError,
    InvalidValueError,
    User,
    UserPayment,
    UserServiceBase,
    from_tree,
)
from deltasib_query.integrations.sqlalchemy import prepare, where
from deltasib_query.language.tree import And, Comparison, Node, Or
from mariadb import MariaDB

from .world import World


@pytest.fixture(scope="module")
def cursor(mariadb: MariaDB) -> Iterator[pymysql.cursors.Cursor]:
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("create or replace database differences")
        cursor.execute("use differences")
        yield cursor


def found(cursor: pymysql.cursors.Cursor, filter: Filter[Any], kind: str, *values: Any) -> list[Any]:
    """Which values of a column of this kind the filter finds."""
    name = str(filter).split()[0]
    cursor.execute(f"create or replace table held (n int, {name} {kind})")
    cursor.executemany("insert into held values (%s, %s)", list(enumerate(values)))
    cursor.execute(f"select n from held where {filter}")
    return [values[n] for (n,) in sorted(cursor.fetchall())]


def found_in_memory(filter: Filter[Any], *values: Any) -> list[Any]:
    name = str(filter).split()[0]
    return [value for value in values if filter.matches({name: value})]


def alternating(depth: int) -> Filter[User]:
    tree: Node = Comparison("User_Id", "=", 0)
    for n in range(depth):
        tree = (And, Or)[n % 2]([Comparison("User_Id", "=", n), tree])
    return from_tree(tree, User)


# Between MariaDB's own columns

UTF8MB3 = "varchar(50) charset utf8mb3 collate utf8mb3_persian_ci"
GENERAL_CI = "varchar(50) charset utf8mb4 collate utf8mb4_general_ci"


@pytest.mark.parametrize("filter", [User.Name == "😀", User.Name.contains("ali😀"), User.Name < "😀"], ids=str)
def test_letters_beyond_the_bmp_are_an_error_on_a_utf8mb3_column(
    cursor: pymysql.cursors.Cursor, filter: Filter[User]
) -> None:
    with pytest.raises(pymysql.OperationalError, match="Illegal mix of collations"):
        found(cursor, filter, UTF8MB3, "ali")


@pytest.mark.parametrize(
    ("filter", "stored"),
    [
        (User.Name == "علی", "علی\u200c"), (User.Name == "", "\u200c"),
        (User.Name == "0912", "۰۹۱۲"), (User.Name.like("0%"), "۰۹۱۲"), (User.Name == "ss", "ß"),
        (User.Name == "VIII", "Ⅷ"), (User.Name == "é", "e\u0301"), (User.Name == "a", "آ"),
        (User.Name == "a b", "a\u00a0b"), (User.Name < "a", "_"), (User.Name < "ت", "پ"),
    ],
    ids=ascii,
)  # fmt: skip
def test_general_ci_does_not_tailor(cursor: pymysql.cursors.Cursor, filter: Filter[User], stored: str) -> None:
    tailored = found(cursor, filter, UTF8MB3, stored)
    assert tailored == found_in_memory(filter, stored)
    assert found(cursor, filter, GENERAL_CI, stored) == [each for each in [stored] if not tailored]


def test_general_ci_takes_a_sharp_s_for_one_s(cursor: pymysql.cursors.Cursor) -> None:
    assert found(cursor, User.Name == "s", GENERAL_CI, "ß", "ss") == ["ß"]
    assert found_in_memory(User.Name == "s", "ß", "ss") == []


PERSIAN_CI = {
    "utf8mb3": UTF8MB3,
    "utf8mb4": "varchar(50) charset utf8mb4 collate utf8mb4_persian_ci",
}
OTHERS = [f"zz{n}" for n in range(60)]


@pytest.mark.parametrize(
    ("charset", "letter"),
    [("utf8mb3", letter) for letter in "\u0653\u0654\u0655\u0670"] + [("utf8mb4", "\u0670"), ("utf8mb4", "😀")],
    ids=ascii,
)
def test_an_index_misses_rows_of_a_prefix_before_some_letters(
    cursor: pymysql.cursors.Cursor, charset: str, letter: str
) -> None:
    stored = ["مصطفی", f"مصطفی{letter}", "مصطفیa", *OTHERS]
    filter, plain = User.Name.startswith("مصطفی"), PERSIAN_CI[charset]
    assert found(cursor, filter, plain, *stored) == found_in_memory(filter, *stored) == stored[:3]
    assert found(cursor, filter, f"{plain}, index (Name)", *stored) == [stored[0], stored[2]]


@pytest.mark.parametrize("letter", ["a", "ی", " ", "\u200c", "\u064e", "\u0656", "\t", "_", "\u2028"], ids=ascii)
def test_an_index_finds_the_rows_of_a_prefix_before_any_other_letter(
    cursor: pymysql.cursors.Cursor, letter: str
) -> None:
    stored = ["مصطفی", f"مصطفی{letter}", *OTHERS]
    filter = User.Name.startswith("مصطفی")
    assert found(cursor, filter, f"{UTF8MB3}, index (Name)", *stored) == found_in_memory(filter, *stored) == stored[:2]


@pytest.mark.parametrize("operator", ["<", ">", "<=", ">="])
def test_the_letters_that_weigh_less_than_a_space_are_ordered_alike(
    cursor: pymysql.cursors.Cursor, operator: str
) -> None:
    letters = "\u0653\u0654\u0655\u0670"
    stored = ["a", "a ", "a b", *(f"a{blank}{letter}" for letter in letters for blank in ("", " ", "  "))]
    for value in [text for text in stored if text.isprintable()]:
        filter = from_tree(Comparison("Name", operator, value), User)
        assert found(cursor, filter, UTF8MB3, *stored) == found_in_memory(filter, *stored)
        assert found(cursor, filter, f"{UTF8MB3}, index (Name)", *stored) == found_in_memory(filter, *stored)


COLLATIONS = [
    "utf8mb3_persian_ci", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_nopad_bin",
    "utf8mb4_unicode_nopad_ci", "latin1_swedish_ci",
]  # fmt: skip


@pytest.mark.parametrize("collation", COLLATIONS)
def test_what_a_range_of_texts_raises_for_is_empty_in_every_collation(
    cursor: pymysql.cursors.Cursor, collation: str
) -> None:
    kind = f"varchar(50) charset {collation.partition('_')[0]} collate {collation}"
    texts = ["", "a", "ab", "b", "Ab", "aB", "B", "z", "0", "10", "9", "a0", "Z9"]
    raising = 0
    for low, high in product(texts, texts):
        try:
            User.Name.between(low, high)
        except InvalidValueError:
            raising += 1
            assert found(cursor, (User.Name >= low) & (User.Name <= high), kind, *texts) == []
    assert raising > len(texts)


def test_a_float_column_does_not_equal_a_fraction_and_a_double_does(cursor: pymysql.cursors.Cursor) -> None:
    filter = UserServiceBase.VAT == Decimal("0.1")
    assert found(cursor, filter, "float", 0.1, 0.5) == []
    assert found(cursor, filter, "double", 0.1, 0.5) == found_in_memory(filter, 0.1, 0.5) == [0.1]


def test_a_fraction_finer_than_its_column_is_rounded_for_equality_on_an_index(cursor: pymysql.cursors.Cursor) -> None:
    price, stored = UserPayment.Price == Decimal("2.501"), [Decimal("2.50"), *[Decimal("7.00")] * 40]
    assert found(cursor, price, "decimal(20, 2)", *stored) == found_in_memory(price, *stored) == []
    assert found(cursor, price, "decimal(20, 2), index (Price, n)", *stored) == stored[:1]
    for filter in (UserPayment.Price < Decimal("2.501"), UserPayment.Price >= Decimal("2.499")):
        in_memory = found_in_memory(filter, *stored)
        assert found(cursor, filter, "decimal(20, 2), index (Price, n)", *stored) == in_memory


@pytest.mark.parametrize(
    ("filter", "in_mariadb", "as_text"),
    [
        (UserPayment.VoucherNo == "0912", [912], []),
        (UserPayment.VoucherNo == "", [0], []),
        (UserPayment.VoucherNo < "10", [0, 5], [0]),
    ],
    ids=str,
)
def test_a_text_field_whose_column_is_a_number_is_compared_as_a_number(
    cursor: pymysql.cursors.Cursor, filter: Filter[UserPayment], in_mariadb: list[int], as_text: list[int]
) -> None:
    assert found(cursor, filter, "int", 0, 5, 912) == in_mariadb
    assert found_in_memory(filter, 0, 5, 912) == as_text


# What a database gives up on, where `matches` does not


def test_mariadb_gives_up_on_a_filter_of_two_thousand_levels(persian: World) -> None:
    assert persian.by_text([str(alternating(1000))], User) == [persian.in_memory(alternating(1000))]
    with pytest.raises(pymysql.OperationalError, match="Thread stack overrun"):
        persian.by_text([str(alternating(2000))], User)


def test_mariadb_gives_up_on_a_pattern_of_two_thousand_percents_and_takes_a_thousand(
    cursor: pymysql.cursors.Cursor,
) -> None:
    assert found(cursor, User.Address.like("%a" * 1000), "varchar(2000)", "a" * 2000) == ["a" * 2000]
    with pytest.raises(FilterTooComplexError):
        User.Address.like("%a" * 2000)
    with pytest.raises(pymysql.err.OperationalError, match="1436"):
        cursor.execute("select repeat('a', 3000) like repeat('%a', 2000)")


def test_sqlite_takes_seventy_levels_and_gives_up_on_two_thousand(persian: World) -> None:
    assert persian.by_clause(persian.sqlite, [alternating(70)]) == [persian.in_memory(alternating(70))]
    with pytest.raises(OperationalError):
        persian.by_clause(persian.sqlite, [alternating(2000)])


# What SQLite stores


def test_sqlite_rounds_long_amounts_unless_they_are_text() -> None:
    engine = create_engine("sqlite://")
    prepare(engine)
    amounts = Table("amounts", MetaData(), Column("rounded", Float), Column("Price", String))
    filter = UserPayment.Price == Decimal("99999999999999999.98")
    with engine.begin() as connection:
        amounts.create(connection)
        connection.execute(insert(amounts).values(rounded=99999999999999999.99, Price="99999999999999999.99"))
        exact = select(amounts.c.Price).where(where(filter, {"Price": type_coerce(amounts.c.Price, NullType())}))
        rounded = select(amounts.c.Price).where(where(filter, {"Price": amounts.c.rounded}))
        assert list(connection.execute(exact)) == []
        assert len(list(connection.execute(rounded))) == 1
    engine.dispose()


def test_a_number_column_of_sqlite_is_compared_as_the_database_would_a_double() -> None:
    engine = create_engine("sqlite://")
    prepare(engine)
    prices = Table("prices", MetaData(), Column("n", Integer), Column("Price", Numeric(20, 2)))
    with engine.begin() as connection:
        prices.create(connection)
        connection.exec_driver_sql("insert into prices values (0, 0.1), (1, '0.10'), (2, 1), (3, 1.5), (4, null)")
        for filter, places in (
            (UserPayment.Price == Decimal("0.1"), [0, 1]),
            (UserPayment.Price == Decimal("1.00"), [2]),
            (UserPayment.Price >= 1, [2, 3]),
            (UserPayment.Price < Decimal("1.5"), [0, 1, 2]),
        ):
            query = select(prices.c.n).where(where(filter, prices)).order_by(prices.c.n)
            assert list(connection.execute(query).scalars()) == places
    engine.dispose()
