"""Filters as values: immutable, combined with ``&``, ``|`` and ``~``, written as the one canonical text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, Protocol, TypeVar, cast

from pydantic_core import from_json

from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, ParameterError, RecordMismatchError, filter_error
from deltasib_query.language.fingerprints import fingerprint
from deltasib_query.language.renderer import render
from deltasib_query.language.tree import OPPOSITE, And, Comparison, Node, Or, comparisons, fold, join, rewrite
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

if TYPE_CHECKING:
    from deltasib_query.evaluation.kinds import Kind
    from deltasib_query.evaluation.predicate import Predicate
    from deltasib_query.filters.conditions.formats import FormatName

HOW_TO_JOIN, HOW_TO_FIND = Message("hint.join"), Message("hint.find")
STORED_VERSION: Final = 1
"""The form of a filter as JSON. A later one is refused."""


class Filterable(Protocol):
    """What a filter needs of a record class. (`Record` is one, and imports this module.)"""

    field_kinds: ClassVar[Mapping[str, Kind]]
    fields_by_name: ClassVar[Mapping[str, Any]]
    response_fields_by_name: ClassVar[Mapping[str, Any]]
    service_object: ClassVar[str]

    @classmethod
    def held_for(cls, name: str, value: object, /) -> Any: ...  # noqa: D102
    @classmethod
    def accept_tree(cls, tree: Node, /) -> Node: ...  # noqa: D102
    @classmethod
    def read_tree(cls, text: str, /) -> Node: ...  # noqa: D102


R = TypeVar("R", bound=Filterable)
T = TypeVar("T", bound=Filterable)


def filterable(record: type[R]) -> type[R]:
    """Return the class that declares the fields of a record. Raise `FilterUsageError` for what is no record class."""
    declaring = getattr(record, "declared_in", None) if isinstance(record, type) else None
    if declaring is None:
        raise FilterUsageError(Message("usage.no-record", given=shown(record)))
    return cast("type[R]", declaring)


def check_record(filter: Filter[Any], record: type) -> None:
    """Raise `RecordMismatchError` for a filter of another record."""
    if filter.record is not record:
        given = filter.record.__name__
        raise RecordMismatchError(Message("usage.other-record", record=record.__name__, given=given))


class Filter(Generic[R]):
    """A condition on the rows of one object. Made by a field's operators, or by `parse`.

    Filters are immutable, hashable and picklable; ``==`` compares structure. A filter may have folded to a
    constant (`in_([])` is false for every row), which the language cannot write: `constant` says so.

    >>> from deltasib_query import User
    >>> mine = User.Username.startswith("ali") & (User.User_Id >= 100)
    >>> str(mine)
    "Username like 'ali%' and User_Id >= 100"
    >>> str(~(User.User_Id < 5))
    'User_Id >= 5'
    """

    __slots__ = ("_predicate", "_record", "_tree")
    _record: type[R]
    _tree: Node | bool
    _predicate: Predicate | None

    def __init__(self, *_: object) -> None:
        raise FilterUsageError(Message("usage.filter-made"))

    @property
    def record(self) -> type[R]:
        """The record class whose rows the filter selects from."""
        return self._record

    @property
    def tree(self) -> Node:
        """The filter's tree. Raises `ConstantFilterError` for a filter that folded to true or false."""
        if isinstance(self._tree, bool):
            reason = Message("constant.true" if self._tree else "constant.false")
            raise filter_error(Problem(reason, Span(0, 0)))
        return self._tree

    @property
    def constant(self) -> bool | None:
        """True or False for a filter that is that for every row, None for any other.

        >>> from deltasib_query import User
        >>> User.User_Id.in_([]).constant, (User.User_Id == 1).constant
        (False, None)
        """
        return self._tree if isinstance(self._tree, bool) else None

    def matches(self, row: object) -> bool:
        """Return whether the database would select a row: text without regard to case, NULL never.

        row: a record, or a mapping from the documented names to values as the database holds them or responses
            have them. A mapping matches as the record of it: a date may be a `date` or a text, and ``""``, ``"0"``
            and 0 are the zero date; a number may be a text, and ``""`` is NULL; True, 1, ``"1"``, ``"Y"`` and ``"on"``
            are Yes; a number in a field of text is its digits; a float is compared as a double; None is NULL.

        Where an index makes MariaDB find other rows, as for `like` with a prefix before U+0670, this is MariaDB without
        the index.

        Raises `KeyError` where the result depends on a field that the row lacks, `TypeError` for any other kind of row,
        for NaN and NaT, and for a value that `Record.from_row` refuses, such as ``"1e5"`` or True for a number.

        >>> from deltasib_query import User
        >>> (User.Username == "ALI").matches({"Username": "ali"})
        True
        """
        if self._predicate is None:
            if isinstance(self._tree, bool):
                return self._tree
            # Imported here, since programs that only compose filters do without it.
            from deltasib_query.evaluation.predicate import compile_predicate

            self._predicate = compile_predicate(self._tree, self._record)
        return self._predicate(row)

    def to_rules(self, format: FormatName = "react-querybuilder") -> dict[str, Any]:
        """Return the filter as the query of a visual builder, which `from_rules` reads back as the same filter.

        format: the library, ``react-querybuilder`` (version 8) or ``jQuery-QueryBuilder`` (version 3).

        There is one rule for each comparison. A pattern of `like` that does not just search for a text at the start, at
        the end or anywhere has the operator ``like``, which both libraries have to be told of. Raises
        `ConstantFilterError` for a filter that folded to true or false.

        >>> from deltasib_query import User
        >>> User.Username.startswith("ali").to_rules()
        {'combinator': 'and', 'rules': [{'field': 'Username', 'operator': 'beginsWith', 'value': 'ali'}]}
        """
        # Few programs need it.
        from deltasib_query.filters.conditions.formats import write_rules

        return write_rules(self.tree, format)

    def to_json(self) -> str:
        """Return the filter as JSON to be kept: its text, its record and a version.

        >>> from deltasib_query import User
        >>> (User.User_Id > 5).to_json()
        '{"version": 1, "record": "user", "filter": "User_Id > 5"}'
        """
        filter = self._tree if isinstance(self._tree, bool) else str(self)
        stored = {"version": STORED_VERSION, "record": self._record.service_object, "filter": filter}
        return json.dumps(stored, ensure_ascii=False)

    @staticmethod
    def from_json(text: str | bytes, record: type[T]) -> Filter[T]:
        """Return the filter of `record` that `to_json` has written.

        It is read as a typed filter is, so what the record no longer has is an error with a place and a repair: raises
        `FilterError`. Raises `ParameterError` for any other text, also of a later version, `RecordMismatchError` for a
        filter of another record.

        >>> from deltasib_query import User
        >>> Filter.from_json((User.User_Id > 5).to_json(), User) == (User.User_Id > 5)
        True
        """
        record = filterable(record)
        try:
            stored = from_json(text)
        except (TypeError, ValueError):
            stored = None
        match stored:
            case {"version": int(version)} if version != STORED_VERSION:
                rule = Message("parameter.stored-version", known=STORED_VERSION, given=shown(version))
                raise ParameterError("version", rule)
            case {"version": int(), "record": str(name), "filter": str() | bool() as filter} if len(stored) == 3:
                if name != record.service_object:
                    wanted = repr(record.service_object)
                    raise RecordMismatchError(Message("usage.stored-filter", given=repr(name), record=wanted))
                return filter_of(record, filter if isinstance(filter, bool) else record.read_tree(filter))
        raise ParameterError("text", Message("parameter.stored-filter"))

    def fingerprint(self) -> str:
        """Return the text of the filter without its values, for logs and statistics.

        Each literal is ``?``, and the conditions of a group stand once. So filters that differ in their values only, or
        in the length of an `in_`, have the same fingerprint. A filter that folded to a constant is ``true`` or
        ``false``.

        >>> from deltasib_query import User
        >>> (User.Username.startswith("ali") & User.User_Id.in_([1, 2, 3])).fingerprint()
        'Username like ? and User_Id = ?'
        """
        return str(self._tree).lower() if isinstance(self._tree, bool) else fingerprint(self._tree)

    @property
    def fields(self) -> frozenset[Any]:
        """The fields that the filter compares.

        >>> from deltasib_query import User
        >>> User.Username in ((User.Username == "ali") | (User.User_Id == 5)).fields
        True
        """
        leaves = () if isinstance(self._tree, bool) else comparisons(self._tree)
        return frozenset(self._record.fields_by_name[leaf.field] for leaf in leaves)

    def rewrite(self, leaf: Callable[[Comparison], Node]) -> Filter[R]:
        """Return the filter with something else in place of each comparison.

        leaf: gives what stands for a comparison: another one, which `Comparison.replace` makes, or a group. It is held
            against the record's fields as `from_tree` does.

        Raises what `from_tree` raises.

        >>> from deltasib_query import User
        >>> old = (User.Name == "ali") & (User.User_Id > 5)
        >>> str(old.rewrite(lambda c: c.replace("Family", c.operator, c.value) if c.field == "Name" else c))
        "Family = 'ali' and User_Id > 5"
        """
        if isinstance(self._tree, bool):
            return self
        return filter_of(self._record, self._record.accept_tree(rewrite(self._tree, leaf)))

    def simplify(self) -> Filter[R]:
        """Return a filter that selects the same rows, without what changes nothing.

        Operands are dropped, or the whole folds to a constant; what remains is as it was. Texts are compared as every
        collation of MariaDB does that ends in ``_ci``, so that what depends on the server's collation stays. Only a
        record's key is never NULL, so ``x < 5 or x >= 5`` folds for a key alone. The rows are the same, those of the
        negation may be others: write ``(~filter).simplify()``, not ``~filter.simplify()``.

        >>> from deltasib_query import User, parse
        >>> str(parse("User_Id > 5 and User_Id > 3 and (Name = 'x' or User_Id > 5)", User).simplify())
        'User_Id > 5'
        >>> ((User.User_Id >= 9) & (User.User_Id <= 5)).simplify().constant
        False
        """
        if isinstance(self._tree, bool):
            return self
        from deltasib_query.filters.analysis.simplification import simplify

        return filter_of(self._record, simplify(self._tree, self._record)[0])

    def example(self, but_not: Filter[R] | None = None) -> dict[str, Any] | None:
        """Return a row that the filter selects, and `but_not` does not; None if there certainly is none.

        The row is a mapping, as `matches` takes it: the fields that the filters have, None for NULL.

        Raises `UndecidedError` where neither a row nor a proof was found, `RecordMismatchError` for a filter of another
        record. An example is one of `matches`, which follows ``utf8_persian_ci``; None holds in every collation of
        MariaDB that ends in ``_ci``.

        >>> from deltasib_query import User
        >>> User.Username.startswith("ali").example(but_not=User.Username == "ali")
        {'Username': 'ali0'}
        >>> (User.User_Id > 5).example(but_not=User.User_Id >= 6)
        """
        other = filter_of(self._record, False) if but_not is None else but_not
        _check_alike([self, other])
        from deltasib_query.filters.analysis.examples import find_example

        return find_example(self._tree, other._tree, self._record)

    def implies(self, other: Filter[R]) -> bool:
        """Return whether every row that the filter selects is selected by another one as well.

        Raises `UndecidedError` and `RecordMismatchError` as `example` does.

        >>> from deltasib_query import User
        >>> (User.User_Id > 5).implies(User.User_Id >= 6), (User.User_Id >= 5).implies(User.User_Id >= 6)
        (True, False)
        """
        return self.example(but_not=other) is None

    def overlaps(self, other: Filter[R]) -> bool:
        """Return whether there can be a row that both filters select.

        Raises `UndecidedError` and `RecordMismatchError` as `example` does.

        >>> from deltasib_query import User
        >>> (User.User_Id > 5).overlaps(User.User_Id < 7), (User.User_Id > 5).overlaps(User.User_Id < 6)
        (True, False)
        """
        return (self & other).example() is not None

    def __and__(self, other: Filter[R]) -> Filter[R]:
        return join_filters(And, [self, other])

    def __or__(self, other: Filter[R]) -> Filter[R]:
        return join_filters(Or, [self, other])

    def __invert__(self) -> Filter[R]:
        if isinstance(self._tree, bool):
            return filter_of(self._record, not self._tree)
        return filter_of(self._record, fold(self._tree, _opposite, _opposite_group))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Filter):
            return NotImplemented
        return self._record is other._record and self._tree == other._tree

    def __hash__(self) -> int:
        return hash((self._record, self._tree))

    def __str__(self) -> str:
        return render(self.tree)

    def __repr__(self) -> str:
        # Without the values: they are customers' names and telephone numbers, and reprs end up in logs.
        name = self._record.__name__
        if isinstance(self._tree, bool):
            return f"<Filter[{name}] constant {self._tree}>"
        fields = dict.fromkeys(comparison.field for comparison in comparisons(self._tree))
        return f"<Filter[{name}] on {', '.join(fields)}>"

    def __reduce__(self) -> tuple[object, ...]:
        return filter_of, (self._record, self._tree)

    def __bool__(self) -> NoReturn:
        raise FilterUsageError(Message("usage.filter-as-condition", join=HOW_TO_JOIN, find=HOW_TO_FIND))

    if not TYPE_CHECKING:

        def __class_getitem__(cls, record: object) -> GenericAlias:
            # An alias of its own kind, whose argument is the record in a tuple. FastAPI publishes the schema of every
            # model that is an argument of an annotation, and with it all fields of the record; it ignores a tuple.
            # pydantic subscribes once more, with the argument that it finds.
            while isinstance(record, tuple):
                (record,) = record
            return GenericAlias(cls, ((getattr(record, "declared_in", record),),))

        def __rand__(self, other: object) -> NoReturn:
            join_filters(And, [self, other])

        __ror__ = __rand__


