"""Dates of the Jalali calendar: a warning where they are typed, refused in code, never silently Gregorian."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import jdatetime
import pytest
from persiantools.jdatetime import JalaliDate, JalaliDateTime

from deltasib_query import FilterError, InvalidValueError, UserPayment, UserServiceBase, check, parse
from deltasib_query.filters.jalali import as_gregorian, gregorian, jalali

# Typed


@pytest.mark.parametrize(
    ("text", "code", "offer"),
    [
        ("CDT >= '۱۴۰۵/۰۳/۰۸ ۰۸:۰۰'", "not-a-date", "'2026-05-29 08:00:00'"),
        ("CDT >= '1405/03/08\u200f'", "not-a-date", "'2026-05-29'"),
        ("CDT >= '1405/02/31'", "not-a-date", "'2026-05-21'"),
        ("CDT >= '1405-02-31 10:00:00'", "not-a-date", "'2026-05-21 10:00:00'"),
        ("CDT >= '۱۴۰۵/۰۲/۳۱ ۱۰:۰۰'", "not-a-date", "'2026-05-21 10:00:00'"),
        ("EndDate = '۱۳۹۹/۱۱/۱۱'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '۱۳۹۹-۱۱-۱۱'", "not-a-date", "'2021-01-30'"),
        ("EndDate = ' ١٣٩٩.١١.١١ '", "not-a-date", "'2021-01-30'"),
        ("EndDate = 13991111", "not-a-date", "'2021-01-30'"),
        ("EndDate = 14050231", "not-a-date", "'2026-05-21'"),
        ("EndDate = ۱۳۹۹۱۱۱۱", "digits", "'2021-01-30'"),
        ("EndDate = 1405/03/08", "bare-word", "'2026-05-29'"),
        ("EndDate = 1405-3-8", "bare-word", "'2026-05-29'"),
        ("EndDate = ۱۴۰۵/۰۳/۰۸", "bare-word", "'2026-05-29'"),
        ("EndDate = 1405/02/31", "bare-word", "'2026-05-21'"),
        ("CDT < 1405/03/08 08:00", "bare-word", "'2026-05-29 08:00:00'"),
        ('EndDate = "1399/11/11"', "quotes", "'2021-01-30'"),
        ("EndDate = «۱۳۹۹/۱۱/۱۱»", "quotes", "'2021-01-30'"),
        ("EndDate = '1399/11/11", "unclosed-quote", "'2021-01-30'"),
        ("1399/11/11 <= EndDate", "reversed", "EndDate >= '2021-01-30'"),
        ("EndDate between '1399/01/01' and '1399/12/30'", "between",
         "(EndDate >= '2020-03-20' and EndDate <= '2021-03-20')"),
        ("EndDate in (1399/11/11, '2021-01-31')", "in", "(EndDate = '2021-01-30' or EndDate = '2021-01-31')"),
        ("EndDate = 1399/11/11 and Name is null", "bare-word", "'2021-01-30'"),
        ("EndDate = '13991111'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '۱۳۹۹۱۱۱۱'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '1399/11/11 00:00:00'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '13991111000000'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '1399 / 11 / 11'", "not-a-date", "'2021-01-30'"),
        ("EndDate = '1399 -11- 11'", "not-a-date", "'2021-01-30'"),
        ("CDT = 13991111080000", "not-a-date", "'2021-01-30 08:00:00'"),
        ("CDT = '13991111080000'", "not-a-date", "'2021-01-30 08:00:00'"),
        ("CDT = '13991111 08:00'", "not-a-date", "'2021-01-30 08:00:00'"),
        ("CDT = '1399/11/11 8:5'", "not-a-date", "'2021-01-30 08:05:00'"),
        ("CDT = '1399/11/11  08:05:00.000'", "not-a-date", "'2021-01-30 08:05:00'"),
        ("CDT = 1399/11/11 8:5", "bare-word", "'2021-01-30 08:05:00'"),
        ("CDT = 1399/11/11  08:05", "bare-word", "'2021-01-30 08:05:00'"),
        ("CDT = 1399/11/11 8", "bare-word", "'2021-01-30 08:00:00'"),
        ("CDT = 13991111 08:05", "bare-word", "'2021-01-30 08:05:00'"),
        ("(CDT = 1399/11/11 08:05)", "bare-word", "'2021-01-30 08:05:00'"),
    ],
)  # fmt: skip
def test_a_repair_that_makes_a_date_of_a_jalali_year_offers_the_gregorian_one(text: str, code: str, offer: str) -> None:
    problems = check(text, UserServiceBase)
    first = next(problem for problem in problems if problem.severity == "error")
    assert first.repair is not None
    assert (first.code, first.repair.replacement) == (code, offer)
    assert "jalali-date" in {problem.code for problem in problems}
    assert not any(problem.repair.certain for problem in problems if problem.repair is not None)
    with pytest.raises(FilterError) as caught:
        parse(text, UserServiceBase, repair=True)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("EndDate >= '1399/11/11'", "'2021-01-30'"),
        ("EndDate >= '1300-01-01'", "'1921-03-21'"),
        ("EndDate >= '1500-12-29'", "'2122-03-20'"),
        ("CDT >= '1399-11-11 10:00'", "'2021-01-30 10:00:00'"),
        ("EndDate >= '1299-01-01'", None),
        ("EndDate >= '1200-01-01'", None),
        ("EndDate >= '1400-12-30'", None),
    ],
)
def test_a_date_of_a_jalali_year_has_a_warning_and_the_gregorian_one_is_offered(text: str, offer: str | None) -> None:
    [problem] = check(text, UserServiceBase)
    assert (problem.code, problem.severity) == ("jalali-date", "warning")
    assert (problem.repair and problem.repair.replacement) == offer
    assert problem.repair is None or not problem.repair.certain
    parse(text, UserServiceBase)


def test_the_warning_is_in_words() -> None:
    [problem] = check("EndDate >= '1399/11/11'", UserServiceBase)
    assert problem.message == (
        "1399-11-11 looks like a Jalali date, 2021-01-30 in the Gregorian calendar; "
        "the database has Gregorian dates, also where a screen shows Jalali ones"
    )
    assert problem.said("fa").plain == (
        "تاریخ 1399-11-11 شمسی به نظر می‌رسد و میلادی آن 2021-01-30 است؛ "
        "تاریخ‌ها در پایگاه داده میلادی هستند، حتی اگر در صفحه به شمسی نشان داده شوند"
    )


@pytest.mark.parametrize(
    ("literal", "severity"), [("'1399/11/11'", "warning"), ("'۱۳۹۹/۱۱/۱۱'", "error"), ("'١٣٩٩/١١/١١'", "error")]
)
def test_b17_the_gregorian_day_is_offered_for_a_jalali_date(literal: str, severity: str) -> None:
    first = check(f"EndDate >= {literal}", UserServiceBase)[0]
    assert first.repair is not None
    assert (first.severity, first.repair.replacement, first.repair.certain) == (severity, "'2021-01-30'", False)


@pytest.mark.parametrize(
    "literal", ["'99/11/11'", "'۹۹/۱۱/۱۱'", "'99-1-2 '", "'11/11/99'", "'399.11.11'", "'99/11/11 08:00'"]
)
def test_b17_a_short_year_is_asked_for_in_full(literal: str) -> None:
    [problem] = check(f"EndDate >= {literal}", UserServiceBase)
    assert (problem.code, problem.severity, problem.repair) == ("not-a-date", "error", None)
    assert problem.message == "EndDate takes a date 'YYYY-MM-DD': write the year in full"
    assert problem.said("fa").plain == "مقدار EndDate باید تاریخی به شکل 'YYYY-MM-DD' باشد؛ سال را کامل بنویسید"
    [problem] = check(f"CDT >= {literal}", UserServiceBase)
    assert problem.message == "CDT takes a datetime 'YYYY-MM-DD HH:MM:SS': write the year in full"


@pytest.mark.parametrize("literal", ["'11/11/1399'", "'11-1399-11'", "'99/11/111'", "'99/11'", "'x99/11/11'"])
def test_what_has_no_short_year_is_not_asked_for_its_year(literal: str) -> None:
    [problem] = check(f"EndDate >= {literal}", UserServiceBase)
    assert problem.message == "EndDate takes a date 'YYYY-MM-DD'"


@pytest.mark.parametrize(
    "text",
    [
        "EndDate = '1399/11/11 08:00'",
        "EndDate = 1399/11/11 08:00",
        "EndDate = 13991111080000",
        "CDT = 1399/11/11 25:00",
        "CDT = 1399/11/11 8:",
    ],
)
def test_no_offer_drops_a_time(text: str) -> None:
    problems = check(text, UserServiceBase)
    assert "not-a-date" in {problem.code for problem in problems}
    assert all(problem.repair is None for problem in problems)


@pytest.mark.parametrize("day", ["1399/13/01", "1398-12-30", "1399-07-31", "1290-13-01", "1290-12-31"])
def test_a_day_that_the_jalali_calendar_does_not_have_is_not_called_one(day: str) -> None:
    warning = next(p for p in check(f"EndDate = '{day}'", UserServiceBase) if p.code == "jalali-date")
    assert warning.message.startswith(
        f"{day.replace('/', '-')} has the year of a Jalali date, but the Jalali calendar has no such day; "
    )
    assert warning.repair is None


@pytest.mark.parametrize(("day", "offer"), [("1405/02/31", "'2026-05-21'"), ("1405/13/01", None), ("1290/02/31", None)])
def test_a_day_that_is_not_gregorian_says_so(day: str, offer: str | None) -> None:
    error, warning = check(f"EndDate = '{day}'", UserServiceBase)
    assert (error.code, warning.code) == ("not-a-date", "jalali-date")
    assert error.message.startswith(f"'{day}' is no day of the Gregorian calendar; ")
    assert (error.repair and error.repair.replacement) == offer


def test_a_certain_repair_beside_a_jalali_date_leaves_it_as_it_was_typed() -> None:
    text = "EndDate == '1399/11/11'"
    assert str(parse(text, UserServiceBase, repair=True)) == "EndDate = '1399-11-11'"
    assert [(p.code, p.repair and p.repair.certain) for p in check(text, UserServiceBase)] == [
        ("operator", True),
        ("jalali-date", False),
    ]


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("EndDate = 20210130", "EndDate = '2021-01-30'"),
        ("CDT = 20210130080000", "CDT = '2021-01-30 08:00:00'"),
        ("(CDT = 2021-01-30 08:00)", "CDT = '2021-01-30 08:00:00'"),
        ("EndDate = ۲۰۲۱/۰۱/۳۰", "EndDate = '2021-01-30'"),
        ("CDT >= '۲۰۲۱/۰۱/۳۰ ۰۸:۰۰'", "CDT >= '2021-01-30 08:00:00'"),
    ],
)
def test_a_date_of_another_year_is_still_repaired(text: str, repaired: str) -> None:
    assert str(parse(text, UserServiceBase, repair=True)) == repaired


@pytest.mark.parametrize(
    "text", ["EndDate = '99/11/11'", "EndDate = 99/11/11", "EndDate = '۹۹/۱۱/۱۱'", "EndDate = 991111"]
)
def test_a_year_of_two_digits_is_never_guessed(text: str) -> None:
    problems = check(text, UserServiceBase)
    assert "not-a-date" in {problem.code for problem in problems}
    assert all(problem.repair is None for problem in problems)


# In code


class Days(Enum):
    """A day of somebody's program."""

    NEW_YEAR = "1400/01/01"


