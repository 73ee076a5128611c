"""What a call is asked with, checked, and made the parameters of its requests: the same for both clients. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from deltasib_query.client import protocol
from deltasib_query.client.offsets import ASKED_FOR_AT_ONCE
from deltasib_query.client.parameters import Day
from deltasib_query.client.protocol import Action
from deltasib_query.client.resuming import Place, Walked
from deltasib_query.client.scans import BEFORE_ALL
from deltasib_query.client.settings import Settings
from deltasib_query.client.splitting import split
from deltasib_query.client.walks import Options, Slice, Walking, check_count
from deltasib_query.errors import FilterUsageError, ParameterError, RecordMismatchError, TooManyRowsError, shown
from deltasib_query.filters import Filter, any_of
from deltasib_query.schema.field import Field
from deltasib_query.schema.fields import ID_MAX
from deltasib_query.schema.jalali import as_gregorian
from deltasib_query.schema.objects import OnlineRadiusUser, UserCreditInfo
from deltasib_query.schema.record import Record
from deltasib_query.schema.values import jalali_doubt
from deltasib_query.validation import sendable


@dataclass(frozen=True, slots=True)
class Asked:
    """What every list is asked with: by offset from `start` on, or `by` the key."""

    filter: Filter[Any] | None
    fields: Iterable[Field[Any, Any]] | None
    limit: int | None
    page_size: int
    walking: Walking
    start: int = 0
    scan: bool = False
    by: Field[Any, Any] | None = None
    workers: int = 1

    def plan(
        self, action: Action, record: type[Record], arguments: Mapping[str, object], settings: Settings
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the parameters of every page, and the arguments of a listing, checked.

        Raises `ParameterError`, `RecordMismatchError`, `FilterTooComplexError` for a filter that no request can carry.
        """
        if unknown := self.walking.keys() - Walking.__annotations__.keys():
            raise TypeError(f"this list has no argument {min(unknown)}")
        check_count("start", self.start, 0)
        check_count("page_size", self.page_size, 1)
        check_count("workers", self.workers, 1)
        if self.limit is not None:
            check_count("limit", self.limit, 0)
        key: Any = record.key
        if self.by is not None and self.by is not key:
            raise ParameterError("by", f"rows are told apart by their key: {record.__name__}.{key.name}")
        fields = _field_names(self.fields, record)
        # `*` where the guide's list of fields is cut off
        asked = "*" if self.fields is None and record.answers_by_name else ",".join(fields)
        values = self._encode(action, record, {**arguments, "field": asked})
        nothing = self.filter is not None and self.filter.constant is False
        whole = values.pop("Filter", "")
        # What a walk adds to the filter has to fit as well.
        window = any_of((key > ID_MAX) & (key <= ID_MAX), key == ID_MAX)
        further = str(window if self.scan else key.in_([ID_MAX] * ASKED_FOR_AT_ONCE))

        def size(text: str) -> int:
            parameters = Slice(ID_MAX, ID_MAX, f"({text}) and {further}").parameters()
            return protocol.address_size(settings.url, action, values | parameters)

        parts = split(self.filter, size, settings.max_url_bytes)
        if self.start and len(parts.parts) > 1:
            raise ParameterError("start", "the filter is too long for one request, and parts have no offset in common")
        texts = [str(part) for part in parts.parts] if len(parts.parts) > 1 else [whole]  # other parts, other places
        which = {**values, "Filter": "nothing" if nothing else repr(texts)}
        walked = Walked.of(action, "key" if self.scan else "offset", which, self.page_size)
        return values, {
            "action": action,
            "record": record,
            "fields": fields,
            "split": parts,
            "walked": walked,
            "options": Options(**self.walking),
            "place": Place(BEFORE_ALL if self.scan else self.start, 0 if nothing else self.limit),
            "workers": self.workers,
        }

    def _encode(self, action: Action, record: type[Record], arguments: Mapping[str, object]) -> dict[str, str]:
        if self.filter is not None:
            check_filter(self.filter, record)
        text = None if self.filter is None or self.filter.constant is not None else sendable(self.filter)
        return action.encode({**arguments, "filter": text})


