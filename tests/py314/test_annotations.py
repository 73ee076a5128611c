"""Annotations that name, without quotes, what is not there yet: Python 3.14 puts them off (PEP 649)."""

from typing import TYPE_CHECKING, ClassVar

import pytest
from pydantic import PydanticUserError

from deltasib_query import User
from deltasib_query.filters.fields import IntegerField
from deltasib_query.filters.record import Record

if TYPE_CHECKING:
    from fractions import Fraction


class Customer(User):
    invited_by: Customer | None = None
    town: Town | None = None
    share: ClassVar[Fraction]


class Town(User):
    name: str


class Tariff(Record, service="tariff", key="Tariff_Id"):
    Tariff_Id = IntegerField["Tariff"]()
    town: Town | None = None
    after: Tariff | None = None


class Ratio(User):
    share: Fraction


def test_a_class_names_itself_and_a_later_one() -> None:
    row = Customer.from_row({"User_Id": 5, "invited_by": {"User_Id": 6, "town": {"name": "Rasht"}}})
    assert row == Customer(User_Id=5, invited_by=Customer(User_Id=6, town=Town(name="Rasht")))


def test_a_record_with_fields_of_its_own_names_them_too() -> None:
    row = Tariff.from_row({"Tariff_Id": "5", "town": {"name": "Rasht"}, "after": {"Tariff_Id": 4}})
    assert row == Tariff(Tariff_Id=5, town=Town(name="Rasht"), after=Tariff(Tariff_Id=4))
    assert str(Tariff.Tariff_Id > 5) == "Tariff_Id > 5"


def test_classes_of_a_function_name_each_other() -> None:
    class Parent(User):
        children: list[Child] = []  # noqa: RUF012 - pydantic copies it

    class Child(User):
        parent: Parent | None = None

    assert Parent.from_row({"children": [{"parent": {"User_Id": 5}}]}).children[0].parent == Parent(User_Id=5)


def test_a_name_for_type_checkers_leaves_the_class_to_be_completed() -> None:
    with pytest.raises(PydanticUserError, match="`Ratio` is not fully defined"):
        Ratio.from_row({"share": "1/2"})
    Ratio.model_rebuild(_types_namespace={"Fraction": str})
    assert Ratio.from_row({"share": "1/2"}).share == "1/2"
