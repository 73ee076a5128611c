"""Tree to SQLAlchemy: a clause with bound parameters only (extra ``sqlalchemy``).

MariaDB and MySQL compare as they always do. SQLite compares text in another way, so a connection has to be
given the database's comparisons first: `prepare`. What is compared is what the database holds, whatever a
`TypeDecorator` makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from deltasib_query.errors import FilterUsageError, MissingColumnError, MissingExtraError, shown
from deltasib_query.evaluation.collation import like_key, sort_key
from deltasib_query.evaluation.kinds import Kind, like_matcher, same_kind, whole_datetime
from deltasib_query.filters.filter import Filter
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import And, Comparison, Group, Node, Or, fold

try:
    from sqlalchemy import (
        Boolean,
        ColumnElement,
        Date,
        DateTime,
        Dialect,
        Engine,
        Enum,
        Float,
        FromClause,
        Integer,
        Interval,
        Numeric,
        SQLColumnExpression,
        String,
        TypeDecorator,
        bindparam,
        event,
        type_coerce,
    )
    from sqlalchemy.ext.compiler import compiles
    from sqlalchemy.sql import operators
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.elements import Grouping, UnaryExpression
    from sqlalchemy.sql.expression import ColumnCollection
    from sqlalchemy.sql.visitors import InternalTraversal
    from sqlalchemy.types import NullType, TypeEngine
except ModuleNotFoundError as missing:
    if missing.name != "sqlalchemy":
        raise
    raise MissingExtraError("sqlalchemy", "sqlalchemy") from None

_OPERATORS: Final = {
    "=": operators.eq, "<>": operators.ne, "<": operators.lt, ">": operators.gt, "<=": operators.le, ">=": operators.ge,
}  # fmt: skip
_HELD_IN: Final[Mapping[Kind, tuple[type[TypeEngine[Any]], ...]]] = {
    "text": (String,),
    "number": (Integer, Numeric, Float),
    "date": (Date, DateTime, String),
    "datetime": (DateTime, Date, String),
}
"""Which columns hold a field. A number compared with text, a yes as 1, or an enum with a number is something else to
each database; so is a moment as text, which only SQLite may have (`_days_on_mariadb`).
"""
_LOOSER: Final = {None, operators.and_, operators.or_, operators._asbool}
"""What may stand around a comparison without parentheses: `_asbool` is the place of a whole condition."""
_A_MOMENT: Final = datetime(2021, 1, 30, 8, 15, 16)  # noqa: DTZ001 - as databases have them
_WIDTH: Final = 100
"""Operands in a row: SQLite refuses a chain of more than a thousand."""
_SHALLOW: Final = 8
"""Groups within groups, before it matters to SQLite's parser which operand comes first."""
_EXACT_AS_FLOAT: Final = 2**53
"""Integer numbers below it are the same as floats, so that SQLite compares them exactly with any column."""


