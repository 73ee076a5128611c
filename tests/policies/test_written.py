"""JSON never shows the scope: it has what was typed, or the model is not written."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, TypeAdapter, ValidationError, create_model
from pydantic_core import PydanticSerializationError, to_json

from deltasib_query import And, Filter, Or, Policy, User, from_tree, parse

SECRETS = [User.Family == "secret", User.Address == "secret", User.User_Id < 987654, User.Name > "secret"]
"""Parts of scopes, on hidden and on visible fields. `TELLTALES` has the words by which each is known."""
TELLTALES = ("secret", "987654")
SCOPES: list[Filter[User]] = [
    *SECRETS,
    *(one & other for one, other in itertools.permutations(SECRETS, 2)),
    SECRETS[0] | SECRETS[2],
    (SECRETS[0] | SECRETS[1]) & SECRETS[2],
    (SECRETS[0] & SECRETS[1]) | SECRETS[2],
    SECRETS[2] & SECRETS[2],
]
TYPED = ("User_Id = 1", "User_Id = 1 or Username = 'x'", "User_Id = 1 and Name = 'y'", None)
MORE = User.User_Id != 7


def policy_of(scope: Filter[User]) -> Policy[User]:
    return Policy(User, scope=scope, fields=[User.User_Id, User.Username, User.Name])


def rebuilt(filter: Filter[User], scope: Filter[User]) -> Filter[User]:
    """The same in other operand order, with the parts of the scope apart."""
    operands = list(filter.tree.operands) if isinstance(filter.tree, And) else [filter.tree]
    return from_tree(And([*operands[::2], MORE.tree, *operands[1::2]]), User)


CHANGES: dict[str, Callable[[Filter[User], Filter[User]], Filter[User]]] = {
    "nothing": lambda filter, scope: filter,
    "and behind": lambda filter, scope: filter & MORE,
    "and in front": lambda filter, scope: MORE & filter,
    "and both": lambda filter, scope: MORE & filter & MORE,
    "the scope again": lambda filter, scope: filter & scope,
    "the scope in front": lambda filter, scope: scope & filter,
    "the scope thrice": lambda filter, scope: scope & filter & scope,
    "itself": lambda filter, scope: filter & filter,
    "another order": rebuilt,
    "nested": lambda filter, scope: from_tree(And([And([And([MORE.tree, filter.tree]), MORE.tree]), MORE.tree]), User),
    "or": lambda filter, scope: filter | MORE,
    "or the scope": lambda filter, scope: MORE | scope,
    "or within and": lambda filter, scope: filter & (MORE | scope),
    "or of itself within and": lambda filter, scope: MORE & (filter | MORE),
    "the negated scope": lambda filter, scope: filter & ~scope,
    "a part of the scope": lambda filter, scope: filter & from_tree(first_leaf(scope), User),
    "without the scope": lambda filter, scope: MORE,
    "the scope alone": lambda filter, scope: scope,
}


def first_leaf(filter: Filter[User]) -> Any:
    node = filter.tree
    while isinstance(node, And | Or):
        node = node.operands[0]
    return node


def written(adapter: TypeAdapter[Any], value: object) -> str | None:
    """Return the JSON of a value, None where it is not written; nothing that pydantic says may have the scope in it."""
    try:
        text = adapter.dump_json(value).decode()
    except PydanticSerializationError as error:
        assert not [word for word in TELLTALES if word in str(error)]
        with pytest.raises(PydanticSerializationError):
            adapter.dump_python(value, mode="json")
        return None
    assert adapter.dump_python(value, mode="json") == json.loads(text)
    return text


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_json_never_shows_the_scope_whatever_a_validator_makes_of_the_filter(
    change: Callable[[Filter[User], Filter[User]], Filter[User]],
) -> None:
    for scope, typed in itertools.product(SCOPES, TYPED):
        policy = policy_of(scope)
        admitted = Annotated[
            Filter[User], policy, AfterValidator(lambda filter, scope=scope: change(filter, scope))  # type: ignore[misc]
        ]
        for adapter in (TypeAdapter(admitted), TypeAdapter(create_model("Model", filter=(admitted, ...)))):
            given = {"filter": typed} if isinstance(adapter.core_schema, dict) and adapter._type is not admitted else typed
            value = adapter.validate_python(given)
            text = written(adapter, value) or ""
            if change is CHANGES["or within and"] and scope in (SECRETS[2], SECRETS[3], SECRETS[2] & SECRETS[3]):
                continue
            assert [word for word in TELLTALES if word in text + repr(value)] == [], (scope, typed)
