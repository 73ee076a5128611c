"""Nodes: what they are, how they compare, and that no depth is too deep."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest

from deltasib_query.language.renderer import render
from deltasib_query.language.tree import OPPOSITE, And, Comparison, Node, Or, comparisons, fold, join, preorder
from deltasib_query.problems import Span

ONE = Comparison("User_Id", "=", 1)
TWO = Comparison("User_Id", "=", 2)
ALI = Comparison("Name", "like", "علی%")
DEEP = 20_000


def _alternating(depth: int) -> Node:
    tree: Node = ONE
    for level in range(depth):
        tree = (Or if level % 2 else And)([tree, TWO])
    return tree


@pytest.fixture(scope="module")
def deep() -> Node:
    return _alternating(DEEP)


def test_a_comparison_has_its_three_parts_and_places() -> None:
    node = Comparison("User_Id", ">=", 5, Span(0, 12), Span(11, 12))
    assert (node.field, node.operator, node.value) == ("User_Id", ">=", 5)
    assert (node.span, node.value_span) == (Span(0, 12), Span(11, 12))


def test_a_comparison_made_in_code_has_no_place() -> None:
    assert ONE.span is None
    assert ONE.value_span is None


def test_replace_keeps_the_places() -> None:
    node = Comparison("a", "=", 5, Span(3, 8), Span(7, 8)).replace("User_Id", "<>", 6)
    assert node == Comparison("User_Id", "<>", 6)
    assert (node.span, node.value_span) == (Span(3, 8), Span(7, 8))


@pytest.mark.parametrize("node", [ONE, And([ONE, TWO]), Or([ONE, TWO])])
def test_a_node_cannot_be_changed(node: Node) -> None:
    with pytest.raises(AttributeError):
        node.span = Span(0, 1)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del node.span
    with pytest.raises(AttributeError):
        node.colour = "red"  # type: ignore[union-attr]


def test_operands_are_a_tuple_whatever_they_were_made_of() -> None:
    assert And(iter([ONE, TWO])).operands == (ONE, TWO)


def test_equality_ignores_places() -> None:
    assert Comparison("a", "=", 1, Span(0, 5), Span(4, 5)) == Comparison("a", "=", 1)
    assert hash(Comparison("a", "=", 1, Span(0, 5), Span(4, 5))) == hash(Comparison("a", "=", 1))
    assert And([ONE, TWO], Span(0, 9)) == And([ONE, TWO])


@pytest.mark.parametrize(
    "other",
    [
        Comparison("User_ID", "=", 1),
        Comparison("User_Id", "<>", 1),
        Comparison("User_Id", "=", 2),
        Comparison("User_Id", "=", "1"),
        And([ONE, TWO]),
        "User_Id = 1",
        None,
    ],
)
def test_a_comparison_differs_from_any_other(other: object) -> None:
    assert ONE != other


@pytest.mark.parametrize(
    "other",
    [
        Or([ONE, TWO]),
        And([TWO, ONE]),
        And([ONE, TWO, ONE]),
        And([ONE, Or([TWO, ALI])]),
        And([Or([ONE, TWO]), ALI]),
        ONE,
    ],
)
def test_a_group_differs_from_any_other(other: Node) -> None:
    assert And([ONE, TWO]) != other
    assert other != And([ONE, TWO])


def test_grouping_counts_though_the_leaves_are_the_same() -> None:
    assert Or([And([ONE, TWO]), ALI, ALI]) != Or([And([ONE, TWO, ALI]), ALI])


def test_equal_trees_have_equal_hashes() -> None:
    assert len({And([ONE, Or([TWO, ALI])]), And([ONE, Or([TWO, ALI])]), And([ONE, TWO])}) == 2


def test_repr_shows_the_structure() -> None:
    assert repr(And([ONE, Or([Comparison("Price", "<", Decimal("1.50")), ALI])])) == (
        "And([Comparison('User_Id', '=', 1), "
        "Or([Comparison('Price', '<', Decimal('1.50')), Comparison('Name', 'like', 'علی%')])])"
    )


def test_repr_can_be_evaluated() -> None:
    tree = Or([ONE, And([TWO, ALI]), ALI])
    assert eval(repr(tree), {"And": And, "Or": Or, "Comparison": Comparison}) == tree


def test_a_copy_is_the_node_itself() -> None:
    tree = And([ONE, TWO])
    assert copy.copy(tree) is tree
    assert copy.deepcopy(tree) is tree


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_structure_and_places(protocol: int) -> None:
    tree = Or(
        [And([Comparison("a", "=", Decimal("1.50"), Span(1, 9), Span(5, 9)), TWO], Span(1, 20)), ALI], Span(0, 30)
    )
    back = pickle.loads(pickle.dumps(tree, protocol))
    assert back == tree
    assert back.span == Span(0, 30)
    assert [node.span for node in preorder(back)] == [node.span for node in preorder(tree)]
    assert [leaf.value_span for leaf in comparisons(back)] == [Span(5, 9), None, None]


def test_join_makes_one_flat_group() -> None:
    assert join(And, [And([ONE, TWO]), ALI, And([TWO, ONE])]).operands == (ONE, TWO, ALI, TWO, ONE)  # type: ignore[union-attr]


def test_join_leaves_the_other_kind_as_it_is() -> None:
    inner = Or([ONE, TWO])
    assert join(And, [inner, ALI]) == And([inner, ALI])


def test_join_of_one_is_that_one() -> None:
    inner = Or([ONE, TWO])
    assert join(And, [inner]) is inner


def test_preorder_has_parents_first_in_the_order_of_the_text() -> None:
    inner = Or([TWO, ALI])
    tree = And([ONE, inner, ONE])
    assert list(preorder(tree)) == [tree, ONE, inner, TWO, ALI, ONE]


def test_comparisons_come_in_the_order_of_the_text() -> None:
    assert list(comparisons(Or([And([ALI, ONE]), TWO]))) == [ALI, ONE, TWO]


def test_fold_goes_from_the_leaves_up() -> None:
    written = fold(
        Or([ONE, And([TWO, ALI]), ONE]),
        lambda leaf: str(leaf.value),
        lambda group, values: f"{type(group).__name__}<{' '.join(values)}>",
    )
    assert written == "Or<1 And<2 علی%> 1>"


def test_fold_of_a_leaf_is_the_leaf() -> None:
    assert fold(ONE, lambda leaf: leaf.field, lambda group, values: "") == "User_Id"


def test_an_opposite_is_the_opposite_of_its_opposite() -> None:
    assert {operator: OPPOSITE[OPPOSITE[operator]] for operator in OPPOSITE} == {o: o for o in OPPOSITE}
    assert OPPOSITE["<"] == ">="
    assert OPPOSITE[">"] == "<="
    assert "like" not in OPPOSITE


def test_a_deep_tree_compares(deep: Node) -> None:
    assert deep == _alternating(DEEP)
    assert deep != _alternating(DEEP - 1)


def test_a_deep_tree_differs_in_its_innermost_leaf(deep: Node) -> None:
    other: Node = TWO
    for level in range(DEEP):
        other = (Or if level % 2 else And)([other, TWO])
    assert deep != other


def test_a_deep_tree_hashes(deep: Node) -> None:
    assert hash(deep) == hash(_alternating(DEEP))


def test_a_deep_tree_pickles(deep: Node) -> None:
    assert pickle.loads(pickle.dumps(deep)) == deep


def test_a_deep_tree_prints(deep: Node) -> None:
    assert repr(deep).count("And([") == DEEP // 2
    assert repr(deep).endswith(", Comparison('User_Id', '=', 2)])")


def test_a_deep_tree_renders(deep: Node) -> None:
    text = render(deep)
    assert text.startswith("(" * DEEP + "User_Id = 1 and User_Id = 2) or User_Id = 2) and ")
    assert text.count(")") == DEEP


def test_a_deep_tree_folds(deep: Node) -> None:
    assert fold(deep, lambda leaf: 1, lambda group, values: 1 + max(values)) == DEEP + 1


def test_a_deep_tree_is_its_own_copy(deep: Node) -> None:
    assert copy.deepcopy(deep) is deep
