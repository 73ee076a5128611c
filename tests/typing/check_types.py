"""What type checkers infer. Never run: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, assert_type

from persiantools.jdatetime import JalaliDate, JalaliDateTime
from pydantic import BaseModel

from deltasib_query import (
    AsyncClient,
    AsyncListing,
    AsyncScan,
    Client,
    Filter,
    KeyRange,
    Listing,
    OnlineRadiusUser,
    Page,
    Policy,
    Problem,
    Scan,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
    all_of,
    all_rows,
    any_of,
    check,
    from_lookups,
    from_rules,
    no_rows,
    parse,
)
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import (
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    TextField,
    YesNoField,
)
from deltasib_query.filters.response_fields import ResponseField


def a_class_has_fields() -> None:
    assert_type(User.Username, TextField[User])
    assert_type(User.User_Id, IntegerField[User])
    assert_type(UserCreditInfo.User_Id, IntegerField[UserCreditInfo])
    assert_type(Service.ServiceType, ChoiceField[Service])
    assert_type(Service.ISEnable, YesNoField[Service])
    assert_type(Service.Price, DecimalField[Service])
    assert_type(OnlineRadiusUser.NasPortId, TextField[OnlineRadiusUser])
    assert_type(UserPayment.VoucherDate, DateField[UserPayment])
    assert_type(UserPayment.User_PaymentCD, DateTimeField[UserPayment])
    assert_type(UserServiceBase.VAT, DecimalField[UserServiceBase])
    assert_type(UserCreditInfo.ETrR, ResponseField[int | Literal["UL"]])


def a_row_has_values(
    user: User, service: Service, payment: UserPayment, base: UserServiceBase, credit: UserCreditInfo
) -> None:
    assert_type(user.Username, str | None)
    assert_type(user.User_Id, int)
    assert_type(service.Service_Id, int)
    assert_type(payment.User_Payment_Id, int)
    assert_type(payment.Creator_Id, int | None)
    assert_type(base.User_ServiceBase_Id, int)
    assert_type(credit.User_Id, int | None)
    assert_type(service.ServiceType, str | None)
    assert_type(service.ISEnable, bool | None)
    assert_type(service.Price, Decimal | None)
    assert_type(payment.VoucherDate, date | None)
    assert_type(base.CDT, datetime | None)
    assert_type(credit.ETrR, int | Literal["UL"] | None)
    assert_type(credit.ServiceName, str | None)
    assert_type(credit.StartDate, date | None)
    assert_type(credit.EndDate, datetime | None)
    assert_type(User.from_row({}), User)


def comparisons_are_filters_of_their_record(moment: datetime) -> None:
    assert_type(User.Username == "ali", Filter[User])
    assert_type(User.Username != "ali", Filter[User])
    assert_type(User.Username < "ali", Filter[User])
    assert_type(User.User_Id >= 5, Filter[User])
    assert_type(5 <= User.User_Id, Filter[User])
    assert_type(User.Username.like("a%"), Filter[User])
    assert_type(User.Username.contains("a"), Filter[User])
    assert_type(User.Username.startswith("a"), Filter[User])
    assert_type(User.Username.endswith("a"), Filter[User])
    assert_type(User.User_Id.in_([1, 2]), Filter[User])
    assert_type(User.User_Id.not_in(range(3)), Filter[User])
    assert_type(User.User_Id.between(1, 2), Filter[User])
    assert_type(Service.ServiceType == "Base", Filter[Service])
    assert_type(Service.ISEnable == True, Filter[Service])
    assert_type(Service.ISEnable == "Yes", Filter[Service])
    assert_type(Service.Price > 5, Filter[Service])
    assert_type(Service.Price > Decimal("1.5"), Filter[Service])
    assert_type(UserPayment.VoucherDate == date(2021, 1, 30), Filter[UserPayment])
    assert_type(UserPayment.VoucherDate == "2021-01-30", Filter[UserPayment])
    assert_type(UserPayment.VoucherDate >= JalaliDate(1399, 11, 11), Filter[UserPayment])
    assert_type(UserServiceBase.CDT >= JalaliDateTime(1399, 11, 11, 8, 0), Filter[UserServiceBase])
    assert_type(UserPayment.User_PaymentCD >= moment, Filter[UserPayment])
    assert_type(UserPayment.User_PaymentCD >= date(2021, 1, 30), Filter[UserPayment])


class Mine(User):
    """A record of somebody's own, without fields of its own."""


class More(User):
    """One with fields of its own."""

    Email = TextField[Any](64)


def a_record_of_one_s_own_has_filters_of_its_own(row: More) -> None:
    assert_type(parse("User_Id = 1", Mine) & (Mine.User_Id > 5), Filter[Mine])
    assert_type(parse("User_Id = 1", More) & (More.User_Id > 5) & (More.Email == "x"), Filter[More])
    assert_type(Policy(Mine, scope=Mine.User_Id > 5), Policy[Mine])
    assert_type(row.Email, str | None)
    assert_type(row.User_Id, int)


class Index:
    """A whole number that is no int, such as numpy's."""

    def __index__(self) -> int:
        return 5


