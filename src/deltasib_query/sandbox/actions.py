"""Every documented action but the login, and what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from deltasib_query.client import protocol
from deltasib_query.client.protocol import Action
from deltasib_query.sandbox import writes
from deltasib_query.sandbox.calls import Call
from deltasib_query.sandbox.lists import TableList, credit_rows, of_user
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase

ANSWERS: Final[Mapping[Action, Callable[[Call], object]]] = {
    protocol.USER_LIST: TableList(User).rows,
    protocol.CREDIT_INFO: credit_rows,
    protocol.USER_ADD: writes.add_user,
    protocol.CURRENT_STATUS: writes.current_status,
    protocol.STATUS_ADD: writes.add_status,
    protocol.SERVICE_LIST: TableList(Service).rows,
    protocol.RADIUS_LIST: TableList(OnlineRadiusUser).rows,
    protocol.DISCONNECT: writes.disconnect,
    protocol.PAYMENT_LIST: TableList(UserPayment, of_user).rows,
    protocol.PAYMENT_ADD: writes.add_payment,
    protocol.SERVICE_BASE_LIST: TableList(UserServiceBase, of_user).rows,
    protocol.SERVICE_BASE_ADD: writes.add_service,
    protocol.SERVICE_BASE_CANCEL: writes.cancel_service,
}
"""Rows of a list, or the object that a write answers."""

FURTHER: Final[Mapping[Action, tuple[str, ...]]] = {protocol.SERVICE_BASE_ADD: ("Username",)}
"""What is understood beside an action's parameters: the guide has Username beside User_Id, without a rule."""