@pytest.mark.parametrize(
    ("filter", "offer"),
    [
        (lambda: UserPayment.VoucherDate >= "1399/11/13", "'2021-02-01'"),
        (lambda: UserPayment.VoucherDate >= date(1399, 11, 13), "'2021-02-01'"),
        (lambda: UserPayment.VoucherDate.between("1399-11-13", "1399-11-20"), "'2021-02-01'"),
        (lambda: UserPayment.VoucherDate.between("2021-02-01", "1399-11-20"), "'2021-02-08'"),
        (lambda: UserPayment.VoucherDate.in_([date(2021, 2, 1), "1399/11/13"]), "'2021-02-01'"),
        (lambda: UserPayment.VoucherDate.not_in(["1399/11/13"]), "'2021-02-01'"),
        (lambda: UserPayment.VoucherDate == Days.NEW_YEAR, "'2021-03-21'"),
        (lambda: UserServiceBase.CDT >= "1399/11/13 08:00", "'2021-02-01 08:00:00'"),
        (lambda: UserServiceBase.CDT >= "1399/11/13", "'2021-02-01'"),
        (lambda: UserServiceBase.CDT >= date(1399, 11, 13), "'2021-02-01'"),
        (lambda: UserServiceBase.CDT == datetime.fromisoformat("1399-11-13 08:00"), "'2021-02-01 08:00:00'"),
        (lambda: UserServiceBase.CDT >= "1250-01-01", None),
        (lambda: UserPayment.VoucherDate >= "1398-12-30", None),
    ],
)
def test_a_jalali_date_in_code_is_refused_with_the_gregorian_one(filter: Any, offer: str | None) -> None:
    with pytest.raises(InvalidValueError) as caught:
        filter()
    assert caught.value.code == "jalali-date"
    repair = caught.value.repair
    assert (repair and (repair.replacement, repair.certain)) == (offer and (offer, False))


