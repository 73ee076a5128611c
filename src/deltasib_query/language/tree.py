"""The tree of a filter: three frozen kinds of node, and the few ways to walk them without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Self, TypeAlias, TypeVar, cast

from deltasib_query.errors import Span

Value: TypeAlias = str | int | Decimal
T = TypeVar("T")

OPPOSITE: Final = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""The operator that holds exactly where the other does not, NULL aside; `like` has none."""


class _Node:
    """What the three kinds of node share.

    Nodes are immutable. Equality and hash look at the structure and leave spans out. Comparing, hashing,
    pickling and printing need no recursion, however deep a tree is.
    """

    __slots__ = ("span",)
    span: Span | None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

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

    __slots__ = ("field", "operator", "value", "value_span")
    __match_args__ = ("field", "operator", "value")
    field: str
    operator: str
    value: Value
    value_span: Span | None

    def __init__(
        self, field: str, operator: str, value: Value, span: Span | None = None, value_span: Span | None = None
    ) -> None:
        put = object.__setattr__
        put(self, "field", field)
        put(self, "operator", operator)
        put(self, "value", value)
        put(self, "span", span)
        put(self, "value_span", value_span)

    def __repr__(self) -> str:
        return f"Comparison({self.field!r}, {self.operator!r}, {self.value!r})"

    def replace(self, field: str, operator: str, value: Value) -> Comparison:
        """Return the same comparison, at the same place, with other content."""
        return Comparison(field, operator, value, self.span, self.value_span)


class Group(_Node):
    """Several conditions joined by one keyword: what `And` and `Or` share.

    A group has at least two operands, and none of its own kind: `join` sees to both.
    """

    __slots__ = ("operands",)
    __match_args__ = ("operands",)
    operands: tuple[Node, ...]

    def __init__(self, operands: Iterable[Node], span: Span | None = None) -> None:
        object.__setattr__(self, "operands", tuple(operands))
        object.__setattr__(self, "span", span)

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
    """Every operand holds.

    >>> And([Comparison("User_Id", ">", 1), Comparison("Name", "=", "علی")]).operands[1].value
    'علی'
    """

    __slots__ = ()


class Or(Group):
    """At least one operand holds."""

    __slots__ = ()


Node: TypeAlias = Comparison | And | Or
"""What a filter's tree is made of."""


def join(kind: type[And | Or], operands: Iterable[Node], span: Span | None = None) -> Node:
    """Join nodes into one flat group; a single node stands for itself.

    >>> one = Comparison("User_Id", "=", 1)
    >>> join(And, [one]) is one
    True
    >>> len(join(And, [And([one, one]), one]).operands)
    3
    """
    flat: list[Node] = []
    for operand in operands:
        if isinstance(operand, kind):
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return flat[0] if len(flat) == 1 else kind(flat, span)


def preorder(tree: Node) -> Iterator[Node]:
    """Every node of the tree, parents first, in the order of the text."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Group):
            todo.extend(reversed(node.operands))


def comparisons(tree: Node) -> Iterator[Comparison]:
    """Every comparison of the tree, in the order of the text.

    >>> [c.field for c in comparisons(And([Comparison("User_Id", "=", 1), Comparison("Name", "=", "x")]))]
    ['User_Id', 'Name']
    """
    return (node for node in preorder(tree) if isinstance(node, Comparison))


def fold(tree: Node, comparison: Callable[[Comparison], T], group: Callable[[And | Or, list[T]], T]) -> T:
    """Make one value of a tree from the leaves up, on an explicit stack.

    `comparison` gives the value of a leaf, `group` that of a group from its operands' values.

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
    """The structure in preorder; with the number of operands it determines the tree."""
    for node in preorder(tree):
        if isinstance(node, Comparison):
            yield node.field, node.operator, node.value
        else:
            yield type(node), len(node.operands)


def _rebuild(parts: Sequence[tuple[Any, ...]]) -> Node:
    """A tree from its nodes in preorder: operands lie behind their group, so it is read backwards."""
    done: list[Node] = []
    for part in reversed(parts):
        if isinstance(part[0], str):
            done.append(Comparison(*part))
        else:
            kind, size, span = part
            operands = [done.pop() for _ in range(size)]
            done.append(kind(operands, span))
    return done[0]
