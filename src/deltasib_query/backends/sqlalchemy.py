"""Tree to SQLAlchemy: a clause with bound parameters only (extra ``sqlalchemy``).

MariaDB and MySQL compare as they always do. SQLite compares text in another way, so a connection has to be
given the database's comparisons first: `prepare`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Self, cast

from deltasib_query.backends.collation import like_key, sort_key
from deltasib_query.backends.semantics import Kind, like_matcher, same_kind, whole_datetime
from deltasib_query.errors import MissingExtraError
from deltasib_query.filters import Filter
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import And, Comparison, Group, Node, Or, fold

try:
    from sqlalchemy import (
        Boolean,
        ColumnElement,
        Engine,
        FromClause,
        Integer,
        Numeric,
        String,
        bindparam,
        event,
        type_coerce,
    )
    from sqlalchemy.ext.compiler import compiles
    from sqlalchemy.sql import operators
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.visitors import InternalTraversal
except ModuleNotFoundError as missing:
    if missing.name != "sqlalchemy":
        raise
    raise MissingExtraError("sqlalchemy", "sqlalchemy") from None

_OPERATORS: Final = {
    "=": operators.eq, "<>": operators.ne, "<": operators.lt, ">": operators.gt, "<=": operators.le, ">=": operators.ge,
}  # fmt: skip
_WIDTH: Final = 100
"""Operands in a row: SQLite refuses a chain of more than a thousand."""
_SHALLOW: Final = 8
"""Groups within groups, before it matters to SQLite's parser which operand comes first."""
_EXACT_AS_FLOAT: Final = 2**53
"""Whole numbers below it are the same as floats, so that SQLite compares them exactly with any column."""


