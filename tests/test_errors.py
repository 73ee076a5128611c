"""Every exception of the package can be copied and pickled with all that it knows."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from deltasib_query import errors
from deltasib_query.errors import DeltasibQueryError, FilterError, ServiceError, TransportError
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

CLASSES = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, DeltasibQueryError)]
CALL: dict[str, Any] = {"object": "user", "action": "list", "status": 200}
ARGUMENTS: dict[type[DeltasibQueryError], tuple[tuple[Any, ...], dict[str, Any]]] = {
    errors.ParameterError: (("limit", Message("rule.at-least", lowest=1)), {}),
    errors.MissingColumnError: (("Price",), {}),
    errors.MissingExtraError: (("arrow", "pyarrow"), {}),
    errors.ColumnError: (("Price", {"Price": "x"}, Message("column.cannot-hold", type="int64")), {}),
    errors.TransportError: ((Message("transport.closed"),), {"object": "user", "action": "list", "transient": True}),
    errors.InvalidRowError: (
        ("Price cannot hold a list",),
        {"object": "user", "action": "list", "row": {"Price": []}, "field": "Price"},
    ),
}
PROBLEMS = (
    Problem(Message("out-of-range", field="User_Id", lowest=0, highest=9), Span(0, 4)),
    Problem(Message("zero-dates", field="EndDate", zero="0000-00-00"), Span(5, 6), "warning"),
)


def made(kind: type[DeltasibQueryError]) -> DeltasibQueryError:
    """Return an error with every fact that its class can hold."""
    if kind in ARGUMENTS:
        arguments, facts = ARGUMENTS[kind]
        return kind(*arguments, **facts)
    if issubclass(kind, FilterError):
        return kind(PROBLEMS[0], PROBLEMS)
    if issubclass(kind, ServiceError):
        return kind("no", **CALL, code=-5, retry_after=7.0)
    return kind(Message("rows.none", call="user list"))


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda error: pickle.loads(pickle.dumps(error, protocol))


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_knows_what_its_error_knows(kind: type[DeltasibQueryError], way: str) -> None:
    error = made(kind)
    error.resume_token = "a token"
    again = COPIES[way](error)
    assert type(again) is kind
    assert (str(again), repr(again), again.args, vars(again)) == (str(error), repr(error), error.args, vars(error))


def test_an_error_is_made_with_its_facts() -> None:
    error = ServiceError("busy", code=-1, status=503, object="user", action="list", retry_after=7.0)
    assert vars(error) == {
        "reason": Message("service.-1", call="user list", description="busy", code="-1", status=503),
        "description": "busy",
        "code": -1,
        "status": 503,
        "object": "user",
        "action": "list",
        "retry_after": 7.0,
    }


@pytest.mark.parametrize(
    ("object", "action", "failed"),
    [("auth", "gettoken", True), ("user", "list", False), ("auth", "list", False), ("", "", False)],
)
def test_the_login_has_failed_where_the_error_is_its_own(object: str, action: str, failed: bool) -> None:
    assert TransportError(Message("transport.closed"), object=object, action=action).login_failed is failed
    assert ServiceError("no", status=500, object=object, action=action).login_failed is failed


def test_an_error_of_the_transport_names_its_call_where_it_has_one() -> None:
    reason = Message("transport.closed")
    assert str(TransportError(reason, object="user", action="list")) == "user list: the client is closed"
    assert str(TransportError(reason)) == "the client is closed"
