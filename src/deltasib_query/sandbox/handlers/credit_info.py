"""`user creditinfo`: the users, what they have left of the service that is active, and made-up counters."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from sqlalchemy import func, select

from deltasib_query.evaluation.kinds import ZERO_DATE
from deltasib_query.sandbox.database.tables import BASE_SERVICES, SERVICES, USERS, is_active
from deltasib_query.sandbox.handlers.call import Call
from deltasib_query.sandbox.handlers.lists import Rows, order, page, requested_fields
from deltasib_query.sandbox.request_parameters import RequestParameters
from deltasib_query.service.objects import UserCreditInfo
from deltasib_query.service.profile import ServerProfile

_GIGABYTE: Final = 10**9
_HOUR: Final = 3600
_PERIODS: Final = {"E": 30, "S": 90, "Y": 365, "M": 30, "W": 7, "D": 1}
"""The groups of counters (extra, service, year, month, week, day), and for how many days their allotments are."""


def credit_info(call: Call) -> Rows:
    """Return the rows that a call asks for. Raise `RequestError` for a wrong parameter.

    User_Id is required [guide]; with `User_Id=0`, a Filter selects the users [wild], see `addressed`.
    """
    names = requested_fields(call.parameters, (*UserCreditInfo.fields_by_name, *UserCreditInfo.response_fields_by_name))
    conditions = call.filter(UserCreditInfo, USERS)
    user_id = call.parameters.number("User_Id")
    if user_id or not conditions:
        conditions = *conditions, USERS.c.User_Id == user_id
    # A query of its own for the users: the names in the filter are theirs, and the limits count them.
    found = select(USERS.c.User_Id, USERS.c.Username).where(*call.own_rows(USERS), *conditions)
    users = page(found, call, USERS.c.User_Id).subquery()
    actives = select(func.min(BASE_SERVICES.c.User_ServiceBase_Id))  # rows of a test may have several
    active = actives.where(BASE_SERVICES.c.User_Id == users.c.User_Id, is_active).correlate(users).scalar_subquery()
    query = (
        select(users, SERVICES.c.ServiceName, BASE_SERVICES.c.StartDate, BASE_SERVICES.c.EndDate)
        .outerjoin_from(users, BASE_SERVICES, BASE_SERVICES.c.User_ServiceBase_Id == active)
        .outerjoin(SERVICES, SERVICES.c.Service_Id == BASE_SERVICES.c.Service_Id)
        .order_by(*order(call, users.c.User_Id))
    )
    rows = []
    for user_id, username, *service in call.connection.execute(query):
        row = {"User_Id": user_id, "Username": username, **_counters(call.now, user_id, *service)}
        rows.append({name: row[name] for name in names})
    return rows


def addressed(parameters: RequestParameters, profile: ServerProfile) -> RequestParameters:
    """Return parameters in which `User_Id=0` says that a Filter selects the users, as the profile has it."""
    way, user_id, filter = profile.credit_by_filter, parameters.text("User_Id"), parameters.text("Filter")
    if way == "absent" and filter and not user_id:
        return parameters.replaced("User_Id", "0")
    nobody = way in {"absent", "no"} and user_id == "0"
    return parameters.replaced("Filter", "User_Id = 0 and User_Id = 1") if nobody else parameters


def _counters(now: str, user_id: int, service: str | None, start: str | None, end: str | None) -> dict[str, object]:
    """Return every field that only a response has, made up from the user's id.

    Without an active service only the clock has a value [inferred]. Bytes are text with thousands commas [wild],
    seconds are numbers [inferred].

    >>> {name: value for name, value in _counters("2021-02-01 12:00:00", 7, None, None, None).items() if value}
    {'CurrentDT': '2021-02-01 12:00:00'}
    """
    values: dict[str, object] = {**dict.fromkeys(UserCreditInfo.response_fields_by_name), "CurrentDT": now}
    if service is None or start is None or end is None:
        return values
    random = Random(user_id)  # noqa: S311
    days = 0 if ZERO_DATE in (start, end) else (date.fromisoformat(end) - date.fromisoformat(start)).days
    values |= {
        "ServiceStatus": "Active",
        "ServiceName": service,
        "StartDate": start,
        "EndDate": f"{end} 12:00:00",
        "Period": f"0-{days // 30}-{days % 30}",
        "FairMikrotikRate": "1M/1M",
        "ISFairService": random.choice(("Yes", "No")),
        "UPFairStatus": "No",
        "GiftStopOnTrFinish": "No",
    }
    for group, length in _PERIODS.items():
        traffic, used = length * _GIGABYTE, random.randrange(length * _GIGABYTE)
        seconds, spent = length * 24 * _HOUR, random.randrange(length * 24 * _HOUR)
        values |= {
            f"{group}TrR": f"{traffic - used:,}", f"{group}TrU": f"{used:,}", f"{group}TrA": f"{traffic:,}",
            f"{group}TiR": seconds - spent, f"{group}TiU": spent, f"{group}TiA": seconds,
        }  # fmt: skip
    if random.random() < 0.5:
        values["STiR"] = "UL"
    if random.random() < 0.2:
        values |= {
            "User_Gift_Id": user_id,
            "GiftEndDT": f"{end} 12:00:00",
            "GiftTrafficRate": "0.5",
            "GiftTimeRate": "1",
            "GiftExtraTr": f"{5 * _GIGABYTE:,}",
            "GiftStopOnTrFinish": "Yes",
            "GiftExtraTi": 24 * _HOUR,
            "GiftMikrotikRate": "8M/8M",
        }
    received, sent, time = (random.randrange(10 * _GIGABYTE) for _ in range(3))
    return values | {
        "ServiceFreeTrU": f"{received // 10:,}",
        "ServiceBufferTr": "0",
        "ReturnTr": "0",
        "RealReceiveTr": f"{received:,}",
        "RealSendTr": f"{sent:,}",
        "BugUsedTr": "0",
        "FinishUsedTr": "0",
        "RealUsedTime": time // 10_000,
        "BugUsedTi": 0,
        "FinishUsedTi": 0,
    }
