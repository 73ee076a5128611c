"""The same awkward rows in four places: two databases of MariaDB, SQLite, and memory."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pymysql
from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.mysql import VARCHAR
from sqlalchemy.types import NullType

from deltasib_query.evaluation.collation import sort_key
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.integrations.sqlalchemy import prepare, where
from deltasib_query.language.tree import EQUALITY, Comparison
from deltasib_query.service.objects import RECORDS
from mariadb import MariaDB
from strategies import AnyFilter, Row

PLACE: Final = "place"
PLACES: Final = 2
"""Digits behind the point that columns of money have."""
_ROWS: Final = 40
_SELECTS: Final = 400
"""SQLite unites no more than five hundred."""
_SCOPE: Final = 25
"""A server's own condition: of the rows only the first ones are somebody's."""

PLAIN: Final = (
    "", " ", "ali", "ALI", "Ali  ", " ali", "alireza", "a li", "0", "0912", "912", "9", "10", "1e1", "Z", "zz",
)  # fmt: skip
"""Texts that every collation at hand orders alike."""
SIGNS: Final = (
    "a_b", "a%b", "axb", "50%", "50% off", "O'Reilly", "''", "' or 1=1 -- ", '"', 'a"b', "`", "a\\b", "\\", "a\\%b",
    "%", "_", ".*", "[a]", "-", "#", "/*x*/", "x\n", "éa", "Éa", "ÀÉ", "علی", "رضا", "كي", "کی", "پ", "一", "가",
)  # fmt: skip
"""Texts that they find equal alike, and order each in its own way."""
TAILORED: Final = (
    "علی‌", "\u200c", "ع‌لی", "عَلی", "۰۹۱۲", "٠٩١٢", "آ", "a", "ا", "ß", "ss", "æ", "ae", "İ", "i", "ı", "ς", "Σ", "σ",
    "e", "e\u0301", "é", "ﷺ", "ﻻ", "Ⅷ", "VIII", "½", "1⁄2", "²", "\u00a0", "\u3000", "\u2028", "a\t", "a \u2028",
    "\u00ad", "Ａ", "ſ", "K", "Å",
)  # fmt: skip
"""Texts that utf8mb3_persian_ci takes in a way of its own."""
EMOJI: Final = ("😀", "ali😀")
"""Texts that utf8mb3 cannot hold."""

_NUMBERS: Final = ("0", "1", "-1", "2.50", "150000.50", "150000", "-3.25", "0.01", "99999999999999999.99")
_DAYS: Final = ("0000-00-00", "0001-01-01", "1000-01-01", "2021-01-30", "2021-01-31", "2021-02-01", "9999-12-31")
_MOMENTS: Final = (
    "0000-00-00 00:00:00", "1000-01-01 00:00:00", "2021-01-30 00:00:00", "2021-01-30 10:00:00", "2021-01-30 23:59:59",
    "2021-01-31 00:00:00", "9999-12-31 23:59:59",
)  # fmt: skip


ORDERED: Final = ("Username", "NasPortId")
"""Fields that hold plain texts only, so that any collation orders them alike."""


@dataclass(frozen=True)
class Database:
    """One of the two: its collation, what its texts are, and whether a choice is an ENUM there or text."""

    name: str
    collation: str
    texts: Sequence[str]
    enums: bool

    @property
    def charset(self) -> str:
        return self.collation.partition("_")[0]

    def stored(self, field: Any) -> Sequence[Any]:
        """What rows hold for a field."""
        match field:
            case ChoiceField():
                return (*field.choices, "1", "") if self.enums else (*field.choices, "base", "cash ", "1", "")
            case YesNoField():
                return "Yes", "No"
            case IntegerField():
                return [n for n in (0, 1, 2, 3, -5, 2**31 - 1, 2**32 - 1) if field.lowest <= n <= field.highest]
            case DecimalField():
                return [Decimal(number) for number in (_NUMBERS if field.exact else _NUMBERS[:-1])]
            case DateField():
                return _DAYS
            case DateTimeField():
                return _MOMENTS
            case _:
                return PLAIN if self is GENERAL and field.name in ORDERED else self.texts

    def rows(self, record: type[Record]) -> list[Row]:
        """Rows in which each column has each of its values somewhere, NULL too, in an order of its own."""
        chance = random.Random(f"{self.name} {record.__name__}")
        columns = {name: [*self.stored(field), None] for name, field in record.fields_by_name.items()}
        count = max(_ROWS, *map(len, columns.values()))
        for name, values in columns.items():
            columns[name] = [*values, *chance.choices(values, k=count - len(values))]
            chance.shuffle(columns[name])
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def table(self, record: type[Record], metadata: MetaData) -> Table:
        """The table as MariaDB has it, with indexes, since a range of one is compared in another way than a row."""
        columns = (Column(name, self._type(field), index=True) for name, field in record.fields_by_name.items())
        key = Column(PLACE, Integer, primary_key=True, autoincrement=False)
        return Table(record.__name__, metadata, key, *columns, mysql_charset=self.charset, mysql_collate=self.collation)

    def _type(self, field: Any) -> Any:
        match field:
            case ChoiceField() | YesNoField() if self.enums:
                return Enum(*("Yes", "No") if isinstance(field, YesNoField) else (*field.choices, "1"))
            case IntegerField():
                return Integer() if field.lowest < 0 else _unsigned()
            case DecimalField():
                return Numeric(20, PLACES)
            case DateField():
                return Date()
            case DateTimeField():
                return DateTime()
            case _:
                return VARCHAR(100)


PERSIAN: Final = Database("persian", "utf8mb3_persian_ci", (*PLAIN, *SIGNS, *TAILORED), enums=True)
GENERAL: Final = Database("general", "utf8mb4_general_ci", (*PLAIN, *SIGNS, *EMOJI), enums=False)


def depends_on_an_index(comparison: Comparison) -> bool:
    """Whether MariaDB may find other rows by `=` on an index than without.

    A fraction finer than its column (`test_differences`); and a label of spaces, which misses the rows of an ENUM whose
    label is empty, depending on what else a statement compares.
    """
    if comparison.operator not in EQUALITY:
        return False
    if isinstance(comparison.value, Decimal):
        return len(f"{comparison.value:f}".partition(".")[2].rstrip("0")) > PLACES
    return comparison.value != "" and sort_key(str(comparison.value)) == sort_key("")


def _unsigned() -> Any:
    from sqlalchemy.dialects.mysql import INTEGER

    return INTEGER(unsigned=True)


@dataclass
class World:
    """One of MariaDB's databases, and what stands for it in SQLite and in memory."""

    database: Database
    connection: pymysql.Connection
    mariadb: Connection
    sqlite: Connection
    tables: dict[type[Record], Table]
    copies: dict[type[Record], Table]
    rows: dict[type[Record], list[Row]] = field(default_factory=dict)

    def by_text(self, texts: Sequence[str], record: type[Record], *, scoped: bool = False) -> list[list[int]]:
        """The places of the rows that MariaDB finds by each text, behind a scope of the server's or alone."""
        if scoped:
            conditions = [f"({PLACE} < {_SCOPE}) and {text}" for text in texts]
        else:
            conditions = list(texts)
        selects = (
            f"select {n} as filter, {PLACE} from {record.__name__} where {condition}"
            for n, condition in enumerate(conditions)
        )
        with self.connection.cursor() as cursor:
            cursor.execute(" union all ".join(selects))
            return _sorted_out(cursor.fetchall(), len(texts))

    def by_clause(self, connection: Connection, filters: Sequence[AnyFilter]) -> list[list[int]]:
        """The places of the rows that SQLAlchemy's clauses find."""
        record = filters[0].record
        table = (self.tables if connection is self.mariadb else self.copies)[record]
        columns: Any = table.c
        if connection is self.sqlite:  # amounts as text, for their digits
            amounts = {name for name, field in record.fields_by_name.items() if isinstance(field, DecimalField)}
            columns = {c.name: type_coerce(c, NullType()) if c.name in amounts else c for c in table.c}
        selects = [
            select(literal_column(str(n)), table.c[PLACE]).where(where(each, columns)) for n, each in enumerate(filters)
        ]
        found: list[Any] = []
        for start in range(0, len(selects), _SELECTS):
            found += connection.execute(union_all(*selects[start : start + _SELECTS]))
        return _sorted_out(found, len(filters))

    def in_memory(self, filter: AnyFilter) -> list[int]:
        """The places of the rows that `matches` takes."""
        return [place for place, row in enumerate(self.rows[filter.record]) if filter.matches(row)]

    def assert_same_rows(self, filters: Sequence[AnyFilter]) -> None:
        """Every way of finding rows finds the same ones; the filters are of one record."""
        record, texts = filters[0].record, [str(each) for each in filters]
        expected = self.by_text(texts, record)
        scoped = [[place for place in places if place < _SCOPE] for places in expected]
        assert dict(zip(texts, self.by_text(texts, record, scoped=True), strict=True)) == dict(
            zip(texts, scoped, strict=True)
        )
        in_memory = [self.in_memory(each) for each in filters]
        for found in (in_memory, self.by_clause(self.mariadb, filters), self.by_clause(self.sqlite, filters)):
            for text, wanted, places in zip(texts, expected, found, strict=True):
                assert places == wanted, text


