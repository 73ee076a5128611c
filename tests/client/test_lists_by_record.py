"""`isp.list(record, filter)`: the list of a record, whichever object has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from deltasib_query import (
    AsyncClient,
    Client,
    FilterUsageError,
    OnlineRadiusUser,
    ParameterError,
    RecordMismatchError,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
)
from deltasib_query.filters.fields import TextField
from deltasib_query.sandbox.server import Sandbox


class Customer(User):
    def full_name(self) -> str:
        return f"{self.Name} {self.Family}"


class Subscriber(User):
    Email = TextField[Any](64)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=30) as sandbox:
        yield sandbox


@pytest.fixture
def isp(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
        yield isp


def test_each_record_has_its_list(isp: Client) -> None:
    pairs: list[tuple[Any, Any]] = [
        (isp.list(User), isp.user.list()),
        (isp.list(User, User.User_Id > 20, limit=3, start=2), isp.user.list(User.User_Id > 20, limit=3, start=2)),
        (isp.list(Service, fields=[Service.Price], page_size=2), isp.service.list(fields=[Service.Price], page_size=2)),
        (isp.list(OnlineRadiusUser), isp.radius.list()),
        (isp.list(UserPayment, user_id=1), isp.user_payment.list(user_id=1)),
        (isp.list(UserServiceBase, username="ali"), isp.user_service_base.list(username="ali")),
        (isp.list(UserServiceBase, user_id=1), isp.user_service_base.list(user_id=1)),
        (isp.list(UserCreditInfo, user_id=7), isp.user.credit_info(user_id=7)),
        (isp.list(UserCreditInfo, UserCreditInfo.User_Id < 5), isp.user.credit_info(UserCreditInfo.User_Id < 5)),
    ]
    for one, other in pairs:
        assert [*one] == [*other] != []
        assert repr(one) == repr(other)


def test_rows_are_of_the_record_that_is_given(isp: Client) -> None:
    customer = isp.list(Customer, Customer.User_Id == 5, fields=[User.Name, User.Family]).one()
    assert type(customer) is Customer
    user = isp.user.list(User.User_Id == 5).one()
    assert customer.full_name() == f"{user.Name} {user.Family}"
    assert [row.User_Id for row in isp.list(Customer, User.User_Id.in_(range(1, 2000)), page_size=7)] == [*range(1, 31)]


def test_the_asynchronous_client_has_it_too(sandbox: Sandbox) -> None:
    async def usernames() -> list[str | None]:
        async with AsyncClient(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
            return [user.Username async for user in isp.list(User, User.User_Id <= 2)]

    assert len(asyncio.run(usernames())) == 2


@pytest.mark.parametrize("record", [UserStatus, Subscriber, None, "user", User.Name, object], ids=repr)
def test_a_class_without_a_list_is_refused(isp: Client, record: Any) -> None:
    with pytest.raises(FilterUsageError):
        isp.list(record)


@pytest.mark.parametrize(
    ("record", "arguments", "parameter"),
    [
        (User, {"user_id": 5}, "user_id"),
        (User, {"username": "ali"}, "username"),
        (UserPayment, {}, "user_id"),
        (UserPayment, {"user_id": 1, "username": "ali"}, "username"),
        (UserServiceBase, {}, "username"),
        (UserServiceBase, {"user_id": 1, "username": "ali"}, "username"),
        (UserCreditInfo, {}, "user_id"),
        (UserCreditInfo, {"user_id": 1, "fields": []}, "fields"),
    ],
)
def test_whose_list_it_is_has_to_be_said_where_the_list_asks(
    isp: Client, record: Any, arguments: Any, parameter: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        isp.list(record, **arguments)
    assert parameter in caught.value.parameter


def test_a_filter_of_another_record_is_refused(isp: Client) -> None:
    with pytest.raises(RecordMismatchError):
        isp.list(User, Service.Service_Id == 5)  # type: ignore[misc]
