"""From a request's path and `Action` to the documented action, and from that to the function that handles it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from deltasib_query.sandbox.errors import RequestError
from deltasib_query.sandbox.handlers import writes
from deltasib_query.sandbox.handlers.call import Call
from deltasib_query.sandbox.handlers.credit_info import credit_info
from deltasib_query.sandbox.handlers.lists import TableList, of_user
from deltasib_query.sandbox.request_parameters import RequestParameters
from deltasib_query.service import actions as documented
from deltasib_query.service.actions import ACTIONS, VERSION, Action
from deltasib_query.service.objects import OnlineRadiusUser, Service, User, UserPayment, UserServiceBase
from deltasib_query.service.profile import ServerProfile

HANDLERS: Final[Mapping[Action, Callable[[Call], object]]] = {
    documented.USER_LIST: TableList(User).rows,
    documented.CREDIT_INFO: credit_info,
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
"""The function for every documented action except the login. It returns what becomes the JSON of the response."""

EXTRA_PARAMETERS: Final[Mapping[Action, tuple[str, ...]]] = {documented.SERVICE_BASE_ADD: ("Username",)}
"""Parameters that the service reads but our client never sends, so `service.actions` does not list them. The guide
prints Username beside the required User_Id of `user.service.base add`, and says nothing about it; here it wins over
User_Id, as in every other action [inferred].
"""


def find_action(
    version: str, object: str, method: str, parameters: RequestParameters, profile: ServerProfile
) -> Action:
    """Return the action that a request asks for.

    `disconnect` has both spellings of the guide, unless the profile knows the right one.

    Raises `RequestError`: -4 without `Action`, -5 for a version, object, action or method that is not documented.
    """
    actions = [action for action in ACTIONS if action.object.lower() == object.lower()]
    if version != VERSION or not actions:
        raise RequestError(-5, "no such version or object")
    name = parameters.required("Action").lower()
    action = next((action for action in actions if name in {action.name, action.wire}), None)
    if action is None or (action is documented.DISCONNECT and profile.disconnect_action not in {None, name}):
        raise RequestError(-5, "no such Action")
    if action.method != method:
        raise RequestError(-5, f"{action.object} {action.name} takes {action.method}")
    return action
