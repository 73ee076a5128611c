"""Explanations: their clauses, their text, and what they keep to themselves."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deltasib_query import (
    And,
    Comparison,
    FilterError,
    FilterUsageError,
    Or,
    ParameterError,
    Policy,
    Record,
    UnknownFieldError,
    User,
    explain,
    from_tree,
    parse,
)
from deltasib_query.filters.fields import IntegerField, TextField
from deltasib_query.messages.message import LANGUAGES
from strategies import FRAGMENTS, damaged, random_texts

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def test_a_few_conditions_are_one_sentence() -> None:
    filter = User.Username.startswith("ali") & (User.User_Id >= 100)
    assert str(explain(filter)) == "Username starts with “ali” and User id is at least 100"
    assert (
        str(explain(filter, language="fa"))
        == "نام کاربری با «\u2068ali\u2069» شروع شود و شناسه حداقل \u2068۱۰۰\u2069 باشد"
    )


def test_alternatives_are_one_sentence() -> None:
    filter = parse("Name = '' or User_Id < 5", User)
    assert str(explain(filter)) == "Name is empty or User id is less than 5"
    assert str(explain(filter, language="fa")) == "نام خالی باشد یا شناسه کمتر از \u2068۵\u2069 باشد"


def test_more_than_three_conditions_are_a_list() -> None:
    text = str(explain("Name = '' and Family = '' and Address = '' and User_Id = 5", User))
    assert text.splitlines() == [
        "All of these:",
        "- Name is empty",
        "- Family name is empty",
        "- Address is empty",
        "- User id is 5",
    ]


def test_and_within_or_is_a_list_in_a_list() -> None:
    text = "Name = '' or User_Id = 5 and (Family = '' or Address = '')"
    assert str(explain(text, User)).splitlines() == [
        "Any of these:",
        "- Name is empty",
        "- All of these:",
        "  - User id is 5",
        "  - Any of these:",
        "    - Family name is empty",
        "    - Address is empty",
    ]
    assert str(explain(text, User, language="fa")).splitlines()[:5] == [
        "حداقل یکی از این شرط‌ها:",
        "- نام خالی باشد",
        "- همه این شرط‌ها:",
        "  - شناسه برابر با \u2068۵\u2069 باشد",
        "  - حداقل یکی از این شرط‌ها:",
    ]


def test_a_group_that_one_sentence_says_is_no_list() -> None:
    assert (
        str(explain("Name = '' and (User_Id = 1 or User_Id = 2)", User)) == "Name is empty and User id is one of 1, 2"
    )


def test_a_group_of_one_is_what_it_holds() -> None:
    tree = Or([And([Comparison("User_Id", "=", 1)])])
    assert explain(from_tree(tree, User)) == explain(User.User_Id == 1)


def test_clauses_have_the_places_in_the_text() -> None:
    text = "User_Id >= 1 and User_Id <= 5 and (Name = 'a' or Family = 'b')"
    found = [
        (clause.kind, clause.depth, text[slice(*clause.span)]) for clause in explain(text, User).clauses if clause.span
    ]
    assert found == [
        ("all", 0, text),
        ("comparison", 1, "User_Id >= 1 and User_Id <= 5"),
        ("any", 1, "Name = 'a' or Family = 'b'"),
        ("comparison", 2, "Name = 'a'"),
        ("comparison", 2, "Family = 'b'"),
    ]


def test_a_filter_made_in_code_has_no_places() -> None:
    assert explain(User.User_Id == 1).clauses[0].span is None


def test_a_constant_filter_says_so() -> None:
    nothing = User.User_Id.in_([])
    assert [str(explain(filter)) for filter in (nothing, ~nothing)] == ["No row", "Every row"]
    assert [str(explain(filter, language="fa")) for filter in (nothing, ~nothing)] == ["هیچ ردیفی", "همه ردیف‌ها"]


def test_explanations_are_values() -> None:
    filter = User.Name == "علی"
    assert explain(filter) == explain(filter) != explain(filter, language="fa")
    assert pickle.loads(pickle.dumps(explain(filter))) == explain(filter)
    assert hash(explain(filter)) == hash(explain(filter))


def test_a_repr_has_no_values() -> None:
    assert repr(explain((User.Name == "secret") & (User.User_Id == 5))) == "<Explanation in en, 3 clauses>"


@pytest.mark.parametrize("language", ["de", "", None, ["fa"]])
def test_another_language_is_refused(language: Any) -> None:
    with pytest.raises(ParameterError, match="language: one of en, fa is needed, not "):
        explain(User.Name == "x", language=language)


NOTHING_TO_EXPLAIN: list[tuple[Any, ...]] = [
    ("Name = 'x'",),
    (User.Name == "x", User),
    (User.Name,),
    (None, User),
    (b"", User),
]


@pytest.mark.parametrize("arguments", NOTHING_TO_EXPLAIN)
def test_what_is_no_filter_is_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(FilterUsageError, match="write explain"):
        explain(*arguments)


def test_a_text_needs_a_record_that_is_one() -> None:
    whose: Any = "User"
    with pytest.raises(FilterUsageError, match="a record such as User is needed"):
        explain("Name = 'x'", whose)


# Policies

POLICY = Policy(User, scope=User.Family == "scopeword", fields=[User.User_Id, User.Username])


class FewFields(Record, service="user", key="User_Id"):
    """What is left of `User` under `POLICY`, as a record that never had more."""

    User_Id = IntegerField[Any](doc="the customer's id")
    Username = TextField[Any](32, doc="letters, digits and -_.=:@ [wild]")


@BOTH
def test_the_scope_of_a_policy_is_not_explained(language: str) -> None:
    typed = explain("Username = 'ali'", POLICY, language=language)
    assert typed == explain(POLICY.admit("Username = 'ali'"), language=language)
    assert [clause.kind for clause in typed.clauses] == ["comparison"]
    for text in (str(typed), typed.to_html(), typed.to_svg(), repr(typed)):
        assert "scopeword" not in text


def test_a_policy_where_nothing_was_typed_says_nothing_of_its_scope() -> None:
    assert str(explain(POLICY.admit(None))) == "Every row"


def test_a_hidden_field_is_refused_as_the_policy_refuses_it() -> None:
    with pytest.raises(UnknownFieldError) as explained:
        explain("Family = 'x'", POLICY)
    with pytest.raises(UnknownFieldError) as admitted:
        POLICY.admit("Family = 'x'")
    assert str(explained.value) == str(admitted.value)


def outcome(text: str, whose: Policy[Any] | type[Record], language: str) -> object:
    try:
        explained = explain(text, whose, language=language)
    except FilterError as error:
        return [problem.message for problem in error.problems]
    return explained, str(explained), explained.to_html(), explained.to_svg()


NAMES = ("Username", "User_Id", "Family", "Name", "Address", "Famly", "Nme", "Scopeword")
CONDITIONS = ("{} = 'x'", "{} = 5", "{} <> ''", "{} like 'x%'", "{} >= 5", "{}", "{} = {}")


@st.composite
def conditions(draw: st.DrawFn) -> str:
    several = st.sampled_from(CONDITIONS).map(lambda text: text.format(draw(st.sampled_from(NAMES)), "Name"))
    return draw(st.sampled_from((" and ", " or "))).join(draw(st.lists(several, min_size=1, max_size=4)))


FEW_FIELDS = Policy(FewFields, scope="all rows")
TEXTS = conditions() | random_texts() | damaged().map(lambda pair: pair[0]) | st.sampled_from(FRAGMENTS)


@BOTH
@given(text=TEXTS)
@example(text="Family = 'x'")
def test_what_is_explained_is_that_of_a_record_without_the_hidden_fields(language: str, text: str) -> None:
    assert outcome(text, POLICY, language) == outcome(text, FEW_FIELDS, language)


# Depth

DEPTH = 10_000


@BOTH
def test_no_depth_is_too_much(language: str) -> None:
    tree: Any = Comparison("Name", "=", "علی")
    for level in range(DEPTH):
        tree = (Or if level % 2 else And)([Comparison("User_Id", "=", level), tree])
    explained = explain(from_tree(tree, User), language=language)
    assert explained == explain(from_tree(tree, User), language=language)
    assert len(pickle.dumps(explained)) > DEPTH
    assert explained.clauses[-1].depth == DEPTH
    lines = str(explained).splitlines()
    assert len(lines) == 2 * DEPTH + 1
    assert lines[-1].strip().startswith("(10000) - ")
    assert max(map(len, lines)) < 200
    assert explained.to_html().count("<li") == explained.to_svg().count("<text") == 2 * DEPTH + 1
