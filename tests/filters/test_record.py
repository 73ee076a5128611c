"""Rows as servers answer them."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from deltasib_query import (
    InvalidRowError,
    OnlineRadiusUser,
    Record,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    parse,
)
from deltasib_query.service.objects import RECORDS


def test_a_row_has_the_values_of_its_fields() -> None:
    user = User.from_row({"User_Id": 5, "Username": "ali", "Name": "علی", "Family": "رضایی", "Address": "تهران"})
    assert (user.User_Id, user.Username, user.Name) == (5, "ali", "علی")
    assert (user.Family, user.Address) == ("رضایی", "تهران")


@pytest.mark.parametrize("key", ["User_Id", "user_id", "USER_ID", "uSER_iD"])
def test_keys_are_taken_in_any_case(key: str) -> None:
    assert User.from_row({key: 5}).User_Id == 5


def test_the_documented_case_wins_over_another_which_is_kept() -> None:
    user = User.from_row({"USER_ID": 1, "User_Id": 2, "user_id": 3})
    assert user.User_Id == 2
    assert user.model_extra == {"USER_ID": 1, "user_id": 3}


def test_the_rows_of_a_page_may_differ_in_their_keys() -> None:
    rows: list[dict[str, object]] = [
        {},
        {"user_id": 1, "name": "علی"},
        {"user_id": 2, "name": "رضا"},
        {"User_Id": 3},
        {"name": "x", "USER_ID": 4},
    ]
    users = User.from_rows(rows)
    assert [(user.User_Id, user.Name) for user in users] == [
        (None, None), (1, "علی"), (2, "رضا"), (3, None), (4, "x"),
    ]  # fmt: skip
    assert [user.model_extra for user in users] == [{}] * 5


def test_the_rows_of_a_page_may_have_their_keys_in_another_order() -> None:
    rows: list[dict[str, object]] = [
        {"name": "a", "family": "b"},
        {"family": "c", "name": "d"},
        {"family": "e", "address": "f"},
    ]
    users = User.from_rows(rows)
    assert [(user.Name, user.Family, user.Address) for user in users] == [
        ("a", "b", None), ("d", "c", None), (None, "e", "f"),
    ]  # fmt: skip


def test_a_row_is_not_changed_by_being_read() -> None:
    row = {"user_id": 1, "What": 2}
    assert User.from_row(row).model_extra == {"What": 2}
    assert row == {"user_id": 1, "What": 2}


@pytest.mark.parametrize("value", [5, "5", " 5 ", "005", 5.0])
def test_a_whole_number_may_be_text(value: object) -> None:
    assert User.from_row({"User_Id": value}).User_Id == 5


def test_a_number_may_have_thousands_commas() -> None:
    row = Service.from_row({"Service_Id": "9,234", "Price": "-1,500,000.50"})
    assert (row.Service_Id, row.Price) == (9234, Decimal("-1500000.50"))
    assert User.from_row({"User_Id": "56,789"}).User_Id == 56789


@pytest.mark.parametrize("value", ["1,23", "12,3456", "1234,567", "1,234,56", ",123", "1,,234"])
def test_other_commas_are_no_number(value: str) -> None:
    with pytest.raises(InvalidRowError):
        User.from_row({"User_Id": value})


@pytest.mark.parametrize("value", [True, False, "1e3", "NaN", "0x5", "۵", "5 6", "--5"])
def test_what_only_python_takes_for_a_number_is_none(value: object) -> None:
    for record, field in ((User, "User_Id"), (Service, "Price"), (UserCreditInfo, "ETrR")):
        with pytest.raises(InvalidRowError):
            record.from_row({field: value})


@pytest.mark.parametrize(("value", "price"), [("150000.50", "150000.50"), (150000, "150000"), ("0.10", "0.10")])
def test_money_is_exact(value: object, price: str) -> None:
    row = Service.from_row({"Price": value})
    assert str(row.Price) == price


def test_a_number_for_a_text_is_its_text() -> None:
    assert User.from_row({"Username": 9121234567}).Username == "9121234567"


def test_unlimited_is_ul() -> None:
    assert UserCreditInfo.from_row({"STiR": "UL"}).STiR == "UL"


def test_an_amount_may_have_thousands_commas() -> None:
    assert UserCreditInfo.from_row({"ETrR": "1,234,567"}).ETrR == 1234567


def test_an_amount_is_ul_or_a_number() -> None:
    with pytest.raises(InvalidRowError):
        UserCreditInfo.from_row({"ETrR": "plenty"})


@pytest.mark.parametrize(("value", "meant"), [("Yes", True), ("No", False), ("yes", True), ("NO", False)])
def test_yes_and_no_are_bools(value: str, meant: bool) -> None:
    assert Service.from_row({"ISEnable": value}).ISEnable is meant


def test_neither_yes_nor_no_is_no_row() -> None:
    with pytest.raises(InvalidRowError):
        Service.from_row({"ISEnable": "maybe"})


@pytest.mark.parametrize("value", ["0000-00-00", "", None])
def test_a_zero_date_is_no_day(value: object) -> None:
    assert UserPayment.from_row({"VoucherDate": value}).VoucherDate is None


@pytest.mark.parametrize("value", ["0000-00-00 00:00:00", "0000-00-00", "", None])
def test_a_zero_date_is_no_moment(value: object) -> None:
    assert UserServiceBase.from_row({"CancelDT": value}).CancelDT is None


@pytest.mark.parametrize("value", [0, 0.0, Decimal(0), "0"])
def test_a_zero_is_no_date(value: object) -> None:
    row = UserServiceBase.from_row({"EndDate": value, "CDT": value})
    assert (row.EndDate, row.CDT) == (None, None)


@pytest.mark.parametrize("value", [1, -1, 1612000000, 1.5, Decimal(5), float("nan"), True, False, [], {}])
@pytest.mark.parametrize("field", ["EndDate", "CDT"])
def test_any_other_number_is_no_date_that_can_be_read(field: str, value: object) -> None:
    with pytest.raises(InvalidRowError) as caught:
        UserServiceBase.from_row({field: value})
    assert caught.value.field == field


def test_the_dates_of_a_credit_are_dates() -> None:
    row = UserCreditInfo.from_row(
        {"StartDate": "2021-01-30", "EndDate": "2021-02-28 12:00:00", "CurrentDT": "2021/01/30 10:05", "GiftEndDT": ""}
    )
    assert (row.StartDate, row.EndDate) == (date(2021, 1, 30), datetime.fromisoformat("2021-02-28 12:00:00"))
    assert (row.CurrentDT, row.GiftEndDT) == (datetime.fromisoformat("2021-01-30 10:05:00"), None)
    assert row.EndDate is not None and row.CurrentDT is not None
    assert row.EndDate > row.CurrentDT


def test_a_bare_day_for_the_end_of_a_credit_is_its_midnight() -> None:
    row = UserCreditInfo.from_row({"EndDate": "2021-02-28", "GiftEndDT": "0000-00-00 00:00:00"})
    assert (row.EndDate, row.GiftEndDT) == (datetime.fromisoformat("2021-02-28 00:00:00"), None)


@pytest.mark.parametrize("field", ["StartDate", "EndDate", "CurrentDT", "GiftEndDT"])
@pytest.mark.parametrize("value", ["soon", "UL", 5, True, "1399"])
def test_what_is_no_date_of_a_credit_is_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidRowError):
        UserCreditInfo.from_row({field: value})


def test_a_day_is_a_date() -> None:
    assert UserPayment.from_row({"VoucherDate": "2021-01-30"}).VoucherDate == date(2021, 1, 30)


def test_a_day_may_be_a_date_already() -> None:
    moment = datetime.fromisoformat("2021-01-30T10:05:07")
    row = UserServiceBase.from_row({"EndDate": date(2021, 1, 30), "CDT": moment})
    assert (row.EndDate, row.CDT) == (date(2021, 1, 30), moment)


def test_a_day_may_have_slashes() -> None:
    row = UserServiceBase.from_row({"EndDate": "2021/01/30", "CDT": "2021/01/30 10:05:07"})
    assert (row.EndDate, row.CDT) == (date(2021, 1, 30), datetime.fromisoformat("2021-01-30T10:05:07"))


@pytest.mark.parametrize(
    "value", ["20210130", "5", "-1", "1.5", "2021-1-30", "x2021-01-30", "2021.01.30", "2021-02-30"]
)
@pytest.mark.parametrize("field", ["EndDate", "CDT"])
def test_what_is_not_written_as_a_day_is_no_day(field: str, value: str) -> None:
    with pytest.raises(InvalidRowError):
        UserServiceBase.from_row({field: value})


def test_a_moment_is_a_datetime() -> None:
    assert UserServiceBase.from_row({"CDT": "2021-01-30 04:05:06"}).CDT == datetime.fromisoformat("2021-01-30 04:05:06")


def test_an_empty_text_of_a_text_is_an_empty_text() -> None:
    assert User.from_row({"Name": ""}).Name == ""


def test_an_empty_text_of_anything_else_is_none() -> None:
    row = UserServiceBase.from_row({"Service_Id": "", "ServicePrice": "", "StartDate": "", "CDT": ""})
    assert (row.Service_Id, row.ServicePrice, row.StartDate, row.CDT) == (None, None, None, None)
    assert Service.from_row({"ISEnable": ""}).ISEnable is None
    assert UserCreditInfo.from_row({"ETrR": ""}).ETrR is None


@pytest.mark.parametrize("field", list(User.fields_by_name))
def test_null_is_none(field: str) -> None:
    assert getattr(User.from_row({field: None}), field) is None


def test_a_field_that_was_not_asked_for_is_none_and_not_set() -> None:
    user = User.from_row({"User_Id": 5, "Name": None})
    assert user.Username is None
    assert user.model_fields_set == {"User_Id", "Name"}


def test_unknown_keys_are_kept() -> None:
    extra = User.from_row({"User_Id": 5, "Mobile": "0912"}).model_extra
    assert extra == {"Mobile": "0912"}


def test_unknown_keys_keep_their_case() -> None:
    assert User.from_row({"mobile": 1, "MOBILE": 2}).model_extra == {"mobile": 1, "MOBILE": 2}


def test_reading_a_row_changes_nothing_in_it() -> None:
    row: dict[str, object] = {"user_id": "5"}
    User.from_row(row)
    assert row == {"user_id": "5"}


def test_a_row_cannot_be_changed() -> None:
    user = User.from_row({"User_Id": 5})
    with pytest.raises(ValidationError, match="frozen"):
        user.User_Id = 6


def test_a_row_that_its_field_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidRowError):
        User.from_row({"User_Id": "x"})


@pytest.mark.parametrize(
    ("record", "row", "field", "text"),
    [
        (User, {"user_id": "x"}, "User_Id", "user list: User_Id cannot hold a str: a number is needed, HTTP 200"),
        (
            UserCreditInfo,
            {"etrr": []},
            "ETrR",
            "user/creditinfo list: ETrR cannot hold a list: Input should be a valid integer, HTTP 200",
        ),
        (
            Service,
            {"Price": "x", "Service_Id": "y"},
            "Service_Id",
            "service list: Service_Id cannot hold a str: a number is needed, HTTP 200",
        ),
    ],
)
def test_the_first_field_that_cannot_hold_its_value_is_named_and_the_value_is_not(
    record: type[Record], row: dict[str, object], field: str, text: str
) -> None:
    with pytest.raises(InvalidRowError) as caught:
        record.from_row(row)
    assert (caught.value.field, str(caught.value)) == (field, text)


def test_of_several_rows_the_first_one_that_is_wrong_is_on_the_error() -> None:
    with pytest.raises(InvalidRowError) as caught:
        User.from_rows([{"User_Id": 1}, {"user_id": "x", "Name": "a"}, {"User_Id": "y"}])
    assert (caught.value.row, caught.value.field) == ({"User_Id": "x", "Name": "a"}, "User_Id")


def test_rows_are_equal_by_their_values() -> None:
    assert User.from_row({"user_id": "5"}) == User.from_row({"User_Id": 5})


@pytest.mark.parametrize(
    ("record", "key", "service_object"),
    [
        (User, "User_Id", "user"),
        (UserCreditInfo, "User_Id", "user/creditinfo"),
        (Service, "Service_Id", "service"),
        (OnlineRadiusUser, "Online_RadiusUser_Id", "radius"),
        (UserPayment, "User_Payment_Id", "User.payment"),
        (UserServiceBase, "User_ServiceBase_Id", "user.service.base"),
    ],
)
def test_a_record_names_its_key_and_object(record: type[Record], key: str, service_object: str) -> None:
    assert record.key.name == key
    assert record.service_object == service_object


@pytest.mark.parametrize("record", RECORDS)
def test_a_field_knows_its_record_and_name(record: type[Record]) -> None:
    for name, field in record.fields_by_name.items():
        assert (field.record, field.name) == (record, name)
        assert getattr(record, name) is field


def test_a_field_that_two_records_have_is_two_fields() -> None:
    fields: tuple[Any, Any] = (User.User_Id, OnlineRadiusUser.User_Id)
    assert fields[0] is not fields[1]


def test_what_is_answered_only_is_no_field_to_filter_by() -> None:
    assert list(UserCreditInfo.fields_by_name) == ["User_Id", "Username"]
    assert "ETrR" in UserCreditInfo.response_fields_by_name
    assert not UserCreditInfo.response_fields_by_name.keys() & UserCreditInfo.fields_by_name.keys()


def test_the_database_holds_zero_dates_labels_and_text() -> None:
    row = UserServiceBase.from_row(
        {
            "EndDate": "0000-00-00",
            "CancelDT": "0000-00-00 00:00:00",
            "CDT": "2021-01-30T10:00:00",
            "StartDate": "2021-01-30",
            "VAT": 0.1,
            "Off": "0.1",
        }
    )
    assert row.database_values() == {
        "EndDate": "0000-00-00",
        "CancelDT": "0000-00-00 00:00:00",
        "CDT": "2021-01-30 10:00:00",
        "StartDate": "2021-01-30",
        "VAT": 0.1,
        "Off": Decimal("0.1"),
    }
    choices = Service.from_row({"ISEnable": "no", "UserChoosable": "yes", "ServiceType": "Base", "Price": "1.50"})
    assert choices.database_values() == {
        "ISEnable": "No", "UserChoosable": "Yes", "ServiceType": "Base", "Price": Decimal("1.50"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({"EndDate": None, "CDT": None, "VAT": None}, {"EndDate": None, "CDT": None, "VAT": None}),
        ({"EndDate": "", "CDT": "", "VAT": ""}, {"EndDate": "0000-00-00", "CDT": "0000-00-00 00:00:00", "VAT": None}),
    ],
)
def test_the_database_holds_null_where_it_was_answered_and_the_zero_date_where_a_date_was_blank(
    row: dict[str, object], held: dict[str, object]
) -> None:
    assert UserServiceBase.from_row(row).database_values() == held


def test_what_the_database_holds_is_told_of_a_copy_and_of_a_pickle() -> None:
    row = UserServiceBase.from_row({"EndDate": "0000-00-00", "Off": 0.1})
    for other in (pickle.loads(pickle.dumps(row)), copy.deepcopy(row), row.model_copy()):
        assert other.database_values() == {"EndDate": "0000-00-00", "Off": 0.1}


def test_what_a_copy_changes_is_what_the_database_holds_of_it() -> None:
    row = UserServiceBase.from_row({"EndDate": "0000-00-00", "Off": 0.1})
    changed = row.model_copy(update={"EndDate": date(2021, 1, 30), "Off": Decimal(5)})
    assert changed.database_values() == {"EndDate": "2021-01-30", "Off": 5}
    assert (UserServiceBase.EndDate == "2021-01-30").matches(changed)


def test_what_the_database_holds_is_neither_shown_nor_compared_nor_written() -> None:
    row, same = UserServiceBase.from_rows([{"EndDate": "0000-00-00"}, {"EndDate": None}])
    assert row == same
    assert repr(row) == repr(same)
    assert row.model_dump() == same.model_dump()
    assert dict(row) == dict(same)


@pytest.mark.parametrize("moment", ["2021-01-30 10:05:07.5", "2021-01-30T10:05:07+03:30"])
def test_the_database_holds_a_moment_to_the_second_and_in_no_time_zone(moment: str) -> None:
    assert UserServiceBase.from_row({"CDT": moment}).database_value("CDT") == "2021-01-30 10:05:07"


@pytest.mark.parametrize("name", ["Name", "Nothing"])
def test_of_what_a_row_lacks_the_database_holds_nothing(name: str) -> None:
    row = User.from_row({"User_Id": 5})
    with pytest.raises(KeyError, match=name):
        row.database_value(name)
    assert row.database_values() == {"User_Id": 5}


@pytest.mark.parametrize("value", ["UL", "ul", " Ul "])
def test_unlimited_is_ul_in_any_case(value: str) -> None:
    assert UserCreditInfo.from_row({"ETrR": value}).ETrR == "UL"


class Customer(User, extra="ignore"):
    """A class of somebody's own, with the fields of its base."""

    note: str = "new"

    def greeting(self) -> str:
        return f"{self.Name} ({self.note})"


