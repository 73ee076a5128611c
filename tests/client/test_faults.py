"""Both clients against a sandbox that misbehaves, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import AsyncClient, Client, User
from deltasib_query.sandbox import Faults, Sandbox

Make = Callable[..., Sandbox]

ROWS = {User: [{"User_Id": number, "Username": f"user{number}"} for number in range(1, 26)]}

FAULTS = {
    "errors": Faults(errors=2),
    "errors that say when to come again": Faults(errors=1, retry_after=5),
    "dropped connections": Faults(drop=2),
    "answers cut in the middle": Faults(half=2),
    "a capped LimitCount": Faults(cap=7),
    "a LimitCount capped to one": Faults(cap=1),
    "keys in small letters": Faults(lower_keys=True),
    "numbers as text": Faults(numbers_as_text=True),
    "tokens that die early": Faults(token_dies_after=2),
    "all of it": Faults(errors=1, half=(3,), cap=4, lower_keys=True, numbers_as_text=True, token_dies_after=3),
}


async def walked(sandbox: Sandbox, **options: Any) -> list[tuple[int | None, str | None]]:
    async with AsyncClient(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
        return [(user.User_Id, user.Username) async for user in isp.user.list(**options)]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("client", ["sync", "async"])
def test_every_row_comes_once_in_spite_of(name: str, client: str, make_deltasib_sandbox: Make) -> None:
    sandbox = make_deltasib_sandbox(ROWS, faults=FAULTS[name])
    if client == "async":
        users = asyncio.run(walked(sandbox, page_size=10))
    else:
        with Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
            users = [(user.User_Id, user.Username) for user in isp.user.list(page_size=10)]
    assert users == [(number, f"user{number}") for number in range(1, 26)]
