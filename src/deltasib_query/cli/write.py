"""The commands that change data: their options are from the guide's table, and without ``--yes`` they are dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

import typer

from deltasib_query import Client, OnlineRadiusUser, TransportError
from deltasib_query.cli.arguments import SessionFilterText, parse_or_exit
from deltasib_query.cli.completion import starting
from deltasib_query.cli.console import print_line
from deltasib_query.cli.formats import Format, lines
from deltasib_query.cli.output import print_rows
from deltasib_query.cli.passwords import new_password
from deltasib_query.cli.server import ServerOptions
from deltasib_query.errors import needed
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import PAYMENT_ADD, SERVICE_BASE_ADD, USER_ADD, Action
from deltasib_query.service.parameters import Choice

UserId = Annotated[int, typer.Option("--for-user-id", metavar="User_Id", help="the customer")]
Yes = Annotated[bool, typer.Option("--yes", help="do it; without it, only show what would be sent")]
_HIDDEN: Final = "(not shown)"


def option(action: Action, name: str) -> Any:
    """Return the option of a parameter in the guide's table: its help, and its values where they are listed."""
    parameter = action.parameter(name)
    kind = parameter.kind
    text = parameter.doc if kind.rule.key == "rule.text" else f"{parameter.doc}: {kind.rule}"
    values = kind.values if isinstance(kind, Choice) else ()

    def offered(incomplete: str) -> list[str]:
        return starting(values, incomplete)

    return typer.Option(metavar=name, help=text, autocompletion=offered)


class _DryRun(Client):
    """A client that shows what it would write, and does not send it. What it reads is real."""

    def _write(self, action: Action, arguments: Mapping[str, object]) -> None:
        sent = action.encode(arguments)
        shown = {name: _HIDDEN if action.parameter(name).secret else value for name, value in sent.items()}
        print(f"{action.object} {action.name}", lines(shown, indent="  "), sep="\n", end="")


@contextmanager
def writer(server: ServerOptions, *, yes: bool) -> Iterator[Client]:
    """Yield a client for one write, which is a dry run without `yes`; then say what has been done.

    A dry run is the same call of the same method, so it refuses whatever the real one would refuse.
    """
    with server.client(Client if yes else _DryRun) as isp:
        try:
            yield isp
        except TransportError as error:
            if not error.login_failed and error.action != "list":
                print_line(Message("command.unknown"))
            raise
    print_line(Message("command.done" if yes else "command.dry-run", url=server.settings()["url"]))


def add_user_command(
    new_username: Annotated[str, typer.Argument(metavar="Username", help="the new customer's name")],
    *,
    name: Annotated[str | None, option(USER_ADD, "Name")] = None,
    family: Annotated[str | None, option(USER_ADD, "Family")] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Add a customer: a dry run unless --yes.

    The customer's password is asked for. If standard input is a pipe or a file, its first line is the password.
    """
    with writer(server, yes=yes) as isp:
        isp.user.add(new_username, new_password(new_username), name=name, family=family)


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


def cancel_command(
    user_service_base_id: Annotated[
        int, typer.Argument(metavar="User_ServiceBase_Id", help="as `list user.service.base` shows it")
    ],
    *,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """Cancel a service of a customer: a dry run unless --yes."""
    with writer(server, yes=yes) as isp:
        isp.user_service_base.cancel(user_service_base_id)


def disconnect_command(
    filter_text: SessionFilterText,
    *,
    at_most: Annotated[
        int | None,
        typer.Option(min=0, metavar="NUMBER", help="count the sessions first, and end none if there are more"),
    ] = None,
    yes: Yes = False,
    server: ServerOptions,
) -> None:
    """End the sessions that a filter selects: unless --yes, a dry run that lists them.

    A filter that selects every session needs --at-most.
    """
    condition = parse_or_exit(filter_text, OnlineRadiusUser)
    with writer(server, yes=yes) as isp:
        isp.radius.disconnect(condition, at_most=at_most)
        if not yes:
            print_rows(isp.radius.list(condition), Format.table, None, excel=False)