def _sorted_out(pairs: Iterable[Sequence[Any]], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for n, place in sorted((int(n), place) for n, place in pairs):
        found[n].append(place)
    return found


@contextmanager
def world(server: MariaDB, database: Database) -> Iterator[World]:
    """Make a database on MariaDB and its copies."""
    with server.connect(charset="utf8mb4").cursor() as cursor:
        cursor.execute(
            f"create or replace database {database.name} charset {database.charset} collate {database.collation}"
        )
    real, copy = MetaData(), MetaData()
    engine = create_engine(server.url(database.name), connect_args={"init_command": "set sql_mode = ''"})
    sqlite = create_engine("sqlite://")
    prepare(sqlite)
    with engine.connect() as mariadb, sqlite.connect() as other:
        here = World(
            database,
            server.connect(database=database.name),
            mariadb,
            other,
            {record: database.table(record, real) for record in RECORDS},
            {record: _copy(record, copy) for record in RECORDS},
        )
        real.create_all(mariadb)
        copy.create_all(other)
        for record in RECORDS:
            here.rows[record] = database.rows(record)
            _fill(here, record)
        mariadb.commit()
        yield here
    engine.dispose()
    sqlite.dispose()


def _copy(record: type[Record], metadata: MetaData) -> Table:
    """The table as SQLite has it: all of it text but the ids, so that decimals keep their digits."""
    columns = (
        Column(name, Integer() if isinstance(field, IntegerField) else String())
        for name, field in record.fields_by_name.items()
    )
    return Table(record.__name__, metadata, Column(PLACE, Integer), *columns)


def _fill(here: World, record: type[Record]) -> None:
    rows = [{PLACE: place, **row} for place, row in enumerate(here.rows[record])]
    with here.connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(
            f"insert ignore into {record.__name__} values ({marks})", [tuple(row.values()) for row in rows]
        )
    held = [{k: str(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in rows]
    here.sqlite.execute(insert(here.copies[record]), held)
