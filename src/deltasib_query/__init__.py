"""Safe filters and lazy lists for the DeltaSIB web service.

>>> from deltasib_query import User, parse
>>> mine = User.Username.startswith("ali") & (User.User_Id >= 100)
>>> typed = parse("Username like 'ali%' or Name = 'علی'", User)
>>> str(mine & typed)
"Username like 'ali%' and User_Id >= 100 and (Username like 'ali%' or Name = 'علی')"
"""

import importlib
import typing

from deltasib_query.errors import (
    AddressNotPermittedError,
    BudgetError,
    ColumnError,
    ConstantFilterError,
    DeltasibQueryError,
    DriftError,
    FatalServiceError,
    FilterError,
    FilterSyntaxError,
    FilterTooComplexError,
    FilterUsageError,
    InvalidDataError,
    InvalidKeyError,
    InvalidRowError,
    InvalidTokenError,
    InvalidValueError,
    MissingColumnError,
    MissingExtraError,
    MissingItemError,
    MultipleRowsError,
    NoRowsError,
    ParameterError,
    RecordMismatchError,
    RepeatedPageError,
    ResumeError,
    RowCountError,
    ServiceError,
    TooManyRowsError,
    TransportError,
    UnexpectedResponseError,
    UnknownFieldError,
    UnsafeLiteralError,
    UnstableOrderError,
    UnsupportedOperatorError,
)
from deltasib_query.filters import Filter, all_of, any_of
from deltasib_query.language.limits import Limits
from deltasib_query.language.tree import And, Comparison, Node, Or
from deltasib_query.policies import Policy
from deltasib_query.problems import Problem, Repair, Span
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
from deltasib_query.validation import check, from_tree, parse

if typing.TYPE_CHECKING:
    from deltasib_query.client.async_client import AsyncClient
    from deltasib_query.client.client import Client
    from deltasib_query.client.paging.async_listing import AsyncListing, AsyncScan
    from deltasib_query.client.paging.by_key import KeyRange
    from deltasib_query.client.paging.listing import Listing, Scan
    from deltasib_query.client.paging.page import Drift, Page, PagingOptions
    from deltasib_query.client.profile import ServerProfile

__version__ = "0.1.0"

__all__ = [
    "AddressNotPermittedError",
    "And",
    "AsyncClient",
    "AsyncListing",
    "AsyncScan",
    "BudgetError",
    "Client",
    "ColumnError",
    "Comparison",
    "ConstantFilterError",
    "DeltasibQueryError",
    "Drift",
    "DriftError",
    "FatalServiceError",
    "Filter",
    "FilterError",
    "FilterSyntaxError",
    "FilterTooComplexError",
    "FilterUsageError",
    "InvalidDataError",
    "InvalidKeyError",
    "InvalidRowError",
    "InvalidTokenError",
    "InvalidValueError",
    "KeyRange",
    "Limits",
    "Listing",
    "MissingColumnError",
    "MissingExtraError",
    "MissingItemError",
    "MultipleRowsError",
    "NoRowsError",
    "Node",
    "OnlineRadiusUser",
    "Or",
    "Page",
    "PagingOptions",
    "ParameterError",
    "Policy",
    "Problem",
    "Record",
    "RecordMismatchError",
    "Repair",
    "RepeatedPageError",
    "ResumeError",
    "RowCountError",
    "Scan",
    "ServerProfile",
    "Service",
    "ServiceError",
    "Span",
    "TooManyRowsError",
    "TransportError",
    "UnexpectedResponseError",
    "UnknownFieldError",
    "UnsafeLiteralError",
    "UnstableOrderError",
    "UnsupportedOperatorError",
    "User",
    "UserCreditInfo",
    "UserPayment",
    "UserServiceBase",
    "UserStatus",
    "all_of",
    "any_of",
    "check",
    "from_tree",
    "parse",
]

_CLIENTS: typing.Final = {
    "AsyncClient": "async_client",
    "AsyncListing": "paging.async_listing",
    "AsyncScan": "paging.async_listing",
    "Client": "client",
    "Drift": "paging.page",
    "KeyRange": "paging.by_key",
    "Listing": "paging.listing",
    "Page": "paging.page",
    "PagingOptions": "paging.page",
    "Scan": "paging.listing",
    "ServerProfile": "profile",
}


def __getattr__(name: str) -> typing.Any:
    """Import what talks to a server, and with it an HTTP library, once somebody asks for it."""
    if name not in _CLIENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(importlib.import_module(f"{__name__}.client.{_CLIENTS[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
