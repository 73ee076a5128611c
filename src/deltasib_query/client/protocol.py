"""The documented actions as a table; a call to a request, an answer to rows or an error. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, cast
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from deltasib_query.errors import (
    AddressNotPermittedError,
    FatalServiceError,
    InvalidDataError,
    InvalidKeyError,
    InvalidRowError,
    InvalidTokenError,
    MissingItemError,
    ServiceError,
    UnexpectedResponseError,
)
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

VERSION: Final = "1.0"
_SHOWN_BYTES: Final = 200


@dataclass(frozen=True, slots=True)
class Parameter:
    """A documented parameter; `required` is the guide's star."""

    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the guide's tables: an object, what can be done to it, the HTTP method, the parameters."""

    object: str
    name: str
    method: Literal["GET", "POST"]
    parameters: tuple[Parameter, ...]
    record: type[Record] | None = None


_PAGE: Final = (Parameter("Filter"), Parameter("Field", required=True), Parameter("LimitFrom"), Parameter("LimitCount"))
# Field is starred in four lists beside a default of "all" [guide]; it is always sent.

GET_TOKEN: Final = Action("auth", "gettoken", "POST", (Parameter("Api_Username", True), Parameter("Api_Key", True)))
USER_LIST: Final = Action("user", "list", "GET", _PAGE, User)
CREDIT_INFO: Final = Action("user", "creditinfo", "GET", (Parameter("User_Id", True), *_PAGE), UserCreditInfo)
SERVICE_LIST: Final = Action("service", "list", "GET", _PAGE, Service)
RADIUS_LIST: Final = Action("radius", "list", "GET", _PAGE, OnlineRadiusUser)
PAYMENT_LIST: Final = Action("User.payment", "list", "GET", (Parameter("User_Id", True), *_PAGE), UserPayment)
SERVICE_BASE_LIST: Final = Action(
    "user.service.base", "list", "GET", (Parameter("Username"), Parameter("User_Id"), *_PAGE), UserServiceBase
)

ACTIONS: Final = (
    GET_TOKEN, USER_LIST, CREDIT_INFO, SERVICE_LIST, RADIUS_LIST, PAYMENT_LIST, SERVICE_BASE_LIST,
)  # fmt: skip
"""Every documented action that this version has, in the guide's order."""

_ERRORS: Final[dict[int, type[ServiceError]]] = {
    -1: FatalServiceError,
    -2: InvalidKeyError,
    -3: AddressNotPermittedError,
    -4: MissingItemError,
    -5: InvalidDataError,
    -6: InvalidTokenError,
}


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

    >>> build_request(USER_LIST, {"Filter": "Name like 'علی%'"}).query
    'Action=list&Filter=Name%20like%20%27%D8%B9%D9%84%DB%8C%25%27'
    """
    # Everything but letters, digits and _.-~ is percent-encoded, so that nothing on the way reads `&`, `+`, `#` or `%`.
    form = urlencode({"Action": action.name, **values}, quote_via=quote, safe="")
    path = f"/{version}/{action.object}/"
    return Request("GET", path, query=form) if action.method == "GET" else Request(action.method, path, body=form)


def api_key(password: str) -> str:
    """Return what the service takes for a password: the lower-case hex SHA-512 of it [guide]."""
    return hashlib.sha512(password.encode("utf-8")).hexdigest()


def read_answer(action: Action, status: int, content: bytes) -> Any:
    """Return the JSON of a successful answer, or raise the error that it is.

    An ErrorCode below zero is an error under any status, and any status but 200 is one with any body [guide].
    Raises `ServiceError`, of the class of the documented code.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        answer = None
        readable = False
    else:
        readable = True
    code, description = _error_of(answer)
    if code is not None and code < 0:
        raise _ERRORS.get(code, ServiceError)(
            description, code=code, status=status, object=action.object, action=action.name
        )
    if status != 200:
        raise unexpected(action, status, f"the answer has no ErrorCode: {_shown(content)}")
    if not readable:
        raise unexpected(action, status, f"the answer is not JSON: {_shown(content)}")
    return answer


def read_rows(action: Action, answer: Any) -> list[Mapping[str, object]]:
    """Return the rows of a list's answer; a single object counts as one row [inferred]."""
    rows: Any = [answer] if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unexpected(action, 200, f"a list of objects is documented, not {json.dumps(answer)[:_SHOWN_BYTES]}")
    return cast("list[Mapping[str, object]]", rows)


def read_token(answer: Any) -> str:
    """Return the token of gettoken's answer."""
    token = answer.get("token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise unexpected(GET_TOKEN, 200, "the answer has no token")
    return token


def decode_rows(action: Action, record: type[R], rows: Sequence[Mapping[str, object]]) -> list[R]:
    """Return the rows as records. Raises `InvalidRowError` for a value that its field cannot hold."""
    records: list[R] = []
    for row in rows:
        try:
            records.append(record.from_row(row))
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False)[0]
            field = str(first["loc"][0])
            message = f"{field} cannot hold {first['input']!r}: {first['msg']}"
            error = unexpected(action, 200, message, InvalidRowError)
            error.__dict__.update(row=row, field=field)
            raise error from None
    return records


def unexpected(
    action: Action, status: int, description: str, kind: type[UnexpectedResponseError] = UnexpectedResponseError
) -> UnexpectedResponseError:
    """Return the error of an answer that is not what the guide documents."""
    return kind(description, code=None, status=status, object=action.object, action=action.name)


def _error_of(answer: Any) -> tuple[int | None, str]:
    """The ErrorCode, which may arrive as text [inferred], and the ErrorDesc."""
    if not isinstance(answer, dict):
        return None, ""
    by_fold = {str(key).lower(): value for key, value in answer.items()}
    try:
        code = int(by_fold["errorcode"])
    except (KeyError, OverflowError, TypeError, ValueError):
        return None, ""
    return code, str(by_fold.get("errordesc", ""))


def _shown(content: bytes) -> str:
    text = content[:_SHOWN_BYTES].decode("utf-8", "replace")
    return f"{text}…" if len(content) > _SHOWN_BYTES else text
