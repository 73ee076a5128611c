"""Examples of filters, and proofs that there are none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from deltasib_query import (
    Filter,
    FilterUsageError,
    Record,
    RecordMismatchError,
    Service,
    UndecidedError,
    User,
    UserServiceBase,
    all_of,
    any_of,
    parse,
)
from deltasib_query.filters.fields import TextField

IMPLIED: list[tuple[type[Record], str, str]] = [
    (User, "User_Id > 5", "User_Id >= 6"),
    (User, "User_Id = 5 or User_Id = 7", "User_Id >= 5 and User_Id <= 7 and User_Id <> 6"),
    (User, "User_Id > 5 and User_Id < 8", "User_Id = 6 or User_Id = 7"),
    (User, "User_Id > 5", "User_Id <> 5 and (User_Id > 3 or Name = 'x')"),
    (User, "User_Id = 1 and Name = 'x'", "Name = 'x' or User_Id = 2"),
    (User, "(User_Id = 1 or Name = 'x') and (User_Id = 1 or Family = 'y')",
     "User_Id = 1 or (Name = 'x' and Family = 'y')"),
    (User, "Name = 'x'", "User_Id < 5 or User_Id >= 5"),
    (Service, "Price > 1.5", "Price > 1 and Price <> 1"),
    (Service, "Price = 1.00000000000000000001", "Price >= 1.00000000000000000001"),
    (UserServiceBase, "Off > 5", "Off >= 5"),
    (UserServiceBase, "CDT >= '2021-01-30 00:00:00'", "CDT >= '2021-01-30'"),
    (UserServiceBase, "EndDate > '2021-01-30'", "EndDate <> '0000-00-00'"),
    (User, "Name = 'علی'", "Name <> 'رضا' and Name >= 'علی'"),
    (User, "Name > 'علی'", "Name >= 'علی'"),
    (User, "Name > 'sara'", "Name >= 'sara' and Name > 'bahram'"),
    (User, "Name = 'é' or Name = 'ع\u200cلی'", "Name = 'ع\u200cلی' or Name = 'ab' or Name = 'é'"),
    (User, "Name like 'ali%'", "Name like 'a%' and Name like '%'"),
    (User, "Name like 'ali%' and User_Id = 1", "(Name like 'al%' and User_Id < 5) or Name = 'x'"),
    (User, "Name like '%a%' and Name like '%b%'", "Name like '%b%' or Name like '%c%'"),
    (User, "Name like 'ahmad'", "Name = 'AHMAD' and Name > 'abbas'"),
    (User, "Name >= 'é'", "Name >= 'é' or Family = 'x'"),
    (User, "Name = 'yas'", "Name <> 'ias' or Name = 'yas'"),
    (User, "Name = 'x' and Name = 'y'", "Family = 'z'"),
    (Service, "Price > 1.00000000000000000001", "Price > 0 and Price <> 1 or Price >= 1"),
    (Service, "ISEnable = 'Yes'", "ISEnable <> 'No'"),
]  # fmt: skip
"""A record, and two filters, of which the first implies the second: in every collation."""

WITNESSED: list[tuple[type[Record], str, str, dict[str, Any]]] = [
    (User, "User_Id > 5", "User_Id > 6", {"User_Id": 6}),
    (User, "User_Id < 5", "Name = 'x' or Name <> 'x'", {"User_Id": 4, "Name": None}),
    (User, "Username = 'ali'", "Username like 'ali%'", {"Username": "a\u200cli"}),
    (User, "Username = 'ali'", "Username like 'ali'", {"Username": "a\u200cli"}),
    (User, "Username like 'ali%'", "Username >= 'ali'", {"Username": "ali\u2028"}),
    (User, "Name like '%'", "Name >= ''", {"Name": "\u2028"}),
    (User, "Name like 'a%' and Name like '%z' and Name like '%m%'", "Name like '%amz%'", {"Name": "a0m0z"}),
    (Service, "ISEnable <> 'Yes'", "ISEnable = 'No'", {"ISEnable": ""}),
    (Service, "Price > 1 and Price < 2", "Price <> 1.5", {"Price": Decimal("1.5")}),
    (UserServiceBase, "EndDate < '2021-01-30'", "EndDate > '0000-00-00'", {"EndDate": "0000-00-00"}),
    (UserServiceBase, "CDT > '2021-01-30'", "CDT >= '2021-01-31'", {"CDT": "2021-01-30 00:00:01"}),
]  # fmt: skip
"""A record, two filters, and a row that the first alone selects."""

UNDECIDED: list[tuple[type[Record], str, str]] = [
    (UserServiceBase, "EndDate > '2021-01-30' and EndDate < '2021-01-31'", "Service_Id = 1"),
    (User, "Name = 'e' and Name <> 'é'", "Family = 'x'"),
    (User, "Name > 'رضا' and Name < 'اب'", "Family = 'x'"),
]
"""Filters of which the first has no row under utf8_persian_ci, which may be otherwise elsewhere."""


@pytest.mark.parametrize(("record", "one", "other"), IMPLIED)
def test_what_is_implied_is_proved(record: type[Record], one: str, other: str) -> None:
    filter, wider = parse(one, record), parse(other, record)
    assert filter.implies(wider)
    assert filter.example(but_not=wider) is None


@pytest.mark.parametrize(("record", "one", "other", "row"), WITNESSED)
def test_what_is_not_implied_has_a_row_that_says_so(
    record: type[Record], one: str, other: str, row: dict[str, Any]
) -> None:
    filter, narrower = parse(one, record), parse(other, record)
    assert filter.example(but_not=narrower) == row
    assert filter.matches(row) and not narrower.matches(row)
    assert not filter.implies(narrower)


@pytest.mark.parametrize(("record", "one", "other"), UNDECIDED)
def test_what_depends_on_the_collation_or_the_column_is_undecided(record: type[Record], one: str, other: str) -> None:
    with pytest.raises(UndecidedError):
        parse(one, record).implies(parse(other, record))


def test_filters_overlap_where_a_row_can_be_of_both() -> None:
    assert User.Name.startswith("ali").overlaps(User.Name.endswith("reza"))
    assert not User.Name.startswith("ali").overlaps(User.Name.startswith("reza"))
    assert not (User.User_Id > 5).overlaps(User.User_Id < 6)


EVERYONE, NOBODY = User.User_Id.not_in([]), User.User_Id.in_([])


def test_constants_imply_and_are_implied() -> None:
    assert NOBODY.implies(User.Name == "x") and NOBODY.implies(NOBODY) and EVERYONE.implies(EVERYONE)
    assert (User.Name == "x").implies(EVERYONE) and not EVERYONE.implies(NOBODY)
    assert EVERYONE.example() == {} and NOBODY.example() is None
    assert EVERYONE.overlaps(User.Name == "x") and not NOBODY.overlaps(EVERYONE)


def test_every_row_is_of_a_filter_of_the_key_alone() -> None:
    assert EVERYONE.implies((User.User_Id < 5) | (User.User_Id >= 5))
    everybody_named = (User.Name < "b") | (User.Name >= "b")
    assert EVERYONE.example(but_not=everybody_named) == {"Name": None}


class Named(Record, service="named", key="Name"):
    """A record whose key is a text."""

    Name = TextField[Any]()


def test_no_example_has_null_for_the_key() -> None:
    rows = (Named.Name < "é") | (Named.Name > "e")  # not all rows in every collation, but all that `matches` knows
    with pytest.raises(UndecidedError):
        Named.Name.not_in([]).example(but_not=rows | (Named.Name == "e"))


def test_equivalent_filters_imply_each_other() -> None:
    one, other = User.User_Id.between(3, 5), User.User_Id.in_([3, 4, 5])
    assert one != other
    assert one.implies(other) and other.implies(one)


def test_filters_of_two_records_are_not_compared() -> None:
    other: Any = Service.Service_Id == 1
    for compare in (User.User_Id.__eq__(1).implies, (User.User_Id == 1).overlaps, (User.User_Id == 1).example):
        with pytest.raises(RecordMismatchError):
            compare(other)
    with pytest.raises(FilterUsageError, match="filters only"):
        (User.User_Id == 1).implies("User_Id = 1")  # type: ignore[arg-type]


def test_an_example_names_no_field_that_the_filters_lack() -> None:
    row = ((User.Name == "x") & (User.User_Id > 5)).example(but_not=User.Family == "y")
    assert row is not None
    assert row.keys() == {"Name", "User_Id", "Family"}


def test_what_differs_in_one_of_many_values_is_found() -> None:
    names = [f"user-{n}" for n in range(500)]
    assert User.Username.in_(names).example(but_not=User.Username.in_(names[:-1])) == {"Username": "user-499"}
    assert User.Username.in_(names[:-1]).implies(User.Username.in_(names))
    assert User.User_Id.in_(range(500)).example(but_not=User.User_Id.between(0, 498)) == {"User_Id": 499}
    assert User.User_Id.in_(range(500)).implies(User.User_Id.between(0, 499))
    assert not User.Username.not_in(names).implies(User.Username.startswith("user"))


def test_a_search_gives_up_after_the_same_steps() -> None:
    hard = all_of(
        any_of(User.Username.contains(f"a{n}"), User.Name.contains(f"b{n}"), User.Family.contains(f"c{n}"))
        for n in range(40)
    )
    other = any_of(
        all_of(User.Username.contains(f"a{n}"), User.Name.contains(f"c{n}"), User.Family.contains(f"b{n}"))
        for n in range(40)
    )

    def outcome() -> object:
        try:
            return hard.example(but_not=other)
        except UndecidedError as error:
            return str(error)

    assert outcome() == outcome()


def test_too_many_values_are_undecided() -> None:
    with pytest.raises(UndecidedError, match="more than 5,000 values"):
        User.User_Id.in_(range(6000)).implies(User.User_Id >= 0)


def test_texts_that_many_patterns_match_are_too_long_to_be_tried() -> None:
    many = all_of(User.Username.like(f"%{n}_{n:0>20}%") for n in range(4000))
    with pytest.raises(UndecidedError):
        many.example()


def test_values_that_overlap_nowhere_are_held_against_each_other_at_once() -> None:
    names = [*(f"user{n}" for n in range(250)), "ja", "ia"]  # the last two are one value for some
    assert not User.Username.in_(names).overlaps(User.Username.in_(f"reseller{n}" for n in range(250)))


def test_numbers_of_many_digits_have_a_next_one() -> None:
    assert (Service.Price > Decimal(10**30)).example() == {"Price": 10**30 + 1}


def test_a_deep_filter_needs_no_recursion() -> None:
    filter: Filter[Any] = User.User_Id == 1
    for n in range(2000):
        filter = (filter | (User.User_Id == n)) & (User.Name != f"x{n}")
    row = filter.example()
    assert row is not None and filter.matches(row)
