"""The arguments of a client that have no other place: accounts, versions, limits, sizes."""

from __future__ import annotations

from math import nan
from typing import Any

import httpx
import pytest

from client.conftest import Ask, Call, Start
from client.scripted import NO_TLS, as_json, user
from deltasib_query import AsyncClient, ParameterError

FIRST: Call = lambda isp: isp.user.list().first()  # noqa: E731


WRONG_LIMITS: list[Any] = [
    None, 5, "20", (20, 20), {"max_connections": 5},
    *[httpx.Limits(max_connections=count) for count in (0, -1, 1.5, "5", True)],  # type: ignore[arg-type]
    *[httpx.Limits(max_keepalive_connections=count) for count in (-1, 1.5, "5", True)],  # type: ignore[arg-type]
    *[httpx.Limits(keepalive_expiry=seconds) for seconds in (-1, nan, "5", True)],  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize("limits", WRONG_LIMITS, ids=repr)
def test_limits_that_are_none(ask: Ask, limits: object) -> None:
    with pytest.raises(ParameterError, match=r"^limits: "):
        ask("https://isp.example", FIRST, limits=limits)


def test_another_version_is_asked_for_by_its_path(start: Start, ask: Ask) -> None:
    server = start(lambda asked: as_json({"token": "t"} if asked.path.endswith("/auth/") else [user(1)]))
    assert ask(server.url, FIRST, version="2.5").User_Id == 1
    assert [asked.path for asked in server.calls] == ["/2.5/auth/", "/2.5/user/"]


@pytest.mark.parametrize("version", ["", "1.0/", "../1.0", "1.0?x", "v1", "1.", "۱.۰"])
def test_a_version_of_another_form(ask: Ask, version: str) -> None:
    with pytest.raises(ParameterError, match=r"^version: "):
        ask("https://isp.example", FIRST, version=version)


@pytest.mark.parametrize("version", [None, 1.0, b"1.0"])
def test_a_version_that_is_no_text(ask: Ask, version: object) -> None:
    with pytest.raises(ParameterError, match=r"^version: "):
        ask("https://isp.example", FIRST, version=version)


@pytest.mark.parametrize("largest", [-1, 1.0, "5", None, True])
def test_a_largest_answer_that_is_no_number(ask: Ask, largest: object) -> None:
    with pytest.raises(ParameterError, match=r"^max_response_bytes: "):
        ask("https://isp.example", FIRST, max_response_bytes=largest)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("url", ""),
        ("url", None),
        ("url", httpx.URL("https://isp.example")),
        ("username", ""),
        ("username", "x" * 33),
        ("username", None),
        ("password", b"x"),
    ],
)
def test_an_account_or_address_that_is_none(option: str, value: object) -> None:
    arguments: dict[str, Any] = {"url": "https://isp.example", "username": "reseller", "password": "x", option: value}
    with pytest.raises(ParameterError) as caught:
        AsyncClient(**arguments, verify=NO_TLS)
    assert caught.value.parameter == option
