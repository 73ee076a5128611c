"""Filters as clauses of SQLAlchemy, with bound parameters only (extra ``sqlalchemy``).

MariaDB and MySQL compare as they do for the service. SQLite needs `prepare` first. A clause compares what the database
holds, whatever a `TypeDecorator` makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, MissingColumnError, MissingExtraError
from deltasib_query.evaluation.kinds import Kind, whole_datetime
from deltasib_query.filters.filter import Filter
from deltasib_query.language.tree import And, Comparison, Group, Node, Or, fold

try:
    import sqlalchemy as sa
    from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, event
    from sqlalchemy.sql.expression import ColumnCollection
    from sqlalchemy.types import NullType, TypeEngine
except ModuleNotFoundError as missing:
    if missing.name != "sqlalchemy":
        raise
    raise MissingExtraError("sqlalchemy", "sqlalchemy") from None

from deltasib_query.integrations import sql_elements as sql
from deltasib_query.messages.message import Message, Param

__all__ = ["prepare", "where"]

_COLUMN_TYPES: Final[Mapping[Kind, tuple[type[TypeEngine[Any]], ...]]] = {
    "text": (sa.String,),
    "number": (sa.Integer, sa.Numeric, sa.Float),
    "date": (sa.Date, sa.DateTime, sa.String),
    "datetime": (sa.DateTime, sa.Date, sa.String),
}
"""The types of columns that hold a field. Any other comparison, such as of a number with text, means something else on
each database. Dates as text are for SQLite alone: they are refused when a clause is compiled for MariaDB."""
_WIDTH: Final = 100
"""Operands in a row: SQLite refuses a chain of more than a thousand."""
_SHALLOW: Final = 8
"""Up to so many groups within groups, SQLite's parser takes the operands in any order."""
_EXACT_AS_FLOAT: Final = 2**53
"""SQLite compares whole numbers below it exactly with any column: each of them is a float."""


def where(filter: Filter[Any], columns: FromClause | Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[bool]:
    """Return the clause that selects what a filter selects. It can stand wherever an expression of SQLAlchemy can.

    filter: of any depth and length; a database may refuse very deep ones.
    columns: a table (or any selectable) whose columns have the documented names, or a mapping from those names to
        columns, attributes of mapped classes, or other SQL expressions.

    Raises `MissingColumnError`, which is a `KeyError`, for a field that `columns` lacks; `FilterUsageError` for what
    is no column, and for a column whose type does not hold what the field holds (for dates in a form that one database
    compares wrongly, when the clause is compiled for it); `ConstantFilterError` for a constant filter.

    >>> from sqlalchemy import Column, Integer, MetaData, Table
    >>> from deltasib_query import User
    >>> users = Table("users", MetaData(), Column("User_Id", Integer))
    >>> str(where(User.User_Id > 5, users))
    'users."User_Id" > :User_Id_1'
    """
    if not isinstance(filter, Filter):
        raise FilterUsageError(Message("usage.sql-filter", given=shown(filter)))
    found = columns.c if isinstance(columns, FromClause) else columns
    if not isinstance(found, Mapping | ColumnCollection):
        raise FilterUsageError(Message("usage.sql-table", given=shown(columns)))
    kinds = filter.record.field_kinds
    depths = _depths(filter.tree)
    signs = [""]
    comparisons: list[ColumnElement[bool]] = []
    todo: list[Node | str] = [filter.tree]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            signs[-1] += item
        elif isinstance(item, Comparison):
            kind = kinds[item.field]
            comparisons.append(_comparison(item, _column(found, item.field, kind), kind))
            signs.append("")
        else:
            keyword = " AND " if isinstance(item, And) else " OR "
            todo.append(")")
            deepest_first = sorted(item.operands, key=lambda operand: -depths.get(id(operand), 0))
            for operand in reversed(_in_short_groups(type(item), deepest_first)):
                todo += (operand, keyword)
            todo[-1] = "("
    return sql.Condition(comparisons, signs)


def prepare(engine: sa.Engine) -> None:
    """Give every new connection of a SQLite engine the text, `like` and decimal comparisons of MariaDB.

    >>> from sqlalchemy import create_engine, literal_column, select
    >>> from deltasib_query import User
    >>> engine = create_engine("sqlite://")
    >>> prepare(engine)
    >>> with engine.connect() as connection:
    ...     connection.scalar(select(where(User.Username == "ALI ", {"Username": literal_column("'ali'")})))
    True
    """
    event.listen(engine, "connect", lambda connection, _: sql.add_comparisons(connection))


def _depths(tree: Node) -> dict[int, int]:
    """Return how deep the deep groups go, by their identity.

    SQLite's parser has room for a hundred open things. The deepest operand has to come first, while few are open; the
    others keep the order of the text.
    """
    depths: dict[int, int] = {}

    def depth(group: Group, below: list[int]) -> int:
        deep = 1 + max(below)
        if deep > _SHALLOW:
            depths[id(group)] = deep
        return deep

    fold(tree, lambda _: 0, depth)
    return depths


def _in_short_groups(kind: type[And | Or], operands: Sequence[Node]) -> Sequence[Node]:
    """Return the operands, in groups of groups where they are many."""
    while len(operands) > _WIDTH:
        chunks = (operands[i : i + _WIDTH] for i in range(0, len(operands), _WIDTH))
        operands = [chunk[0] if len(chunk) == 1 else kind(chunk) for chunk in chunks]
    return operands


def _column(columns: Mapping[str, Any] | ColumnCollection[str, Any], name: str, kind: Kind) -> ColumnElement[Any]:
    """Return the column of a field, which has to hold what the field holds."""
    try:
        column = columns[name]
    except KeyError:
        raise MissingColumnError(name) from None
    if not isinstance(column, ColumnElement) and hasattr(column, "__clause_element__"):  # of a mapped class
        column = column.__clause_element__()
    if not isinstance(column, ColumnElement):
        raise FilterUsageError(Message("usage.sql-column", field=name, given=shown(column)))
    held = sql.stored_type(column.type)
    if not isinstance(held, (*_COLUMN_TYPES[kind], NullType)) or (isinstance(held, sa.Enum) and kind != "text"):
        first, *others = (each.__name__ for each in _COLUMN_TYPES[kind])
        types: Param = first
        for other in others:
            types = Message("usage.or", one=types, other=other)
        given = type(column.type).__name__
        raise FilterUsageError(Message("usage.sql-type", field=name, types=types, given=given))
    return column


def _comparison(leaf: Comparison, column: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
    if leaf.operator == "like":
        return sql.Like(column, sql.bound(leaf, str(leaf.value)))
    held = sql.stored_type(column.type)
    left: ColumnElement[Any]
    right: ColumnElement[Any]
    if kind == "number":
        whole = isinstance(leaf.value, int) and abs(leaf.value) < _EXACT_AS_FLOAT
        if not whole or not isinstance(held, sa.Integer | sa.Numeric | sa.Float):
            return sql.NumberComparison(column, leaf)
        left = sa.type_coerce(column, sa.Integer)
        right = sa.bindparam(leaf.field, leaf.value, sa.Integer(), unique=True)
    elif kind == "text":
        left, right = sql.StoredText(column), sql.bound(leaf, str(leaf.value))
    elif kind == "date" and not isinstance(held, sa.DateTime):
        left, right = sql.StoredDate(column), sql.bound(leaf, str(leaf.value))
    else:
        left, right = sql.StoredDateTime(column), sql.bound(leaf, whole_datetime(str(leaf.value)))
    return cast("ColumnElement[bool]", sql.OPERATORS[leaf.operator](left, right))