@pytest.mark.parametrize("text", ["13991111", "1399 / 11 / 11", "1399/11/11 00:00:00"])
def test_a_jalali_date_in_another_notation_is_refused_in_code_with_the_same_offer(text: str) -> None:
    with pytest.raises(InvalidValueError, match="looks like a Jalali date, 2021-01-30") as caught:
        UserPayment.VoucherDate >= text
    assert caught.value.repair is not None
    assert (caught.value.repair.replacement, caught.value.repair.certain) == ("'2021-01-30'", False)


@pytest.mark.parametrize("text", ["1405/02/31", "۱۴۰۵/۰۲/۳۱"])
def test_a_jalali_date_that_is_not_gregorian_is_refused_in_code_likewise(text: str) -> None:
    with pytest.raises(InvalidValueError, match="looks like a Jalali date, 2026-05-21") as caught:
        UserPayment.VoucherDate >= text
    assert caught.value.repair is not None
    assert caught.value.repair.replacement == "'2026-05-21'"


class Stranger:
    """A date of some other library, with jdatetime's method."""

    def togregorian(self) -> date:
        return date(2021, 2, 1)


@pytest.mark.parametrize("day", [JalaliDate(1399, 11, 13), jdatetime.date(1399, 11, 13), Stranger()])
def test_a_jalali_date_object_is_the_gregorian_day(day: Any) -> None:
    assert str(UserPayment.VoucherDate == day) == "VoucherDate = '2021-02-01'"
    assert str(UserPayment.VoucherDate.in_([day])) == "VoucherDate = '2021-02-01'"
    assert str(UserServiceBase.CDT >= day) == "CDT >= '2021-02-01'"
    with pytest.raises(InvalidValueError, match="midnight"):
        UserServiceBase.CDT == day


