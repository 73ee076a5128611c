"""The guide's objects, and what can be done to each: one method an action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar, Unpack, overload

from deltasib_query.client import protocol
from deltasib_query.client.listing import Listing, Scan
from deltasib_query.client.offsets import ASKED_FOR_AT_ONCE
from deltasib_query.client.protocol import Action
from deltasib_query.client.resuming import Place, Walked
from deltasib_query.client.scans import BEFORE_ALL
from deltasib_query.client.settings import Settings
from deltasib_query.client.splitting import split
from deltasib_query.client.walks import PAGE_SIZE, Options, Slice, Walking, check_count
from deltasib_query.errors import FilterUsageError, ParameterError, RecordMismatchError, TooManyRowsError, shown
from deltasib_query.filters import Filter, any_of
from deltasib_query.schema.field import Field
from deltasib_query.schema.fields import ID_MAX, IntegerField
from deltasib_query.schema.objects import (
    OnlineRadiusUser,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
)
from deltasib_query.schema.record import Record
from deltasib_query.validation import sendable

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every list is asked with: by offset from `start` on, or `by` the key."""

    filter: Filter[Any] | None
    fields: Iterable[Field[Any, Any]] | None
    limit: int | None
    page_size: int
    walking: Walking
    start: int = 0
    scan: bool = False
    by: Field[Any, Any] | None = None
    workers: int = 1

    def plan(
        self, action: Action, record: type[Record], arguments: Mapping[str, object], settings: Settings
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the parameters of every page, and the arguments of a listing, checked.

        Raises `ParameterError`, `RecordMismatchError`, `FilterTooComplexError` for a filter that no request can carry.
        """
        check_count("start", self.start, 0)
        check_count("page_size", self.page_size, 1)
        check_count("workers", self.workers, 1)
        if self.limit is not None:
            check_count("limit", self.limit, 0)
        key: Any = record.key
        if self.by is not None and self.by is not key:
            raise ParameterError("by", f"rows are told apart by their key: {record.__name__}.{key.name}")
        fields = _field_names(self.fields, record)
        # `*` where the guide's list of fields is cut off
        asked = "*" if self.fields is None and record.answers_by_name else ",".join(fields)
        values = self._encode(action, record, {**arguments, "field": asked})
        nothing = self.filter is not None and self.filter.constant is False
        whole = values.pop("Filter", "")
        # What a walk adds to the filter has to fit as well.
        window = any_of((key > ID_MAX) & (key <= ID_MAX), key == ID_MAX)
        further = str(window if self.scan else key.in_([ID_MAX] * ASKED_FOR_AT_ONCE))

        def size(text: str) -> int:
            parameters = Slice(ID_MAX, ID_MAX, f"({text}) and {further}").parameters()
            return protocol.address_size(settings.url, action, values | parameters)

        parts = split(self.filter, size, settings.max_url_bytes)
        if self.start and len(parts.parts) > 1:
            raise ParameterError("start", "the filter is too long for one request, and parts have no offset in common")
        texts = [str(part) for part in parts.parts] if len(parts.parts) > 1 else [whole]  # other parts, other places
        which = {**values, "Filter": "nothing" if nothing else repr(texts)}
        walked = Walked.of(action, "key" if self.scan else "offset", which, self.page_size)
        return values, {
            "action": action,
            "record": record,
            "fields": fields,
            "split": parts,
            "walked": walked,
            "options": Options(**self.walking),
            "place": Place(BEFORE_ALL if self.scan else self.start, 0 if nothing else self.limit),
            "workers": self.workers,
        }

    def _encode(self, action: Action, record: type[Record], arguments: Mapping[str, object]) -> dict[str, str]:
        if self.filter is not None:
            check_filter(self.filter, record)
        text = None if self.filter is None or self.filter.constant is not None else sendable(self.filter)
        return action.encode({**arguments, "filter": text})


def check_filter(filter: object, record: type[Record]) -> None:
    """Raise `FilterUsageError` for what is no filter, `RecordMismatchError` for one of another object."""
    if not isinstance(filter, Filter):
        hint = f": parse(text, {record.__name__}) makes one of text" if isinstance(filter, str) else ""
        raise FilterUsageError(f"a Filter[{record.__name__}] is needed, not {type(filter).__name__}{hint}")
    if filter.record is not record:
        raise RecordMismatchError(f"a Filter[{record.__name__}] is needed, not a Filter[{filter.record.__name__}]")


def check_disconnect(filter: Filter[OnlineRadiusUser], at_most: int | None) -> dict[str, object]:
    """Return the arguments of a disconnection. Raises for a filter that folded to a constant: it names nobody."""
    check_filter(filter, OnlineRadiusUser)
    if at_most is not None:
        check_count("at_most", at_most, 0)
    return {"filter": sendable(filter)}


def check_at_most(found: int, at_most: int) -> None:
    """Raise `TooManyRowsError` where more are found than may be hit."""
    if found > at_most:
        raise TooManyRowsError(f"radius disconnect: more than {at_most} sessions match; nobody was disconnected")


def credit_arguments(user_id: int | None, filter: object) -> dict[str, object]:
    """Return whose credit is asked for; a filter alone goes with ``User_Id=0``, as programs in use send it [wild]."""
    if not user_id and filter is None:
        raise ParameterError("user_id", "a user id or a filter is needed")
    return {"user_id": 0 if user_id is None else user_id}


def payment_arguments(arguments: dict[str, object]) -> dict[str, object]:
    """Return the arguments of a payment with the calendar of its date, which a `date` knows and a text does not."""
    day, calendar = arguments["voucher_date"], arguments["date_type"]
    if isinstance(day, date):
        if isinstance(calendar, str) and calendar.lower() == "persian":
            raise ParameterError("date_type", "a date is Gregorian; give a Persian one as its text")
        return {**arguments, "date_type": "Gregorian" if calendar is None else calendar}
    if day is not None and calendar is None:
        raise ParameterError("date_type", "Persian or Gregorian is needed beside a voucher_date that is text")
    return arguments


class Caller(Protocol):
    """What the methods need of their client."""

    def _list(self, action: Action, record: type[R], asked: Asked, arguments: Mapping[str, object]) -> Listing[R]: ...

    def _scan(self, action: Action, record: type[R], asked: Asked, arguments: Mapping[str, object]) -> Scan[R]: ...

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None: ...

    def _call(self, action: Action, values: Mapping[str, str]) -> Any: ...


class UserActions:
    """The guide's object `user`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[User] | None = None,
        *,
        fields: Iterable[Field[User, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **walking: Unpack[Walking],
    ) -> Listing[User]:
        """`user list`: the customers.

        filter: which rows; None for all of them.
        fields: what to ask for, such as ``[User.Username]``; None for everything. The key is always asked for.
        limit: how many rows at most; None for all.
        page_size: rows asked for at a time.
        start: how many rows to leave out at the beginning.
        walking: how the list is walked, as `Walking` has it: ``prefetch=1``, ``on_bad_row="skip"`` …

        Raises when a row is asked for: `ServiceError`, `TransportError`; at once: `RecordMismatchError` for a
        filter or field of another object, `ParameterError`, `FilterTooComplexError` for a filter that is longer than a
        request can be.
        """
        asked = Asked(filter, fields, limit, page_size, walking, start)
        return self._client._list(protocol.USER_LIST, User, asked, {})

    def scan(
        self,
        filter: Filter[User] | None = None,
        *,
        by: IntegerField[User] | None = None,
        fields: Iterable[Field[User, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        **walking: Unpack[Walking],
    ) -> Scan[User]:
        """`user list`, walked by key: every customer who is there throughout, once, whatever comes and goes meanwhile.

        by: the key, `User.User_Id`; nothing else tells rows apart. The other parameters and the errors as for `list`.
        """
        asked = Asked(filter, fields, limit, page_size, walking, scan=True, by=by)
        return self._client._scan(protocol.USER_LIST, User, asked, {})

    def credit_info(
        self,
        user_id: int | None = None,
        filter: Filter[UserCreditInfo] | None = None,
        *,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **walking: Unpack[Walking],
    ) -> Listing[UserCreditInfo]:
        """`user creditinfo`: what customers have left. Other parameters as for `list`.

        user_id: the customer; None takes all that the filter selects, which sends ``User_Id=0`` as programs in
            use do [wild]. Either `user_id` or `filter` is needed.
        """
        asked = Asked(filter, None, limit, page_size, walking, start)
        listing = self._client._list(protocol.CREDIT_INFO, UserCreditInfo, asked, credit_arguments(user_id, filter))
        # An id is one customer's: there is no second page to ask for.
        return listing.limited(1) if user_id else listing

    def add(self, username: str, password: str, *, name: str | None = None, family: str | None = None) -> None:
        """`user add`: a new customer.

        username, password: the customer's.
        name, family: given and family name.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        self._client._write(
            protocol.USER_ADD, {"username": username, "password": password, "name": name, "family": family}
        )


class UserStatusActions:
    """The guide's object `user.status`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

    def current_status(self, *, username: str | None = None, user_id: int | None = None) -> UserStatus:
        """`user.status currentstatus`: the status of the customer named by `username` or by `user_id`.

        Raises `ParameterError` for both or neither; `ServiceError`, `TransportError`.
        """
        action = protocol.CURRENT_STATUS
        values = action.encode({"username": username, "user_id": user_id})
        return protocol.decode_row(action, UserStatus, self._client._call(action, values))

    def add(
        self,
        *,
        username: str | None = None,
        user_id: int | None = None,
        status_name: str | None = None,
        status_id: int | None = None,
    ) -> None:
        """`user.status add`: give the customer named by `username` or `user_id` a status, by its name or its id.

        Raises `ParameterError` where not exactly one of each is given; `ServiceError`, `TransportError`.
        """
        self._client._write(
            protocol.STATUS_ADD,
            {"username": username, "user_id": user_id, "status_name": status_name, "status_id": status_id},
        )


class ServiceActions:
    """The guide's object `service`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[Service] | None = None,
        *,
        fields: Iterable[Field[Service, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **walking: Unpack[Walking],
    ) -> Listing[Service]:
        """`service list`: the tariffs. Parameters and errors as for `user.list`."""
        asked = Asked(filter, fields, limit, page_size, walking, start)
        return self._client._list(protocol.SERVICE_LIST, Service, asked, {})

    def scan(
        self,
        filter: Filter[Service] | None = None,
        *,
        by: IntegerField[Service] | None = None,
        fields: Iterable[Field[Service, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        **walking: Unpack[Walking],
    ) -> Scan[Service]:
        """`service list`, walked by key, as `user.scan`."""
        asked = Asked(filter, fields, limit, page_size, walking, scan=True, by=by)
        return self._client._scan(protocol.SERVICE_LIST, Service, asked, {})


class RadiusActions:
    """The guide's object `radius`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

    def list(
        self,
        filter: Filter[OnlineRadiusUser] | None = None,
        *,
        fields: Iterable[Field[OnlineRadiusUser, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **walking: Unpack[Walking],
    ) -> Listing[OnlineRadiusUser]:
        """`radius list`: who is online. Parameters and errors as for `user.list`."""
        asked = Asked(filter, fields, limit, page_size, walking, start)
        return self._client._list(protocol.RADIUS_LIST, OnlineRadiusUser, asked, {})

    def scan(
        self,
        filter: Filter[OnlineRadiusUser] | None = None,
        *,
        by: IntegerField[OnlineRadiusUser] | None = None,
        fields: Iterable[Field[OnlineRadiusUser, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        **walking: Unpack[Walking],
    ) -> Scan[OnlineRadiusUser]:
        """`radius list`, walked by key, as `user.scan`."""
        asked = Asked(filter, fields, limit, page_size, walking, scan=True, by=by)
        return self._client._scan(protocol.RADIUS_LIST, OnlineRadiusUser, asked, {})

    @overload
    def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: Literal[False] = False, at_most: int | None = None
    ) -> None: ...
    @overload
    def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: Literal[True], at_most: int | None = None
    ) -> tuple[OnlineRadiusUser, ...]: ...
    def disconnect(
        self, filter: Filter[OnlineRadiusUser], *, dry_run: bool = False, at_most: int | None = None
    ) -> tuple[OnlineRadiusUser, ...] | None:
        """`radius disconnect`: throw off line whoever the filter selects.

        filter: whose sessions end. One that folded to a constant raises `ConstantFilterError`: it names nobody.
        dry_run: disconnect nobody, and return whom it would hit.
        at_most: look first how many match, and raise `TooManyRowsError` where there are more. Sessions that begin
            in the moment between are not counted.

        Raises `ServiceError`, `TransportError`.
        """
        arguments = check_disconnect(filter, at_most)
        if at_most is not None:
            check_at_most(len(self.list(filter).take(at_most + 1)), at_most)
        if dry_run:
            return tuple(self.list(filter))
        self._client._write(protocol.DISCONNECT, arguments)
        return None


class UserPaymentActions:
    """The guide's object `User.payment`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

    def list(
        self,
        user_id: int,
        filter: Filter[UserPayment] | None = None,
        *,
        fields: Iterable[Field[UserPayment, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        start: int = 0,
        **walking: Unpack[Walking],
    ) -> Listing[UserPayment]:
        """`User.payment list`: the payments of the customer `user_id`. The rest as for `user.list`."""
        asked = Asked(filter, fields, limit, page_size, walking, start)
        return self._client._list(protocol.PAYMENT_LIST, UserPayment, asked, {"user_id": user_id})

    def scan(
        self,
        user_id: int,
        filter: Filter[UserPayment] | None = None,
        *,
        by: IntegerField[UserPayment] | None = None,
        fields: Iterable[Field[UserPayment, Any]] | None = None,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        **walking: Unpack[Walking],
    ) -> Scan[UserPayment]:
        """`User.payment list`, walked by key, as `user.scan`."""
        asked = Asked(filter, fields, limit, page_size, walking, scan=True, by=by)
        return self._client._scan(protocol.PAYMENT_LIST, UserPayment, asked, {"user_id": user_id})

    def add(
        self,
        user_id: int,
        currency_id: int,
        price_in_currency: int,
        exchange_rate: int,
        *,
        payment_type: str | None = None,
        date_type: str | None = None,
        voucher_no: int | str | None = None,
        voucher_date: date | str | None = None,
        bank_branch_name: str | None = None,
        bank_branch_no: str | None = None,
        comment: str | None = None,
    ) -> None:
        """`User.payment add`: enter a payment of a customer.

        user_id: the customer.
        currency_id, price_in_currency, exchange_rate: the currency, the amount in it, its rate.
        payment_type: Cash, Cheque, Pos, Deposit, Other or TAX.
        voucher_no: number of the cheque, at most 15 digits.
        voucher_date: its date: a `date`, which is Gregorian, or text in the calendar of `date_type`.
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
        self._client._write(protocol.PAYMENT_ADD, payment_arguments(arguments))


class UserServiceBaseActions:
    """The guide's object `user.service.base`."""

    def __init__(self, client: Caller) -> None:
        self._client = client

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
        **walking: Unpack[Walking],
    ) -> Listing[UserServiceBase]:
        """`user.service.base list`: the base services of a customer, named by `username` or `user_id`.

        Giving both, or neither, raises `ParameterError`. The rest as for `user.list`.
        """
        asked = Asked(filter, fields, limit, page_size, walking, start)
        return self._client._list(
            protocol.SERVICE_BASE_LIST, UserServiceBase, asked, {"username": username, "user_id": user_id}
        )

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
        **walking: Unpack[Walking],
    ) -> Scan[UserServiceBase]:
        """`user.service.base list`, walked by key, as `user.scan`."""
        asked = Asked(filter, fields, limit, page_size, walking, scan=True, by=by)
        return self._client._scan(
            protocol.SERVICE_BASE_LIST, UserServiceBase, asked, {"username": username, "user_id": user_id}
        )

    def add(
        self, user_id: int, service_id: int, *, pay_price: int | Decimal | None = None, pay_plan: str | None = None
    ) -> None:
        """`user.service.base add`: sell a customer a base service.

        user_id, service_id: the customer, the tariff.
        pay_price: the amount paid, at most 14 digits.
        pay_plan: PrePaid or PostPaid.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        self._client._write(
            protocol.SERVICE_BASE_ADD,
            {"user_id": user_id, "service_id": service_id, "pay_price": pay_price, "pay_plan": pay_plan},
        )

    def cancel(self, user_service_base_id: int) -> None:
        """`user.service.base cancel`: cancel a customer's service, named by its own id.

        Raises `ParameterError` before anything is sent; `ServiceError`, `TransportError`.
        """
        self._client._write(protocol.SERVICE_BASE_CANCEL, {"user_service_base_id": user_service_base_id})


def _field_names(fields: Iterable[Field[Any, Any]] | None, record: type[Record]) -> tuple[str, ...]:
    """The names of what is asked for: the key first, or everything in the guide's order."""
    if fields is None:
        return (*record.fields_by_name, *record.answers_by_name)
    if not isinstance(fields, Iterable):
        raise ParameterError("fields", f"a list of fields is needed, not {shown(fields)}")
    names = {record.key.name: None}
    for field in fields:
        if not isinstance(field, Field):
            example = f"[{record.__name__}.{record.key.name}]"
            raise ParameterError("fields", f"fields are needed, as in {example}, not {shown(field)}")
        if field.record is not record:
            raise RecordMismatchError(f"{field!r} is not a field of {record.__name__}")
        names[field.name] = None
    return tuple(names)