def test_a_row_of_a_subclass_is_one_of_its_base_with_what_it_adds() -> None:
    row = Customer.from_row({"user_id": "5", "NAME": "علی", "Note": "vip", "What": 1})
    assert (row.User_Id, row.greeting(), row.model_extra) == (5, "علی (vip)", None)
    assert (row.Username, row.model_fields_set) == (None, {"User_Id", "Name", "note"})
    assert Customer.from_row({}).note == "new"


def test_a_subclass_has_the_fields_of_its_base() -> None:
    assert Customer.fields_by_name is User.fields_by_name
    assert (Customer.User_Id, Customer.key) == (User.User_Id, User.User_Id)
    assert Customer.service_object == "user"
    assert str(parse("user_id = 5", Customer)) == "User_Id = 5"
    assert parse("Name = 'علی'", Customer).matches(Customer.from_row({"Name": "علی"}))


def test_a_subclass_of_a_subclass_or_of_two_bases_is_one_too() -> None:
    class Named:
        title = "Mr"

    class Client(Named, Customer):
        pass

    row = Client.from_row({"User_Id": 5})
    assert (row.User_Id, row.Name, row.note, row.title) == (5, None, "new", "Mr")
    assert Client.fields_by_name is User.fields_by_name


def test_a_subclass_keeps_what_is_answered_only() -> None:
    class Credit(UserCreditInfo):
        pass

    assert Credit.from_row({"User_Id": 5}).ETrR is None
    assert Credit.from_row({"ETrR": "1,234"}).ETrR == 1234
