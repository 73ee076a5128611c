"""What a server reads out of a request is what was meant, whatever characters it has."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from client.conftest import Pair, Serve
from client.scripted import Scripted, as_json, connect, table
from deltasib_query import Client, User, UserServiceBase, parse

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\"), max_size=40) | st.text(
    "&+#%=;?/'\" \u200cعلیکگپ۰۹\U0001f600ab", max_size=20
)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Scripted(lambda _asked: as_json([])) as server, connect(server.url) as client:
        yield Pair(server, client)


def received(pair: Pair) -> str:
    """Return the filter of the last request."""
    return pair.server.calls[-1].parameters["Filter"]


@given(TEXTS)
@example("a&b=c")
@example("1+1 = 2")
@example("#1")
@example("100%")
@example("%27%25%D8")
@example("O'Reilly's")
@example("می\u200cروم و ۱۲")
@example("\u2028\u2029\ufeff\ufffd\U0010ffff")
@example("")
def test_the_server_receives_exactly_the_filters_text(pair: Pair, value: str) -> None:
    chosen = User.Name == value
    pair.client.user.list(chosen).first()
    assert received(pair) == str(chosen)


@given(TEXTS)
def test_the_server_receives_exactly_the_pattern(pair: Pair, value: str) -> None:
    chosen = User.Name.contains(value)
    pair.client.user.list(chosen).first()
    assert received(pair) == str(chosen)


@given(TEXTS)
def test_what_the_server_receives_means_the_same_filter(pair: Pair, value: str) -> None:
    chosen = (User.Name == value) | (User.Family != value)
    pair.client.user.list(chosen).first()
    assert parse(received(pair), User) == chosen


@given(TEXTS.filter(bool))
def test_the_server_receives_exactly_the_username(pair: Pair, username: str) -> None:
    pair.client.user_service_base.list(username=username).first()
    assert pair.server.calls[-1].parameters["Username"] == username


def test_a_filter_adds_no_parameter(pair: Pair) -> None:
    pair.client.user.list(User.Name == "x&Field=*&LimitCount=100000").first()
    assert pair.server.calls[-1].parameters == {
        "Action": "list",
        "Field": "User_Id,Username,Name,Family,Address",
        "Filter": "Name = 'x&Field=*&LimitCount=100000'",
        "LimitFrom": "0",
        "LimitCount": "1",
    }


def test_a_space_is_percent_encoded_and_a_plus_is_no_space(pair: Pair) -> None:
    pair.client.user.list(User.Name == "a + b").first()
    assert "Filter=Name%20%3D%20%27a%20%2B%20b%27" in pair.server.calls[-1].query


def test_a_query_is_ascii_and_decodes_in_one_step(pair: Pair) -> None:
    pair.client.user.list(User.Name == "علی 100% '#'").first()
    query = pair.server.calls[-1].query
    assert query.isascii()
    assert "Filter=Name = 'علی 100% ''#'''&" in unquote(query) + "&"


def test_a_typed_filter_is_sent_in_its_canonical_text(pair: Pair) -> None:
    pair.client.user.list(parse("NAME='علی'AND(user_id>5)", User)).first()
    assert received(pair) == "Name = 'علی' and User_Id > 5"


@given(TEXTS.filter(lambda text: 0 < len(text) <= 32), TEXTS.filter(bool))
def test_the_login_receives_exactly_the_name(pair: Pair, username: str, password: str) -> None:
    with connect(pair.server.url, username=username, password=password) as client:
        client.user.list().first()
    assert pair.server.logins[-1].parameters["Api_Username"] == username


def test_awkward_values_find_their_rows_in_the_sandbox(isp: Client) -> None:
    chosen = (User.Family == "O'Reilly") & User.Address.contains("50%, Main_") & (User.User_Id < 9)
    assert [user.User_Id for user in isp.user.list(chosen)] == [5]


def test_persian_values_find_their_rows_in_the_sandbox(isp: Client) -> None:
    chosen = (User.Family == "حسین\u200cزاده") & (User.User_Id < 9)
    assert [user.User_Id for user in isp.user.list(chosen)] == [2]


def test_a_filter_of_base_services_goes_beside_the_username(serve: Serve) -> None:
    pair = serve(table(0))
    pair.client.user_service_base.list(UserServiceBase.ExtraDay == -1, username="a&b").first()
    parameters = pair.server.calls[0].parameters
    assert (parameters["Username"], parameters["Filter"]) == ("a&b", "ExtraDay = -1")
