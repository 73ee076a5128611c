"""Requests that are refused: ErrorCode, ErrorDesc and HTTP status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest


def refusal(answer: httpx.Response) -> tuple[int, int, str]:
    body = answer.json()
    assert list(body) == ["ErrorCode", "ErrorDesc"]
    return answer.status_code, body["ErrorCode"], body["ErrorDesc"]


def _limit(name: str, value: str) -> str:
    return f"{name}: a whole number from 0 to 4294967295 is needed, not {value}"


@pytest.mark.parametrize(
    ("object", "parameters", "missing"),
    [
        ("user", {}, "Action"),
        ("user", {"Action": "creditinfo"}, "User_Id"),
        ("User.payment", {"Action": "list"}, "User_Id"),
        ("User.payment", {"Action": "list", "User_Id": " "}, "User_Id"),
        ("user.service.base", {"Action": "list"}, "User_Id"),
    ],
)
def test_a_required_parameter_is_missing(
    client: httpx.Client, object: str, parameters: dict[str, str], missing: str
) -> None:
    answer = client.get(f"/{object}/", params=parameters)
    assert refusal(answer) == (400, -4, f"Require item not found: {missing}")


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"Field": "Password"}, "Field: there is no field 'Password'"),
        ({"Field": "User_Id;Username"}, "Field: there is no field 'User_Id;Username'"),
        ({"Field": "User_Id,"}, "Field: there is no field ''"),
        ({"Field": "User_Id،Username"}, "Field: there is no field 'User_Id،Username'"),
        ({"LimitFrom": "x"}, _limit("LimitFrom", "'x'")),
        ({"LimitFrom": "-1"}, _limit("LimitFrom", "-1")),
        ({"LimitCount": "1.5"}, _limit("LimitCount", "'1.5'")),
        ({"LimitCount": "۱۰"}, _limit("LimitCount", "'۱۰'")),
        ({"LimitCount": "9" * 30}, _limit("LimitCount", f"'{'9' * 30}'")),
    ],
)
def test_a_wrong_parameter(client: httpx.Client, parameters: dict[str, str], reason: str) -> None:
    answer = client.get("/user/", params={"Action": "list", **parameters})
    assert refusal(answer) == (400, -5, f"Invalid Data: {reason}")


@pytest.mark.parametrize("object", ["User.payment", "user.service.base"])
def test_a_user_id_that_is_no_number(client: httpx.Client, object: str) -> None:
    answer = client.get(f"/{object}/", params={"Action": "list", "User_Id": "ali"})
    assert refusal(answer)[:2] == (400, -5)


@pytest.mark.parametrize(
    ("filter", "column"),
    [
        ("Password = 'x'", 1),
        ("Username in", 10),
        ("User_Id = 1; drop table users", 12),
        ("User_Id = 1 -- all", 13),
        ("User_Id = 'abc'", 11),
    ],
)
def test_a_wrong_filter_is_told_with_its_place(client: httpx.Client, filter: str, column: int) -> None:
    status, code, reason = refusal(client.get("/user/", params={"Action": "list", "Filter": filter}))
    assert (status, code) == (400, -5)
    assert reason.startswith("Invalid Data: Filter: ")
    assert reason.endswith(f"(line 1, column {column})")


def test_a_filter_by_what_is_only_answered(client: httpx.Client) -> None:
    parameters = {"Action": "creditinfo", "User_Id": "0", "Filter": "ServiceStatus = 'Active'"}
    assert refusal(client.get("/user/", params=parameters))[:2] == (400, -5)


def test_a_filter_that_is_too_deep(client: httpx.Client) -> None:
    filter = "(" * 33 + "User_Id = 1" + ")" * 33
    assert refusal(client.get("/user/", params={"Action": "list", "Filter": filter}))[:2] == (400, -5)


@pytest.mark.parametrize("path", ["/nothing/", "/user/5/", "/", "/../2.0/user/"])
def test_an_unknown_address(client: httpx.Client, path: str) -> None:
    assert refusal(client.get(path, params={"Action": "list"}))[:2] == (400, -5)


def test_an_unknown_action(client: httpx.Client) -> None:
    answer = client.get("/user/", params={"Action": "drop"})
    assert refusal(answer) == (400, -5, "Invalid Data: no such Action")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_list_by_another_method(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/user/", data={"Action": "list"})
    assert refusal(answer) == (400, -5, "Invalid Data: user list takes GET")


def test_a_login_by_get(anonymous: httpx.Client, login: dict[str, str]) -> None:
    assert refusal(anonymous.get("/auth/", params=login))[:2] == (400, -5)


def test_a_method_that_the_service_has_not(client: httpx.Client) -> None:
    assert refusal(client.patch("/user/", data={"Action": "list"}))[:2] == (400, -5)


def test_a_broken_form(client: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert refusal(client.post("/auth/", content=b"--y\r\nnonsense", headers=headers))[:2] == (400, -5)


def test_an_unexpected_error_is_logged_and_tells_the_client_nothing(
    serve: Callable[..., httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> datetime:
        raise ZeroDivisionError("secret")

    client = serve(clock=broken)
    assert refusal(client.get("/user/", params={"Action": "list"})) == (500, -1, "Fatal Error")
    assert "ZeroDivisionError" in caplog.text
