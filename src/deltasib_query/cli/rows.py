"""The options of the commands that read a list: whose, and which of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from deltasib_query import Client, Filter
from deltasib_query.cli.arguments import Object, RepairOption, parse_or_exit
from deltasib_query.cli.completion import complete_filter
from deltasib_query.cli.language import wrong
from deltasib_query.client.paging.listing import AnySyncListing
from deltasib_query.filters.record import Record
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase


@dataclass(frozen=True)
class RowOptions:
    """A list, and which of its rows."""

    record: Object
    filter_text: Annotated[
        str | None,
        typer.Option(
            "--filter", metavar="FILTER", autocompletion=complete_filter,
            help="which rows; all by default; - reads it from standard input",
        ),
    ] = None  # fmt: skip
    for_user_id: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="User_Id", help="the customer of user/creditinfo, user.payment or user.service.base"
        ),
    ] = None
    for_username: Annotated[
        str | None, typer.Option(metavar="Username", help="the customer of user.service.base, by name")
    ] = None
    repair: RepairOption = False

    def condition(self) -> Filter[Any] | None:
        """Return the filter; None without one. A wrong one ends the command."""
        return None if self.filter_text is None else parse_or_exit(self.filter_text, self.record, repair=self.repair)

    def listing(
        self, client: Client, condition: Filter[Any] | None, *, scan: bool = False, **options: Any
    ) -> AnySyncListing[Any]:
        """Return the list. Raise `typer.BadParameter` for options that it does not take."""
        record, user_id, username = self.record, self.for_user_id, self.for_username

        def method(actions: Any) -> Callable[..., AnySyncListing[Any]]:
            return actions.scan if scan else actions.list  # type: ignore[no-any-return]

        if username is not None and record is not UserServiceBase:
            raise wrong("command.takes-no", object=record.service_object, option="--for-username")
        if record is UserServiceBase:
            if (user_id is None) == (username is None):
                raise wrong("command.one-of", object="user.service.base", one="--for-user-id", other="--for-username")
            return method(client.user_service_base)(condition, user_id=user_id, username=username, **options)
        if record is UserCreditInfo:
            if scan:
                raise wrong("command.takes-no", object="user/creditinfo", option="--scan")
            if options.pop("fields", None):
                raise wrong("command.every-field", object="user/creditinfo")
            if user_id is None and condition is None:
                raise wrong("command.needs-one", object="user/creditinfo", one="--for-user-id", other="--filter")
            return client.user.credit_info(condition, user_id=user_id, **options)
        if record is UserPayment:
            if user_id is None:
                raise wrong("command.needs", option="user.payment", needed="--for-user-id")
            return method(client.user_payment)(condition, user_id=user_id, **options)
        if user_id is not None:
            raise wrong("command.takes-no", object=record.service_object, option="--for-user-id")
        actions: dict[type[Record], Any] = {User: client.user, Service: client.service, OnlineRadiusUser: client.radius}
        return method(actions[record])(condition, **options)
