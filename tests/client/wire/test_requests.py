"""A call as an HTTP request, without I/O."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query.client.wire.requests import build_request
from deltasib_query.service.actions import GET_TOKEN, PAYMENT_LIST, SERVICE_BASE_LIST, USER_LIST, Action


def test_a_get_has_its_parameters_in_the_query() -> None:
    request = build_request(USER_LIST, {"LimitFrom": "0", "Field": "User_Id,Username"})
    assert (request.method, request.path, request.query, request.body) == (
        "GET",
        "/1.0/user/",
        "Action=list&LimitFrom=0&Field=User_Id%2CUsername",
        "",
    )


def test_a_post_has_its_parameters_in_a_form() -> None:
    request = build_request(GET_TOKEN, {"Api_Username": "a b", "Api_Key": "k"})
    assert (request.method, request.path, request.query, request.body) == (
        "POST",
        "/1.0/auth/",
        "",
        "Action=gettoken&Api_Username=a%20b&Api_Key=k",
    )


@pytest.mark.parametrize(
    ("action", "path"),
    [(PAYMENT_LIST, "/1.0/User.payment/"), (SERVICE_BASE_LIST, "/1.0/user.service.base/")],
)
def test_a_path_has_the_object_as_it_is_documented(action: Action, path: str) -> None:
    assert build_request(action, {}).path == path


def test_a_path_has_the_version() -> None:
    assert build_request(USER_LIST, {}, "2.5").path == "/2.5/user/"


@given(st.dictionaries(st.text("abC_&=", min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_parameters_come_out_as_they_went_in(values: dict[str, str]) -> None:
    query = build_request(USER_LIST, values).query
    assert dict(parse_qsl(query, keep_blank_values=True)) == {"Action": "list", **values}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_query_has_nothing_but_what_needs_no_reading(value: str) -> None:
    query = build_request(USER_LIST, {"Filter": value}).query.removeprefix("Action=list&Filter=")
    assert set(query) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~%")
