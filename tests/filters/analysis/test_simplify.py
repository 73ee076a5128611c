"""What `simplify` drops, what it leaves alone, and why."""

from __future__ import annotations

from typing import Any

import pytest

from deltasib_query import Filter, Record, Service, User, UserServiceBase, all_of, any_of, parse
from deltasib_query.filters.date_fields import DateField
from deltasib_query.filters.fields import TextField

SIMPLER: list[tuple[type[Record], str, str | bool]] = [
    # Numbers: one order, and nothing between a whole number and the next
    (User, "User_Id > 5 and User_Id > 3", "User_Id > 5"),
    (User, "User_Id > 3 or User_Id > 5", "User_Id > 3"),
    (User, "User_Id >= 6 and User_Id > 5", "User_Id >= 6"),
    (User, "User_Id > 5 and User_Id < 6", False),
    (User, "User_Id = 5 and User_Id <> 5", False),
    (User, "User_Id = 5 and User_Id > 3 and User_Id <> 4", "User_Id = 5"),
    (User, "User_Id > 5 and User_Id < 8 and User_Id <> 6 and User_Id <> 7", False),
    (User, "User_Id >= 5 and User_Id <= 5 and User_Id <> 6", "User_Id >= 5 and User_Id <= 5"),
    (User, "User_Id = 1 or User_Id = 2 or User_Id < 5", "User_Id < 5"),
    (Service, "Price > 1 and Price > 1.5", "Price > 1.5"),
    (Service, "Price = 2 and Price = 2.0", "Price = 2"),
    (Service, "Price >= 5 and Price < 5", False),
    # Only the key is never NULL
    (User, "User_Id < 5 or User_Id >= 5", True),
    (User, "User_Id <> 5 or User_Id = 5 or Name = 'x'", True),
    (User, "(User_Id < 5 or User_Id >= 5) and Name = 'x'", "Name = 'x'"),
    # Days and moments
    (UserServiceBase, "EndDate < '2021-01-30' and EndDate > '2021-02-01'", False),
    (UserServiceBase, "EndDate < '0000-00-00'", False),
    (UserServiceBase, "EndDate < '0000-00-00' or Service_Id = 5", "Service_Id = 5"),
    (UserServiceBase, "CDT >= '2021-01-30' and CDT >= '2021-01-30 00:00:00'", "CDT >= '2021-01-30'"),
    (UserServiceBase, "CDT = '2021-01-30' and CDT = '2021-01-30 08:00:00'", False),
    # Texts
    (User, "Name = 'ahmad' and Name = 'AHMAD '", "Name = 'ahmad'"),
    (User, "Name = 'علی' and Name = 'رضا'", False),
    (User, "Name = 'علی' or Name <> 'رضا'", "Name <> 'رضا'"),
    (User, "Name > 'علی' and Name <= 'علی'", False),
    (User, "Name >= 'علی' and Name = 'علی'", "Name = 'علی'"),
    (User, "Name > 'x' and Name > 'b'", "Name > 'x'"),
    (User, "Name < 'ahmad' and Name > 'reza'", False),
    (User, "Name < 'reza' and Name < 'علی'", "Name < 'reza'"),
    (User, "Name < 'O''Reilly' and Name = 'a%b'", "Name = 'a%b'"),
    (Service, "ISEnable = 'Yes' and ISEnable = 'No'", False),
    (Service, "ISEnable = 'Yes' and ISEnable <> 'No'", "ISEnable = 'Yes'"),
    (Service, "ServiceType = 'Base' or ServiceType <> 'IP'", "ServiceType <> 'IP'"),
    # Patterns
    (User, "Name like 'ali%' and Name like 'a%'", "Name like 'ali%'"),
    (User, "Name like 'ali%' or Name like 'a%'", "Name like 'a%'"),
    (User, "Name like 'a_i%' and Name like 'a__%'", "Name like 'a_i%'"),
    (User, "Name like '%' and Name = 'x'", "Name = 'x'"),
    (User, "Name like '%%' or Name = 'x'", "Name like '%%'"),
    (User, "Name like 'a%' and Name like 'b%'", False),
    (User, "Name like '%a' and Name like '%b'", False),
    (User, "Name like 'علی%' and Name like 'رضا%'", False),
    (User, "Name like 'ahmad' and Name = 'ahmad'", "Name like 'ahmad'"),
    (User, "Name like 'ahmad' and Name <> 'ahmad'", False),
    (User, "Name like 'ahmad' or Name = 'ahmad'", "Name = 'ahmad'"),
    (User, "Name like '50\\%' and Name = '50%'", "Name like '50\\%'"),
    (User, "Name like 'ahmad' and Name < 'reza'", "Name like 'ahmad'"),
    # Groups
    (User, "Name = 'x' and (Name = 'x' or Family = 'y')", "Name = 'x'"),
    (User, "Name = 'x' or (Name = 'x' and Family = 'y')", "Name = 'x'"),
    (User, "User_Id > 5 and (User_Id > 3 or Family = 'y')", "User_Id > 5"),
    (User, "User_Id > 3 or (User_Id > 5 and Family = 'y')", "User_Id > 3"),
    (
        User,
        "(Name = 'x' or Family = 'y') and (Family = 'y' or User_Id = 1 or Name = 'x')",
        "(Name = 'x' or Family = 'y')",
    ),
    (User, "(Name = 'x' and Name <> 'x') or Family = 'y'", "Family = 'y'"),
    (User, "Family = 'y' and ((Name = 'x' and User_Id = 1) or (User_Id = 1 and Name = 'x'))",
     "Family = 'y' and Name = 'x' and User_Id = 1"),
    (User, "User_Id > 1 and (Name = 'x' or (Name = 'x' and Family = 'y')) and User_Id > 0",
     "User_Id > 1 and Name = 'x'"),
]  # fmt: skip
"""A record, a filter, and what is left of it."""

