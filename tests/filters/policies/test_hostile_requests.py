"""Hostile requests to handlers whose filters have a policy: rows of the scope or a 422, whatever is sent."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI, Form, Header, Query
from pydantic import AfterValidator, BaseModel

from deltasib_query import Filter, Policy, Service, User, parse
from strategies import FRAGMENTS

POLICY = Policy(
    User,
    scope=User.User_Id.between(711, 720) & (User.Family == "secret"),
    fields=[User.User_Id, User.Username],
    operators={User.Username: ["=", "like"]},
)
OPEN = Policy(User, scope="all rows", fields=[User.User_Id, User.Username])
SERVICES = Policy(Service, scope=Service.Price > 5)
Typed = Annotated[Filter[User], POLICY]

ROWS = [
    {"User_Id": number, "Username": f"u{number}", "Name": "x", "Family": family, "Address": ""}
    for number in range(705, 725)
    for family in ("secret", "other")
]
IN_SCOPE = list(range(711, 721))


class Search(BaseModel):
    filter: Typed


class Either(BaseModel):
    filter: Annotated[Filter[Service], SERVICES] | Typed | None


class Shown(BaseModel):
    filter: Annotated[Filter[User], OPEN]


class Composed(BaseModel):
    filter: Annotated[Typed, AfterValidator(lambda given: given & (User.Username == "u715"))]


class Widened(BaseModel):
    filter: Annotated[Typed, AfterValidator(lambda given: given | (User.Username == "u715"))]


def ids(filter: Filter[User]) -> list[Any]:
    return [row["User_Id"] for row in ROWS if filter.matches(row)]


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/query")
    def query(filter: Typed) -> list[int]:
        return ids(filter)

    @app.get("/queries")
    def queries(filter: Annotated[list[Typed], Query(max_length=3)]) -> list[list[int]]:
        return [ids(one) for one in filter]

    @app.get("/optional")
    def optional(filter: Annotated[Typed, Query(default_factory=POLICY.default)]) -> list[int]:
        return ids(filter)

    @app.get("/header")
    def header(filter: Annotated[Typed, Header()]) -> list[int]:
        return ids(filter)

    @app.post("/form")
    def form(filter: Annotated[Typed, Form()]) -> list[int]:
        return ids(filter)

    @app.post("/bare")
    def bare(filter: Annotated[Typed, Body(embed=True)]) -> list[int]:
        return ids(filter)

    @app.post("/body")
    def body(search: Search) -> list[int]:
        return ids(search.filter)

    @app.post("/either")
    def either(search: Either) -> str:
        return "" if search.filter is None else search.filter.record.__name__

    @app.post("/saved")
    def saved(search: Search) -> Search:
        return search

    @app.post("/shown", response_model=Shown)
    def shown(search: Search) -> Search:
        return search

    @app.post("/shown-by-hand")
    def shown_by_hand(search: Search) -> Shown:
        return Shown(filter=search.filter)

    @app.post("/composed")
    def composed(search: Composed) -> Composed:
        return search

    @app.post("/widened")
    def widened(search: Widened) -> Widened:
        return search

    return app


class Browser:
    """Requests to the application, each answered before the next; an exception in it is a 500."""

    def __init__(self, app: FastAPI) -> None:
        self._loop = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://panel")

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self._loop.run(self._client.get(path, **arguments))

    def post(self, path: str, **arguments: Any) -> httpx.Response:
        return self._loop.run(self._client.post(path, **arguments))


CLIENT = Browser(application())


def ask(path: str, value: Any) -> tuple[int, Any]:
    """Return the status and the response, which never has the scope in it."""
    if path in {"/query", "/queries", "/optional"}:
        answer = CLIENT.get(path, params={"filter": value})
    elif path == "/header":
        answer = CLIENT.get(path, headers={"filter": value})
    elif path == "/form":
        answer = CLIENT.post(path, data={"filter": value})
    else:
        answer = CLIENT.post(path, content=json.dumps({"filter": value}), headers={"content-type": "application/json"})
    assert [word for word in ("secret", "711", "720") if word in answer.text and word not in str(value)] == [] or (
        answer.status_code == 200 and answer.text.startswith("[")
    )
    return answer.status_code, answer.json()


PATHS = ("/query", "/optional", "/form", "/bare", "/body")

# The small grammar: all sequences of up to three of these, in every place that a filter can come from

PIECES = (
    "User_Id > 0", "User_Id = 715", "Username like 'u71%'", "Username like '%'", "Username like '\u200c%'",
    "Family = 'other'",
    "and", "or", "(", ")", "''", "not", "--", ";",
)  # fmt: skip


@pytest.mark.parametrize(("path", "length"), [*itertools.product(PATHS, (1, 2)), ("/body", 3)])
def test_every_sequence_selects_within_the_scope_or_is_refused(path: str, length: int) -> None:
    admitted = 0
    for pieces in itertools.product(PIECES, repeat=length):
        status, answer = ask(path, " ".join(pieces))
        assert status in {200, 422}, pieces
        if status == 200:
            admitted += 1
            assert set(answer) <= set(IN_SCOPE), pieces
    assert admitted == {1: 3, 2: 0, 3: 21}[length]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_admitted_finds_what_was_typed(path: str) -> None:
    assert ask(path, "User_Id <= 712 or User_Id >= 720") == (200, [711, 712, 720])
    assert ask(path, "User_Id > 0 or Username = 'x'") == (200, IN_SCOPE)
    assert ask(path, "(User_Id < 0) or (User_Id > 0 or (User_Id = 1 or User_Id = 723))") == (200, IN_SCOPE)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fragment", [fragment for fragment in FRAGMENTS if fragment != "\ud800"])
def test_no_fragment_is_an_error_of_the_server(path: str, fragment: str) -> None:
    for text in (fragment, f"User_Id = 715 {fragment}", f"User_Id = 715 or {fragment}", f"Username = '{fragment}'"):
        assert ask(path, text)[0] in {200, 422}


# Lone surrogates, and whatever else no response can hold

SURROGATES = ("\ud800", "\udfff", "\udc80", "\ude00\ud83d")
SENTENCES = (
    "{}", "User_Id = 5{}", "{}User_Id = 5", "User_Id {}= 5", "Username = '{}'", "Username like '{}%'", "'{}",
    "Us{}ername = 'x'",
    "Username like '%{}'", 'Username = "{}"', "User_Id = 5 and ({}", "x{} = 5", "Family = '{}'", "User_Id = {}5",
    "{} " * 99,
)  # fmt: skip


@pytest.mark.parametrize("path", ["/bare", "/body", "/saved", "/either", "/shown", "/composed"])
@pytest.mark.parametrize("surrogate", SURROGATES, ids=ascii)
def test_a_lone_surrogate_in_a_body_is_refused(path: str, surrogate: str) -> None:
    for sentence in SENTENCES:
        status, answer = ask(path, sentence.replace("{}", surrogate))
        assert status == 422
        assert answer["detail"][0]["loc"][:2] == ["body", "filter"]


@pytest.mark.parametrize("octets", ["%ED%A0%80", "%ED%BF%BF", "%FF", "%C0%AF", "%00", "%F8%88%80%80%80"])
def test_octets_that_are_no_text_are_no_error_of_the_server(octets: str) -> None:
    for sentence in SENTENCES:
        text = sentence.replace("%", "%25").replace("{}", octets)
        assert CLIENT.get(f"/query?filter={text}").status_code in {200, 422}
        typed = {"content-type": "application/x-www-form-urlencoded"}
        assert CLIENT.post("/form", content=f"filter={text}", headers=typed).status_code in {200, 422}
    assert CLIENT.get("/header", headers={b"filter": b"Username = '\xff\xed\xa0\x80'"}).status_code in {200, 422}


@pytest.mark.parametrize(
    "value",
    [
        "5", "-1", "1.5", "true", "[]", '{"combinator": "and"}', '["User_Id = 5"]', '{"filter": "User_Id = 5"}',
        '["\\ud800"]', '{"\\udfff": "\\ud800"}',
        "NaN", "[Infinity]", "-Infinity", "1e999", "9" * 4000, "[" * 500 + "]" * 500,
        '[[["\\ud800"]]]', '{"a": {"b": ["\\udc00"]}}',
    ],
    ids=lambda value: value[:20],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/bare", "/body", "/saved", "/either"])
def test_what_is_no_text_is_refused(path: str, value: str) -> None:
    answer = CLIENT.post(path, content=f'{{"filter": {value}}}', headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert json.loads(answer.content)["detail"]


def test_a_file_in_the_place_of_a_filter_is_refused() -> None:
    assert CLIENT.post("/form", files={"filter": ("User_Id = 5", b"User_Id = 5")}).status_code == 422


# Several records


@pytest.mark.parametrize(
    ("value", "record"), [("User_Id = 5", "User"), ("Price > 7", "Service"), ("Service_Id = 5", "Service"), (None, "")]
)
def test_the_member_of_a_union_that_admits_the_text_is_taken(value: str | None, record: str) -> None:
    status, answer = ask("/either", value)
    assert status == 200
    assert answer in {record, "Service"} if value is None else answer == record


# What is answered


@pytest.mark.parametrize("path", ["/saved", "/shown", "/shown-by-hand"])
@pytest.mark.parametrize(
    "typed",
    ["User_Id = 5", "(User_Id = 5 or Username = 'x')", "User_Id >= 1 and User_Id <= 20", "User_Id >= 711", None],
)
def test_an_answer_has_what_was_typed(path: str, typed: str | None) -> None:
    assert ask(path, typed) == (200, {"filter": typed})


def test_a_filter_that_was_narrowed_is_answered_without_the_scope() -> None:
    assert ask("/composed", "User_Id > 5") == (200, {"filter": "User_Id > 5 and Username = 'u715'"})


def test_a_filter_that_was_widened_is_not_answered(caplog: pytest.LogCaptureFixture) -> None:
    answer = CLIENT.post("/widened", json={"filter": "User_Id > 5"})
    assert answer.status_code == 500
    assert "secret" not in answer.text + caplog.text


def test_the_description_of_the_interface_tells_neither_the_scope_nor_hidden_fields() -> None:
    description = CLIENT.get("/openapi.json").text
    assert "Username" in description
    assert [word for word in ("secret", "711", "720", "Family", "Address") if word in description] == []


def test_hidden_fields_are_answered_like_names_that_do_not_exist() -> None:
    for path, sentence in itertools.product(
        PATHS,
        ("{} = 'x'", "{} like '%'", "{} = 5", "User_Id = {}", "not {}", "{} in (1)", "`{}` = 1", "User_Id = 5 or {}"),
    ):
        answers = [
            json.dumps(ask(path, sentence.replace("{}", name))).replace(name, "NAME") for name in ("Address", "Qzzqzzq")
        ]
        assert answers[0] == answers[1]


def test_parse_is_what_the_rows_are_held_against() -> None:
    assert ids(parse("User_Id > 0", User) & POLICY.scope) == IN_SCOPE
