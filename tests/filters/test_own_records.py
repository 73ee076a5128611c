"""Records of people's own: what a subclass is to filters, and which names a field can have."""

from __future__ import annotations

import pickle
import re
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from deltasib_query import (
    Comparison,
    Filter,
    FilterUsageError,
    Policy,
    Record,
    RecordMismatchError,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
    all_of,
    check,
    from_tree,
    parse,
)
from deltasib_query import testing as strategies
from deltasib_query.client.paging.query import check_filter
from deltasib_query.filters.fields import DecimalField, IntegerField, TextField, YesNoField
from deltasib_query.filters.response_fields import ResponseField
from deltasib_query.language.terminals import FIELD, terminals
from deltasib_query.service.objects import RECORDS


class Mine(User):
    """A subclass without a field of its own."""

    note: str = "new"

    def greeting(self) -> str:
        return f"Hello {self.Name}"


class MineToo(Mine):
    """One of such a subclass."""


class More(User):
    """A subclass with fields of its own."""

    Email = TextField[Any](64, doc="address")
    Blocked = YesNoField[Any]()
    Seen = ResponseField[str](str | None)


# Without fields of its own


@pytest.mark.parametrize("record", [Mine, MineToo])
def test_a_subclass_without_fields_is_its_base_to_filters(record: Any) -> None:
    typed, built = parse("User_Id = 5", record), record.User_Id == 5
    assert typed == built == parse("User_Id = 5", User)
    assert hash(typed) == hash(built) == hash(User.User_Id == 5)
    assert typed.record is built.record is User
    assert str(typed & (record.User_Id > 5)) == "User_Id = 5 and User_Id > 5"
    assert all_of([typed, User.User_Id > 5]) == typed & (record.User_Id > 5)
    assert from_tree(Comparison("user_id", "=", 5), record) == typed
    assert pickle.loads(pickle.dumps(typed)) == typed
    assert check("Usernme = 'x'", record) == check("Usernme = 'x'", User)


def test_a_list_takes_a_filter_of_a_subclass_without_fields() -> None:
    check_filter(parse("User_Id = 5", MineToo), User)


def test_a_filter_of_a_subclass_without_fields_matches_its_rows() -> None:
    row = Mine.from_row({"User_Id": 5, "Name": "علی"})
    assert (row.greeting(), row.note) == ("Hello علی", "new")
    assert parse("Name = 'علی'", Mine).matches(row)
    assert (User.Name == "علی").matches(row)


def test_a_policy_of_a_subclass_without_fields_is_one_of_its_base() -> None:
    mine: Any = Mine
    policy = Policy(mine, scope=User.User_Id < 9, fields=[Mine.Name])
    assert policy == Policy(User, scope=mine.User_Id < 9, fields=[User.Name])
    assert policy.admit("Name = 'x'") == (User.Name == "x") & (User.User_Id < 9)
    assert Policy.from_json(policy.to_json(), Mine) == policy == pickle.loads(pickle.dumps(policy))


@pytest.mark.parametrize("record", [User, Mine])
def test_a_model_takes_a_filter_of_a_subclass_without_fields(record: Any) -> None:
    policy: Any = Policy(Mine, scope="all rows")

    class Search(BaseModel):
        filter: Annotated[Filter[record], policy]

    assert Search(filter="Name = 'x'").filter == (User.Name == "x")  # type: ignore[arg-type]


@settings(max_examples=5)
@given(st.data())
def test_random_rows_of_a_subclass_without_fields_have_what_those_of_its_base_have(data: st.DataObject) -> None:
    class Payment(UserPayment):
        pass

    assert data.draw(strategies.rows(Payment)).keys() == data.draw(strategies.rows(UserPayment)).keys()
    assert data.draw(strategies.filters(Payment)).record is UserPayment


# With fields of its own


