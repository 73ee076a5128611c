"""What type checkers must refuse. Never run. Each refusal is expected by both; one that is missing is reported."""

from __future__ import annotations

from typing import Any

from deltasib_query import (
    AsyncClient,
    Client,
    Filter,
    OnlineRadiusUser,
    Policy,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    all_of,
    parse,
)
from deltasib_query.filters.fields import TextField


def values_of_another_type() -> None:
    _ = User.Username < 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = User.User_Id >= "5"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = User.User_Id < 5.0  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Service.Price > 1.5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = UserPayment.VoucherDate > 20210130  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = User.Username.like(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = User.Username.contains(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = User.User_Id.between("1", "2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = User.User_Id.in_(["1"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = User.User_Id.in_(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = Service.ISEnable.in_([1.0])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


class More(User):
    """A record of somebody's own with a field of its own."""

    Email = TextField[Any](64)


def records_of_another_field_set(isp: Client, one: Filter[User]) -> None:
    isp.user.list(More.Email == "x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = one & (More.User_Id == 5)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    User.Username = "ali"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    isp.user.credit_info(user_id=UserCreditInfo.User_Id == 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def operators_that_a_field_lacks() -> None:
    _ = User.User_Id.like("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Service.Price.contains("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Service.ISEnable.like("Y%")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Service.ISEnable < True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Service.ServiceType < "Base"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = UserPayment.VoucherDate.startswith("2021")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Service.ServiceType.between("a", "b")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = UserCreditInfo.ETrR > 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = User.Usernme  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def python_that_is_no_filter(one: Filter[User]) -> None:
    _ = "x" in User.Username  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    list(User.Username)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    _ = User.Username & one  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = one & 1  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = 1 & one  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = one & "User_Id = 1"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = one & User.Username  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = ~User.Username  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]


def a_wrong_equality_is_no_filter(isp: Client) -> None:
    isp.user.list(User.Username == 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.list(User.Username == None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.list(User.User_Id == "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.service.list(Service.Price == 1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def filters_of_two_records(one: Filter[User], other: Filter[Service], isp: Client) -> None:
    _ = one & other  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = one | other  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    one &= other  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    all_of(one, other)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
    isp.user.list(other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.list(Service.ISEnable == True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.service.list(parse("User_Id = 1", User))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.list(fields=[Service.ISEnable])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    isp.user.scan(by=User.Username)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.scan(workers=4)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    isp.user.list(on_drift="panic")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user.list("User_Id = 1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user_payment.list(filter=UserPayment.Price > 0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    isp.user.credit_info(User.User_Id == 5, user_id=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def policies_without_a_scope_or_of_two_records(isp: Client) -> None:
    Policy(User)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Policy(User, scope=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(User, scope="User_Id = 1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(User, scope=Service.Service_Id == 1)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
    Policy(User, scope="all rows", fields=["Name"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Policy(User, scope="all rows", limits=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.service.list(Policy(User, scope="all rows").admit("User_Id = 1"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def disconnections_of_somebody_else(isp: Client, one: Filter[User], session: OnlineRadiusUser) -> None:
    isp.radius.disconnect(one)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.radius.disconnect("Nas_Id = 3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    isp.radius.disconnect()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    isp.radius.disconnect(session)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def writes_of_another_type(isp: Client) -> None:
    isp.user.add("ali")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    isp.user.add("ali", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user_status.add("ali", 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    isp.user_payment.add(7, 1, 5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    isp.user_payment.add("7", 1, 5, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user_service_base.add(7, 12, pay_price=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    isp.user_service_base.cancel("31")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def async_lists_are_no_lists(isp: AsyncClient) -> None:
    for _ in isp.user.list():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
    user: User = isp.user.list().one()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    isp.user.list(Service.ISEnable == True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(user)


def types_that_do_not_match(user: User) -> None:
    username: str = user.Username  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    field: Filter[User] = User.Username  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    _ = user.Name + "x"  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]
    print(username, field)
