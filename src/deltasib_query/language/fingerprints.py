"""A tree to the text of its shape: which fields are compared how, without the values."""

from __future__ import annotations

from deltasib_query.language.renderer import render
from deltasib_query.language.tree import And, Comparison, Node, Or, fold, join


def fingerprint(tree: Node) -> str:
    """Return the canonical text of a tree with ``?`` for each literal, and each condition of a group once.

    So trees that differ in their literals only have the same fingerprint, and lists of values of any length too.

    >>> one, two = Comparison("User_Id", "=", 1), Comparison("User_Id", "=", 2)
    >>> fingerprint(And([Comparison("Name", "like", "ali%"), Or([one, two])]))
    'Name like ? and User_Id = ?'
    """
    # Each shape is one object, so groups compare their operands by identity: hashing a whole tree at each level would
    # take quadratic time for deep ones.
    shapes: dict[tuple[object, ...], Node] = {}

    def comparison(leaf: Comparison) -> Node:
        key = leaf.field, leaf.operator
        return shapes.setdefault(key, Comparison(*key, ""))

    def group(node: And | Or, operands: list[Node]) -> Node:
        kind = type(node)
        flat = [one for operand in operands for one in (operand.operands if isinstance(operand, kind) else (operand,))]
        each = {id(operand): operand for operand in flat}
        return shapes.setdefault((kind, *each), join(kind, [*each.values()]))

    return render(fold(tree, comparison, group), literal=lambda _: "?")
