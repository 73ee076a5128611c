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
    UndecidedError,
    UnexpectedResponseError,
    UnknownFieldError,
    UnsafeLiteralError,
    UnstableOrderError,
    UnsupportedOperatorError,
)
from deltasib_query.filters.combining import all_of, all_rows, any_of, no_rows
from deltasib_query.filters.filter import Filter
from deltasib_query.filters.parsing import check, from_tree, parse
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.language.limits import Limits
from deltasib_query.language.patterns import escape_like
from deltasib_query.language.tree import And, Comparison, Node, Or, comparisons, fold
from deltasib_query.messages.message import Message
from deltasib_query.messages.said import Code, Said
from deltasib_query.problems import Problem, Repair, Span
from deltasib_query.service.objects import (
    OnlineRadiusUser,
    Service,
    User,
    UserCreditInfo,
    UserPayment,
    UserServiceBase,
    UserStatus,
)
from deltasib_query.service.profile import ServerProfile

if typing.TYPE_CHECKING:
    from deltasib_query.assist.as_json import as_json
    from deltasib_query.assist.complete import complete
    from deltasib_query.assist.completions import Completion, Completions, Wanted
    from deltasib_query.assist.explain import Clause, Explanation, explain
    from deltasib_query.assist.lookups import values_from
    from deltasib_query.assist.vocabulary import vocabulary
    from deltasib_query.client.async_client import AsyncClient
    from deltasib_query.client.client import Client
    from deltasib_query.client.paging.async_listing import AsyncListing, AsyncScan
    from deltasib_query.client.paging.by_key import KeyRange
    from deltasib_query.client.paging.listing import Listing, Scan
    from deltasib_query.client.paging.page import Drift, Page, PagingOptions
    from deltasib_query.client.probing.report import Finding, ProbeReport
    from deltasib_query.client.wire.events import RequestEvent, ResponseEvent
    from deltasib_query.filters.forms import check_lookups, from_lookups, from_rules
    from deltasib_query.filters.spellings import spellings
    from deltasib_query.messages.languages import preferred_language

__version__ = "0.1.0"

__all__ = [
    "AddressNotPermittedError", "And", "AsyncClient", "AsyncListing", "AsyncScan", "BudgetError", "Clause", "Client",
    "Code", "ColumnError", "Comparison", "Completion", "Completions", "ConstantFilterError", "DeltasibQueryError",
    "Drift", "DriftError", "Explanation", "FatalServiceError", "Filter", "FilterError", "FilterSyntaxError",
    "FilterTooComplexError", "FilterUsageError", "Finding", "InvalidDataError", "InvalidKeyError", "InvalidRowError",
    "InvalidTokenError", "InvalidValueError", "KeyRange", "Limits", "Listing", "Message", "MissingColumnError",
    "MissingExtraError", "MissingItemError", "MultipleRowsError", "NoRowsError", "Node", "OnlineRadiusUser", "Or",
    "Page", "PagingOptions", "ParameterError", "Policy", "ProbeReport", "Problem", "Record", "RecordMismatchError",
    "Repair", "RepeatedPageError", "RequestEvent", "ResponseEvent", "ResumeError", "RowCountError", "Said", "Scan",
    "ServerProfile", "Service", "ServiceError", "Span", "TooManyRowsError", "TransportError", "UndecidedError",
    "UnexpectedResponseError", "UnknownFieldError", "UnsafeLiteralError", "UnstableOrderError",
    "UnsupportedOperatorError", "User", "UserCreditInfo", "UserPayment", "UserServiceBase", "UserStatus", "Wanted",
    "all_of", "all_rows", "any_of", "as_json", "check", "check_lookups", "comparisons", "complete", "escape_like",
    "explain", "fold", "from_lookups", "from_rules", "from_tree", "no_rows", "parse", "preferred_language", "spellings",
    "values_from", "vocabulary",
]  # fmt: skip

# Names that are imported when somebody uses them. Most programs compose or validate filters and need no HTTP library,
# and no words for people.
_LAZY: typing.Final = {
    "AsyncClient": "client.async_client",
    "AsyncListing": "client.paging.async_listing",
    "AsyncScan": "client.paging.async_listing",
    "Clause": "assist.explain",
    "Client": "client.client",
    "Completion": "assist.completions",
    "Completions": "assist.completions",
    "Drift": "client.paging.page",
    "Explanation": "assist.explain",
    "Finding": "client.probing.report",
    "KeyRange": "client.paging.by_key",
    "Listing": "client.paging.listing",
    "Page": "client.paging.page",
    "ProbeReport": "client.probing.report",
    "PagingOptions": "client.paging.page",
    "RequestEvent": "client.wire.events",
    "ResponseEvent": "client.wire.events",
    "Scan": "client.paging.listing",
    "Wanted": "assist.completions",
    "as_json": "assist.as_json",
    "check_lookups": "filters.forms",
    "complete": "assist.complete",
    "explain": "assist.explain",
    "from_lookups": "filters.forms",
    "from_rules": "filters.forms",
    "preferred_language": "messages.languages",
    "spellings": "filters.spellings",
    "values_from": "assist.lookups",
    "vocabulary": "assist.vocabulary",
}


def __getattr__(name: str) -> typing.Any:
    """Import a lazy name and keep it, so that Python asks only once (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
