"""The rows that a filter finds, by hand: in memory, in SQLite and in MariaDB alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    create_engine,
    select,
    text,
)

from deltasib_query import (
    Filter,
    Record,
    Service,
    User,
    UserPayment,
    UserServiceBase,
    all_of,
    any_of,
    parse,
)
from deltasib_query.integrations.sqlalchemy import prepare, where
from mariadb import MariaDB

Find = Callable[[Filter[Any], list[Any]], list[Any]]
"""Which of the values, put into the one field of the filter, the filter finds."""


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    prepare(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def persian_mariadb(mariadb: MariaDB) -> Iterator[Connection]:
    with mariadb.connect() as administrator, administrator.cursor() as cursor:
        cursor.execute("create or replace database by_hand charset utf8mb4 collate utf8mb4_persian_ci")
    engine = create_engine(mariadb.url("by_hand"), connect_args={"init_command": "set sql_mode = ''"})
    with engine.connect() as connection:
        yield connection
    engine.dispose()


_TYPES: dict[str, Any] = {
    "number": Numeric(30, 4), "text": Text(), "date": Date(), "datetime": DateTime(),
}  # fmt: skip


def in_memory(filter: Filter[Any], field: str, values: list[Any]) -> list[Any]:
    return [value for value in values if filter.matches({field: value})]


def in_database(connection: Connection, filter: Filter[Any], field: str, values: list[Any]) -> list[Any]:
    kind = filter.record.field_kinds[field]
    lite = connection.dialect.name == "sqlite"
    column = Column(field, String() if lite and kind != "number" else _TYPES[kind])
    table = Table("t", MetaData(), Column("place", Integer), column)
    table.create(connection)
    rows = [{"place": place, "value": value} for place, value in enumerate(values)]
    try:
        connection.execute(text("insert into t values (:place, :value)"), rows)
        found = connection.execute(select(table.c.place).where(where(filter, table)).order_by(table.c.place)).scalars()
        return [values[place] for place in found]
    finally:
        table.drop(connection)


@pytest.fixture(params=["memory", "sqlite", "mariadb"])
def find(request: pytest.FixtureRequest) -> Find:
    place = request.getfixturevalue({"sqlite": "sqlite", "mariadb": "persian_mariadb"}.get(request.param, "request"))

    def find(filter: Filter[Any], values: list[Any]) -> list[Any]:
        [field] = {word for word in filter.record.fields_by_name if word in str(filter).split()}
        if request.param == "memory":
            return in_memory(filter, field, values)
        return in_database(place, filter, field, values)

    return find


# Text


def test_equal_text_is_told_without_regard_to_case(find: Find) -> None:
    assert find(User.Username == "ali", ["ali", "ALI", "Ali", "alireza", "al"]) == ["ali", "ALI", "Ali"]


def test_case_and_accents_do_not_count(find: Find) -> None:
    assert find(User.Name == "é", ["É", "é", "e", "e\u0301", "f"]) == ["É", "é", "e", "e\u0301"]
    assert find(User.Name.startswith("É"), ["ez", "éz", "z"]) == ["ez", "éz"]


def test_what_has_no_weight_does_not_count_but_for_like(find: Find) -> None:
    assert find(User.Name == "علی", ["علی\u200c", "ع\u200cلی", "عَلی", "على"]) == ["علی\u200c", "ع\u200cلی"]
    assert find(User.Name.startswith("علی"), ["علی\u200c", "ع\u200cلی"]) == ["علی\u200c"]
    assert find(User.Name == "", ["", "\u200c", "\u0301", "a"]) == ["", "\u200c", "\u0301"]


def test_digits_of_every_script_are_the_same(find: Find) -> None:
    assert find(User.Username == "0912", ["۰۹۱۲", "٠٩١٢", "0912", "912"]) == ["۰۹۱۲", "٠٩١٢", "0912"]
    assert find(User.Username.like("0%"), ["۰۹۱۲", "912"]) == ["۰۹۱۲"]


def test_a_letter_of_two_weights_equals_two_letters_but_for_like(find: Find) -> None:
    assert find(User.Name == "ss", ["ß", "ss", "s"]) == ["ß", "ss"]
    assert find(User.Name.like("ss"), ["ß", "ss", "s"]) == ["ss"]


def test_letters_beyond_the_bmp_are_equal_but_for_like(find: Find) -> None:
    assert find(User.Name == "😀", ["😀", "🎉", "z"]) == ["😀", "🎉"]
    assert find(User.Name.like("%😀%"), ["a😀", "a🎉"]) == ["a😀"]


def test_persian_letters_have_the_order_of_their_alphabet(find: Find) -> None:
    assert find(User.Name < "ت", ["ا", "ب", "پ", "ت", "ث", "a", "ی"]) == ["ا", "ب", "پ", "a"]


def test_a_text_goes_on_with_spaces(find: Find) -> None:
    assert find(User.Name < "a", ["a\u2028", "a \u2028", "a", "a b"]) == ["a\u2028", "a \u2028"]


def test_spaces_at_the_end_do_not_count(find: Find) -> None:
    assert find(User.Username == "ali  ", ["ali", "ali ", "ali   ", " ali"]) == ["ali", "ali ", "ali   "]


def test_a_text_of_spaces_equals_an_empty_one(find: Find) -> None:
    assert find(User.Name == "", ["", " ", "   ", "a"]) == ["", " ", "   "]


def test_unequal_text_leaves_out_case_and_spaces(find: Find) -> None:
    assert find(User.Username != "ali", ["ALI", "ali ", "reza"]) == ["reza"]


def test_a_letter_is_the_same_wherever_it_stands_in_a_word(find: Find) -> None:
    assert find(User.Name.contains("Σ"), ["ΑΣ", "ΑΣΑ", "ΑΑ"]) == ["ΑΣ", "ΑΣΑ"]
    assert find(User.Name.startswith("ΑΣ"), ["ΑΣ", "ΑΣΑ", "ΑΑ"]) == ["ΑΣ", "ΑΣΑ"]


def test_persian_letters_are_compared_as_they_are(find: Find) -> None:
    assert find(User.Name == "علی", ["علی", "علي", "علی ", "رضا"]) == ["علی", "علی "]


def test_text_is_ordered_without_regard_to_case(find: Find) -> None:
    assert find(User.Username < "b", ["a", "A", "b", "B", "c", "C", ""]) == ["a", "A", ""]


def test_text_up_to_a_text_includes_it(find: Find) -> None:
    assert find(User.Username <= "B", ["a", "b", "b ", "bb", "C"]) == ["a", "b", "b "]


def test_text_above_a_text_excludes_it(find: Find) -> None:
    assert find(User.Username > "b", ["a", "B", "b ", "ba", "C"]) == ["ba", "C"]


def test_digits_of_a_text_are_ordered_as_text(find: Find) -> None:
    assert find(User.Username >= "10", ["9", "10", "100", "09"]) == ["9", "10", "100"]


def test_a_number_in_a_text_field_does_not_lose_its_zero(find: Find) -> None:
    assert find(User.Username == "0912", ["0912", "912", "0912 "]) == ["0912", "0912 "]


# NULL


@pytest.mark.parametrize(
    "filter",
    [
        User.Name == "a", User.Name != "a", User.Name < "z", User.Name >= "", User.Name.like("%"), User.Name.like(""),
        User.User_Id == 0, User.User_Id != 5, UserPayment.Price < 5, UserPayment.Price != 5,
        UserPayment.VoucherDate == "0000-00-00", UserPayment.VoucherDate != "2021-01-30",
        UserPayment.User_PaymentCD != "2021-01-30 10:00:00", Service.ISEnable != "Yes", Service.ServiceType != "Base",
    ],
    ids=str,
)  # fmt: skip
def test_null_matches_nothing(find: Find, filter: Filter[Any]) -> None:
    assert find(filter, [None]) == []


def test_null_matches_no_negation_either(find: Find) -> None:
    assert find(~User.Name.in_(["a", "b"]), [None, "a", "c"]) == ["c"]
    assert find(~User.User_Id.between(2, 3), [None, 1, 2, 3, 4]) == [1, 4]


# like


def test_like_does_not_mind_case(find: Find) -> None:
    assert find(User.Username.like("ALI%"), ["ali", "Alireza", "xali"]) == ["ali", "Alireza"]


def test_like_minds_spaces_at_the_end(find: Find) -> None:
    assert find(User.Username.like("ali"), ["ali", "ali ", "ALI"]) == ["ali", "ALI"]


def test_an_underscore_is_one_character(find: Find) -> None:
    assert find(User.Name.like("a_c"), ["abc", "ac", "abbc", "a😀c", "aعc"]) == ["abc", "a😀c", "aعc"]


def test_an_escaped_percent_is_itself(find: Find) -> None:
    assert find(User.Name.like(r"50\%%"), ["50%", "50% off", "500", "505%"]) == ["50%", "50% off"]


def test_an_escaped_underscore_is_itself(find: Find) -> None:
    assert find(User.Name.like(r"a\_b"), ["a_b", "axb"]) == ["a_b"]


def test_contains_finds_wildcards_as_themselves(find: Find) -> None:
    assert find(User.Name.contains("_%"), ["a_%b", "axxb", "_%", "%_"]) == ["a_%b", "_%"]


def test_startswith_and_endswith_hold_at_their_ends(find: Find) -> None:
    assert find(User.Name.startswith("ab"), ["abc", "cab", "AB"]) == ["abc", "AB"]
    assert find(User.Name.endswith("ab"), ["abc", "cab", "ab "]) == ["cab"]


def test_percent_matches_an_empty_text(find: Find) -> None:
    assert find(User.Name.like("%"), ["", " ", "a"]) == ["", " ", "a"]


def test_an_empty_pattern_matches_an_empty_text_only(find: Find) -> None:
    assert find(User.Name.like(""), ["", " ", "a"]) == [""]


def test_parts_of_a_pattern_do_not_overlap(find: Find) -> None:
    assert find(User.Name.like("a%a"), ["a", "aa", "aba"]) == ["aa", "aba"]
    assert find(User.Name.like("%ab%ba%"), ["aba", "abba", "ab-ba"]) == ["abba", "ab-ba"]


def test_a_part_is_found_again_behind_a_first_place_that_leads_nowhere(find: Find) -> None:
    assert find(User.Name.like("%a_c"), ["abcabd", "aaac", "a_cabc"]) == ["aaac", "a_cabc"]


def test_a_pattern_of_as_many_percents_as_there_may_be_is_matched(find: Find) -> None:
    texts = ["a" * 998, "a" * 999, "b" + "ab" * 1000]
    assert find(User.Name.like("%a" * 999 + "%"), texts) == texts[1:]


def test_a_pattern_that_almost_matches_is_given_up(find: Find) -> None:
    assert find(User.Name.like("%a%a%a%a%a%a%a%a%a%a%b"), ["a" * 3000, "a" * 3000 + "b"]) == ["a" * 3000 + "b"]


def test_signs_of_regular_expressions_are_themselves(find: Find) -> None:
    assert find(User.Name.like("a.*%"), ["a.*b", "axxb", "a.*"]) == ["a.*b", "a.*"]
    assert find(User.Name.like("[a-z]"), ["[a-z]", "b"]) == ["[a-z]"]


# Numbers


def test_decimals_are_compared_exactly(find: Find) -> None:
    prices = ["150000", "150000.49", "150000.50", "150000.51"]
    assert find(parse("Price = 150000.50", Service), prices) == ["150000.50"]
    assert find(parse("Price > 150000.50", Service), prices) == ["150000.51"]
    assert find(parse("Price <= 150000.5", Service), prices) == ["150000", "150000.49", "150000.50"]


def test_a_whole_number_equals_a_decimal_of_the_same_value(find: Find) -> None:
    assert find(Service.Price == 5, ["5", "5.00", "5.01"]) == ["5", "5.00"]


def test_numbers_are_not_compared_as_text(find: Find) -> None:
    assert find(Service.Price > 9, ["10", "9", "100.5", "-10"]) == ["10", "100.5"]


def test_a_literal_of_65_digits_is_compared(find: Find) -> None:
    assert find(parse(f"Price < {'9' * 65}", Service), ["1", "-5.5"]) == ["1", "-5.5"]
    assert find(parse(f"Price <> -{'9' * 65}", Service), ["1"]) == ["1"]
    assert find(parse(f"Price > 5.{'0' * 63}1", Service), ["5", "5.01"]) == ["5.01"]
    assert find(parse(f"Price = 5.{'0' * 64}", Service), ["5", "5.01"]) == ["5"]


def test_a_whole_literal_past_64_bits_is_compared(find: Find) -> None:
    assert find(Service.Price < 2**63, ["1", "9223372036854775806"]) == ["1", "9223372036854775806"]


def test_an_id_is_compared_as_a_number(find: Find) -> None:
    assert find(User.User_Id.between(9, 11), [8, 9, 10, 11, 12, 100]) == [9, 10, 11]


# Yes and No, choices


def test_yes_and_no_are_told_without_regard_to_case(find: Find) -> None:
    assert find(Service.ISEnable == True, ["Yes", "No", "YES", ""]) == ["Yes", "YES"]


def test_not_yes_includes_what_is_neither(find: Find) -> None:
    assert find(Service.ISEnable != True, ["Yes", "No", ""]) == ["No", ""]


def test_a_choice_is_told_without_regard_to_case(find: Find) -> None:
    assert find(Service.ServiceType.in_(["base", "ip"]), ["Base", "IP", "Other"]) == ["Base", "IP"]


# Dates

DAYS = ["0000-00-00", "2021-01-29", "2021-01-30", "2021-01-31"]
MOMENTS = ["0000-00-00 00:00:00", "2021-01-30 00:00:00", "2021-01-30 10:00:00", "2021-01-31 00:00:00"]


def test_a_zero_date_lies_before_every_day(find: Find) -> None:
    assert find(UserServiceBase.EndDate < "2021-01-30", DAYS) == ["0000-00-00", "2021-01-29"]


def test_a_zero_date_equals_itself(find: Find) -> None:
    assert find(UserServiceBase.EndDate == "0000-00-00", DAYS) == ["0000-00-00"]


def test_zero_dates_are_kept_out(find: Find) -> None:
    filter = (UserServiceBase.EndDate > "0000-00-00") & (UserServiceBase.EndDate <= "2021-01-30")
    assert find(filter, DAYS) == ["2021-01-29", "2021-01-30"]


def test_days_are_equal(find: Find) -> None:
    assert find(parse("EndDate = '2021/1/30'", UserServiceBase), DAYS) == ["2021-01-30"]


def test_a_bare_day_is_the_midnight_of_a_moment(find: Find) -> None:
    assert find(UserServiceBase.CDT == "2021-01-30", MOMENTS) == ["2021-01-30 00:00:00"]
    assert find(UserServiceBase.CDT <= "2021-01-30", MOMENTS) == ["0000-00-00 00:00:00", "2021-01-30 00:00:00"]
    assert find(UserServiceBase.CDT > "2021-01-30", MOMENTS) == ["2021-01-30 10:00:00", "2021-01-31 00:00:00"]


def test_a_whole_day_of_moments(find: Find) -> None:
    day = (UserServiceBase.CDT >= "2021-01-30") & (UserServiceBase.CDT < "2021-01-31")
    assert find(day, MOMENTS) == ["2021-01-30 00:00:00", "2021-01-30 10:00:00"]


def test_a_bare_zero_date_equals_the_zero_moment(find: Find) -> None:
    assert find(UserServiceBase.CDT == "0000-00-00", MOMENTS) == ["0000-00-00 00:00:00"]


def test_a_moment_is_compared_to_the_second(find: Find) -> None:
    assert find(UserServiceBase.CDT == datetime.fromisoformat("2021-01-30 10:00:00"), MOMENTS) == [
        "2021-01-30 10:00:00"
    ]


# Structure


def test_two_thousand_terms_of_an_or(find: Find) -> None:
    filter = any_of(User.User_Id == n for n in range(0, 4000, 2))
    assert find(filter, [0, 1, 2, 3998, 3999, 4000, None]) == [0, 2, 3998]


def test_two_thousand_terms_of_an_and(find: Find) -> None:
    filter = all_of(User.User_Id != n for n in range(0, 4000, 2))
    assert find(filter, [0, 1, 2, 3998, 3999, 4000, None]) == [1, 3999, 4000]


def test_a_long_or_of_text_within_an_and(find: Find) -> None:
    filter = (User.Name != "n5") & any_of(User.Name == f"n{n}" for n in range(2000))
    assert find(filter, ["n4", "N5", "n1999", "n2000"]) == ["n4", "n1999"]


def test_parentheses_mean_the_same_to_both(find: Find) -> None:
    text = "(User_Id = 1 or User_Id = 2) and User_Id <> 2 or User_Id > 3 and (User_Id < 6 or User_Id = 9)"
    filter = parse(text, User)
    assert find(filter, [1, 2, 3, 4, 5, 6, 9, None]) == [1, 4, 5, 9]


def test_a_record_finds_itself_in_memory_as_its_row_in_sqlite(sqlite: Connection) -> None:
    row: Record = UserServiceBase.from_row({"CDT": "2021-01-30 10:00:00"})
    filter = parse("CDT > '2021-01-30' and CDT < '2021-01-31'", UserServiceBase)
    stored: Any = row.database_values()["CDT"]
    assert filter.matches(row)
    assert in_database(sqlite, filter, "CDT", [stored]) == [stored]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), float("nan"), "abc", "1e5", True])
def test_what_is_no_number_is_a_type_error_in_a_field_of_numbers(value: Any) -> None:
    for filter in (Service.Price == 5, Service.Price != 5, Service.Price < 5):
        with pytest.raises(TypeError, match=r"is no value of a column|cannot hold a"):
            filter.matches({"Price": value})
