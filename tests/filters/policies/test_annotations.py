"""What may stand beside a policy in a type, in every nesting that pydantic has."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from dataclasses import field, make_dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import annotated_types as at
import pytest
from fastapi import Body, FastAPI, Form, Query
from pydantic import (
    AfterValidator,
    Base64Encoder,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    EncodedStr,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    InstanceOf,
    PlainSerializer,
    PlainValidator,
    RootModel,
    SkipValidation,
    Strict,
    StringConstraints,
    Tag,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    WrapValidator,
    create_model,
    validate_call,
)
from pydantic.json_schema import PydanticJsonSchemaWarning
from pydantic_core import CoreSchema, core_schema
from typing_extensions import Doc, TypeAliasType, TypedDict

from deltasib_query import Filter, FilterUsageError, Limits, Policy, Service, User

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # older versions say that it is experimental
    from pydantic.experimental.pipeline import transform, validate_as

SCOPE = (User.Family == "رضایی") & (User.User_Id < 200)
POLICY = Policy(User, scope=SCOPE, fields=[User.User_Id, User.Username])
OTHER = Policy(User, scope=User.Address == "x", fields=[User.User_Id])
SERVICES = Policy(Service, scope=Service.Price > 5)
LIMITED = Policy(User, scope=SCOPE, limits=Limits(text=20))

Typed = Annotated[Filter[User], POLICY]
SECRET = User.Name == "z"
T = TypeVar("T")


def same(value: Any) -> Any:
    return value


def call(value: Any, handler: Callable[[Any], Any]) -> Any:
    return handler(value)


class Hooked:
    """What has pydantic's hook may do anything with the policy's schema, whoever wrote it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        handler(source)
        return core_schema.any_schema()


class Constraint(at.BaseMetadata): ...


class OtherNot(at.Not): ...


CONSTRAINTS: list[Any] = [
    Field(max_length=500), Field(min_length=1), Field(pattern="."), Field(strict=True), Field(gt=5),
    Field(multiple_of=2), Field(max_digits=5), Field(allow_inf_nan=False), Query(max_length=500), Query(pattern="."),
    Body(min_length=1),
    Form(max_length=500),
    StringConstraints(max_length=500),
    StringConstraints(pattern="."), StringConstraints(strip_whitespace=True),
    StringConstraints(to_lower=True), Strict(), Strict,
    at.MaxLen(500), at.MinLen(1), at.Len(1, 500), at.Gt(5), at.Interval(gt=1, lt=5), at.MultipleOf(2),
    at.Predicate(str.isascii), at.Not(bool), at.Unit("m"),
    validate_as(...).str_lower(), validate_as(...).len(0, 5), transform(len),
    Constraint, Constraint(), GetPydanticSchema(lambda source, handler: handler(source)), PlainSerializer(str),
    EncodedStr(Base64Encoder), Hooked(), Hooked, OtherNot(bool),
]  # fmt: skip

# What pydantic reads as a type of the same values


class Generics(BaseModel, Generic[T]):
    value: T


Alias = TypeAliasType("Alias", Typed)
AliasOf = TypeAliasType("AliasOf", Annotated[T, Field(title="x")], type_params=(T,))

BESIDE: dict[str, Callable[[Any], Any]] = {
    "behind": lambda c: Annotated[Filter[User], POLICY, c],
    "before": lambda c: Annotated[Filter[User], c, POLICY],
    "nested": lambda c: Annotated[Annotated[Typed, Field(title="x")], c],
    "behind a validator": lambda c: Annotated[Typed, AfterValidator(same), c],
    "behind a validator before": lambda c: Annotated[Typed, BeforeValidator(same), c],
    "behind a wrapping validator": lambda c: Annotated[Typed, WrapValidator(call), c],
    "optional": lambda c: Annotated[Typed | None, c],
    "optional in new words": lambda c: Annotated[Typed | None, c],
    "union": lambda c: Annotated[int | Typed, c],
    "union in a union": lambda c: Annotated[int | Annotated[str | Typed, Field(title="x")], c],
    "alias": lambda c: Annotated[Alias, c],
    "alias with a parameter": lambda c: Annotated[AliasOf[Typed], c],
    "list inside": lambda c: list[Annotated[Typed, c]],
    "dict inside": lambda c: dict[str, Annotated[Typed | None, c]],
    # what older versions cannot hash is no parameter
    "in a generic model": lambda c: (Generics if isinstance(c, Hashable) else list)[Annotated[Typed, c]],
}