def whatever_has_an_index_is_a_whole_number() -> None:
    assert_type(User.User_Id == Index(), Filter[User])
    assert_type(User.User_Id.in_([Index()]), Filter[User])
    assert_type(Service.Price >= Index(), Filter[Service])


def filters_combine_to_filters(one: Filter[User], other: Filter[User]) -> None:
    assert_type(one & other, Filter[User])
    assert_type(one | other, Filter[User])
    assert_type(~one, Filter[User])
    assert_type(all_of(one, other), Filter[User])
    assert_type(any_of([one, other]), Filter[User])
    assert_type(any_of(User.User_Id == n for n in range(3)), Filter[User])
    assert_type(one.matches({}), bool)
    assert_type(one.record, type[User])
    assert_type(one.constant, bool | None)


def parsing_gives_the_same_types() -> None:
    assert_type(parse("User_Id = 1", User), Filter[User])
    assert_type(parse("Service_Id = 1", Service, limits=None, repair=True), Filter[Service])
    assert_type(check("User_Id = 1", User), list[Problem])
    assert_type(parse("User_Id = 1", User) & (User.User_Id == 1), Filter[User])


POLICY = Policy(User, scope=User.User_Id < 200, fields=[User.User_Id, User.Username], operators={User.Username: ["="]})


class Search(BaseModel):
    filter: Annotated[Filter[User], POLICY]


def a_policy_gives_filters_of_its_record(isp: Client, search: Search) -> None:
    assert_type(POLICY, Policy[User])
    assert_type(POLICY.admit("User_Id = 5"), Filter[User])
    assert_type(POLICY.admit(None, repair=True), Filter[User])
    assert_type(POLICY.check("User_Id = 5"), list[Problem])
    assert_type(POLICY.scope, Filter[User])
    assert_type(Policy(Service, scope="all rows", operators=("=", "like")), Policy[Service])
    assert_type(Policy.from_json("{}", User), Policy[User])
    assert_type(search.filter, Filter[User])
    assert_type(isp.user.list(search.filter), Listing[User])
    Search(filter=User.User_Id == 5)


def filters_that_come_as_data(name: str, low: int | None, form: dict[str, str], query: dict[str, Any]) -> None:
    parts = all_of(
        User.Name == name if name else None, User.User_Id >= low if low is not None else None, none=all_rows(User)
    )
    assert_type(parts, Filter[User])
    assert_type(any_of((User.Name == name if name else None for name in form), none=no_rows(User)), Filter[User])
    assert_type(User.field(name), Field[User, Any])
    assert_type(POLICY.field(name), Field[User, Any])
    assert_type(User.field(name).compare("=", 5), Filter[User])
    assert_type(from_lookups(form, User, none=all_rows(User), ignore=["page"]), Filter[User])
    assert_type(from_lookups(form, POLICY), Filter[User])
    assert_type(from_rules(query, User), Filter[User])
    assert_type(from_rules(b"{}", POLICY), Filter[User])
    assert_type(POLICY.admit(query), Filter[User])
    assert_type(parse("Name = :name", User, values={"name": name}), Filter[User])
    assert_type(Filter.from_json(parts.to_json(), User), Filter[User])
    assert_type(UserPayment.User_PaymentCD.on(date(2021, 1, 30)), Filter[UserPayment])


def every_list_is_a_listing_of_its_record(isp: Client) -> None:
    assert_type(isp.list(User, User.User_Id == 1, fields=[User.Username]), Listing[User])
    assert_type(isp.list(UserPayment, user_id=5), Listing[UserPayment])
    assert_type(isp.user.list(), Listing[User])
    assert_type(isp.user.list(User.User_Id == 1, fields=[User.User_Id, User.Username], limit=5), Listing[User])
    assert_type(isp.user.credit_info(user_id=5), Listing[UserCreditInfo])
    assert_type(isp.user.credit_info(filter=UserCreditInfo.User_Id == 5), Listing[UserCreditInfo])
    assert_type(isp.service.list(Service.ISEnable == True), Listing[Service])
    assert_type(isp.radius.list(OnlineRadiusUser.Nas_Id == 3), Listing[OnlineRadiusUser])
    assert_type(isp.user_payment.list(UserPayment.Price > 0, user_id=5), Listing[UserPayment])
    assert_type(isp.user_service_base.list(user_id=5), Listing[UserServiceBase])
    assert_type(
        isp.user_service_base.list(UserServiceBase.EndDate < "2021-01-30", username="ali"), Listing[UserServiceBase]
    )


def a_listing_gives_rows_of_its_record(listing: Listing[User]) -> None:
    assert_type(iter(listing), Iterator[User])
    assert_type(listing.pages(), Generator[Page[User], None, None])
    assert_type(listing.first(), User | None)
    assert_type(listing.one(), User)
    assert_type(listing.one_or_none(), User | None)
    assert_type(listing.take(5), list[User])
    assert_type(listing.count(), int)
    assert_type(listing.resume("{}"), Listing[User])
    for user in listing:
        assert_type(user.Username, str | None)


