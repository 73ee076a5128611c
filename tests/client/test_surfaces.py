"""What the clients have: a method for each action of the guide, with its parameters, and the same in both."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import pytest

from deltasib_query import AsyncClient, AsyncListing, AsyncScan, Client, Listing, Scan
from deltasib_query.client import actions, async_actions
from deltasib_query.service.actions import ACTIONS, GET_TOKEN

OBJECTS = {
    "user": "UserActions",
    "user_status": "UserStatusActions",
    "service": "ServiceActions",
    "radius": "RadiusActions",
    "user_payment": "UserPaymentActions",
    "user_service_base": "UserServiceBaseActions",
}
OK = httpx.Response(200)


def methods(kind: type) -> set[str]:
    """Return the names of what callers use of a class."""
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize(("one", "other"), [(Client, AsyncClient), (Listing, AsyncListing), (Scan, AsyncScan)])
def test_both_have_the_same_methods(one: type, other: type) -> None:
    assert methods(one) == methods(other)


def test_each_takes_the_transports_of_its_kind() -> None:
    one, other = (inspect.signature(kind).parameters["transport"] for kind in (Client, AsyncClient))
    assert (one.annotation, other.annotation) == ("httpx.BaseTransport | None", "httpx.AsyncBaseTransport | None")


def test_everything_but_the_url_is_named() -> None:
    url, *others = inspect.signature(Client).parameters.values()
    assert (url.name, url.kind) == ("url", url.POSITIONAL_OR_KEYWORD)
    assert {parameter.kind for parameter in others} == {url.KEYWORD_ONLY}


@pytest.mark.parametrize(("kind", "prefix"), [(Client, ""), (AsyncClient, "Async")])
def test_a_client_has_the_objects_of_the_guide(kind: Any, prefix: str) -> None:
    client = kind("https://isp.example", username="reseller", password="x", transport=httpx.MockTransport(lambda _: OK))
    found = {name: type(value).__name__ for name, value in vars(client).items() if not name.startswith("_")}
    assert found == {name: f"{prefix}{actions}" for name, actions in OBJECTS.items()}


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


def parameters(kind: str, method: str) -> set[str]:
    return set(inspect.signature(getattr(getattr(actions, kind), method)).parameters)


def test_every_action_but_the_login_is_a_method() -> None:
    every = {(name, method) for name in OBJECTS.values() for method in methods(getattr(actions, name))}
    assert METHODS.keys() == TABLE.keys()
    assert set(METHODS.values()) | {(kind, "scan") for kind in SCANNED} == every


@pytest.mark.parametrize("name", METHODS)
def test_the_parameters_of_an_action_are_arguments_of_its_method(name: str) -> None:
    by_another_name = {"field": "fields", "limit_from": "start", "limit_count": "limit"}
    documented = {by_another_name.get(each.argument, each.argument) for each in TABLE[name].parameters}
    if name == "user creditinfo":
        documented.remove("fields")  # it always requests all of them
    assert parameters(*METHODS[name]) - {"self", "page_size", "options", "dry_run", "at_most"} == documented


@pytest.mark.parametrize("kind", SCANNED)
def test_a_scan_has_the_parameters_of_the_list_but_no_offset(kind: str) -> None:
    of_list, of_scan = parameters(kind, "list"), parameters(kind, "scan")
    assert (of_scan - of_list, of_list - of_scan) == ({"by"}, {"start"})


@pytest.mark.parametrize("kind", SCANNED)
def test_several_ranges_are_read_at_once_in_async_code_only(kind: str) -> None:
    assert "workers" not in parameters(kind, "scan")
    scan = getattr(async_actions, f"Async{kind}").scan
    assert inspect.signature(scan).parameters["workers"].default == 1


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_which_action_it_is(name: str) -> None:
    """Or its class does, if the method is inherited."""
    kind, method = METHODS[name]
    own = vars(getattr(actions, kind)).get(method)
    text = own.__doc__ if own else getattr(actions, kind).__doc__.partition(". ")[2]
    assert text.startswith(f"`{name}`: ")
