"""The client: a thin driver of the protocol and the page plan over httpx."""

from __future__ import annotations

import ssl
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from deltasib_query.client import protocol
from deltasib_query.client.listing import Listing, ServerFacts, Slice
from deltasib_query.client.protocol import Action, Request
from deltasib_query.errors import (
    FilterUsageError,
    InvalidTokenError,
    ParameterError,
    RecordMismatchError,
    TransportError,
)
from deltasib_query.filters import Filter
from deltasib_query.schema.field import Field
from deltasib_query.schema.fields import ID_MAX
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds for each step of a request: 10 to connect; 30 to write, for the next bytes, for a free connection."""
PAGE_SIZE: Final = 100
"""Rows asked for at a time: the service's own default for LimitCount [guide]."""


class Client:
    """A reseller's view of one service. Thread-safe; use it as a context manager, or call `close`.

    url: scheme, host and port, such as ``https://isp.example:1043``.
    username, password: of the API account. Only the password's hash is kept.
    version: of the service [guide: 1.0].
    verify: True checks the server's certificate; a path is a file of trusted certificates, which suits the
        self-signed ones that are common [guide]; an `ssl.SSLContext` is taken as it is; False checks nothing,
        and warns.
    timeout: in seconds, or an `httpx.Timeout`.
    transport: an httpx transport to send through instead of the network.

    One login serves every request until the server refuses its token; then one more is made. Redirects are
    not followed. Neither filters nor secrets are logged.

    >>> from deltasib_query import Client, User
    >>> with Client("https://isp.example:1043", username="reseller", password="…") as isp:
    ...     users = isp.user.list(User.Username.startswith("ali"))  # nothing is sent before a row is wanted
    """

    def __init__(
        self,
        url: str,
        *,
        username: str,
        password: str,
        version: str = protocol.VERSION,
        verify: bool | str | Path | ssl.SSLContext = True,
        timeout: float | httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = _base_url(url)
        if not 1 <= len(_text("username", username)) <= 32:
            raise ParameterError("username", "1 to 32 characters are needed")
        self._login = {"Api_Username": username, "Api_Key": protocol.api_key(_text("password", password))}
        self._version = version
        self._http = httpx.Client(
            transport=_QueryTransport(transport or httpx.HTTPTransport(verify=_verification(verify))),
            timeout=timeout,
            follow_redirects=False,
        )
        self._token = ""
        self._token_lock = Lock()
        self._facts: defaultdict[Action, ServerFacts] = defaultdict(ServerFacts)  # a cap may differ from list to list
        self.user: Final = UserActions(self)
        self.service: Final = ServiceActions(self)
        self.radius: Final = RadiusActions(self)
        self.user_payment: Final = UserPaymentActions(self)
        self.user_service_base: Final = UserServiceBaseActions(self)

    def close(self) -> None:
        """Close the connections. A closed client cannot be used again."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self._url}>"

    def _call(self, action: Action, values: Mapping[str, str]) -> Any:
        """The answer of an action, with the token at hand; where the server refuses it, with a fresh one, once."""
        token = self._token or self._fresh_token(self._token)
        try:
            return self._exchange(action, values, token)
        except InvalidTokenError:
            return self._exchange(action, values, self._fresh_token(token))

    def _fresh_token(self, stale: str) -> str:
        with self._token_lock:
            if self._token == stale:
                self._token = protocol.read_token(self._exchange(protocol.GET_TOKEN, self._login))
            return self._token

    def _exchange(self, action: Action, values: Mapping[str, str], token: str = "") -> Any:
        response = self._send(action, protocol.build_request(action, values, self._version), token)
        return protocol.read_answer(action, response.status_code, response.content)

    def _send(self, action: Action, request: Request, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if request.body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._http.is_closed:
            raise TransportError("the client is closed")
        try:
            return self._http.request(
                request.method,
                self._url + request.path,
                headers=headers,
                content=request.body or None,
                extensions={_QUERY: request.query},
            )
        except httpx.InvalidURL:
            size = len(request.query)
            message = f"{action.object} {action.name}: the filter is too long for an address ({size:,} bytes)"
            raise TransportError(message) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            raise TransportError(f"{action.object} {action.name}: no answer from {self._url} ({reason})") from error

    def _list(
        self,
        action: Action,
        record: type[R],
        filter: Filter[R] | None,
        fields: Iterable[Field[R, Any]] | None,
        limit: int | None,
        page_size: int,
        start: int,
        values: Mapping[str, str],
    ) -> Listing[R]:
        condition = _checked_filter(filter, record)
        parameters = {**values, "Field": _field_list(fields, record)}
        if condition is not None and condition.constant is None:
            parameters["Filter"] = str(condition)

        def fetch(page: Slice) -> list[R]:
            limits = {"LimitFrom": str(page.start), "LimitCount": str(page.count)}
            rows = protocol.read_rows(action, self._call(action, parameters | limits))
            return protocol.decode_rows(action, record, rows)

        listing = Listing(action, record, fetch, self._facts[action], start, limit, page_size)
        return listing.nothing() if condition is not None and condition.constant is False else listing


class UserActions:
    """The guide's object `user`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[User] | None = None,
        *,
        fields: Iterable[Field[User, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[User]:
        """`user list`: the customers.

        filter: which rows; None for all of them.
        fields: what to ask for, such as ``[User.Username]``; None for everything. The key is always asked for.
        limit: how many rows at most; None for all.
        page_size: rows asked for at a time.
        start: how many rows to leave out at the beginning.

        Raises when a row is asked for: `ServiceError`, `TransportError`; at once: `RecordMismatchError` for a
        filter or field of another object, `ParameterError`.
        """
        return self._client._list(protocol.USER_LIST, User, filter, fields, limit, page_size, start, {})

    def credit_info(
        self,
        user_id: int | None = None,
        filter: Filter[UserCreditInfo] | None = None,
        *,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[UserCreditInfo]:
        """`user creditinfo`: what customers have left. Other parameters as for `list`.

        user_id: the customer; None takes all that the filter selects, which sends ``User_Id=0`` as programs in
            use do [wild]. Either `user_id` or `filter` is needed.
        """
        if user_id is None and filter is None:
            raise ParameterError("user_id", "a user id or a filter is needed")
        values = {"User_Id": "0" if user_id is None else _id("user_id", user_id)}
        listing = self._client._list(
            protocol.CREDIT_INFO, UserCreditInfo, filter, None, limit, page_size, start, values
        )
        # An id is one customer's: there is no second page to ask for.
        return listing.limited(1) if user_id else listing


class ServiceActions:
    """The guide's object `service`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[Service] | None = None,
        *,
        fields: Iterable[Field[Service, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[Service]:
        """`service list`: the tariffs. Parameters and errors as for `user.list`."""
        return self._client._list(protocol.SERVICE_LIST, Service, filter, fields, limit, page_size, start, {})


class RadiusActions:
    """The guide's object `radius`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[OnlineRadiusUser] | None = None,
        *,
        fields: Iterable[Field[OnlineRadiusUser, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[OnlineRadiusUser]:
        """`radius list`: who is online. Parameters and errors as for `user.list`."""
        return self._client._list(protocol.RADIUS_LIST, OnlineRadiusUser, filter, fields, limit, page_size, start, {})


class UserPaymentActions:
    """The guide's object `User.payment`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(
        self,
        user_id: int,
        filter: Filter[UserPayment] | None = None,
        *,
        fields: Iterable[Field[UserPayment, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[UserPayment]:
        """`User.payment list`: the payments of the customer `user_id`. The rest as for `user.list`."""
        values = {"User_Id": _id("user_id", user_id)}
        return self._client._list(protocol.PAYMENT_LIST, UserPayment, filter, fields, limit, page_size, start, values)


class UserServiceBaseActions:
    """The guide's object `user.service.base`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[UserServiceBase] | None = None,
        *,
        username: str | None = None,
        user_id: int | None = None,
        fields: Iterable[Field[UserServiceBase, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
    ) -> Listing[UserServiceBase]:
        """`user.service.base list`: the base services of a customer, named by `username` or `user_id`.

        Giving both, or neither, raises `ParameterError`. The rest as for `user.list`.
        """
        if (username is None) == (user_id is None):
            raise ParameterError("username", "either username or user_id is needed, not both")
        values = (
            {"Username": _text("username", username)} if username is not None else {"User_Id": _id("user_id", user_id)}
        )
        return self._client._list(
            protocol.SERVICE_BASE_LIST, UserServiceBase, filter, fields, limit, page_size, start, values
        )


_QUERY: Final = "deltasib_query.query"


class _QueryTransport(httpx.BaseTransport):
    """Adds the query when a request is really sent.

    httpx logs the URL of every request, and a filter in it is full of customers' names and numbers.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        query = request.extensions.get(_QUERY)
        if query:
            request = httpx.Request(
                request.method,
                request.url.copy_with(query=query.encode("ascii")),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _base_url(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    ours = parsed.scheme in {"http", "https"} and parsed.host and (parsed.port is None or 0 < parsed.port < 2**16)
    if not ours or " " in url or parsed.query or parsed.fragment or parsed.userinfo:
        raise ParameterError("url", "scheme, host and port are needed, as in https://isp.example:1043")
    return str(parsed).rstrip("/")


def _verification(verify: bool | str | Path | ssl.SSLContext) -> bool | ssl.SSLContext:
    if verify is False:
        message = "the server's certificate is not verified: anybody on the way can read and change what is sent"
        warnings.warn(message, stacklevel=3)
    if not isinstance(verify, str | Path):
        return verify
    try:
        return ssl.create_default_context(cafile=verify)
    except OSError as error:  # ssl's own errors are OSErrors too
        raise ParameterError("verify", f"{verify} is no file of certificates ({error.strerror or error})") from None


def _text(parameter: str, value: object) -> str:
    if not isinstance(value, str):
        raise ParameterError(parameter, f"a text is needed, not {type(value).__name__}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ParameterError(parameter, "half a character (a lone surrogate) cannot be sent")
    return value


def _id(parameter: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= ID_MAX:
        raise ParameterError(parameter, f"a whole number from 0 to {ID_MAX} is needed, not {value!r}")
    return str(value)


def _checked_filter(filter: Filter[R] | None, record: type[R]) -> Filter[R] | None:
    if filter is None:
        return None
    if not isinstance(filter, Filter):
        hint = f": parse(text, {record.__name__}) makes one of text" if isinstance(filter, str) else ""
        raise FilterUsageError(f"a Filter[{record.__name__}] is needed, not {type(filter).__name__}{hint}")
    if filter.record is not record:
        raise RecordMismatchError(f"a Filter[{record.__name__}] is needed, not a Filter[{filter.record.__name__}]")
    return filter


def _field_list(fields: Iterable[Field[R, Any]] | None, record: type[R]) -> str:
    """What `Field` says: the documented names, comma-separated; `*` where the guide's list is cut off."""
    if fields is None:
        return "*" if record.answers_by_name else ",".join(record.fields_by_name)
    names = {record.key.name: None}
    for field in fields:
        if not isinstance(field, Field):
            raise ParameterError(
                "fields", f"fields are needed, as in [{record.__name__}.{record.key.name}], not {field!r}"
            )
        if field.record is not record:
            raise RecordMismatchError(f"{field!r} is not a field of {record.__name__}")
        names[field.name] = None
    return ",".join(names)