def where(filter: Filter[Any], columns: FromClause | Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[bool]:
    """Return the clause that selects what a filter selects. It can stand wherever an expression of SQLAlchemy can.

    filter: of any depth and length; what the database takes is another matter.
    columns: a table (or any selectable) whose columns have the documented names, or a mapping from those names to
        columns, attributes of mapped classes, or other SQL expressions.

    Raises `MissingColumnError`, which is a `KeyError`, for a field that `columns` lacks; `FilterUsageError` for what
    is no column, and for a column whose type does not hold what the field holds (dates in a form that one database
    compares wrongly: when the clause is compiled for it); `ConstantFilterError` for a constant filter.

    >>> from sqlalchemy import Column, Integer, MetaData, Table
    >>> from deltasib_query import User
    >>> users = Table("users", MetaData(), Column("User_Id", Integer))
    >>> str(where(User.User_Id > 5, users))
    'users."User_Id" > :User_Id_1'
    """
    if not isinstance(filter, Filter):
        raise FilterUsageError(f"a filter is needed, not {shown(filter)}: `parse` makes one of text")
    found = columns.c if isinstance(columns, FromClause) else columns
    if not isinstance(found, Mapping | ColumnCollection):
        raise FilterUsageError(
            f"a table is needed, or a mapping from field names to columns, not {shown(columns)}: "
            'for a mapped class {"Username": Customer.login}, for a select its .subquery()'
        )
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
            for operand in reversed(_shallow(type(item), deepest_first)):
                todo += (operand, keyword)
            todo[-1] = "("
    return _Condition(comparisons, signs)


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


def _column(columns: Mapping[str, Any] | ColumnCollection[str, Any], name: str, kind: Kind) -> ColumnElement[Any]:
    """The column of a field, which has to hold what the field holds."""
    try:
        column = columns[name]
    except KeyError:
        raise MissingColumnError(name) from None
    if not isinstance(column, ColumnElement) and hasattr(column, "__clause_element__"):  # of a mapped class
        column = column.__clause_element__()
    if not isinstance(column, ColumnElement):
        raise FilterUsageError(f"{name}: a column or another SQL expression is needed, not {shown(column)}")
    held = _plain(column.type)
    if not isinstance(held, (*_HELD_IN[kind], NullType)) or (isinstance(held, Enum) and kind != "text"):
        types = " or ".join(each.__name__ for each in _HELD_IN[kind])
        raise FilterUsageError(
            f"{name}: a column of {types} is needed, not of {type(column.type).__name__}; `cast` and `case` make one"
        )
    return column


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type that a database knows. An interval says of itself that it is a moment, and is not unwrapped."""
    while isinstance(kind, TypeDecorator) and not isinstance(kind, Interval):
        kind = kind.impl_instance
    return kind


def _comparison(leaf: Comparison, column: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
    operator = _OPERATORS.get(leaf.operator)
    if operator is None:
        return _Like(column, _bound(leaf, str(leaf.value)))
    held = _plain(column.type)
    if kind == "number":
        whole = isinstance(leaf.value, int) and abs(leaf.value) < _EXACT_AS_FLOAT
        if not whole or not isinstance(held, Integer | Numeric | Float):
            return _NumberComparison(column, leaf)
        number = bindparam(leaf.field, leaf.value, Integer(), unique=True)
        return cast("ColumnElement[bool]", operator(type_coerce(column, Integer), number))
    value = str(leaf.value)
    if kind == "text":
        return cast("ColumnElement[bool]", operator(_Text(column), _bound(leaf, value)))
    if kind == "date" and not isinstance(held, DateTime):
        return cast("ColumnElement[bool]", operator(_Day(column), _bound(leaf, value)))
    return cast("ColumnElement[bool]", operator(_Moment(column), _bound(leaf, whole_datetime(value))))


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

    def __init__(self, parts: Iterable[ColumnElement[Any]], signs: Iterable[str] = ()) -> None:
        self.parts, self.signs = tuple(parts), tuple(signs)
        # where they are of a mapped class, a query is the mapper's
        self._propagate_attrs = next(
            (p._propagate_attrs for p in self.parts if p._propagate_attrs), self._propagate_attrs
        )

    @property
    def _from_objects(self) -> list[FromClause]:
        return [each for part in self.parts for each in part._from_objects]


class _Condition(_OfParts):
    """Comparisons with the signs around them, in the order of the text; flat, so that nothing recurses into it.

    It is what `where` returns, always. Several comparisons bring their parentheses; a single one gets them from
    `self_group` beside everything but AND and OR, so that no operator around it can bind one of its operands.
    """

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> ColumnElement[Any]:
        return self if len(self.parts) > 1 or against in _LOOSER else Grouping(self)

    def _negate(self) -> ColumnElement[Any]:
        return UnaryExpression(self.self_group(operators.inv), operator=operators.inv, type_=self.type)


class _Like(_OfParts):
    """`like` with the backslash as its escape, as MariaDB has it."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], pattern: ColumnElement[str]) -> None:
        super().__init__((column.self_group(operators.like_op), pattern))


class _NumberComparison(_OfParts):
    """A column compared with a number, exactly. SQLite has no decimals, so it gets the number as text."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], leaf: Comparison) -> None:
        number = bindparam(leaf.field, Decimal(literal(leaf.value)), Numeric(), unique=True)
        compared = column.self_group(_OPERATORS[leaf.operator])
        super().__init__((compared, number, _bound(leaf, literal(leaf.value))), (leaf.operator,))


class _Held(_OfParts):
    """A column as the database holds it, and compares it with text."""

    inherit_cache = True
    type = String()

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__((column.self_group(operators.eq),))


class _Text(_Held):
    """Texts, compared as MariaDB compares them."""

    inherit_cache = True


class _Day(_Held):
    """Days, which SQLite has as text."""

    inherit_cache = True


class _Moment(_Held):
    """Moments; a bare day is its midnight."""

    inherit_cache = True


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


@compiles(_NumberComparison)
def _number_anywhere(element: _NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, number, _ = element.parts
    return f"{compiler.process(column, **kw)} {element.signs[0]} {compiler.process(number, **kw)}"


@compiles(_NumberComparison, "sqlite")
def _number_on_sqlite(element: _NumberComparison, compiler: SQLCompiler, **kw: Any) -> str:
    column, _, text = element.parts
    return f"deltasib_compare({compiler.process(column, **kw)}, {compiler.process(text, **kw)}) {element.signs[0]} 0"


@compiles(_Text)
@compiles(_Day)
@compiles(_Moment)
def _held_anywhere(element: _Held, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.parts[0], **kw)


@compiles(_Day, "mysql", "mariadb")
@compiles(_Moment, "mysql", "mariadb")
def _days_on_mariadb(element: _Held, compiler: SQLCompiler, **kw: Any) -> str:
    """Raise `FilterUsageError` for a column of text: compared as text, a bare day is not its midnight."""
    [column] = element.parts
    if isinstance(_plain(column.type.dialect_impl(compiler.dialect)), String):
        raise FilterUsageError(f"{column}: on MariaDB days need a column of Date or DateTime; `cast` makes one")
    return compiler.process(column, **kw)


@compiles(_Text, "sqlite")
def _text_on_sqlite(element: _Text, compiler: SQLCompiler, **kw: Any) -> str:
    """No bare column: for the ON of a LEFT JOIN SQLite indexes that by itself, with a Bloom filter in front.

    SQLite 3.38 to 3.40 hash a text by its length there, and lose equal texts of other lengths (`ali` and `ALI `). It
    indexes no expression by itself. A cast is one, as a unary plus is, and makes a number text, as `like` has it.
    """
    return f"(CAST({compiler.process(element.parts[0], **kw)} AS TEXT) COLLATE deltasib_text)"


@compiles(_Day, "sqlite")
def _day_on_sqlite(element: _Day, compiler: SQLCompiler, **kw: Any) -> str:
    _check_that_days_are_text(element.parts[0], compiler.dialect)
    return compiler.process(element.parts[0], **kw)


@compiles(_Moment, "sqlite")
def _moment_on_sqlite(element: _Moment, compiler: SQLCompiler, **kw: Any) -> str:
    """To the second: SQLAlchemy stores fractions, which MariaDB's DATETIME and a filter do not have."""
    _check_that_days_are_text(element.parts[0], compiler.dialect)
    return f"substr({compiler.process(element.parts[0], **kw)} || ' 00:00:00', 1, 19)"


def _check_that_days_are_text(column: ColumnElement[Any], dialect: Dialect) -> None:
    """Raise `FilterUsageError` where a type writes days into SQLite in a form of its own."""
    write = _plain(column.type.dialect_impl(dialect)).bind_processor(dialect)
    if write is not None and str(write(_A_MOMENT))[:19] not in {str(_A_MOMENT), str(_A_MOMENT.date())}:
        raise FilterUsageError(f"{column}: on SQLite days are needed as YYYY-MM-DD, moments as YYYY-MM-DD HH:MM:SS")


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
