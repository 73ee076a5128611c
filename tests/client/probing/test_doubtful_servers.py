"""What the answers of a server do not prove is unknown, however much they look like a proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from client.conftest import Ask, Start
from client.scripted import Answer, Asked, Script, as_json, failure
from deltasib_query import ProbeReport

NAMES = ("Name", "Family", "Address")


def rows(keys: Sequence[int]) -> list[dict[str, Any]]:
    return [{"User_Id": key, "Username": f"ali{key}", **dict.fromkeys(NAMES, f"رضایی{key}")} for key in keys]


def users(count: int, served: Callable[[Asked], int] = lambda asked: asked.count) -> Script:
    """Return a server of users 1, 2, …, which serves so many rows for a request, and ignores filters."""

    def answer(asked: Asked) -> Answer:
        return as_json(rows(range(asked.start + 1, min(count, asked.start + served(asked)) + 1)))

    return answer


def reasons(report: ProbeReport) -> dict[str, str]:
    return {each.name: str(each.reason) for each in report.findings if each.value is None}


CHANCE = Random(1)
CUT = {
    "half of LimitCount": lambda asked: asked.count // 2,
    "all but one": lambda asked: asked.count - 1,
    "so many bytes": lambda asked: 600 // len(asked.parameters["Field"]),
    "as it likes": lambda asked: CHANCE.randint(1, 60),
    "fewer behind the first rows": lambda asked: 50 if asked.start < 60 else 40,
    "more at the beginning": lambda asked: 50 if asked.start == 0 else 60,
}


@pytest.mark.parametrize("served", CUT.values(), ids=list(CUT))
def test_what_is_no_bound_of_every_request(start: Start, ask: Ask, served: Callable[[Asked], int]) -> None:
    report = ask(start(users(2000, served)).url, lambda isp: isp.probe())
    assert report.profile.page_cap is None


def test_a_server_that_ignores_limit_from_shows_no_bound(start: Start, ask: Ask) -> None:
    report = ask(start(lambda asked: as_json(rows(range(1, 8)))).url, lambda isp: isp.probe())
    assert report.profile.page_cap is None


@pytest.mark.parametrize(("count", "cap"), [(9, None), (10, None), (20, None), (29, None), (30, 10)])
def test_a_bound_needs_three_full_pages(start: Start, ask: Ask, count: int, cap: int | None) -> None:
    report = ask(start(users(count, lambda asked: min(asked.count, 10))).url, lambda isp: isp.probe())
    assert report.profile.page_cap == cap


def test_rows_in_the_order_of_their_keys_may_be_a_chance_if_they_are_few(start: Start, ask: Ask) -> None:
    assert ask(start(users(9)).url, lambda isp: isp.probe()).profile.row_order is None
    assert ask(start(users(10)).url, lambda isp: isp.probe()).profile.row_order == "ascending"


def test_two_rows_in_both_orders_are_enough(start: Start, ask: Ask) -> None:
    server = start(lambda asked: as_json(rows([1, 2] if asked.count == 100 else [2, 1])))
    assert ask(server.url, lambda isp: isp.probe()).profile.row_order == "changing"


OF_FILTERS = {
    "doubled_quotes", "escaped_wildcards", "equal_case", "equal_trailing_spaces", "equal_zwnj", "equal_yeh",
    "equal_digits", "precedence", "credit_by_filter", "max_url_bytes",
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_a_server_that_ignores_filters(start: Start, ask: Ask, count: int) -> None:
    server = start(users(count))
    found = reasons(ask(server.url, lambda isp: isp.probe()))
    assert {name: found[name] for name in OF_FILTERS} == dict.fromkeys(OF_FILTERS, "the server does not apply filters")
    assert sum("Filter" in asked.parameters for asked in server.calls) == 2  # that for nobody, and one with an error


def test_a_server_that_refuses_filters(start: Start, ask: Ask) -> None:
    honest = users(30)
    server = start(lambda asked: failure(-5) if "Filter" in asked.parameters else honest(asked))
    found = reasons(ask(server.url, lambda isp: isp.probe()))
    expected = dict.fromkeys(OF_FILTERS, "the server answered with ErrorCode -5, HTTP 400")
    assert {name: found[name] for name in OF_FILTERS} == expected


def test_an_account_without_customers(start: Start, ask: Ask) -> None:
    report = ask(start(users(0)).url, lambda isp: isp.probe())
    assert report.profile.stated() == {"no_rows": "list", "token_seconds": 600.0}


def filtered(count: int, selects: Callable[[str], bool]) -> Script:
    """Return a server that applies filters: the first customer in one comes if `selects` says so."""
    honest = users(count)

    def answer(asked: Asked) -> Answer:
        text = asked.parameters.get("Filter")
        if text is None:
            return honest(asked)
        keys = [int(key) for key in re.findall("User_Id = ([1-9][0-9]*)", text)]
        return as_json(rows(keys[:1] if keys and selects(text) else []))

    return answer


def test_a_value_that_is_not_found_as_it_is_shown_proves_nothing(start: Start, ask: Ask) -> None:
    server = start(filtered(30, lambda text: re.fullmatch("User_Id = [0-9]+", text) is not None))
    found = reasons(ask(server.url, lambda isp: isp.probe()))
    names = [name for name in OF_FILTERS if name.startswith("equal_")]
    other = "the server does not find a value that it has shown"
    assert {name: found[name] for name in names} == dict.fromkeys(names, other)


TOKEN = re.compile(r"\w+ (?:=|<>|like) (?:[0-9]+|'(?:[^']|'')*')|and|or|[()]")


def read(tokens: list[str], *, backwards: bool) -> bool:
    """Return the value of a filter of ids, in which neither `and` nor `or` binds tighter."""
    value = _operand(tokens, backwards=backwards)
    while tokens and tokens[0] != ")":
        both = tokens.pop(0) == "and"
        other = read(tokens, backwards=True) if backwards else _operand(tokens, backwards=False)
        value = (value and other) if both else (value or other)
    return value


def _operand(tokens: list[str], *, backwards: bool) -> bool:
    token = tokens.pop(0)
    if token != "(":
        return token != "User_Id = 0"
    value = read(tokens, backwards=backwards)
    tokens.pop(0)
    return value


@pytest.mark.parametrize("backwards", [False, True])
def test_a_server_that_reads_filters_from_one_end(start: Start, ask: Ask, backwards: bool) -> None:
    server = start(filtered(30, lambda text: read(TOKEN.findall(text), backwards=backwards)))
    assert reasons(ask(server.url, lambda isp: isp.probe()))["precedence"] == "the answers differ"


def test_a_filter_that_is_lost_beside_an_id_of_zero(start: Start, ask: Ask) -> None:
    known = filtered(30, lambda text: True)

    def answer(asked: Asked) -> Answer:
        if asked.parameters["Action"] != "creditinfo":
            return known(asked)
        return as_json(rows([int(asked.parameters.get("User_Id") or 0) or 1]))

    assert ask(start(answer).url, lambda isp: isp.probe()).profile.credit_by_filter == "no"


def test_a_server_with_two_shapes_of_no_rows(start: Start, ask: Ask) -> None:
    known = filtered(30, lambda text: "ALI" not in text)

    def answer(asked: Asked) -> Answer:
        return as_json(None) if asked.parameters.get("Filter") == "User_Id = 0" else known(asked)

    assert ask(start(answer).url, lambda isp: isp.probe()).profile.no_rows is None


def test_a_login_that_does_not_say_how_long_its_token_lives(start: Start, ask: Ask) -> None:
    server = start(users(3), lambda _asked: as_json({"token": "token1"}))
    assert reasons(ask(server.url, lambda isp: isp.probe()))["token_seconds"] == "the login does not say"


def test_errors_without_a_code_show_no_status(start: Start, ask: Ask) -> None:
    honest = users(30)
    server = start(lambda asked: honest(asked) if asked.token == "token1" else Answer(b"<h1>401</h1>", 401))
    assert reasons(ask(server.url, lambda isp: isp.probe()))["error_statuses"] == "no answer had an ErrorCode"
