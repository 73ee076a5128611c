"""Every action of the guide: what its method sends, and what comes of the response, in both clients."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from deltasib_query import (
    InvalidRowError,
    OnlineRadiusUser,
    Service,
    UnexpectedResponseError,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
)

from .conftest import Ask, Call, Start
from .scripted import DONE, always, as_json

FIRST_PAGE = {"LimitFrom": "0", "LimitCount": "100"}
USER_FIELDS = "User_Id,Username,Name,Family,Address"
SERVICE_FIELDS = (
    "Service_Id,ServiceName,Description,Price,ServiceType,ISEnable,UserChoosable,ResellerChoosable"  # the guide's order
)
RADIUS_FIELDS = "Online_RadiusUser_Id,User_Id,Nas_Id,NasPortId"
PAYMENT_FIELDS = (
    "User_Payment_Id,Creator_Id,User_PaymentCD,PaymentType,Price,Paybalance,VoucherNo,VoucherDate,BankBranchName,"
    "BankBranchNo,Comment,Terminal_Id,Currency_Id,PriceINCurrency"
)
SERVICE_BASE_FIELDS = (
    "User_ServiceBase_Id,Service_Id,CDT,StartDate,EndDate,ServiceStatus,PayPlan,ServicePrice,PayPrice,CancelDT,"
    "ReturnPrice,ExtraDay,VAT,Off,Visibility,ActiveTime,AffectTime"
)

READS: dict[str, tuple[Call, str, dict[str, str]]] = {
    "user list": (
        lambda isp: isp.user.list(User.Username == "ali"),
        "/1.0/user/",
        {"Action": "list", "Filter": "Username = 'ali'", "Field": USER_FIELDS, **FIRST_PAGE},
    ),
    "user creditinfo": (
        lambda isp: isp.user.credit_info(user_id=7),
        "/1.0/user/",
        {"Action": "creditinfo", "User_Id": "7", "Field": "*", "LimitFrom": "0", "LimitCount": "1"},
    ),
    "user creditinfo by filter": (
        lambda isp: isp.user.credit_info(filter=UserCreditInfo.Username == "ali"),
        "/1.0/user/",
        {"Action": "creditinfo", "User_Id": "0", "Filter": "Username = 'ali'", "Field": "*", **FIRST_PAGE},
    ),
    "service list": (
        lambda isp: isp.service.list(Service.ISEnable == True, limit=5),
        "/1.0/service/",
        {"Action": "list", "Filter": "ISEnable = 'Yes'", "Field": SERVICE_FIELDS, "LimitFrom": "0", "LimitCount": "5"},
    ),
    "radius list": (
        lambda isp: isp.radius.list(start=3, page_size=20),
        "/1.0/radius/",
        {"Action": "list", "Field": RADIUS_FIELDS, "LimitFrom": "3", "LimitCount": "20"},
    ),
    "User.payment list": (
        lambda isp: isp.user_payment.list(UserPayment.Price > 0, user_id=7),
        "/1.0/User.payment/",
        {"Action": "list", "User_Id": "7", "Filter": "Price > 0", "Field": PAYMENT_FIELDS, **FIRST_PAGE},
    ),
    "user.service.base list by id": (
        lambda isp: isp.user_service_base.list(user_id=7),
        "/1.0/user.service.base/",
        {"Action": "list", "User_Id": "7", "Field": SERVICE_BASE_FIELDS, **FIRST_PAGE},
    ),
    "user.service.base list by name": (
        lambda isp: isp.user_service_base.list(UserServiceBase.ExtraDay > 0, username="علی", fields=[]),
        "/1.0/user.service.base/",
        {"Action": "list", "Username": "علی", "Filter": "ExtraDay > 0", "Field": "User_ServiceBase_Id", **FIRST_PAGE},
    ),
}
STATUS_READS: dict[str, tuple[Call, str, dict[str, str]]] = {
    "user.status currentstatus by name": (
        lambda isp: isp.user_status.current_status(username="ali&co"),
        "/1.0/user.status/",
        {"Action": "currentstatus", "Username": "ali&co"},
    ),
    "user.status currentstatus by id": (
        lambda isp: isp.user_status.current_status(user_id=7),
        "/1.0/user.status/",
        {"Action": "currentstatus", "User_Id": "7"},
    ),
}
WRITES: dict[str, tuple[Call, str, str, dict[str, str]]] = {
    "user add": (
        lambda isp: isp.user.add("ali", "p&ss+word", name="علی", family=""),
        "POST",
        "/1.0/user/",
        {"Action": "add", "Username": "ali", "Password": "p&ss+word", "Name": "علی", "Family": ""},
    ),
    "user add of what is needed": (
        lambda isp: isp.user.add("ali", "secret"),
        "POST",
        "/1.0/user/",
        {"Action": "add", "Username": "ali", "Password": "secret"},
    ),
    "user.status add by names": (
        lambda isp: isp.user_status.add(username="ali", status_name="غیر فعال"),
        "PUT",
        "/1.0/user.status/",
        {"Action": "add", "Username": "ali", "Status_Name": "غیر فعال"},
    ),
    "user.status add by ids": (
        lambda isp: isp.user_status.add(user_id=7, status_id=3),
        "PUT",
        "/1.0/user.status/",
        {"Action": "add", "User_Id": "7", "Status_Id": "3"},
    ),
    "radius disconnect": (
        lambda isp: isp.radius.disconnect((OnlineRadiusUser.Nas_Id == 3) & (OnlineRadiusUser.User_Id < 9)),
        "DELETE",
        "/1.0/radius/",
        {"Action": "disconnet", "Filter": "Nas_Id = 3 and User_Id < 9"},
    ),
    "User.payment add": (
        lambda isp: isp.user_payment.add(
            7,
            1,
            -150_000,
            42_000,
            payment_type="Cheque",
            voucher_no="001234",
            voucher_date=date(2021, 1, 30),
            bank_branch_name="ملت",
            bank_branch_no="42/7",
            comment="x=1",
        ),
        "POST",
        "/1.0/User.payment/",
        {
            "Action": "add",
            "User_Id": "7",
            "Currency_Id": "1",
            "PriceINCurrency": "-150000",
            "ExchangeRate": "42000",
            "PaymentType": "Cheque",
            "DateType": "Gregorian",
            "VoucherNo": "001234",
            "VoucherDate": "2021-01-30",
            "BankBranchName": "ملت",
            "BankBranchNo": "42/7",
            "Comment": "x=1",
        },
    ),
    "User.payment add of what is needed": (
        lambda isp: isp.user_payment.add(7, 1, 5, 2),
        "POST",
        "/1.0/User.payment/",
        {"Action": "add", "User_Id": "7", "Currency_Id": "1", "PriceINCurrency": "5", "ExchangeRate": "2"},
    ),
    "user.service.base add": (
        lambda isp: isp.user_service_base.add(7, 12, pay_price=Decimal("150000.50"), pay_plan="PrePaid"),
        "POST",
        "/1.0/user.service.base/",
        {"Action": "add", "User_Id": "7", "Service_Id": "12", "PayPrice": "150000.50", "PayPlan": "PrePaid"},
    ),
    "user.service.base add of what is needed": (
        lambda isp: isp.user_service_base.add(user_id=7, service_id=12),
        "POST",
        "/1.0/user.service.base/",
        {"Action": "add", "User_Id": "7", "Service_Id": "12"},
    ),
    "user.service.base cancel": (
        lambda isp: isp.user_service_base.cancel(31),
        "PUT",
        "/1.0/user.service.base/",
        {"Action": "cancel", "User_ServiceBase_Id": "31"},
    ),
}


@pytest.mark.parametrize("name", [*READS, *STATUS_READS])
def test_a_read_is_a_get_with_a_query(start: Start, ask: Ask, name: str) -> None:
    call, path, parameters = (READS | STATUS_READS)[name]
    server = start(always(as_json({"Status_Id": 1} if name in STATUS_READS else [])))
    ask(server.url, call)
    [asked] = server.calls
    assert (asked.method, asked.path, asked.parameters, asked.body) == ("GET", path, parameters, "")


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_a_form_under_its_method(start: Start, ask: Ask, name: str) -> None:
    call, method, path, parameters = WRITES[name]
    server = start(always(DONE))
    ask(server.url, call)
    [asked] = server.calls
    assert (asked.method, asked.path, asked.parameters, asked.query) == (method, path, parameters, "")


@pytest.mark.parametrize("name", WRITES)
def test_a_write_says_that_it_is_a_form(start: Start, ask: Ask, name: str) -> None:
    server = start(always(DONE))
    ask(server.url, WRITES[name][0])
    assert server.calls[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", [*READS, *STATUS_READS, *WRITES])
def test_every_action_carries_the_token_in_the_header_alone(start: Start, ask: Ask, name: str) -> None:
    server = start(always(DONE if name in WRITES else as_json({"Status_Id": 1} if name in STATUS_READS else [])))
    ask(server.url, (READS | STATUS_READS | WRITES)[name][0])
    [asked] = server.calls
    assert asked.headers["Authorization"] == "Bearer token1"
    assert "token1" not in asked.query + asked.body


@pytest.mark.parametrize("name", WRITES)
def test_a_write_returns_nothing(start: Start, ask: Ask, name: str) -> None:
    assert ask(start(always(DONE)).url, WRITES[name][0]) is None


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("answer", [{"status": 0}, {}, []])
def test_a_write_that_is_not_done_raises(start: Start, ask: Ask, name: str, answer: object) -> None:
    call, _method, path, _parameters = WRITES[name]
    with pytest.raises(UnexpectedResponseError, match="`status` 1 is documented") as caught:
        ask(start(always(as_json(answer))).url, call)
    error = caught.value
    assert (error.code, error.status, f"/1.0/{error.object}/") == (None, 200, path)


def test_a_disconnection_that_is_not_done_is_named_by_its_documented_name(start: Start, ask: Ask) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"^radius disconnect: "):
        ask(start(always(as_json([]))).url, lambda isp: isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3))


def test_a_write_whose_status_is_text_is_done(start: Start, ask: Ask) -> None:
    assert ask(start(always(as_json({"status": "1"}))).url, lambda isp: isp.user_service_base.cancel(31)) is None


def test_a_write_is_sent_once(start: Start, ask: Ask) -> None:
    server = start(always(as_json({"status": 0})))
    with pytest.raises(UnexpectedResponseError):
        ask(server.url, lambda isp: isp.user.add("ali", "secret"))
    assert len(server.calls) == 1


STATUS: Call = lambda isp: isp.user_status.current_status(user_id=7)  # noqa: E731


@pytest.mark.parametrize(
    "answer",
    [
        {"Status_Id": 3, "Status_Name": "فعال"},
        {"status_id": "3", "status_name": "فعال"},
        {"STATUS_ID": 3, "STATUS_NAME": "فعال"},
    ],
)
def test_the_status_of_a_customer(start: Start, ask: Ask, answer: object) -> None:
    status = ask(start(always(as_json(answer))).url, STATUS)
    assert isinstance(status, UserStatus)
    assert (status.Status_Id, status.Status_Name) == (3, "فعال")


def test_a_status_without_a_name(start: Start, ask: Ask) -> None:
    status = ask(start(always(as_json({"Status_Id": 3, "Status_Name": None}))).url, STATUS)
    assert (status.Status_Id, status.Status_Name) == (3, None)


@pytest.mark.parametrize("answer", [[], [{"Status_Id": 3}], None, 3, "Active"])
def test_a_status_of_another_shape_is_unexpected(start: Start, ask: Ask, answer: object) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"^user\.status currentstatus: an object is documented, not "):
        ask(start(always(as_json(answer))).url, STATUS)


def test_a_status_that_is_no_number(start: Start, ask: Ask) -> None:
    with pytest.raises(InvalidRowError, match="Status_Id cannot hold a str: ") as caught:
        ask(start(always(as_json({"Status_Id": "three"}))).url, STATUS)
    assert (caught.value.field, caught.value.row) == ("Status_Id", {"Status_Id": "three"})


def test_a_list_is_read_as_its_records(start: Start, ask: Ask) -> None:
    row = {"online_radiususer_id": "5", "User_Id": 7, "Nas_Id": None, "NASPORTID": "eth0"}
    [session] = ask(start(always(as_json([row]))).url, lambda isp: isp.radius.list(limit=1))
    assert isinstance(session, OnlineRadiusUser)
    assert (session.Online_RadiusUser_Id, session.User_Id, session.Nas_Id, session.NasPortId) == (5, 7, None, "eth0")
