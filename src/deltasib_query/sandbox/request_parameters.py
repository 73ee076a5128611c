"""The parameters of one request, checked against those that the guide documents for its action."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Self

from deltasib_query.errors import ParameterError
from deltasib_query.sandbox.errors import RequestError
from deltasib_query.service.actions import Action
from deltasib_query.service.parameters import Integer, Parameter, Price, Text

_INTEGER: Final = re.compile("[+-]?[0-9]{1,18}")
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


class RequestParameters:
    """The values of a request by name, in any case [inferred: a public program sends `filter=`].

    If a name is repeated, its last value counts.

    >>> from deltasib_query.service.actions import USER_LIST
    >>> received = RequestParameters([("filter", "User_Id = 5"), ("LimitFrom", "")]).checked(USER_LIST)
    >>> received.text("Filter"), received.number("LimitFrom"), received.number("LimitCount")
    ('User_Id = 5', 0, 100)
    """

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._values = {name.lower(): value.strip() for name, value in items}

    def __str__(self) -> str:
        return str(sorted(self._values.items()))

    def text(self, name: str) -> str:
        """Return a value without the white space around it; the value of a missing parameter is empty."""
        return self._values.get(name.lower(), "")

    def number(self, name: str) -> int:
        """Return a number. `checked` has made sure that it is one."""
        return int(self.text(name))

    def required(self, name: str) -> str:
        """Return a value. Raise `RequestError` -4 if it is missing or empty."""
        value = self.text(name)
        if not value:
            raise RequestError(-4, name)
        return value

    def replaced(self, name: str, value: str) -> Self:
        """Return the same parameters with another value for one of them."""
        return type(self)([*self._values.items(), (name, value)])

    def checked(self, action: Action, *extra: str) -> Self:
        """Return the parameters of an action, with the documented defaults, numbers and choices in their usual form.

        Parameters that the action does not have are ignored, except those named in `extra`. If both of a pair such
        as Username and User_Id are given, the first wins [guide]. Raises `RequestError`: -4 for a missing value, -5
        for a wrong one.
        """
        names = {parameter.argument: parameter.name for parameter in action.parameters}
        checked = type(self)((name, self.text(name)) for name in (*names.values(), *extra))
        for one, other in action.either:
            if self.text(names[one]):
                checked = checked.replaced(names[other], "")
            else:
                self.required(names[other])
        for parameter in action.parameters:
            if parameter.required:
                checked.required(parameter.name)
            text = checked.text(parameter.name)
            if text:
                checked = checked.replaced(parameter.name, _checked(parameter, text))
            elif isinstance(parameter.kind, Integer):
                checked = checked.replaced(parameter.name, parameter.default)
        return checked


def _checked(parameter: Parameter, text: str) -> str:
    """Return the text in the usual form of its kind.

    Minimums are rules of our client, not of the service: a short key is a wrong key, and LimitCount 0 selects no rows.
    """
    kind, value = parameter.kind, _value(parameter, text)
    if isinstance(kind, Text):
        kind = Text(kind.max_length)
    elif isinstance(kind, Integer):
        kind = Integer(min(kind.lowest, 0), kind.highest)
    try:
        return kind.write(parameter.name, value)
    except ParameterError as error:
        raise RequestError(-5, str(error)) from None


def _value(parameter: Parameter, text: str) -> object:
    if isinstance(parameter.kind, Integer) and _INTEGER.fullmatch(text):
        return int(text)
    if isinstance(parameter.kind, Price) and _AMOUNT.fullmatch(text):
        return Decimal(text)
    return text
