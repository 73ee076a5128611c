"""The tree of a filter: three frozen kinds of node, and the few ways to walk them without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Self, TypeAlias, TypeVar, cast

from deltasib_query.problems import Span

Value: TypeAlias = str | int | Decimal
T = TypeVar("T")

OPPOSITE: Final = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""The operator that holds exactly where the other does not, NULL aside; `like` has none."""


class _Node:
    """What the three kinds of node share.

    Nodes are immutable: what they hold is read through properties. Equality and hash look at the structure and leave
    spans out. Comparing, hashing, pickling and printing need no recursion, however deep a tree is.
    """

    __slots__ = ("_span",)
    _span: tuple[int, int] | None

    @property
    def span(self) -> Span | None:
        """The node's place in the text that it was read from; None where it was made in code."""
        return None if self._span is None else Span(*self._span)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, _Node):
            return NotImplemented
        mine, theirs = _flatten(cast("Node", self)), _flatten(cast("Node", other))
        return all(a == b for a, b in zip(mine, theirs, strict=False))

    def __hash__(self) -> int:
        return hash(tuple(_flatten(cast("Node", self))))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (
            [
                (node.field, node.operator, node.value, node.span, node.value_span)
                if isinstance(node, Comparison)
                else (type(node), len(node.operands), node.span)
                for node in preorder(cast("Node", self))
            ],
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Comparison(_Node):
    """FIELD OPERATOR LITERAL, the only condition that the language has.

    `operator` is one of ``= <> < > <= >= like``. `value` is a str for what is quoted (dates included), an
    int or a Decimal for a number. `span` is the comparison's place in the text it was read from, and
    `value_span` its literal's.

    >>> Comparison("User_Id", ">=", 100)
    Comparison('User_Id', '>=', 100)
    """

    __slots__ = ("_field", "_operator", "_value", "_value_span")
    __match_args__ = ("field", "operator", "value")

    def __init__(
        self,
        field: str,
        operator: str,
        value: Value,
        span: tuple[int, int] | None = None,
        value_span: tuple[int, int] | None = None,
    ) -> None:
        self._field = field
        self._operator = operator
        self._value = value
        self._span = span
        self._value_span = value_span

    @property
    def field(self) -> str:
        """The field's name: as it is documented, or as it stands in a text that was not held against a record."""
        return self._field

    @property
    def operator(self) -> str:
        """One of ``= <> < > <= >= like``."""
        return self._operator

    @property
    def value(self) -> Value:
        """The literal's value: a str for what is quoted, an int or a Decimal for a number."""
        return self._value

    @property
    def value_span(self) -> Span | None:
        """The literal's place in the text; None where the comparison was made in code."""
        return None if self._value_span is None else Span(*self._value_span)

    def __repr__(self) -> str:
        return f"Comparison({self.field!r}, {self.operator!r}, {self.value!r})"

    def replace(self, field: str, operator: str, value: Value) -> Comparison:
        """Return the same comparison, at the same place, with other content."""
        return Comparison(field, operator, value, self._span, self._value_span)


class Group(_Node):
    """Several conditions joined by one keyword: what `And` and `Or` share.

    A group has at least two operands, and none of its own kind: `join` sees to both.
    """

    __slots__ = ("_operands",)
    __match_args__ = ("operands",)
    _operands: tuple[Node, ...] | list[Node]
    """A list while groups of the group's own kind may be in it, see `join`."""

    def __init__(self, operands: Iterable[Node], span: tuple[int, int] | None = None) -> None:
        self._operands = tuple(operands)
        self._span = span

    @property
    def operands(self) -> tuple[Node, ...]:
        """The conditions, in the order of the text."""
        if isinstance(self._operands, list):
            self._operands = self._flat()
        return self._operands

    def _flat(self) -> tuple[Node, ...]:
        flat: list[Node] = []
        todo: list[Node] = list(reversed(self._operands))
        while todo:
            node = todo.pop()
            if isinstance(node, Group) and type(node) is type(self):
                todo.extend(reversed(node._operands))
            else:
                flat.append(node)
        return tuple(flat)

    def __repr__(self) -> str:
        written: list[str] = []
        todo: list[Node | str] = [cast("Node", self)]
        while todo:
            item = todo.pop()
            if isinstance(item, Group):
                todo.append("])")
                for position, operand in enumerate(reversed(item.operands)):
                    todo.extend((", ", operand) if position else (operand,))
                written.append(f"{type(item).__name__}([")
            else:
                written.append(item if isinstance(item, str) else repr(item))
        return "".join(written)


class And(Group):
    """Every one of the `operands` holds; `span` is their place in the text they were read from.

    >>> And([Comparison("User_Id", ">", 1), Comparison("Name", "=", "علی")]).operands[1].value
    'علی'
    """

    __slots__ = ()


class Or(Group):
    """At least one of the `operands` holds; `span` is their place in the text they were read from.

    >>> Or([Comparison("User_Id", "=", 1), Comparison("User_Id", "=", 2)]).span is None
    True
    """

    __slots__ = ()


Node: TypeAlias = Comparison | And | Or
"""What a filter's tree is made of."""


def join(kind: type[And | Or], operands: Sequence[Node], span: tuple[int, int] | None = None) -> Node:
    """Join nodes into one flat group; a single node stands for itself.

    >>> one = Comparison("User_Id", "=", 1)
    >>> join(And, [one]) is one
    True
    >>> len(join(And, [And([one, one]), one]).operands)
    3
    """
    if len(operands) == 1:
        return operands[0]
    group = kind(operands, span)
    for operand in operands:
        if type(operand) is kind:
            group._operands = list(operands)  # made flat once somebody asks, so that `a | b | c | …` takes linear time
            break
    return group


def preorder(tree: Node) -> Iterator[Node]:
    """Yield every node of the tree, parents first, in the order of the text."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Group):
            todo.extend(reversed(node.operands))


def comparisons(tree: Node) -> Iterator[Comparison]:
    """Return the comparisons of the tree, in the order of the text.

    >>> [c.field for c in comparisons(And([Comparison("User_Id", "=", 1), Comparison("Name", "=", "x")]))]
    ['User_Id', 'Name']
    """
    return (node for node in preorder(tree) if isinstance(node, Comparison))


def fold(tree: Node, comparison: Callable[[Comparison], T], group: Callable[[And | Or, list[T]], T]) -> T:
    """Return one value of a tree, made from the leaves up on an explicit stack.

    comparison: gives the value of a comparison.
    group: gives the value of a group from the values of its operands.

    >>> tree = Or([Comparison("User_Id", "=", 1), Comparison("User_Id", "=", 2)])
    >>> fold(tree, lambda leaf: 1, lambda group, values: sum(values))
    2
    """
    if isinstance(tree, Comparison):
        return comparison(tree)
    frames: list[tuple[And | Or, Iterator[Node], list[T]]] = [(tree, iter(tree.operands), [])]
    while True:
        node, rest, values = frames[-1]
        for operand in rest:
            if isinstance(operand, Comparison):
                values.append(comparison(operand))
                continue
            frames.append((operand, iter(operand.operands), []))
            break
        else:
            frames.pop()
            value = group(node, values)
            if not frames:
                return value
            frames[-1][2].append(value)


def _flatten(tree: Node) -> Iterator[tuple[Any, ...]]:
    """The structure in preorder; the numbers of operands say which node belongs to which group."""
    for node in preorder(tree):
        if isinstance(node, Comparison):
            yield node.field, node.operator, node.value
        else:
            yield type(node), len(node.operands)


def _rebuild(parts: Sequence[tuple[Any, ...]]) -> Node:
    """A tree from its nodes in preorder. Operands come after their group, so the nodes are read backwards."""
    done: list[Node] = []
    for part in reversed(parts):
        if isinstance(part[0], str):
            done.append(Comparison(*part))
        else:
            kind, size, span = part
            operands = [done.pop() for _ in range(size)]
            done.append(kind(operands, span))
    return done[0]