def filter_of(record: type[T], tree: Node | bool) -> Filter[T]:
    """Return the filter of a constant, or of a tree whose comparisons the record's fields have accepted."""
    made: Filter[T] = object.__new__(Filter)
    made._record, made._tree, made._predicate = record, tree, None
    return made


def _check_alike(filters: list[Filter[R]]) -> None:
    """Raise for what is no filter, or of another record than the first."""
    for one in filters:
        if not isinstance(one, Filter):
            raise FilterUsageError(Message("usage.no-filter", type=type(one).__name__, hint=HOW_TO_JOIN))
        if one._record is not filters[0]._record:
            first, other = filters[0]._record.__name__, one._record.__name__
            raise RecordMismatchError(Message("usage.two-records", one=first, other=other))


def join_filters(kind: type[And | Or], filters: list[Filter[R]]) -> Filter[R]:
    """Join filters of one record. A constant either decides the whole or is left out."""
    _check_alike(filters)
    first, decisive = filters[0], kind is Or
    deciding: Filter[R] | None = None
    trees: list[Node] = []
    for one in filters:
        tree = one._tree
        if not isinstance(tree, bool):
            trees.append(tree)
        elif tree is decisive:
            deciding = one
    if deciding is not None:
        return deciding
    return filter_of(first._record, join(kind, trees) if trees else not decisive)


def _opposite(comparison: Comparison) -> Node:
    if comparison.operator not in OPPOSITE:
        raise filter_error(Problem(Message("no-opposite"), comparison.span or Span(0, 0)))
    return comparison.replace(comparison.field, OPPOSITE[comparison.operator], comparison.value)


def _opposite_group(group: And | Or, operands: list[Node]) -> Node:
    return (Or if isinstance(group, And) else And)(operands, group.span)