STAYS: list[tuple[type[Record], str]] = [
    # A field that may be NULL
    (User, "(Name < 'b' or Name >= 'b')"),
    (Service, "(Price <> 5 or Price = 5)"),
    (UserServiceBase, "EndDate >= '0000-00-00'"),
    (User, "Name like '%'"),
    (User, "Name like '%' and (Name = 'x' or Family = 'y')"),
    # Values between: dates of another form, fractions, other labels
    (UserServiceBase, "EndDate > '2021-01-30' and EndDate < '2021-01-31'"),
    (Service, "Price > 5 and Price < 6"),
    (Service, "ISEnable <> 'Yes' and ISEnable <> 'No'"),
    (Service, "(ServiceType = 'Base' or ServiceType = 'IP') and ServiceType <> 'Other'"),
    # Doubles
    (UserServiceBase, "Off > 5 and Off > 3"),
    (Service, "Price = 1 and Price = 1.00000000000000000001"),
    (Service, "Price >= 1 and Price < 1.00000000000000000001"),
    (Service, "Price > 1 and Price > 1.00000000000000000001"),
    # Texts that some collation takes for the same, or some for different ones
    (User, "Name = 'ali' and Name = 'ALI'"),
    (User, "Name = 'ß' and Name = 'ss'"),
    (User, "Name = 'é' and Name = 'e'"),
    (User, "Name = 'آ' and Name = 'a'"),
    (User, "Name = '۰۹' and Name = '09'"),
    (User, "Name = 'yas' and Name = 'ias'"),
    (User, "Name = 'jan' and Name = 'ian'"),
    (User, "Name = 'ch' and Name = 'c'"),
    (User, "Name = 'vali' and Name = 'uali'"),
    (User, "Name = 'مصطفی' and Name = 'مصطفیٰ'"),
    (User, "Name = 'علی' and Name = 'ع\u200cلی'"),
    # Texts whose order depends on the collation
    (User, "Name > 'zahra' and Name > 'tara'"),
    (User, "Name > 'yas' and Name > 'jan'"),
    (User, "Name > 'a_b' and Name > 'abc'"),
    (User, "Name > 'ch' and Name > 'cz'"),
    (User, "Name > 'aa' and Name > 'ab'"),
    (User, "Name > 'll' and Name > 'lm' and Name > 'ly'"),
    (User, "Name > 'رضا' and Name > 'علی'"),
    (User, "Name > 'Ik' and Name > 'ia'"),
    # `like` is another order
    (User, "Name = 'ali' and Name like 'ali%'"),
    (User, "Name like 'ali%' and Name >= 'ali'"),
    (User, "Name >= '' and Name <> 'ali' and Name like '_%'"),
    (User, "Name like '_%' and Name like '%a%b%'"),
    (User, "Name = 'ali' and Name like 'b%'"),
    (User, "(Name like 'ahmad' or Name = 'a')"),
    (User, "Name like 'é%' and Name like 'e%'"),
    (User, "Name like 'a_' and Name like 'ab%'"),
    (User, "Name like 'ALI%' and Name like 'ali%'"),
    (User, "Name like 'y%' and Name like 'i%'"),
    # Different fields, and groups that nothing beside them decides
    (User, "Name = 'x' and Family = 'x'"),
    (User, "User_Id > 5 and (User_Id > 6 or Family = 'y')"),
    (User, "(Name = 'x' or Family = 'y') and (Name = 'x' or User_Id = 1)"),
]  # fmt: skip
"""Filters of which nothing is dropped."""


