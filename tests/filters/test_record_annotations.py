"""Subclasses of a record in a module without `from __future__ import annotations`."""

from typing import Annotated, Any, ClassVar, Optional

import pytest
from pydantic import Field, PydanticUserError, ValidationError

from deltasib_query import InvalidRowError, User, parse
from deltasib_query.filters.fields import DecimalField


class Customer(User):
    note: str = "new"
    visits: Annotated[int, Field(ge=0)] = 0
    shown: ClassVar[bool] = True
    invited_by: Optional["Customer"] = None
    town: "Town | None" = None
    _seen: int = 0


class Town(User):
    name: str


def test_what_a_subclass_adds_is_read() -> None:
    row = Customer.from_row({"user_id": "5", "Note": "vip", "visits": 2, "invited_by": {"User_Id": 6}})
    assert (row.User_Id, row.note, row.visits, row.shown, row._seen) == (5, "vip", 2, True, 0)
    assert row.invited_by is not None
    assert row.invited_by.User_Id == 6
    assert row.model_fields_set == {"User_Id", "note", "visits", "invited_by"}


def test_a_name_that_is_defined_later_is_found() -> None:
    assert Customer.model_validate({"town": Town(name="Rasht")}).town == Town(name="Rasht")


def test_what_a_subclass_adds_is_validated() -> None:
    with pytest.raises(ValidationError, match="visits"):
        Customer.model_validate({"visits": -1})


def test_a_default_of_a_subclass_is_that_of_its_subclasses() -> None:
    with pytest.warns(UserWarning, match='"Username" in .* shadows'):

        class Guest(User):
            Username: str | None = "guest"  # pyright: ignore[reportAssignmentType]

    class Late(Guest):
        pass

    class Paying(Late):
        Price = DecimalField["Paying"]()

    kinds: list[type[User]] = [Guest, Late, Paying]
    for kind in kinds:
        assert kind.from_row({"User_Id": 5}).Username == "guest"
        assert str(kind.Username == "x") == "Username = 'x'"


def test_a_field_that_is_annotated_anew_has_that_type() -> None:
    with pytest.warns(UserWarning, match='"Username" in .* shadows'):

        class Named(User):
            Username: str  # pyright: ignore[reportAssignmentType]

    assert Named.from_row({"Username": "ali"}).Username == "ali"
    with pytest.raises(InvalidRowError, match="Field required"):
        Named.from_row({"User_Id": 5})


def test_an_unknown_argument_of_a_class_is_refused() -> None:
    with pytest.raises(TypeError, match="takes no keyword arguments"):

        class Misspelt(User, servce="user"):
            pass


def test_a_filter_of_a_subclass_is_one_of_its_base() -> None:
    assert parse("user_id = 5", Customer).matches(Customer.from_row({"User_Id": 5}))


def test_names_of_a_function_are_found() -> None:
    class Note(User):
        text: str

    class Noted(User):
        notes: list[Note]

    row: Any = Noted.model_validate({"notes": [{"text": "hello"}]})
    assert [note.text for note in row.notes] == ["hello"]


def test_a_name_that_is_nowhere_leaves_the_class_to_be_completed() -> None:
    class Lost(User):
        shown: ClassVar["Nowhere"]  # type: ignore[name-defined]  # noqa: F821
        place: "Nowhere"  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(PydanticUserError, match="`Lost` is not fully defined"):
        Lost.from_row({"place": 1})
    Lost.model_rebuild(_types_namespace={"Nowhere": int})
    assert Lost.from_row({"place": "1"}).place == 1
