"""A policy does not tell a hidden field from a name that does not exist."""

from __future__ import annotations

import string
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from deltasib_query import FilterError, Policy, Record, User, UserCreditInfo, check, from_lookups, from_rules, parse
from deltasib_query.filters.fields import IntegerField, TextField
from deltasib_query.language.diagnosis.synonyms import KEYWORDS, NO_VALUES, SQL_WORDS, closest
from strategies import FRAGMENTS, damaged, random_texts


class FewFields(Record, service="user", key="User_Id"):
    """What is left of `User` under `FEW`, as a record that never had more."""

    User_Id = IntegerField[Any](doc="the customer's id")
    Username = TextField[Any](32, doc="name")


class OneField(Record, service="user/creditinfo", key="Username"):
    """What is left of `UserCreditInfo` under `ONE`: its responses are hidden as well."""

    Username = TextField[Any](32, doc="name")


FEW = Policy(
    User,
    scope=(User.Family == "رضایی") & (User.Address != "x"),
    fields=[User.User_Id, User.Username],
    allow_leading_wildcard=True,
)
ONE = Policy(UserCreditInfo, scope="all rows", fields=[UserCreditInfo.Username], allow_leading_wildcard=True)

HIDDEN = (
    "Family", "Name", "Address", "ETrR", "family", "Famly", "Adress", "Nme", "`Family`", "'Family'", "[Name]",
    "user.Name", "not Name", "Family in (1, 2)",
    "Address between 'a' and 'b'", "5 < Family", "Family = Name", "Name is null",
    "Family 'x'", "User Family", "Family-Name", "Name like '%x'", "Family like 5", "Address = '😀'", "Name == 'x'",
    "نام = 'x'", "نام خانوادگی = 'x'", "نشانی", "نام كاربری == 'x'", "مصرف ترافیک رایگان سرویس > 5",
)  # fmt: skip


@st.composite
def texts_on_hidden_fields(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.sampled_from((*HIDDEN, *HIDDEN, *FRAGMENTS)), min_size=1, max_size=10))
    return draw(st.sampled_from([" ", "", " and ", " or "])).join(parts)


TEXTS = texts_on_hidden_fields() | random_texts() | damaged().map(lambda pair: pair[0])


@pytest.mark.parametrize(("policy", "less"), [(FEW, FewFields), (ONE, OneField)], ids=["few", "one"])
@given(text=TEXTS)
@example(text="Famly = 'x' and Name like '%x' and Username = Family and ETrR > 5")
def test_problems_are_those_of_a_record_without_the_hidden_fields(
    policy: Policy[Any], less: type[Record], text: str
) -> None:
    assert policy.check(text) == check(text, less)


@pytest.mark.parametrize(("policy", "less"), [(FEW, FewFields), (ONE, OneField)], ids=["few", "one"])
@given(text=TEXTS, repair=st.booleans())
def test_errors_are_those_of_a_record_without_the_hidden_fields(
    policy: Policy[Any], less: type[Record], text: str, repair: bool
) -> None:
    def outcome(admit: Any) -> object:
        try:
            return admit()
        except FilterError as error:
            return type(error), str(error), error.args

    admitted = outcome(lambda: policy.admit(text, repair=repair))
    parsed = outcome(lambda: parse(text, less, repair=repair))
    if isinstance(parsed, tuple):
        assert admitted == parsed
    else:
        assert admitted == parse(str(parsed), policy.record) & policy.scope


SENTENCES = (
    "{} = 'x'",
    "{} like '%x'",
    "{} = 5 and Username = 'x'",
    "Username = {}",
    "Username = 'x' and ({} > 5 or {} <> 'y')",
    "{} == 'x'",
    "`{}` = 'x'",
    "'{}' = 'x'",
    "not {} = 'x'",
    "{} in ('a', 'b')",
    "5 < {}",
    "user.{} = 5",
    "{} 'x'",
    "{}",
    "Username {} = 'x'",
    "Username like {}%",
)