def written(filter: Filter[Any]) -> str | bool:
    """Return the text of a filter, or its constant."""
    return str(filter) if filter.constant is None else filter.constant


@pytest.mark.parametrize(("record", "text", "left"), SIMPLER)
def test_what_changes_nothing_is_dropped(record: type[Record], text: str, left: str | bool) -> None:
    assert written(parse(text, record).simplify()) == left


@pytest.mark.parametrize(("record", "text"), STAYS)
def test_what_may_matter_stays(record: type[Record], text: str) -> None:
    filter = parse(text, record)
    assert filter.simplify() == filter


def test_a_constant_filter_is_simple() -> None:
    everyone = User.User_Id.not_in([])
    assert everyone.simplify() is everyone


def test_no_operand_is_written_anew() -> None:
    text = "username = 'ahmad' and User_Id > 5 and User_Id > 3"
    tree = parse(text, User).simplify().tree
    assert tree == all_of(User.Username == "ahmad", User.User_Id > 5).tree
    assert [text[slice(*leaf.span or (0, 0))] for leaf in tree.operands] == ["username = 'ahmad'", "User_Id > 5"]  # type: ignore[union-attr]


def test_a_filter_is_negated_before_it_is_simplified() -> None:
    filter = (User.Name < "b") & (User.Name > "k")
    assert filter.simplify().constant is False
    assert (~filter).simplify() == ~filter  # the rows without a name are in neither


class Named(Record, service="named", key="Name"):
    """A record whose key is a text."""

    Name = TextField[Any]()
    Day = DateField[Any]()


class Keyless(Record, service="keyless"):
    """A record without a key."""

    Name = TextField[Any]()


class Dated(Record, service="dated", key="Day"):
    """A record whose key is a day."""

    Day = DateField[Any]()


def test_any_text_and_any_day_of_a_key_are_every_row() -> None:
    assert Named.Name.like("%").simplify().constant is True
    assert ((Named.Name < "علی") | (Named.Name >= "علی")).simplify().constant is True
    assert (Dated.Day >= "0000-00-00").simplify().constant is True
    assert (Named.Name >= "").simplify().constant is None
    assert (Named.Day >= "0000-00-00").simplify().constant is None


def test_without_a_key_nothing_is_every_row() -> None:
    assert Keyless.Name.like("%").simplify().constant is None
    assert ((Keyless.Name < "b") | (Keyless.Name >= "b")).simplify().constant is None


def test_many_values_take_milliseconds() -> None:
    assert len(User.User_Id.in_(range(20_000)).simplify().tree.operands) == 20_000  # type: ignore[union-attr]
    assert str(all_of(User.User_Id > n for n in range(5000)).simplify()) == "User_Id > 4999"
    assert str(any_of(User.Username == f"user{n % 10}" for n in range(5000)).simplify()).count("=") == 10
    above = all_of(User.User_Id > n for n in range(0, 12_000, 2))
    assert above.simplify() == above  # that many are not compared at all


def test_a_deep_filter_needs_no_recursion() -> None:
    filter: Filter[Any] = User.User_Id == 1
    for n in range(3000):
        filter = (filter | (User.User_Id == n)) & (User.Name != f"x{n}")
    assert filter.simplify() == filter


def test_what_a_comparison_decides_collapses_through_all_levels() -> None:
    filter: Filter[Any] = User.User_Id == 1
    for _ in range(200):
        filter = (filter | (User.Name == "x")) & (User.Name == "x")
    assert str(filter.simplify()) == "Name = 'x'"
