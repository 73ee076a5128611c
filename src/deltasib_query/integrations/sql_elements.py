"""The SQL of a clause: elements of SQLAlchemy, and how each of them is written for MariaDB and for SQLite.

SQLite does not compare as MariaDB does. On it the elements use a collation and functions of ours, which
`add_comparisons` gives to a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import Grouping, UnaryExpression
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from deltasib_query.errors import FilterUsageError
from deltasib_query.evaluation.collation import like_key, sort_key
from deltasib_query.evaluation.kinds import like_matcher, same_kind
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import Comparison
from deltasib_query.messages.message import Message

OPERATORS: Final = {
    "=": operators.eq, "<>": operators.ne, "<": operators.lt, ">": operators.gt, "<=": operators.le, ">=": operators.ge,
}  # fmt: skip
_WITHOUT_PARENTHESES: Final = {None, operators.and_, operators.or_, operators._asbool}
"""What may stand around a single comparison without parentheses; `_asbool` is the place of a whole condition."""
_A_DATETIME: Final = datetime(2021, 1, 30, 8, 15, 16)  # noqa: DTZ001 - as databases have them


def bound(leaf: Comparison, value: str) -> ColumnElement[str]:
    """Return a bound parameter that is named after the field."""
    return sa.bindparam(leaf.field, value, sa.String, unique=True)


def stored_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that the database knows, of a type that may be decorated.

    An `Interval` is decorated too, and says that it is a moment. It is none, and stays as it is.
    """
    while isinstance(kind, sa.TypeDecorator) and not isinstance(kind, sa.Interval):
        kind = kind.impl_instance
    return kind


class _Compound(ColumnElement[Any]):
    """An element of other elements. SQLAlchemy finds these by `_traverse_internals`, to cache, copy and see tables."""

    inherit_cache = True
    parts: tuple[ColumnElement[Any], ...]
    signs: tuple[str, ...] = ()
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy declares it
        ("parts", InternalTraversal.dp_clauseelement_tuple),
        ("signs", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, parts: Iterable[ColumnElement[Any]], signs: Iterable[str] = ()) -> None:
        self.parts, self.signs = tuple(parts), tuple(signs)
        # A query for columns of a mapped class is the mapper's query.
        self._propagate_attrs = next(
            (p._propagate_attrs for p in self.parts if p._propagate_attrs), self._propagate_attrs
        )

    @property
    def _from_objects(self) -> list[sa.FromClause]:
        return [each for part in self.parts for each in part._from_objects]


class Condition(_Compound):
    """The whole clause: comparisons, and the signs around them in the order of the text.

    It is flat, so that nothing recurses into it. Several comparisons bring their parentheses. A single one gets them
    from `self_group`, beside everything but AND and OR, so that no operator around it binds one of its operands.
    """

    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> ColumnElement[Any]:
        """Return the clause with the parentheses that it needs beside an operator."""
        return self if len(self.parts) > 1 or against in _WITHOUT_PARENTHESES else Grouping(self)

    def _negate(self) -> ColumnElement[Any]:
        return UnaryExpression(self.self_group(operators.inv), operator=operators.inv, type_=self.type)


class Like(_Compound):
    """`like` with the backslash as its escape, as MariaDB has it."""

    inherit_cache = True
    type = sa.Boolean()

    def __init__(self, column: ColumnElement[Any], pattern: ColumnElement[str]) -> None:
        super().__init__((column.self_group(operators.like_op), pattern))


class NumberComparison(_Compound):
    """An exact comparison with a number. SQLite has no decimals, so it gets the number as text."""

    inherit_cache = True
    type = sa.Boolean()

    def __init__(self, column: ColumnElement[Any], leaf: Comparison) -> None:
        number = sa.bindparam(leaf.field, Decimal(literal(leaf.value)), sa.Numeric(), unique=True)
        compared = column.self_group(OPERATORS[leaf.operator])
        super().__init__((compared, number, bound(leaf, literal(leaf.value))), (leaf.operator,))


class _Stored(_Compound):
    """A column as the database holds it, whatever its type makes of that, to be compared with text."""

    inherit_cache = True
    type = sa.String()

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__((column.self_group(operators.eq),))


class StoredText(_Stored):
    """Text, compared as MariaDB compares it."""

    inherit_cache = True


class StoredDate(_Stored):
    """Dates, which SQLite has as text."""

    inherit_cache = True


class StoredDateTime(_Stored):
    """Moments; a bare day is its midnight."""

    inherit_cache = True


