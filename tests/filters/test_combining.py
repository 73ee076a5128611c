"""Filters put together: `&`, `|`, `~`, all_of and any_of, constants, and trees of any depth."""

from __future__ import annotations

import copy
import pickle

import pytest

from deltasib_query import (
    And,
    Comparison,
    ConstantFilterError,
    Filter,
    FilterUsageError,
    Or,
    RecordMismatchError,
    Service,
    UnsupportedOperatorError,
    User,
    all_of,
    any_of,
    parse,
)

ONE = User.User_Id == 1
TWO = User.User_Id == 2
ALI = User.Name == "علی"
NOTHING = User.User_Id.in_([])
EVERYTHING = User.User_Id.not_in([])

LEAF_ONE = Comparison("User_Id", "=", 1)
LEAF_TWO = Comparison("User_Id", "=", 2)
LEAF_ALI = Comparison("Name", "=", "علی")


# & and |


def test_and_joins_two_comparisons() -> None:
    assert (ONE & ALI).tree == And([LEAF_ONE, LEAF_ALI])


def test_or_joins_two_comparisons() -> None:
    assert (ONE | ALI).tree == Or([LEAF_ONE, LEAF_ALI])


def test_and_keeps_the_order_of_its_sides() -> None:
    assert str(ALI & ONE) == "Name = 'علی' and User_Id = 1"


def test_and_of_ands_is_flat() -> None:
    assert ((ONE & TWO) & (ALI & ONE)).tree == And([LEAF_ONE, LEAF_TWO, LEAF_ALI, LEAF_ONE])


def test_or_of_ors_is_flat() -> None:
    assert ((ONE | TWO) | (ALI | ONE)).tree == Or([LEAF_ONE, LEAF_TWO, LEAF_ALI, LEAF_ONE])


def test_an_or_in_an_and_stays_a_group() -> None:
    assert ((ONE | TWO) & ALI).tree == And([Or([LEAF_ONE, LEAF_TWO]), LEAF_ALI])


def test_an_and_in_an_or_stays_a_group() -> None:
    assert ((ONE & TWO) | ALI).tree == Or([And([LEAF_ONE, LEAF_TWO]), LEAF_ALI])


def test_repeated_conditions_are_kept() -> None:
    assert (ONE & ONE).tree == And([LEAF_ONE, LEAF_ONE])


def test_combining_changes_neither_side() -> None:
    left = ONE & TWO
    left & ALI
    assert left.tree == And([LEAF_ONE, LEAF_TWO])


def test_augmented_and_makes_a_new_filter() -> None:
    mine = before = ONE
    mine &= TWO
    assert before.tree == LEAF_ONE
    assert mine.tree == And([LEAF_ONE, LEAF_TWO])


def test_a_typed_or_cannot_escape_the_filter_it_is_joined_to() -> None:
    typed = parse("User_Id = 2 or Name = 'علی'", User)
    assert str(ONE & typed) == "User_Id = 1 and (User_Id = 2 or Name = 'علی')"


# ~


@pytest.mark.parametrize(
    ("filter", "opposite"),
    [
        (User.User_Id == 5, "User_Id <> 5"),
        (User.User_Id != 5, "User_Id = 5"),
        (User.User_Id < 5, "User_Id >= 5"),
        (User.User_Id >= 5, "User_Id < 5"),
        (User.User_Id > 5, "User_Id <= 5"),
        (User.User_Id <= 5, "User_Id > 5"),
    ],
)
def test_not_turns_an_operator_into_its_opposite(filter: Filter[User], opposite: str) -> None:
    assert str(~filter) == opposite


def test_not_of_an_and_is_the_or_of_the_opposites() -> None:
    assert str(~(ONE & ALI)) == "(User_Id <> 1 or Name <> 'علی')"


def test_not_of_an_or_is_the_and_of_the_opposites() -> None:
    assert str(~(ONE | ALI)) == "User_Id <> 1 and Name <> 'علی'"


def test_not_reaches_into_nested_groups() -> None:
    filter = (ONE & (TWO | (ALI & (User.User_Id > 3)))) | (User.Family != "x")
    expected = "(User_Id <> 1 or User_Id <> 2 and (Name <> 'علی' or User_Id <= 3)) and Family = 'x'"
    assert ~filter == parse(expected, User)


def test_not_of_in_is_not_in() -> None:
    assert ~User.User_Id.in_([1, 2]) == User.User_Id.not_in([1, 2])


def test_not_of_between_is_what_lies_outside() -> None:
    assert str(~User.User_Id.between(3, 5)) == "(User_Id < 3 or User_Id > 5)"


