"""JSON never shows the scope: it has what was typed, or the model is not written."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError, create_model
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


CHANGES: dict[str, Callable[..., Filter[User]]] = {
    "nothing": lambda given, scope: given,
    "and behind": lambda given, scope: given & MORE,
    "and in front": lambda given, scope: MORE & given,
    "and both": lambda given, scope: MORE & given & MORE,
    "the scope again": lambda given, scope: given & scope,
    "the scope in front": lambda given, scope: scope & given,
    "the scope thrice": lambda given, scope: scope & given & scope,
    "itself": lambda given, scope: given & given,
    "another order": rebuilt,
    "nested": lambda given, scope: from_tree(And([And([And([MORE.tree, given.tree]), MORE.tree]), MORE.tree]), User),
    "or": lambda given, scope: given | MORE,
    "or the scope": lambda given, scope: MORE | scope,
    "or within and": lambda given, scope: given & (MORE | scope),
    "or of itself within and": lambda given, scope: MORE & (given | MORE),
    "the negated scope": lambda given, scope: given & ~scope,
    "a part of the scope": lambda given, scope: given & from_tree(first_leaf(scope), User),
    "without the scope": lambda given, scope: MORE,
    "the scope alone": lambda given, scope: scope,
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
    except PydanticSerializationError:
        with pytest.raises(PydanticSerializationError) as caught:
            adapter.dump_python(value, mode="json")
        assert [word for word in TELLTALES if word in str(caught.value)] == []
        return None
    assert adapter.dump_python(value, mode="json") == json.loads(text)
    return text


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_json_never_shows_the_scope_whatever_a_validator_makes_of_the_filter(
    change: Callable[..., Filter[User]],
) -> None:
    for scope, typed in itertools.product(SCOPES, TYPED):
        policy = policy_of(scope)
        made = partial(change, scope=scope)
        admitted = Annotated[Filter[User], policy, AfterValidator(made)]
        adapter: TypeAdapter[Filter[User]] = TypeAdapter(admitted)
        value = adapter.validate_python(typed)
        text = written(adapter, value) or ""
        assert [word for word in TELLTALES if word in text + repr(value)] == [], (scope, typed)
        model = create_model("Model", filter=(admitted, ...))
        in_model = written(TypeAdapter(model), model.model_validate({"filter": typed})) or ""
        assert in_model == (f'{{"filter":{text}}}' if text else "")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("nothing", "User_Id = 1"),
        ("and behind", "User_Id = 1 and User_Id <> 7"),
        ("and in front", "User_Id <> 7 and User_Id = 1"),
        ("the scope again", "User_Id = 1"),
        ("the scope in front", "User_Id = 1"),
        ("another order", "User_Id = 1 and User_Id <> 7"),
        ("the scope alone", None),
    ],
)
def test_the_scope_is_taken_out_wherever_it_stands(change: str, expected: str | None) -> None:
    for scope in SCOPES:
        value = CHANGES[change](policy_of(scope).admit("User_Id = 1"), scope)
        assert written(TypeAdapter(Annotated[Filter[User], policy_of(scope)]), value) == json.dumps(expected)


@pytest.mark.parametrize(
    "change",
    ["or", "or the scope", "or within and", "the negated scope", "without the scope", "or of itself within and"],
)
def test_where_the_scope_cannot_be_taken_out_the_model_is_not_written(change: str) -> None:
    for scope in (SECRETS[2], SECRETS[3], SECRETS[2] & SECRETS[3]):  # all of visible fields
        value = CHANGES[change](policy_of(scope).admit("User_Id = 1"), scope)
        assert written(TypeAdapter(Annotated[Filter[User], policy_of(scope)]), value) is None


@pytest.mark.parametrize("value", [None, "User_Id = 1", 5, User.User_Id.in_([]), User.User_Id.not_in([])], ids=repr)
def test_what_was_never_validated_is_not_written(value: Any) -> None:
    model = create_model("Model", filter=(Annotated[Filter[User], policy_of(SECRETS[0])], ...))
    with pytest.raises(PydanticSerializationError):
        model.model_construct(filter=value).model_dump_json()


CONDITIONS = (
    "User_Id = 1",
    "User_Id < 987654",
    "Name > 'secret'",
    "Username = 'x'",
    "(User_Id < 987654 or Name > 'secret')",
)


@given(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=6), st.sampled_from(SCOPES))
def test_what_was_typed_comes_back_though_it_is_like_the_scope(conditions: list[str], scope: Filter[User]) -> None:
    typed = " and ".join(conditions)
    policy = policy_of(scope)
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], policy])
    admitted = adapter.validate_python(typed)
    assert admitted == parse(typed, User) & scope
    for same in (admitted, pickle.loads(pickle.dumps(admitted)), copy.deepcopy(admitted), policy.admit(typed)):
        assert adapter.dump_python(same, mode="json") == typed
        assert adapter.validate_python(same) == admitted
    assert adapter.validate_json(adapter.dump_json(admitted)) == admitted


def test_neither_repr_nor_errors_nor_schemas_nor_the_json_of_models_show_the_scope() -> None:
    policy = policy_of(SECRETS[0] & SECRETS[2])

    class Model(BaseModel):
        filter: Annotated[Filter[User], policy] = Field(
            default_factory=lambda: policy.admit("User_Id = 1"), validate_default=True
        )
        more: list[Annotated[Filter[User], policy]] = []

    model = Model.model_validate({"more": ["User_Id = 2", None]})
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"filter": "Nme = 'x'", "more": [5, "x", User.User_Id == 1, SECRETS[0]]})
    said = [
        *(repr(model), str(model), f"{model!r:}", model.model_dump_json(), to_json(model).decode()),
        *(str(caught.value), repr(caught.value.errors()), caught.value.json()),
        *(json.dumps(Model.model_json_schema(mode=mode)) for mode in ("validation", "serialization")),
        repr(policy),
        repr(Model.model_fields),
        repr(model.model_dump()),
    ]
    assert [text for text in said for word in TELLTALES if word in text] == []
    assert model.model_dump_json() == '{"filter":"User_Id = 1","more":["User_Id = 2",null]}'
