"""The guide's objects and actions as methods: one method an action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeVar, Unpack, overload

from deltasib_query.client.arguments import check_disconnect, payment_arguments
from deltasib_query.client.paging.async_listing import AsyncListing, AsyncScan
from deltasib_query.client.paging.page import PAGE_SIZE, PagingOptions
from deltasib_query.client.paging.query import ListQuery
from deltasib_query.errors import TooManyRowsError
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import IntegerField
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.jalali import JalaliObject
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service import actions as documented
from deltasib_query.service.actions import Action
from deltasib_query.service.objects import (
    OnlineRadiusUser,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
)

R = TypeVar("R", bound=Record)


class AsyncCaller(Protocol):
    """What the methods need of their client."""

    def _list(self, record: type[R], query: ListQuery, **whose: object) -> AsyncListing[R]: ...

    def _scan(self, record: type[R], query: ListQuery, **whose: object) -> AsyncScan[R]: ...

    async def _read(self, action: Action, record: type[R], arguments: Mapping[str, object]) -> R: ...

    async def _write(self, action: Action, arguments: Mapping[str, object]) -> None: ...


class AsyncActions:
    """The actions of an object of the guide."""

    def __init__(self, client: AsyncCaller) -> None:
        self._client = client


class AsyncListActions(AsyncActions, Generic[R]):
    """The actions of an object that has a list: of all its rows, whosever they are."""

    _record: type[R]

    def list(
        self,
        filter: Filter[R] | None = None,
        *,
        fields: Iterable[Field[R, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **options: Unpack[PagingOptions],
    ) -> AsyncListing[R]:
        """The rows of the object's list.

        filter: which rows; None for all of them.
        fields: the fields to request, such as ``[User.Username]``; None for all. The key is always requested.
        limit: how many rows at most; None for all.
        page_size: rows requested at a time.
        start: how many rows to skip at the beginning.
        options: how the list is walked, see `PagingOptions`: ``prefetch=1``, ``on_bad_row="skip"`` …

        Nothing is requested before the first row is wanted; then it raises `ServiceError` and `TransportError`. Raises
        at once: `RecordMismatchError` for a filter or field of another object, `ParameterError`,
        `FilterTooComplexError` for a filter that is longer than a request can be.
        """
        query = ListQuery(filter, fields, limit, page_size, options, start)
        return self._client._list(self._record, query)

    def scan(
        self,
        filter: Filter[R] | None = None,
        *,
        by: IntegerField[R] | None = None,
        fields: Iterable[Field[R, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        workers: int = 1,
        **options: Unpack[PagingOptions],
    ) -> AsyncScan[R]:
        """The list, walked by key: each row that is there throughout comes once, whatever comes and goes.

        by: the key, such as `User.User_Id`; rows are told apart by it, and by nothing else.
        workers: how many ranges of keys are requested at once; more than one needs asyncio.

        The other parameters and the errors as for `list`.
        """
        query = ListQuery(filter, fields, limit, page_size, options, scan=True, by=by, workers=workers)
        return self._client._scan(self._record, query)


class AsyncUserActions(AsyncListActions[User]):
    """The guide's object `user`. `user list`: the customers."""

    _record = User

    def credit_info(
        self,
        filter: Filter[UserCreditInfo] | None = None,
        *,
        user_id: int | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **options: Unpack[PagingOptions],
    ) -> AsyncListing[UserCreditInfo]:
        """`user creditinfo`: what customers have left. Other parameters as for `list`.

        user_id: the customer; None for all that the filter selects, which sends ``User_Id=0`` as programs in use
            do [wild]. `user_id` or `filter` is needed.
        """
        query = ListQuery(filter, None, limit, page_size, options, start)
        return self._client._list(UserCreditInfo, query, user_id=user_id)

    async def add(self, username: str, password: str, *, name: str | None = None, family: str | None = None) -> None:
        """`user add`: add a customer.

        username, password: of the customer.
        name, family: given name and family name.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        await self._client._write(
            documented.USER_ADD, {"username": username, "password": password, "name": name, "family": family}
        )


class AsyncUserStatusActions(AsyncActions):
    """The guide's object `user.status`."""

    async def current_status(self, *, username: str | None = None, user_id: int | None = None) -> UserStatus:
        """`user.status currentstatus`: the status of the customer named by `username` or by `user_id`.

        Raises `ParameterError` for both or neither; `ServiceError`, `TransportError`.
        """
        arguments = {"username": username, "user_id": user_id}
        return await self._client._read(documented.CURRENT_STATUS, UserStatus, arguments)

    async def add(
        self,
        *,
        username: str | None = None,
        user_id: int | None = None,
        status_name: str | None = None,
        status_id: int | None = None,
    ) -> None:
        """`user.status add`: give the customer named by `username` or `user_id` a status, by its name or its id.

        Raises `ParameterError` unless exactly one of each pair is given; `ServiceError`, `TransportError`.
        """
        await self._client._write(
            documented.STATUS_ADD,
            {"username": username, "user_id": user_id, "status_name": status_name, "status_id": status_id},
        )


class AsyncServiceActions(AsyncListActions[Service]):
    """The guide's object `service`. `service list`: the tariffs."""

    _record = Service


