"""JSON that means harm: refused with a place, in time and without recursion; no rule is dropped."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import FilterError, FilterTooComplexError, Limits, Policy, User, from_rules
from deltasib_query.language.tree import comparisons

SECONDS = 5
"""Only a hang, or time that is not linear, takes longer."""
RULE = {"field": "User_Id", "operator": "=", "value": 5}


def error_of(rules: Any, within: Any = User) -> FilterError:
    started = time.monotonic()
    with pytest.raises(FilterError) as caught:
        from_rules(rules, within)
    assert time.monotonic() - started < SECONDS
    assert len(caught.value.problem.path) <= 200
    return caught.value


def nested(depth: int, inside: object = RULE) -> dict[str, Any]:
    rules: Any = inside
    for _ in range(depth):
        rules = {"combinator": "and", "rules": [rules]}
    return {"combinator": "and", "rules": [rules]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 65_000,
        '{"rules":[' * 6_500,
        '{"combinator":"and","rules":[' * 150 + "]}" * 150,
        '{"combinator":"and","rules":[],"data":' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"combinator":"and","rules":[{"field":"User_Id","operator":"=","value":' + '{"a":' * 5_000 + "1" + "}" * 5_000,
        '"' * 65_000,
        '{"a' * 20_000,
        "9" * 60_000,
        "{", "nul", "NaN", "[1,]", '{"a":1}x', "\x00", "\ufeff{}", "'x'", '{"rules": NaN}', '{"rules": Infinity}',
        b"\xff\xfe", b"\x80", '{"rules": "\\ud800"}', '{"a": 1e99999999999999999999}',
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_a_text_that_is_no_json_or_too_deep_is_refused_before_it_is_read(text: Any) -> None:
    assert error_of(text).code == "not-json"


def test_a_text_is_measured_first() -> None:
    error = error_of('{"combinator":"and","rules":[' + " " * 200_000)
    assert (type(error), error.code) == (FilterTooComplexError, "text-too-long")
    assert error_of(" " * 1601, Policy(User, scope="all rows", limits=Limits(text=100))).code == "text-too-long"


def test_a_deep_text_is_refused_close_to_the_limit_of_recursion() -> None:
    def deeper(left: int) -> str:
        return deeper(left - 1) if left else error_of("[" * 65_000).code

    assert deeper(sys.getrecursionlimit() - 300) == "not-json"


def test_groups_are_as_deep_as_the_limits_allow() -> None:
    assert str(from_rules(nested(32), User)) == "User_Id = 5"
    error = error_of(nested(33))
    assert (error.code, error.problem.path) == ("too-deep", ("/rules/0" * 33)[:199] + "…")
    assert error_of(nested(100_000)).code == "too-deep"


def test_without_limits_no_depth_is_too_deep() -> None:
    unlimited = Policy(User, scope="all rows", limits=Limits(None, None, None))
    negated = nested(20_000)
    group = negated
    while "rules" in group:
        group["not"] = True
        group = group["rules"][0]
    assert str(from_rules(negated, unlimited)) == "User_Id <> 5"


@pytest.mark.parametrize("limits", [Limits(), Limits(None, None, None)], ids=["limits", "none"])
def test_a_group_that_contains_itself_is_refused(limits: Limits) -> None:
    rules: dict[str, Any] = {"combinator": "and", "rules": [RULE]}
    rules["rules"].append({"combinator": "or", "rules": [rules]})
    error = error_of(rules, Policy(User, scope="all rows", limits=limits))
    assert (error.code, error.problem.path) == ("too-deep", "/rules/1/rules/0")


@pytest.mark.parametrize("leaf", [RULE, {**RULE, "muted": True}, {"combinator": "and", "rules": []}], ids=str)
def test_objects_that_are_shared_many_times_are_counted_each_time(leaf: dict[str, Any]) -> None:
    rules = leaf
    for _ in range(31):
        rules = {"combinator": "or", "rules": [rules, rules]}
    assert error_of(rules).code in {"too-many-comparisons", "empty-group"}


@pytest.mark.parametrize(("count", "fits"), [(500, True), (501, False), (10_000, False), (1_000_000, False)])
def test_values_are_counted_before_they_are_spread_out(count: int, fits: bool) -> None:
    rules = {"combinator": "and", "rules": [{"field": "User_Id", "operator": "in", "value": [*range(1, count + 1)]}]}
    if fits:
        assert len(list(comparisons(from_rules(rules, User).tree))) == count
    else:
        error = error_of(rules)
        assert (error.code, error.problem.path) == ("too-many-comparisons", "/rules/0/value")


def test_rules_are_counted() -> None:
    error = error_of({"combinator": "or", "rules": [RULE] * 501})
    assert (error.code, error.problem.path) == ("too-many-comparisons", "/rules/500/value")
    assert len(error.problems) == 1


def test_the_texts_have_together_what_a_filter_may_have() -> None:
    def rules(size: int) -> dict[str, Any]:
        each = {"field": "Address", "operator": "=", "value": "x" * size}
        return {"combinator": "or", "rules": [each, {**each, "operator": "contains"}]}

    assert from_rules(rules(4096), User).constant is None
    error = error_of(rules(4097))
    assert (error.code, error.problem.path) == ("text-too-long", "/rules/1/value")
    assert (
        error_of({"combinator": "or", "rules": [{**RULE, "field": "Name", "value": "ی" * 5000}]}).code
        == "text-too-long"
    )


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"combinator":"and","combinator":"or","rules":[{"field":"Name","operator":"=","value":"x"}]}', "/combinator"),
        ('{"combinator":"and","rules":[{"field":"User_Id","operator":"=","value":5,"value":5}]}', "/rules/0/value"),
        ('{"combinator":"and","rules":[{"field":"User_Id","fi\\u0065ld":"Name","operator":"=","value":5}]}',
         "/rules/0/field"),
    ],
)  # fmt: skip
def test_a_key_that_is_there_twice_is_an_error(text: str, path: str) -> None:
    error = error_of(text)
    assert (error.code, error.problem.path) == ("duplicate-key", path)


def test_many_keys_of_which_the_last_is_there_twice_are_read_in_time() -> None:
    keys = ",".join(f'"{n}":0' for n in range(12_000))
    assert {problem.code for problem in error_of(f'{{"rules":[],{keys},"x":1,"x":2}}').problems} >= {"unknown-key"}


def test_an_object_with_many_unknown_keys_is_not_read_to_its_end() -> None:
    error = error_of({"combinator": "and", "rules": [{**RULE, **{f"fie{n}": n for n in range(100_000)}}]})
    assert len(error.problems) == 100
    assert (error.code, error.problems[-1].code) == ("unknown-key", "more-problems")


def test_a_path_is_a_pointer_also_to_a_hostile_key() -> None:
    error = error_of({"combinator": "and", "rules": [{**RULE, "a/b~c": 1}]})
    assert error.problem.path == "/rules/0/a~1b~0c"
    error = error_of({"combinator": "and", "rules": [{**RULE, "x" * 5000: 1}]})
    assert error.problem.path == "/rules/0/" + "x" * 190 + "…"
    assert error_of({"combinator": "and", "rules": [RULE], 5: 1}).problem.path == "/5"


@pytest.mark.parametrize("key", ["\ud800", "a\nb", "\x1b[1m", "\u202e"])
def test_a_path_and_a_message_can_be_printed(key: str) -> None:
    error = error_of({"combinator": "and", "rules": [{**RULE, key: 1}]})
    assert error.code == "unknown-key"
    assert f"{error.problem.path}{error.problem.message}".isprintable()
    assert str(error).encode()


def test_a_key_is_of_any_type() -> None:
    for key in (10**5000, (1,), None, b"x", 5):
        assert error_of({"combinator": "and", "rules": [{**RULE, key: 1}]}).code == "unknown-key"


@pytest.mark.parametrize("before", range(97, 102))
def test_a_limit_is_told_after_any_number_of_problems(before: int) -> None:
    unknown = {**RULE, "field": "Nothing"}
    many = {**RULE, "operator": "in", "value": [*range(1, 502)]}
    error = error_of({"combinator": "and", "rules": [unknown] * before + [many]})
    found = ["too-many-comparisons"] if before < 100 else ["unknown-field"] * 99 + ["more-problems"]
    assert [problem.code for problem in error.problems] == found


def test_names_are_looked_up_and_are_no_attributes() -> None:
    for name in ("__class__", "model_config", "from_row", "key", "", "1=1 or User_Id"):
        error = error_of({"combinator": "and", "rules": [{**RULE, "field": name}]})
        assert (error.code, error.problem.path) == ("unknown-field", "/rules/0/field")


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.sampled_from(["User_Id", "username", "Name", "Nme", "~", "", None, 5])
OPERATORS = st.sampled_from(["=", "!=", "in", "between", "contains", "null", "doesNotContain", "equal", "", "~", None])
VALUES: st.SearchStrategy[Any] = (
    st.sampled_from([5, "5", "ali", "1,2", [1, 2], ["a"], "", None, [], {}]) | SCALARS | st.lists(SCALARS, max_size=3)
)
RULES = st.fixed_dictionaries(
    {"field": NAMES, "operator": OPERATORS, "value": VALUES},
    optional={"muted": st.booleans(), "valueSource": st.sampled_from(["value", "field"]), "x": SCALARS},
)
GROUPS = st.recursive(
    RULES,
    lambda rules: st.fixed_dictionaries(
        {"combinator": st.sampled_from(["and", "or", "OR", "xor"]), "rules": st.lists(rules, max_size=3)},
        optional={"not": st.booleans(), "muted": st.booleans()},
    ),
    max_leaves=8,
)


def unmuted(node: Any) -> Iterator[Any]:
    if not node.get("muted"):
        if "rules" in node:
            for inner in node["rules"]:
                yield from unmuted(inner)
        else:
            yield node


@given(st.lists(RULES | GROUPS, min_size=1, max_size=3), st.sampled_from(["and", "or"]), st.booleans())
def test_no_rule_is_dropped(rules: list[Any], combinator: str, negated: bool) -> None:
    """Each rule that is not muted is a comparison at least, or an error; and nothing else comes out."""
    document = {"combinator": combinator, "rules": rules, "not": negated}
    with suppress(FilterError):
        filter = from_rules(document, User)
        names = [leaf.field.lower() for leaf in comparisons(filter.tree)]
        assert names == [rule["field"].lower() for rule in unmuted(document) for _ in range(len_of(rule))]


def len_of(rule: dict[str, Any]) -> int:
    value = rule["value"]
    if rule["operator"] not in {"in", "between"}:
        return 1
    return (
        len(value.replace("\\,", "").split(","))
        if isinstance(value, str)
        else len(value)
        if isinstance(value, list)
        else 1
    )


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)))
def test_any_json_is_an_error_or_a_filter(document: Any) -> None:
    for given_as in (document, {"rules": [document]}, {"combinator": "and", "rules": document}):
        for form in (given_as, json.dumps(given_as)):
            with suppress(FilterError):
                assert from_rules(form, User).constant is None
