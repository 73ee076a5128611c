"""What is wrong with filters, fields and policies, as whole sentences in Persian."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from deltasib_query import (
    Code,
    DeltasibQueryError,
    Filter,
    Policy,
    Service,
    User,
    UserPayment,
    UserServiceBase,
    all_of,
    check,
    explain,
    from_lookups,
    from_rules,
    parse,
)
from deltasib_query.filters.record import Record

JALALI = (
    "تاریخ 1399-11-11 شمسی به نظر می‌رسد و میلادی آن 2021-01-30 است؛ "
    "تاریخ‌ها در پایگاه داده میلادی هستند، حتی اگر در صفحه به شمسی نشان داده شوند"
)


@pytest.mark.parametrize(
    ("text", "record", "sentence"),
    [
        ("Nam = 'x'", User, "user فیلدی به نام «Nam» ندارد"),
        (
            "VoucherDate like 'x'",
            UserPayment,
            "VoucherDate (تاریخ میلادی به شکل 'YYYY-MM-DD') عملگر like را نمی‌پذیرد؛ عملگرهای مجاز: =، <>، <، >، <=، >=",
        ),
        ("User_Id = 4294967296", User, "مقدار User_Id باید از ۰ تا ۴۲۹۴۹۶۷۲۹۵ باشد"),
        ("Name = 5", User, "Name متن است؛ اگر با عدد مقایسه شود، ردیف‌های دیگری پیدا می‌شوند"),
        ("PaymentType = 'x'", UserPayment,
         "تا جایی که می‌دانیم، مقدار PaymentType یکی از Cash، Cheque، Pos، Deposit، Other، TAX، Off است"),
        ("Name = 'علي'", User,
         "ي عربی است؛ ی فارسی بنویسید. ردیف‌هایی که با املای دیگر ثبت شده‌اند پیدا نمی‌شوند"),
        ("Name = 'كريمي'", User,
         "ك، ي عربی هستند؛ ک، ی فارسی بنویسید. ردیف‌هایی که با املای دیگر ثبت شده‌اند پیدا نمی‌شوند"),
        ("Name\u200c = 'x'", User, "نیم‌فاصله (U+200C) فقط داخل متن مجاز است"),
        ("Name = 'x'; drop table", User, "در فیلتر ; به کار نمی‌رود؛ بین دو شرط and یا or می‌آید"),
        ("Name = 'x';", User, "در پایان فیلتر علامتی لازم نیست"),
        ("نام = 'x'", User, "نام فیلدها انگلیسی است؛ بنویسید Name"),
        ("سن = 'x'", User, "نام فیلد با حروف انگلیسی نوشته می‌شود"),
        ("CDT < '2021-02-30'", UserServiceBase, "'2021-02-30' در تقویم میلادی وجود ندارد"),
        ("CDT >= '۱۳۹۹/۱۱/۱۱'", UserServiceBase,
         f"مقدار CDT باید تاریخ و ساعتی به شکل 'YYYY-MM-DD HH:MM:SS' باشد؛ {JALALI}"),
        ("User_Id < 5 and User_Id > 9", User, "هیچ ردیفی نیست که «User_Id < 5» و «User_Id > 9» در آن برقرار باشد"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_typed_filter(text: str, record: type[Record], sentence: str) -> None:
    assert check(text, record)[0].said("fa").plain == sentence


ROWS_OF_TEN = Policy(User, scope=User.User_Id < 10, fields=[User.Username], operators=["=", "like"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Family = 'x'", "user فیلدی به نام «Family» ندارد"),
        ("Username <> 'x'", "Username (متن تا ۳۲ کاراکتر، با محدودیت) عملگر <> را نمی‌پذیرد؛ عملگرهای مجاز: =، like"),
        ("Username like '%x'", "در اینجا الگوی like نباید با علامت جایگزین شروع شود"),
    ],
)
def test_what_a_policy_refuses(text: str, sentence: str) -> None:
    assert ROWS_OF_TEN.check(text)[0].said("fa").plain == sentence


RULE = {"field": "Name", "operator": "=", "value": "x"}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: User.User_Id == "5", "User_Id: یک int لازم است، نه str"),
        (lambda: User.User_Id > [5], "User_Id: یک int لازم است، نه list؛ برای یکی از چند مقدار بنویسید .in_(…)"),  # type: ignore[operator]
        (lambda: User.User_Id.between(9, 1), "User_Id: چیزی بین 9 و 1 نیست؛ اول مقدار کوچک‌تر را بنویسید"),
        (lambda: User.Name > "a\\",
         "Name: \\ در مقدار مجاز نیست، چون پایگاه داده بسته به تنظیمات خود آن را به دو شکل می‌خواند"),
        (lambda: Service.Price < Decimal(10) ** 65, "Price: عدد نباید بیشتر از ۶۵ رقم داشته باشد"),
        (lambda: UserServiceBase.CDT >= datetime(2021, 1, 30, 0, 0, 0, 5),  # noqa: DTZ001
         "CDT: زمان در فیلتر فقط تا ثانیه است؛ بنویسید .replace(microsecond=0)"),
        (lambda: UserServiceBase.EndDate >= date(1399, 11, 11), f"EndDate: {JALALI}"),
        (lambda: parse("Name = :name", User, values={}), "برای :name مقداری داده نشده است"),
        (lambda: from_rules({"combinator": "xor", "rules": [RULE, RULE]}, User),
         "شرط‌ها با and یا or به هم وصل می‌شوند، نه با «xor»"),
        (lambda: from_rules({"combinator": 5, "rules": [RULE]}, User),
         "شرط‌ها با and یا or به هم وصل می‌شوند، نه با عدد"),
        (lambda: from_lookups({"User_Id__range": ["1", "2", "3"]}, User), "بازه باید دو مقدار داشته باشد، نه ۳"),
        (lambda: all_of(),
         "all_of: فیلتری برای ترکیب داده نشده است؛ با none= مشخص کنید که منظور همه ردیف‌هاست یا هیچ ردیفی"),
        (lambda: Filter.from_json("{}", User), "text: متنی لازم است که با to_json یک فیلتر نوشته شده باشد"),
        (lambda: Policy(User, scope="all rows", fields=[]),
         "fields: هیچ فیلدی داده نشده است، پس هر فیلتری رد می‌شود"),
        (lambda: User.User_Id.in_(range(5001)).example(), "User_Id با بیشتر از ۵٬۰۰۰ مقدار مقایسه شده است"),
        (lambda: (User.User_Id > 5) & (Service.Price > 5), "فیلترهای User و Service با هم ترکیب نمی‌شوند"),  # type: ignore[operator]
        (lambda: explain(User.User_Id > 5, language="de"), "language: باید یکی از en، fa باشد، نه 'de'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_python_code(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(DeltasibQueryError) as caught:
        call()
    assert caught.value.said("fa").plain == sentence
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy), copy.said("fa")) == (type(caught.value), str(caught.value), caught.value.said("fa"))


def test_values_are_parts_of_their_own() -> None:
    assert check("Nam = 'x'", User)[0].said("fa").parts == (Code("user"), " فیلدی به نام «", Code("Nam"), "» ندارد")


def test_a_field_says_what_it_holds() -> None:
    assert User.User_Id.contents.said("fa").plain == "عدد صحیح از ۰ تا ۴۲۹۴۹۶۷۲۹۵"
    assert User.User_Id.description == "whole number, 0 to 4294967295"
