"""The last look before a filter is sent: a text that would be read as another filter stays here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import FilterError, OnlineRadiusUser, User, UserCreditInfo
from deltasib_query.filters import filter as filters
from deltasib_query.language.tree import Node

from .conftest import Ask, Start
from .scripted import DONE, always

CALLS: dict[str, Callable[[Any], Any]] = {
    "list": lambda isp: isp.user.list(User.Name == "x"),
    "scan": lambda isp: isp.user.scan(User.Name == "x"),
    "creditinfo": lambda isp: isp.user.credit_info(filter=UserCreditInfo.Username == "x"),
    "disconnect": lambda isp: isp.radius.disconnect(OnlineRadiusUser.User_Id == 7),
    "disconnect at most": lambda isp: isp.radius.disconnect(OnlineRadiusUser.User_Id == 7, at_most=5),
}


def broken_out_of(_tree: Node) -> str:
    return "User_Id > 0"


def no_filter_at_all(_tree: Node) -> str:
    return "1=1; --"


@pytest.mark.parametrize("renderer", [broken_out_of, no_filter_at_all])
@pytest.mark.parametrize("name", CALLS)
def test_a_text_that_reads_back_as_something_else_is_not_sent(
    start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str, renderer: Callable[[Node], str]
) -> None:
    monkeypatch.setattr(filters, "render", renderer)
    server = start(always(DONE))
    with pytest.raises(FilterError):
        ask(server.url, CALLS[name])
    assert (server.calls, server.logins) == ([], [])


def test_what_is_wrong_is_said_without_a_filters_values(
    start: Start, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "render", broken_out_of)
    with pytest.raises(FilterError, match="reads back as another filter: it is not sent") as caught:
        ask(start(always(DONE)).url, CALLS["disconnect"])
    assert caught.value.code == "unfaithful"
