"""The two clients are one: the same methods, with the same parameters, of the same types."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deltasib_query import AsyncClient, AsyncListing, AsyncScan, Client, Listing, Scan
from deltasib_query.client import actions, async_actions
from deltasib_query.client.actions import Caller
from deltasib_query.client.async_actions import AsyncCaller
from deltasib_query.service.actions import ACTIONS, GET_TOKEN

OBJECTS = ["user", "user_status", "service", "radius", "user_payment", "user_service_base"]
CLASSES = [
    "UserActions",
    "UserStatusActions",
    "ServiceActions",
    "RadiusActions",
    "UserPaymentActions",
    "UserServiceBaseActions",
]
TWINS: list[tuple[Any, Any]] = [
    (Client, AsyncClient),
    (Listing, AsyncListing),
    (Scan, AsyncScan),
    (Caller, AsyncCaller),
    *[(getattr(actions, name), getattr(async_actions, f"Async{name}")) for name in CLASSES],
]
OF_ASYNC_CODE = {"__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__"}
PRIVATE = {"_list", "_scan", "_write", "_call"}
"""What the actions need of both clients."""
OF_ONE = {("scan", "workers"), ("_call", "stopped")}
"""Parameters that one of the two has: windows at once are for tasks, a thread that waits has to be told to stop."""
OK = httpx.Response(200)


def methods(kind: Any) -> dict[str, Callable[..., Any]]:
    """Return the methods of a class that callers use, by their names in the synchronous one."""
    found: dict[str, Callable[..., Any]] = {}
    for name, value in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") or name in PRIVATE or name in {*OF_ASYNC_CODE, *OF_ASYNC_CODE.values()}:
            found[OF_ASYNC_CODE.get(name, name)] = value
    return found


def as_sync(annotation: str) -> str:
    """Return the annotation that stands in the synchronous twin."""
    iterator = re.sub(
        r"\bAsyncGenerator\[(.*), None\]", r"Generator[\1, None, None]", annotation.removeprefix("actions.")
    )
    return re.sub(r"\bAsync(?=[A-Z])", "", iterator)


def signature(function: Callable[..., Any]) -> list[tuple[str, Any, Any, str]]:
    return [
        (parameter.name, parameter.kind, parameter.default, as_sync(str(parameter.annotation)))
        for parameter in inspect.signature(function).parameters.values()
    ]


def gives_at_once(function: Callable[..., Any]) -> bool:
    """Say whether a method of the synchronous client returns what asks the server later."""
    return (
        re.match(r"(Listing|Scan|Iterator|Generator|Self)\b", str(inspect.signature(function).return_annotation))
        is not None
    )


PAIRS = {
    f"{one.__name__}.{name}": (methods(one)[name], methods(other)[name])
    for one, other in TWINS
    for name in methods(one).keys() & methods(other).keys()
}


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_both_have_the_same_methods(one: Any, other: Any) -> None:
    assert methods(one).keys() - {"to_arrow"} == methods(other).keys()  # Arrow's readers are not awaited


def test_no_class_of_actions_is_left_out() -> None:
    named = {name for name, value in vars(actions).items() if inspect.isclass(value) and name.endswith("Actions")}
    twins = {name for name, value in vars(async_actions).items() if inspect.isclass(value) and name.endswith("Actions")}
    assert (named, twins) == (set(CLASSES), {f"Async{name}" for name in CLASSES})


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_both_methods_have_the_same_parameters(name: str) -> None:
    one, other = (
        [parameter for parameter in signature(function) if (name.partition(".")[2], parameter[0]) not in OF_ONE]
        for function in PAIRS[name]
    )
    assert one == other


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_both_methods_return_the_same(name: str) -> None:
    one, other = (str(inspect.signature(function).return_annotation) for function in PAIRS[name])
    assert one == as_sync(other)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_what_asks_the_server_at_once_is_awaited(name: str) -> None:
    one, other = PAIRS[name]
    later = gives_at_once(one) and name != "Client.__enter__"
    walks = inspect.isasyncgenfunction(other)
    pure = name.partition(".")[2] in {"nothing", "limited", "resume", "within"}
    assert inspect.iscoroutinefunction(other) is not (later or walks or pure)
    assert not inspect.iscoroutinefunction(one)


@pytest.mark.parametrize("name", ["RadiusActions.disconnect"])
def test_both_methods_have_the_same_overloads(name: str) -> None:
    one, other = ([signature(each) for each in typing.get_overloads(function)] for function in PAIRS[name])
    assert len(one) == 3
    assert one == other


@pytest.mark.parametrize("name", ["RadiusActions.disconnect"])
def test_the_overloads_of_both_methods_return_the_same(name: str) -> None:
    one, other = (
        [str(inspect.signature(each).return_annotation) for each in typing.get_overloads(function)]
        for function in PAIRS[name]
    )
    assert one == other == ["None", "tuple[OnlineRadiusUser, ...]", "tuple[OnlineRadiusUser, ...] | None"]


def test_both_are_made_with_the_same_arguments_but_for_the_transport() -> None:
    one, other = (inspect.signature(kind.__init__).parameters for kind in (Client, AsyncClient))
    different = {name for name in one.keys() & other.keys() if one[name] != other[name]}
    assert (list(one), different) == (list(other), {"transport"})


def test_each_takes_the_transports_of_its_kind() -> None:
    one, other = (inspect.signature(kind.__init__).parameters["transport"] for kind in (Client, AsyncClient))
    assert (one.annotation, other.annotation) == ("httpx.BaseTransport | None", "httpx.AsyncBaseTransport | None")
    assert (one.default, other.default, one.kind, other.kind) == (None, None, one.KEYWORD_ONLY, one.KEYWORD_ONLY)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_everything_but_the_address_is_named(kind: Any) -> None:
    _self, url, *others = inspect.signature(kind.__init__).parameters.values()
    assert (url.name, url.kind) == ("url", url.POSITIONAL_OR_KEYWORD)
    assert {parameter.kind for parameter in others} == {url.KEYWORD_ONLY}


def test_both_have_the_same_objects() -> None:
    options: dict[str, Any] = {"username": "reseller", "password": "x", "transport": httpx.MockTransport(lambda _: OK)}
    one, other = Client("https://isp.example", **options), AsyncClient("https://isp.example", **options)
    assert [type(getattr(one, name)).__name__ for name in OBJECTS] == CLASSES
    assert [type(getattr(other, name)).__name__ for name in OBJECTS] == [f"Async{name}" for name in CLASSES]
    assert {name for name in vars(one) if not name.startswith("_")} == set(OBJECTS)
    assert {name for name in vars(other) if not name.startswith("_")} == set(OBJECTS)


METHODS = {
    "user list": ("UserActions", "list"),
    "user creditinfo": ("UserActions", "credit_info"),
    "user add": ("UserActions", "add"),
    "user.status currentstatus": ("UserStatusActions", "current_status"),
    "user.status add": ("UserStatusActions", "add"),
    "service list": ("ServiceActions", "list"),
    "radius list": ("RadiusActions", "list"),
    "radius disconnect": ("RadiusActions", "disconnect"),
    "User.payment list": ("UserPaymentActions", "list"),
    "User.payment add": ("UserPaymentActions", "add"),
    "user.service.base list": ("UserServiceBaseActions", "list"),
    "user.service.base add": ("UserServiceBaseActions", "add"),
    "user.service.base cancel": ("UserServiceBaseActions", "cancel"),
}
SCANNED = ["UserActions", "ServiceActions", "RadiusActions", "UserPaymentActions", "UserServiceBaseActions"]
TABLE = {f"{action.object} {action.name}": action for action in ACTIONS if action is not GET_TOKEN}


def test_every_action_but_the_login_is_a_method() -> None:
    every = {(name, method) for name in CLASSES for method in methods(getattr(actions, name))}
    assert METHODS.keys() == TABLE.keys()
    assert set(METHODS.values()) | {(kind, "scan") for kind in SCANNED} == every


@pytest.mark.parametrize("name", METHODS)
def test_the_parameters_of_an_action_are_arguments_of_its_method(name: str) -> None:
    by_another_name = {"field": "fields", "limit_from": "start", "limit_count": "limit"}
    kind, method = METHODS[name]
    documented = {by_another_name.get(each.argument, each.argument) for each in TABLE[name].parameters}
    if name == "user creditinfo":
        documented.remove("fields")  # it always asks for all of them
    arguments = set(inspect.signature(getattr(getattr(actions, kind), method)).parameters)
    assert arguments - {"self", "page_size", "options", "dry_run", "at_most"} == documented


@pytest.mark.parametrize("kind", SCANNED)
def test_a_scan_has_the_parameters_of_the_list_but_no_offset(kind: str) -> None:
    of_list, of_scan = (
        set(inspect.signature(getattr(getattr(actions, kind), name)).parameters) for name in ("list", "scan")
    )
    assert of_scan - of_list == {"by"}
    assert of_list - of_scan == {"start"}


@pytest.mark.parametrize("kind", SCANNED)
def test_windows_are_filled_at_once_for_async_code_only(kind: str) -> None:
    one, other = actions, async_actions
    assert "workers" not in inspect.signature(getattr(one, kind).scan).parameters
    assert inspect.signature(getattr(other, f"Async{kind}").scan).parameters["workers"].default == 1


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_which_action_it_is(name: str) -> None:
    kind, method = METHODS[name]
    for documented in (getattr(actions, kind), getattr(async_actions, f"Async{kind}")):
        assert (getattr(documented, method).__doc__ or "").startswith(f"`{name}`: ")
