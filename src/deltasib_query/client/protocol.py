"""The documented actions as a table; a call to a request, an answer to rows or an error. No I/O."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode

from deltasib_query.client.parameters import Choice, Day, Digits, Parameter, Price, Text, Whole
from deltasib_query.errors import (
    AddressNotPermittedError,
    FatalServiceError,
    InvalidDataError,
    InvalidKeyError,
    InvalidRowError,
    InvalidTokenError,
    MissingItemError,
    ParameterError,
    ServiceError,
    UnexpectedResponseError,
)
from deltasib_query.schema.answers import plain_number
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

VERSION: Final = "1.0"
_SHOWN_BYTES: Final = 200
_UNKNOWN_LIFETIME: Final = 600.0
"""Seconds that a token is taken to live where the answer does not say: as the guide's sample."""


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the guide's tables: an object, what can be done to it, the HTTP method, the parameters.

    either: pairs of parameters of which exactly one is to be given. Where both Username and User_Id are given
        the server takes Username [guide]; a caller of ours who gives both has made a mistake.
    record: the rows of a list.
    wire: the value of ``Action``, where it is not the name.
    """

    object: str
    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    parameters: tuple[Parameter, ...]
    either: tuple[tuple[str, str], ...] = ()
    record: type[Record] | None = None
    wire: str = ""

    def encode(self, arguments: Mapping[str, Any]) -> dict[str, str]:
        """Return the parameters of a call, checked and written; `arguments` are Python's, None for what is not given.

        Raises `ParameterError` that names the argument and the rule.

        >>> USER_ADD.encode({"username": "ali", "password": "secret", "name": None})
        {'Username': 'ali', 'Password': 'secret'}
        """
        for one, other in self.either:
            if (arguments.get(one) is None) == (arguments.get(other) is None):
                raise ParameterError(one, f"either {one} or {other} is needed, and not both")
        written: dict[str, str] = {}
        for parameter in self.parameters:
            value = arguments.get(parameter.argument)
            if value is not None:
                written[parameter.name] = parameter.kind.write(parameter.argument, value)
            elif parameter.required:
                raise ParameterError(parameter.argument, f"it is required: {parameter.kind.description}")
        return written


_FILTER: Final = Parameter("Filter", Text(), doc="which rows; all unless given")
_LIST: Final = (
    _FILTER,
    # Starred in four lists beside a default of "all" [guide]; it is always sent.
    Parameter("Field", Text(), default="all fields", doc="what to answer"),
    Parameter("LimitFrom", Whole(), default="0", doc="rows to leave out at the beginning"),
    Parameter("LimitCount", Whole(1), default="100", doc="how many rows"),
)
_USERNAME: Final = Parameter("Username", Text(), doc="the customer, by name")
_USER_ID: Final = Parameter("User_Id", Whole(), doc="the customer, by id")
_WHOSE: Final = Parameter("User_Id", Whole(), required=True, doc="the customer")
_ONE_USER: Final = (("username", "user_id"),)
_ONE_STATUS: Final = (("username", "user_id"), ("status_name", "status_id"))

GET_TOKEN: Final = Action(
    "auth", "gettoken", "POST",
    (
        Parameter("Api_Username", Text(32, 1), required=True, doc="name of the API account"),
        Parameter("Api_Key", Text(128, 128), required=True, doc="lower-case hex SHA-512 of its password"),
    ),
)  # fmt: skip
USER_LIST: Final = Action("user", "list", "GET", _LIST, record=User)
CREDIT_INFO: Final = Action("user", "creditinfo", "GET", (_WHOSE, *_LIST), record=UserCreditInfo)
USER_ADD: Final = Action(
    "user", "add", "POST",
    (
        Parameter("Username", Text(min_length=1), required=True, doc="the new customer's name"),
        Parameter("Password", Text(min_length=1), required=True, doc="the new customer's password"),
        Parameter("Name", Text(), doc="given name"),
        Parameter("Family", Text(), doc="family name"),
    ),
)  # fmt: skip
CURRENT_STATUS: Final = Action("user.status", "currentstatus", "GET", (_USERNAME, _USER_ID), _ONE_USER)
STATUS_ADD: Final = Action(
    "user.status", "add", "PUT",
    (
        _USERNAME,
        _USER_ID,
        Parameter("Status_Name", Text(), doc="the new status, by name"),
        Parameter("Status_Id", Whole(), doc="the new status, by id"),
    ),
    _ONE_STATUS,
)  # fmt: skip
SERVICE_LIST: Final = Action("service", "list", "GET", _LIST, record=Service)
RADIUS_LIST: Final = Action("radius", "list", "GET", _LIST, record=OnlineRadiusUser)
DISCONNECT: Final = Action(
    "radius", "disconnect", "DELETE",
    (Parameter("Filter", Text(min_length=1), required=True, doc="whose sessions end"),),
    wire="disconnet",  # as the guide's own table has it
)  # fmt: skip
PAYMENT_LIST: Final = Action("User.payment", "list", "GET", (_WHOSE, *_LIST), record=UserPayment)
PAYMENT_ADD: Final = Action(
    "User.payment", "add", "POST",
    (
        _WHOSE,
        Parameter("Currency_Id", Whole(), required=True, doc="the currency"),
        Parameter("PriceINCurrency", Whole(-(10**15), 10**15), required=True, doc="the amount in that currency"),
        Parameter("ExchangeRate", Whole(), required=True, doc="the currency's rate"),
        Parameter("PaymentType", Choice(("Cash", "Cheque", "Pos", "Deposit", "Other", "TAX")), doc="how it was paid"),
        Parameter("DateType", Choice(("Persian", "Gregorian")), doc="the calendar of VoucherDate"),
        Parameter("VoucherNo", Digits(15), doc="number of the cheque"),
        Parameter("VoucherDate", Day(), doc="date of the cheque"),
        Parameter("BankBranchName", Text(23), doc="the bank"),
        Parameter("BankBranchNo", Text(32), doc="its branch"),
        Parameter("Comment", Text(), doc="a comment"),
    ),
)  # fmt: skip
SERVICE_BASE_LIST: Final = Action(
    "user.service.base", "list", "GET", (_USERNAME, _USER_ID, *_LIST), _ONE_USER, UserServiceBase
)
SERVICE_BASE_ADD: Final = Action(
    "user.service.base", "add", "POST",
    (
        _WHOSE,  # the guide has Username beside it, unstarred
        Parameter("Service_Id", Whole(), required=True, doc="the tariff"),
        Parameter("PayPrice", Price(14), doc="the amount paid"),
        Parameter("PayPlan", Choice(("PrePaid", "PostPaid")), doc="how it is paid"),
    ),
)  # fmt: skip
SERVICE_BASE_CANCEL: Final = Action(
    "user.service.base", "cancel", "PUT",
    # Not starred in the guide; without it there is nothing to cancel [inferred].
    (Parameter("User_ServiceBase_Id", Whole(), required=True, doc="the customer's service"),),
)  # fmt: skip

ACTIONS: Final = (
    GET_TOKEN, USER_LIST, CREDIT_INFO, USER_ADD, CURRENT_STATUS, STATUS_ADD, SERVICE_LIST, RADIUS_LIST, DISCONNECT,
    PAYMENT_LIST, PAYMENT_ADD, SERVICE_BASE_LIST, SERVICE_BASE_ADD, SERVICE_BASE_CANCEL,
)  # fmt: skip
"""Every documented action, in the guide's order."""

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
    form = urlencode({"Action": action.wire or action.name, **values}, quote_via=quote, safe="")
    path = f"/{version}/{action.object}/"
    return Request("GET", path, query=form) if action.method == "GET" else Request(action.method, path, body=form)


