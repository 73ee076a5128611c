"""The JSON of a list's response as rows. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, NamedTuple, TypeVar, cast

from deltasib_query.client.wire.responses import another_shape, as_list, error_in, member, outline, unexpected
from deltasib_query.errors import InvalidRowError
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

R = TypeVar("R", bound=Record)


class PageResponse(NamedTuple, Generic[R]):
    """The rows of one response, in its order.

    rows: the records; a row that cannot be read is represented by its error.
    keys: what identifies each row: its key, or a fingerprint of the whole row if the response has no key.
    """

    rows: Sequence[R | InvalidRowError]
    keys: Sequence[Hashable]


def read_page(action: Action, record: type[R], data: Any, requested: int) -> PageResponse[R]:
    """Return the rows of one page, of which `requested` were requested.

    Raises `UnexpectedResponseError` for more rows, and for an object that is not a row; `ServiceError` for one that is
    an error.
    """
    found = read_rows(action, data)
    if len(found) > requested:
        raise unexpected(action, 200, Message("response.too-many-rows", rows=len(found), count=requested))
    rows: Sequence[R | InvalidRowError]
    try:
        rows = decode_rows(action, record, found)
    except InvalidRowError:
        rows = [_row_or_error(action, record, row) for row in found]
    keys: list[Hashable] = [getattr(row, record.key.name, None) for row in rows]
    if None in keys:
        if record.key.required:
            rows = [
                _without_key(action, record, raw) if key is None and not isinstance(row, InvalidRowError) else row
                for raw, row, key in zip(found, rows, keys, strict=True)
            ]
        keys = [_identity(action, record, row) if key is None else key for row, key in zip(found, keys, strict=True)]
    return PageResponse(rows, keys)


def read_row(action: Action, record: type[R], data: Any) -> R:
    """Return the record of a response that is a single object.

    Raises `InvalidRowError` for a value that its field cannot hold, `UnexpectedResponseError` for what is not a row.
    """
    if not isinstance(data, dict) or not _is_row(record, data):
        raise another_shape(action, Message("response.object"), data)
    return decode_rows(action, record, [data])[0]


def read_rows(action: Action, data: Any) -> list[Mapping[str, object]]:
    """Return the rows of a list's response.

    A single object is one row; null and an empty object are none [inferred].
    """
    if data is None or data == {}:
        return []
    rows = as_list(data)
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise another_shape(action, Message("response.list"), data)
    return cast("list[Mapping[str, object]]", rows)


def decode_rows(action: Action, record: type[R], rows: Sequence[Mapping[str, object]]) -> list[R]:
    """Return rows as records.

    Raises `InvalidRowError` for a value that its field cannot hold. A record does not know by which action its rows
    were requested; the error raised here does.
    """
    try:
        return record.from_rows(rows)
    except InvalidRowError as error:
        invalid = error
    raise InvalidRowError(*invalid.args, row=invalid.row, field=invalid.field, object=action.object, action=action.name)


def _row_or_error(action: Action, record: type[R], row: Mapping[str, object]) -> R | InvalidRowError:
    try:
        return decode_rows(action, record, [row])[0]
    except InvalidRowError as error:
        return error


def _without_key(action: Action, record: type[Record], row: Mapping[str, object]) -> InvalidRowError:
    name = record.key.name
    reason = Message("response.no-key", key=name)
    return InvalidRowError(reason, row=row, field=name, object=action.object, action=action.name)


def _identity(action: Action, record: type[Record], row: Mapping[str, object]) -> Hashable:
    """Return what identifies a row that could not be read or has no key.

    Raises `ServiceError` for an object without any documented name: it is not a row.
    """
    if not _is_row(record, row):
        message = Message("response.no-row", given=outline(row))
        raise error_in(action, row) or unexpected(action, 200, message)
    name = record.key.name
    try:
        key: Hashable = getattr(record.from_row({name: member(row, name)}), name)
    except InvalidRowError:
        key = None
    with suppress(RecursionError):
        return _fingerprint(json.dumps(row, default=str)) if key is None else key
    raise unexpected(action, 200, Message("response.deep-row"))


def _fingerprint(row: str) -> str:
    """Return a text that identifies a row in memory and in tokens, and that shows nothing of it."""
    return hashlib.sha256(row.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _is_row(record: type[Record], row: Mapping[str, object]) -> bool:
    return any(key.lower() in record.names_by_casefold for key in row)