@pytest.mark.parametrize("shape", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=range(len(CONSTRAINTS)))
def test_a_constraint_beside_a_policy_is_refused(shape: Callable[[Any], Any], constraint: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"cannot stand beside a policy.*Limits"):
        TypeAdapter(shape(constraint))


@pytest.mark.parametrize("default", [{}, {"default_factory": POLICY.default}], ids=["required", "default"])
@pytest.mark.parametrize("typed", [Typed, Typed | None, Typed | int, Alias])
@pytest.mark.parametrize("name", ["max_length", "min_length"])
def test_a_constraint_of_a_field_is_refused(typed: Any, default: dict[str, Any], name: str) -> None:
    arguments: dict[str, Any] = {name: 5, **default}
    with pytest.raises(FilterUsageError, match="cannot stand beside a policy"):
        create_model("Model", filter=(typed, Field(**arguments)))
    data = make_dataclass("Data", [("filter", typed, Field(**arguments))])
    with pytest.raises(FilterUsageError, match="cannot stand beside a policy"):
        TypeAdapter(data)


def test_a_constraint_on_a_type_variable_is_refused() -> None:
    class Short(BaseModel, Generic[T]):
        value: Annotated[T, Field(max_length=5)]

    with pytest.raises(FilterUsageError, match="cannot stand beside a policy"):
        Short[Typed]


@pytest.mark.parametrize(
    "constraint", [Query(max_length=50), Query(pattern="^U"), Query(min_length=2), Form(max_length=5)]
)
@pytest.mark.parametrize("shape", [BESIDE[name] for name in ("behind", "before", "optional", "behind a validator")])
def test_a_constraint_in_a_handler_is_refused_when_it_is_written(shape: Callable[[Any], Any], constraint: Any) -> None:
    def handler(filter: Any) -> None: ...

    handler.__annotations__["filter"] = shape(constraint)
    with pytest.raises(FilterUsageError, match="cannot stand beside a policy"):
        FastAPI().post("/")(handler)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (Annotated[list[Typed], Field(max_length=2)], ["User_Id = 1"]),
        (Annotated[dict[str, Typed], Field(min_length=1)], {"a": "User_Id = 1"}),
        (Annotated[tuple[Typed, ...], at.MaxLen(3)], ["User_Id = 1"]),
        (Annotated[list[Typed] | None, at.MinLen(1)], ["User_Id = 1"]),
        (Annotated[list[Annotated[str, Field(max_length=3)] | Typed], Field(max_length=3)], ["User_Id = 1"]),
        (Annotated[Typed, Query(title="x", description="y", alias="f", deprecated=True)], "User_Id = 1"),
        (Annotated[Typed, "words", Field(examples=["User_Id = 5"])], "User_Id = 1"),
        (Annotated[Typed, Doc("words"), at.doc("words"), WithJsonSchema({"type": "string"})], "User_Id = 1"),
        (Annotated[Typed, object(), int, None, make_dataclass("Marker", [])()], "User_Id = 1"),
        (Annotated[list[Typed], at.Not(callable), at.Predicate(bool), at.Unit("m")], ["User_Id = 1"]),
    ],
)
def test_what_does_not_concern_the_filter_may_stand(typed: Any, value: Any) -> None:
    admitted = TypeAdapter(typed).validate_python(value)
    (filter,) = admitted.values() if isinstance(admitted, dict) else [admitted] if value == "User_Id = 1" else admitted
    assert filter == (User.User_Id == 1) & SCOPE


