"""The parameters of a request, and the documented errors that a wrong one is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Self

from deltasib_query.errors import ParameterError
from deltasib_query.service.actions import Action
from deltasib_query.service.parameters import Integer, Parameter, Price, Text

ERROR_TEXTS: Final = {
    -1: "Fatal Error",
    -2: "Invalid key",
    -3: "IP not permit",
    -4: "Require item not found",
    -5: "Invalid Data",
    -6: "Invalid token",
}
"""ErrorCode to ErrorDesc [guide]."""

_WHOLE: Final = re.compile("[+-]?[0-9]{1,18}")
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


class RequestError(Exception):
    """The request is answered with an ErrorCode; `reason` goes behind the documented text."""

    def __init__(self, code: int, reason: str = "") -> None:
        """Take a documented code."""
        super().__init__(code, reason)
        self.code = code
        self.description = f"{ERROR_TEXTS[code]}: {reason}" if reason else ERROR_TEXTS[code]


class Parameters:
    """Parameters by name, in any case [inferred: a public program sends `filter=`]. Of a repeated one the last counts.

    >>> from deltasib_query.service.actions import USER_LIST
    >>> given = Parameters([("filter", "User_Id = 5"), ("LimitFrom", "")]).checked(USER_LIST)
    >>> given.text("Filter"), given.number("LimitFrom"), given.number("LimitCount")
    ('User_Id = 5', 0, 100)
    """

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        """Take names and values in the order in which they came."""
        self._values = {name.lower(): value.strip() for name, value in items}

    def __str__(self) -> str:
        return str(sorted(self._values.items()))

    def text(self, name: str) -> str:
        """Return a parameter without the white space around it; a missing one is empty."""
        return self._values.get(name.lower(), "")

    def number(self, name: str) -> int:
        """Return a number that `checked` has looked at."""
        return int(self.text(name))

    def required(self, name: str) -> str:
        """Return a parameter that must be there. Raises `RequestError` -4 where it is missing or empty."""
        value = self.text(name)
        if not value:
            raise RequestError(-4, name)
        return value

    def replaced(self, name: str, value: str) -> Self:
        """Return the same parameters with another value for one of them."""
        return type(self)([*self._values.items(), (name, value)])

    def checked(self, action: Action, *further: str) -> Self:
        """Return the parameters as an action wants them: documented defaults filled in, numbers and choices written.

        Others are left out, but for `further`. Raises `RequestError`: -4 for what is missing, -5 for what breaks its
        rule. Where both of a pair are given, such as Username and User_Id, the first wins [guide].
        """
        names = {parameter.argument: parameter.name for parameter in action.parameters}
        checked = type(self)((name, self.text(name)) for name in (*names.values(), *further))
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
    """The text as its kind writes it. Lower bounds of our own are the client's: a short key is a wrong key,
    and no rows are asked for where LimitCount is 0.
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
    if isinstance(parameter.kind, Integer) and _WHOLE.fullmatch(text):
        return int(text)
    if isinstance(parameter.kind, Price) and _AMOUNT.fullmatch(text):
        return Decimal(text)
    return text
