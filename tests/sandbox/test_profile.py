"""A sandbox with a profile: what each fact changes, asked without our client."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from databases import Database
from deltasib_query import ParameterError, ServerProfile, User
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

Serve = Callable[..., httpx.Client]


@pytest.fixture
def database() -> Database:
    """SQLite alone: how MariaDB compares is tested with `test_it_finds_out_how_a_database_compares`."""
    return nullcontext


@pytest.fixture
def ask(serve: Serve) -> Callable[..., httpx.Response]:
    """Ask a sandbox of 20 users with these facts for a list of users."""

    def ask(parameters: dict[str, object], object: str = "user", **facts: Any) -> httpx.Response:
        given = {"Action": "list", "Field": "User_Id", **parameters}
        client = serve(profile=ServerProfile(**facts))
        return client.get(f"/{object}/", params={name: str(value) for name, value in given.items()})

    return ask


Ask = Callable[..., httpx.Response]

NOBODY: dict[str, object] = {"Filter": "User_Id = 0"}
ONE: dict[str, object] = {"Filter": "User_Id = 3"}


@pytest.mark.parametrize(
    ("facts", "parameters", "expected"),
    [
        ({"page_cap": 2}, {}, [{"User_Id": 1}, {"User_Id": 2}]),
        ({"row_order": "ascending"}, {"LimitCount": 2}, [{"User_Id": 1}, {"User_Id": 2}]),
        ({"row_order": "descending"}, {"LimitCount": 2}, [{"User_Id": 20}, {"User_Id": 19}]),
        ({"no_rows": "list"}, NOBODY, []),
        ({"no_rows": "null"}, NOBODY, None),
        ({"no_rows": "object"}, NOBODY, {}),
        ({"one_row": "list"}, ONE, [{"User_Id": 3}]),
        ({"one_row": "object"}, ONE, {"User_Id": 3}),
        ({"one_row": "object"}, {"LimitCount": 2}, [{"User_Id": 1}, {"User_Id": 2}]),
        ({"key_case": "lower"}, ONE, [{"user_id": 3}]),
        ({"key_case": "mixed"}, ONE, [{"user_id": 3}]),
        ({"numbers_as_text": True}, ONE, [{"User_Id": "3"}]),
        ({"precedence": "and"}, {"Filter": "User_Id = 3 or User_Id = 4 and User_Id = 0"}, [{"User_Id": 3}]),
        ({"precedence": "or"}, {"Filter": "User_Id = 3 or User_Id = 4 and User_Id = 0"}, []),
        ({"precedence": "or"}, {"Filter": "User_Id = 0 AND User_Id = 3 or User_Id = 4"}, []),
        ({"precedence": "or"}, {"Filter": "(User_Id = 0 and User_Id = 3) or User_Id = 4"}, [{"User_Id": 4}]),
        ({"precedence": "or"}, {"Filter": "User_Id = 5 and Family <> 'or (x' or User_Id = 0"}, [{"User_Id": 5}]),
        ({"escaped_wildcards": False}, {"Filter": r"Username like 'sara\_ahmadi'"}, []),
        ({"escaped_wildcards": True}, {"Filter": r"Username like 'sara\_ahmadi'"}, [{"User_Id": 3}]),
        ({"equal_case": False}, {"Filter": "Username = 'ALI'"}, []),
        ({"equal_case": False}, {"Filter": "Username = 'ali'"}, [{"User_Id": 1}]),
        ({"equal_case": False}, {"Filter": "Username like 'ALI'"}, []),
        ({"equal_trailing_spaces": False}, {"Filter": "Username = 'ali '"}, []),
        ({"equal_trailing_spaces": True}, {"Filter": "Username = 'ali '"}, [{"User_Id": 1}]),
        ({"equal_zwnj": False}, {"Filter": "Username = 'a\u200cli'"}, []),
        ({"equal_zwnj": True}, {"Filter": "Username = 'a\u200cli'"}, [{"User_Id": 1}]),
        ({"equal_yeh": True}, {"Filter": "Username = 'ali' and Name = 'علي'"}, [{"User_Id": 1}]),
        ({"equal_yeh": False}, {"Filter": "Username = 'ali' and Name = 'علي'"}, []),
        ({"equal_digits": False}, {"Filter": "Username = '۰۹۱۲۱۲۳۴۵۶۷'"}, []),
        ({"equal_digits": True}, {"Filter": "Username = '۰۹۱۲۱۲۳۴۵۶۷'"}, [{"User_Id": 2}]),
    ],
)  # fmt: skip
def test_rows(ask: Ask, facts: dict[str, Any], parameters: dict[str, object], expected: object) -> None:
    assert ask(parameters, **facts).json() == expected


def test_names_are_mixed_case_but_for_services(ask: Ask) -> None:
    services = ask({"Field": "Service_Id", "LimitCount": 1}, "service", key_case="mixed")
    assert services.json() == [{"Service_Id": 1}]


def test_another_order_is_always_the_same(ask: Ask) -> None:
    first, again = (ask({}, row_order="other").json() for _ in range(2))
    part = ask({"LimitFrom": 5, "LimitCount": 5}, row_order="other").json()
    assert first == again != sorted(first, key=lambda row: int(row["User_Id"]))
    assert part == first[5:10]


def test_a_changing_order(serve: Serve) -> None:
    client = serve(profile=ServerProfile(row_order="changing"))
    parameters = {"Action": "list", "Field": "User_Id"}
    assert client.get("/user/", params=parameters).json() != client.get("/user/", params=parameters).json()


@pytest.mark.parametrize("filter", ["Family = 'O''Reilly'", "Family = '''' or User_Id = 1", "Name = '' or Name = ''''"])
def test_quotes_that_are_not_understood(ask: Ask, filter: str) -> None:
    assert ask({"Filter": filter}, doubled_quotes=False).json()["ErrorCode"] == -5
    assert ask({"Filter": filter}, doubled_quotes=True).status_code == 200


def test_an_empty_text_has_no_quote(ask: Ask) -> None:
    assert ask({"Filter": "Name = '' and Family = ''"}, doubled_quotes=False).json() == [{"User_Id": 6}]


def test_statuses_of_errors(ask: Ask) -> None:
    wrong = {"Filter": "nonsense"}
    assert ask(wrong, error_statuses={-5: 200}).status_code == 200
    assert ask(wrong, error_statuses={-6: 200}).status_code == 400


CREDIT = {"Action": "creditinfo", "Field": "User_Id"}


@pytest.mark.parametrize(
    ("way", "beside_zero", "without", "by_id"),
    [(None, [3], -4, [4]), ("zero", [3], -4, [4]), ("absent", [], [3], [4]), ("no", [], -4, [4])],
)
def test_credit_by_filter(ask: Ask, way: Any, beside_zero: object, without: object, by_id: object) -> None:
    def found(parameters: dict[str, object]) -> object:
        data = ask({**CREDIT, **parameters}, credit_by_filter=way).json()
        return [row["User_Id"] for row in data] if isinstance(data, list) else data["ErrorCode"]

    assert found({**ONE, "User_Id": 0}) == beside_zero
    assert found(ONE) == without
    assert found({"User_Id": 4}) == by_id
    assert found({**ONE, "User_Id": 4}) == []
    assert found({}) == -4


@pytest.mark.parametrize("known", [None, "disconnect", "disconnet"])
def test_the_spelling_of_disconnect(serve: Serve, known: Any) -> None:
    client = serve(profile=ServerProfile(disconnect_action=known))
    for action in ("disconnect", "disconnet"):
        data = {"Action": action, "Filter": "Nas_Id = 0"}
        answer = client.request("DELETE", "/radius/", data=data).json()
        assert answer == {"status": 1} if known in {None, action} else answer["ErrorCode"] == -5
    rows = client.get("/radius/", params={"Action": "list", "Field": "Nas_Id"})
    assert rows.status_code == 200


def test_long_urls(serve: Serve) -> None:
    client = serve(profile=ServerProfile(max_url_bytes=300))
    url = str(client.build_request("GET", "/user/", params={"Action": "list", "x": ""}).url)
    fits = client.get("/user/", params={"Action": "list", "x": "a" * (300 - len(url))})
    longer = client.get("/user/", params={"Action": "list", "x": "a" * (301 - len(url))})
    assert (fits.status_code, longer.status_code) == (200, 414)


def test_how_long_a_token_lives(login: dict[str, str]) -> None:
    with Sandbox(users=1, profile=ServerProfile(token_seconds=45)) as sandbox:
        told = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False).json()
    assert told["SessionTimeout"] == 45
    with Sandbox(users=1, session_timeout=7, profile=ServerProfile(token_seconds=45)) as sandbox:
        told = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False).json()
    assert told["SessionTimeout"] == 7


def test_text_in_front_of_the_json(login: dict[str, str]) -> None:
    with Sandbox(users=1, profile=ServerProfile(skip_preamble=True)) as sandbox:
        text = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False).text
    assert text.startswith("<br />\n<b>Notice</b>: ")
    assert json.loads(text[text.index("{") :]).keys() == {"token", "SessionTimeout"}


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "utf-16"])
def test_a_charset_that_is_not_declared(login: dict[str, str], charset: str) -> None:
    with Sandbox(rows={User: [{"User_Id": 1, "Name": "پژمان"}]}, profile=ServerProfile(charset=charset)) as sandbox:
        key = httpx.post(f"{sandbox.url}/1.0/auth/", data=login, trust_env=False).content
        headers = {"Authorization": f"Bearer {json.loads(key.decode(charset))['token']}"}
        answer = httpx.get(f"{sandbox.url}/1.0/user/", params={"Action": "list", "Field": "Name"}, headers=headers,
                           trust_env=False)  # fmt: skip
    assert answer.headers["Content-Type"] == "application/json; charset=iso-8859-1"
    assert json.loads(answer.content.decode(charset)) == [{"Name": "پژمان"}]


def test_faults_and_a_profile_are_taken_together(serve: Serve) -> None:
    client = serve(faults=Faults(cap=3, lower_keys=True), profile=ServerProfile(page_cap=5, numbers_as_text=True))
    rows = client.get("/user/", params={"Action": "list", "Field": "User_Id"}).json()
    assert rows == [{"user_id": "1"}, {"user_id": "2"}, {"user_id": "3"}]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"equal_yeh": True}, "no collation of MariaDB compares texts like this"),
        ({"equal_case": False, "equal_digits": True}, "no collation of MariaDB compares texts like this"),
        ({"escaped_wildcards": False}, "a backslash escapes wildcards in every MariaDB"),
    ],
)
def test_comparisons_that_no_mariadb_has(facts: dict[str, Any], message: str) -> None:
    sandbox = Sandbox(database="mysql+pymysql://root@127.0.0.1:1/x", profile=ServerProfile(**facts))
    with pytest.raises(ParameterError, match=f"^profile: {message}$"), sandbox:
        pass