def address_size(url: str, action: Action, values: Mapping[str, str]) -> int:
    """Return how many bytes the address of a request has, at a server's address.

    >>> address_size("https://isp.example", USER_LIST, {"Filter": "User_Id = 1"})
    66
    """
    request = build_request(action, values)
    return len(f"{url}{request.path}?{request.query}")


def api_key(password: str) -> str:
    """Return what the service takes for a password: the lower-case hex SHA-512 of it [guide]."""
    return hashlib.sha512(password.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer. `retry_after` is the header of that name, in seconds."""

    status: int
    content: bytes
    retry_after: float | None = None


def read_answer(action: Action, reply: Reply) -> Any:
    """Return the JSON of a successful answer, or raise the error that it is.

    An ErrorCode below zero is an error under any status, and any status but 200 is one with any body [guide].
    Raises `ServiceError`, of the class of the documented code.
    """
    try:
        answer = json.loads(reply.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        answer = None
        readable = False
    else:
        readable = True
    code, description = _error_of(answer)
    error: ServiceError | None = None
    if code is not None and code < 0:
        kind = _ERRORS.get(code, ServiceError)
        error = kind(description, code=code, status=reply.status, object=action.object, action=action.name)
    elif reply.status != 200:
        error = unexpected(action, reply.status, f"the answer has no ErrorCode: {shown_answer(action, reply.content)}")
    elif not readable:
        error = unexpected(action, reply.status, f"the answer is not JSON: {shown_answer(action, reply.content)}")
    if error is not None:
        error.retry_after = reply.retry_after
        raise error
    return answer


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, which has seconds or a date; None for what is neither.

    >>> from datetime import UTC
    >>> read_retry_after("120", datetime.now(UTC))
    120.0
    """
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def read_rows(action: Action, answer: Any) -> list[Mapping[str, object]]:
    """Return the rows of a list's answer; a single object counts as one row [inferred]."""
    rows: Any = [answer] if isinstance(answer, dict) and _error_of(answer)[0] is None else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _another_shape(action, "a list of objects", answer)
    return cast("list[Mapping[str, object]]", rows)


def read_token(answer: Any) -> tuple[str, float]:
    """Return the token of gettoken's answer, and how many seconds it lives [guide]."""
    found = _by_fold(answer)
    token = found.get("token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise unexpected(GET_TOKEN, 200, "the answer has no token")
    try:
        lifetime = float(found["sessiontimeout"])
    except (KeyError, OverflowError, TypeError, ValueError):
        lifetime = _UNKNOWN_LIFETIME
    return token, lifetime if math.isfinite(lifetime) else _UNKNOWN_LIFETIME


def read_done(action: Action, answer: Any) -> None:
    """Make sure that a write was done: its answer has `status` 1 [guide]."""
    if str(_by_fold(answer).get("status")) != "1":
        raise unexpected(action, 200, f"`status` 1 is documented, not {json.dumps(answer)[:_SHOWN_BYTES]}")


class Answered(NamedTuple, Generic[R]):
    """The rows of an answer, in its order.

    rows: the records, and in the place of a row that cannot be read its error.
    keys: what tells each row from others: its key, or a fingerprint of all of it where the answer has none.
    last: the answer is a single object, behind which no page can follow.
    """

    rows: Sequence[R | InvalidRowError]
    keys: Sequence[Hashable]
    last: bool = False


def read_page(action: Action, record: type[R], answer: Any) -> Answered[R]:
    """Return the rows of one page of a list."""
    rows: Sequence[R | InvalidRowError]
    keys: list[Hashable] = [None]
    try:
        rows = decode_rows(action, record, answer)
        keys = [getattr(row, record.key.name) for row in rows]
    except InvalidRowError:
        rows = [_row_or_error(action, record, row) for row in read_rows(action, answer)]
    if None in keys:
        keys = [_identity(record, row) for row in rows]
    return Answered(rows, keys, last=isinstance(answer, dict))


def _row_or_error(action: Action, record: type[R], row: Mapping[str, object]) -> R | InvalidRowError:
    try:
        return decode_rows(action, record, [row])[0]
    except InvalidRowError as error:
        return error


def _identity(record: type[Record], row: Record | InvalidRowError) -> Hashable:
    name = record.key.name
    if isinstance(row, InvalidRowError):
        try:
            key = plain_number(_by_fold(row.row).get(name.lower()))
            return int(cast("str", key))
        except (OverflowError, TypeError, ValueError):
            return _fingerprint(json.dumps(row.row))
    key = getattr(row, name)
    return _fingerprint(row.model_dump_json()) if key is None else cast("int", key)


def _fingerprint(row: str) -> str:
    """What stands for a row in memory and in tokens, where nobody is to read it."""
    return hashlib.sha256(row.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def decode_rows(action: Action, record: type[R], answer: Any) -> list[R]:
    """Return the rows of a list's answer as records.

    Raises `InvalidRowError` for a value that its field cannot hold.
    """
    if isinstance(answer, dict) and not _has_values_of(record, answer):
        raise _another_shape(action, "a list of objects", answer)  # a wrapper around the rows, or nothing
    try:
        return record.from_rows(read_rows(action, answer))
    except InvalidRowError as error:
        error.object, error.action = action.object, action.name
        raise


def _has_values_of(record: type[Record], answer: Any) -> bool:
    return not record.names_by_fold.keys().isdisjoint(_by_fold(answer))


def _another_shape(action: Action, documented: str, answer: Any) -> UnexpectedResponseError:
    return unexpected(action, 200, f"{documented} is documented, not {json.dumps(answer)[:_SHOWN_BYTES]}")


def decode_row(action: Action, record: type[R], answer: Any) -> R:
    """Return the record of an answer that is a single object."""
    if not isinstance(answer, dict) or not _has_values_of(record, answer):
        raise _another_shape(action, "an object", answer)
    return decode_rows(action, record, answer)[0]


def unexpected(
    action: Action, status: int, description: str, kind: type[UnexpectedResponseError] = UnexpectedResponseError
) -> UnexpectedResponseError:
    """Return the error of an answer that is not what the guide documents."""
    return kind(description, code=None, status=status, object=action.object, action=action.name)


def _error_of(answer: Any) -> tuple[int | None, str]:
    """The ErrorCode, which may arrive as text [inferred], and the ErrorDesc."""
    found = _by_fold(answer)
    try:
        code = int(found["errorcode"])
    except (KeyError, OverflowError, TypeError, ValueError):
        return None, ""
    return code, str(found.get("errordesc", ""))


def _by_fold(answer: Any) -> dict[str, Any]:
    """The members of an object by their names in small letters: servers were seen to change the case [wild]."""
    return {str(key).lower(): value for key, value in answer.items()} if isinstance(answer, dict) else {}


def shown_answer(action: Action, content: bytes) -> str:
    """Return the first bytes of an answer for a message, but none of what may hold a token."""
    if action is GET_TOKEN:
        return "it may hold a token, and is not shown"
    text = content[:_SHOWN_BYTES].decode("utf-8", "replace")
    return f"{text}…" if len(content) > _SHOWN_BYTES else text
