"""Both clients against a sandbox that misbehaves, over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import DriftError, User
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

from .conftest import Ask, ask_async

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


EXPECTED = [(number, f"user{number}") for number in range(1, 26)]

WALKS: dict[str, Callable[[Any], Any]] = {
    "list": lambda isp: isp.user.list(page_size=10),
    "list ahead": lambda isp: isp.user.list(page_size=10, prefetch=2),
    "scan": lambda isp: isp.user.scan(page_size=10),
}


def walked(ask: Ask, sandbox: Sandbox, walk: Callable[[Any], Any]) -> list[tuple[int | None, str | None]]:
    account = {"username": sandbox.username, "password": sandbox.password}
    return [(user.User_Id, user.Username) for user in ask(sandbox.url, walk, **account)]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("walk", WALKS)
def test_every_row_comes_once_in_spite_of(ask: Ask, name: str, walk: str, make_deltasib_sandbox: Make) -> None:
    sandbox = make_deltasib_sandbox(ROWS, faults=FAULTS[name])
    assert walked(ask, sandbox, WALKS[walk]) == EXPECTED


@pytest.mark.parametrize("name", FAULTS)
def test_windows_at_once_bring_every_row_once_in_spite_of(name: str, make_deltasib_sandbox: Make) -> None:
    sandbox = make_deltasib_sandbox(ROWS, faults=FAULTS[name])
    assert walked(ask_async, sandbox, lambda isp: isp.user.scan(page_size=4, workers=4)) == EXPECTED


def test_a_scan_brings_every_row_once_where_there_is_no_order(ask: Ask, make_deltasib_sandbox: Make) -> None:
    sandbox = make_deltasib_sandbox(ROWS, faults=Faults(shuffled=True, cap=4, errors=0.1))
    assert walked(ask, sandbox, lambda isp: isp.user.scan(page_size=10)) == EXPECTED


def test_a_list_without_an_order_ends_in_an_error(ask: Ask, make_deltasib_sandbox: Make) -> None:
    sandbox = make_deltasib_sandbox(ROWS, faults=Faults(shuffled=True))
    with pytest.raises(DriftError, match="scan walks by key"):
        walked(ask, sandbox, lambda isp: isp.user.list(page_size=5))
