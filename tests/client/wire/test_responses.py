"""Answers as JSON or as errors, without I/O."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deltasib_query import FatalServiceError, RepeatedPageError, UnexpectedResponseError
from deltasib_query.client.wire import responses
from deltasib_query.client.wire.responses import Response
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import GET_TOKEN, USER_ADD, USER_LIST


def test_an_answer_is_its_json() -> None:
    assert responses.parse_response(USER_LIST, Response(200, '[{"Name": "علی"}]'.encode())) == [{"Name": "علی"}]


def test_an_answer_may_begin_with_a_byte_order_mark() -> None:
    assert responses.parse_response(USER_LIST, Response(200, b"\xef\xbb\xbf[]")) == []


def test_error_code_zero_is_a_success() -> None:
    answer = {"ErrorCode": 0, "ErrorDesc": "OK", "token": "t"}
    reply = Response(200, b'{"ErrorCode": 0, "ErrorDesc": "OK", "token": "t"}')
    assert responses.parse_response(GET_TOKEN, reply) == answer


def test_an_error_code_in_an_answer_raises() -> None:
    with pytest.raises(FatalServiceError):
        responses.parse_response(USER_LIST, Response(200, b'{"ErrorCode": -1}'))


def test_a_token_is_read() -> None:
    assert responses.read_token({"token": "a.b.c", "SessionTimeout": 600}) == ("a.b.c", 600.0)


def test_a_lifetime_may_be_text() -> None:
    assert responses.read_token({"token": "a.b.c", "SessionTimeout": "90"}) == ("a.b.c", 90.0)


@pytest.mark.parametrize("answer", [{}, {"SessionTimeout": None}, {"SessionTimeout": "long"}, {"SessionTimeout": []}])
def test_a_lifetime_may_not_be_told(answer: dict[str, object]) -> None:
    assert responses.read_token({"token": "a.b.c", **answer}) == ("a.b.c", None)


@pytest.mark.parametrize("lifetime", [10**400, float("nan")])
def test_a_lifetime_that_is_no_number_of_seconds_is_not_told(lifetime: float) -> None:
    assert responses.read_token({"token": "a.b.c", "SessionTimeout": lifetime}) == ("a.b.c", None)


def test_a_token_is_read_from_keys_in_any_case() -> None:
    assert responses.read_token({"Token": "a.b.c", "sessiontimeout": 90}) == ("a.b.c", 90.0)


@pytest.mark.parametrize("answer", [{"status": 1}, {"status": "1"}, {"status": 1, "User_Id": 7}])
def test_a_write_is_done(answer: object) -> None:
    responses.check_done(USER_ADD, answer)


def test_a_write_is_done_with_a_key_in_any_case() -> None:
    responses.check_done(USER_ADD, {"Status": 1})


@pytest.mark.parametrize(
    "answer",
    [{}, [], None, 1, "1", True, [{"status": 1}], {"status": 0}, {"status": "0"}, {"status": None}, {"status": True},
     {"status": "1 "}, {"status": 11}, {"status": -1}, {"status": [1]}, {"User_Id": 1}],
)  # fmt: skip
def test_a_write_whose_answer_says_anything_else_is_unexpected(answer: object) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"^user add: `status` 1 is documented, not "):
        responses.check_done(USER_ADD, answer)


NOW = datetime(2015, 10, 21, 7, 27, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 400, 999_999_999.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 09:28:00 +0200", 30.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float) -> None:
    assert responses.read_retry_after(header, NOW) == seconds


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "۵", "1e3", "Wed, 99 Oct 2015 07:28:00 GMT"])
def test_retry_after_of_another_form_is_ignored(header: str | None) -> None:
    assert responses.read_retry_after(header, NOW) is None


def test_an_unexpected_answer_is_of_the_class_asked_for() -> None:
    error = responses.unexpected(USER_LIST, 200, Message("response.not-json"), RepeatedPageError)
    assert (type(error), str(error)) == (RepeatedPageError, "user list: the response is not JSON, HTTP 200")
