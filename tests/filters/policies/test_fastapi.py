"""A policy in the handlers of a FastAPI application, in front of the real sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from deltasib_query import Client, Filter, FilterError, Policy, User
from deltasib_query.sandbox.server import Sandbox

POLICY = Policy(
    User,
    scope=User.User_Id.between(11, 20),
    fields=[User.User_Id, User.Username],
    operators={User.Username: ["=", "like"]},
)


class Search(BaseModel):
    filter: Annotated[Filter[User], POLICY]
    newest: int | None = None


def policy_of(reseller: Annotated[int, Header()]) -> Policy[User]:
    return Policy(User, scope=User.User_Id.between(10 * reseller + 1, 10 * reseller + 10), fields=[User.User_Id])


def typed(
    policy: Annotated[Policy[User], Depends(policy_of)], filter: Annotated[str | None, Query()] = None
) -> Filter[User]:
    return policy.admit(filter)


def application(isp: Client) -> FastAPI:
    app = FastAPI()

    def ids(filter: Filter[User]) -> list[int | None]:
        return [user.User_Id for user in isp.user.list(filter, fields=[User.User_Id])]

    @app.get("/users")
    def users(filter: Annotated[Filter[User], POLICY]) -> list[int | None]:
        return ids(filter)

    @app.get("/optional")
    def optional(
        filter: Annotated[Filter[User], POLICY, Query(default_factory=POLICY.default)],
    ) -> list[int | None]:
        return ids(filter)

    @app.post("/searches")
    def searches(search: Search) -> list[int | None]:
        return ids(search.filter)

    @app.post("/saved")
    def saved(search: Search) -> Search:
        return search

    @app.get("/mine")
    def mine(filter: Annotated[Filter[User], Depends(typed)]) -> list[int | None]:
        return ids(filter)

    @app.exception_handler(FilterError)
    async def refuse(request: Request, error: FilterError) -> JSONResponse:
        return JSONResponse({"problems": [problem.as_dict() for problem in error.problems]}, 422)

    return app


@pytest.fixture(scope="module")
def app() -> Iterator[FastAPI]:
    with (
        Sandbox(users=40) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
    ):
        yield application(isp)


def ask(app: FastAPI, method: str, path: str, **arguments: Any) -> tuple[int, Any]:
    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://panel") as browser:
            return await browser.request(method, path, **arguments)

    answered = asyncio.run(answer())
    return answered.status_code, answered.json()


def test_a_query_parameter_selects_within_the_scope(app: FastAPI) -> None:
    assert ask(app, "GET", "/users", params={"filter": "User_Id <= 12 or User_Id >= 20"}) == (200, [11, 12, 20])


def test_a_body_selects_within_the_scope(app: FastAPI) -> None:
    assert ask(app, "POST", "/searches", json={"filter": "User_Id > 18"}) == (200, [19, 20])


def test_null_in_a_body_selects_the_scope(app: FastAPI) -> None:
    assert ask(app, "POST", "/searches", json={"filter": None}) == (200, list(range(11, 21)))


def test_a_parameter_that_may_be_left_out_selects_the_scope(app: FastAPI) -> None:
    assert ask(app, "GET", "/optional") == (200, list(range(11, 21)))
    assert ask(app, "GET", "/optional", params={"filter": "User_Id = 20"}) == (200, [20])


def test_a_parameter_that_may_not_be_left_out_is_missed(app: FastAPI) -> None:
    status, answer = ask(app, "GET", "/users")
    assert (status, answer["detail"][0]["type"], answer["detail"][0]["loc"]) == (422, "missing", ["query", "filter"])


def test_an_empty_parameter_is_an_error(app: FastAPI) -> None:
    status, answer = ask(app, "GET", "/optional", params={"filter": ""})
    assert (status, answer["detail"][0]["type"]) == (422, "empty")


@pytest.mark.parametrize(
    ("path", "where"), [("/users", "query"), ("/optional", "query"), ("/searches", "body"), ("/saved", "body")]
)
def test_a_refusal_says_the_rule_and_the_places(app: FastAPI, path: str, where: str) -> None:
    text = "User_Id = 5 and Family = 'x' and Username < 'a'"
    if where == "query":
        status, answer = ask(app, "GET", path, params={"filter": text})
    else:
        status, answer = ask(app, "POST", path, json={"filter": text})
    assert status == 422
    [detail] = answer["detail"]
    assert (detail["type"], detail["loc"], detail["input"]) == ("unknown-field", [where, "filter"], text)
    assert detail["msg"] == "user has no field `Family` (line 1, column 17)"
    assert detail["ctx"]["problems"] == [
        {
            "code": "unknown-field",
            "message": "user has no field `Family`",
            "span": [16, 22],
            "severity": "error",
            "found": "`Family`",
            "expected": ["User_Id", "Username"],
            "repair": None,
            "line": 1,
            "column": 17,
            "excerpt": f"  {text}\n  {' ' * 16}^^^^^^",
            "path": "",
            "key": "unknown-field",
            "params": {"object": "user", "field": "Family"},
        },
        {
            "code": "operator-not-allowed",
            "message": "Username (text up to 32, restricted here) takes =, like, not <",
            "span": [33, 47],
            "severity": "error",
            "found": "",
            "expected": ["=", "like"],
            "repair": None,
            "line": 1,
            "column": 34,
            "excerpt": f"  {text}\n  {' ' * 33}{'^' * 14}",
            "path": "",
            "key": "operator-not-allowed",
            "params": {
                "field": "Username",
                "contents": {
                    "key": "contents.restricted",
                    "params": {"contents": {"key": "contents.short-text", "params": {"longest": 32}}},
                },
                "operators": ["=", "like"],
                "given": "<",
            },
        },
    ]
    assert (detail["ctx"]["key"], detail["ctx"]["params"]) == ("unknown-field", {"object": "user", "field": "Family"})


# Rules of a visual builder


def rules(*conditions: tuple[str, str, object], **more: object) -> dict[str, Any]:
    listed = [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]
    return {"filter": {"combinator": "or", "rules": listed, **more}}


def test_rules_select_within_the_scope(app: FastAPI) -> None:
    assert ask(app, "POST", "/searches", json=rules(("User_Id", ">", "18"), ("User_Id", "in", [1, 12]))) == (
        200,
        [12, 19, 20],
    )


@pytest.mark.parametrize(
    "nothing", [{}, {"combinator": "and", "rules": []}, {"condition": "AND", "rules": []}], ids=str
)
def test_rules_without_a_rule_select_the_scope(app: FastAPI, nothing: dict[str, Any]) -> None:
    assert ask(app, "POST", "/searches", json={"filter": nothing}) == (200, list(range(11, 21)))


def test_a_refusal_leads_to_the_rule(app: FastAPI) -> None:
    given = rules(("Family", "=", "x"), ("Username", "<", "a"), ("User_Id", "in", [1, "x"]), ("User_Id", "=", 5))
    status, answer = ask(app, "POST", "/searches", json=given)
    assert status == 422
    found = [(detail["type"], detail["loc"], detail["msg"]) for detail in answer["detail"]]
    assert [one[:2] for one in found] == [
        ("unknown-field", ["body", "filter", "rules", 0, "field"]),
        ("operator-not-allowed", ["body", "filter", "rules", 1, "operator"]),
        ("not-a-number", ["body", "filter", "rules", 2, "value", 1]),
    ]
    assert found[0][2] == "user has no field `Family`"
    [problem] = answer["detail"][0]["ctx"]["problems"]
    assert (problem["path"], problem["expected"]) == ("/rules/0/field", ["User_Id", "Username"])


def test_a_refusal_of_hostile_rules_can_be_answered(app: FastAPI) -> None:
    for given in (
        {"filter": {"rules": [{"a/b": 1, "\ud800": {}, "x" * 5000: None}]}},
        {"filter": {"$ne": None}},
        rules(("\ud800", "\ud800", "\ud800"), ("Username", "=", {"$ne": None})),
        rules(("User_Id", "in", list(range(10_000)))),
    ):
        assert ask(app, "POST", "/searches", content=json.dumps(given))[0] == 422


def test_rules_are_answered_as_their_text(app: FastAPI) -> None:
    assert ask(app, "POST", "/saved", json=rules(("User_Id", "=", 5), ("Username", "beginsWith", "x"))) == (
        200,
        {"filter": "(User_Id = 5 or Username like 'x%')", "newest": None},
    )


def test_an_answer_has_what_was_typed_without_the_scope(app: FastAPI) -> None:
    assert ask(app, "POST", "/saved", json={"filter": "User_Id=5 OR Username='x'"}) == (
        200,
        {"filter": "(User_Id = 5 or Username = 'x')", "newest": None},
    )


def test_a_scope_of_the_request_selects_what_is_its_users(app: FastAPI) -> None:
    params = {"filter": "User_Id <= 12 or User_Id >= 30"}
    assert ask(app, "GET", "/mine", params=params, headers={"reseller": "1"}) == (200, [11, 12])
    assert ask(app, "GET", "/mine", params=params, headers={"reseller": "2"}) == (200, [30])
    assert ask(app, "GET", "/mine", headers={"reseller": "3"}) == (200, list(range(31, 41)))


def test_a_policy_of_the_request_refuses_through_a_handler_of_errors(app: FastAPI) -> None:
    status, answer = ask(app, "GET", "/mine", params={"filter": "Username = 'x'"}, headers={"reseller": "1"})
    assert (status, answer["problems"][0]["code"], answer["problems"][0]["span"]) == (422, "unknown-field", [0, 8])


def test_the_description_of_the_interface_says_what_may_be_written(app: FastAPI) -> None:
    description = app.openapi()
    [parameter] = description["paths"]["/users"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("filter", "query", True)
    assert [kind["type"] for kind in parameter["schema"]["anyOf"]] == ["string", "object", "null"]
    assert parameter["schema"]["anyOf"][0] == {"type": "string", "maxLength": 8192}
    assert "- `Username` (text up to 32): `=` `like`" in parameter["schema"]["description"]
    [optional] = description["paths"]["/optional"]["get"]["parameters"]
    assert optional["required"] is False
    assert "default" not in optional["schema"]


def test_the_description_of_the_interface_tells_neither_hidden_fields_nor_the_scope(app: FastAPI) -> None:
    description = json.dumps(app.openapi())
    assert "Username" in description
    assert [word for word in ("Family", "Address", "11", "between") if word in description] == []