def test_a_subclass_with_fields_keeps_those_of_its_base() -> None:
    assert list(More.fields_by_name) == [*User.fields_by_name, "Email", "Blocked"]
    assert list(More.response_fields_by_name) == ["Seen"]
    assert (More.key.name, More.service_object) == ("User_Id", "user")
    assert str(parse("user_id = 5 and email = 'x' and blocked = 'no'", More)) == (
        "User_Id = 5 and Email = 'x' and Blocked = 'No'"
    )


def test_every_field_of_a_subclass_with_fields_is_its_own() -> None:
    for name, field in More.fields_by_name.items():
        assert (field.record, field.name) == (More, name)
        assert getattr(More, name) is field
        assert pickle.loads(pickle.dumps(field)) is field
    assert User.User_Id.record is User
    assert str((More.User_Id > 5) & (More.Email == "x") & parse("Name = 'y'", More)) == (
        "User_Id > 5 and Email = 'x' and Name = 'y'"
    )


def test_a_subclass_with_fields_reads_all_of_them() -> None:
    row = More.from_row({"user_id": "5", "email": "a@b", "blocked": "no", "seen": "today"})
    assert (row.User_Id, row.Email, row.Blocked, row.Seen) == (5, "a@b", False, "today")
    assert ((More.User_Id == 5) & (More.Blocked == False)).matches(row)
    assert row.database_values() == {"User_Id": 5, "Email": "a@b", "Blocked": "No"}


def test_a_record_of_amounts_alone_compares_doubles_too() -> None:
    class Amounts(Record):
        Price = DecimalField[Any]()

    filter = Amounts.Price == Decimal("0.1000000000000000055")
    assert filter.matches({"Price": 0.1})
    assert filter.matches(Amounts.from_row({"price": 0.1}))
    assert not filter.matches(Amounts.from_row({"price": Decimal("0.1")}))


def test_a_subclass_of_a_record_without_a_key_may_have_fields() -> None:
    class Status(UserStatus):
        Note = TextField[Any]()

    assert str(Status.Note == "x") == "Note = 'x'"
    assert Status.from_row({"note": "x", "status_id": "5"}).Status_Id == 5


def test_a_subclass_with_fields_keeps_what_its_base_answers() -> None:
    class Credit(UserCreditInfo):
        Reseller_Id = IntegerField[Any]()

    assert Credit.response_fields_by_name.keys() == UserCreditInfo.response_fields_by_name.keys()
    assert Credit.from_row({"etrr": "5", "reseller_id": 1}).ETrR == 5


def test_a_subclass_with_fields_is_another_record() -> None:
    with pytest.raises(RecordMismatchError, match="filters of More and User cannot be combined"):
        (More.User_Id == 5) & (User.User_Id == 5)  # type: ignore[operator]
    with pytest.raises(RecordMismatchError):
        check_filter(More.User_Id == 5, User)
    assert (More.User_Id == 5) != (User.User_Id == 5)


def test_a_subclass_of_a_subclass_with_fields_has_them_all() -> None:
    class Most(More):
        Phone = TextField[Any]()

    assert list(Most.fields_by_name) == [*More.fields_by_name, "Phone"]
    assert str((Most.Phone == "1") & (Most.Email == "x") & (Most.User_Id == 5)).count("and") == 2


def test_a_field_that_another_record_has_is_copied() -> None:
    class Aliased(Record, service="x", key="Login"):
        Login = User.Username
        Again = User.Username

    assert str((Aliased.Login == "a") & (Aliased.Again == "b")) == "Login = 'a' and Again = 'b'"
    assert (User.Username.record, User.Username.name) == (User, "Username")


def test_a_class_of_two_records_is_refused() -> None:
    with pytest.raises(FilterUsageError, match="Both cannot be a record of both Service and User"):

        class Both(User, Service):
            pass


# Names


NO_NAMES = (
    "1=1 or x", "and", "AND", "Or", "like", "not", "NULL", "true", "False", "current_user", "a b", "a.b", "`a`", "a`",
    "'a'", "", " ", "1", "1a", "-a", "a-b", "a;", "a)", "نام", "ſ", "\u212a", "a\n", "a\x00", "_a", "__x__y",
)  # fmt: skip