def check_filter(filter: object, record: type[Record]) -> None:
    """Raise `FilterUsageError` for what is no filter, `RecordMismatchError` for one of another object."""
    if not isinstance(filter, Filter):
        hint = f": parse(text, {record.__name__}) makes one of text" if isinstance(filter, str) else ""
        raise FilterUsageError(f"a Filter[{record.__name__}] is needed, not {type(filter).__name__}{hint}")
    if filter.record is not record:
        raise RecordMismatchError(f"a Filter[{record.__name__}] is needed, not a Filter[{filter.record.__name__}]")


def check_disconnect(filter: Filter[OnlineRadiusUser], at_most: int | None) -> dict[str, object]:
    """Return the arguments of a disconnection. Raises for a filter that folded to a constant: it names nobody."""
    check_filter(filter, OnlineRadiusUser)
    if at_most is not None:
        check_count("at_most", at_most, 0)
    return {"filter": sendable(filter)}


def check_at_most(found: int, at_most: int) -> None:
    """Raise `TooManyRowsError` where more are found than may be hit."""
    if found > at_most:
        raise TooManyRowsError(f"radius disconnect: more than {at_most} sessions match; nobody was disconnected")


def credit_arguments(user_id: int | None, filter: object) -> dict[str, object]:
    """Return whose credit is asked for; a filter alone goes with ``User_Id=0``, as programs in use send it [wild]."""
    if not user_id and filter is None:
        raise ParameterError("user_id", "a user id or a filter is needed")
    return {"user_id": 0 if user_id is None else user_id}


def credit_filter(user_id: int | None, filter: Filter[UserCreditInfo] | None) -> Filter[UserCreditInfo] | None:
    """Return the filter, as a text where it is true for every row: ``User_Id=0`` without a filter names nobody."""
    everybody = not user_id and isinstance(filter, Filter) and filter.constant and filter.record is UserCreditInfo
    return UserCreditInfo.User_Id >= 0 if everybody else filter


def payment_arguments(arguments: dict[str, object]) -> dict[str, object]:
    """Return the arguments of a payment with the calendar of its date, which a `date` knows and a text does not.

    A Jalali date of jdatetime or persiantools becomes the Gregorian one. A Gregorian date that looks like a Jalali
    one is refused.
    """
    day, calendar = as_gregorian(arguments["voucher_date"]), arguments["date_type"]
    persian = isinstance(calendar, str) and calendar.lower() == "persian"
    if isinstance(day, date):
        if persian:
            raise ParameterError("date_type", "a date is Gregorian; give a Persian one as its text")
        calendar = "Gregorian" if calendar is None else calendar
    elif day is not None and calendar is None:
        raise ParameterError("date_type", "Persian or Gregorian is needed beside a voucher_date that is text")
    written = None if day is None else Day().write("voucher_date", day)
    if written is not None and not persian:
        doubt = jalali_doubt(written.replace("/", "-"))
        if doubt is not None:
            raise ParameterError("voucher_date", f'{doubt.message}; with date_type="Persian" its text is sent as it is')
    return {**arguments, "voucher_date": day, "date_type": calendar}


def _field_names(fields: Iterable[Field[Any, Any]] | None, record: type[Record]) -> tuple[str, ...]:
    """The names of what is asked for: the key first, or everything in the guide's order."""
    if fields is None:
        return (*record.fields_by_name, *record.answers_by_name)
    if not isinstance(fields, Iterable):
        raise ParameterError("fields", f"a list of fields is needed, not {shown(fields)}")
    names = {record.key.name: None}
    for field in fields:
        if not isinstance(field, Field):
            example = f"[{record.__name__}.{record.key.name}]"
            raise ParameterError("fields", f"fields are needed, as in {example}, not {shown(field)}")
        if field.record is not record:
            raise RecordMismatchError(f"{field!r} is not a field of {record.__name__}")
        names[field.name] = None
    return tuple(names)