@pytest.mark.parametrize("moment", [JalaliDateTime(1399, 11, 13, 8, 30), jdatetime.datetime(1399, 11, 13, 8, 30)])
def test_a_jalali_moment_object_is_the_gregorian_moment(moment: Any) -> None:
    assert str(UserServiceBase.CDT == moment) == "CDT = '2021-02-01 08:30:00'"
    with pytest.raises(InvalidValueError, match=r"\.date\(\)"):
        UserPayment.VoucherDate == moment


def test_what_only_looks_like_such_an_object_is_refused_for_its_type() -> None:
    class Liar:
        def to_gregorian(self) -> str:
            return "2021-02-01"

    with pytest.raises(InvalidValueError) as caught:
        UserPayment.VoucherDate == Liar()
    assert caught.value.code == "wrong-type"


class Lying(date):
    """A Gregorian date with a method of its own."""

    def togregorian(self) -> date:
        return date(1, 1, 1)

    to_gregorian = togregorian


class LyingMoment(datetime):
    """A Gregorian moment with a method of its own."""

    def to_gregorian(self) -> date:
        raise AssertionError


def test_a_date_is_gregorian_whatever_methods_its_class_has() -> None:
    assert str(UserPayment.VoucherDate == Lying(2021, 2, 1)) == "VoucherDate = '2021-02-01'"
    assert str(UserServiceBase.CDT == LyingMoment(2021, 2, 1, 8)) == "CDT = '2021-02-01 08:00:00'"
    with pytest.raises(InvalidValueError) as caught:
        UserPayment.VoucherDate == Lying(1399, 11, 13)
    assert caught.value.code == "jalali-date"


class Broken:
    """A date of some other library that fails."""

    def to_gregorian(self) -> date:
        raise RuntimeError("no such day")


@pytest.mark.parametrize("field", [UserPayment.VoucherDate, UserServiceBase.CDT])
def test_what_fails_to_convert_itself_is_refused(field: Any) -> None:
    with pytest.raises(InvalidValueError, match="to_gregorian of Broken raised RuntimeError") as caught:
        field >= Broken()
    assert caught.value.code == "wrong-type"


# The calendar


@pytest.mark.parametrize(
    ("jalali", "day"),
    [
        ((1300, 1, 1), "1921-03-21"),
        ((1399, 12, 30), "2021-03-20"),
        ((1403, 12, 30), "2025-03-20"),
        ((1405, 2, 31), "2026-05-21"),
        ((1500, 12, 29), "2122-03-20"),
    ],
)
def test_a_day_is_converted(jalali: tuple[int, int, int], day: str) -> None:
    assert gregorian(*jalali).isoformat() == day


@pytest.mark.parametrize(
    "jalali", [(1299, 12, 29), (1501, 1, 1), (1402, 12, 30), (1400, 13, 1), (1400, 7, 31), (1400, 1, 0)]
)
def test_a_day_that_there_is_not_is_refused(jalali: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Jalali"):
        gregorian(*jalali)


@pytest.mark.parametrize("value", ["1399-11-13", 13991113, None, date(2021, 2, 1), object])
def test_what_is_no_jalali_date_stays_as_it_is(value: object) -> None:
    assert as_gregorian(value) is value


# For readers


def test_a_gregorian_day_is_shown_as_the_jalali_one_in_the_years_that_can_be_converted() -> None:
    first, last = date(1921, 3, 21), date(2122, 3, 20)
    assert (jalali(first), jalali(last)) == ((1300, 1, 1), (1500, 12, 29))
    assert [jalali(day) for day in (date.min, date(1921, 3, 20), date(2122, 3, 21), date.max)] == [None] * 4
    every_day = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    assert [gregorian(*(jalali(day) or (0, 0, 0))) for day in every_day] == every_day
