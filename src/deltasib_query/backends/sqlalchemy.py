"""Tree to SQLAlchemy: a clause with bound parameters only (extra ``sqlalchemy``).

MariaDB and MySQL compare as they always do. SQLite compares text in another way, so a connection has to be
given the database's comparisons first: `prepare`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Self, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Engine,
    FromClause,
    Numeric,
    String,
    and_,
    bindparam,
    event,
    or_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler

from deltasib_query.backends.semantics import Kind, fold, like_matcher, sort_key, whole_datetime
from deltasib_query.filters import Filter
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import And, Comparison, Group
from deltasib_query.language.tree import fold as fold_tree

_OPERATORS: Final = {
    "=": operators.eq, "<>": operators.ne, "<": operators.lt, ">": operators.gt, "<=": operators.le, ">=": operators.ge,
}  # fmt: skip
_WIDTH: Final = 100


def where(filter: Filter[Any], columns: FromClause | Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Return the clause that selects what the filter selects.

    `columns` is a table (or any selectable) whose columns have the documented names, or a mapping from those
    names to columns. Raises `KeyError` for a field that it lacks, `ConstantFilterError` for a constant filter.

    >>> from sqlalchemy import Column, Integer, MetaData, Table
    >>> from deltasib_query import User
    >>> users = Table("users", MetaData(), Column("User_Id", Integer))
    >>> str(where(User.User_Id > 5, users))
    'users."User_Id" > :User_Id_1'
    """
    kinds = filter.record.field_kinds

    def comparison(leaf: Comparison) -> ColumnElement[bool]:
        column = columns.c[leaf.field] if isinstance(columns, FromClause) else columns[leaf.field]
        return _comparison(leaf, column, kinds[leaf.field])

    return fold_tree(filter.tree, comparison, _group)


def prepare(engine: Engine) -> None:
    """Give every new connection of a SQLite engine the text, `like` and decimal comparisons of MariaDB."""

    @event.listens_for(engine, "connect")
    def install(connection: Any, _record: Any) -> None:
        connection.create_collation("deltasib_text", _collate)
        connection.create_function("deltasib_like", 2, _like, deterministic=True)
        connection.create_function("deltasib_compare", 2, _compare_numbers, deterministic=True)


def _comparison(leaf: Comparison, column: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
    operator = _OPERATORS.get(leaf.operator)
    if operator is None:
        return _Like(column, _bound(leaf.field, str(leaf.value)))
    if kind == "number":
        if isinstance(leaf.value, Decimal) or abs(int(leaf.value)) >= 2**63:
            return _DecimalComparison(column, leaf)
        return cast("ColumnElement[bool]", operator(column, bindparam(leaf.field, leaf.value, unique=True)))
    text: ColumnElement[Any] = type_coerce(column, String)
    value = str(leaf.value)
    if kind == "text":
        text = _Folded(text)
    elif kind == "datetime":
        value = whole_datetime(value)
    return cast("ColumnElement[bool]", operator(text, _bound(leaf.field, value)))


def _bound(name: str, value: str) -> ColumnElement[str]:
    return bindparam(name, value, String, unique=True)


def _group(group: Group, clauses: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Join clauses as a shallow tree: SQLite refuses a chain of more than a thousand."""
    combine = and_ if isinstance(group, And) else or_
    while len(clauses) > _WIDTH:
        clauses = [_Parenthesised(combine(*clauses[i : i + _WIDTH])) for i in range(0, len(clauses), _WIDTH)]
    return _Parenthesised(combine(*clauses))


class _Condition(ColumnElement[bool]):
    """A condition of our own, which needs no `= 1` around it where a database has no booleans."""

    type = Boolean()

    def self_group(self, against: Any = None) -> Self:  # noqa: ARG002
        return self


class _Parenthesised(_Condition):
    """A clause in parentheses that SQLAlchemy does not flatten into the one around it."""

    inherit_cache = False

    def __init__(self, clause: ColumnElement[bool]) -> None:
        self.clause = clause


class _Like(_Condition):
    """`like` with the backslash as its escape, as MariaDB has it."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], pattern: ColumnElement[str]) -> None:
        self.column, self.pattern = column, pattern


class _Folded(ColumnElement[str]):
    """A text column, compared as MariaDB compares text."""

    type = String()
    inherit_cache = False

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


class _DecimalComparison(_Condition):
    """A column compared with a decimal, exactly."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], leaf: Comparison) -> None:
        self.column, self.operator = column, leaf.operator
        self.number = bindparam(leaf.field, leaf.value, Numeric(), unique=True)
        self.text = _bound(leaf.field, literal(leaf.value))


@compiles(_Parenthesised)
def _parenthesised(element: _Parenthesised, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clause, **kw)})"


@compiles(_Like)
def _like_anywhere(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} LIKE {compiler.process(element.pattern, **kw)}"


@compiles(_Like, "sqlite")
def _like_on_sqlite(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    return f"deltasib_like({compiler.process(element.column, **kw)}, {compiler.process(element.pattern, **kw)})"


@compiles(_Folded)
def _folded_anywhere(element: _Folded, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.column, **kw)


@compiles(_Folded, "sqlite")
def _folded_on_sqlite(element: _Folded, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.column, **kw)} COLLATE deltasib_text)"


@compiles(_DecimalComparison)
def _decimal_anywhere(element: _DecimalComparison, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} {element.operator} {compiler.process(element.number, **kw)}"


@compiles(_DecimalComparison, "sqlite")
def _decimal_on_sqlite(element: _DecimalComparison, compiler: SQLCompiler, **kw: Any) -> str:
    difference = f"deltasib_compare({compiler.process(element.column, **kw)}, {compiler.process(element.text, **kw)})"
    return f"{difference} {element.operator} 0"


def _collate(one: str, other: str) -> int:
    a, b = sort_key(one), sort_key(other)
    return (a > b) - (a < b)


def _like(value: object, pattern: str) -> bool | None:
    return None if value is None else like_matcher(pattern).fullmatch(fold(str(value))) is not None


def _compare_numbers(value: float | str | None, literal: str) -> int | None:
    if value is None:
        return None
    a, b = Decimal(str(value)), Decimal(literal)
    return (a > b) - (a < b)
