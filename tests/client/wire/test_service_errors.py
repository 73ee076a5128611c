"""What is raised for a response that is an error, is wrong, or never comes; and what the error tells."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from client.conftest import Serve, Service
from client.scripted import Answer, Script, Scripted, always, as_json, connect, failure, table, user
from deltasib_query import (
    AddressNotPermittedError,
    FatalServiceError,
    FilterError,
    FilterTooComplexError,
    InvalidDataError,
    InvalidKeyError,
    InvalidRowError,
    InvalidTokenError,
    MissingExtraError,
    MissingItemError,
    NoRowsError,
    ParameterError,
    RepeatedPageError,
    ServiceError,
    TransportError,
    UnexpectedResponseError,
    User,
    parse,
)
from deltasib_query.messages.message import Message

CODES = [
    (-1, 500, FatalServiceError),
    (-2, 401, InvalidKeyError),
    (-3, 403, AddressNotPermittedError),
    (-4, 400, MissingItemError),
    (-5, 400, InvalidDataError),
    (-6, 401, InvalidTokenError),
]


def raised(serve: Serve, script: Script | Answer, **options: Any) -> ServiceError:
    """Return the error of a list."""
    pair = serve(always(script) if isinstance(script, Answer) else script, **options)
    with pytest.raises(ServiceError) as caught:
        pair.client.user.list().first()
    return caught.value


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_a_documented_code_has_its_class(serve: Serve, code: int, status: int, kind: type[ServiceError]) -> None:
    assert type(raised(serve, failure(code, status))) is kind


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_an_error_says_what_was_asked_and_answered(
    serve: Serve, code: int, status: int, kind: type[ServiceError]
) -> None:
    error = raised(serve, failure(code, status, "توضیح"))
    assert (error.code, error.status, error.object, error.action, error.description) == (
        code,
        status,
        "user",
        "list",
        "توضیح",
    )


def test_the_text_of_an_error(serve: Serve) -> None:
    assert str(raised(serve, failure(-5, 400, "Invalid Data"))) == "user list: Invalid Data (ErrorCode -5), HTTP 400"


def test_an_error_of_another_object_says_so(serve: Serve) -> None:
    with pytest.raises(MissingItemError) as caught:
        serve(always(failure(-4))).client.user_service_base.list(user_id=1).first()
    assert (caught.value.object, caught.value.action) == ("user.service.base", "list")


def test_a_code_that_is_not_documented(serve: Serve) -> None:
    error = raised(serve, failure(-77, 418, "no idea"))
    assert (type(error), error.code, error.status, error.description) == (ServiceError, -77, 418, "no idea")


def test_a_code_under_status_200_is_an_error(serve: Serve) -> None:
    error = raised(serve, failure(-5, 200))
    assert (type(error), error.status) == (InvalidDataError, 200)


def test_a_code_that_contradicts_the_status_counts(serve: Serve) -> None:
    assert type(raised(serve, failure(-3, 500))) is AddressNotPermittedError


def test_a_code_as_text(serve: Serve) -> None:
    error = raised(serve, failure("-5", 200))
    assert (type(error), error.code) == (InvalidDataError, -5)


def test_a_code_in_lower_case_keys(serve: Serve) -> None:
    error = raised(serve, as_json({"errorcode": -4, "errordesc": "Require item not found"}, 400))
    assert (type(error), error.description) == (MissingItemError, "Require item not found")


def test_a_code_without_a_description(serve: Serve) -> None:
    assert raised(serve, as_json({"ErrorCode": -1}, 500)).description == ""


def test_a_code_behind_a_byte_order_mark(serve: Serve) -> None:
    assert raised(serve, Answer(b'\xef\xbb\xbf{"ErrorCode": -1}', 500)).code == -1


@pytest.mark.parametrize("code", ["Infinity", "1e999", "NaN", "null", "[]", '"x"'])
def test_a_code_that_is_no_number(serve: Serve, code: str) -> None:
    error = raised(serve, Answer(b'{"ErrorCode": %s}' % code.encode(), 500))
    assert (type(error), error.code, error.status) == (UnexpectedResponseError, None, 500)


@pytest.mark.parametrize("status", [201, 204, 301, 400, 404, 500, 503])
def test_any_other_status_without_a_code_is_an_error(serve: Serve, status: int) -> None:
    error = raised(serve, Answer(b"" if status == 204 else b"[]", status))
    assert (type(error), error.code, error.status) == (UnexpectedResponseError, None, status)


def test_code_zero_under_another_status_is_an_error(serve: Serve) -> None:
    assert type(raised(serve, failure(0, 500))) is UnexpectedResponseError


def test_a_page_of_html_is_shown_at_its_beginning(serve: Serve) -> None:
    error = raised(serve, Answer(b"<html><h1>Internal Server Error</h1>" + b" " * 10_000 + b"</html>", 500))
    assert type(error) is UnexpectedResponseError
    assert "<h1>Internal Server Error</h1>" in error.description
    assert len(error.description) < 300


@pytest.mark.parametrize("body", [b"", b"OK", b"[{", b"\xff\xfe", b"<html></html>", b"[1", b"9" * 5000])
def test_what_is_not_json_under_status_200(serve: Serve, body: bytes) -> None:
    error = raised(serve, Answer(body))
    assert type(error) is UnexpectedResponseError
    assert "not JSON" in error.description


def test_json_that_is_nested_without_end(serve: Serve) -> None:
    assert type(raised(serve, Answer(b"[" * 200_000 + b"]" * 200_000))) is UnexpectedResponseError


@pytest.mark.parametrize("answer", [5, "rows", True, [1], [[]], [None], [{}, "x"]])
def test_json_that_is_no_list_of_objects(serve: Serve, answer: object) -> None:
    error = raised(serve, as_json(answer))
    assert type(error) is UnexpectedResponseError
    assert "a list of objects is documented" in error.description


def test_a_compressed_answer_that_is_broken(serve: Serve) -> None:
    pair = serve(always(Answer(b"no gzip", headers={"Content-Encoding": "gzip"})))
    with pytest.raises(TransportError):
        pair.client.user.list().first()


def test_a_value_that_its_field_cannot_hold(serve: Serve) -> None:
    error = raised(serve, as_json([{"User_Id": "five", "Username": "ali"}]))
    assert isinstance(error, InvalidRowError)
    assert (error.field, error.row) == ("User_Id", {"User_Id": "five", "Username": "ali"})


def test_the_text_of_an_invalid_row_names_the_field_and_not_the_value(serve: Serve) -> None:
    text = str(raised(serve, as_json([{"User_Id": "five"}])))
    assert text.startswith("user list: User_Id cannot hold a str: ")
    assert "five" not in text


def test_a_single_object_is_one_row(serve: Serve) -> None:
    assert serve(always(as_json(user(5)))).client.user.list(limit=1).one().User_Id == 5


def test_keys_in_lower_case_are_read(serve: Serve) -> None:
    row = serve(always(as_json([{"user_id": 5, "username": "ali"}]))).client.user.list(limit=1).one()
    assert (row.User_Id, row.Username) == (5, "ali")


def test_numbers_as_text_are_read(serve: Serve) -> None:
    assert serve(always(as_json([{"User_Id": "5"}]))).client.user.list(limit=1).one().User_Id == 5


def test_text_as_a_number_is_read(serve: Serve) -> None:
    assert serve(always(as_json([{"User_Id": 5, "Username": 912}]))).client.user.list(limit=1).one().Username == "912"


def test_keys_that_are_not_documented_are_kept(serve: Serve) -> None:
    row = serve(always(as_json([{**user(5), "Tel": "021"}]))).client.user.list(limit=1).one()
    assert row.model_extra == {"Tel": "021"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(serve: Serve, status: int) -> None:
    with Scripted(table(1)) as elsewhere:
        moved = Answer(b"", status, {"Location": f"{elsewhere.url}/1.0/user/"})
        assert raised(serve, moved).status == status
        assert elsewhere.calls == []


def test_a_redirect_of_the_login_is_not_followed(serve: Serve) -> None:
    with Scripted(table(1)) as elsewhere:
        moved = Answer(b"", 307, {"Location": f"{elsewhere.url}/1.0/auth/"})
        assert raised(serve, table(1), login=always(moved)).object == "auth"
        assert elsewhere.logins == []


def no_answer(serve: Serve, answer: Answer, **options: Any) -> TransportError:
    with pytest.raises(TransportError) as caught:
        serve(always(answer), **options).client.user.list().first()
    return caught.value


def test_a_connection_that_is_dropped(serve: Serve) -> None:
    assert str(no_answer(serve, Answer(raw=b""))).startswith("user list: no response from http://127.0.0.1:")


def test_a_connection_that_is_dropped_in_the_middle_of_an_answer(serve: Serve) -> None:
    no_answer(serve, Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{"))


def test_an_answer_that_is_not_http(serve: Serve) -> None:
    no_answer(serve, Answer(raw=b"220 mail ESMTP\r\n\r\n"))


def test_an_answer_that_is_too_slow(serve: Serve) -> None:
    assert "ReadTimeout" in str(no_answer(serve, Answer(hang=True), timeout=0.1, retries=0))


def test_a_server_that_does_not_listen() -> None:
    with Scripted(table(1)) as server:
        url = server.url
    with connect(url) as client, pytest.raises(TransportError, match="ConnectError"):
        client.user.list().first()


def test_a_host_that_does_not_exist() -> None:
    with connect("https://nowhere.invalid:1043") as client, pytest.raises(TransportError):
        client.user.list().first()


def test_a_transport_error_names_its_cause(serve: Serve) -> None:
    assert "(RemoteProtocolError: Server disconnected" in str(no_answer(serve, Answer(raw=b"")))


def test_a_filter_that_is_too_long_for_an_address_is_an_error_of_this_package(serve: Serve) -> None:
    pair = serve(table(1))
    with pytest.raises(FilterTooComplexError):
        pair.client.user.list(User.Address == "آ" * 1000)
    assert pair.server.calls == []


ERRORS: list[tuple[str, Callable[[], Exception]]] = [
    ("service", lambda: InvalidKeyError("no", code=-2, status=401, object="auth", action="gettoken")),
    ("undocumented", lambda: ServiceError("no", code=-9, status=400, object="user", action="list")),
    ("unexpected", lambda: RepeatedPageError("no", code=None, status=200, object="user", action="list")),
    ("transport", lambda: TransportError(Message("transport.closed"))),
    ("parameter", lambda: ParameterError("limit", Message("rule.at-least", lowest=0))),
    ("extra", lambda: MissingExtraError("cli", "typer")),
    ("rows", lambda: NoRowsError(Message("rows.none", call="user list"))),
]


@pytest.mark.parametrize("make", [make for _name, make in ERRORS], ids=[name for name, _make in ERRORS])
def test_errors_survive_pickling(make: Callable[[], Exception]) -> None:
    error = make()
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.args, str(again), vars(again)) == (type(error), error.args, str(error), vars(error))


def test_a_filter_error_survives_pickling() -> None:
    with pytest.raises(FilterError) as caught:
        parse("Usernme = 'ali'", User)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.problems, str(again)) == (
        type(caught.value),
        caught.value.problems,
        str(caught.value),
    )


def test_an_invalid_row_survives_pickling_with_its_row(serve: Serve) -> None:
    error = raised(serve, as_json([{"User_Id": "five"}]))
    again = pickle.loads(pickle.dumps(error))
    assert (again.row, again.field, str(again)) == ({"User_Id": "five"}, "User_Id", str(error))


def test_an_error_that_the_sandbox_answers(service: Service) -> None:
    with connect(service.sandbox.url, version="2.0") as client, pytest.raises(InvalidDataError) as caught:
        client.user.list().first()
    error = caught.value
    assert (error.code, error.status, error.description) == (-5, 400, "Invalid Data: no such version or object")


def test_rows_of_an_answer_are_json_of_any_form(serve: Serve) -> None:
    body = json.dumps([user(1)], indent=4).encode("utf-8-sig")
    assert serve(always(Answer(body))).client.user.list(limit=1).one().User_Id == 1