def test_like_has_no_opposite() -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        ~User.Name.like("a%")
    assert caught.value.code == "no-opposite"


def test_a_like_deep_inside_has_no_opposite_either() -> None:
    with pytest.raises(UnsupportedOperatorError):
        ~(ONE & (TWO | User.Name.contains("a")))


# Constants


def test_in_of_no_values_is_false() -> None:
    assert NOTHING.constant is False


def test_not_in_of_no_values_is_true() -> None:
    assert EVERYTHING.constant is True


def test_another_filter_has_no_constant() -> None:
    assert ONE.constant is None


def test_false_decides_an_and() -> None:
    assert (ONE & NOTHING).constant is False
    assert (NOTHING & ONE).constant is False


def test_true_falls_out_of_an_and() -> None:
    assert ONE & EVERYTHING == ONE
    assert EVERYTHING & ONE == ONE


def test_true_decides_an_or() -> None:
    assert (ONE | EVERYTHING).constant is True
    assert (EVERYTHING | ONE).constant is True


def test_false_falls_out_of_an_or() -> None:
    assert ONE | NOTHING == ONE
    assert NOTHING | ONE == ONE


@pytest.mark.parametrize(
    ("filter", "constant"),
    [
        (NOTHING & NOTHING, False),
        (NOTHING & EVERYTHING, False),
        (EVERYTHING & EVERYTHING, True),
        (NOTHING | NOTHING, False),
        (NOTHING | EVERYTHING, True),
        (EVERYTHING | EVERYTHING, True),
        (~NOTHING, True),
        (~EVERYTHING, False),
        (all_of(EVERYTHING, EVERYTHING), True),
        (any_of(NOTHING, NOTHING), False),
        (all_of(ONE, NOTHING, TWO), False),
        (any_of(ONE, EVERYTHING, TWO), True),
    ],
)
def test_constants_fold(filter: Filter[User], constant: bool) -> None:
    assert filter.constant is constant


def test_all_of_leaves_true_out() -> None:
    assert all_of(ONE, EVERYTHING, TWO) == ONE & TWO


def test_any_of_leaves_false_out() -> None:
    assert any_of(ONE, NOTHING, TWO) == ONE | TWO


def test_a_constant_has_no_text() -> None:
    with pytest.raises(ConstantFilterError, match="false for every row"):
        str(NOTHING)


def test_a_constant_has_no_tree() -> None:
    with pytest.raises(ConstantFilterError, match="true for every row"):
        EVERYTHING.tree


def test_a_constant_answers_every_row_the_same() -> None:
    assert EVERYTHING.matches({})
    assert not NOTHING.matches({})


def test_constants_of_one_record_are_told_apart() -> None:
    assert NOTHING != EVERYTHING
    assert NOTHING == User.Name.in_([])


def test_constants_of_two_records_are_told_apart() -> None:
    assert NOTHING != Service.Service_Id.in_([])


# all_of and any_of


def test_all_of_takes_filters() -> None:
    assert all_of(ONE, TWO, ALI).tree == And([LEAF_ONE, LEAF_TWO, LEAF_ALI])


def test_any_of_takes_filters() -> None:
    assert any_of(ONE, TWO, ALI).tree == Or([LEAF_ONE, LEAF_TWO, LEAF_ALI])


def test_any_of_takes_a_list() -> None:
    assert any_of([ONE, TWO]) == ONE | TWO


def test_all_of_takes_a_generator() -> None:
    assert str(all_of(User.User_Id > n for n in (1, 2))) == "User_Id > 1 and User_Id > 2"


def test_all_of_takes_filters_and_iterables_together() -> None:
    assert all_of(ONE, [TWO], iter([ALI])) == ONE & TWO & ALI


def test_all_of_one_filter_is_that_filter() -> None:
    assert all_of(ONE) == ONE


def test_any_of_one_filter_is_that_filter() -> None:
    assert any_of([ONE]) == ONE


def test_all_of_flattens_ands_and_keeps_ors() -> None:
    assert all_of(ONE & TWO, ONE | TWO).tree == And([LEAF_ONE, LEAF_TWO, Or([LEAF_ONE, LEAF_TWO])])


def test_all_of_nothing_raises() -> None:
    with pytest.raises(FilterUsageError, match="all_of"):
        all_of()


def test_any_of_nothing_raises() -> None:
    with pytest.raises(FilterUsageError, match="any_of"):
        any_of()


