"""A systematic table: each kind of field, each operator, each odd literal. What MariaDB finds, the others find."""

from __future__ import annotations

import pytest

from deltasib_query import FilterError, parse
from deltasib_query.filters.fields import TextField
from deltasib_query.filters.record import Record
from deltasib_query.language.tree import Comparison
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase
from strategies import AnyFilter

from .world import World, depends_on_an_index

FIELDS: list[tuple[type[Record], str]] = [
    (User, "User_Id"), (User, "Username"), (OnlineRadiusUser, "NasPortId"), (Service, "Price"),
    (Service, "ServiceType"), (Service, "ISEnable"), (UserPayment, "PaymentType"), (UserPayment, "VoucherNo"),
    (UserPayment, "VoucherDate"), (UserPayment, "User_PaymentCD"), (UserServiceBase, "ExtraDay"),
    (UserServiceBase, "VAT"), (UserServiceBase, "EndDate"), (UserServiceBase, "CancelDT"),
]  # fmt: skip
OPERATORS = ("=", "<>", "<", ">", "<=", ">=", "like")
NUMBERS = (
    "0", "1", "-1", "+1", "-0", "00", "007", "0912", "912", "1.0", "1.50", "-3.25", "0.01", "0.010", "2.5", "2.500001",
    "150000.5", "99999999999999999.99", "99999999999999999.98", "4294967295", "2147483647", "-5", "9" * 65,
    "-" + "9" * 65, "0." + "0" * 63 + "1", "0.01" + "0" * 35 + "1", "1." + "0" * 64, "12345678901234567890.12",
    "'0'", "'1'", "'-1'", "'0912'", "'912'", "'1.0'", "'2.50'", "'1e1'", "'10'", "'12abc'", "'abc'", "'NULL'", "'0x31'",
)  # fmt: skip
TEXTS = (
    "''", "' '", "'  '", "'ali'", "'ALI'", "'ali  '", "' ali'", "'a_b'", "'a%b'", "'O''Reilly'", "''''", "''''''",
    "'\"'", "'علی'", "'علي'", "'عَلی'", "'علی\u200c'", "'\u200c'", "'۰۹۱۲'", "'آ'", "'ß'", "'ss'", "'é'", "'e'", "'İ'",
    "'ς'", "'\u00a0'", "'\u2028'", "'ali\u2028'", "'zzz'", "'%'", "'_'", "'%%'", "'a%'", "'%i'", "'a\\_b'", "'50\\%%'",
    "'\\%'", "'%\\_%'", "'ali %'", "'%علی%'", "'__'", "'%''%'", "'_%_'", "'%0%1%2%'", "' or 1=1 -- '",
)  # fmt: skip
CHOICES = (
    "'Yes'", "'no'", "'YES '", "'Base'", "'base'", "'BASE '", "'Cash'", "'cásh'", "'Other'", "'2'", "'b%'", "'%s%'",
)  # fmt: skip
DATES = (
    "'0000-00-00'", "'0000-00-00 00:00:00'", "'0001-01-01'", "'1000-01-01'", "'2021-01-30'", "'2021-1-30'",
    "'2021/01/30'", "'2021.1.30'", "'2021-01-30 10:00:00'", "'2021-01-30 10:00'", "'2021-01-30T10:00:00'",
    "'2021-01-30 23:59:59'", "'2021-01-31 00:00:00'", "'9999-12-31'", "'9999-12-31 23:59:59'", "'1399/11/11'",
    "'2021-02-30'", "'2021-00-00'", "'20210130'", "20210130",
)  # fmt: skip


def cases(record: type[Record], name: str) -> list[AnyFilter]:
    """What the language takes of the table's row."""
    taken = []
    for operator in OPERATORS:
        for literal in (*NUMBERS, *TEXTS, *CHOICES, *DATES):
            try:
                filter = parse(f"{name} {operator} {literal}", record)
            except FilterError:
                continue
            assert isinstance(filter.tree, Comparison)
            is_text = isinstance(record.fields_by_name[name], TextField)
            if is_text or not depends_on_an_index(filter.tree):
                taken.append(filter)
    return taken


@pytest.mark.parametrize(("record", "name"), FIELDS, ids=lambda part: part if isinstance(part, str) else part.__name__)
def test_every_literal_that_is_taken_finds_the_same_rows(persian: World, record: type[Record], name: str) -> None:
    taken = cases(record, name)
    assert len(taken) > 2
    negated = [~each for each in taken if " like " not in str(each)]
    persian.assert_same_rows(list(dict.fromkeys([*taken, *negated])))
