"""What a client does because of the profile of its server."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import OnlineRadiusUser, ParameterError, ServerProfile, UnsafeLiteralError, User, UserCreditInfo
from deltasib_query.sandbox.server import Sandbox

from .conftest import Ask, Call, Start
from .scripted import DONE, always, as_json

SOME = UserCreditInfo.User_Id >= 7
ALL = UserCreditInfo.User_Id.not_in([])


def longest(server: Any) -> int:
    return max(len(f"{server.url}{asked.path}?{asked.query}") for asked in server.calls)


@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({}, 6000),
        ({"profile": ServerProfile(max_url_bytes=2000)}, 2000),
        ({"profile": ServerProfile(max_url_bytes=12_000)}, 12_000),
        ({"profile": ServerProfile(max_url_bytes=12_000), "max_url_bytes": 1000}, 1000),
    ],
)
def test_the_longest_url(start: Start, ask: Ask, options: dict[str, Any], most: int) -> None:
    server = start(always(as_json([])))
    ask(server.url, lambda isp: isp.user.list(User.User_Id.in_(range(1000, 9000, 5))), **options)
    assert most - 50 < longest(server) <= most


@pytest.mark.parametrize(
    ("way", "call", "parameters"),
    [
        ("zero", lambda isp: isp.user.credit_info(SOME), {"User_Id": "0", "Filter": "User_Id >= 7"}),
        ("absent", lambda isp: isp.user.credit_info(SOME), {"Filter": "User_Id >= 7"}),
        ("absent", lambda isp: isp.user.credit_info(ALL), {"Filter": "User_Id >= 0"}),
        ("absent", lambda isp: isp.user.credit_info(SOME, user_id=7), {"User_Id": "7", "Filter": "User_Id >= 7"}),
        ("no", lambda isp: isp.user.credit_info(user_id=7), {"User_Id": "7"}),
        ("no", lambda isp: isp.user.credit_info(SOME, user_id=7), {"User_Id": "7", "Filter": "User_Id >= 7"}),
    ],
)
def test_credit_by_filter(start: Start, ask: Ask, way: Any, call: Call, parameters: dict[str, str]) -> None:
    server = start(always(as_json([])))
    ask(server.url, call, profile=ServerProfile(credit_by_filter=way))
    sent = server.calls[0].parameters
    assert {name: sent[name] for name in sent if name in {"User_Id", "Filter"}} == parameters


def test_a_server_that_takes_no_filter_for_credit(start: Start, ask: Ask) -> None:
    server = start(always(as_json([])))
    with pytest.raises(ParameterError, match=r"^user_id: it is needed, since the server takes no filter without one"):
        ask(server.url, lambda isp: isp.user.credit_info(SOME), profile=ServerProfile(credit_by_filter="no"))
    assert server.calls == []


NO_QUOTES, NO_BACKSLASHES = ServerProfile(doubled_quotes=False), ServerProfile(escaped_wildcards=False)
REILLY = User.Family == "O'Reilly"
HALF = User.Address.startswith("50%")


@pytest.mark.parametrize(
    ("profile", "filter", "place"),
    [
        (NO_QUOTES, REILLY, 11),
        (NO_QUOTES, User.Family == "'", 10),
        (NO_QUOTES, (User.Name == "") & (User.Family == "'"), 24),
        (NO_QUOTES, User.Address.contains("'"), 15),
        (NO_BACKSLASHES, HALF, 16),
        (NO_BACKSLASHES, User.Username.contains("_"), 16),
    ],
)
@pytest.mark.parametrize("way", ["list", "scan"])
def test_a_text_that_the_server_misunderstands_is_not_sent(
    start: Start, ask: Ask, profile: ServerProfile, filter: Any, place: int, way: str
) -> None:
    server = start(always(as_json([])))
    with pytest.raises(UnsafeLiteralError, match="the server does not understand") as caught:
        ask(server.url, lambda isp: getattr(isp.user, way)(filter), profile=profile)
    assert (server.calls, server.logins) == ([], [])
    if way == "list":
        assert caught.value.start == place


def test_nobody_is_disconnected_by_a_text_that_the_server_misunderstands(start: Start, ask: Ask) -> None:
    server = start(always(DONE))
    with pytest.raises(UnsafeLiteralError):
        ask(server.url, lambda isp: isp.radius.disconnect(OnlineRadiusUser.NasPortId == "'"), profile=NO_QUOTES)
    assert server.calls == []


@pytest.mark.parametrize(
    ("profile", "filter"),
    [
        (NO_QUOTES, HALF),
        (NO_QUOTES, (User.Name == "") & (User.Family != "")),
        (NO_BACKSLASHES, REILLY),
        (NO_BACKSLASHES, User.Username.like("a_i%")),
        (ServerProfile(doubled_quotes=True, escaped_wildcards=True), REILLY & HALF),
        (ServerProfile(), REILLY & HALF),
    ],
)
def test_other_texts_are_sent(start: Start, ask: Ask, profile: ServerProfile, filter: Any) -> None:
    server = start(always(as_json([])))
    ask(server.url, lambda isp: isp.user.list(filter), profile=profile)
    assert server.calls[0].parameters["Filter"] == str(filter)


@pytest.mark.parametrize(
    ("known", "sent"), [(None, "disconnet"), ("disconnet", "disconnet"), ("disconnect", "disconnect")]
)
def test_the_spelling_of_disconnect(start: Start, ask: Ask, known: Any, sent: str) -> None:
    server = start(always(DONE))
    profile = ServerProfile(disconnect_action=known)
    ask(server.url, lambda isp: isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3), profile=profile)
    assert [asked.parameters["Action"] for asked in server.calls] == [known or "disconnet"]


def test_a_client_with_a_found_profile_reads_a_difficult_server(ask: Ask) -> None:
    difficult = ServerProfile(
        page_cap=7, max_url_bytes=2000, no_rows="object", one_row="object", key_case="lower", numbers_as_text=True,
        credit_by_filter="absent", skip_preamble=True, charset="utf-8",
        error_statuses={-6: 200}, row_order="descending",
    )  # fmt: skip
    with Sandbox(users=40, profile=difficult) as sandbox:
        profile = ask(sandbox.url, lambda isp: isp.probe()).profile
        users = ask(sandbox.url, lambda isp: isp.user.list(), profile=profile)
        some = ask(sandbox.url, lambda isp: isp.user.scan(User.User_Id.in_(range(1, 5000, 7))), profile=profile)
        credit = ask(sandbox.url, lambda isp: isp.user.credit_info(UserCreditInfo.User_Id == 5), profile=profile)
    assert [user.User_Id for user in users] == [*range(40, 0, -1)]
    assert [user.User_Id for user in some] == [*range(1, 41, 7)]
    assert [each.Username for each in credit] == ["conor.oreilly"]
