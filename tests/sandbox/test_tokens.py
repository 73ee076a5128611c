"""`auth gettoken`, and what becomes of requests with and without a token."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt
import pytest

from deltasib_query.sandbox.server import Sandbox

LIST = {"Action": "list", "LimitCount": "1"}


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["ErrorCode"]


def test_a_login_in_the_clients_encoding(anonymous: httpx.Client, login: dict[str, str]) -> None:
    assert anonymous.post("/auth/", data=login).json()["SessionTimeout"] == 600


def test_a_login_in_the_samples_encoding(anonymous: httpx.Client, login: dict[str, str]) -> None:
    multipart = {name: (None, value) for name, value in login.items()}
    assert anonymous.post("/auth/", files=multipart).json()["SessionTimeout"] == 600


def test_a_token_has_the_claims_of_the_guides_sample(token: str) -> None:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert claims["nbf"] == claims["iat"] == claims["exp"] - 600
    assert claims["data"] == {"scope": "reseller", "id": "2"}


@pytest.mark.parametrize("wrong", [{"Api_Key": "0" * 128}, {"Api_Username": "somebody"}, {"Api_Key": "رمز"}])
def test_a_wrong_name_or_key(anonymous: httpx.Client, login: dict[str, str], wrong: dict[str, str]) -> None:
    answer = anonymous.post("/auth/", data=login | wrong)
    assert answer.status_code == 401
    assert answer.json() == {"ErrorCode": -2, "ErrorDesc": "Invalid key"}


def test_a_missing_key(anonymous: httpx.Client, login: dict[str, str]) -> None:
    answer = anonymous.post("/auth/", data=login | {"Api_Key": ""})
    assert answer.status_code == 400
    assert answer.json() == {"ErrorCode": -4, "ErrorDesc": "Require item not found: Api_Key"}


def test_no_token(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/user/", params=LIST)
    assert answer.status_code == 401
    assert answer.json() == {"ErrorCode": -6, "ErrorDesc": "Invalid token"}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic cmVzZWxsZXI6c2FuZGJveA=="])
def test_what_is_no_token(anonymous: httpx.Client, header: str) -> None:
    assert refusal(anonymous.get("/user/", params=LIST, headers={"Authorization": header})) == (401, -6)


def test_the_token_as_a_parameter(anonymous: httpx.Client, token: str) -> None:
    assert anonymous.get("/user/", params=LIST | {"Token": token}).status_code == 200


def test_a_token_is_used_again_and_again(client: httpx.Client) -> None:
    assert [client.get("/user/", params=LIST).status_code for _ in range(3)] == [200, 200, 200]


def test_an_expired_token(login: dict[str, str]) -> None:
    with (
        Sandbox(users=1, session_timeout=0) as sandbox,
        httpx.Client(base_url=f"{sandbox.url}/1.0", trust_env=False) as client,
    ):
        token = client.post("/auth/", data=login).json()["token"]
        assert refusal(client.get("/user/", params=LIST | {"Token": token})) == (401, -6)


def test_a_token_that_another_service_signed(anonymous: httpx.Client, token: str) -> None:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(claims, "0" * 64, "HS256")
    assert refusal(anonymous.get("/user/", params=LIST | {"Token": forged})) == (401, -6)


def test_an_unsigned_token(anonymous: httpx.Client, token: str) -> None:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", "none")
    assert refusal(anonymous.get("/user/", params=LIST | {"Token": unsigned})) == (401, -6)


def test_a_token_lives_for_a_part_of_a_second(login: dict[str, str]) -> None:
    with (
        Sandbox(users=1, session_timeout=0.02) as sandbox,
        httpx.Client(base_url=f"{sandbox.url}/1.0", trust_env=False) as client,
    ):
        answer = client.post("/auth/", data=login).json()
        assert answer["SessionTimeout"] == 0.02
        time.sleep(0.05)
        assert refusal(client.get("/user/", params=LIST | {"Token": answer["token"]})) == (401, -6)


def test_two_tokens_are_never_the_same(anonymous: httpx.Client, login: dict[str, str]) -> None:
    assert len({anonymous.post("/auth/", data=login).json()["token"] for _ in range(5)}) == 5


def test_an_account_name_that_is_too_long(anonymous: httpx.Client, login: dict[str, str]) -> None:
    assert refusal(anonymous.post("/auth/", data=login | {"Api_Username": "a" * 33})) == (400, -5)
