"""What the sandbox does wrong when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any, Final, Literal, Self, TypeAlias

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message
from deltasib_query.service.profile import ServerProfile

When: TypeAlias = int | float | tuple[int, ...]
"""Which requests have a fault. An int: the first ones, so many. A float from ``0.0`` to ``1.0``: this share of them, at
random. A tuple: those with these numbers, from 1.
"""

Fault = Literal["", "drop", "error", "half"]

FAULT_HEADER: Final = "sandbox-fault"
"""The header that tells the relay to break a response. The relay removes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What a `Sandbox` does wrong. By default, nothing.

    Requests for known actions are numbered from 1 in the order of their arrival, whatever happens to them. Logins have
    no number and no faults unless `logins` is set. `errors`, `drop` and `half` say which requests they hit: an int hits
    the first so many, a float from 0.0 to 1.0 a random share, a tuple the requests with these numbers. If several hit
    the same request, the first of `drop`, `errors`, `half` counts.

    latency: seconds to wait before each response.
    errors: answer with HTTP 503 and a page of HTML, as a proxy does. The request is not carried out.
    retry_after: the seconds in the header Retry-After of these responses.
    drop: carry the request out, then close the connection without a response.
    half: carry the request out, then close the connection in the middle of the response's body.
    cap: the largest LimitCount; a larger one counts as this.
    lower_keys: the keys in responses are in lower case [wild].
    numbers_as_text: the numbers in responses are text [inferred].
    shuffled: every list request has another order of rows, so that pages overlap and miss rows. The order depends on
        the request, and on how often it came before; so it is the same on any database.
    token_dies_after: how many requests a token is valid for.
    logins: the other faults hit logins too.
    seed: the same seed makes the same random choices.

    >>> Faults(errors=2, drop=(4,)).of(1), Faults(errors=2, drop=(4,)).of(4)
    ('error', 'drop')
    """

    latency: float = 0
    errors: When = 0
    retry_after: int | None = None
    drop: When = 0
    half: When = 0
    cap: int | None = None
    lower_keys: bool = False
    numbers_as_text: bool = False
    shuffled: bool = False
    token_dies_after: int | None = None
    logins: bool = False
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise `ParameterError` for a wrong value."""
        for name in ("errors", "drop", "half"):
            if not _makes_sense(getattr(self, name)):
                raise ParameterError(name, Message("parameter.requests"))
        for name, lowest in (("latency", 0), ("retry_after", 0), ("cap", 1), ("token_dies_after", 0)):
            value = getattr(self, name)
            if value is not None and not value >= lowest:
                raise ParameterError(name, Message("parameter.from", lowest=lowest))

    @classmethod
    def read(cls, texts: Iterable[str]) -> Self:
        """Return the faults of a command line: texts such as ``NAME=VALUE``. Raise `ParameterError` for a wrong one.

        Requests are written ``2`` (the first two), ``0.1`` (a share) or ``@2,5`` (the second and the fifth). A fault
        that is on or off needs no value.

        >>> Faults.read(["errors=@2,5", "cap=50", "shuffled"]) == Faults(errors=(2, 5), cap=50, shuffled=True)
        True
        """
        values: dict[str, Any] = {}
        for text in texts:
            name, _equals, value = text.partition("=")
            name = name.strip().replace("-", "_")
            if name not in _READERS:
                raise ParameterError("fault", Message("parameter.fault", known=tuple(_READERS), given=repr(name)))
            try:
                values[name] = _READERS[name](value.strip())
            except (KeyError, ValueError):
                raise ParameterError("fault", Message("parameter.cannot-be", name=name, given=repr(value))) from None
        return cls(**values)

    def with_profile(self, profile: ServerProfile) -> Self:
        """Return these faults, and those that a profile has.

        >>> Faults(cap=5).with_profile(ServerProfile(page_cap=3)) == Faults(cap=3)
        True
        """
        return replace(
            self,
            cap=min(filter(None, (self.cap, profile.page_cap)), default=None),
            numbers_as_text=self.numbers_as_text or profile.numbers_as_text is True,
            shuffled=self.shuffled or profile.row_order == "changing",
        )

    @property
    def break_connections(self) -> bool:
        """Whether connections are closed early, which needs a relay."""
        return bool(self.drop or self.half)

    def of(self, number: int) -> Fault:
        """Return the fault of the request with this number; an empty text if it has none."""
        if self._hits("drop", number):
            return "drop"
        if self._hits("errors", number):
            return "error"
        return "half" if self._hits("half", number) else ""

    def order(self, request: object, number: int) -> int:
        """Return `Call.shuffle` for a request that comes for the `number`-th time."""
        return Random(f"{self.seed} {request} {number}").randrange(1, 2**31 - 1) if self.shuffled else 0  # noqa: S311

    def distorted(self, data: object) -> object:
        """Return a response with the keys and numbers that these faults make.

        >>> Faults(lower_keys=True, numbers_as_text=True).distorted([{"User_Id": 5}])
        [{'user_id': '5'}]
        """
        if isinstance(data, list):
            return [self.distorted(each) for each in data]
        if isinstance(data, Mapping):
            return {key.lower() if self.lower_keys else key: self.distorted(each) for key, each in data.items()}
        return str(data) if self.numbers_as_text and isinstance(data, int | float) else data

    def _hits(self, name: str, number: int) -> bool:
        when: When = getattr(self, name)
        if isinstance(when, tuple):
            return number in when
        if isinstance(when, int):
            return number <= when
        return Random(f"{self.seed} {name} {number}").random() < when  # noqa: S311


def _makes_sense(when: When) -> bool:
    if isinstance(when, tuple):
        return all(number >= 1 for number in when)
    return when >= 0 if isinstance(when, int) else 0 <= when <= 1


def _when(text: str) -> When:
    if text.startswith("@"):
        return tuple(int(number) for number in text[1:].split(","))
    return float(text) if "." in text else int(text)


def _switch(text: str) -> bool:
    return {"": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[text.lower()]


_BY_TYPE: Final[Mapping[str, Callable[[str], object]]] = {
    "float": float, "When": _when, "int": int, "int | None": int, "bool": _switch,
}  # fmt: skip
_READERS: Final = {field.name: _BY_TYPE[str(field.type)] for field in fields(Faults)}