@given(
    st.sampled_from(SENTENCES),
    st.sampled_from(["Family", "Address"]),  # names that resemble none of the visible ones, no more than the made-up do
    st.text(string.ascii_letters, min_size=7, max_size=7),
)
def test_a_hidden_field_reads_as_a_made_up_name(sentence: str, hidden: str, letters: str) -> None:
    made_up = letters[: len(hidden)]
    taken = {name.lower() for name in User.fields_by_name} | KEYWORDS | SQL_WORDS | NO_VALUES
    assume(made_up.lower() not in taken and closest(made_up, FEW.operators)[0] is None)

    of_hidden = repr([asdict(problem) for problem in FEW.check(sentence.replace("{}", hidden))])
    of_made_up = repr([asdict(problem) for problem in FEW.check(sentence.replace("{}", made_up))])
    assume(made_up not in of_hidden)  # such as a word of the messages
    assert of_hidden.replace(hidden, "<name>") == of_made_up.replace(made_up, "<name>")


@given(TEXTS)
def test_no_problem_names_what_was_not_typed(text: str) -> None:
    typed = text.lower()
    for problem in FEW.check(text):
        said = repr(asdict(problem)).lower()
        assert [name for name in ("family", "address") if name in said and name not in typed] == []


def test_the_scope_is_in_no_error() -> None:
    with pytest.raises(FilterError) as caught:
        FEW.admit("Usernme = 'x' and x")
    assert "رضایی" not in str(caught.value) + repr(caught.value.problems)


# Rules, forms, and names


NAMES = st.sampled_from(["Family", "Address", "family", "Famly", "Name", "ETrR", "Username", "Usernme", "User_Id", "x"])
RULES = st.lists(
    st.fixed_dictionaries({
        "field": NAMES,
        "operator": st.sampled_from(["=", "<", "contains", "in", "between", "null", "like", "foo"]),
        "value": st.sampled_from(["x", 5, "1,2", ["a", None], "%x", "", None, True]),
    }),
    min_size=1,
    max_size=3,
)  # fmt: skip


def problems_of(make: Any) -> object:
    try:
        return str(make().tree)
    except FilterError as error:
        return type(error), str(error), error.args


@given(RULES, st.booleans())
def test_rules_are_refused_as_for_a_record_without_the_hidden_fields(rules: list[Any], negated: bool) -> None:
    query = {"combinator": "or", "rules": rules, "not": negated}
    unscoped = Policy(User, scope="all rows", fields=[User.User_Id, User.Username], allow_leading_wildcard=True)
    assert problems_of(lambda: unscoped.admit(query)) == problems_of(lambda: from_rules(query, FewFields))
    less = Policy(FewFields, scope="all rows", allow_leading_wildcard=True)
    assert unscoped.check(query) == less.check(query)


@given(
    st.dictionaries(
        st.builds("{}{}".format, NAMES, st.sampled_from(["", "__in", "__lt", "__foo"])), st.sampled_from(["x", "5", ""])
    )
)
def test_forms_are_refused_as_for_a_record_without_the_hidden_fields(form: dict[str, str]) -> None:
    unscoped = Policy(User, scope="all rows", fields=[User.User_Id, User.Username], allow_leading_wildcard=True)
    nothing = FewFields.User_Id == 0
    outcome = problems_of(lambda: from_lookups(form, unscoped, none=User.User_Id == 0))
    assert outcome == problems_of(lambda: from_lookups(form, FewFields, none=nothing))


@given(NAMES | st.text(max_size=8))
def test_a_name_is_refused_as_by_a_record_without_the_hidden_fields(name: str) -> None:
    def outcome(find: Any) -> object:
        try:
            return find(name).name
        except FilterError as error:
            return type(error), str(error), error.args

    assert outcome(FEW.field) == outcome(FewFields.field)


@pytest.mark.parametrize("filter", [User.Family == "رضایی", (User.User_Id == 5) & (User.Name == "x")], ids=str)
def test_a_built_filter_is_refused_without_a_word_of_the_scope(filter: Any) -> None:
    with pytest.raises(FilterError) as caught:
        FEW.admit(filter & (User.Address == "x"))
    assert caught.value.code == "unknown-field"
    assert "رضایی" not in f"{caught.value}{caught.value.args}"
