"""The six lists of the service, field by field, in the guide's order.

Names are the guide's. Lengths, ranges and enumerations are [wild]: seen in a public copy of the vendor's panel
(5.22), where the guide says nothing. Byte and second counts are the guide's for GiftExtraTr, ETrR, ETrU, ETiR
and ETiU, and [inferred] for their families.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, KeyField, TextField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.filters.response_fields import DAY, INTEGER, MOMENT, TEXT, YES_NO, ResponseField, amount


def _text(doc: str = "") -> ResponseField[str]:
    return ResponseField(TEXT, doc)


def _moment(doc: str) -> ResponseField[datetime]:
    return ResponseField(MOMENT, doc)


class User(Record, service="user", key="User_Id"):
    """A customer: `user list`.

    >>> str(User.Username == "ali")
    "Username = 'ali'"
    """

    User_Id = KeyField[Any](doc="the customer's id")
    Username = TextField[Any](32, doc="letters, digits and -_.=:@ [wild]")
    Name = TextField[Any](32, doc="given name, may be empty")
    Family = TextField[Any](32, doc="family name, may be empty")
    Address = TextField[Any](255, doc="address, may be empty")


class UserCreditInfo(Record, service="user/creditinfo", key="User_Id"):
    """What a customer has left: `user creditinfo`. Filtered by id and name; the rest is in responses only [inferred].

    The guide's list of what a response has lacks `User_Id`, so a row may lack it too [guide].

    Dates and moments are the server's, in the Gregorian calendar [wild].

    >>> credit = UserCreditInfo.from_row(
    ...     {"ETrR": "1,234,567", "EndDate": "2021-02-28 12:00:00", "CurrentDT": "2021-01-30 10:05:07"}
    ... )
    >>> credit.ETrR, (credit.EndDate - credit.CurrentDT).days
    (1234567, 29)
    """

    User_Id = IntegerField[Any](doc="the customer's id")
    Username = TextField[Any](32, doc="letters, digits and -_.=:@ [wild]")

    ServiceStatus = _text("Active, or none where the customer has no active service")
    ServiceName = _text("name of the active service")
    StartDate = ResponseField[date](DAY, "first day of the service")
    ServiceFreeTrU = amount()
    ServiceBufferTr = amount()
    Period = _text("length of the service in years, months and days")
    EndDate = _moment("end of the service: its last day, with the hour")
    CurrentDT = _moment("the server's clock")
    User_Gift_Id = amount("id of the gift given with the service")
    GiftEndDT = _moment("end of the gift")
    GiftTrafficRate = _text("traffic rate of the gift")
    GiftTimeRate = _text("time rate of the gift")
    GiftExtraTr = amount("extra traffic of the gift, bytes")
    GiftStopOnTrFinish = ResponseField[bool](YES_NO, "Yes: the gift ends with its traffic")
    GiftExtraTi = amount("extra time of the gift, seconds [inferred; the guide says traffic]")
    GiftMikrotikRate = _text("bandwidth of the gift")
    ETrR = amount("extra traffic left, bytes")
    ETrU = amount("extra traffic used, bytes")
    ETrA = amount("extra traffic given in all, bytes")
    STrR = amount("service traffic left, bytes")
    STrU = amount("service traffic used, bytes")
    STrA = amount("service traffic in all, bytes")
    ReturnTr = amount("traffic returned to the customer, bytes")
    YTrR = amount("yearly traffic left, bytes")
    YTrU = amount("yearly traffic used, bytes")
    YTrA = amount("yearly traffic in all, bytes")
    MTrR = amount("monthly traffic left, bytes")
    MTrU = amount("monthly traffic used, bytes")
    MTrA = amount("monthly traffic in all, bytes")
    WTrR = amount("weekly traffic left, bytes")
    WTrU = amount("weekly traffic used, bytes")
    WTrA = amount("weekly traffic in all, bytes")
    DTrR = amount("daily traffic left, bytes")
    DTrU = amount("daily traffic used, bytes")
    DTrA = amount("daily traffic in all, bytes")
    ETiR = amount("extra time left, seconds")
    ETiU = amount("extra time used, seconds")
    ETiA = amount("extra time given in all, seconds")
    STiR = amount('service time left, seconds; "UL" is unlimited')
    STiU = amount("service time used, seconds")
    STiA = amount("service time in all, seconds")
    YTiR = amount("yearly time left, seconds")
    YTiU = amount("yearly time used, seconds")
    YTiA = amount("yearly time in all, seconds")
    MTiR = amount("monthly time left, seconds")
    MTiU = amount("monthly time used, seconds")
    MTiA = amount("monthly time in all, seconds")
    WTiR = amount("weekly time left, seconds")
    WTiU = amount("weekly time used, seconds")
    WTiA = amount("weekly time in all, seconds")
    DTiR = amount("daily time left, seconds")
    DTiU = amount("daily time used, seconds")
    DTiA = amount("daily time in all, seconds")
    RealReceiveTr = amount("traffic really received, bytes")
    RealSendTr = amount("traffic really sent, bytes")
    BugUsedTr = amount()
    FinishUsedTr = amount("traffic used on the address given after the end, bytes")
    RealUsedTime = amount("time really used, seconds")
    BugUsedTi = amount()
    FinishUsedTi = amount("time used on the address given after the end, seconds")
    FairMikrotikRate = _text("bandwidth once fair use has set in")
    ISFairService = ResponseField[bool](YES_NO, "Yes once fair use has set in")
    UPFairStatus = _text()


class UserStatus(Record, service="user.status"):
    """The status of a customer: `user.status currentstatus`."""

    Status_Id = ResponseField[int](INTEGER, "the status' id")
    Status_Name = _text("the status' name")


class Service(Record, service="service", key="Service_Id"):
    """A tariff: `service list`.

    >>> str(Service.ISEnable == True)
    "ISEnable = 'Yes'"
    """

    Service_Id = KeyField[Any](doc="the tariff's id")
    ServiceName = TextField[Any](128, doc="name")
    Description = TextField[Any](254, doc="description")
    Price = DecimalField[Any](doc="price")
    ServiceType = ChoiceField[Any]("Base", "IP", "ExtraCredit", "Other", doc="what it sells [wild]")
    ISEnable = YesNoField[Any](doc="in use")
    UserChoosable = YesNoField[Any](doc="customers may choose it")
    ResellerChoosable = YesNoField[Any](doc="resellers may choose it")


class OnlineRadiusUser(Record, service="radius", key="Online_RadiusUser_Id"):
    """Who is online: `radius list`.

    >>> str(OnlineRadiusUser.Nas_Id == 3)
    'Nas_Id = 3'
    """

    Online_RadiusUser_Id = KeyField[Any](doc="the session's id")
    User_Id = IntegerField[Any](doc="the customer's id")
    Nas_Id = IntegerField[Any](doc="the access server's id")
    NasPortId = TextField[Any](doc="port of the access server; its type is not known, so it is quoted")


class UserPayment(Record, service="User.payment", key="User_Payment_Id"):
    """A payment of a customer: `User.payment list`.

    >>> from datetime import date
    >>> str(UserPayment.User_PaymentCD >= date(2021, 1, 30))
    "User_PaymentCD >= '2021-01-30'"
    """

    User_Payment_Id = KeyField[Any](doc="the payment's id")
    Creator_Id = IntegerField[Any](doc="who entered it; 0: the site [wild]")
    User_PaymentCD = DateTimeField[Any](doc="when it was entered (the panel spells it User_PaymentCDT)")
    PaymentType = ChoiceField[Any](
        "Cash", "Cheque", "Pos", "Deposit", "Other", "TAX", "Off", doc="how it was paid; more may be stored"
    )
    Price = DecimalField[Any](doc="amount, may be negative [wild]")
    Paybalance = DecimalField[Any](doc="the balance after it")
    VoucherNo = TextField[Any](15, doc="number of the cheque or voucher, as text")
    VoucherDate = DateField[Any](doc="its date, or none")
    BankBranchName = TextField[Any](32, doc="bank")
    BankBranchNo = TextField[Any](32, doc="branch")
    Comment = TextField[Any](256, doc="comment")
    Terminal_Id = IntegerField[Any](doc="terminal")
    Currency_Id = IntegerField[Any](doc="currency")
    PriceINCurrency = DecimalField[Any](doc="amount in that currency")


class UserServiceBase(Record, service="user.service.base", key="User_ServiceBase_Id"):
    """A base service that a customer has, had or will have: `user.service.base list`.

    >>> str(UserServiceBase.EndDate < "2021-01-30")
    "EndDate < '2021-01-30'"
    """

    User_ServiceBase_Id = KeyField[Any](doc="its id")
    Service_Id = IntegerField[Any](doc="the tariff's id")
    CDT = DateTimeField[Any](doc="when it was entered")
    StartDate = DateField[Any](doc="first day, or none")
    EndDate = DateField[Any](doc="last day, or none")
    ServiceStatus = ChoiceField[Any]("Pending", "Active", "Used", "Cancel", doc="status; others may be stored [wild]")
    PayPlan = ChoiceField[Any]("PrePaid", "PostPaid", doc="how it is paid")
    ServicePrice = DecimalField[Any](doc="price of the tariff")
    PayPrice = DecimalField[Any](doc="what was paid")
    CancelDT = DateTimeField[Any](doc="when it was cancelled, or none")
    ReturnPrice = DecimalField[Any](doc="what was paid back")
    ExtraDay = IntegerField[Any](-(2**31), 2**31 - 1, doc="days added")
    VAT = DecimalField[Any](exact=False, doc="value added tax")
    Off = DecimalField[Any](exact=False, doc="discount")
    Visibility = TextField[Any](doc="little is known of it")
    ActiveTime = TextField[Any](doc="little is known of it")
    AffectTime = TextField[Any](doc="little is known of it")


RECORDS: tuple[type[Record], ...] = (User, UserCreditInfo, Service, OnlineRadiusUser, UserPayment, UserServiceBase)
"""Every record, in the guide's order."""
