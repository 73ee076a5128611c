"""Days and moments: literals, what Python values become, and warnings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from deltasib_query import (
    Comparison,
    InvalidValueError,
    UnsupportedOperatorError,
    UserPayment,
    UserServiceBase,
    check,
    parse,
)


class Day(date):
    """A day that lies in its text."""

    def __str__(self) -> str:
        return "x' or 1=1"

    def __format__(self, spec: str) -> str:
        return "x' or 1=1"


class Forger(date):
    """A day that lies even in its ISO text."""

    def isoformat(self) -> str:
        return "x' or 1=1"


class Moment(datetime):
    """A moment that lies in its text."""

    def __str__(self) -> str:
        return "x' or 1=1"


def codes(text: str) -> list[str]:
    return [problem.code for problem in check(text, UserServiceBase)]


# Days


def test_the_operators_of_a_day() -> None:
    day = date(2021, 1, 30)
    written = [
        UserServiceBase.EndDate == day, UserServiceBase.EndDate != day, UserServiceBase.EndDate < day,
        UserServiceBase.EndDate > day, UserServiceBase.EndDate <= day, UserServiceBase.EndDate >= day,
    ]  # fmt: skip
    assert [str(filter).removesuffix(" '2021-01-30'") for filter in written] == [
        "EndDate =", "EndDate <>", "EndDate <", "EndDate >", "EndDate <=", "EndDate >=",
    ]  # fmt: skip


def test_like_is_not_for_days() -> None:
    with pytest.raises(UnsupportedOperatorError):
        parse("EndDate like '2021%'", UserServiceBase)


def test_a_day_is_written_with_four_digits_of_year() -> None:
    assert str(UserServiceBase.EndDate == date(21, 1, 2)) == "EndDate = '0021-01-02'"


def test_a_text_of_a_day_is_taken() -> None:
    assert str(UserServiceBase.EndDate == "2021-01-30") == "EndDate = '2021-01-30'"


@pytest.mark.parametrize("text", ["2021-1-30", "2021/01/30", "2021.1.30", "2021/1/30"])
def test_other_spellings_of_a_day_are_normalised(text: str) -> None:
    assert str(parse(f"EndDate = '{text}'", UserServiceBase)) == "EndDate = '2021-01-30'"


@pytest.mark.parametrize("text", ["0000-00-00", "0000-0-0", "0000/00/00"])
def test_the_zero_date_is_taken(text: str) -> None:
    assert str(UserServiceBase.EndDate == text) == "EndDate = '0000-00-00'"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "2021", "2021-01", "2021-13-01", "2021-02-30", "2021-01-00", "2021-00-01", "0000-01-01",
        "21-01-30", "2021-01-30 ", "2021-01-30 10:00:00", "20210130", "2021-01-30'", "12021-01-30", "2021-001-30",
        "2021--30", "2021-01-", "2021-01-030", "2021_01_30", "021-01-30", "2021-01-30-", "2021 01 30", "2021-1-1x",
    ],
)  # fmt: skip
def test_a_text_that_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserServiceBase.EndDate == text
    assert caught.value.code == "not-a-date"


def test_a_leap_day_of_a_common_year_is_refused() -> None:
    assert str(UserServiceBase.EndDate == "2020-02-29") == "EndDate = '2020-02-29'"
    with pytest.raises(InvalidValueError):
        UserServiceBase.EndDate == "2021-02-29"


def test_persian_digits_of_a_day_are_refused_with_a_repair() -> None:
    [problem] = check("EndDate > '۲۰۲۱-۰۱-۳۰'", UserServiceBase)
    assert problem.code == "not-a-date"
    assert problem.repair is not None
    assert problem.repair.replacement == "'2021-01-30'"


@pytest.mark.parametrize("text", [" 2021-12-31", "2021/12/31 ", "2021-12-31\u200f"])
def test_a_day_with_blanks_or_marks_around_it_is_refused_with_a_repair(text: str) -> None:
    [problem] = check(f"EndDate > '{text}'", UserServiceBase)
    assert problem.code == "not-a-date"
    assert problem.repair is not None
    assert problem.repair.replacement == "'2021-12-31'"


@pytest.mark.parametrize(
    ("written", "meant"), [("20211231", "'2021-12-31'"), ("20211301", None), ("2021123", None), ("202112310", None)]
)
def test_of_numbers_only_eight_digits_of_a_day_have_a_repair(written: str, meant: str | None) -> None:
    [problem] = check(f"EndDate > {written}", UserServiceBase)
    assert (problem.repair and problem.repair.replacement) == meant


def test_a_moment_for_a_day_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"\.date\(\)") as caught:
        UserServiceBase.EndDate == datetime.fromisoformat("2021-01-30 10:00:00")
    assert caught.value.code == "wrong-type"


@pytest.mark.parametrize("value", [20210130, 5.5, True, time(10), timedelta(1), b"2021-01-30", (2021, 1, 30)])
def test_a_day_is_a_date_or_its_text_in_python(value: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserServiceBase.EndDate == value
    assert caught.value.code == "wrong-type"


def test_a_subclass_of_date_counts_by_its_day_alone() -> None:
    assert str(UserServiceBase.EndDate == Day(2021, 1, 30)) == "EndDate = '2021-01-30'"


def test_a_forged_date_cannot_break_out() -> None:
    assert str(UserServiceBase.EndDate == Forger(2021, 1, 30)) == "EndDate = '2021-01-30'"


def test_an_eight_digit_number_is_refused_with_the_day_it_would_be() -> None:
    [problem] = check("EndDate > 20210130", UserServiceBase)
    assert problem.code == "not-a-date"
    assert problem.repair is not None
    assert problem.repair.replacement == "'2021-01-30'"


def test_several_days() -> None:
    filter = UserServiceBase.EndDate.in_([date(2021, 1, 30), "2021-01-31"])
    assert str(filter) == "(EndDate = '2021-01-30' or EndDate = '2021-01-31')"


def test_a_range_of_days() -> None:
    filter = UserServiceBase.EndDate.between(date(2021, 1, 1), date(2021, 1, 31))
    assert str(filter) == "EndDate >= '2021-01-01' and EndDate <= '2021-01-31'"


def test_a_day_before_includes_the_rows_without_one_which_has_a_warning() -> None:
    assert codes("EndDate < '2021-01-30'") == ["zero-dates"]
    assert codes("EndDate <= '2021-01-30'") == ["zero-dates"]


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("EndDate > '0000-00-00' and EndDate < '2021-01-30'", []),
        ("EndDate >= '2020-01-30' and EndDate < '2021-01-30'", []),
        ("EndDate < '2021-01-30' and enddate > '0000-00-00'", []),
        ("(EndDate <= '2021-01-30' and (EndDate > '2020-01-30' and Service_Id > 5)) or Service_Id = 1", []),
        ("EndDate < '2021-01-30' and StartDate > '2020-01-30'", ["zero-dates"]),
        ("EndDate < '2021-01-30' and EndDate <> '0000-00-00'", ["zero-dates"]),
        ("EndDate < '2021-01-30' and EndDate < '2022-01-30'", ["zero-dates", "redundant", "zero-dates"]),
        ("EndDate < '2021-01-30' or EndDate > '2022-01-30'", ["zero-dates"]),
        ("EndDate > '2020-01-30' and (EndDate < '2021-01-30' or Service_Id = 1)", ["zero-dates"]),
    ],
)
def test_a_lower_bound_in_the_same_and_keeps_the_rows_without_a_day_out(text: str, warnings: list[str]) -> None:
    assert codes(text) == warnings


def test_a_day_after_has_no_warning() -> None:
    assert codes("EndDate > '2021-01-30' and EndDate <> '2021-01-31'") == []


def test_asking_for_the_rows_without_a_day_has_no_warning() -> None:
    assert codes("EndDate = '0000-00-00'") == []
    assert codes("EndDate <= '0000-00-00'") == []


@pytest.mark.parametrize(("text", "hint"), [("", True), (" ", False), ("abc", False)])
def test_for_no_day_at_all_the_message_names_the_zero_date(text: str, hint: bool) -> None:
    [problem] = check(f"EndDate = '{text}'", UserServiceBase)
    assert problem.message == (
        "EndDate takes a date 'YYYY-MM-DD'" + ("; a date that is not set is '0000-00-00'" if hint else "")
    )


@pytest.mark.parametrize("year", ["1200", "1399", "1500"])
def test_a_year_of_the_jalali_calendars_present_has_a_warning(year: str) -> None:
    assert codes(f"EndDate = '{year}-01-01'") == ["jalali-date"]


def test_a_jalali_year_has_a_warning() -> None:
    assert codes("EndDate = '1399/11/11'") == ["jalali-date"]
    assert codes("EndDate = '1400-01-01'") == ["jalali-date"]


@pytest.mark.parametrize("year", ["1199", "1501", "1999", "2021"])
def test_another_year_has_no_warning(year: str) -> None:
    assert codes(f"EndDate = '{year}-01-01'") == []


# Moments


def test_a_moment_is_written_to_the_second() -> None:
    assert str(UserServiceBase.CDT == datetime.fromisoformat("2021-01-30 04:05:06")) == "CDT = '2021-01-30 04:05:06'"


def test_a_midnight_keeps_its_time() -> None:
    assert str(UserServiceBase.CDT == datetime.fromisoformat("2021-01-30")) == "CDT = '2021-01-30 00:00:00'"


def test_a_text_of_a_moment_is_taken() -> None:
    assert str(UserServiceBase.CDT >= "2021-01-30 10:00:00") == "CDT >= '2021-01-30 10:00:00'"


@pytest.mark.parametrize("text", ["2021-01-30T04:05:00", "2021/1/30 4:05", "2021-01-30 04:05", "2021.01.30 4:05:00"])
def test_other_spellings_of_a_moment_are_normalised(text: str) -> None:
    assert str(parse(f"CDT = '{text}'", UserServiceBase)) == "CDT = '2021-01-30 04:05:00'"


def test_a_bare_day_stays_bare() -> None:
    assert parse("CDT >= '2021/1/30'", UserServiceBase).tree == Comparison("CDT", ">=", "2021-01-30")


@pytest.mark.parametrize(
    "text",
    [
        "2021-01-30 24:00:00", "2021-01-30 10:60:00", "2021-01-30 10:00:60", "2021-01-30 10", "2021-01-30  10:00:00",
        "2021-01-30 10:00:00.5", "2021-01-30 10:00:00Z", "2021-01-30 10:00:00+03:30", "10:00:00", "now",
        "2021-02-30 10:00", "0000-00-00 10:00:00", "0000-00-00 00:01:00", "0000-00-00 00:00:01", "2021-01-30 1:0:0",
        "2021-01-30 :30", "2021-01-30 010:00:00",
    ],
)  # fmt: skip
def test_a_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserServiceBase.CDT >= text
    assert caught.value.code == "not-a-date"


@pytest.mark.parametrize(
    "text",
    [
        "۲۰۲۱-۰۱-۳۰ ۱۰:۰۵:۰۷",
        "۲۰۲۱-۰۱-۳۰ 10:05:07",
        "2021-01-30 ۱۰:۰۵:۰۷",
        " 2021-01-30 10:05:07",
        "2021/1/30T10:05:07\u200f",
    ],
)
def test_a_moment_in_other_signs_is_refused_with_a_repair(text: str) -> None:
    [problem] = check(f"CDT = '{text}'", UserServiceBase)
    assert problem.code == "not-a-date"
    assert problem.repair is not None
    assert problem.repair.replacement == "'2021-01-30 10:05:07'"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2021-01-30 23:59:59", "2021-01-30 23:59:59"), ("2021-01-30 0:00:00", "2021-01-30 00:00:00"),
        ("2021-01-30T23:59", "2021-01-30 23:59:00"), ("0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        ("0000-00-00 00:00", "0000-00-00 00:00:00"), ("2021.1.3 4:05", "2021-01-03 04:05:00"),
    ],
)  # fmt: skip
def test_the_first_and_the_last_second_are_moments(text: str, written: str) -> None:
    assert str(UserServiceBase.CDT >= text) == f"CDT >= '{written}'"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=3, minutes=30))])
def test_an_aware_moment_is_refused(zone: timezone) -> None:
    with pytest.raises(InvalidValueError, match="aware") as caught:
        UserServiceBase.CDT >= datetime(2021, 1, 30, tzinfo=zone)
    assert caught.value.code == "wrong-type"


def test_parts_of_a_second_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="microsecond"):
        UserServiceBase.CDT >= datetime.fromisoformat("2021-01-30 10:00:00.000001")


def test_a_subclass_of_datetime_counts_by_its_moment_alone() -> None:
    assert str(UserServiceBase.CDT == Moment(2021, 1, 30, 10)) == "CDT = '2021-01-30 10:00:00'"


@pytest.mark.parametrize("value", [20210130, 5.5, True, time(10), None])
def test_a_moment_is_a_datetime_or_its_text_in_python(value: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        UserServiceBase.CDT >= value
    assert caught.value.code == "wrong-type"


def test_a_day_bounds_a_moment_from_below_and_from_above() -> None:
    day = (UserPayment.User_PaymentCD >= date(2021, 1, 30)) & (UserPayment.User_PaymentCD < date(2021, 1, 31))
    assert str(day) == "User_PaymentCD >= '2021-01-30' and User_PaymentCD < '2021-01-31'"


@pytest.mark.parametrize("operator", ["__eq__", "__ne__", "__gt__", "__le__"])
def test_a_day_is_refused_where_its_midnight_is_seldom_meant(operator: str) -> None:
    with pytest.raises(InvalidValueError, match="midnight") as caught:
        getattr(UserPayment.User_PaymentCD, operator)(date(2021, 1, 30))
    assert caught.value.code == "wrong-type"


def test_a_day_among_the_values_of_in_is_refused_for_a_datetime() -> None:
    with pytest.raises(InvalidValueError, match="midnight"):
        UserPayment.User_PaymentCD.in_([date(2021, 1, 30)])


def test_a_day_among_the_values_of_not_in_is_refused_for_a_datetime() -> None:
    with pytest.raises(InvalidValueError, match="midnight"):
        UserPayment.User_PaymentCD.not_in([date(2021, 1, 30)])


def test_a_day_is_refused_as_the_end_of_a_range_of_moments() -> None:
    with pytest.raises(InvalidValueError, match="midnight"):
        UserPayment.User_PaymentCD.between(date(2021, 1, 30), date(2021, 1, 31))


@pytest.mark.parametrize("operator", ["=", "<>", ">"])
def test_a_typed_bare_day_has_a_warning(operator: str) -> None:
    assert codes(f"CDT {operator} '2021-01-30'") == ["bare-day"]


def test_a_typed_bare_day_up_to_which_has_two_warnings() -> None:
    assert codes("CDT <= '2021-01-30'") == ["bare-day", "zero-dates"]


def test_a_typed_bare_day_from_which_on_has_no_warning() -> None:
    assert codes("CDT >= '2021-01-30'") == []


def test_a_typed_bare_day_before_which_has_a_warning_of_zero_dates_alone() -> None:
    assert codes("CDT < '2021-01-30'") == ["zero-dates"]


def test_a_moment_before_has_a_warning_of_zero_dates() -> None:
    assert codes("CDT < '2021-01-30 10:00:00'") == ["zero-dates"]


def test_asking_for_the_rows_without_a_moment_has_no_warning() -> None:
    assert codes("CDT = '0000-00-00 00:00:00'") == []
    assert codes("CDT = '0000-00-00'") == []


def test_a_jalali_moment_has_a_warning() -> None:
    assert codes("CDT >= '1399-11-11 10:00:00'") == ["jalali-date"]


def test_a_zero_warning_names_the_zero_of_its_kind() -> None:
    [problem] = check("CDT < '2021-01-30 10:00:00'", UserServiceBase)
    assert "CDT > '0000-00-00 00:00:00'" in problem.message


# Whole days of a column with times


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (UserServiceBase.CDT.on(date(2021, 1, 30)), "CDT >= '2021-01-30' and CDT < '2021-01-31'"),
        (UserServiceBase.CDT.on(date(2020, 2, 28), date(2020, 2, 29)), "CDT >= '2020-02-28' and CDT < '2020-03-01'"),
        (UserServiceBase.CDT.on(date(2021, 12, 31), date(2021, 12, 31)), "CDT >= '2021-12-31' and CDT < '2022-01-01'"),
        (UserServiceBase.CDT.on(date(9999, 12, 31)), "CDT >= '9999-12-31'"),
        (UserServiceBase.CDT.on(date(2021, 1, 30), date.max), "CDT >= '2021-01-30'"),
        (UserServiceBase.CDT.on(Forger(2021, 1, 30)), "CDT >= '2021-01-30' and CDT < '2021-01-31'"),
    ],
    ids=str,
)
def test_a_whole_day_is_from_its_midnight_to_the_next(filter: object, text: str) -> None:
    assert str(filter) == text


def test_a_whole_day_selects_its_moments_and_no_zero_date() -> None:
    day = UserServiceBase.CDT.on(date(2021, 1, 30))
    moments = ["2021-01-29 23:59:59", "2021-01-30", "2021-01-30 23:59:59", "2021-01-31 00:00:00", "0000-00-00 00:00:00"]
    assert [day.matches({"CDT": moment}) for moment in moments] == [False, True, True, False, False]


@pytest.mark.parametrize(
    "day",
    [
        "2021-01-30",
        datetime(2021, 1, 30, tzinfo=UTC).replace(tzinfo=None),
        datetime(2021, 1, 30, 8, tzinfo=UTC),
        None,
        20210130,
        [date.max],
    ],
    ids=repr,
)
def test_a_whole_day_is_a_date(day: Any) -> None:
    last: Any = 0 if day is None else day  # where None is the same day
    for arguments in ((day,), (date(2021, 1, 30), last)):
        with pytest.raises(InvalidValueError) as caught:
            UserServiceBase.CDT.on(*arguments)
        assert caught.value.code == "wrong-type"


def test_days_come_in_their_order_and_are_gregorian() -> None:
    for arguments, code in [
        ((date(2021, 1, 30), date(2021, 1, 29)), "empty-range"),
        ((date(1399, 11, 11),), "jalali-date"),
    ]:
        with pytest.raises(InvalidValueError) as caught:
            UserServiceBase.CDT.on(*arguments)
        assert caught.value.code == code
