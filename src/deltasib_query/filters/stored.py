"""Filters kept as JSON: what `Filter.to_json` writes is read."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from deltasib_query.errors import ParameterError, RecordMismatchError
from deltasib_query.filters.filter import STORED_VERSION, Filter
from deltasib_query.filters.parsing import filterable, parse
from deltasib_query.filters.record import Record

R = TypeVar("R", bound=Record)


class _Stored(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)

    version: int
    record: str
    filter: str | bool


def from_json(text: str | bytes, record: type[R]) -> Filter[R]:
    """Return the filter of `record` that `Filter.to_json` has written.

    It is read as a typed filter is, so what the record no longer has is an error with a place and a repair: raises
    `FilterError`. Raises `ParameterError` for what is no such JSON, or of a later version of it, `RecordMismatchError`
    for a filter of another record.

    >>> from deltasib_query import User
    >>> from_json((User.User_Id > 5).to_json(), User) == (User.User_Id > 5)
    True
    """
    try:
        stored = _Stored.model_validate_json(text)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        raise ParameterError(".".join(map(str, first["loc"])) or "filter", first["msg"]) from None
    if stored.version != STORED_VERSION:
        raise ParameterError("version", f"{STORED_VERSION} is what this version reads, not {stored.version}")
    record = filterable(record)
    if stored.record != record.service_object:
        raise RecordMismatchError(f"this is a filter of {stored.record!r}, not of {record.service_object!r}")
    if isinstance(stored.filter, bool):
        return Filter._of(record, stored.filter)
    return parse(stored.filter, record, limits=None)
