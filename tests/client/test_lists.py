"""The six lists of the service, asked of the sandbox, whose first rows are written out in its seed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from deltasib_query import (
    Client,
    OnlineRadiusUser,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    parse,
)

from .conftest import Requests


def test_users_by_a_filter_composed_in_code(isp: Client) -> None:
    chosen = (User.Family == "احمدی") & (User.User_Id < 9)
    assert [user.User_Id for user in isp.user.list(chosen)] == [3, 4]


def test_users_by_a_parsed_filter(isp: Client) -> None:
    assert [user.User_Id for user in isp.user.list(parse(r"username LIKE 'SARA\_%' and User_Id < 9", User))] == [3]


def test_the_values_of_a_user(isp: Client) -> None:
    user = isp.user.list(User.User_Id == 5).one()
    assert (user.Username, user.Name, user.Family, user.Address) == (
        "conor.oreilly",
        "Conor",
        "O'Reilly",
        "Flat 50%, Main_Street",
    )


def test_a_null_is_none_and_an_empty_text_is_empty(isp: Client) -> None:
    assert [user.Address for user in isp.user.list(User.User_Id.in_([3, 4]))] == [None, ""]


def test_all_documented_fields_are_asked_for_unless_some_are_named(isp: Client, requests: Requests) -> None:
    isp.user.list().first()
    assert requests[-1] == "GET user list Field=User_Id,Username,Name,Family,Address LimitFrom=0 LimitCount=1"


def test_named_fields_are_asked_for_behind_the_key(isp: Client, requests: Requests) -> None:
    isp.user.list(fields=[User.Family, User.Username]).first()
    assert requests[-1] == "GET user list Field=User_Id,Family,Username LimitFrom=0 LimitCount=1"


def test_a_field_named_twice_is_asked_for_once(isp: Client, requests: Requests) -> None:
    isp.user.list(fields=[User.Name, User.User_Id, User.Name]).first()
    assert "Field=User_Id,Name " in requests[-1]


def test_no_named_fields_ask_for_the_key(isp: Client) -> None:
    user = isp.user.list(fields=[], limit=1).one()
    assert user.model_fields_set == {"User_Id"}


def test_what_was_not_asked_for_is_none_and_unset(isp: Client) -> None:
    user = isp.user.list(User.User_Id == 1, fields=[User.Username]).one()
    assert (user.Username, user.Name, user.model_fields_set) == ("ali", None, {"User_Id", "Username"})


def test_the_key_is_always_there(isp: Client) -> None:
    assert [user.User_Id for user in isp.user.list(fields=[User.Name], limit=3)] == [1, 2, 3]


def test_fields_can_come_from_a_generator_and_the_listing_be_walked_twice(isp: Client) -> None:
    listing = isp.user.list(fields=(field for field in [User.Name]), limit=1)
    assert [row.model_fields_set for row in [*listing, *listing]] == [{"User_Id", "Name"}] * 2


def test_tariffs_by_a_composed_filter(isp: Client) -> None:
    chosen = (Service.ISEnable == False) & (Service.Service_Id <= 4)
    assert [tariff.ServiceName for tariff in isp.service.list(chosen)] == ["Static_IP"]


def test_tariffs_by_a_parsed_filter(isp: Client) -> None:
    chosen = parse("ServiceType = 'extracredit' and Price >= 25000 and Service_Id < 5", Service)
    assert [tariff.Service_Id for tariff in isp.service.list(chosen)] == [4]


def test_the_values_of_a_tariff(isp: Client) -> None:
    tariff = isp.service.list(Service.Service_Id == 2).one()
    assert (tariff.ServiceName, tariff.Description, tariff.Price, tariff.ServiceType) == (
        "ADSL 16M سه\u200cماهه",
        "",
        Decimal("420000.50"),
        "Base",
    )
    assert (tariff.ISEnable, tariff.UserChoosable, tariff.ResellerChoosable) == (True, False, True)


def test_who_is_online_by_a_composed_filter(isp: Client) -> None:
    session = isp.radius.list(OnlineRadiusUser.NasPortId == "ETH 1/0/12:100").one()
    assert (session.Online_RadiusUser_Id, session.User_Id, session.Nas_Id) == (1, 1, 3)


def test_who_is_online_by_a_parsed_filter(isp: Client) -> None:
    chosen = parse("Online_RadiusUser_Id = 1 and Nas_Id = 3", OnlineRadiusUser)
    assert isp.radius.list(chosen, fields=[OnlineRadiusUser.NasPortId]).one().NasPortId == "eth 1/0/12:100"


def test_the_payments_of_a_user(isp: Client, requests: Requests) -> None:
    assert [payment.User_Payment_Id for payment in isp.user_payment.list(user_id=1)] == [1, 2, 3]
    assert requests[1].startswith("GET User.payment list User_Id=1 Field=User_Payment_Id,Creator_Id,")


def test_payments_by_a_composed_filter(isp: Client) -> None:
    assert [payment.Price for payment in isp.user_payment.list(UserPayment.Price < 0, user_id=1)] == [
        Decimal("-1200.50")
    ]


def test_payments_by_a_parsed_filter(isp: Client) -> None:
    chosen = parse("User_PaymentCD >= '2021-01-15' and PaymentType <> 'Other'", UserPayment)
    assert [payment.User_Payment_Id for payment in isp.user_payment.list(chosen, user_id=1)] == [3]


def test_the_values_of_a_payment(isp: Client) -> None:
    payment = isp.user_payment.list(user_id=1, limit=1).one()
    assert (payment.User_PaymentCD, payment.VoucherDate, payment.VoucherNo, payment.BankBranchNo) == (
        datetime.fromisoformat("2021-01-10 09:30:00"),
        date(2021, 1, 9),
        "001234",
        "0042",
    )


def test_a_zero_date_is_none(isp: Client) -> None:
    assert isp.user_payment.list(UserPayment.User_Payment_Id == 2, user_id=1).one().VoucherDate is None


def test_the_base_services_of_a_user_by_id(isp: Client, requests: Requests) -> None:
    assert [row.ServiceStatus for row in isp.user_service_base.list(user_id=1)] == [
        "Used",
        "Active",
        "Pending",
        "Cancel",
    ]
    assert requests[1].startswith("GET user.service.base list User_Id=1 Field=")


def test_the_base_services_of_a_user_by_name(isp: Client, requests: Requests) -> None:
    assert [row.User_ServiceBase_Id for row in isp.user_service_base.list(username="ali")] == [1, 2, 3, 4]
    assert requests[1].startswith("GET user.service.base list Username=ali Field=")


def test_base_services_by_a_composed_filter(isp: Client) -> None:
    chosen = (UserServiceBase.EndDate > date(2021, 1, 1)) | (UserServiceBase.ReturnPrice > 0)
    assert [row.User_ServiceBase_Id for row in isp.user_service_base.list(chosen, user_id=1)] == [2, 4]


def test_base_services_by_a_parsed_filter(isp: Client) -> None:
    chosen = parse("ServiceStatus = 'Active'", UserServiceBase)
    row = isp.user_service_base.list(chosen, username="ALI").one()
    assert (row.StartDate, row.EndDate, row.ExtraDay, row.PayPrice, row.Off) == (
        date(2021, 1, 10),
        date(2021, 4, 10),
        2,
        Decimal("400000.50"),
        Decimal(5),
    )


def test_the_credit_of_a_user_by_id(isp: Client, requests: Requests) -> None:
    credit = isp.user.credit_info(user_id=1).one()
    assert (credit.User_Id, credit.Username, credit.ServiceStatus, credit.EndDate) == (
        1,
        "ali",
        "Active",
        datetime.fromisoformat("2021-04-10 12:00:00"),
    )
    assert credit.EndDate is not None and credit.CurrentDT is not None
    assert credit.EndDate - credit.CurrentDT == timedelta(days=68)
    assert requests[-1] == "GET user creditinfo User_Id=1 Field=* LimitFrom=0 LimitCount=1"


def test_the_credit_of_users_by_a_composed_filter(isp: Client, requests: Requests) -> None:
    assert isp.user.credit_info(filter=UserCreditInfo.Username == "ALI").one().User_Id == 1
    assert " User_Id=0 Filter=Username = 'ALI' Field=* " in requests[1]


def test_the_credit_of_users_by_a_parsed_filter(isp: Client) -> None:
    found = isp.user.credit_info(filter=parse("User_Id >= 199", UserCreditInfo))
    assert [credit.User_Id for credit in found] == [199, 200]


def test_amounts_with_commas_are_numbers(isp: Client) -> None:
    credit = isp.user.credit_info(user_id=1).one()
    assert isinstance(credit.STrR, int) and isinstance(credit.STrU, int)
    assert credit.STrR + credit.STrU == credit.STrA == 90 * 10**9


def test_a_user_without_an_active_service_has_no_status(isp: Client) -> None:
    without = next(credit for credit in isp.user.credit_info(filter=UserCreditInfo.User_Id > 0) if not credit.ETrA)
    assert (without.ServiceStatus, without.STiR, without.EndDate) == (None, None, None)
    assert without.CurrentDT == datetime.fromisoformat("2021-02-01 12:00:00")