def made(name: str, base: type[Record] = Record) -> type[Record]:
    """A record with one field of this name."""
    record: Any = type(Record)
    made: type[Record] = record("Made", (base,), {name: TextField[Any](), "__module__": __name__})
    return made


@pytest.mark.parametrize("base", [Record, User])
@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_cannot_be_a_field_s(base: type[Record], name: str) -> None:
    with pytest.raises(FilterUsageError, match="cannot be the name of a field") as caught:
        made(name, base)
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("name", ["key", "from_row", "json", "copy", "database_value", "model_fields"])
def test_what_a_record_has_for_something_else_cannot_be_a_field_s_name(name: str) -> None:
    with pytest.raises(FilterUsageError, match="a record has it for something else"):
        made(name)


@pytest.mark.parametrize("name", ["Username", "username", "USER_ID"])
def test_a_field_of_the_base_is_not_declared_again(name: str) -> None:
    with pytest.raises(FilterUsageError, match="already"):
        made(name, User)


def test_two_fields_do_not_differ_by_case_alone() -> None:
    with pytest.raises(FilterUsageError, match="there is Email already"):

        class Twice(Record):
            Email = TextField[Any]()
            email = TextField[Any]()


@given(st.text(max_size=6) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True))
def test_a_field_that_can_be_declared_can_be_typed(name: str) -> None:
    try:
        record = made(name)
    except FilterUsageError:
        return
    field = record.fields_by_name[name]
    assert parse(str(field == "x"), record) == (field == "x")


@given(st.text("aA_0=1 '\n\x00ſKی", max_size=4))
def test_a_name_is_what_the_grammar_has_for_one(name: str) -> None:
    assert bool(FIELD.fullmatch(name)) is bool(re.fullmatch(terminals()["FIELD"], name, re.ASCII))


def test_every_documented_name_is_one() -> None:
    assert all(made(name).fields_by_name for record in RECORDS for name in record.fields_by_name)


# Attributes


UNTYPED: Any = User


@pytest.mark.parametrize("record", [User, Mine, More, UserServiceBase])
@pytest.mark.parametrize("kind", ["field", "answer", "key"])
def test_a_field_is_not_assigned_to(record: Any, kind: str) -> None:
    name = {"field": next(iter(record.fields_by_name)), "answer": "ETrR", "key": "key"}[kind]
    of: Any = UserCreditInfo if kind == "answer" else record
    before = getattr(of, name)
    with pytest.raises(FilterUsageError, match=f"{name} is a field, not to be assigned to: `==` compares"):
        setattr(of, name, "ali")
    assert getattr(of, name) is before


def test_a_field_is_not_deleted() -> None:
    with pytest.raises(FilterUsageError, match=r"User\.Username is a field, and cannot be deleted"):
        del UNTYPED.Username
    with pytest.raises(AttributeError):
        del Mine.Username
    assert isinstance(User.Username, TextField)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Usernme", "Username"),
        ("username", "Username"),
        ("UserId", "User_Id"),
        ("user_id", "User_Id"),
        ("Adress", "Address"),
    ],
)
def test_a_misspelt_field_is_told_which_was_meant(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"^User has no {name}; did you mean {meant}\\?$"):
        getattr(User, name)
    with pytest.raises(AttributeError, match=f"did you mean {meant}"):
        setattr(User, name, "ali")
    assert not hasattr(User, name)


def test_an_answer_that_is_misspelt_is_told_too() -> None:
    with pytest.raises(AttributeError, match="did you mean ISFairService"):
        UserCreditInfo.IsFairServise  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_name_that_is_like_none_gets_no_suggestion() -> None:
    with pytest.raises(AttributeError, match=r"^User has no zzzz$"):
        UNTYPED.zzzz


def test_what_else_a_class_has_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Replaced(User):
        def greeting(self) -> str:
            return "hello"

    monkeypatch.setattr(Replaced, "greeting", lambda _: "salam")
    assert Replaced().greeting() == "salam"
