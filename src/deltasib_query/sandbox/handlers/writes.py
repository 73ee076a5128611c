"""The actions that change the database, and `currentstatus`.

The guide says what is sent, and that the response is `status` 1. What then happens to the data is [inferred].
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from deltasib_query.evaluation.kinds import ZERO_DATE, ZERO_DATETIME
from deltasib_query.filters.fields import TextField
from deltasib_query.filters.jalali import gregorian
from deltasib_query.filters.record import Record
from deltasib_query.sandbox.database.tables import (
    ACTIVE,
    BASE_SERVICES,
    ONLINE,
    PAYMENTS,
    SERVICES,
    STATUSES,
    USERS,
    is_active,
    is_called,
)
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.handlers.call import Call
from deltasib_query.service.objects import OnlineRadiusUser, User, UserPayment

Data = dict[str, object]

DONE: Final[Data] = {"status": 1}
"""The response of a write [guide]."""

_DAYS: Final = 30
"""How long a new service lasts; no list says it."""


def add_user(call: Call) -> Data:
    """`user add`: add a user of the reseller. A name that is taken is Invalid Data."""
    texts = _texts(call, User, "Username", "Name", "Family")
    if call.connection.scalar(select(USERS.c.User_Id).where(is_called(texts["Username"]))) is not None:
        raise RequestError(-5, "Username: there is such a user already")
    call.connection.execute(insert(USERS).values(**texts, Address="", Reseller_Id=call.reseller, Status_Id=ACTIVE))
    return DONE


def current_status(call: Call) -> Data:
    """`user.status currentstatus`: return Status_Id and Status_Name [guide]."""
    status: Any = call.connection.scalar(select(USERS.c.Status_Id).where(USERS.c.User_Id == call.user_id()))
    return {"Status_Id": status, "Status_Name": STATUSES.get(status)}


def add_status(call: Call) -> Data:
    """`user.status add`: change the status, by name or id. The name wins."""
    name = call.parameters.text("Status_Name").lower()
    by_name = {text.lower(): key for key, text in STATUSES.items()}
    status = by_name.get(name) if name else call.parameters.number("Status_Id")
    if status not in STATUSES:
        raise RequestError(-5, f"there is no such status; there are {', '.join(STATUSES.values())}")
    call.connection.execute(update(USERS).where(USERS.c.User_Id == call.user_id()).values(Status_Id=status))
    return DONE


def disconnect(call: Call) -> Data:
    """`radius disconnect`: end the sessions that the filter selects. It is no error if it selects none."""
    call.connection.execute(delete(ONLINE).where(*call.own_rows(ONLINE), *call.filter(OnlineRadiusUser, ONLINE)))
    return DONE


def add_payment(call: Call) -> Data:
    """`User.payment add`: add PriceINCurrency * ExchangeRate to the balance."""
    parameters, user_id = call.parameters, call.user_id()
    amount = parameters.number("PriceINCurrency")
    price = amount * parameters.number("ExchangeRate")
    payments = select(PAYMENTS.c.Paybalance).where(PAYMENTS.c.User_Id == user_id)
    balance = call.connection.scalar(payments.order_by(PAYMENTS.c.User_Payment_Id.desc()).limit(1)) or 0
    texts = _texts(call, UserPayment, "VoucherNo", "BankBranchName", "BankBranchNo", "Comment")
    row = insert(PAYMENTS).values(
        **texts,
        User_Id=user_id,
        Creator_Id=call.reseller,
        User_PaymentCD=call.now,
        PaymentType=parameters.text("PaymentType") or "Cash",
        Price=price,
        Paybalance=balance + price,
        VoucherDate=_voucher_date(parameters.text("VoucherDate"), parameters.text("DateType")),
        Terminal_Id=0,
        Currency_Id=parameters.number("Currency_Id"),
        PriceINCurrency=amount,
    )
    call.connection.execute(row)
    return DONE


def add_service(call: Call) -> Data:
    """`user.service.base add`: add a service. It is Active, or Pending if the user has an active one."""
    parameters, user_id = call.parameters, call.user_id()
    service = select(SERVICES.c.Price).where(SERVICES.c.Service_Id == parameters.number("Service_Id"))
    found = call.connection.execute(service).first()
    if found is None:
        raise RequestError(-5, "there is no such service")
    price = found[0] or 0
    active = select(BASE_SERVICES.c.User_ServiceBase_Id).where(BASE_SERVICES.c.User_Id == user_id, is_active)
    waits = call.connection.scalar(active.limit(1)) is not None
    today = date.fromisoformat(call.now[:10])
    row = insert(BASE_SERVICES).values(
        User_Id=user_id,
        Service_Id=parameters.number("Service_Id"),
        CDT=call.now,
        StartDate=ZERO_DATE if waits else str(today),
        EndDate=ZERO_DATE if waits else str(today + timedelta(_DAYS)),
        ServiceStatus="Pending" if waits else "Active",
        PayPlan=parameters.text("PayPlan") or "PrePaid",
        ServicePrice=price,
        PayPrice=Decimal(parameters.text("PayPrice") or price),
        CancelDT=ZERO_DATETIME,
        ReturnPrice=0,
        ExtraDay=0,
        VAT=0,
        Off=0,
        Visibility="Yes",
        ActiveTime="",
        AffectTime="",
    )
    call.connection.execute(row)
    return DONE


def cancel_service(call: Call) -> Data:
    """`user.service.base cancel`: end an Active or Pending service now, and return what was paid for it."""
    key = BASE_SERVICES.c.User_ServiceBase_Id == call.parameters.number("User_ServiceBase_Id")
    states = select(BASE_SERVICES.c.ServiceStatus).where(key, *call.own_rows(BASE_SERVICES))
    status = call.connection.scalar(states)
    if status not in {"Active", "Pending"}:
        raise RequestError(-5, f"the service is {status} already" if status else "there is no such service")
    call.connection.execute(
        update(BASE_SERVICES)
        .where(key)
        .values(ServiceStatus="Cancel", CancelDT=call.now, ReturnPrice=BASE_SERVICES.c.PayPrice)
    )
    return DONE


def _texts(call: Call, record: type[Record], *names: str) -> dict[str, str]:
    """Return the texts of some parameters. Raise `RequestError` -5 for one that is too long for its column."""
    texts = {name: call.parameters.text(name) for name in names}
    for name, text in texts.items():
        match record.fields_by_name[name]:
            case TextField(max_length=int(length)) if len(text) > length:
                raise RequestError(-5, f"{name}: text of at most {length} characters is needed")
    return texts


def _voucher_date(text: str, calendar: str) -> str:
    """Return the date as the database stores it: Gregorian. Without a DateType it is Gregorian already [inferred]."""
    if not text:
        return ZERO_DATE
    year, month, day = map(int, text.replace("/", "-").split("-"))
    if (year, month, day) == (0, 0, 0):
        return ZERO_DATE
    try:
        return str(gregorian(year, month, day) if calendar == "Persian" else date(year, month, day))
    except ValueError as error:
        raise RequestError(-5, f"VoucherDate: {error}") from None
