"""An answer to rows, or to an error. No I/O."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from deltasib_query.client.protocol import GET_TOKEN, Action
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
from deltasib_query.schema.answers import plain_number
from deltasib_query.schema.record import Record

R = TypeVar("R", bound=Record)

_SHOWN_BYTES: Final = 200
_UNKNOWN_LIFETIME: Final = 600.0
"""Seconds that a token is taken to live where the answer does not say: as the guide's sample."""
_ERRORS: Final[dict[int, type[ServiceError]]] = {
    -1: FatalServiceError,
    -2: InvalidKeyError,
    -3: AddressNotPermittedError,
    -4: MissingItemError,
    -5: InvalidDataError,
    -6: InvalidTokenError,
}


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
    except (OverflowError, TypeError, ValueError):
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