def test_a_pipeline_of_another_type_is_refused() -> None:
    with pytest.raises(FilterUsageError, match="this policy belongs in"):
        TypeAdapter(Annotated[Typed, validate_as(str)])


# Two policies

TWO: dict[str, Callable[[], Any]] = {
    "behind": lambda: Annotated[Filter[User], POLICY, OTHER],
    "nested": lambda: Annotated[Annotated[Filter[User], POLICY], OTHER],
    "twice the same": lambda: Annotated[Typed, POLICY],
    "behind a field": lambda: Annotated[Typed, Field(title="x"), OTHER],
    "behind a validator": lambda: Annotated[Typed, AfterValidator(same), OTHER],
    "behind a validator before": lambda: Annotated[Typed, BeforeValidator(same), OTHER],
    "behind a wrapping validator": lambda: Annotated[Typed, WrapValidator(call), OTHER],
    "optional": lambda: Annotated[Typed | None, OTHER],
    "union": lambda: Annotated[Typed | int, OTHER],
    "alias": lambda: Annotated[Alias, OTHER],
    "alias with a parameter": lambda: Annotated[AliasOf[Typed], OTHER],
    "alias of an alias": lambda: Annotated[TypeAliasType("Alias2", Alias), OTHER],
    "list": lambda: Annotated[list[Typed], OTHER],
    "of another record": lambda: Annotated[Typed, SERVICES],
    "of three": lambda: Annotated[Typed, OTHER, POLICY],
    "in a list": lambda: list[Annotated[Typed, OTHER]],
    "in a generic model": lambda: Generics[Annotated[Typed, OTHER]],
}


@pytest.mark.parametrize("written", TWO.values(), ids=TWO)
def test_two_policies_on_a_type_are_refused(written: Callable[[], Any]) -> None:
    with pytest.raises(FilterUsageError, match="policy"):
        TypeAdapter(written())


def test_two_policies_of_a_type_variable_are_refused() -> None:
    with pytest.raises(FilterUsageError, match="policy"):

        class Narrow(BaseModel, Generic[T]):
            value: Annotated[T, OTHER]


def test_a_field_that_a_subclass_declares_anew_has_the_policy_of_the_subclass() -> None:
    class Base(BaseModel):
        filter: Typed

    class Narrower(Base):
        filter: Annotated[Filter[User], OTHER]

    narrower = Narrower.model_validate({"filter": "User_Id = 1"})
    assert narrower.filter == OTHER.admit("User_Id = 1")
    assert TypeAdapter(Base).dump_python(narrower, mode="json") == {"filter": "User_Id = 1"}


# What would leave the policy unasked

UNASKED: list[Any] = [
    *(PlainValidator(same), SkipValidation(), SkipValidation, InstanceOf(), Hooked()),  # type: ignore[type-arg]
]


@pytest.mark.parametrize("shape", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("metadata", UNASKED, ids=["plain", "skip", "skip class", "instance", "hook"])
def test_what_leaves_the_policy_unasked_is_refused(shape: Callable[[Any], Any], metadata: Any) -> None:
    with pytest.raises(FilterUsageError, match="would not ask the policy"):
        TypeAdapter(shape(metadata))


@pytest.mark.parametrize("metadata", UNASKED, ids=["plain", "skip", "skip class", "instance", "hook"])
@pytest.mark.parametrize("typed", [list[Typed], dict[str, Typed | None], list[tuple[Typed, ...]] | None], ids=str)
def test_what_leaves_the_policy_unasked_around_a_collection_is_refused(typed: Any, metadata: Any) -> None:
    with pytest.raises(FilterUsageError, match="would not ask the policy"):
        TypeAdapter(Annotated[typed, metadata])


# Validators


def test_what_stands_before_a_policy_validates_the_text() -> None:
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], AfterValidator(str.upper), POLICY])
    assert adapter.validate_python("user_id = 1") == (User.User_Id == 1) & SCOPE
    assert adapter.validate_python(None) == SCOPE


