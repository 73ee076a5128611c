"""What is wrong with a filter, as a FastAPI application answers it in the language of the request."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from deltasib_query import Filter, FilterError, Policy, User
from deltasib_query.integrations.fastapi import filter_errors_handler

POLICY = Policy(User, scope="all rows", fields=[User.User_Id, User.Username])
WRONG = "Usernme = 'ali'"
ENGLISH = "user has no field `Usernme`"
PERSIAN = "\u2068user\u2069 فیلدی به نام «\u2068Usernme\u2069» ندارد"
"""On a page, marks keep the names in their places."""


def refused(value: int) -> int:
    raise PydanticCustomError("elsewhere", "no", {"problems": ["of another kind"], "key": 1})


class Search(BaseModel):
    filter: Annotated[Filter[User], POLICY]
    page: int = 0
    other: Annotated[int, AfterValidator(refused)] | None = None


def admitted(filter: str) -> Filter[User]:
    return POLICY.admit(filter)


def application(*, handled: bool) -> FastAPI:
    app = FastAPI()

    @app.get("/users")
    def users(filter: Annotated[Filter[User], POLICY]) -> str:
        return str(filter)

    @app.post("/searches")
    def searches(search: Search) -> str:
        return str(search.filter)

    @app.get("/mine")
    def mine(filter: Annotated[Filter[User], Depends(admitted)]) -> str:
        return str(filter)

    if handled:
        app.add_exception_handler(RequestValidationError, filter_errors_handler)
        app.add_exception_handler(FilterError, filter_errors_handler)
    return app


APP, PLAIN = application(handled=True), application(handled=False)


def ask(app: FastAPI, method: str, path: str, *languages: str, **arguments: Any) -> httpx.Response:
    headers = [("Accept-Language", language) for language in languages]
    if "content" in arguments:
        headers.append(("Content-Type", "application/json"))

    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://panel") as browser:
            return await browser.request(method, path, headers=headers, **arguments)

    return asyncio.run(answer())


def refusal(path: str, *languages: str, text: str = WRONG) -> dict[str, Any]:
    answer = ask(APP, "GET", path, *languages, params={"filter": text})
    assert answer.status_code == 422
    [detail] = answer.json()["detail"]
    assert isinstance(detail, dict)
    return detail


def test_what_is_wrong_is_said_in_persian() -> None:
    detail = refusal("/users", "fa-IR,fa;q=0.9,en;q=0.5")
    assert (detail["type"], detail["loc"], detail["input"]) == ("unknown-field", ["query", "filter"], WRONG)
    assert detail["msg"] == detail["ctx"]["message"] == PERSIAN
    assert [problem["message"] for problem in detail["ctx"]["problems"]] == [PERSIAN]
    assert (detail["ctx"]["key"], detail["ctx"]["params"]) == ("unknown-field", {"object": "user", "field": "Usernme"})


@pytest.mark.parametrize("languages", [(), ("en",), ("de",), ("fa;q=0.1,en",), ("nonsense;;",)])
@pytest.mark.parametrize(
    ("method", "path", "arguments"),
    [
        ("GET", "/users", {"params": {"filter": WRONG}}),
        ("GET", "/users", {}),
        ("POST", "/searches", {"json": {"filter": {"combinator": "and", "rules": [{"field": "x"}]}, "page": "x"}}),
        ("POST", "/searches", {"content": b"{"}),
    ],
)
def test_in_english_nothing_changes(
    languages: tuple[str, ...], method: str, path: str, arguments: dict[str, Any]
) -> None:
    answered, plain = (ask(app, method, path, *languages, **arguments) for app in (APP, PLAIN))
    assert (answered.status_code, answered.json()) == (plain.status_code, plain.json())
    assert answered.status_code == 422


def test_every_problem_is_said() -> None:
    problems = refusal("/users", "fa", text="Usernme = 'x' and User_Id = 'y'")["ctx"]["problems"]
    assert [problem["code"] for problem in problems] == ["unknown-field", "not-a-number"]
    assert all(any("آ" <= letter <= "ی" for letter in problem["message"]) for problem in problems)


def test_a_header_that_comes_in_two_lines_is_one_list() -> None:
    assert refusal("/users", "en;q=0.5", "fa;q=0.9")["msg"] == PERSIAN


def test_errors_of_others_stay_as_they_are() -> None:
    search = {"filter": WRONG, "page": "x", "other": 1}
    answered, plain = (ask(app, "POST", "/searches", "fa", json=search).json()["detail"] for app in (APP, PLAIN))
    assert len(answered) == len(plain) == 3
    assert [one for one, other in zip(answered, plain, strict=True) if one == other] == answered[1:]
    assert (answered[0]["msg"], plain[0]["msg"]) == (PERSIAN, f"{ENGLISH} (line 1, column 1)")


def test_each_rule_of_a_visual_builder_is_said_at_its_place() -> None:
    rules = [{"field": "Usernme", "operator": "=", "value": "x"}, {"field": "User_Id", "operator": "=", "value": "y"}]
    answer = ask(APP, "POST", "/searches", "fa", json={"filter": {"combinator": "and", "rules": rules}})
    details = answer.json()["detail"]
    assert [detail["loc"][:4] for detail in details] == [["body", "filter", "rules", 0], ["body", "filter", "rules", 1]]
    assert details[0]["msg"] == PERSIAN


@pytest.mark.parametrize(("language", "message"), [("fa", PERSIAN), ("en", f"{ENGLISH} (line 1, column 1)")])
def test_a_filter_that_a_dependency_refuses_is_answered_alike(language: str, message: str) -> None:
    detail = refusal("/mine", language)
    assert (detail["type"], detail["loc"], detail["msg"]) == ("unknown-field", [], message)
    assert detail["ctx"] == refusal("/users", language)["ctx"]


def test_hidden_fields_stay_hidden_in_persian() -> None:
    hidden, unknown = (json.dumps(refusal("/users", "fa", text=f"{name} = 'x'")) for name in ("Family", "Famiyl"))
    assert hidden == unknown.replace("Famiyl", "Family")


def test_a_lone_surrogate_is_answered() -> None:
    answer = ask(APP, "POST", "/searches", "fa", content=b'{"filter": "\\ud800 = 1"}')
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["ctx"]["key"] == "invisible-character"
