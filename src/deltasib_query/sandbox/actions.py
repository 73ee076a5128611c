"""Every documented action but the login, and what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from deltasib_query.sandbox import writes
from deltasib_query.sandbox.calls import Call
from deltasib_query.sandbox.lists import TableList, credit_rows, of_user
from deltasib_query.service import actions as documented
from deltasib_query.service.actions import Action
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase

ANSWERS: Final[Mapping[Action, Callable[[Call], object]]] = {
    documented.USER_LIST: TableList(User).rows,
    documented.CREDIT_INFO: credit_rows,
    documented.USER_ADD: writes.add_user,
    documented.CURRENT_STATUS: writes.current_status,
    documented.STATUS_ADD: writes.add_status,
    documented.SERVICE_LIST: TableList(Service).rows,
    documented.RADIUS_LIST: TableList(OnlineRadiusUser).rows,
    documented.DISCONNECT: writes.disconnect,
    documented.PAYMENT_LIST: TableList(UserPayment, of_user).rows,
    documented.PAYMENT_ADD: writes.add_payment,
    documented.SERVICE_BASE_LIST: TableList(UserServiceBase, of_user).rows,
    documented.SERVICE_BASE_ADD: writes.add_service,
    documented.SERVICE_BASE_CANCEL: writes.cancel_service,
}
"""Rows of a list, or the object that a write answers."""

FURTHER: Final[Mapping[Action, tuple[str, ...]]] = {documented.SERVICE_BASE_ADD: ("Username",)}
"""What is understood beside an action's parameters: the guide has Username beside User_Id, without a rule."""
