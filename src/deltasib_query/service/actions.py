"""The table of the guide: every action, its HTTP method, its parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from deltasib_query.errors import ParameterError
from deltasib_query.filters.record import Record
from deltasib_query.messages.message import Message
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.service.parameters import Choice, Day, Digits, Integer, Parameter, Price, Text

VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the table.

    object, name: as the guide spells them, such as ``user`` and ``list``.
    either: pairs of arguments of which a call needs exactly one. If a request has Username and User_Id, the server uses
        Username [guide]; a caller who gives both has made a mistake.
    record: the class of the rows that a list has.
    wire: what is sent as ``Action``, if it is not the name.
    """

    object: str
    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    parameters: tuple[Parameter, ...]
    either: tuple[tuple[str, str], ...] = ()
    record: type[Record] | None = None
    wire: str = ""

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of a name.

        >>> PAYMENT_ADD.parameter("VoucherNo").kind
        Digits(count=15)
        """
        return next(parameter for parameter in self.parameters if parameter.name == name)

    def encode(self, arguments: Mapping[str, Any]) -> dict[str, str]:
        """Check the arguments of a call, and return its parameters as they are sent.

        arguments: by their names in Python; None is the same as no argument.

        Raises `ParameterError`, which names the argument and the rule.

        >>> USER_ADD.encode({"username": "ali", "password": "secret", "name": None})
        {'Username': 'ali', 'Password': 'secret'}
        """
        for one, other in self.either:
            if (arguments.get(one) is None) == (arguments.get(other) is None):
                raise ParameterError(one, Message("parameter.either", one=one, other=other))
        written: dict[str, str] = {}
        for parameter in self.parameters:
            value = arguments.get(parameter.argument)
            if value is not None:
                written[parameter.name] = parameter.kind.write(parameter.argument, value)
            elif parameter.required:
                raise ParameterError(parameter.argument, Message("parameter.required", rule=parameter.kind.rule))
        return written


_FILTER: Final = Parameter("Filter", Text(), doc="which rows; all by default")
_LIST: Final = (
    _FILTER,
    # The guide marks it as required in four lists, and has a default of "all" as well. The client always sends it.
    Parameter("Field", Text(), default="all fields", doc="which fields the response has"),
    Parameter("LimitFrom", Integer(), default="0", doc="how many rows to skip"),
    Parameter("LimitCount", Integer(1), default="100", doc="how many rows"),
)
_USERNAME: Final = Parameter("Username", Text(), doc="the customer, by name")
_USER_ID: Final = Parameter("User_Id", Integer(), doc="the customer, by id")
_WHOSE: Final = Parameter("User_Id", Integer(), required=True, doc="the customer")
_ONE_USER: Final = (("username", "user_id"),)
_ONE_STATUS: Final = (("username", "user_id"), ("status_name", "status_id"))

GET_TOKEN: Final = Action(
    "auth", "gettoken", "POST",
    (
        Parameter("Api_Username", Text(32, 1), required=True, doc="name of the API account"),
        Parameter("Api_Key", Text(128, 128), required=True, doc="lower-case hex SHA-512 of its password", secret=True),
    ),
)  # fmt: skip
USER_LIST: Final = Action("user", "list", "GET", _LIST, record=User)
CREDIT_INFO: Final = Action("user", "creditinfo", "GET", (_WHOSE, *_LIST), record=UserCreditInfo)
USER_ADD: Final = Action(
    "user", "add", "POST",
    (
        Parameter("Username", Text(min_length=1), required=True, doc="the new customer's name"),
        Parameter("Password", Text(min_length=1), required=True, doc="the new customer's password", secret=True),
        Parameter("Name", Text(), doc="given name"),
        Parameter("Family", Text(), doc="family name"),
    ),
)  # fmt: skip
CURRENT_STATUS: Final = Action("user.status", "currentstatus", "GET", (_USERNAME, _USER_ID), _ONE_USER)
STATUS_ADD: Final = Action(
    "user.status", "add", "PUT",
    (
        _USERNAME,
        _USER_ID,
        Parameter("Status_Name", Text(), doc="the new status, by name"),
        Parameter("Status_Id", Integer(), doc="the new status, by id"),
    ),
    _ONE_STATUS,
)  # fmt: skip
SERVICE_LIST: Final = Action("service", "list", "GET", _LIST, record=Service)
RADIUS_LIST: Final = Action("radius", "list", "GET", _LIST, record=OnlineRadiusUser)
DISCONNECT: Final = Action(
    "radius", "disconnect", "DELETE",
    (Parameter("Filter", Text(min_length=1), required=True, doc="which sessions to end"),),
    wire="disconnet",  # The guide's heading has "disconnect", its table "disconnet".
)  # fmt: skip
PAYMENT_LIST: Final = Action("User.payment", "list", "GET", (_WHOSE, *_LIST), record=UserPayment)
PAYMENT_ADD: Final = Action(
    "User.payment", "add", "POST",
    (
        _WHOSE,
        Parameter("Currency_Id", Integer(), required=True, doc="the currency"),
        Parameter("PriceINCurrency", Integer(-(10**15), 10**15), required=True, doc="the amount in that currency"),
        Parameter("ExchangeRate", Integer(), required=True, doc="the currency's rate"),
        Parameter("PaymentType", Choice(("Cash", "Cheque", "Pos", "Deposit", "Other", "TAX")), doc="how it was paid"),
        Parameter("DateType", Choice(("Persian", "Gregorian")), doc="the calendar of VoucherDate"),
        Parameter("VoucherNo", Digits(15), doc="number of the cheque"),
        Parameter("VoucherDate", Day(), doc="date of the cheque"),
        Parameter("BankBranchName", Text(23), doc="the bank"),
        Parameter("BankBranchNo", Text(32), doc="its branch"),
        Parameter("Comment", Text(), doc="a comment"),
    ),
)  # fmt: skip
SERVICE_BASE_LIST: Final = Action(
    "user.service.base", "list", "GET", (_USERNAME, _USER_ID, *_LIST), _ONE_USER, UserServiceBase
)
SERVICE_BASE_ADD: Final = Action(
    "user.service.base", "add", "POST",
    (
        _WHOSE,  # The guide has an optional Username as well.
        Parameter("Service_Id", Integer(), required=True, doc="the tariff"),
        Parameter("PayPrice", Price(14), doc="the amount paid"),
        Parameter("PayPlan", Choice(("PrePaid", "PostPaid")), doc="how it is paid"),
    ),
)  # fmt: skip
SERVICE_BASE_CANCEL: Final = Action(
    "user.service.base", "cancel", "PUT",
    # Optional in the guide; without it there is nothing to cancel [inferred].
    (Parameter("User_ServiceBase_Id", Integer(), required=True, doc="the customer's service"),),
)  # fmt: skip

ACTIONS: Final = (
    GET_TOKEN, USER_LIST, CREDIT_INFO, USER_ADD, CURRENT_STATUS, STATUS_ADD, SERVICE_LIST, RADIUS_LIST, DISCONNECT,
    PAYMENT_LIST, PAYMENT_ADD, SERVICE_BASE_LIST, SERVICE_BASE_ADD, SERVICE_BASE_CANCEL,
)  # fmt: skip
"""Every documented action, in the guide's order."""


def api_key(password: str) -> str:
    """Return the Api_Key of a password: its SHA-512 in lower-case hex [guide]."""
    return hashlib.sha512(password.encode("utf-8")).hexdigest()
