"""What a service may do wrong, on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from random import Random
from typing import Any, Final, Literal, Self, TypeAlias

from deltasib_query.errors import ParameterError

When: TypeAlias = int | float | tuple[int, ...]
"""Which requests are hit: an int, the first so many of them; a float, this share of them, from ``0.0`` to ``1.0``;
a tuple, those of these numbers, from 1.
"""

Fault = Literal["", "drop", "error", "half"]

MARK: Final = "sandbox-fault"
"""The header that asks the relay to break an answer; it goes no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What a `Sandbox` does wrong. Nothing, unless something is given.

    Requests for known actions are numbered from 1 in the order in which they come, whatever becomes of them.
    Logins are not among them, and nothing happens to them, unless `logins` says so. `errors`, `drop` and `half` take
    a `When`; a request that more than one of them hits is dropped, or else fails.

    latency: seconds before each answer.
    errors: answered with HTTP 503 and a page of HTML, as by a proxy; nothing is carried out.
    retry_after: the seconds in the header Retry-After of those answers.
    drop: carried out, and the connection closed without an answer.
    half: carried out, and the connection closed in the middle of the answer's body.
    cap: the largest LimitCount that is served.
    lower_keys: answers have their keys in lower case [wild].
    numbers_as_text: answers have their numbers as text [inferred].
    shuffled: lists come in another order for each request, so that pages overlap and leave rows out. The order depends
        on what is asked for, and on how often it was asked for before, so that it is the same on any database.
    token_dies_after: how many requests a token is good for.
    logins: the other faults hit logins too.
    seed: the same number makes the same choices.

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
        """Raise `ParameterError` for what makes no sense."""
        for name in ("errors", "drop", "half"):
            if not _makes_sense(getattr(self, name)):
                raise ParameterError(name, "a number of requests, a share from 0.0 to 1.0, or a tuple of their numbers")
        for name, lowest in (("latency", 0), ("retry_after", 0), ("cap", 1), ("token_dies_after", 0)):
            value = getattr(self, name)
            if value is not None and not value >= lowest:
                raise ParameterError(name, f"a number of {lowest} or more")

    @classmethod
    def read(cls, texts: Iterable[str]) -> Self:
        """Read faults as the command has them: ``NAME=VALUE``. Raises `ParameterError`.

        Which requests are hit is written ``2`` (the first two), ``0.1`` (a share) or ``@2,5`` (the second and the
        fifth); what is on or off needs no value.

        >>> Faults.read(["errors=@2,5", "cap=50", "shuffled"]) == Faults(errors=(2, 5), cap=50, shuffled=True)
        True
        """
        values: dict[str, Any] = {}
        for text in texts:
            name, _equals, value = text.partition("=")
            name = name.strip().replace("-", "_")
            if name not in _READERS:
                raise ParameterError("fault", f"one of {', '.join(_READERS)}, not {name!r}")
            try:
                values[name] = _READERS[name](value.strip())
            except (KeyError, ValueError):
                raise ParameterError("fault", f"{name} cannot be {value!r}") from None
        return cls(**values)

    @property
    def break_connections(self) -> bool:
        """Whether connections are closed early, which takes a relay."""
        return bool(self.drop or self.half)

    def of(self, number: int) -> Fault:
        """Return what becomes of the request of this number."""
        if self._hits("drop", number):
            return "drop"
        if self._hits("errors", number):
            return "error"
        return "half" if self._hits("half", number) else ""

    def order(self, request: object, number: int) -> int:
        """Return a number for the order of the rows when a request comes for this time; 0 keeps their own."""
        return Random(f"{self.seed} {request} {number}").randrange(1, 2**31 - 1) if self.shuffled else 0  # noqa: S311

    def distorted(self, answer: object) -> object:
        """Return an answer with its keys and numbers as they are asked for.

        >>> Faults(lower_keys=True, numbers_as_text=True).distorted([{"User_Id": 5}])
        [{'user_id': '5'}]
        """
        if isinstance(answer, list):
            return [self.distorted(each) for each in answer]
        if isinstance(answer, Mapping):
            return {key.lower() if self.lower_keys else key: self.distorted(each) for key, each in answer.items()}
        return str(answer) if self.numbers_as_text and isinstance(answer, int | float) else answer

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
