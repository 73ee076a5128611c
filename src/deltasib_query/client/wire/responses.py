"""The answer to a call: its JSON, or the error that it is. No I/O."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from deltasib_query.client.wire.decoding import NotJSON, read_json
from deltasib_query.errors import SERVICE_ERRORS, ServiceError, UnexpectedResponseError
from deltasib_query.filters.response_fields import plain_number
from deltasib_query.service.actions import GET_TOKEN, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

_SHOWN: Final = 200
"""Bytes or characters of an answer that a message may show."""
_ROWS: Final = re.compile(r"[\[{\"]")
"""Where rows, or the rest of one, may begin."""
_TOKEN: Final = re.compile(r"[!-~]+")
"""What a header can carry unchanged."""
_UNKNOWN_LIFETIME: Final = 600.0
"""Seconds that a token is assumed to live if the answer does not say: the guide's sample has 600."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer.

    retry_after: the header of that name, in seconds; None without it.
    charset: as Content-Type declares it; None if it does not.
    """

    status: int
    content: bytes
    retry_after: float | None = None
    charset: str | None = None


def parse_response(action: Action, reply: Reply, profile: ServerProfile = DOCUMENTED) -> Any:
    """Return the JSON of a successful answer.

    Raises `ServiceError`, of the class of the documented code, for an ErrorCode below zero under any status and for
    every status but 200 [guide].
    """
    answer: Any = None
    problem = "" if reply.status == 200 else "the answer has no ErrorCode"
    try:
        answer = read_json(reply.content, reply.charset, stated=profile.charset, skip_preamble=profile.skip_preamble)
    except NotJSON as reason:
        problem = str(reason)
    if error := error_in(action, answer, reply.status, reply.retry_after):
        raise error
    if problem:
        message = f"{problem}: {shown_answer(action, reply.content)}"
        raise unexpected(action, reply.status, message, retry_after=reply.retry_after)
    return answer


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


def read_token(answer: Any) -> tuple[str, float]:
    """Return the token of gettoken's answer, and how many seconds it lives [guide]."""
    token = member(answer, "token")
    token = token.strip() if isinstance(token, str) else ""
    if not _TOKEN.fullmatch(token):
        raise unexpected(GET_TOKEN, 200, "the answer has no token that a header can carry")
    try:
        lifetime = float(member(answer, "SessionTimeout"))
    except (OverflowError, TypeError, ValueError):
        lifetime = _UNKNOWN_LIFETIME
    return token, lifetime if math.isfinite(lifetime) else _UNKNOWN_LIFETIME


def check_done(action: Action, answer: Any) -> None:
    """Raise `UnexpectedResponseError` unless an answer has `status` 1: only then the write was done [guide]."""
    if str(member(answer, "status")) != "1":
        raise another_shape(action, "`status` 1", answer)


def error_in(action: Action, answer: Any, status: int = 200, retry_after: float | None = None) -> ServiceError | None:
    """Return the error that an answer is by its ErrorCode below zero; None for any other answer.

    The first object of a list counts too, and the code may be text [inferred].
    """
    answer = as_list(answer)
    first = answer[0] if isinstance(answer, list) and answer else answer
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
    description: str,
    kind: type[UnexpectedResponseError] = UnexpectedResponseError,
    *,
    retry_after: float | None = None,
) -> UnexpectedResponseError:
    """Return the error of an answer that is not what the guide documents."""
    return kind(description, status=status, object=action.object, action=action.name, retry_after=retry_after)


def another_shape(action: Action, documented: str, answer: Any) -> UnexpectedResponseError:
    """Return the error of an answer whose JSON has another shape than the documented one."""
    return unexpected(action, 200, f"{documented} is documented, not {outline(answer)}")


def outline(answer: Any) -> str:
    """Return the outline of an answer for a message, without the rows of customers that it may hold.

    >>> outline([{"Name": "Reza"}]), outline({"status": 2})
    ('[…]', '{"status": 2}')
    """
    match answer:
        case {"status": int(status)}:
            return f'{{"status": {status}}}'
        case dict() | list() if answer:
            return "{…}" if isinstance(answer, dict) else "[…]"
        case str():
            return json.dumps(_before_rows(answer), ensure_ascii=False)
        case _:
            return json.dumps(answer, default=str)


def shown_answer(action: Action, content: bytes | bytearray) -> str:
    """Return the beginning of an answer for a message, up to where a token or rows of customers may begin."""
    if action is GET_TOKEN:
        return "it may hold a token, and is not shown"
    return _before_rows(content[: _SHOWN + 1].decode("utf-8", "replace")) or "it is empty"


def _before_rows(text: str) -> str:
    front = _ROWS.split(text, 1)[0][:_SHOWN]
    return front if front == text else f"{front}… (the rest is not shown)"


def as_list(answer: Any) -> Any:
    """Return an object with the keys 0, 1, 2, … as a list: PHP writes some lists so [inferred]."""
    if isinstance(answer, dict) and answer and all(key == str(index) for index, key in enumerate(answer)):
        return [*answer.values()]
    return answer


def member(answer: Any, name: str) -> Any:
    """Return a member of an object by its documented name, or else by the name in another letter case [wild]."""
    if not isinstance(answer, dict) or name in answer:
        return answer[name] if isinstance(answer, dict) else None
    return next((value for key, value in answer.items() if key.lower() == name.lower()), None)
