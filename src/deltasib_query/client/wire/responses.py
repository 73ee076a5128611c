"""An answer to rows, or to an error. No I/O."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from deltasib_query.client.wire.decoding import NotJSON, read_json
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
from deltasib_query.filters.record import Record
from deltasib_query.filters.response_fields import plain_number
from deltasib_query.service.actions import GET_TOKEN, Action
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

R = TypeVar("R", bound=Record)

_SHOWN: Final = 200
"""Bytes or characters of an answer that a message has at most."""
_ROWS: Final = re.compile(r"[\[{\"]")
"""Where rows, or what is left of one, may begin."""
_TOKEN: Final = re.compile(r"[!-~]+")
"""What a header carries as it is."""
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
    """An HTTP answer. `retry_after` is the header of that name, in seconds; `charset` that of its Content-Type."""

    status: int
    content: bytes
    retry_after: float | None = None
    charset: str | None = None


def parse_response(action: Action, reply: Reply, profile: ServerProfile = DOCUMENTED) -> Any:
    """Return the JSON of a successful answer, or raise the error that it is.

    An ErrorCode below zero is an error under any status, and any status but 200 is one with any body [guide].
    Raises `ServiceError`, of the class of the documented code.
    """
    answer: Any = None
    problem = "" if reply.status == 200 else "the answer has no ErrorCode"
    try:
        answer = read_json(reply.content, reply.charset, stated=profile.charset, skip_preamble=profile.skip_preamble)
    except NotJSON as reason:
        problem = str(reason)
    error = _error_of(action, reply.status, answer)
    if error is None and problem:
        error = unexpected(action, reply.status, f"{problem}: {shown_answer(action, reply.content)}")
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
    """Return the rows of a list's answer.

    A single object counts as one row, null and an empty object as none [inferred].
    """
    if answer is None or answer == {}:
        return []
    rows = _as_list(answer)
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _another_shape(action, "a list of objects", answer)
    return cast("list[Mapping[str, object]]", rows)


def _as_list(answer: Any) -> Any:
    """An object with the keys 0, 1, 2, … is what PHP makes of some lists [inferred]."""
    if isinstance(answer, dict) and answer and all(key == str(index) for index, key in enumerate(answer)):
        return [*answer.values()]
    return answer


def read_token(answer: Any) -> tuple[str, float]:
    """Return the token of gettoken's answer, and how many seconds it lives [guide]."""
    token = _member(answer, "token")
    token = token.strip() if isinstance(token, str) else ""
    if not _TOKEN.fullmatch(token):
        raise unexpected(GET_TOKEN, 200, "the answer has no token that a header can carry")
    try:
        lifetime = float(_member(answer, "SessionTimeout"))
    except (OverflowError, TypeError, ValueError):
        lifetime = _UNKNOWN_LIFETIME
    return token, lifetime if math.isfinite(lifetime) else _UNKNOWN_LIFETIME


def read_done(action: Action, answer: Any) -> None:
    """Make sure that a write was done: its answer has `status` 1 [guide]."""
    if str(_member(answer, "status")) != "1":
        raise _another_shape(action, "`status` 1", answer)


class PageResponse(NamedTuple, Generic[R]):
    """The rows of an answer, in its order.

    rows: the records, and in the place of a row that cannot be read its error.
    keys: what tells each row from others: its key, or a fingerprint of all of it where the answer has none.
    """

    rows: Sequence[R | InvalidRowError]
    keys: Sequence[Hashable]


def read_page(action: Action, record: type[R], answer: Any, asked: int) -> PageResponse[R]:
    """Return the rows of one page of a list, of which `asked` were asked for.

    Raises `UnexpectedResponseError` for more rows, and for an object that is no row; `ServiceError` for one that is
    an error.
    """
    found = read_rows(action, answer)
    if len(found) > asked:
        message = f"{len(found):,} rows came, and LimitCount={asked:,} asks for no more than {asked:,}"
        raise unexpected(action, 200, message)
    rows: Sequence[R | InvalidRowError] = ()
    with suppress(InvalidRowError):
        rows = decode_rows(action, record, found)
    if len(rows) < len(found):
        rows = [_row_or_error(action, record, row) for row in found]
    keys: list[Hashable] = [getattr(row, record.key.name, None) for row in rows]
    if None in keys:
        keys = [_identity(action, record, row) if key is None else key for row, key in zip(found, keys, strict=True)]
    return PageResponse(rows, keys)


