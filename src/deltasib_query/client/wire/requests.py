"""A call as an HTTP request. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from deltasib_query.errors import filter_error
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span
from deltasib_query.service.actions import VERSION, Action
from deltasib_query.service.profile import ServerProfile

_TEXT: Final = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. All but action and path hold customers' data and secrets, so its repr leaves them out.

    values: the parameters of the action, which are in the query or in the body.
    """

    action: Action
    path: str
    values: Mapping[str, str]
    query: str = ""
    body: str = ""
    token: str = ""
    """The session's token; a login has none."""

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.action.method

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the call needs."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return headers | {"Content-Type": "application/x-www-form-urlencoded"} if self.body else headers


def build_request(action: Action, values: Mapping[str, str], version: str = VERSION) -> Request:
    """Return the request of a call: the parameters are in the query of a GET, and in a form body otherwise [guide].

    >>> from deltasib_query.service.actions import USER_LIST
    >>> build_request(USER_LIST, {"Filter": "Name like 'علی%'"}).query
    'Action=list&Filter=Name%20like%20%27%D8%B9%D9%84%DB%8C%25%27'
    """
    # Everything but letters, digits and _.-~ is percent-encoded: no proxy or server can misread `&`, `+`, `#` or `%`.
    form = urlencode({"Action": action.wire or action.name, **values}, quote_via=quote, safe="")
    path = f"/{version}/{action.object}/"
    return Request(action, path, values, **{"query" if action.method == "GET" else "body": form})


def url_size(url: str, action: Action, values: Mapping[str, str]) -> int:
    """Return the length of a request's URL in bytes; `url` is the server's.

    >>> from deltasib_query.service.actions import USER_LIST
    >>> url_size("https://isp.example", USER_LIST, {"Filter": "User_Id = 1"})
    66
    """
    request = build_request(action, values)
    return len(f"{url}{request.path}?{request.query}")


def check_understood(filter: str, profile: ServerProfile) -> None:
    """Raise `UnsafeLiteralError` for a filter with a text that the server is known to misunderstand.

    >>> check_understood("Family = 'O''Reilly'", ServerProfile())
    """
    for text in _TEXT.finditer(filter):
        for sign, is_understood in (("''", profile.doubled_quotes), ("\\", profile.escaped_wildcards)):
            place = text[1].find(sign)
            if place >= 0 and is_understood is False:
                span = Span(text.start(1) + place, text.end(1))
                raise filter_error(Problem(Message("unsafe-character.profile", sign=sign), span))
