"""What the clients write in a sandbox can be read there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from deltasib_query import (
    AsyncClient,
    Client,
    InvalidDataError,
    OnlineRadiusUser,
    TooManyRowsError,
    User,
    UserPayment,
    UserServiceBase,
)
from deltasib_query.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=50) as sandbox:
        yield sandbox


@pytest.fixture
def isp(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.url, username=sandbox.username, password=sandbox.password) as client:
        yield client


def with_async(sandbox: Sandbox, work: Callable[[AsyncClient], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with AsyncClient(sandbox.url, username=sandbox.username, password=sandbox.password) as client:
            return await work(client)

    return asyncio.run(main())


def test_a_user_that_was_added_is_listed(isp: Client) -> None:
    isp.user.add("zahra.o'hara", "secret", name="زهرا", family="او‌هارا")
    user = isp.user.list(User.Username == "ZAHRA.O'HARA").one()
    assert (user.Name, user.Family) == ("زهرا", "او‌هارا")


def test_a_username_that_is_taken_is_refused(isp: Client) -> None:
    with pytest.raises(InvalidDataError):
        isp.user.add("ali", "secret")


def test_a_status_that_was_set_is_the_current_one(isp: Client) -> None:
    isp.user_status.add(user_id=1, status_id=3)
    by_id, by_name = isp.user_status.current_status(user_id=1), isp.user_status.current_status(username="ali")
    assert by_id == by_name
    assert by_id.Status_Id == 3
    isp.user_status.add(username="ali", status_name="Active")
    assert isp.user_status.current_status(user_id=1).Status_Name == "Active"


def test_a_payment_moves_the_balance(isp: Client) -> None:
    isp.user_payment.add(1, 1, 500, 10, payment_type="cheque", voucher_no="0077", voucher_date=date(2021, 1, 30))
    payment = isp.user_payment.list(UserPayment.VoucherNo == "0077", user_id=1).one()
    assert (payment.Price, payment.Paybalance) == (Decimal(5000), Decimal("154799.50"))
    assert (payment.PaymentType, payment.VoucherDate) == ("Cheque", date(2021, 1, 30))


def test_a_persian_voucher_date_is_stored_as_a_gregorian_one(isp: Client) -> None:
    isp.user_payment.add(1, 1, 500, 10, voucher_no=78, voucher_date="1399-11-11", date_type="Persian")
    assert isp.user_payment.list(UserPayment.VoucherNo == "78", user_id=1).one().VoucherDate == date(2021, 1, 30)


def test_a_service_is_bought_and_cancelled(isp: Client) -> None:
    isp.user_service_base.add(5, 1, pay_price=150000, pay_plan="PrePaid")
    bought = list(isp.user_service_base.list(user_id=5))[-1]
    assert (bought.Service_Id, bought.PayPrice, bought.CancelDT) == (1, Decimal(150000), None)
    isp.user_service_base.cancel(bought.User_ServiceBase_Id)
    cancelled = UserServiceBase.User_ServiceBase_Id == bought.User_ServiceBase_Id
    assert isp.user_service_base.list(cancelled, user_id=5).one().ServiceStatus == "Cancel"


def test_who_is_disconnected_is_off_line_and_nobody_else(isp: Client) -> None:
    before = {session.Online_RadiusUser_Id for session in isp.radius.list()}
    victim = OnlineRadiusUser.Online_RadiusUser_Id == min(id for id in before if id is not None)
    assert [session.Online_RadiusUser_Id for session in isp.radius.disconnect(victim, dry_run=True)] == [1]
    isp.radius.disconnect(victim, at_most=1)
    assert {session.Online_RadiusUser_Id for session in isp.radius.list()} == before - {1}


def test_more_than_may_be_hit_are_not_disconnected(isp: Client) -> None:
    before = list(isp.radius.list())
    with pytest.raises(TooManyRowsError):
        isp.radius.disconnect(OnlineRadiusUser.Online_RadiusUser_Id >= 0, at_most=len(before) - 1)
    assert list(isp.radius.list()) == before


def test_the_async_client_writes_as_well(sandbox: Sandbox) -> None:
    async def work(isp: AsyncClient) -> Any:
        await isp.user.add("zahra", "secret")
        user = await isp.user.list(User.Username == "zahra").one()
        await isp.user_status.add(user_id=user.User_Id, status_id=2)
        await isp.user_payment.add(user.User_Id, 1, 7, 1)
        await isp.user_service_base.add(user.User_Id, 1)
        [bought] = await isp.user_service_base.list(username="zahra").take(2)
        await isp.user_service_base.cancel(bought.User_ServiceBase_Id)
        await isp.radius.disconnect(OnlineRadiusUser.Online_RadiusUser_Id == 1)
        return (
            (await isp.user_status.current_status(username="zahra")).Status_Id,
            (await isp.user_payment.list(user_id=user.User_Id).one()).Paybalance,
            (await isp.user_service_base.list(username="zahra").one()).ServiceStatus,
            await isp.radius.list(OnlineRadiusUser.Online_RadiusUser_Id == 1).first(),
        )

    assert with_async(sandbox, work) == (2, Decimal(7), "Cancel", None)
