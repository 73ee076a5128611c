"""Completion at the caret: each key of short filters, and long texts."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterator, Mapping
from datetime import date

from measuring import Effort, Result, Work, measure

from deltasib_query import Limits, Policy, UserPayment, complete
from deltasib_query.language.terminals import terminals

TODAY = date(2021, 1, 30)
TOKENS = re.compile("|".join(terminals().values()) + r"|[()]", re.ASCII)
TYPED = (
    "PaymentType = 'Cash' and (Price >= 150000 or Paybalance < 0) and VoucherDate >= '2021-01-30'",
    "Comment like '%علی%' or BankBranchName = 'ملت' and User_PaymentCD < '2021-01-30 12:00:00'",
    "(VoucherNo = '123' or VoucherNo = '124' or VoucherNo like '9%') and PaymentType <> 'Off' and Terminal_Id = 5",
)
LONG = Policy(UserPayment, scope="all rows", limits=Limits(comparisons=None))


def completing(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """What a key costs, of which the tokens are the floor; then the keys of whole filters, one by one."""
    for size in (24, 200, 8000):
        text = (TYPED[2] + " and ") * (size // len(TYPED[2]) + 1)
        text = text[: text.rindex(" ", 0, size) + 1]
        works: dict[str, Work] = {
            "re.findall of the grammar's tokens": functools.partial(TOKENS.findall, text),
            "complete at the end": functools.partial(complete, text, len(text), LONG, today=TODAY),
            "complete at the start, Persian": functools.partial(complete, text, 0, LONG, language="fa", today=TODAY),
        }
        yield f"complete, {size} letters", measure(works, effort)
    keys = sorted(_keys(min(effort.turns, 20)))
    middle, high = keys[len(keys) // 2], keys[len(keys) * 99 // 100]
    shown = {"median": middle, "99 of 100 are below": high, "longest": keys[-1]}
    yield (
        "complete, each key",
        {name: Result(one, one / middle, one / middle, one / middle) for name, one in shown.items()},
    )


def _keys(turns: int) -> Iterator[float]:
    """Yield the microseconds of each key as the filters are typed, in both languages."""
    for _ in range(turns):
        for text in TYPED:
            for end in range(len(text) + 1):
                for language in ("en", "fa"):
                    start = time.process_time_ns()
                    complete(text[:end], end, UserPayment, language=language, today=TODAY)
                    yield (time.process_time_ns() - start) / 1000