def a_scan_is_of_its_record(isp: Client) -> None:
    scan = isp.user.scan(User.User_Id > 5, by=User.User_Id, prefetch=1, on_bad_row="collect")
    assert_type(scan, Scan[User])
    assert_type(scan.windows(4), list[KeyRange])
    assert_type(scan.within(KeyRange()), Scan[User])
    assert_type(isp.user_payment.scan(user_id=5), Scan[UserPayment])


async def every_async_list_is_a_listing_of_its_record(isp: AsyncClient) -> None:
    assert_type(isp.user.list(), AsyncListing[User])
    assert_type(isp.user.list(User.User_Id == 1, fields=[User.User_Id, User.Username], limit=5), AsyncListing[User])
    assert_type(isp.user.credit_info(user_id=5), AsyncListing[UserCreditInfo])
    assert_type(isp.user.credit_info(filter=UserCreditInfo.User_Id == 5), AsyncListing[UserCreditInfo])
    assert_type(isp.service.list(Service.ISEnable == True), AsyncListing[Service])
    assert_type(isp.radius.list(OnlineRadiusUser.Nas_Id == 3), AsyncListing[OnlineRadiusUser])
    assert_type(isp.user_payment.list(UserPayment.Price > 0, user_id=5), AsyncListing[UserPayment])
    assert_type(isp.user_service_base.list(username="ali"), AsyncListing[UserServiceBase])
    assert_type(isp.radius.scan(workers=4), AsyncScan[OnlineRadiusUser])


async def an_async_listing_gives_rows_of_its_record(listing: AsyncListing[User]) -> None:
    assert_type(aiter(listing), AsyncIterator[User])
    assert_type(listing.pages(), AsyncGenerator[Page[User], None])
    assert_type(await listing.first(), User | None)
    assert_type(await listing.one(), User)
    assert_type(await listing.one_or_none(), User | None)
    assert_type(await listing.take(5), list[User])
    async for user in listing:
        assert_type(user.Username, str | None)
    async for page in listing.pages():
        assert_type(page, Page[User])
        assert_type(page.rows, tuple[User, ...])


def a_status_has_its_values(isp: Client) -> None:
    status = isp.user_status.current_status(username="ali")
    assert_type(status, UserStatus)
    assert_type(status.Status_Id, int | None)
    assert_type(status.Status_Name, str | None)


async def a_status_has_its_values_in_async_code(isp: AsyncClient) -> None:
    assert_type(await isp.user_status.current_status(user_id=7), UserStatus)


def a_disconnection_returns_rows_where_nobody_is_disconnected(isp: Client, filter: Filter[OnlineRadiusUser]) -> None:
    assert_type(isp.radius.disconnect(filter, dry_run=True), tuple[OnlineRadiusUser, ...])
    assert_type(isp.radius.disconnect(filter, dry_run=True, at_most=5), tuple[OnlineRadiusUser, ...])
    for session in isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3, dry_run=True):
        assert_type(session.Nas_Id, int | None)
    isp.radius.disconnect(filter)
    isp.radius.disconnect(filter, dry_run=False, at_most=5)


def a_disconnection_takes_what_an_option_of_a_command_says(
    isp: Client, filter: Filter[OnlineRadiusUser], look: bool
) -> None:
    assert_type(isp.radius.disconnect(filter, dry_run=look), tuple[OnlineRadiusUser, ...] | None)


async def a_disconnection_returns_rows_in_async_code_too(isp: AsyncClient, filter: Filter[OnlineRadiusUser]) -> None:
    assert_type(await isp.radius.disconnect(filter, dry_run=True), tuple[OnlineRadiusUser, ...])
    await isp.radius.disconnect(filter, at_most=5)
    look = bool(filter.tree)
    assert_type(await isp.radius.disconnect(filter, dry_run=look), tuple[OnlineRadiusUser, ...] | None)


def writes_take_what_the_guide_types(isp: Client, day: date) -> None:
    isp.user.add("ali", "secret", name="علی", family=None)
    isp.user_status.add(user_id=7, status_name="x")
    isp.user_payment.add(7, 1, 5, 2, payment_type="Cash", voucher_no="001", voucher_date=day, comment="x")
    isp.user_payment.add(7, 1, 5, 2, voucher_no=1, voucher_date="1399-11-11", date_type="Persian")
    isp.user_payment.add(7, 1, 5, 2, voucher_date=JalaliDate(1399, 11, 11))
    isp.user_service_base.add(7, 12, pay_price=Decimal("1.50"), pay_plan="PrePaid")
    isp.user_service_base.add(7, 12, pay_price=5)
    isp.user_service_base.cancel(31)


async def clients_are_context_managers() -> None:
    with Client("https://isp.example", username="x", password="y", retries=0, retry_writes=True) as one:
        assert_type(one, Client)
    async with AsyncClient("https://isp.example", username="x", password="y", max_response_bytes=5) as other:
        assert_type(other, AsyncClient)


def a_filter_of_any_record_can_be_named(filter: Filter[Any]) -> None:
    assert_type(str(filter), str)
