"""A policy as metadata of a type that pydantic validates."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, PydanticSchemaGenerationError, TypeAdapter, ValidationError

from deltasib_query import (
    Filter,
    FilterUsageError,
    Limits,
    OnlineRadiusUser,
    Policy,
    Service,
    User,
    all_of,
)

SCOPE = (User.Family == "رضایی") & (User.User_Id < 200)
POLICY = Policy(User, scope=SCOPE, fields=[User.User_Id, User.Username], operators={User.Username: ["=", "like"]})
EVERYWHERE = Policy(User, scope="all rows", limits=Limits(text=99))


class Search(BaseModel):
    filter: Annotated[Filter[User], POLICY]
    page: int = 1


class Report(BaseModel):
    searches: list[Search]
    filter: Annotated[Filter[User], POLICY, Field(description="What to report on.")] = Field(
        default_factory=POLICY.default
    )


class Unscoped(BaseModel):
    filter: Annotated[Filter[User], EVERYWHERE]


def errors(model: type[BaseModel], value: object) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return caught.value.errors()


# What is admitted


def test_a_text_becomes_a_filter_within_the_scope() -> None:
    search = Search.model_validate({"filter": "User_Id = 5 or username = 'ali'"})
    assert search.filter == POLICY.admit("User_Id = 5 or Username = 'ali'")


def test_json_becomes_a_filter_within_the_scope() -> None:
    search = Search.model_validate_json('{"filter": "User_Id = 5"}')
    assert str(search.filter) == "User_Id = 5 and Family = 'رضایی' and User_Id < 200"


def test_null_gives_the_scope_alone() -> None:
    assert Search.model_validate({"filter": None}).filter == SCOPE
    assert Search.model_validate_json('{"filter": null}').filter == SCOPE


def test_a_filter_that_is_left_out_is_the_scope_where_that_is_the_default() -> None:
    assert Report(searches=[]).filter == SCOPE


def test_a_filter_that_is_left_out_is_missing_elsewhere() -> None:
    assert errors(Search, {})[0]["type"] == "missing"


def test_a_built_filter_gets_the_scope_too() -> None:
    assert Search(filter=User.User_Id == 5).filter == (User.User_Id == 5) & SCOPE
    assert Search(filter=(User.User_Id == 5) | (User.Username == "x")).filter == POLICY.admit(
        "User_Id = 5 or Username = 'x'"
    )


def test_an_admitted_filter_is_admitted_as_it_is() -> None:
    for filter in (POLICY.admit("User_Id = 5 and Username = 'x'"), POLICY.admit("User_Id = 5"), POLICY.scope):
        assert Search(filter=filter).filter == filter


@pytest.mark.parametrize(
    ("filter", "code"),
    [
        (User.Family == "رضایی", "unknown-field"),
        (User.User_Id < 200, None),
        ((User.User_Id == 5) & (User.Family == "رضایی"), "unknown-field"),
        ((User.User_Id == 5) | SCOPE, "unknown-field"),
        (User.Username.endswith("x"), "leading-wildcard"),
        (User.Username < "x", "operator-not-allowed"),
        (User.User_Id.in_([]), "constant"),
        (User.User_Id.not_in([]), "constant"),
    ],
    ids=repr,
)
def test_a_built_filter_is_held_against_the_rules(filter: Filter[User], code: str | None) -> None:
    if code is None:
        assert Search(filter=filter).filter == filter & SCOPE
    else:
        assert errors(Search, {"filter": filter})[0]["type"] == code


def test_a_filter_of_another_record_is_refused() -> None:
    [error] = errors(Search, {"filter": OnlineRadiusUser.User_Id == 5})
    assert (error["type"], error["loc"], error["msg"]) == (
        "is_instance_of", ("filter",), "Input should be an instance of Filter[User]",
    )  # fmt: skip


@pytest.mark.parametrize(
    "filter",
    [
        (User.User_Id == 5) & (User.Family == "رضایی"),
        (User.User_Id == 5) | SCOPE,
        (User.User_Id == 5) & SCOPE & (User.Name == "x"),
    ],
)
def test_the_error_of_a_built_filter_does_not_show_what_it_compares_with(filter: Filter[User]) -> None:
    with pytest.raises(ValidationError) as caught:
        Search(filter=filter)
    assert "رضایی" not in f"{caught.value}{caught.value.errors()}{caught.value.json()}"


def test_an_admitted_filter_of_another_policy_is_within_both_scopes() -> None:
    other = EVERYWHERE.admit("User_Id = 5"), Policy(User, scope=User.Address == "x").admit("User_Id = 5")
    assert [Search(filter=one).filter for one in other] == [POLICY.admit("User_Id = 5"), other[1] & SCOPE]
    assert [Search(filter=one).model_dump_json() for one in other] == ['{"filter":"User_Id = 5","page":1}'] * 2
    assert Unscoped(filter=Search(filter=other[1]).filter).model_dump_json() == '{"filter":"User_Id = 5"}'


@pytest.mark.parametrize("scope", [SCOPE, User.Family == "x", (User.Family == "x") | (User.User_Id < 9)], ids=str)
def test_an_admitted_filter_that_is_narrowed_is_admitted_again(scope: Filter[User]) -> None:
    policy = Policy(User, scope=scope, fields=[User.User_Id, User.Username])
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], policy])
    more = User.Username == "u"
    for typed in ("User_Id = 5", "User_Id = 5 or User_Id = 6", None):
        admitted = adapter.validate_python(typed)
        written = f"{typed} and Username = 'u'" if typed == "User_Id = 5" else None
        for narrowed in (admitted & more, more & admitted, admitted & more & admitted, all_of(admitted, more)):
            again = adapter.validate_python(narrowed)
            assert again == narrowed
            json_text = adapter.dump_python(again, mode="json")
            assert "Family" not in json_text
            assert written is None or set(json_text.split(" and ")) == set(written.split(" and "))
        for hidden in (admitted & (User.Name == "x"), (User.Address == "x") & admitted, admitted | more):
            with pytest.raises(ValidationError) as caught:
                adapter.validate_python(hidden)
            assert "'x'" not in f"{caught.value.errors()}"


def test_what_has_a_part_of_the_scope_only_is_not_within_it() -> None:
    for part in (User.Family == "رضایی", ~(User.User_Id < 200), (User.User_Id < 200) | (User.Username == "x")):
        policy = Policy(User, scope=SCOPE)
        adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], policy])
        assert adapter.validate_python(part & (User.Username == "u")) == part & (User.Username == "u") & SCOPE


@pytest.mark.parametrize("value", [5, True, ["User_Id = 5"], b"User_Id = 5"])
def test_what_is_neither_text_nor_filter_is_refused(value: object) -> None:
    [error] = errors(Search, {"filter": value})
    assert (error["type"], error["loc"]) == ("string_type", ("filter",))


# Errors


def test_an_error_says_the_rule_and_the_places() -> None:
    text = "Username like 'a%'\nand Famly = 'x' and Username < 'x' or Username like '%'"
    [error] = errors(Search, {"filter": text})
    assert (error["type"], error["loc"]) == ("unknown-field", ("filter",))
    assert error["msg"] == "user has no field `Famly` (line 2, column 5)"
    assert [(p["code"], p["severity"], text[slice(*p["span"])]) for p in error["ctx"]["problems"]] == [
        ("mixed-and-or", "warning", "Username like 'a%'\nand Famly = 'x' and Username < 'x'"),
        ("unknown-field", "error", "Famly"),
        ("operator-not-allowed", "error", "Username < 'x'"),
        ("leading-wildcard", "error", "'%'"),
    ]
    assert error["ctx"]["problems"][1]["expected"] == ("User_Id", "Username")


def test_an_error_inside_a_model_says_where() -> None:
    [error] = errors(Report, {"searches": [{"filter": "User_Id = 5"}, {"filter": ""}]})
    assert (error["type"], error["loc"]) == ("empty", ("searches", 1, "filter"))


def test_an_error_is_json() -> None:
    with pytest.raises(ValidationError) as caught:
        Search.model_validate({"filter": "User_Id == 5"})
    [error] = json.loads(caught.value.json())
    assert error["ctx"]["problems"][0]["repair"] == {"span": [8, 10], "replacement": "=", "certain": True}


@pytest.mark.parametrize("typed", ["{problems}", "{message}", "{}", "{0}", "{message", "{{problems}}"])
def test_braces_in_a_text_stay_as_they_are(typed: str) -> None:
    [error] = errors(Search, {"filter": f"User_Id = 5 {typed} 6"})
    problem = error["ctx"]["problems"][0]
    assert error["msg"].startswith(f"{problem['message']} (line 1, column ")
    assert typed.strip("{}") in error["msg"]


def test_half_a_surrogate_pair_is_refused_like_any_other_character() -> None:
    [error] = errors(Search, {"filter": "User_Id = \ud800 and \udfff = 5"})
    json.dumps({"msg": error["msg"], "ctx": error["ctx"]}, ensure_ascii=False).encode()


def test_the_scope_is_in_no_error() -> None:
    [error] = errors(Search, {"filter": "Famly = 'x' and User_Id like 'x'"})
    assert "رضایی" not in str(error)


# What is written


def test_json_has_what_was_typed_without_the_scope() -> None:
    search = Search.model_validate({"filter": "User_Id=5 OR Username = 'x'"})
    assert search.model_dump_json() == """{"filter":"(User_Id = 5 or Username = 'x')","page":1}"""
    assert search.model_dump(mode="json") == {"filter": "(User_Id = 5 or Username = 'x')", "page": 1}


def test_python_keeps_the_filter() -> None:
    search = Search.model_validate({"filter": "User_Id = 5"})
    assert search.model_dump()["filter"] == (User.User_Id == 5) & SCOPE


@pytest.mark.parametrize("typed", ["User_Id = 5", "User_Id = 5 or Username = 'x'", "User_Id < 200", None])
def test_a_model_is_read_back_as_it_was(typed: str | None) -> None:
    search = Search.model_validate({"filter": typed})
    assert Search.model_validate_json(search.model_dump_json()) == search
    assert Search.model_validate(search.model_dump()) == search
    assert Search.model_validate(search) == search


def test_a_model_without_a_scope_is_read_back_as_it_was() -> None:
    for typed in ("User_Id = 5 and Name = 'x'", None):
        search = Unscoped.model_validate({"filter": typed})
        assert Unscoped.model_validate_json(search.model_dump_json()) == search


def test_a_scope_that_is_one_comparison_or_an_or_is_not_written_either() -> None:
    for scope in (User.User_Id < 9, (User.User_Id < 9) | (User.Family == "x")):
        adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], Policy(User, scope=scope)])
        admitted = adapter.validate_python("Name = 'x' and User_Id = 1")
        assert adapter.dump_json(admitted) == b"\"Name = 'x' and User_Id = 1\""
        assert adapter.validate_json(adapter.dump_json(admitted)) == admitted


# JSON schema


def test_the_schema_says_what_may_be_written() -> None:
    schema = Search.model_json_schema()["properties"]["filter"]
    rules: dict[str, object] = {"type": "object"}
    any_of = [{key: value for key, value in kind.items() if key != "additionalProperties"} for kind in schema["anyOf"]]
    assert any_of == [{"type": "string", "maxLength": 8192}, rules, {"type": "null"}]  # older pydantic says it as well
    assert schema["description"] == (
        "A filter of user: comparisons joined by `and`, `or` and parentheses; texts and dates stand in single quotes."
        " Or the rules of react-querybuilder or jQuery QueryBuilder, as an object."
        "\n\n- `User_Id` (whole number, 0 to 4294967295): `=` `<>` `<` `>` `<=` `>=`\n"
        "- `Username` (text up to 32): `=` `like`"
    )


def test_the_schema_has_the_policys_limit() -> None:
    assert Unscoped.model_json_schema()["properties"]["filter"]["anyOf"][0]["maxLength"] == 99


def test_a_text_without_limit_has_none_in_the_schema() -> None:
    policy = Policy(User, scope="all rows", limits=Limits(text=None))
    adapter: TypeAdapter[Filter[User]] = TypeAdapter(Annotated[Filter[User], policy])
    assert adapter.json_schema()["anyOf"][0] == {"type": "string"}


def test_the_schema_of_what_is_written_is_a_text_of_any_length() -> None:
    schema = Search.model_json_schema(mode="serialization")["properties"]["filter"]
    assert schema["anyOf"] == [{"type": "string"}, {"type": "null"}]


def test_the_schema_tells_neither_hidden_fields_nor_the_scope() -> None:
    for mode in ("validation", "serialization"):
        schema = json.dumps(Report.model_json_schema(mode=mode), ensure_ascii=False)
        assert "Username" in schema
        assert [word for word in ("Family", "Address", "رضایی", "200") if word in schema] == []


# Annotations that would not do what they say


@pytest.mark.parametrize(
    "annotation",
    [str, Filter, Filter[Any], Filter[Service], Filter[User] | None, list[Filter[User]]],
    ids=str,
)
def test_a_policy_stands_beside_a_filter_of_its_record(annotation: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"Annotated\[Filter\[User\], policy\].*policy\.default"):
        TypeAdapter(Annotated[annotation, POLICY])


def test_a_filter_without_a_policy_is_no_type_for_pydantic() -> None:
    with pytest.raises(PydanticSchemaGenerationError):
        TypeAdapter(Filter[User])
