"""A call as an HTTP request. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from deltasib_query.service.actions import VERSION, Action


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. Query and body hold customers' data and secrets, so its repr leaves them out."""

    method: str
    path: str
    query: str = ""
    body: str = ""

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


def build_request(action: Action, values: Mapping[str, str], version: str = VERSION) -> Request:
    """Return the request of a call: parameters in the query of a GET, else in a form body [guide].

    >>> from deltasib_query.service.actions import USER_LIST
    >>> build_request(USER_LIST, {"Filter": "Name like 'علی%'"}).query
    'Action=list&Filter=Name%20like%20%27%D8%B9%D9%84%DB%8C%25%27'
    """
    # Everything but letters, digits and _.-~ is percent-encoded, so that nothing on the way reads `&`, `+`, `#` or `%`.
    form = urlencode({"Action": action.wire or action.name, **values}, quote_via=quote, safe="")
    path = f"/{version}/{action.object}/"
    return Request("GET", path, query=form) if action.method == "GET" else Request(action.method, path, body=form)


def address_size(url: str, action: Action, values: Mapping[str, str]) -> int:
    """Return how many bytes the address of a request has, at a server's address.

    >>> from deltasib_query.service.actions import USER_LIST
    >>> address_size("https://isp.example", USER_LIST, {"Filter": "User_Id = 1"})
    66
    """
    request = build_request(action, values)
    return len(f"{url}{request.path}?{request.query}")
