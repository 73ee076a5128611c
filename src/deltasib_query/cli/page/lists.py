"""The lists that the page offers, and what it asks of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints

from deltasib_query import AsyncClient, AsyncListing, Filter, explain, parse
from deltasib_query.filters.field import Field
from deltasib_query.filters.labels import field_label
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase


class Offer(NamedTuple):
    """A list that the page offers.

    customer: whether the list is asked for with the id of a customer.
    examples: filters that find rows in a sandbox, of customer 1 where there has to be one.
    """

    record: type[Record]
    customer: Literal["none", "optional", "required"]
    examples: tuple[str, str, str]


_OFFERS: Final = (
    Offer(
        User,
        "none",
        (
            "Username like 'ali%' and User_Id >= 100",
            "Family = 'رضایی' or Family = 'کریمی'",
            "Family = 'احمدی' and (Name = 'سارا' or Username like 'ali%')",
        ),
    ),
    Offer(
        UserCreditInfo,
        "optional",
        ("User_Id >= 100 and User_Id <= 200", "Username like 'sara%'", "Username = 'ali'"),
    ),
    Offer(
        Service,
        "none",
        (
            "ServiceType = 'Base' and ISEnable = 'Yes'",
            "Price < 100000",
            "ServiceName like 'ADSL%' and (Price < 200000 or ResellerChoosable = 'Yes')",
        ),
    ),
    Offer(OnlineRadiusUser, "none", ("Nas_Id = 3", "User_Id <= 1000", "NasPortId like 'eth%'")),
    Offer(
        UserPayment,
        "required",
        ("Price < 0", "PaymentType = 'Cheque' or PaymentType = 'Deposit'", "User_PaymentCD >= '2021-01-15'"),
    ),
    Offer(
        UserServiceBase,
        "required",
        (
            "ServiceStatus = 'Active'",
            "EndDate >= '2021-01-01' and EndDate <= '2021-12-31'",
            "PayPlan = 'PrePaid' and ServiceStatus <> 'Cancel'",
        ),
    ),
)
OFFERS: Final = {offer.record.__name__: offer for offer in _OFFERS}
"""The lists, by the names of their records."""


def _record(name: object) -> type[Record]:
    if isinstance(name, str) and name in OFFERS:
        return OFFERS[name].record
    raise ValueError("there is no such list")


class ListRequest(BaseModel):
    """What the page asks of a list: the body of its requests.

    list: the name of the record.
    user_id: the customer, as typed; None where the list is not of one.
    filter: as it was typed; a blank one is none.
    fields: the names of the columns; None for all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: Annotated[Any, PlainValidator(_record)]
    user_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    filter: str = ""
    fields: tuple[str, ...] | None = None

    @property
    def condition(self) -> Filter[Any] | None:
        """The filter; None for every row. Raises `FilterError` for a wrong one."""
        return parse(self.filter, self.list) if self.filter.strip() else None

    @property
    def customer(self) -> Any:
        """The customer's id; None for none. The client refuses a text that is no number."""
        typed = (self.user_id or "").strip()
        return int(typed) if typed.isdecimal() else typed or None

    @property
    def columns(self) -> Sequence[Field[Any, Any]] | None:
        """The fields to request; None for all. A list of what customers have left has them all [guide]."""
        if self.fields is None or self.list is UserCreditInfo:
            return None
        return [field for name, field in self.list.fields_by_name.items() if name in self.fields]

    def listing(self, client: AsyncClient, **options: Any) -> AsyncListing[Any]:
        """Return the rows, page by page. Raises as the lists of a client do."""
        return client.list(self.list, self.condition, user_id=self.customer, fields=self.columns, **options)


def described(offer: Offer, language: str) -> Mapping[str, object]:
    """Return what the page shows of a list before anything is searched for."""
    record = offer.record
    fields = {**record.fields_by_name, **record.response_fields_by_name}
    return {
        "name": record.__name__,
        "customer": offer.customer,
        "columns": [
            {
                "name": name,
                "label": field_label(field, language) if isinstance(field, Field) else name,
                "number": record.field_kinds.get(name) == "number",
            }
            for name, field in fields.items()
        ],
        "examples": [
            {"filter": text, "said": str(explain(text, record, language=language))} for text in offer.examples
        ],
    }
