"""``deltasib-query buy``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

from deltasib_query.cli.customer import UserId
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, option, writer
from deltasib_query.errors import needed
from deltasib_query.service.actions import SERVICE_BASE_ADD


def buy_command(
    *,
    for_user_id: UserId,
    service_id: Annotated[int, option(SERVICE_BASE_ADD, "Service_Id")],
    pay_price: Annotated[str | None, option(SERVICE_BASE_ADD, "PayPrice")] = None,
    pay_plan: Annotated[str | None, option(SERVICE_BASE_ADD, "PayPlan")] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Sell a customer a base service: a dry run unless --yes."""
    price = None if pay_price is None else _amount(pay_price)
    with writer(server, yes=yes) as isp:
        isp.user_service_base.add(for_user_id, service_id, pay_price=price, pay_plan=pay_plan)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise needed("pay_price", SERVICE_BASE_ADD.parameter("PayPrice").kind.rule, text) from None
