"""``deltasib-query pay``."""

from __future__ import annotations

from typing import Annotated

from deltasib_query.cli.customer import UserId
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.write import Yes, option, writer
from deltasib_query.service.actions import PAYMENT_ADD


def pay_command(
    *,
    for_user_id: UserId,
    currency_id: Annotated[int, option(PAYMENT_ADD, "Currency_Id")],
    price_in_currency: Annotated[int, option(PAYMENT_ADD, "PriceINCurrency")],
    exchange_rate: Annotated[int, option(PAYMENT_ADD, "ExchangeRate")],
    payment_type: Annotated[str | None, option(PAYMENT_ADD, "PaymentType")] = None,
    date_type: Annotated[str | None, option(PAYMENT_ADD, "DateType")] = None,
    voucher_no: Annotated[str | None, option(PAYMENT_ADD, "VoucherNo")] = None,
    voucher_date: Annotated[str | None, option(PAYMENT_ADD, "VoucherDate")] = None,
    bank_branch_name: Annotated[str | None, option(PAYMENT_ADD, "BankBranchName")] = None,
    bank_branch_no: Annotated[str | None, option(PAYMENT_ADD, "BankBranchNo")] = None,
    comment: Annotated[str | None, option(PAYMENT_ADD, "Comment")] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Add a payment of a customer: a dry run unless --yes."""
    with writer(server, yes=yes) as isp:
        isp.user_payment.add(
            for_user_id,
            currency_id,
            price_in_currency,
            exchange_rate,
            payment_type=payment_type,
            date_type=date_type,
            voucher_no=voucher_no,
            voucher_date=voucher_date,
            bank_branch_name=bank_branch_name,
            bank_branch_no=bank_branch_no,
            comment=comment,
        )