def test_all_of_an_empty_list_raises() -> None:
    with pytest.raises(FilterUsageError, match="all_of"):
        all_of([])


def test_any_of_empty_iterables_raises() -> None:
    with pytest.raises(FilterUsageError, match="any_of"):
        any_of([], iter(()))


@pytest.mark.parametrize("wrong", [None, 1, "User_Id = 1", b"x", True, [None], ["x"], [[ONE]], User.Name, [User.Name]])
def test_all_of_refuses_what_is_no_filter(wrong: object) -> None:
    with pytest.raises(FilterUsageError):
        all_of(ONE, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["User_Id = 1", [None], [True], [[ONE]], User.Name, [User.Name]])
def test_any_of_says_what_to_write_where_it_gets_no_filter(wrong: object) -> None:
    with pytest.raises(FilterUsageError):
        any_of(wrong)  # type: ignore[arg-type]


def test_all_of_refuses_filters_of_two_records() -> None:
    with pytest.raises(RecordMismatchError):
        all_of(ONE, Service.Service_Id == 1)  # type: ignore[misc]


def test_a_constant_of_another_record_is_refused_too() -> None:
    with pytest.raises(RecordMismatchError):
        any_of(ONE, Service.Service_Id.in_([]))  # type: ignore[misc]


def test_and_refuses_a_filter_of_another_record() -> None:
    with pytest.raises(RecordMismatchError, match="User and Service"):
        ONE & (Service.Service_Id == 1)  # type: ignore[operator]


def test_or_refuses_a_filter_of_another_record() -> None:
    with pytest.raises(RecordMismatchError, match="User and Service"):
        ONE | (Service.Service_Id == 1)  # type: ignore[operator]


# Breadth and depth


def test_any_of_a_hundred_thousand_filters_is_one_flat_or() -> None:
    tree = any_of(User.User_Id == n for n in range(100_000)).tree
    assert isinstance(tree, Or)
    assert len(tree.operands) == 100_000
    assert tree.operands[-1] == Comparison("User_Id", "=", 99_999)


def test_all_of_a_hundred_thousand_filters_can_be_written() -> None:
    text = str(all_of([User.User_Id != n for n in range(100_000)]))
    assert text.startswith("User_Id <> 0 and User_Id <> 1 and ")
    assert text.endswith(" and User_Id <> 99999")
    assert text.count(" and ") == 99_999


DEPTH = 50_000


def alternating() -> Filter[User]:
    """((1 and 0) or 1) and … — 50,000 levels, `and` and `or` in turn, the last an `or`."""
    filter = User.User_Id == 1
    for level in range(DEPTH):
        filter = filter | (User.User_Id == 2) if level % 2 else filter & (User.User_Id == 3)
    return filter


@pytest.fixture(scope="module")
def deep() -> Filter[User]:
    return alternating()


def test_a_deep_filter_can_be_written(deep: Filter[User]) -> None:
    text = str(deep)
    assert text.startswith("(" * DEPTH + "User_Id = 1 and User_Id = 3) or User_Id = 2)")
    assert text.endswith(" and User_Id = 3) or User_Id = 2)")


def test_a_deep_filter_equals_one_made_likewise(deep: Filter[User]) -> None:
    assert deep == alternating()


def test_a_deep_filter_differs_from_one_a_level_deeper(deep: Filter[User]) -> None:
    assert deep != deep & (User.User_Id == 3)


def test_deep_filters_that_are_equal_have_one_hash(deep: Filter[User]) -> None:
    assert hash(deep) == hash(alternating())


def test_a_deep_filter_can_be_pickled(deep: Filter[User]) -> None:
    assert pickle.loads(pickle.dumps(deep)) == deep


def test_a_deep_filter_can_be_copied(deep: Filter[User]) -> None:
    assert copy.deepcopy(deep) == deep


def test_a_deep_filter_has_a_short_repr(deep: Filter[User]) -> None:
    assert repr(deep) == "<Filter[User] on User_Id>"


def test_a_deep_filter_can_be_negated(deep: Filter[User]) -> None:
    assert str(~deep).endswith("or User_Id <> 3) and User_Id <> 2")
    assert ~~deep == deep


def test_a_deep_filter_can_be_evaluated(deep: Filter[User]) -> None:
    assert deep.matches({"User_Id": 2})
    assert not deep.matches({"User_Id": 1})
    assert not deep.matches({"User_Id": 3})


@pytest.mark.heavy
def test_a_deep_filter_parses_back(deep: Filter[User]) -> None:
    assert parse(str(deep), User, limits=None) == deep
