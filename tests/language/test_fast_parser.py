"""The fast reader is right or silent: whatever it reads, Lark reads as the same tree at the same places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deltasib_query import Comparison, Filter, FilterError, Limits, Or, Record, parse
from deltasib_query.language import fast_parser
from deltasib_query.language.fast_parser import NotSimple, Parsed, read  # by name, so that --lark-alone leaves it
from deltasib_query.language.parser import Refused, parse_with_lark
from deltasib_query.language.tree import And, preorder
from deltasib_query.service.objects import RECORDS
from strategies import damaged, filters, random_case, random_texts

BLANKS = st.sampled_from(["", "", " ", "  ", "\t", "\r\n", " \n "])
GAPS = st.sampled_from([" ", "  ", "\t", "\r\n", " \n "])
NAMES = st.sampled_from(["a", "_", "User_Id", "username", "orb", "Android_9", "likes", "nota", "A1"])
NUMBERS = st.sampled_from(["0", "-1", "+12", "007", "1.50", "-0.0", "4294967296", "9" * 70, "1." + "0" * 70])
TEXTS = st.sampled_from(
    ["''", "''''", "'x'", "' and '", "'(('", "'a''b'", "'علی'", "'می\u200cخواهم'", "'2021-01-30'", "'5'"]
)
PATTERNS = st.sampled_from([r"'\%'", r"'a\_b%'", "'%'"])


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    """FIELD OPERATOR LITERAL, with blanks wherever they may be."""
    like = draw(st.booleans())
    operator = random_case("like") if like else draw(st.sampled_from(["=", "<>", "<", ">", "<=", ">="]))
    literal = draw(TEXTS | NUMBERS | PATTERNS if like else TEXTS | NUMBERS)
    behind = draw(BLANKS if literal[0] in "'+-" or not like else GAPS)
    return draw(NAMES) + draw(GAPS if like else BLANKS) + operator + behind + literal


def _grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    enclosed = st.tuples(BLANKS, st.just("("), BLANKS, parts, BLANKS, st.just(")"), BLANKS)
    joined = st.tuples(parts, GAPS, st.sampled_from(["and", "or", "AND", "Or"]), GAPS, parts)
    return (enclosed | joined).map("".join)


def written() -> st.SearchStrategy[str]:
    """A filter as it might be typed: parentheses that nobody needs, blanks where nobody puts them."""
    return st.tuples(BLANKS, st.recursive(comparisons(), _grown, max_leaves=12), BLANKS).map("".join)


def places(parsed: Parsed) -> list[tuple[Any, ...]]:
    """Everything of a tree: kinds, types of values, and the places, which `==` leaves out; and what was noted."""
    nodes: list[tuple[Any, ...]] = [
        (node.field, node.operator, node.value, type(node.value), node.span, node.value_span)
        if isinstance(node, Comparison)
        else (type(node), len(node.operands), node.span)
        for node in preorder(parsed[0])
    ]
    return [*nodes, tuple(parsed[1])]


def agree(text: str) -> bool:
    """Whether the fast reader speaks; what it says is what Lark says."""
    try:
        parsed = read(text)
    except NotSimple:
        return False
    assert places(parsed) == places(parse_with_lark(text))
    return True


@given(written())
@example("((a=1 and b=2)) or c=3")
@example("((a=1)and((b=2 or c=3)))or d=4 and(e=5 and f=6)")
@example("a=1 and (b=2 and (c=3 and d=4) and e=5) or f=6")
@example("(((a=1 or b=2)))")
def test_it_reads_what_people_type_as_lark_does(text: str) -> None:
    assert agree(text)


@given(filters())
def test_it_reads_canonical_texts_as_lark_does(filter: Filter[Any]) -> None:
    assert filter.constant is not None or agree(str(filter))


@given(random_texts() | damaged().map(lambda pair: pair[0]) | st.tuples(written(), random_texts()).map("".join))
def test_of_any_other_text_it_is_right_or_silent(text: str) -> None:
    agree(text)


def outcome(text: str, record: type[Record]) -> object:
    try:
        filter = parse(text, record)
    except FilterError as error:
        return error.problems
    return filter.record, places((filter.tree, []))


def silent(*_: object) -> NoReturn:
    raise NotSimple


texts_of_filters = filters().filter(lambda each: each.constant is None).map(lambda each: (str(each), each.record))


@given(texts_of_filters | damaged() | st.tuples(random_texts() | written(), st.sampled_from(RECORDS)))
def test_parse_gives_the_same_with_and_without_it(given: tuple[str, type[Record]]) -> None:
    text, record = given
    with_it = outcome(text, record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_parser, "read", silent)
        assert outcome(text, record) == with_it


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a", "a=", "a=1 and", "a=1 or", "and a=1", "and=1", "or=1", "like=1", "a=1 orb=2", "a=1or b=2",
        "alike 'x'", "a likeb 'x'",
        "(a=1", "a=1)", "a=1)(b=2", "()", "a=(1)", "a=1;", "a=1.", "a=1.2.3", "a='x''", r"a='\%'", r"a<>'50\%'",
        "a\v=1", "a=1 and or b=2", "a=1 b=2", "a = 1 x", "a li\u212ae 'x'", "a=۱",
    ],
)  # fmt: skip
def test_it_leaves_what_is_wrong_to_lark(text: str) -> None:
    with pytest.raises(NotSimple):
        read(text)
    with pytest.raises(Refused):
        parse_with_lark(text)


def test_it_reads_a_whole_filter() -> None:
    #       0         1         2         3         4
    #       0123456789012345678901234567890123456789012345678
    text = r"(a = 1 and b LIKE '5\%') or c='it''s' and d<=-2.5"
    parsed = read(text)
    assert parsed[0] == Or([
        And([Comparison("a", "=", 1), Comparison("b", "like", r"5\%")]),
        And([Comparison("c", "=", "it's"), Comparison("d", "<=", Decimal("-2.5"))]),
    ])  # fmt: skip
    assert [node.span for node in preorder(parsed[0])] == [
        (0, 49), (1, 23), (1, 6), (11, 23), (28, 49), (28, 37), (42, 49),
    ]  # fmt: skip
    assert parsed[1] == [(28, 49)]


def test_each_and_of_an_or_has_its_own_place() -> None:
    #       0         1         2         3
    #       012345678901234567890123456789012
    text = "a=1 and b=2 or c=3 and d=4 or e=5"
    parsed = read(text)
    assert [node.span for node in preorder(parsed[0])] == [
        (0, 33), (0, 11), (0, 3), (8, 11), (15, 26), (15, 18), (23, 26), (30, 33),
    ]  # fmt: skip
    assert parsed[1] == [(0, 11), (15, 26)]
    assert agree(text)


def test_an_and_around_another_is_noted_first() -> None:
    #       0         1         2         3
    #       01234567890123456789012345678901234
    text = "(a=1 and b=2 or c=3) and d=4 or e=5"
    assert read(text)[1] == [(0, 28), (1, 12)]
    assert agree(text)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("a=1", Limits(text=2)),
        ("a='ی'", Limits(text=5)),
        ("((a=1))", Limits(depth=1)),
        ("a=1 and (b=1 or (c=1))", Limits(depth=1)),
        ("a=1 or b=1", Limits(comparisons=1)),
    ],
)
def test_what_exceeds_the_limits_is_not_its_own_to_refuse(text: str, limits: Limits) -> None:
    assert agree(text)
    with pytest.raises(NotSimple):
        read(text, limits=limits)


def test_what_keeps_to_the_limits_is_read() -> None:
    text = "((a=1) or b=1)"
    assert read(text, limits=Limits(text=len(text), depth=2, comparisons=2))[0] == parse_with_lark(text)[0]


@pytest.mark.parametrize(
    "limits", [Limits(None, None, None), Limits(text=None), Limits(depth=None), Limits(comparisons=None)]
)
def test_where_a_limit_is_lifted_it_reads_on(limits: Limits) -> None:
    text = "((a=1) or b=2) and c='x'"
    assert read(text, limits=limits) == parse_with_lark(text)


def test_it_reads_sixty_four_parentheses_within_one_another_and_no_more() -> None:
    assert agree("(" * 64 + "a=1" + ")" * 64)
    assert not agree("(" * 65 + "a=1" + ")" * 65)


def test_a_limit_that_allows_more_does_not_make_it_read_more() -> None:
    with pytest.raises(NotSimple):
        read("(" * 65 + "a=1" + ")" * 65, limits=Limits(depth=65))


def test_very_deep_texts_are_left_to_lark() -> None:
    assert not agree("(" * 100 + "a=1" + ")" * 100)


@pytest.mark.parametrize("text", ["a='" + "''" * 200_000, "a=" + " " * 200_000 + "x", "(" * 200_000, "'" * 200_001])
def test_a_long_text_with_a_mistake_at_its_end_is_given_up_at_once(text: str) -> None:
    assert not agree(text)
