"""Throwing sessions off line: whom a filter may name, looking first, and what is counted."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import (
    ConstantFilterError,
    FilterUsageError,
    MissingItemError,
    OnlineRadiusUser,
    ParameterError,
    RecordMismatchError,
    TooManyRowsError,
    User,
    parse,
)

from .conftest import Ask, Start
from .scripted import DONE, Answer, Asked, Script, as_json, failure

CHOSEN = OnlineRadiusUser.Nas_Id == 3


def online(count: int, done: Answer = DONE) -> Script:
    """Return a server with sessions 1, 2, … that behaves."""

    def answer(asked: Asked) -> Answer:
        if asked.method == "DELETE":
            return done
        numbers = range(asked.start + 1, min(count, asked.start + asked.count) + 1)
        return as_json([{"Online_RadiusUser_Id": number, "Nas_Id": 3} for number in numbers])

    return answer


def test_a_disconnection_asks_for_no_list(start: Start, ask: Ask) -> None:
    server = start(online(5))
    ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN))
    assert [(asked.method, asked.parameters) for asked in server.calls] == [
        ("DELETE", {"Action": "disconnet", "Filter": "Nas_Id = 3"})
    ]


def test_a_parsed_filter_is_sent_in_its_canonical_text(start: Start, ask: Ask) -> None:
    server = start(online(5))
    ask(server.url, lambda isp: isp.radius.disconnect(parse("NAS_ID=3 AND nasportid='ب&'", OnlineRadiusUser)))
    assert server.calls[0].parameters["Filter"] == "Nas_Id = 3 and NasPortId = 'ب&'"


@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"at_most": 5}, {"dry_run": True, "at_most": 5}])
@pytest.mark.parametrize(
    "constant", [OnlineRadiusUser.Nas_Id.in_([]), OnlineRadiusUser.Nas_Id.not_in([])], ids=["nobody", "everybody"]
)
def test_a_filter_that_names_nobody_or_everybody_is_refused_and_nothing_sent(
    start: Start, ask: Ask, constant: Any, options: dict[str, Any]
) -> None:
    server = start(online(5))
    with pytest.raises(ConstantFilterError):
        ask(server.url, lambda isp: isp.radius.disconnect(constant, **options))
    assert (server.logins, server.calls) == ([], [])


KEY = OnlineRadiusUser.Online_RadiusUser_Id
EVERYBODY = [(KEY <= 5) | (KEY > 5), (KEY != 5) | (KEY == 5) | (OnlineRadiusUser.Nas_Id == 3)]


@pytest.mark.parametrize("filter", EVERYBODY)
def test_a_filter_that_provably_selects_everybody_is_refused_and_nothing_sent(
    start: Start, ask: Ask, filter: Any
) -> None:
    server = start(online(5))
    with pytest.raises(ParameterError, match="at_most: it is needed, since the filter selects every session"):
        ask(server.url, lambda isp: isp.radius.disconnect(filter))
    assert (server.logins, server.calls) == ([], [])


@pytest.mark.parametrize("filter", EVERYBODY)
def test_such_a_filter_is_sent_if_it_is_said_how_many_it_may_hit(start: Start, ask: Ask, filter: Any) -> None:
    server = start(online(5))
    with pytest.raises(TooManyRowsError):
        ask(server.url, lambda isp: isp.radius.disconnect(filter, at_most=4))
    ask(server.url, lambda isp: isp.radius.disconnect(filter, at_most=5))
    assert [asked.parameters["Filter"] for asked in server.calls if asked.method == "DELETE"] == [str(filter)]


@pytest.mark.parametrize(
    "filter",
    [
        (OnlineRadiusUser.Nas_Id <= 5) | (OnlineRadiusUser.Nas_Id > 5),  # where it is NULL the session stays
        OnlineRadiusUser.Nas_Id.in_(range(6000)) | (KEY <= 5) | (KEY > 6),
        (OnlineRadiusUser.NasPortId > "é") | (OnlineRadiusUser.NasPortId <= "e"),
    ],
    ids=["some", "undecided", "by text"],
)
def test_a_filter_that_may_not_select_everybody_is_sent(start: Start, ask: Ask, filter: Any) -> None:
    server = start(online(5))
    ask(server.url, lambda isp: isp.radius.disconnect(filter))
    assert [asked.method for asked in server.calls] == ["DELETE"]


@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"at_most": 5}])
@pytest.mark.parametrize("filter", ["Nas_Id = 3", "", None, 5, True, OnlineRadiusUser.Nas_Id, [CHOSEN]])
def test_what_is_no_filter_is_refused_and_nothing_sent(
    start: Start, ask: Ask, filter: object, options: dict[str, Any]
) -> None:
    server = start(online(5))
    with pytest.raises(FilterUsageError, match=r"a Filter\[OnlineRadiusUser\] is needed"):
        ask(server.url, lambda isp: isp.radius.disconnect(filter, **options))
    assert (server.logins, server.calls) == ([], [])


def test_a_filter_of_another_object_is_refused_and_nothing_sent(start: Start, ask: Ask) -> None:
    server = start(online(5))
    with pytest.raises(RecordMismatchError, match=r"Filter\[OnlineRadiusUser\] is needed, not a Filter\[User\]"):
        ask(server.url, lambda isp: isp.radius.disconnect(User.User_Id == 7))
    assert (server.logins, server.calls) == ([], [])


@pytest.mark.parametrize("at_most", [-1, "5", 5.0, True])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_bound_that_is_none_is_refused_and_nothing_sent(
    start: Start, ask: Ask, at_most: object, dry_run: bool
) -> None:
    server = start(online(5))
    with pytest.raises(ParameterError, match=r"^at_most: a whole number of at least 0 is needed"):
        ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=at_most, dry_run=dry_run))
    assert (server.logins, server.calls) == ([], [])


def test_a_dry_run_returns_whom_it_would_hit(start: Start, ask: Ask) -> None:
    hit = ask(start(online(3)).url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True))
    assert isinstance(hit, tuple)
    assert [(type(session), session.Online_RadiusUser_Id) for session in hit] == [
        (OnlineRadiusUser, 1),
        (OnlineRadiusUser, 2),
        (OnlineRadiusUser, 3),
    ]


def test_a_dry_run_lists_by_the_filter_and_disconnects_nobody(start: Start, ask: Ask) -> None:
    server = start(online(3))
    ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True))
    assert {(asked.method, asked.parameters["Action"], asked.parameters["Filter"]) for asked in server.calls} == {
        ("GET", "list", "Nas_Id = 3")
    }


def test_a_dry_run_returns_all_of_many_pages(start: Start, ask: Ask) -> None:
    assert len(ask(start(online(250)).url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True))) == 250


def test_a_dry_run_of_nobody_is_empty(start: Start, ask: Ask) -> None:
    assert ask(start(online(0)).url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True)) == ()


@pytest.mark.parametrize(("count", "at_most"), [(0, 0), (3, 3), (3, 4), (120, 120)])
def test_a_bound_that_is_kept_disconnects(start: Start, ask: Ask, count: int, at_most: int) -> None:
    server = start(online(count))
    assert ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=at_most)) is None
    assert [asked.method for asked in server.calls].count("DELETE") == 1
    assert server.calls[-1].method == "DELETE"


@pytest.mark.parametrize(("count", "at_most"), [(1, 0), (4, 3), (121, 120)])
def test_a_bound_that_is_broken_disconnects_nobody(start: Start, ask: Ask, count: int, at_most: int) -> None:
    server = start(online(count))
    message = rf"^radius disconnect: more than {at_most} sessions match; nobody was disconnected$"
    with pytest.raises(TooManyRowsError, match=message):
        ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=at_most))
    assert {asked.method for asked in server.calls} == {"GET"}


def test_a_bound_asks_for_one_row_more_than_it_allows(start: Start, ask: Ask) -> None:
    server = start(online(50))
    with pytest.raises(TooManyRowsError):
        ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=3))
    assert [(asked.start, asked.count) for asked in server.calls] == [(0, 4)]


def test_a_bound_counts_by_the_filter(start: Start, ask: Ask) -> None:
    server = start(online(1))
    ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=3))
    assert {asked.parameters["Filter"] for asked in server.calls} == {"Nas_Id = 3"}


def test_a_dry_run_within_its_bound_returns_whom_it_would_hit(start: Start, ask: Ask) -> None:
    server = start(online(3))
    hit = ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True, at_most=3))
    assert [session.Online_RadiusUser_Id for session in hit] == [1, 2, 3]
    assert {asked.method for asked in server.calls} == {"GET"}


def test_a_dry_run_beyond_its_bound_raises_as_the_disconnection_would(start: Start, ask: Ask) -> None:
    server = start(online(4))
    with pytest.raises(TooManyRowsError):
        ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, dry_run=True, at_most=3))
    assert {asked.method for asked in server.calls} == {"GET"}


def test_an_error_while_counting_disconnects_nobody(start: Start, ask: Ask) -> None:
    server = start(lambda asked: DONE if asked.method == "DELETE" else failure(-4))
    with pytest.raises(MissingItemError) as caught:
        ask(server.url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=3))
    assert (caught.value.object, caught.value.action) == ("radius", "list")
    assert {asked.method for asked in server.calls} == {"GET"}


def test_an_error_of_the_disconnection_names_it(start: Start, ask: Ask) -> None:
    with pytest.raises(MissingItemError) as caught:
        ask(start(online(1, done=failure(-4))).url, lambda isp: isp.radius.disconnect(CHOSEN, at_most=3))
    assert (caught.value.object, caught.value.action) == ("radius", "disconnect")