def test_what_stands_behind_a_policy_validates_the_filter() -> None:
    seen: list[object] = []
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Typed, AfterValidator(seen.append)])
    adapter.validate_python("User_Id = 1")
    assert seen == [(User.User_Id == 1) & SCOPE]


def test_an_empty_text_can_be_made_no_text() -> None:
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Typed, BeforeValidator(lambda text: text or None)])
    assert adapter.validate_python("") == SCOPE


def test_the_configuration_of_a_model_holds_for_the_text() -> None:
    class Short(BaseModel):
        model_config = ConfigDict(str_max_length=12, strict=True)
        filter: Typed

    assert Short(filter="User_Id = 1").filter == (User.User_Id == 1) & SCOPE  # type: ignore[arg-type]
    assert Short(filter=User.Username == "long enough").filter == (User.Username == "long enough") & SCOPE
    with pytest.raises(ValidationError, match="at most 12 characters"):
        Short(filter="User_Id = 12345")  # type: ignore[arg-type]


# Every nesting admits what the policy admits, and nothing else


class Root(RootModel[Typed]):
    pass


class Keys(TypedDict):
    filter: Typed


class Ship(BaseModel):
    kind: str
    filter: Typed


NESTED: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "alone": (Typed, same),
    "optional": (Typed | None, same),
    "union": (int | Typed, same),
    "union left to right": (Annotated[Typed | int, Field(union_mode="left_to_right")], same),
    "union of records": (Annotated[Filter[Service], SERVICES] | Typed, same),
    "tagged": (Annotated[Annotated[Typed, Tag("a")] | Annotated[int, Tag("b")], Discriminator(lambda v: "a")], same),
    "alias": (Alias, same),
    "alias with a parameter": (AliasOf[Typed], same),
    "validators": (Annotated[Typed, BeforeValidator(same), AfterValidator(same), WrapValidator(call)], same),
    "list": (list[Typed], lambda text: [text]),
    "dict": (dict[str, Typed], lambda text: {"a": text}),
    "tuple": (tuple[int, Typed], lambda text: (1, text)),
    "root model": (Root, same),
    "generic model": (Generics[Typed], lambda text: {"value": text}),
    "generic model of a list": (Generics[list[Typed]], lambda text: {"value": [text]}),
    "typed dict": (Keys, lambda text: {"filter": text}),
    "model": (Ship, lambda text: {"kind": "a", "filter": text}),
}
TEXTS = (
    "User_Id = 1",
    "User_Id = 1 or Username = 'x'",
    "User_Id < 200",
    "((User_Id > 0))",
    "User_Id=1 and Username='a'",
)
REFUSED = (
    "Family = 'x'",
    "Username like '%x'",
    "",
    "x",
    "User_Id = 1 or",
    "Price > 6 or User_Id = 1",
    "User_Id like 'x'",
)


def filters_of(value: Any) -> list[Filter[Any]]:
    if isinstance(value, Filter):
        return [value]
    if isinstance(value, BaseModel):
        return [found for _, part in value for found in filters_of(part)]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    return [found for part in parts for found in filters_of(part)]