@compiles(Condition)
def _condition(element: Condition, compiler: SQLCompiler, **kw: Any) -> str:
    written = [element.signs[0]]
    for comparison, sign in zip(element.parts, element.signs[1:], strict=True):
        written += (compiler.process(comparison, **kw), sign)
    return "".join(written)


@compiles(Like)
def _like_anywhere(element: Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.parts)
    return f"{column} LIKE {pattern}"


@compiles(Like, "sqlite")
def _like_on_sqlite(element: Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.parts)
    return f"deltasib_like({column}, {pattern})"


@compiles(NumberComparison)
def _number_anywhere(element: NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, number, _ = element.parts
    return f"{compiler.process(column, **kw)} {element.signs[0]} {compiler.process(number, **kw)}"


@compiles(NumberComparison, "sqlite")
def _number_on_sqlite(element: NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, _, text = element.parts
    return f"deltasib_compare({compiler.process(column, **kw)}, {compiler.process(text, **kw)}) {element.signs[0]} 0"


@compiles(StoredText)
@compiles(StoredDate)
@compiles(StoredDateTime)
def _stored_anywhere(element: _Stored, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.parts[0], **kw)


@compiles(StoredDate, "mysql", "mariadb")
@compiles(StoredDateTime, "mysql", "mariadb")
def _dates_on_mariadb(element: _Stored, compiler: SQLCompiler, **kw: Any) -> str:
    """Raise `FilterUsageError` for a column of text: compared as text, a bare day is not its midnight."""
    [column] = element.parts
    if isinstance(stored_type(column.type.dialect_impl(compiler.dialect)), sa.String):
        raise FilterUsageError(Message("usage.days-on-mariadb", column=str(column)))
    return compiler.process(column, **kw)


@compiles(StoredText, "sqlite")
def _text_on_sqlite(element: StoredText, compiler: SQLCompiler, **kw: Any) -> str:
    """Write a cast, never the bare column.

    In the ON of a LEFT JOIN SQLite indexes a bare column by itself, with a Bloom filter in front. SQLite 3.38 to 3.40
    hash a text by its length there, and lose equal texts of other lengths (`ali` and `ALI `). They index no expression.
    A cast also makes a number text, as `like` has it.
    """
    return f"(CAST({compiler.process(element.parts[0], **kw)} AS TEXT) COLLATE deltasib_text)"


@compiles(StoredDate, "sqlite")
def _date_on_sqlite(element: StoredDate, compiler: SQLCompiler, **kw: Any) -> str:
    _check_that_dates_are_text(element.parts[0], compiler.dialect)
    return compiler.process(element.parts[0], **kw)


@compiles(StoredDateTime, "sqlite")
def _datetime_on_sqlite(element: StoredDateTime, compiler: SQLCompiler, **kw: Any) -> str:
    """Write a moment to the second: SQLAlchemy stores fractions, which MariaDB's DATETIME and a filter lack."""
    _check_that_dates_are_text(element.parts[0], compiler.dialect)
    return f"substr({compiler.process(element.parts[0], **kw)} || ' 00:00:00', 1, 19)"


def _check_that_dates_are_text(column: ColumnElement[Any], dialect: sa.Dialect) -> None:
    """Raise `FilterUsageError` where a type writes dates into SQLite in a form of its own."""
    write = stored_type(column.type.dialect_impl(dialect)).bind_processor(dialect)
    if write is not None and str(write(_A_DATETIME))[:19] not in {str(_A_DATETIME), str(_A_DATETIME.date())}:
        raise FilterUsageError(Message("usage.days-on-sqlite", column=str(column)))


def add_comparisons(
    connection: Any, text_key: Callable[[str], str] = sort_key, like_text: Callable[[str], str] = str
) -> None:
    """Give a connection of SQLite the comparisons of MariaDB that the elements use.

    text_key: returns what is compared instead of a text.
    like_text: is applied to both sides of a `like`.
    """

    def collate(one: str, other: str) -> int:
        a, b = text_key(one), text_key(other)
        return (a > b) - (a < b)

    def like(value: object, pattern: str) -> bool | None:
        if value is None:
            return None
        return like_matcher(like_text(pattern)).fullmatch(like_key(like_text(str(value)))) is not None

    connection.create_collation("deltasib_text", collate)
    connection.create_function("deltasib_like", 2, like, deterministic=True)
    connection.create_function("deltasib_compare", 2, _compare_numbers, deterministic=True)


def _compare_numbers(value: float | str | None, literal: str) -> int | None:
    if value is None:
        return None
    a, b = same_kind(value if isinstance(value, int | float) else Decimal(value), Decimal(literal))
    return (a > b) - (a < b)
