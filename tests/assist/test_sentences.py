"""What each comparison says, in both languages, and that no two say the same."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deltasib_query import Comparison, Filter, Record, explain, from_tree
from deltasib_query.assist.words import words
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.fields import ChoiceField, IntegerField, TextField, YesNoField
from deltasib_query.language.renderer import unsafe_character
from deltasib_query.language.tree import And, Node, Or, Value
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS, Service, User, UserPayment, UserServiceBase
from deltasib_query.testing import filters

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def said(filter: str | Filter[Any], record: type[Record], language: str) -> str:
    """Return what a filter says, without the marks that isolate values."""
    explained = (
        explain(filter, record, language=language) if isinstance(filter, str) else explain(filter, language=language)
    )
    return re.sub("[\u2068\u2069]", "", str(explained))


@pytest.mark.parametrize(
    ("text", "record", "english", "persian"),
    [
        ("Username = 'ali'", User, "Username is “ali”", "نام کاربری «ali» باشد"),
        ("Name <> 'علی'", User, "Name is not “علی”", "نام «علی» نباشد"),
        ("Name = ''", User, "Name is empty", "نام خالی باشد"),
        ("Name <> ''", User, "Name is not empty", "نام خالی نباشد"),
        ("Name < 'م'", User, "Name sorts before “م”", "نام در ترتیب الفبایی قبل از «م» باشد"),
        ("Name > 'م'", User, "Name sorts after “م”", "نام در ترتیب الفبایی بعد از «م» باشد"),
        ("Name <= 'م'", User, "Name is “م” or sorts before it", "نام «م» یا در ترتیب الفبایی قبل از آن باشد"),
        ("Name >= 'م'", User, "Name is “م” or sorts after it", "نام «م» یا در ترتیب الفبایی بعد از آن باشد"),
        ("Username like 'ali%'", User, "Username starts with “ali”", "نام کاربری با «ali» شروع شود"),
        ("Username like '%ali'", User, "Username ends with “ali”", "نام کاربری به «ali» ختم شود"),
        ("Username like '%ali%'", User, "Username contains “ali”", "نام کاربری شامل «ali» باشد"),
        (r"Username like 'a\_b\%%'", User, "Username starts with “a_b%”", "نام کاربری با «a_b%» شروع شود"),
        ("Username like 'a%i'", User, "Username fits the pattern “a%i”", "نام کاربری مطابق الگوی «a%i» باشد"),
        ("Username like 'ali'", User, "Username fits the pattern “ali”", "نام کاربری مطابق الگوی «ali» باشد"),
        ("Username like '%'", User, "Username fits the pattern “%”", "نام کاربری مطابق الگوی «%» باشد"),
        ("User_Id = 100", User, "User id is 100", "شناسه برابر با ۱۰۰ باشد"),
        ("User_Id <> 100", User, "User id is not 100", "شناسه برابر با ۱۰۰ نباشد"),
        ("User_Id < 100", User, "User id is less than 100", "شناسه کمتر از ۱۰۰ باشد"),
        ("User_Id > 100", User, "User id is more than 100", "شناسه بیشتر از ۱۰۰ باشد"),
        ("User_Id <= 100", User, "User id is at most 100", "شناسه حداکثر ۱۰۰ باشد"),
        ("User_Id >= 100", User, "User id is at least 100", "شناسه حداقل ۱۰۰ باشد"),
        ("Price >= 1500000.50", Service, "Price is at least 1,500,000.50", "قیمت حداقل ۱٬۵۰۰٬۰۰۰٫۵۰ باشد"),
        ("Price < -1500", Service, "Price is less than -1,500", "قیمت کمتر از -۱٬۵۰۰ باشد"),
        ("User_Id = 1500000", User, "User id is 1500000", "شناسه برابر با ۱۵۰۰۰۰۰ باشد"),
        ("ISEnable = 'Yes'", Service, "In use is Yes", "فعال باشد"),
        ("ISEnable = 'No'", Service, "In use is No", "فعال نباشد"),
        ("ISEnable <> 'No'", Service, "In use is not No", "مقدار «فعال» خیر نباشد"),
        ("PaymentType = 'Pos'", UserPayment, "Payment type is Card terminal", "نوع پرداخت کارت‌خوان باشد"),
        ("PaymentType <> 'Pos'", UserPayment, "Payment type is not Card terminal", "نوع پرداخت کارت‌خوان نباشد"),
        ("PaymentType = 'Gold'", UserPayment, "Payment type is “Gold”", "نوع پرداخت «Gold» باشد"),
        ("EndDate = '2021-01-30'", UserServiceBase, "End date is 2021-01-30",
         "تاریخ پایان ۱۱ بهمن ۱۳۹۹ (2021-01-30) باشد"),
        ("EndDate < '2021-03-20'", UserServiceBase, "End date is before 2021-03-20",
         "تاریخ پایان قبل از ۳۰ اسفند ۱۳۹۹ (2021-03-20) باشد"),
        ("EndDate > '2021-03-21'", UserServiceBase, "End date is after 2021-03-21",
         "تاریخ پایان بعد از ۱ فروردین ۱۴۰۰ (2021-03-21) باشد"),
        ("EndDate <= '2021-01-30'", UserServiceBase, "End date is on or before 2021-01-30",
         "تاریخ پایان ۱۱ بهمن ۱۳۹۹ (2021-01-30) یا قبل از آن باشد"),
        ("EndDate >= '2021-01-30'", UserServiceBase, "End date is on or after 2021-01-30",
         "تاریخ پایان ۱۱ بهمن ۱۳۹۹ (2021-01-30) یا بعد از آن باشد"),
        ("EndDate = '0000-00-00'", UserServiceBase, "End date is not set", "تاریخ پایان ثبت نشده باشد"),
        ("EndDate <> '0000-00-00'", UserServiceBase, "End date is set", "تاریخ پایان ثبت شده باشد"),
        ("EndDate = '1399-11-11'", UserServiceBase, "End date is 1399-11-11", "تاریخ پایان 1399-11-11 باشد"),
        ("EndDate > '9999-12-31'", UserServiceBase, "End date is after 9999-12-31",
         "تاریخ پایان بعد از 9999-12-31 باشد"),
        ("CDT <= '2021-01-30 08:15:00'", UserServiceBase, "Entry time is at or before 2021-01-30 08:15:00",
         "زمان ثبت ۱۱ بهمن ۱۳۹۹ (2021-01-30 08:15:00) یا قبل از آن باشد"),
        ("CDT = '2021-01-30'", UserServiceBase, "Entry time is 2021-01-30 00:00:00",
         "زمان ثبت ۱۱ بهمن ۱۳۹۹ (2021-01-30 00:00:00) باشد"),
        ("CancelDT = '0000-00-00 00:00:00'", UserServiceBase, "Cancellation time is not set",
         "زمان لغو ثبت نشده باشد"),
    ],
)  # fmt: skip
def test_one_comparison(text: str, record: type[Record], english: str, persian: str) -> None:
    assert (said(text, record, "en"), said(text, record, "fa")) == (english, persian)


@pytest.mark.parametrize(
    ("text", "record", "english", "persian"),
    [
        ("User_Id = 1 or User_Id = 2 or User_Id = 3", User, "User id is one of 1, 2, 3",
         "شناسه یکی از ۱، ۲، ۳ باشد"),
        ("Name <> 'علی' and Name <> 'رضا'", User, "Name is none of “علی”, “رضا”",
         "نام هیچ‌یک از «علی»، «رضا» نباشد"),
        ("ServiceStatus = 'Used' or ServiceStatus = 'Gone'", UserServiceBase,
         "Service status is one of Used up, “Gone”", "وضعیت سرویس یکی از مصرف‌شده، «Gone» باشد"),
        ("ISEnable = 'Yes' or ISEnable = 'No'", Service, "In use is one of Yes, No", "فعال یکی از بله، خیر باشد"),
        ("User_Id >= 10 and User_Id <= 20", User, "User id is from 10 to 20", "شناسه از ۱۰ تا ۲۰ باشد"),
        ("VoucherDate >= '2021-01-30' and VoucherDate <= '2021-01-31'", UserPayment,
         "Voucher date is from 2021-01-30 to 2021-01-31",
         "تاریخ چک یا فیش از ۱۱ بهمن ۱۳۹۹ (2021-01-30) تا ۱۲ بهمن ۱۳۹۹ (2021-01-31) باشد"),
    ],
)  # fmt: skip
def test_several_comparisons_of_a_field_in_one_sentence(
    text: str, record: type[Record], english: str, persian: str
) -> None:
    assert (said(text, record, "en"), said(text, record, "fa")) == (english, persian)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("User_Id = 1 and User_Id = 2", "User id is 1 and User id is 2"),
        ("User_Id <> 1 or User_Id <> 2", "User id is not 1 or User id is not 2"),
        ("User_Id >= 1 or User_Id <= 5", "User id is at least 1 or User id is at most 5"),
        ("User_Id > 1 and User_Id <= 5", "User id is more than 1 and User id is at most 5"),
        ("User_Id <= 5 and User_Id >= 1", "User id is at most 5 and User id is at least 1"),
        ("User_Id >= 1 and User_Id <= 5 and User_Id <= 4", "User id is from 1 to 5 and User id is at most 4"),
        ("Name >= 'a' and Name <= 'b'", "Name is “a” or sorts after it and Name is “b” or sorts before it"),
        ("Name = 'a' or Username = 'b'", "Name is “a” or Username is “b”"),
    ],
)
def test_what_stays_several_sentences(text: str, sentence: str) -> None:
    assert said(text, User, "en") == sentence


class Everything(Record, service="everything"):
    """One field of every kind, as a program may have it."""

    Words = TextField[Any]()
    Other = TextField[Any]()
    Kind = ChoiceField[Any]("Active", "Gold")
    Flag = YesNoField[Any]()
    Number = IntegerField[Any]()
    Day = DateField[Any]()
    Moment = DateTimeField[Any]()


VALUES: dict[str, list[Value]] = {
    "text": [
        "", " ", "a", "A", "a ", "b", "1", "%", "a%", "%a", "%a%", "_", "a_", "%a%b%", "%%", "Active", "Gold", "Yes",
        "”", "«", "»", "“", "a”, “b", "a» باشد و نام «b", "۱", "فعال", "Cancelled", "1, 2", "\u200c", "\u202e",
        "u{202e}", "\u00a0", "(2021-01-30)", "2021-01-30",
    ],
    "number": [0, 1, 2, 10, 1000, 1_000_000],
    "date": [
        "0000-00-00", "0001-01-01", "1399-11-11", "1921-03-20", "1921-03-21", "2021-01-30", "2122-03-21", "9999-12-31",
    ],
    "datetime": [
        "0000-00-00 00:00:00", "2021-01-30", "2021-01-30 00:00:01", "2021-01-31 00:00:00", "9999-12-31 23:59:59",
    ],
}  # fmt: skip


def comparisons_of(record: type[Record]) -> list[Comparison]:
    """Return comparisons of every field and operator with small and hostile values, as the fields hold them."""
    found: dict[Comparison, None] = {}
    for field in record.fields_by_name.values():
        values: list[Value] = ["Yes", "No"] if isinstance(field, YesNoField) else VALUES[field.kind]
        for operator in field.operators:
            found |= dict.fromkeys(Comparison(field.name, operator, value) for value in values)
    return [*found]


@BOTH
@pytest.mark.parametrize("record", [*RECORDS, Everything], ids=lambda record: record.__name__)
def test_b15_two_comparisons_never_say_the_same(record: type[Record], language: str) -> None:
    texts: dict[str, Comparison] = {}
    for comparison in comparisons_of(record):
        text = str(explain(from_tree(comparison, record), language=language))
        assert texts.setdefault(text, comparison) == comparison


def trees(leaves: list[Comparison]) -> dict[str, Node]:
    """Return every tree of up to three of the comparisons, by its canonical text."""
    found: list[Node] = [*leaves]
    for kind, other in ((And, Or), (Or, And)):
        for a in leaves:
            for b in leaves:
                found.append(kind([a, b]))
                for c in leaves:
                    found += [kind([a, b, c]), kind([a, other([b, c])]), kind([other([a, b]), c])]
    return {str(from_tree(tree, Everything)): tree for tree in found}


LEAVES = [
    *(Comparison("Words", operator, value) for operator in ("=", "<>") for value in ("", "a", "a” and Words is “b")),
    Comparison("Words", "=", "a» باشد و Words «b"),
    *(Comparison("Number", operator, value) for operator in (">=", "<=") for value in (1, 2)),
    Comparison("Flag", "=", "Yes"),
    Comparison("Day", ">=", "2021-01-30"),
    Comparison("Day", "<=", "2021-01-30"),
    Comparison("Words", "like", "a%"),
]


@BOTH
def test_b15_two_filters_never_say_the_same_in_a_small_universe(language: str) -> None:
    universe = trees(LEAVES)
    texts = {text: str(explain(from_tree(tree, Everything), language=language)) for text, tree in universe.items()}
    assert len(set(texts.values())) == len(universe) > 10_000


@given(one=filters(UserServiceBase), other=filters(UserServiceBase))
def test_b15_filters_that_say_the_same_mean_the_same(
    one: Filter[UserServiceBase], other: Filter[UserServiceBase]
) -> None:
    # A day is the same moment as its midnight.
    same = str(one).replace(" 00:00:00", "") == str(other).replace(" 00:00:00", "")
    for language in LANGUAGES:
        assert (str(explain(one, language=language)) == str(explain(other, language=language))) == same


HOSTILE = st.text(
    st.sampled_from("a”“»«'\"%_ ،,()<>&\u200c\u202e\u2068\u2069\u00a0یو{}u2") | st.characters(), max_size=9
)


@BOTH
@given(
    values=st.lists(HOSTILE.filter(lambda text: text and unsafe_character(text) is None), min_size=1, max_size=5),
    operator=st.sampled_from(("=", "<>", "<", ">=")),
    kind=st.sampled_from((And, Or)),
)
@example(values=["” or Words is “", "» یا Words «"], operator="=", kind=Or)
def test_b15_every_value_can_be_read_back_from_the_text(
    language: str, values: list[str], operator: str, kind: type[And | Or]
) -> None:
    """So two texts differ if a value differs. What stands around the values is tried in full above."""
    leaves = [Comparison("Words" if n % 2 else "Other", operator, value) for n, value in enumerate(values)]
    text = said(from_tree(kind(leaves), Everything), Everything, language)
    opening, closing = words(language).phrases["open"], words(language).phrases["close"]
    assert [*map(read, re.findall(rf"{opening}((?:\\.|[^\\{closing}])*){closing}", text))] == values


def read(quoted: str) -> str:
    """Return the value that stands in quotation marks."""
    return re.sub(r"\\(?:u\{([0-9a-f]+)\}|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], quoted)


def test_marks_that_change_the_direction_are_shown_as_codes() -> None:
    assert said("Name = 'a\u202eb\u2069\u2068'", User, "en") == "Name is “a\\u{202e}b\\u{2069}\\u{2068}”"


def test_joiners_of_persian_words_stay() -> None:
    assert said("Name = 'می\u200cرود'", User, "fa") == "نام «می\u200cرود» باشد"


def test_each_value_keeps_its_direction_where_something_is_written_from_right_to_left() -> None:
    assert str(explain("Name = 'علی' or Name = 'رضا'", User)) == "Name is one of “\u2068علی\u2069”, “\u2068رضا\u2069”"
    assert str(explain("User_Id = 5", User, language="fa")) == "شناسه برابر با \u2068۵\u2069 باشد"
    assert str(explain("Name = 'ali'", User)) == "Name is “ali”"


def test_a_number_is_said_as_it_is_written() -> None:
    assert str(explain(Service.Price == Decimal("1E+3"))) == "Price is 1,000"
