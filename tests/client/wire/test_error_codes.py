"""The documented error codes, and answers that are none of the guide's, of every action and in both clients."""

from __future__ import annotations

import pickle

import pytest

from client.conftest import Ask, Call, Start
from client.scripted import DONE, Answer, always, as_json, failure, table
from deltasib_query import (
    AddressNotPermittedError,
    FatalServiceError,
    InvalidDataError,
    InvalidKeyError,
    InvalidTokenError,
    MissingItemError,
    OnlineRadiusUser,
    ServiceError,
    UnexpectedResponseError,
)

CODES = [
    (-1, 500, FatalServiceError),
    (-2, 401, InvalidKeyError),
    (-3, 403, AddressNotPermittedError),
    (-4, 400, MissingItemError),
    (-5, 400, InvalidDataError),
    (-6, 401, InvalidTokenError),
]
ACTIONS: dict[str, Call] = {
    "user list": lambda isp: isp.user.list(),
    "user creditinfo": lambda isp: isp.user.credit_info(user_id=7),
    "user add": lambda isp: isp.user.add("ali", "secret"),
    "user.status currentstatus": lambda isp: isp.user_status.current_status(user_id=7),
    "user.status add": lambda isp: isp.user_status.add(user_id=7, status_id=3),
    "service list": lambda isp: isp.service.list(),
    "radius list": lambda isp: isp.radius.list(),
    "radius disconnect": lambda isp: isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3),
    "User.payment list": lambda isp: isp.user_payment.list(user_id=7),
    "User.payment add": lambda isp: isp.user_payment.add(7, 1, 5, 2),
    "user.service.base list": lambda isp: isp.user_service_base.list(user_id=7),
    "user.service.base add": lambda isp: isp.user_service_base.add(7, 12),
    "user.service.base cancel": lambda isp: isp.user_service_base.cancel(31),
}


def raised(start: Start, ask: Ask, answer: Answer, name: str = "user list") -> ServiceError:
    """Return the error of an action that is answered so."""
    with pytest.raises(ServiceError) as caught:
        ask(start(always(answer)).url, ACTIONS[name])
    return caught.value


@pytest.mark.parametrize("form", [int, str], ids=["number", "text"])
@pytest.mark.parametrize("ok", [False, True], ids=["its status", "200"])
@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_a_code_is_its_error_as_number_and_text_under_any_status(
    start: Start, ask: Ask, code: int, status: int, kind: type[ServiceError], ok: bool, form: type[int | str]
) -> None:
    error = raised(start, ask, failure(form(code), 200 if ok else status, "توضیح"))
    assert type(error) is kind
    assert (error.code, error.status, error.description) == (code, 200 if ok else status, "توضیح")


@pytest.mark.parametrize("name", ["user add", "user.status currentstatus"])
@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_a_code_is_the_error_of_a_write_and_of_a_status_too(
    start: Start, ask: Ask, name: str, code: int, status: int, kind: type[ServiceError]
) -> None:
    assert type(raised(start, ask, failure(code, status), name)) is kind


@pytest.mark.parametrize("answer", [failure(-4), Answer(b"<html>"), Answer(b"", 404)], ids=["code", "html", "404"])
@pytest.mark.parametrize("name", ACTIONS)
def test_an_error_names_the_object_and_the_action_of_the_guide(
    start: Start, ask: Ask, name: str, answer: Answer
) -> None:
    error = raised(start, ask, answer, name)
    assert f"{error.object} {error.action}" == name
    assert str(error).startswith(f"{name}: ")


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_an_error_of_the_login_names_the_login(
    start: Start, ask: Ask, code: int, status: int, kind: type[ServiceError]
) -> None:
    server = start(always(DONE), always(failure(code, status)))
    with pytest.raises(kind) as caught:
        ask(server.url, ACTIONS["user add"])
    assert (caught.value.object, caught.value.action, server.calls) == ("auth", "gettoken", [])


@pytest.mark.parametrize("code", [-7, -77, -100])
def test_a_code_that_is_not_documented(start: Start, ask: Ask, code: int) -> None:
    error = raised(start, ask, failure(code, 400, "no idea"), "user add")
    assert (type(error), error.code, error.description) == (ServiceError, code, "no idea")


@pytest.mark.parametrize("code", [0, "0", 1, 5])
def test_a_code_that_is_no_error_leaves_a_write_without_its_status(start: Start, ask: Ask, code: object) -> None:
    error = raised(start, ask, as_json({"ErrorCode": code, "ErrorDesc": "OK"}), "user add")
    assert type(error) is UnexpectedResponseError


def test_code_zero_beside_the_status_is_a_success(start: Start, ask: Ask) -> None:
    answer = as_json({"ErrorCode": 0, "ErrorDesc": "OK", "status": 1})
    assert ask(start(always(answer)).url, ACTIONS["user add"]) is None


@pytest.mark.parametrize("name", ["user list", "user add", "user.status currentstatus"])
@pytest.mark.parametrize("status", [200, 404, 500])
def test_what_is_not_json_is_shown_at_its_beginning(start: Start, ask: Ask, name: str, status: int) -> None:
    error = raised(start, ask, Answer(b"<html><h1>Panel</h1>" + b" " * 10_000, status), name)
    assert (type(error), error.code, error.status) == (UnexpectedResponseError, None, status)
    assert "<html><h1>Panel</h1>" in error.description
    assert len(error.description) < 300


@pytest.mark.parametrize(
    ("name", "answer", "rule"),
    [
        ("user list", "rows", 'a list of objects is documented, not "rows"'),
        ("user list", [1], "a list of objects is documented, not […]"),
        ("user list", {"data": [{"User_Id": 7}]}, "a list of objects is documented, not {…} without a documented name"),
        ("user creditinfo", False, "a list of objects is documented, not false"),
        ("user.status currentstatus", [], "an object is documented, not []"),
        ("user add", {"status": 2}, '`status` 1 is documented, not {"status": 2}'),
    ],
)
def test_json_of_another_shape_is_shown(start: Start, ask: Ask, name: str, answer: object, rule: str) -> None:
    error = raised(start, ask, as_json(answer), name)
    assert (type(error), error.description) == (UnexpectedResponseError, rule)


def test_an_error_in_the_middle_of_a_walk_is_of_the_list(start: Start, ask: Ask) -> None:
    server = start(lambda asked: failure(-4) if asked.start else table(100)(asked))
    with pytest.raises(MissingItemError, match=r"^user list: "):
        ask(server.url, ACTIONS["user list"])
    assert [asked.start for asked in server.calls] == [0, 99]


def test_an_error_survives_pickling_with_all_it_knows(start: Start, ask: Ask) -> None:
    login = always(Answer(b'{"ErrorCode": -1}', 500, {"Retry-After": "7"}))
    with pytest.raises(FatalServiceError) as caught:
        ask(start(always(DONE), login).url, ACTIONS["user add"])
    error = pickle.loads(pickle.dumps(caught.value))
    assert (type(error), error.code, error.retry_after, error.login_failed) == (FatalServiceError, -1, 7.0, True)