def decode_rows(action: Action, record: type[R], rows: Sequence[Mapping[str, object]]) -> list[R]:
    """Return rows as records.

    Raises `InvalidRowError` for a value that its field cannot hold.
    """
    try:
        return record.from_rows(rows)
    except InvalidRowError as error:
        error.object, error.action = action.object, action.name
        raise


def _row_or_error(action: Action, record: type[R], row: Mapping[str, object]) -> R | InvalidRowError:
    try:
        return decode_rows(action, record, [row])[0]
    except InvalidRowError as error:
        return error


def _identity(action: Action, record: type[Record], row: Mapping[str, object]) -> Hashable:
    """What tells a row from others, where it has not been read or has no key.

    Raises `ServiceError` for an object that is no row: it has no documented name.
    """
    if not _is_row(record, row):
        message = f"a list of objects is documented, not {_kind(row)} without a documented name"
        raise _error_of(action, 200, row) or unexpected(action, 200, message)
    name = record.key.name
    try:
        key: Hashable = getattr(record.from_row({name: _member(row, name)}), name)
    except InvalidRowError:
        key = None
    with suppress(RecursionError):
        return _fingerprint(json.dumps(row, default=str)) if key is None else key
    raise unexpected(action, 200, "a row is nested too deeply")


def _fingerprint(row: str) -> str:
    """What stands for a row in memory and in tokens, where nobody is to read it."""
    return hashlib.sha256(row.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def decode_row(action: Action, record: type[R], answer: Any) -> R:
    """Return the record of an answer that is a single object.

    Raises `InvalidRowError` for a value that its field cannot hold, `UnexpectedResponseError` for what is no row.
    """
    if not isinstance(answer, dict) or not _is_row(record, answer):
        raise _another_shape(action, "an object", answer)
    return decode_rows(action, record, [answer])[0]


def _another_shape(action: Action, documented: str, answer: Any) -> UnexpectedResponseError:
    return unexpected(action, 200, f"{documented} is documented, not {_kind(answer)}")


def _kind(answer: Any) -> str:
    """What an answer is, without the rows of customers that it may hold."""
    match answer:
        case {"status": int(status)}:
            return f'{{"status": {status}}}'
        case dict() | list() if answer:
            return "{…}" if isinstance(answer, dict) else "[…]"
        case str():
            return json.dumps(_in_front_of_rows(answer), ensure_ascii=False)
        case _:
            return json.dumps(answer, default=str)


def unexpected(
    action: Action, status: int, description: str, kind: type[UnexpectedResponseError] = UnexpectedResponseError
) -> UnexpectedResponseError:
    """Return the error of an answer that is not what the guide documents."""
    return kind(description, code=None, status=status, object=action.object, action=action.name)


def _error_of(action: Action, status: int, answer: Any) -> ServiceError | None:
    """The error that an answer is, or a list of which the first object is one [inferred]: by an ErrorCode below zero.

    The code may arrive as text [inferred].
    """
    answer = _as_list(answer)
    first = answer[0] if isinstance(answer, list) and answer else answer
    try:
        number: Any = plain_number(_member(first, "ErrorCode"))
        code = int(number)
    except (TypeError, ValueError):
        return None
    if code >= 0:
        return None
    description = _member(first, "ErrorDesc")
    text = description if isinstance(description, str) else ""
    kind = _ERRORS.get(code, ServiceError)
    return kind(text, code=code, status=status, object=action.object, action=action.name)


def _is_row(record: type[Record], row: Mapping[str, object]) -> bool:
    return any(key.lower() in record.names_by_fold for key in row)


def _member(answer: Any, name: str) -> Any:
    """A member of an object by its documented name, or by one in another case, as servers were seen to have [wild]."""
    if not isinstance(answer, dict) or name in answer:
        return answer[name] if isinstance(answer, dict) else None
    return next((value for key, value in answer.items() if key.lower() == name.lower()), None)


def shown_answer(action: Action, content: bytes | bytearray) -> str:
    """Return the beginning of an answer for a message, but none of what may hold a token or rows of customers."""
    if action is GET_TOKEN:
        return "it may hold a token, and is not shown"
    return _in_front_of_rows(content[: _SHOWN + 1].decode("utf-8", "replace")) or "it is empty"


def _in_front_of_rows(text: str) -> str:
    front = _ROWS.split(text, 1)[0][:_SHOWN]
    return front if front == text else f"{front}… (the rest is not shown)"
