"""Rules for the arguments of single actions. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from deltasib_query.client.paging.query import check_count, check_filter
from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, ParameterError, TooManyRowsError, UndecidedError
from deltasib_query.filters.dates import jalali_warning
from deltasib_query.filters.filter import Filter, filterable
from deltasib_query.filters.jalali import ConversionError, as_gregorian
from deltasib_query.filters.parsing import verified_text
from deltasib_query.filters.record import Record
from deltasib_query.service.actions import ACTIONS, CREDIT_INFO, Action
from deltasib_query.service.objects import OnlineRadiusUser, UserCreditInfo
from deltasib_query.service.parameters import Day

R = TypeVar("R", bound=Record)


def check_disconnect(filter: Filter[OnlineRadiusUser], at_most: int | None) -> dict[str, object]:
    """Return the arguments of a disconnection.

    Raises `ConstantFilterError` for a filter that folded to a constant, and without `at_most` `ParameterError` for one
    that provably selects every session. Where that is undecided, the filter is sent.
    """
    check_filter(filter, OnlineRadiusUser)
    if at_most is not None:
        check_count("at_most", at_most, 0)
    text = verified_text(filter)
    if at_most is None and _selects_all(filter):
        raise ParameterError("at_most", "it is needed, since the filter selects every session")
    return {"filter": text}


def _selects_all(filter: Filter[OnlineRadiusUser]) -> bool:
    try:
        return OnlineRadiusUser.User_Id.not_in([]).implies(filter)
    except UndecidedError:
        return False


def check_at_most(found: int, at_most: int) -> None:
    """Raise `TooManyRowsError` if more sessions match than may be disconnected."""
    if found > at_most:
        raise TooManyRowsError(f"radius disconnect: more than {at_most} sessions match; nobody was disconnected")


def credit_arguments(user_id: int | None, filter: object) -> dict[str, object]:
    """Return whose credit is requested. A filter alone is sent with ``User_Id=0``, as programs in use do [wild]."""
    if not user_id and filter is None:
        raise ParameterError("user_id", "a user id or a filter is needed")
    return {"user_id": 0 if user_id is None else user_id}


def credit_filter(user_id: int | None, filter: Filter[R] | None) -> Filter[R] | Filter[UserCreditInfo] | None:
    """Return the filter; one that is always true as a condition, since ``User_Id=0`` without a filter names nobody."""
    everybody = not user_id and isinstance(filter, Filter) and filter.constant and filter.record is UserCreditInfo
    return UserCreditInfo.User_Id >= 0 if everybody else filter


def whose_list(
    record: type[Record], filter: Filter[Any] | None, user_id: int | None, username: str | None, fields: object
) -> tuple[Action, Filter[Any] | None, dict[str, object]]:
    """Return the action that lists a record, with its filter and its arguments.

    Raises `FilterUsageError` for a class that no list has the rows of, `ParameterError` for an argument that the list
    does not take.
    """
    action = _LISTS.get(filterable(record))
    if action is None:
        raise FilterUsageError(f"no list has rows of {record.__name__}")
    arguments: dict[str, object] = {"user_id": user_id, "username": username}
    for name in arguments.keys() - {parameter.argument for parameter in action.parameters}:
        if arguments.pop(name) is not None:
            raise ParameterError(name, f"{action.object} {action.name} takes none")
    if action is CREDIT_INFO:
        if fields is not None:
            raise ParameterError("fields", "user creditinfo takes none")
        return action, credit_filter(user_id, filter), credit_arguments(user_id, filter)
    return action, filter, arguments


_LISTS: Final[Mapping[type[Record] | None, Action]] = {action.record: action for action in ACTIONS if action.record}


def payment_arguments(arguments: dict[str, object]) -> dict[str, object]:
    """Return the arguments of a payment with the calendar of its date: a `date` is Gregorian, a text needs `date_type`.

    A Jalali date of jdatetime or persiantools becomes a Gregorian one. A Gregorian date that looks like a Jalali one
    raises `ParameterError`.
    """
    try:
        day = as_gregorian(arguments["voucher_date"])
    except ConversionError as error:
        raise ParameterError("voucher_date", str(error)) from error
    calendar = arguments["date_type"]
    persian = isinstance(calendar, str) and calendar.lower() == "persian"
    if isinstance(day, date):
        if persian:
            raise ParameterError("date_type", "a date is Gregorian; give a Persian one as its text")
        calendar = "Gregorian" if calendar is None else calendar
    elif day is not None and calendar is None:
        raise ParameterError("date_type", "Persian or Gregorian is needed beside a voucher_date that is text")
    if day is not None and not persian:
        typed = (
            date.isoformat(day) if isinstance(day, date) else str.__str__(day) if isinstance(day, str) else shown(day)
        )
        warning = jalali_warning(typed)
        if warning is not None:
            raise ParameterError("voucher_date", f'{warning.message}; date_type="Persian" sends its text as it is')
    if day is not None:
        Day().write("voucher_date", day)
    return {**arguments, "voucher_date": day, "date_type": calendar}
