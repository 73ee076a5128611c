"""The probe finds out what a sandbox does, and says nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.conftest import Ask, ask_sync
from databases import Database
from deltasib_query import ServerProfile, Service, User
from deltasib_query.sandbox.database.given_rows import GivenRows
from deltasib_query.sandbox.server import Sandbox
from profiles import profiles

GUIDE = ServerProfile(
    page_cap=None, max_url_bytes=32_000, row_order="ascending", no_rows="list", one_row="list", key_case="documented",
    numbers_as_text=False, error_statuses={-6: 401, -5: 400, -4: 400}, doubled_quotes=True, escaped_wildcards=True,
    equal_case=True, equal_trailing_spaces=True, equal_zwnj=True, equal_yeh=False, equal_digits=True, precedence="and",
    credit_by_filter="zero", token_seconds=600.0,
)  # fmt: skip
"""What the sandbox does unless a profile says otherwise."""
DIFFERENT = {
    "a bound of LimitCount": {"page_cap": 7},
    "the usual bound of LimitCount": {"page_cap": 100},
    "the last row first": {"row_order": "descending"},
    "no order that shows": {"row_order": "other"},
    "another order for each request": {"row_order": "changing"},
    "null for no rows": {"no_rows": "null"},
    "an object for no rows": {"no_rows": "object", "one_row": "object"},
    "an object for one row": {"one_row": "object"},
    "small letters": {"key_case": "lower", "numbers_as_text": True},
    "small letters in some lists": {"key_case": "mixed"},
    "every error under 200": {"error_statuses": {-6: 200, -5: 200, -4: 200}},
    "statuses of its own": {"error_statuses": {-6: 403, -5: 422, -4: 404}, "token_seconds": 45.0},
    "quotes that it does not understand": {"doubled_quotes": False},
    "backslashes that it does not understand": {"escaped_wildcards": False},
    "or before and": {"precedence": "or"},
    "creditinfo without an id": {"credit_by_filter": "absent"},
    "creditinfo without a filter": {"credit_by_filter": "no"},
    "a common web server": {"max_url_bytes": 8_000},
    "a careful web server": {"max_url_bytes": 2_000},
    "warnings in front of the JSON": {"skip_preamble": True},
    "a wrong charset": {"charset": "utf-8"},
    "both of them": {"skip_preamble": True, "charset": "utf-8", "one_row": "object", "no_rows": "object"},
    "one letter, one spelling": {
        "equal_case": False, "equal_trailing_spaces": False, "equal_zwnj": False, "equal_digits": False,
    },
}  # fmt: skip
COLLATIONS = {
    "persian": (True, True, True, False, True),
    "general": (True, True, False, False, False),
    "binary": (False, True, False, False, False),
    "binary, every space counts": (False, False, False, False, False),
    "general, every space counts": (True, False, False, False, False),
    "unicode, every space counts": (True, False, True, False, True),
}
"""Which texts are equal in a collation: as to case, spaces at the end, ZWNJ, yeh, digits."""


@pytest.mark.parametrize("facts", [{}, *DIFFERENT.values()], ids=["as it is documented", *DIFFERENT])
def test_it_finds_out_what_a_server_does(ask: Ask, facts: dict[str, Any]) -> None:
    profile = replace(GUIDE, **facts)
    with Sandbox(users=310, profile=profile) as sandbox:
        report = ask(sandbox.url, lambda isp: isp.probe())
    assert report.profile == profile
    assert report.failure is None


@pytest.mark.parametrize("equal", COLLATIONS.values(), ids=list(COLLATIONS))
def test_it_finds_out_how_a_database_compares(database: Database, equal: tuple[bool, ...]) -> None:
    names = ("equal_case", "equal_trailing_spaces", "equal_zwnj", "equal_yeh", "equal_digits")
    facts: dict[str, Any] = dict(zip(names, equal, strict=True))
    profile = replace(GUIDE, **facts)
    with database() as address, Sandbox(users=30, database=address, profile=profile) as sandbox:
        assert ask_sync(sandbox.url, lambda isp: isp.probe()).profile == profile


TEXTS = st.text(st.sampled_from("aB1۲یي%_'\u200c \\"), max_size=4) | st.none()
USERS = st.dictionaries(st.integers(1, 30), st.fixed_dictionaries({"Username": TEXTS, "Family": TEXTS}), max_size=25)


@pytest.mark.heavy
@given(profiles, USERS, st.integers(0, 1))
@settings(max_examples=60)
def test_it_says_nothing_wrong_of_any_server_whatever_its_rows(
    profile: ServerProfile, users: dict[int, dict[str, Any]], services: int
) -> None:
    rows: GivenRows = {
        User: [{"User_Id": key, **row} for key, row in users.items()],
        Service: [{"Service_Id": 1}][:services],
    }
    with Sandbox(rows=rows, profile=profile) as sandbox:
        found = ask_sync(sandbox.url, lambda isp: isp.probe()).profile.stated()
    assert {name: value for name, value in found.items() if getattr(profile, name) != value} == {}
