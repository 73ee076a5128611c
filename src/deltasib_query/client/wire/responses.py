"""The response to a call: its JSON, or the error that it is. No I/O."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from deltasib_query.client.wire.decoding import NotJSON, read_json
from deltasib_query.display import printable
from deltasib_query.errors import SERVICE_ERRORS, ServiceError, UnexpectedResponseError
from deltasib_query.filters.response_fields import plain_number
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import GET_TOKEN, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

_SHOWN: Final = 200
"""Bytes or characters of a response that a message may show."""
_ROWS: Final = re.compile(r"[\[{\"]")
"""Where rows, or the rest of one, may begin."""
_TOKEN: Final = re.compile(r"[!-~]+")
"""What a header can carry unchanged."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response.

    retry_after: the header of that name, in seconds; None without it.
    charset: as Content-Type declares it; None if it does not.
    """

    status: int
    content: bytes
    retry_after: float | None = None
    charset: str | None = None


def parse_response(action: Action, response: Response, profile: ServerProfile = DOCUMENTED) -> Any:
    """Return the JSON of a successful response.

    Raises `ServiceError`, of the class of the documented code, for an ErrorCode below zero under any status and for
    every status but 200 [guide].
    """
    data: Any = None
    problem = None if response.status == 200 else Message("response.no-code")
    try:
        data = read_json(
            response.content, response.charset, stated=profile.charset, skip_preamble=profile.skip_preamble
        )
    except NotJSON as error:
        problem = error.reason
    if refusal := error_in(action, data, response.status, response.retry_after):
        raise refusal
    if problem:
        beginning = shown_beginning(action, response.content)
        message = Message("response.beginning", reason=problem, beginning=beginning)
        raise unexpected(action, response.status, message, retry_after=response.retry_after)
    return data


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, which holds seconds or a date; None for anything else.

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
    except (OverflowError, TypeError, ValueError):
        return None


def read_token(data: Any) -> tuple[str, float | None]:
    """Return the token of gettoken's response, and how many seconds it lives [guide]; None if it does not say."""
    token = member(data, "token")
    token = token.strip() if isinstance(token, str) else ""
    if not _TOKEN.fullmatch(token):
        raise unexpected(GET_TOKEN, 200, Message("response.no-token"))
    try:
        lifetime = float(member(data, "SessionTimeout"))
    except (OverflowError, TypeError, ValueError):
        lifetime = math.inf
    return token, lifetime if math.isfinite(lifetime) else None


def check_done(action: Action, data: Any) -> None:
    """Raise `UnexpectedResponseError` unless a response has `status` 1: only then the write was done [guide]."""
    if str(member(data, "status")) != "1":
        raise another_shape(action, Message("response.status"), data)


def error_in(action: Action, data: Any, status: int = 200, retry_after: float | None = None) -> ServiceError | None:
    """Return the error that a response is by its ErrorCode below zero; None for any other response.

    The first object of a list counts too, and the code may be text [inferred].
    """
    data = as_list(data)
    first = data[0] if isinstance(data, list) and data else data
    try:
        number: Any = plain_number(member(first, "ErrorCode"))
        code = int(number)
    except (TypeError, ValueError):
        return None
    if code >= 0:
        return None
    description = member(first, "ErrorDesc")
    return SERVICE_ERRORS.get(code, ServiceError)(
        description if isinstance(description, str) else "",
        code=code,
        status=status,
        object=action.object,
        action=action.name,
        retry_after=retry_after,
    )


def unexpected(
    action: Action,
    status: int,
    description: Message,
    kind: type[UnexpectedResponseError] = UnexpectedResponseError,
    *,
    retry_after: float | None = None,
) -> UnexpectedResponseError:
    """Return the error of a response that is not what the guide documents."""
    return kind(description, status=status, object=action.object, action=action.name, retry_after=retry_after)


def another_shape(action: Action, documented: Message, data: Any) -> UnexpectedResponseError:
    """Return the error of a response whose JSON has another shape than the documented one."""
    return unexpected(action, 200, Message("response.shape", documented=documented, given=outline(data)))


def outline(data: Any) -> str | Message:
    """Return the outline of a response for a message, without the rows of customers that it may hold.

    >>> outline([{"Name": "Reza"}]), outline({"status": 2})
    ('[…]', '{"status": 2}')
    """
    match data:
        case {"status": int(status)}:
            return f'{{"status": {status}}}'
        case dict() | list() if data:
            return "{…}" if isinstance(data, dict) else "[…]"
        case str():
            front, is_cut = _before_rows(data)
            text = printable(json.dumps(front, ensure_ascii=False)[1:-1])
            return Message("response.cut-text", beginning=text) if is_cut else f'"{text}"'
        case _:
            return printable(json.dumps(data, default=str))


def shown_beginning(action: Action, content: bytes | bytearray) -> str | Message:
    """Return the beginning of a response for a message, up to where a token or rows of customers may begin."""
    if action is GET_TOKEN:
        return Message("response.hidden")
    if not content:
        return Message("response.empty")
    front, is_cut = _before_rows(content[: _SHOWN + 1].decode("utf-8", "replace"))
    return Message("response.cut", beginning=printable(front)) if is_cut else printable(front)


def _before_rows(text: str) -> tuple[str, bool]:
    """Return the beginning of a text, and whether there is more."""
    front = _ROWS.split(text, 1)[0][:_SHOWN]
    return front, front != text


def as_list(data: Any) -> Any:
    """Return an object with the keys 0, 1, 2, … as a list: PHP writes some lists so [inferred]."""
    if isinstance(data, dict) and data and all(key == str(index) for index, key in enumerate(data)):
        return [*data.values()]
    return data


def member(data: Any, name: str) -> Any:
    """Return a member of an object by its documented name, or else by the name in another letter case [wild]."""
    if not isinstance(data, dict) or name in data:
        return data[name] if isinstance(data, dict) else None
    return next((value for key, value in data.items() if key.lower() == name.lower()), None)
