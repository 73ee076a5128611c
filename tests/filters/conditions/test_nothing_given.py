"""Nothing is never everything: at every door the result is the scope, `none=`, or an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from deltasib_query import (
    Filter,
    FilterError,
    FilterUsageError,
    OnlineRadiusUser,
    Policy,
    all_of,
    all_rows,
    any_of,
    from_lookups,
    from_rules,
    no_rows,
    parse,
)

Session = OnlineRadiusUser
POLICY = Policy(Session, scope=Session.User_Id == 5)
ADAPTER: TypeAdapter[Filter[OnlineRadiusUser]] = TypeAdapter(Annotated[Filter[Session], POLICY])

MUTED = {"field": "User_Id", "operator": "=", "value": 1, "muted": True}
EMPTY_RULES: list[Any] = [
    {},
    {"combinator": "and", "rules": []},
    {"rules": []},
    {"condition": "AND", "rules": []},
    {"combinator": "and", "rules": [MUTED]},
    {"combinator": "or", "not": True, "rules": [MUTED, {"combinator": "and", "rules": [MUTED]}]},
    {"combinator": "and", "rules": [{"combinator": "and", "rules": []}], "muted": True},
    {"rules": [MUTED, "or", MUTED]},
]
BLANK_FORMS: list[Any] = [{}, {"User_Id": ""}, {"User_Id__in": [], "Nas_Id": None}, {"User_Id__range": ["", ""]}]
Door = Callable[[], Filter[Any]]

TO_THE_SCOPE: dict[str, Door] = {
    "admit(None)": lambda: POLICY.admit(None),
    "default": POLICY.default,
    "pydantic None": lambda: ADAPTER.validate_python(None),
    "pydantic null": lambda: ADAPTER.validate_json("null"),
    "from_rules(None)": lambda: from_rules(None, POLICY),
    "from_rules null": lambda: from_rules("null", POLICY),
    **{f"admit {rules}": partial(POLICY.admit, rules) for rules in EMPTY_RULES},
    **{f"rules {rules}": partial(from_rules, rules, POLICY) for rules in EMPTY_RULES},
    **{f"pydantic {rules}": partial(ADAPTER.validate_python, rules) for rules in EMPTY_RULES},
    **{f"form {form}": partial(from_lookups, form, POLICY) for form in BLANK_FORMS},
}
TO_NONE: dict[str, Callable[..., Filter[Any]]] = {
    "all_of": partial(all_of, None),
    "any_of": partial(any_of, []),
    "from_rules(None)": partial(from_rules, None, Session),
    **{f"rules {rules}": partial(from_rules, rules, Session) for rules in EMPTY_RULES},
    **{f"form {form}": partial(from_lookups, form, Session) for form in BLANK_FORMS},
}
TO_AN_ERROR: dict[str, Door] = {
    "all_of()": all_of,
    "any_of([])": lambda: any_of([]),
    "all_of(None)": lambda: all_of(None),
    "parse": lambda: parse("", Session),
    "parse blank": lambda: parse(" \n", Session),
    "admit text": lambda: POLICY.admit(""),
    "pydantic text": lambda: ADAPTER.validate_python(""),
    "from_rules(None)": lambda: from_rules(None, Session),
    "from_rules text": lambda: from_rules("", POLICY),
    **{f"rules {rules}": partial(from_rules, rules, Session) for rules in EMPTY_RULES},
    **{f"form {form}": partial(from_lookups, form, Session) for form in BLANK_FORMS},
    "an empty group": lambda: POLICY.admit({"combinator": "or", "rules": [{"combinator": "and", "rules": []}]}),
    "an empty list": lambda: POLICY.admit(
        {"combinator": "or", "rules": [{"field": "User_Id", "operator": "in", "value": []}]}
    ),
}


@pytest.mark.parametrize("door", TO_THE_SCOPE.values(), ids=TO_THE_SCOPE.keys())
def test_nothing_under_a_policy_is_its_scope(door: Door) -> None:
    assert door() == POLICY.scope


@pytest.mark.parametrize("door", TO_NONE.values(), ids=TO_NONE.keys())
def test_nothing_is_what_the_caller_says(door: Callable[..., Filter[Any]]) -> None:
    for none in (all_rows(Session), no_rows(Session), Session.User_Id == 9):
        assert door(none=none) == none


@pytest.mark.parametrize("door", TO_AN_ERROR.values(), ids=TO_AN_ERROR.keys())
def test_nothing_is_an_error_where_nobody_says_what_it_means(door: Door) -> None:
    with pytest.raises((FilterError, FilterUsageError, ValidationError)):
        door()