class AsyncRadiusActions(AsyncListActions[OnlineRadiusUser]):
    """The guide's object `radius`. `radius list`: who is online."""

    _record = OnlineRadiusUser

    @overload
    async def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: Literal[False] = False, at_most: int | None = None
    ) -> None: ...
    @overload
    async def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: Literal[True], at_most: int | None = None
    ) -> tuple[OnlineRadiusUser, ...]: ...
    @overload
    async def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: bool, at_most: int | None = None
    ) -> tuple[OnlineRadiusUser, ...] | None: ...
    async def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: bool = False, at_most: int | None = None
    ) -> tuple[OnlineRadiusUser, ...] | None:
        """`radius disconnect`: end the sessions that the filter selects.

        filter: which sessions. One that folded to a constant raises `ConstantFilterError`: it names nobody.
        dry_run: disconnect nobody, and return the sessions that would end.
        at_most: count the sessions first, and raise `TooManyRowsError` if there are more. Sessions that begin after
            that are not counted.

        Raises `ServiceError`, `TransportError`.
        """
        arguments = check_disconnect(filter, at_most)
        if at_most is not None and len(await self.list(filter).take(at_most + 1)) > at_most:
            raise TooManyRowsError(Message("rows.too-many", call="radius disconnect", most=at_most))
        if dry_run:
            return tuple([row async for page in self.list(filter).pages() for row in page])
        await self._client._write(documented.DISCONNECT, arguments)
        return None


class AsyncUserPaymentActions(AsyncActions):
    """The guide's object `User.payment`."""

    def list(
        self,
        filter: Filter[UserPayment] | None = None,
        *,
        user_id: int,
        fields: Iterable[Field[UserPayment, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **options: Unpack[PagingOptions],
    ) -> AsyncListing[UserPayment]:
        """`User.payment list`: the payments of the customer `user_id`. The rest as for `user.list`."""
        query = ListQuery(filter, fields, limit, page_size, options, start)
        return self._client._list(UserPayment, query, user_id=user_id)

    def scan(
        self,
        filter: Filter[UserPayment] | None = None,
        *,
        user_id: int,
        by: IntegerField[UserPayment] | None = None,
        fields: Iterable[Field[UserPayment, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        workers: int = 1,
        **options: Unpack[PagingOptions],
    ) -> AsyncScan[UserPayment]:
        """`User.payment list`, walked by key, as `user.scan`."""
        query = ListQuery(filter, fields, limit, page_size, options, scan=True, by=by, workers=workers)
        return self._client._scan(UserPayment, query, user_id=user_id)

    async def add(
        self,
        user_id: int,
        currency_id: int,
        price_in_currency: int,
        exchange_rate: int,
        *,
        payment_type: str | None = None,
        date_type: str | None = None,
        voucher_no: int | str | None = None,
        voucher_date: date | str | JalaliObject | None = None,
        bank_branch_name: str | None = None,
        bank_branch_no: str | None = None,
        comment: str | None = None,
    ) -> None:
        """`User.payment add`: add a payment of a customer.

        user_id: the customer.
        currency_id, price_in_currency, exchange_rate: the currency, the amount in that currency, its rate.
        payment_type: Cash, Cheque, Pos, Deposit, Other or TAX.
        voucher_no: number of the cheque, at most 15 digits.
        voucher_date: date of the cheque: a `date`, which is Gregorian, or text in the calendar of `date_type`. A date
            of jdatetime or persiantools is sent as its Gregorian day.
        date_type: Persian or Gregorian.
        bank_branch_name, bank_branch_no: at most 23 and 32 characters.
        comment: any text.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        arguments: dict[str, object] = {
            "user_id": user_id,
            "currency_id": currency_id,
            "price_in_currency": price_in_currency,
            "exchange_rate": exchange_rate,
            "payment_type": payment_type,
            "date_type": date_type,
            "voucher_no": voucher_no,
            "voucher_date": voucher_date,
            "bank_branch_name": bank_branch_name,
            "bank_branch_no": bank_branch_no,
            "comment": comment,
        }
        await self._client._write(documented.PAYMENT_ADD, payment_arguments(arguments))


class AsyncUserServiceBaseActions(AsyncActions):
    """The guide's object `user.service.base`."""

    def list(
        self,
        filter: Filter[UserServiceBase] | None = None,
        *,
        username: str | None = None,
        user_id: int | None = None,
        fields: Iterable[Field[UserServiceBase, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **options: Unpack[PagingOptions],
    ) -> AsyncListing[UserServiceBase]:
        """`user.service.base list`: the base services of a customer, named by `username` or `user_id`.

        Raises `ParameterError` for both or neither. The rest as for `user.list`.
        """
        query = ListQuery(filter, fields, limit, page_size, options, start)
        return self._client._list(UserServiceBase, query, username=username, user_id=user_id)

    def scan(
        self,
        filter: Filter[UserServiceBase] | None = None,
        *,
        username: str | None = None,
        user_id: int | None = None,
        by: IntegerField[UserServiceBase] | None = None,
        fields: Iterable[Field[UserServiceBase, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        workers: int = 1,
        **options: Unpack[PagingOptions],
    ) -> AsyncScan[UserServiceBase]:
        """`user.service.base list`, walked by key, as `user.scan`."""
        query = ListQuery(filter, fields, limit, page_size, options, scan=True, by=by, workers=workers)
        return self._client._scan(UserServiceBase, query, username=username, user_id=user_id)

    async def add(
        self, user_id: int, service_id: int, *, pay_price: int | Decimal | None = None, pay_plan: str | None = None
    ) -> None:
        """`user.service.base add`: sell a customer a base service.

        user_id, service_id: the customer, the tariff.
        pay_price: the amount paid, at most 14 digits.
        pay_plan: PrePaid or PostPaid.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        await self._client._write(
            documented.SERVICE_BASE_ADD,
            {"user_id": user_id, "service_id": service_id, "pay_price": pay_price, "pay_plan": pay_plan},
        )

    async def cancel(self, user_service_base_id: int) -> None:
        """`user.service.base cancel`: cancel a service of a customer, by its `User_ServiceBase_Id`.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        await self._client._write(documented.SERVICE_BASE_CANCEL, {"user_service_base_id": user_service_base_id})
