"""What a user has left, made up from the user's id: the answers of `user creditinfo` behind User_Id and Username."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from deltasib_query.evaluation.kinds import ZERO_DATE
from deltasib_query.service.objects import UserCreditInfo

_GIGABYTE: Final = 10**9
_HOUR: Final = 3600
_PERIODS: Final = {"E": 30, "S": 90, "Y": 365, "M": 30, "W": 7, "D": 1}
"""The families of counters: extra, service, year, month, week and day, with the days that their allotments are for."""


def credit(
    now: str, user_id: int, _username: str, service: str | None, start: str | None, end: str | None
) -> dict[str, object]:
    """Return every answer of `UserCreditInfo`. Without an active service there is only the clock [inferred].

    Bytes are text with thousands commas [wild], seconds are numbers [inferred].

    >>> {name: value for name, value in credit("2021-02-01 12:00:00", 7, "ali", None, None, None).items() if value}
    {'CurrentDT': '2021-02-01 12:00:00'}
    """
    answers: dict[str, object] = {**dict.fromkeys(UserCreditInfo.response_fields_by_name), "CurrentDT": now}
    if service is None or start is None or end is None:
        return answers
    random = Random(user_id)  # noqa: S311
    days = 0 if ZERO_DATE in (start, end) else (date.fromisoformat(end) - date.fromisoformat(start)).days
    answers |= {
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
    for family, length in _PERIODS.items():
        traffic, used = length * _GIGABYTE, random.randrange(length * _GIGABYTE)
        seconds, spent = length * 24 * _HOUR, random.randrange(length * 24 * _HOUR)
        answers |= {
            f"{family}TrR": f"{traffic - used:,}", f"{family}TrU": f"{used:,}", f"{family}TrA": f"{traffic:,}",
            f"{family}TiR": seconds - spent, f"{family}TiU": spent, f"{family}TiA": seconds,
        }  # fmt: skip
    if random.random() < 0.5:
        answers["STiR"] = "UL"
    if random.random() < 0.2:
        answers |= {
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
    return answers | {
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
