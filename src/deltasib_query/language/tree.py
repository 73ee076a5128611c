"""The tree of a filter: three kinds of immutable node, and functions that walk it without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Self, TypeAlias, TypeVar, cast

from deltasib_query.problems import Span

Value: TypeAlias = str | int | Decimal
T = TypeVar("T")

EQUALITY: Final = ("=", "<>")
ORDER: Final = ("<", ">", "<=", ">=")
OPPOSITE: Final = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""The operator that holds exactly where another does not, except for NULL. `like` has none."""


class _Node:
    """What the three kinds of node share.

    Nodes are immutable. Equality and hash depend on the structure, and not on spans. Comparing, hashing, pickling and
    printing work for trees of any depth, because none of them recurses.
    """

    __slots__ = ("_span",)
    _span: tuple[int, int] | None

    @property
    def span(self) -> Span | None:
        """The node's span in the text that it was read from; None if it was made in code."""
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
    """FIELD OPERATOR LITERAL, the only condition of the language.

    operator: one of ``= <> < > <= >= like``.
    value: a str for a text or a date, an int or a Decimal for a number.
    span, value_span: the spans of the comparison and of its literal in the text that it was read from.

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
        """The field's name: as it is documented, or as it was typed in a text that no record has checked."""
        return self._field

    @property
    def operator(self) -> str:
        """One of ``= <> < > <= >= like``."""
        return self._operator

    @property
    def value(self) -> Value:
        """The value: a str for a text or a date, an int or a Decimal for a number."""
        return self._value

    @property
    def value_span(self) -> Span | None:
        """The span of the literal in the text; None if the comparison was made in code."""
        return None if self._value_span is None else Span(*self._value_span)

    def __repr__(self) -> str:
        return f"Comparison({self.field!r}, {self.operator!r}, {self.value!r})"

    def replace(self, field: str, operator: str, value: Value) -> Comparison:
        """Return a comparison with the same spans and other content."""
        return Comparison(field, operator, value, self._span, self._value_span)


class Group(_Node):
    """Several conditions joined by one keyword: what `And` and `Or` share.

    A group that `join` makes has at least two operands, none of which is a group of the same kind.

    Operands of the same kind are merged when `operands` is first read. `a | b | c | …` makes a group at each step, of
    which the program uses only the last. If each step copied the operands before it, n steps would copy n²/2 of them.
    So a step only keeps a list of its two operands, and the last group collects all n from these lists, once.
    """

    __slots__ = ("_operands",)
    __match_args__ = ("operands",)
    _operands: tuple[Node, ...] | list[Node]
    """A list while groups of the same kind may be among them, a tuple once these are merged."""

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
    """Holds where every one of its `operands` does. `span` covers them in the text that they were read from.

    >>> And([Comparison("User_Id", ">", 1), Comparison("Name", "=", "علی")]).operands[1].value
    'علی'
    """

    __slots__ = ()


class Or(Group):
    """Holds where at least one of its `operands` does. `span` covers them in the text that they were read from.

    >>> Or([Comparison("User_Id", "=", 1), Comparison("User_Id", "=", 2)]).span is None
    True
    """

    __slots__ = ()


Node: TypeAlias = Comparison | And | Or
"""A tree, which is its topmost node."""


def join(kind: type[And | Or], operands: Sequence[Node], span: tuple[int, int] | None = None) -> Node:
    """Return the group of several nodes, or a single node as it is. Groups of the same kind are merged into it.

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
            group._operands = list(operands)  # see `Group`
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
    """Return a value for a tree, computed from the comparisons up.

    comparison: returns the value for a comparison.
    group: returns the value for a group, given those for its operands.

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


def rewrite(tree: Node, comparison: Callable[[Comparison], Node]) -> Node:
    """Return the tree with other nodes in place of its comparisons.

    >>> rewrite(And([Comparison("a", ">", 1), Comparison("b", ">", 1)]), lambda leaf: leaf.replace(leaf.field, "<", 2))
    And([Comparison('a', '<', 2), Comparison('b', '<', 2)])
    """
    return fold(tree, comparison, lambda group, operands: join(type(group), operands, group.span))


def _flatten(tree: Node) -> Iterator[tuple[Any, ...]]:
    """Yield the structure in preorder. The numbers of operands say which node belongs to which group."""
    for node in preorder(tree):
        if isinstance(node, Comparison):
            yield node.field, node.operator, node.value
        else:
            yield type(node), len(node.operands)


def _rebuild(parts: Sequence[tuple[Any, ...]]) -> Node:
    """Return the tree of nodes in preorder. It is made from the last node on, since operands come after their group."""
    done: list[Node] = []
    for part in reversed(parts):
        if isinstance(part[0], str):
            done.append(Comparison(*part))
        else:
            kind, size, span = part
            operands = [done.pop() for _ in range(size)]
            done.append(kind(operands, span))
    return done[0]