@pytest.mark.parametrize(("typed", "value"), NESTED.values(), ids=NESTED)
def test_every_nesting_admits_within_the_scope(typed: Any, value: Callable[[Any], Any]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(typed)
    for text in TEXTS:
        admitted = adapter.validate_python(value(text))
        assert filters_of(admitted) == [POLICY.admit(text)]
        written = adapter.dump_json(admitted)
        assert "رضایی".encode() not in written
        assert b"Family" not in written
        assert adapter.validate_json(written) == admitted
    for text in REFUSED:
        with pytest.raises(ValidationError) as caught:
            adapter.validate_python(value(text))
        assert "رضایی" not in str(caught.value) + repr(caught.value.errors())


# Filters of several records


def test_a_filter_of_another_record_leaves_the_next_member_of_a_union_to_be_tried() -> None:
    either: TypeAdapter[Any] = TypeAdapter(Annotated[Filter[Service], SERVICES] | Typed)
    assert either.validate_python(User.User_Id == 5) == (User.User_Id == 5) & SCOPE
    assert either.validate_python(Service.Price == 7) == (Service.Price == 7) & (Service.Price > 5)
    assert either.dump_json(either.validate_python(User.User_Id == 5)) == b'"User_Id = 5"'


# Defaults

FILTERS: list[Any] = [
    User.User_Id == 5, User.User_Id.not_in([]), SCOPE, POLICY.scope, POLICY.admit("User_Id = 5"), Service.Price == 5,
]  # fmt: skip
DEFAULTS: list[Any] = [None, "User_Id = 5", 5, *FILTERS]


@pytest.mark.parametrize("default", DEFAULTS, ids=repr)
def test_a_default_that_is_not_validated_is_refused(default: Any) -> None:
    for given in (default, Field(default), Field(default, title="x")):
        with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
            create_model("Model", filter=(Typed, given))
    with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
        TypeAdapter(make_dataclass("Data", [("filter", Typed, Field(default))]))


@pytest.mark.parametrize("default", [None, "User_Id = 5", User.User_Id == 5, SCOPE], ids=repr)
def test_a_default_that_is_not_validated_is_refused_in_a_handler(default: Any) -> None:
    def handler(filter: Any = default) -> None: ...

    handler.__annotations__["filter"] = Typed
    with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
        FastAPI().get("/")(handler)


@pytest.mark.parametrize("default", FILTERS, ids=repr)
def test_a_filter_is_no_default_even_where_it_is_validated(default: Any) -> None:
    types: list[Any] = [Typed, Typed | None, int | Typed]
    for typed in types:
        for given in (default, Field(default, validate_default=True)):
            with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
                create_model("Model", filter=(typed, given))


def test_a_default_that_is_validated_stands() -> None:
    model = create_model("Model", filter=(Typed, Field(None, validate_default=True)))
    assert model().filter == SCOPE  # type: ignore[attr-defined]


FACTORIES: list[Callable[[], Any]] = [
    lambda: User.Name == "z", lambda: None, lambda: "User_Id = 5", lambda: POLICY.scope, OTHER.default, LIMITED.default,
    list, dict,
]  # fmt: skip


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("typed", [Typed, Typed | None, int | Typed, Alias], ids=str)
def test_a_factory_whose_value_is_not_validated_is_refused(typed: Any, factory: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default.*validate_default"):
        create_model("Model", filter=(typed, Field(default_factory=factory)))
    with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
        TypeAdapter(make_dataclass("Data", [("filter", typed, field(default_factory=factory))]))
    for parameter in (Query, Form, Body):

        def handler(filter: Any) -> None: ...

        handler.__annotations__["filter"] = Annotated[typed, parameter(default_factory=factory)]
        with pytest.raises(FilterUsageError, match=r"default_factory=policy\.default"):
            FastAPI().post("/")(handler)


@pytest.mark.parametrize(
    ("factory", "expected"),
    [
        (lambda: User.User_Id == 5, (User.User_Id == 5) & SCOPE),
        (lambda: "User_Id = 5", (User.User_Id == 5) & SCOPE),
        (lambda: None, SCOPE),
        (lambda: POLICY.scope, SCOPE),
    ],
)
def test_a_factory_whose_value_is_validated_stands(factory: Any, expected: Filter[User]) -> None:
    model: Any = create_model("Model", filter=(Typed, Field(default_factory=factory, validate_default=True)))
    assert model().filter == expected


def test_a_wrong_value_of_a_factory_that_is_validated_is_an_error() -> None:
    model = create_model("Model", filter=(Typed, Field(default_factory=lambda: SECRET, validate_default=True)))
    with pytest.raises(ValidationError, match="no field `Name`"):
        model()


def test_the_default_of_an_equal_policy_stands() -> None:
    equal = Policy(User, scope=SCOPE, fields=[User.User_Id, User.Username])
    types: list[Any] = [Typed, Typed | None, Annotated[Filter[Service], SERVICES] | Typed]
    for typed in types:
        model: Any = create_model("Model", filter=(typed, Field(default_factory=equal.default)))
        assert model().filter == SCOPE


HOLDERS: list[Any] = [list[Typed], dict[str, Typed], tuple[Typed, ...], list[Typed] | None, list[list[Typed | None]]]


@pytest.mark.parametrize("typed", HOLDERS, ids=str)
@pytest.mark.parametrize("default", [[SECRET], {"a": SECRET}, (SECRET,), ["User_Id = 5"], [None], [[SECRET]], "a"])
def test_a_default_that_holds_what_is_not_validated_is_refused(typed: Any, default: Any) -> None:
    for given in (default, Field(default), Field(default_factory=lambda: default)):
        with pytest.raises(FilterUsageError, match="validate_default=True"):
            create_model("Model", filters=(typed, given))


@pytest.mark.parametrize("typed", HOLDERS, ids=str)
def test_an_empty_collection_is_a_default_of_a_collection(typed: Any) -> None:
    defaults: list[Any] = [[], Field({}), Field(default_factory=list), Field(default_factory=tuple)]
    for given in defaults:
        model: Any = create_model("Model", filters=(typed, given))
        assert not model().filters


def test_a_default_of_a_collection_that_is_validated_is_within_the_scope() -> None:
    defaults: list[list[Any]] = [["User_Id = 5"], [User.User_Id == 5]]
    for default in defaults:
        model: Any = create_model("Model", filters=(list[Typed], Field(default, validate_default=True)))
        assert model().filters == [(User.User_Id == 5) & SCOPE]


def test_a_default_of_a_collection_is_not_in_the_schema() -> None:
    model = create_model("Model", filters=(list[Typed], Field([SCOPE], validate_default=True)))
    with pytest.warns(PydanticJsonSchemaWarning):  # a filter has no JSON here
        assert "رضایی" not in str(model.model_json_schema())


def test_none_is_no_default_where_the_type_does_not_say_so() -> None:
    types: list[Any] = [Typed, Alias, AliasOf[Typed], int | Typed, list[Typed]]
    for typed in types:
        with pytest.raises(FilterUsageError, match="None cannot be the default"):
            create_model("Model", filter=(typed, None))


def test_a_default_of_another_type_may_be_a_text_for_the_policy_too() -> None:
    for default in ("User_Id = 5", b"x", 5, [SECRET]):
        with pytest.raises(FilterUsageError, match="cannot be the default"):
            create_model("Model", filter=(Typed | None, default))


def test_the_defaults_of_tuples_and_calls_are_read_too() -> None:
    class Pair(NamedTuple):
        filter: Typed = SECRET

    with pytest.raises(FilterUsageError, match="cannot be the default"):
        TypeAdapter(Pair)
    with pytest.raises(FilterUsageError, match="cannot be the default"):

        @validate_call
        def search(filter: Typed = SECRET) -> None: ...


def test_what_stands_around_another_type_does_not_concern_the_filters_of_a_field() -> None:
    class Outer:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
            return TypeAdapter(list[Typed]).core_schema

    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[Outer, Field(title="x"), PlainSerializer(str)])
    (admitted,) = adapter.validate_python(["User_Id = 1"])
    assert admitted == (User.User_Id == 1) & SCOPE

    class Keep(TypedDict):
        filter: Typed

    class Model(BaseModel):
        keep: Keep = {"filter": POLICY.admit("User_Id = 1")}

    assert Model().keep["filter"] == (User.User_Id == 1) & SCOPE


def test_none_may_be_asked_for() -> None:
    model = create_model("Model", filter=(Typed | None, None))
    assert model().model_dump_json() == '{"filter":null}'


def test_a_call_is_validated_too() -> None:
    @validate_call
    def search(filter: Typed) -> Filter[User]:
        return filter

    assert search("User_Id = 1") == (User.User_Id == 1) & SCOPE  # type: ignore[arg-type]
