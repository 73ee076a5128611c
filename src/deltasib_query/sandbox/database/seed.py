"""Made-up data that looks like a provider's. The same seed makes the same data; the people in it do not exist.

The first rows of each table are written here and the same for every seed, so that examples can rely on them. The
others come from `random.Random`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from random import Random
from typing import Final, TypeVar

from sqlalchemy import Table

from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME
from deltasib_query.sandbox.database.engine import Contents, Row
from deltasib_query.sandbox.database.tables import (
    ACTIVE,
    BASE_SERVICES,
    DISABLED,
    ONLINE,
    PAYMENTS,
    SERVICES,
    USERS,
    owner_of,
)

MAX_USERS: Final = 1_000_000
"""More would take too much memory for a test."""

T = TypeVar("T")

_MAX_ONLINE: Final = 20_000
_MAX_OWNERS: Final = 20_000
"""How many users have payments and services. They have about 50,000 of each."""
_SERVICES: Final = 40
_TODAY: Final = date(2021, 2, 1)
_DAYS: Final = tuple((_TODAY + timedelta(days)).isoformat() for days in range(-1200, 401))
_NOW: Final = 1200
"""The index of today in `_DAYS`."""

_GIVEN: Final = (
    ("علی", "ali"), ("علی", "ali"), ("علیرضا", "alireza"), ("محمد", "mohammad"), ("زهرا", "zahra"),
    ("فاطمه", "fatemeh"), ("رضا", "reza"), ("امیر\u200cحسین", "amirhossein"), ("مریم", "maryam"), ("سارا", "sara"),
    ("حسین", "hossein"), ("نیلوفر", "niloofar"), ("کیان", "kian"), ("Conor", "conor"),
)  # fmt: skip
_FAMILIES: Final = (
    ("رضایی", "rezaei"), ("رضایی", "rezaei"), ("احمدی", "ahmadi"), ("محمدی", "mohammadi"), ("کریمی", "karimi"),
    ("حسین\u200cزاده", "hosseinzadeh"), ("نیک\u200cپور", "nikpour"), ("موسوی", "mousavi"), ("یزدانی", "yazdani"),
    ("جعفری", "jafari"), ("شریعتی", "shariati"), ("O'Reilly", "oreilly"), ("D'Angelo", "dangelo"),
)  # fmt: skip
_SEPARATORS: Final = ("", "_", ".", "-")
_CITIES: Final = ("تهران", "مشهد", "اصفهان", "شیراز", "تبریز", "کرمان", "رشت", "یزد")
_STREETS: Final = ("ولی\u200cعصر", "آزادی", "انقلاب", "حافظ", "سعدی", "مطهری", "شهید بهشتی", "گل\u200cها")
_BANKS: Final = ("", "", "ملت", "ملی", "سامان", "پاسارگاد", "صادرات")
_PAYMENT_TYPES: Final = ("Cash", "Cheque", "Pos", "Deposit", "Other", "TAX")
_COMMENTS: Final = (
    "", "", "", "پرداخت از سایت", "10% off", "تخفیف ۲۰٪", "100% refund_of last month", "customer's request",
    "paid_by_card", "تمدید سرویس", "can\u200cbe read",
)  # fmt: skip
_PERSIAN_DIGITS: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_FIRST_USERS: Final[tuple[Row, ...]] = (
    (1, "ali", "علی", "رضایی", "تهران، خیابان ولی\u200cعصر، پلاک ۱۲"),
    (2, "09121234567", "مریم", "حسین\u200cزاده", "شیراز، خیابان حافظ"),
    (3, "sara_ahmadi", "سارا", "احمدی", None),
    (4, "saraXahmadi", "سارا", "احمدی", ""),
    (5, "conor.oreilly", "Conor", "O'Reilly", "Flat 50%, Main_Street"),
    (6, "Ali.Reza", "", "", "تهران"),
    (7, "9121234567", "رضا", "کریمی", None),
    (8, "user@example.com", "Zoë", "D'Angelo", "یزد، خیابان گل\u200cها  "),
)
_FIRST_SERVICES: Final[tuple[Row, ...]] = (
    (1, "ADSL 8M یک\u200cماهه", "100% نامحدود", 150000.0, "Base", "Yes", "Yes", "Yes"),
    (2, "ADSL 16M سه\u200cماهه", "", 420000.5, "Base", "Yes", "No", "Yes"),
    (3, "Static_IP", "customer's own address", 50000.0, "IP", "No", "Yes", "Yes"),
    (4, "10 GB extra", None, 25000.0, "ExtraCredit", "Yes", "Yes", "No"),
)
_FIRST_ONLINE: Final[tuple[Row, ...]] = ((1, 1, 3, "eth 1/0/12:100"),)
_FIRST_PAYMENTS: Final[tuple[Row, ...]] = (
    (1, 0, "2021-01-10 09:30:00", "Deposit", 150000.0, 150000.0, "001234", "2021-01-09", "ملت", "0042",
     "پرداخت از سایت", 1, 1, 150000.0, 1),
    (2, 2, "2021-01-15 00:00:00", "Other", -1200.5, 148799.5, "", ZERO_DATE, "", "", "10% off", 0, 1, -1200.5, 1),
    (3, 2, "2021-01-30 23:59:59", "Cheque", 1000.0, 149799.5, "77", "2021-01-31", "ملی", "12", "customer's request",
     0, 1, 1000.0, 1),
)  # fmt: skip
_FIRST_BASE_SERVICES: Final[tuple[Row, ...]] = (
    (1, 1, "2020-12-01 08:00:00", "2020-12-01", "2020-12-31", "Used", "PrePaid", 150000.0, 150000.0, ZERO_DATETIME,
     0.0, 0, 9.0, 0.0, "Yes", "", "", 1),
    (2, 2, "2021-01-10 10:00:00", "2021-01-10", "2021-04-10", "Active", "PrePaid", 420000.5, 400000.5, ZERO_DATETIME,
     0.0, 2, 9.0, 5.0, "Yes", "", "", 1),
    (3, 1, "2021-01-20 11:00:00", ZERO_DATE, ZERO_DATE, "Pending", "PostPaid", 150000.0, 0.0, ZERO_DATETIME,
     0.0, 0, 9.0, 0.0, "Yes", "", "", 1),
    (4, 1, "2020-11-01 08:00:00", "2020-11-01", "2020-12-01", "Cancel", "PrePaid", 150000.0, 150000.0,
     "2020-11-05 12:00:00", 120000.0, 0, 9.0, 0.0, "No", "", "", 1),
)  # fmt: skip


def made_up(users: int, seed: int, resellers: Sequence[int]) -> Contents:
    """Return the rows of every table. They are made while they are read."""
    services = tuple(_cut(_FIRST_SERVICES, _services(_dice(seed, SERVICES)), _SERVICES))
    owners = range(1, users + 1, max(1, users // _MAX_OWNERS))
    online = min(-(-users // 20), _MAX_ONLINE)
    return {
        USERS: _owned(_cut(_FIRST_USERS, _users(_dice(seed, USERS)), users), resellers),
        SERVICES: services,
        ONLINE: _cut(_FIRST_ONLINE, _online(_dice(seed, ONLINE), users), online),
        PAYMENTS: _payments(_dice(seed, PAYMENTS), owners),
        BASE_SERVICES: _base_services(_dice(seed, BASE_SERVICES), owners, services),
    }


def _owned(users: Iterable[Row], resellers: Sequence[int]) -> Iterator[Row]:
    """Yield users with their reseller and their status. Every tenth is disabled."""
    for row in users:
        yield *row, owner_of(row[0], resellers), ACTIVE if row[0] % 10 else DISABLED


class _Dice:
    """Random choices that use `random.random` only: it is fast, and Python promises that its numbers never change."""

    def __init__(self, random: Callable[[], float]) -> None:
        self.chance = random

    def of(self, sequence: Sequence[T]) -> T:
        return sequence[int(self.chance() * len(sequence))]

    def below(self, number: int) -> int:
        return int(self.chance() * number)


def _dice(seed: int, table: Table) -> _Dice:
    """Return dice for one table, so that a change to one table leaves the others as they are."""
    return _Dice(Random(f"{seed} {table.name}").random)


def _cut(first: Sequence[Row], others: Iterator[Row], count: int) -> Iterator[Row]:
    return islice(chain(first, islice(others, len(first), None)), count)


def _users(dice: _Dice) -> Iterator[Row]:
    for number in range(1, MAX_USERS + 1):
        given, latin_given = dice.of(_GIVEN)
        family, latin_family = dice.of(_FAMILIES)
        kind = dice.chance()
        if kind < 0.1:
            username = f"0912{number * 7654321 % 10**7:07}"  # each number once: 7654321 and 10**7 have no common factor
        elif kind < 0.2:
            username = f"{latin_given}{number}"
        else:
            username = f"{latin_given}{dice.of(_SEPARATORS)}{latin_family}{number}"
        if kind > 0.98:
            given = family = ""
        yield number, username, given, family, _address(dice)


def _address(dice: _Dice) -> str | None:
    kind = dice.chance()
    if kind < 0.08:
        return None if kind < 0.03 else ""
    house = str(dice.below(300) + 1)
    if kind < 0.5:
        house = house.translate(_PERSIAN_DIGITS)
    return f"{dice.of(_CITIES)}، خیابان {dice.of(_STREETS)}، پلاک {house}"


def _services(dice: _Dice) -> Iterator[Row]:
    for number in range(1, _SERVICES + 1):
        kind = dice.of(("Base", "Base", "Base", "IP", "ExtraCredit", "Other"))
        months, speed = dice.of((1, 3, 6, 12)), dice.of((2, 4, 8, 16, 32))
        name = f"ADSL {speed}M {months} ماهه" if kind == "Base" else f"{kind} {number}"
        price = dice.of((0.0, 9900.5, 45000.0)) + 12500.0 * speed * months
        flags = ("Yes" if dice.chance() < 0.75 else "No" for _ in range(3))
        yield number, name, dice.of(_COMMENTS), price, kind, *flags


def _online(dice: _Dice, users: int) -> Iterator[Row]:
    for number in range(1, _MAX_ONLINE + 1):
        port = dice.of(("", f"eth 1/0/{dice.below(48)}:{dice.below(4000)}", str(dice.below(10**7))))
        yield number, dice.below(users) + 1, dice.below(9) + 1, port


def _payments(dice: _Dice, owners: Iterable[int]) -> Iterator[Row]:
    yield from _FIRST_PAYMENTS if owners else ()
    number = len(_FIRST_PAYMENTS)
    for owner in owners:
        balance = 0.0
        for _ in range(0 if owner == 1 else dice.below(6)):
            number += 1
            day = dice.below(_NOW)
            price = 500.0 * dice.below(2000) + dice.of((0.0, 0.0, 0.0, 0.5, 0.25))
            price = -price if dice.chance() < 0.1 else price
            balance += price
            voucher = dice.chance() < 0.6
            yield (
                number, dice.below(5), f"{_DAYS[day]} {_time(dice)}", dice.of(_PAYMENT_TYPES), price, balance,
                f"{dice.below(10**8):08}" if voucher else "", _DAYS[day] if voucher else ZERO_DATE,
                dice.of(_BANKS), str(dice.below(2000)) if voucher else "", dice.of(_COMMENTS),
                dice.below(4), 1, price, owner,
            )  # fmt: skip


def _base_services(dice: _Dice, owners: Iterable[int], services: Sequence[Row]) -> Iterator[Row]:
    """Yield the services of each owner: old ones, perhaps an active one, perhaps one that waits for its end."""
    yield from _FIRST_BASE_SERVICES if owners else ()
    tariffs = [(row[0], row[3]) for row in services if row[4] == "Base"]
    number = len(_FIRST_BASE_SERVICES)
    for owner in owners:
        if owner == 1:
            continue
        states = [dice.of(("Used", "Used", "Used", "Cancel")) for _ in range(dice.below(3))]
        states += ["Active"] * (dice.chance() < 0.8) + ["Pending"] * (dice.chance() < 0.2)
        for age, state in zip(range(len(states), 0, -1), states, strict=True):
            number += 1
            tariff, price = dice.of(tariffs)
            length = dice.of((30, 90, 180))
            start = _NOW - (dice.below(length) if state == "Active" else 180 * age + dice.below(30))
            begins, ends = (ZERO_DATE,) * 2 if state == "Pending" else (_DAYS[start], _DAYS[start + length])
            cancelled = state == "Cancel"
            off = dice.of((0.0, 0.0, 0.0, 5.0, 12.5))
            paid = round(price * (100 - off) / 100, 2)
            yield (
                number, tariff, f"{_DAYS[min(start, _NOW - 1)]} {_time(dice)}", begins, ends, state,
                dice.of(("PrePaid", "PrePaid", "PostPaid")), price, paid,
                f"{_DAYS[start + 5]} {_time(dice)}" if cancelled else ZERO_DATETIME,
                round(paid / 2, 2) if cancelled else 0.0, dice.of((0, 0, 0, 1, 7)), 9.0, off,
                "No" if cancelled else "Yes", "", "", owner,
            )  # fmt: skip


def _time(dice: _Dice) -> str:
    return f"{dice.below(24):02}:{dice.below(60):02}:{dice.below(60):02}"
