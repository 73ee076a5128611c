"""The rules of the guide's tables: an argument that breaks one is refused and nothing is sent, not even a login."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import jdatetime
import pytest
from persiantools.jdatetime import JalaliDate

from deltasib_query import ParameterError

from .conftest import Ask, Call, Start
from .scripted import DONE, always


class BrokenDate:
    """A Jalali date whose own method fails."""

    def to_gregorian(self) -> date:
        raise RuntimeError


def pay(**arguments: Any) -> Call:
    return lambda isp: isp.user_payment.add(
        **{"user_id": 7, "currency_id": 1, "price_in_currency": 5, "exchange_rate": 2, **arguments}
    )


def sell(**arguments: Any) -> Call:
    return lambda isp: isp.user_service_base.add(**{"user_id": 7, "service_id": 12, **arguments})


def enter(**arguments: Any) -> Call:
    return lambda isp: isp.user.add(**{"username": "ali", "password": "secret", **arguments})


def set_status(**arguments: Any) -> Call:
    return lambda isp: isp.user_status.add(**arguments)


def get_status(**arguments: Any) -> Call:
    return lambda isp: isp.user_status.current_status(**arguments)


def cancel(**arguments: Any) -> Call:
    return lambda isp: isp.user_service_base.cancel(**arguments)


IDS: list[tuple[Any, str]] = [
    (value, f"a whole number from 0 to 4294967295 is needed, not {shown}")
    for value, shown in [("7", "'7'"), (7.0, "7.0"), (True, "True"), (-1, "-1"), (2**32, "4294967296"), (b"7", "b'7'")]
]
REQUIRED_ID = (None, "it is required: a whole number from 0 to 4294967295")
PAYMENT_TYPES = "Cash, Cheque, Pos, Deposit, Other, TAX"

REFUSED: list[tuple[Call, str, str]] = [
    # user add
    (enter(username=None), "username", "it is required: text of at least 1 characters"),
    (enter(username=""), "username", "at least 1 characters are needed, not 0"),
    (enter(username=5), "username", "a text is needed, not int"),
    (enter(password=None), "password", "it is required: text of at least 1 characters"),
    (enter(password=""), "password", "at least 1 characters are needed, not 0"),
    (enter(password=b"secret"), "password", "a text is needed, not bytes"),
    (enter(name=5), "name", "a text is needed, not int"),
    (enter(name="ali\udcff"), "name", "half a character (a lone surrogate) cannot be sent"),
    (enter(family=["x"]), "family", "a text is needed, not list"),
    # user.status currentstatus
    (get_status(), "username", "either username or user_id is needed, and not both"),
    (get_status(username="ali", user_id=7), "username", "either username or user_id is needed, and not both"),
    (get_status(username=7), "username", "a text is needed, not int"),
    *[(get_status(user_id=value), "user_id", rule) for value, rule in IDS],
    # user.status add
    (set_status(status_id=1), "username", "either username or user_id is needed, and not both"),
    (
        set_status(username="ali", user_id=7, status_id=1),
        "username",
        "either username or user_id is needed, and not both",
    ),
    (set_status(user_id=7), "status_name", "either status_name or status_id is needed, and not both"),
    (
        set_status(user_id=7, status_name="x", status_id=1),
        "status_name",
        "either status_name or status_id is needed, and not both",
    ),
    (set_status(username=b"ali", status_id=1), "username", "a text is needed, not bytes"),
    (set_status(user_id=7, status_name=1), "status_name", "a text is needed, not int"),
    *[(set_status(user_id=value, status_id=1), "user_id", rule) for value, rule in IDS],
    *[(set_status(user_id=7, status_id=value), "status_id", rule) for value, rule in IDS],
    # User.payment add
    *[(pay(user_id=value), "user_id", rule) for value, rule in [REQUIRED_ID, *IDS]],
    *[(pay(currency_id=value), "currency_id", rule) for value, rule in [REQUIRED_ID, *IDS]],
    *[(pay(exchange_rate=value), "exchange_rate", rule) for value, rule in [REQUIRED_ID, *IDS]],
    *[
        (pay(price_in_currency=value), "price_in_currency", f"{rule}a whole number from -{10**15} to {10**15}{shown}")
        for value, rule, shown in [
            (None, "it is required: ", ""),
            ("5", "", " is needed, not '5'"),
            (5.0, "", " is needed, not 5.0"),
            (Decimal(5), "", " is needed, not Decimal('5')"),
            (False, "", " is needed, not False"),
            (10**15 + 1, "", f" is needed, not {10**15 + 1}"),
            (-(10**15) - 1, "", f" is needed, not -{10**15 + 1}"),
        ]
    ],
    *[
        (pay(payment_type=value), "payment_type", f"one of {PAYMENT_TYPES} is needed, not {value!r}")
        for value in ["Bitcoin", "", "Cash ", 5, ["Cash"]]
    ],
    *[
        (pay(date_type=value), "date_type", f"one of Persian, Gregorian is needed, not {value!r}")
        for value in ["Julian", "", 5]
    ],
    *[
        (pay(voucher_no=value), "voucher_no", f"1 to 15 digits are needed, not {value!r}")
        for value in ["1" * 16, 10**15, "", "12a", "1 2", "-1", -1, "۱۲", "²", 1.5, True, Decimal(12), b"12"]
    ],
    *[
        (pay(voucher_date=value, date_type="Gregorian"), "voucher_date", "a date, or its text YYYY-MM-DD is needed")
        for value in [
            "",
            "2021-1-30",
            "20210130",
            "30-01-2021",
            "2021-01-30 10:00:00",
            "۲۰۲۱-۰۱-۳۰",
            "2021-Ja-30",
            20210130,
            datetime(2021, 1, 30, tzinfo=UTC),
        ]
    ],
    (
        pay(voucher_date="1399/11/11"),
        "date_type",
        "Persian or Gregorian is needed beside a voucher_date that is text",
    ),
    (
        pay(voucher_date=date(2021, 1, 30), date_type="Persian"),
        "date_type",
        "a date is Gregorian; give a Persian one as its text",
    ),
    *[
        (
            pay(voucher_date=value, date_type=calendar),
            "voucher_date",
            "1399-11-13 looks like a Jalali date, 2021-02-01 in the Gregorian calendar",
        )
        for value, calendar in [
            (date(1399, 11, 13), None),
            (date(1399, 11, 13), "Gregorian"),
            ("1399-11-13", "Gregorian"),
            ("1399/11/13", "gregorian"),
            ("13991113", "Gregorian"),
            (13991113, "Gregorian"),
            ("1399 / 11 / 13", "Gregorian"),
        ]
    ],
    (pay(voucher_date=BrokenDate()), "voucher_date", "to_gregorian of BrokenDate raised RuntimeError"),
    (
        pay(voucher_date=JalaliDate(1399, 11, 13), date_type="Persian"),
        "date_type",
        "a date is Gregorian; give a Persian one as its text",
    ),
    (pay(bank_branch_name="x" * 24), "bank_branch_name", "0 to 23 characters are needed, not 24"),
    (pay(bank_branch_name=5), "bank_branch_name", "a text is needed, not int"),
    (pay(bank_branch_no="x" * 33), "bank_branch_no", "0 to 32 characters are needed, not 33"),
    (pay(bank_branch_no=42), "bank_branch_no", "a text is needed, not int"),
    (pay(comment=5), "comment", "a text is needed, not int"),
    # user.service.base add
    *[(sell(user_id=value), "user_id", rule) for value, rule in [REQUIRED_ID, *IDS]],
    *[(sell(service_id=value), "service_id", rule) for value, rule in [REQUIRED_ID, *IDS]],
    *[
        (sell(pay_price=value), "pay_price", f"an int or Decimal of at most 14 digits is needed, not {value!r}")
        for value in [
            10**14,
            -(10**14),
            Decimal("1E+14"),
            Decimal("1E-14"),
            Decimal("1E+1000000"),
            Decimal("1E-1000000"),
            Decimal("1234567890123.45"),
            Decimal("NaN"),
            Decimal("sNaN"),
            Decimal("Infinity"),
            1.5,
            "150000",
            True,
        ]
    ],
    *[
        (sell(pay_plan=value), "pay_plan", f"one of PrePaid, PostPaid is needed, not {value!r}")
        for value in ["Later", "", 1, ["PrePaid"]]
    ],
    # user.service.base cancel
    *[
        (cancel(user_service_base_id=value), "user_service_base_id", rule)
        for value, rule in [REQUIRED_ID, *IDS]
    ],
    # the lists of a customer
    (lambda isp: isp.user_payment.list(user_id=None), "user_id", "it is required: a whole number from 0 to 4294967295"),
    (lambda isp: isp.user.credit_info(), "user_id", "a user id or a filter is needed"),
    (
        lambda isp: isp.user_service_base.list(),
        "username",
        "either username or user_id is needed, and not both",
    ),
    (
        lambda isp: isp.user_service_base.list(username="ali", user_id=7),
        "username",
        "either username or user_id is needed, and not both",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "argument", "rule"), REFUSED)
def test_an_argument_that_breaks_a_rule_is_refused_and_nothing_sent(
    start: Start, ask: Ask, call: Call, argument: str, rule: str
) -> None:
    server = start(always(DONE))
    with pytest.raises(ParameterError) as caught:
        ask(server.url, call)
    assert caught.value.parameter == argument
    assert str(caught.value.rule).startswith(rule)
    assert (server.logins, server.calls) == ([], [])


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (pay(user_id=10**5000), "user_id"),
        (pay(voucher_no=10**5000), "voucher_no"),
        (sell(pay_price=10**5000), "pay_price"),
        (lambda isp: isp.user_payment.list(user_id=10**5000), "user_id"),
        (lambda isp: isp.user.list(limit=-(10**5000)), "limit"),
    ],
)
def test_a_number_too_long_to_be_written_is_refused_likewise(start: Start, ask: Ask, call: Call, argument: str) -> None:
    server = start(always(DONE))
    with pytest.raises(ParameterError) as caught:
        ask(server.url, call)
    assert caught.value.parameter == argument


@pytest.mark.parametrize("calendar", [[], {}, 5])
def test_a_calendar_that_is_none_beside_a_date(start: Start, ask: Ask, calendar: object) -> None:
    with pytest.raises(ParameterError) as caught:
        ask(start(always(DONE)).url, pay(voucher_date=date(2021, 1, 30), date_type=calendar))
    assert caught.value.parameter == "date_type"


def test_the_text_of_a_refusal(start: Start, ask: Ask) -> None:
    with pytest.raises(ParameterError, match=r"^bank_branch_name: 0 to 23 characters are needed, not 24$"):
        ask(start(always(DONE)).url, pay(bank_branch_name="x" * 24))


def test_a_refused_password_is_not_repeated(start: Start, ask: Ask) -> None:
    with pytest.raises(ParameterError) as caught:
        ask(start(always(DONE)).url, enter(password=b"secret"))
    assert "secret" not in repr(caught.value)


TAKEN: list[tuple[Call, dict[str, str]]] = [
    (enter(username="x"), {"Username": "x"}),
    (enter(username="x" * 500), {"Username": "x" * 500}),
    (set_status(user_id=0, status_id=2**32 - 1), {"User_Id": "0", "Status_Id": "4294967295"}),
    (set_status(user_id=7, status_name=""), {"Status_Name": ""}),
    (pay(price_in_currency=10**15), {"PriceINCurrency": "1000000000000000"}),
    (pay(price_in_currency=-(10**15)), {"PriceINCurrency": "-1000000000000000"}),
    *[
        (pay(payment_type=value), {"PaymentType": written})
        for value, written in [
            ("Cash", "Cash"),
            ("cash", "Cash"),
            ("CHEQUE", "Cheque"),
            ("pos", "Pos"),
            ("dePOSit", "Deposit"),
            ("other", "Other"),
            ("tax", "TAX"),
        ]
    ],
    (pay(voucher_no="0" * 15), {"VoucherNo": "000000000000000"}),
    (pay(voucher_no=10**15 - 1), {"VoucherNo": "999999999999999"}),
    (pay(voucher_no=0), {"VoucherNo": "0"}),
    (pay(voucher_date=date(2021, 1, 3)), {"VoucherDate": "2021-01-03", "DateType": "Gregorian"}),
    (pay(voucher_date=date(2021, 1, 3), date_type="Gregorian"), {"VoucherDate": "2021-01-03", "DateType": "Gregorian"}),
    (pay(voucher_date=date(2021, 1, 3), date_type="gregorian"), {"VoucherDate": "2021-01-03", "DateType": "Gregorian"}),
    (pay(voucher_date="2021-01-03", date_type="GREGORIAN"), {"VoucherDate": "2021-01-03", "DateType": "Gregorian"}),
    (pay(voucher_date="1399-11-11", date_type="Persian"), {"VoucherDate": "1399-11-11", "DateType": "Persian"}),
    (pay(voucher_date="1399/11/11", date_type="persian"), {"VoucherDate": "1399/11/11", "DateType": "Persian"}),
    *[
        (pay(voucher_date=day, date_type=calendar), {"VoucherDate": "2021-02-01", "DateType": "Gregorian"})
        for day in [JalaliDate(1399, 11, 13), jdatetime.date(1399, 11, 13)]
        for calendar in [None, "Gregorian"]
    ],
    (pay(date_type="Persian"), {"DateType": "Persian"}),
    (pay(bank_branch_name="ب" * 23), {"BankBranchName": "ب" * 23}),
    (pay(bank_branch_no="ب" * 32), {"BankBranchNo": "ب" * 32}),
    (pay(comment="x" * 10_000), {"Comment": "x" * 10_000}),
    *[
        (sell(pay_price=value), {"PayPrice": written})
        for value, written in [
            (0, "0"),
            (10**14 - 1, "99999999999999"),
            (-(10**14) + 1, "-99999999999999"),
            (Decimal("1E+13"), "10000000000000"),
            (Decimal("1E-13"), "0.0000000000001"),
            (Decimal("1.5E+3"), "1500"),
            (Decimal("150000.50"), "150000.50"),
            (Decimal("123456789012.34"), "123456789012.34"),
            (Decimal("-1200.50"), "-1200.50"),
        ]
    ],
    *[
        (sell(pay_plan=value), {"PayPlan": written})
        for value, written in [("PrePaid", "PrePaid"), ("prepaid", "PrePaid"), ("POSTPAID", "PostPaid")]
    ],
]  # fmt: skip


@pytest.mark.parametrize(("call", "parameters"), TAKEN)
def test_an_argument_within_the_rules_is_sent_as_the_guide_writes_it(
    start: Start, ask: Ask, call: Call, parameters: dict[str, str]
) -> None:
    server = start(always(DONE))
    ask(server.url, call)
    [asked] = server.calls
    assert parameters.items() <= asked.parameters.items()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (enter(), {"Action", "Username", "Password"}),
        (pay(), {"Action", "User_Id", "Currency_Id", "PriceINCurrency", "ExchangeRate"}),
        (sell(), {"Action", "User_Id", "Service_Id"}),
    ],
)
def test_what_is_not_given_is_not_sent(start: Start, ask: Ask, call: Call, names: set[str]) -> None:
    server = start(always(DONE))
    ask(server.url, call)
    assert server.calls[0].parameters.keys() == names
