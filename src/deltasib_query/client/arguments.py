"""Rules for the arguments of single actions. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from deltasib_query.client.paging.query import ListPlan, ListQuery, check_count, check_filter
from deltasib_query.client.wire.options import ClientOptions
from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, ParameterError, UndecidedError
from deltasib_query.filters.combining import all_rows
from deltasib_query.filters.dates import jalali_warning
from deltasib_query.filters.filter import Filter, filterable
from deltasib_query.filters.jalali import ConversionError, as_gregorian
from deltasib_query.filters.parsing import verified_text
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
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
        raise ParameterError("at_most", Message("parameter.every-session"))
    return {"filter": text}


def _selects_all(filter: Filter[OnlineRadiusUser]) -> bool:
    try:
        return all_rows(OnlineRadiusUser).implies(filter)
    except UndecidedError:
        return False


def list_plan(record: type[R], query: ListQuery, whose: Mapping[str, object], client: ClientOptions) -> ListPlan[R]:
    """Return the plan of a record's list.

    whose: the `user_id` and `username` of the call.

    Raises `FilterUsageError` for a class that no list has the rows of, `ParameterError` for an argument that the list
    does not take, and as `ListQuery.plan`.
    """
    action = _LISTS.get(filterable(record))
    if action is None:
        raise FilterUsageError(Message("usage.no-list", record=record.__name__))
    taken = {parameter.argument for parameter in action.parameters}
    for name, value in whose.items():
        if value is not None and name not in taken:
            raise ParameterError(name, Message("parameter.not-taken", call=f"{action.object} {action.name}"))
    if action is CREDIT_INFO:
        return _credit_plan(record, query, whose["user_id"], client)
    return query.plan(action, record, whose, client)


def _credit_plan(record: type[R], query: ListQuery, user_id: object, client: ClientOptions) -> ListPlan[R]:
    """Return the plan for one customer, or for a filter.

    That is sent with ``User_Id=0``, as programs in use do [wild], unless the profile says otherwise. ``User_Id=0``
    without a filter names nobody, so a filter that is always true is sent as a condition.
    """
    if query.fields is not None:
        raise ParameterError("fields", Message("parameter.not-taken", call="user creditinfo"))
    if user_id:
        return query.plan(CREDIT_INFO, record, {"user_id": user_id}, client).limited(1)  # there is no second page
    filter = query.filter
    if filter is None:
        raise ParameterError("user_id", Message("parameter.user"))
    if client.profile.credit_by_filter == "no":
        raise ParameterError("user_id", Message("parameter.no-credit-by-filter"))
    if isinstance(filter, Filter) and filter.constant and filter.record is UserCreditInfo:
        query = replace(query, filter=UserCreditInfo.User_Id >= 0)
    plan = query.plan(CREDIT_INFO, record, {"user_id": 0 if user_id is None else user_id}, client)
    if client.profile.credit_by_filter == "absent":
        return replace(plan, values={name: value for name, value in plan.values.items() if name != "User_Id"})
    return plan


_LISTS: Final[Mapping[type[Record] | None, Action]] = {action.record: action for action in ACTIONS if action.record}


def payment_arguments(arguments: dict[str, object]) -> dict[str, object]:
    """Return the arguments of a payment with the calendar of its date: a `date` is Gregorian, a text needs `date_type`.

    A Jalali date of jdatetime or persiantools becomes a Gregorian one. A Gregorian date that looks like a Jalali one
    raises `ParameterError`.
    """
    try:
        day = as_gregorian(arguments["voucher_date"])
    except ConversionError as error:
        raise ParameterError("voucher_date", error.reason) from error
    calendar = arguments["date_type"]
    persian = isinstance(calendar, str) and calendar.lower() == "persian"
    if isinstance(day, date):
        if persian:
            raise ParameterError("date_type", Message("parameter.gregorian"))
        calendar = "Gregorian" if calendar is None else calendar
    elif day is not None and calendar is None:
        raise ParameterError("date_type", Message("parameter.calendar"))
    if day is not None and not persian:
        typed = (
            date.isoformat(day) if isinstance(day, date) else str.__str__(day) if isinstance(day, str) else shown(day)
        )
        warning = jalali_warning(typed)
        if warning is not None:
            raise ParameterError("voucher_date", Message("parameter.jalali", warning=warning.reason))
    if day is not None:
        Day().write("voucher_date", day)
    return {**arguments, "voucher_date": day, "date_type": calendar}