def where(filter: Filter[Any], columns: FromClause | Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Return the clause that selects what a filter selects.

    filter: of any depth and length; what the database takes is another matter.
    columns: a table (or any selectable) whose columns have the documented names, or a mapping from those names to
        columns.

    Raises `KeyError` for a field that `columns` lacks, `ConstantFilterError` for a constant filter.

    >>> from sqlalchemy import Column, Integer, MetaData, Table
    >>> from deltasib_query import User
    >>> users = Table("users", MetaData(), Column("User_Id", Integer))
    >>> str(where(User.User_Id > 5, users))
    'users."User_Id" > :User_Id_1'
    """
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
            column = columns.c[item.field] if isinstance(columns, FromClause) else columns[item.field]
            comparisons.append(_comparison(item, column, kinds[item.field]))
            signs.append("")
        else:
            keyword = " AND " if isinstance(item, And) else " OR "
            todo.append(")")
            deepest_first = sorted(item.operands, key=lambda operand: -depths.get(id(operand), 0))
            for operand in reversed(_shallow(type(item), deepest_first)):
                todo += (operand, keyword)
            todo[-1] = "("
    return comparisons[0] if len(comparisons) == 1 else _Condition(comparisons, signs)


def prepare(engine: Engine) -> None:
    """Give every new connection of a SQLite engine the text, `like` and decimal comparisons of MariaDB.

    >>> from sqlalchemy import create_engine, literal_column, select
    >>> from deltasib_query import User
    >>> engine = create_engine("sqlite://")
    >>> prepare(engine)
    >>> with engine.connect() as connection:
    ...     connection.scalar(select(where(User.Username == "ALI ", {"Username": literal_column("'ali'")})))
    True
    """

    @event.listens_for(engine, "connect")
    def install(connection: Any, _record: Any) -> None:
        connection.create_collation("deltasib_text", _collate)
        connection.create_function("deltasib_like", 2, _like, deterministic=True)
        connection.create_function("deltasib_compare", 2, _compare_numbers, deterministic=True)


def _depths(tree: Node) -> dict[int, int]:
    """How deep the deep groups go, by their identity.

    SQLite's parser has room for a hundred things at a time, so what is open the longest has to come first;
    the others keep the order of the text.
    """
    depths: dict[int, int] = {}

    def depth(group: Group, below: list[int]) -> int:
        deep = 1 + max(below)
        if deep > _SHALLOW:
            depths[id(group)] = deep
        return deep

    fold(tree, lambda _: 0, depth)
    return depths


def _shallow(kind: type[And | Or], operands: Sequence[Node]) -> Sequence[Node]:
    """The operands, in groups of groups where they are many."""
    while len(operands) > _WIDTH:
        chunks = (operands[i : i + _WIDTH] for i in range(0, len(operands), _WIDTH))
        operands = [chunk[0] if len(chunk) == 1 else kind(chunk) for chunk in chunks]
    return operands


def _comparison(leaf: Comparison, column: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
    operator = _OPERATORS.get(leaf.operator)
    if operator is None:
        return _Like(column, _bound(leaf, str(leaf.value)))
    if kind == "number":
        whole = isinstance(leaf.value, int) and abs(leaf.value) < _EXACT_AS_FLOAT
        if not whole or isinstance(column.type, String):
            return _NumberComparison(column, leaf)
        return cast("ColumnElement[bool]", operator(column, bindparam(leaf.field, leaf.value, Integer(), unique=True)))
    text: ColumnElement[Any] = type_coerce(column, String)
    value = str(leaf.value)
    if kind == "text":
        text = _Collated(text)
    elif kind == "datetime":
        value = whole_datetime(value)
    return cast("ColumnElement[bool]", operator(text, _bound(leaf, value)))


def _bound(leaf: Comparison, value: str) -> ColumnElement[str]:
    return bindparam(leaf.field, value, String, unique=True)


class _OfParts(ColumnElement[Any]):
    """An element of others, which SQLAlchemy finds by `_traverse_internals`: to cache, to copy, to see their tables."""

    inherit_cache = True
    parts: tuple[ColumnElement[Any], ...]
    signs: tuple[str, ...] = ()
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy declares it
        ("parts", InternalTraversal.dp_clauseelement_tuple),
        ("signs", InternalTraversal.dp_plain_obj),
    ]

    @property
    def _from_objects(self) -> list[FromClause]:
        return [each for part in self.parts for each in part._from_objects]


class _Test(_OfParts):
    """A comparison of our own, which needs no `= 1` around it where a database has no booleans."""

    type = Boolean()

    def self_group(self, against: Any = None) -> Self:  # noqa: ARG002
        return self


class _Condition(_Test):
    """Comparisons with the signs around them, in the order of the text; flat, so that nothing recurses into it."""

    inherit_cache = True

    def __init__(self, comparisons: Iterable[ColumnElement[bool]], signs: Iterable[str]) -> None:
        self.parts, self.signs = tuple(comparisons), tuple(signs)


class _Like(_Test):
    """`like` with the backslash as its escape, as MariaDB has it."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], pattern: ColumnElement[str]) -> None:
        self.parts = (column, pattern)


class _Collated(_OfParts):
    """A text column, compared as MariaDB compares text."""

    inherit_cache = True
    type = String()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.parts = (column,)


class _NumberComparison(_Test):
    """A column compared with a number, exactly. SQLite has no decimals, so it gets the number as text."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], leaf: Comparison) -> None:
        number = bindparam(leaf.field, Decimal(literal(leaf.value)), Numeric(), unique=True)
        self.parts = (column, number, _bound(leaf, literal(leaf.value)))
        self.signs = (leaf.operator,)


@compiles(_Condition)
def _condition(element: _Condition, compiler: SQLCompiler, **kw: Any) -> str:
    written = [element.signs[0]]
    for comparison, sign in zip(element.parts, element.signs[1:], strict=True):
        written += (compiler.process(comparison, **kw), sign)
    return "".join(written)


@compiles(_Like)
def _like_anywhere(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.parts)
    return f"{column} LIKE {pattern}"


@compiles(_Like, "sqlite")
def _like_on_sqlite(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.parts)
    return f"deltasib_like({column}, {pattern})"


@compiles(_Collated)
def _collated_anywhere(element: _Collated, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.parts[0], **kw)


@compiles(_Collated, "sqlite")
def _collated_on_sqlite(element: _Collated, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.parts[0], **kw)} COLLATE deltasib_text)"


@compiles(_NumberComparison)
def _number_anywhere(element: _NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, number, _ = element.parts
    return f"{compiler.process(column, **kw)} {element.signs[0]} {compiler.process(number, **kw)}"


@compiles(_NumberComparison, "sqlite")
def _number_on_sqlite(element: _NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, _, text = element.parts
    return f"deltasib_compare({compiler.process(column, **kw)}, {compiler.process(text, **kw)}) {element.signs[0]} 0"


def _collate(one: str, other: str) -> int:
    a, b = sort_key(one), sort_key(other)
    return (a > b) - (a < b)


def _like(value: object, pattern: str) -> bool | None:
    return None if value is None else like_matcher(pattern).fullmatch(like_key(str(value))) is not None


def _compare_numbers(value: float | str | None, literal: str) -> int | None:
    if value is None:
        return None
    a, b = same_kind(value if isinstance(value, int | float) else Decimal(value), Decimal(literal))
    return (a > b) - (a < b)
