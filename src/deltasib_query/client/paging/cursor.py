"""The position of a walk, and the token with which it is resumed. No I/O."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from itertools import islice
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from deltasib_query.errors import ResumeError
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

_NOT_WHICH_ROWS: Final = {"Field", "LimitFrom", "LimitCount"}
_VERSION: Final = 2
_Key: TypeAlias = int | str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk goes on.

    at: the offset of the next row; in a scan, the key behind which it goes on, -1 at the beginning.
    left: how many rows are still wanted; None for all.
    part: the part of the filter, if it takes several requests.
    recent: the keys of the last rows, the newest at the end; they tell the position in a list that has moved.
    whole: no row has come that is not among the recent ones.
    width: how many keys the next request of a scan is for; None for all.
    seen, seen_count: the keys of all rows so far, if two parts of the filter may select the same row. The walk adds to
        `seen` as it goes on; the first `seen_count` belong to this position.
    ended: nothing follows.
    lost: the position in the list is lost.
    """

    at: int
    left: int | None = None
    part: int = 0
    recent: tuple[Hashable, ...] = ()
    whole: bool = False
    width: int | None = None
    seen: Iterable[Hashable] = ()
    seen_count: int = 0
    ended: bool = False
    lost: bool = False


class _Token(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[2] = _VERSION
    object: str
    action: str
    by: Literal["offset", "key"]
    filter: str
    page_size: PositiveInt
    at: int
    left: NonNegativeInt | None = None
    part: NonNegativeInt = 0
    recent: tuple[_Key, ...] = ()
    whole: bool = False
    width: PositiveInt | None = None
    seen: tuple[_Key, ...] = ()
    ended: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class CursorScope:
    """The walks that a token belongs to: those of one list and one filter, by offset or by key.

    filter: a fingerprint of the filter and the other parameters: a token does not show their values.
    """

    object: str
    action: str
    by: Literal["offset", "key"]
    filter: str
    page_size: int

    @classmethod
    def of(cls, action: Action, by: Literal["offset", "key"], values: Mapping[str, str], page_size: int) -> CursorScope:
        """Return the scope of a call of an action."""
        which = sorted((name, value) for name, value in values.items() if name not in _NOT_WHICH_ROWS)
        return cls(action.object, action.name, by, sha256(repr(which).encode()).hexdigest()[:32], page_size)

    def token(self, position: Position) -> str:
        """Return the token of a position."""
        values: dict[str, Any] = {each.name: getattr(position, each.name) for each in fields(position)}
        values["recent"] = tuple(map(_key, position.recent))
        values["seen"] = tuple(map(_key, islice(position.seen, values.pop("seen_count"))))
        return _Token(**asdict(self), **values).model_dump_json(exclude_none=True)

    def read(self, token: str) -> tuple[Position, int]:
        """Return the position and the page size of a token. Raises `ResumeError` for one of another scope."""
        try:
            read = _Token.model_validate_json(token)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            if first["loc"] == ("version",):
                raise ResumeError(Message("resume.version")) from None
            where = ".".join(map(str, first["loc"]))
            reason = f"{where}: {first['msg']}" if where else first["msg"]
            raise ResumeError(Message("resume.no-token", reason=reason)) from None
        for name, told, wanted in (
            ("list", f"{read.object} {read.action}", f"{self.object} {self.action}"),
            ("way", read.by, self.by),
            ("filter", read.filter, self.filter),
        ):
            if told != wanted:
                raise ResumeError(Message(f"resume.another-{name}", told=told, wanted=wanted))
        if read.lost:
            raise ResumeError(Message("resume.lost"))
        values = read.model_dump(exclude={"version", *asdict(self)})
        return Position(**values, seen_count=len(read.seen)), read.page_size


def _key(key: Hashable) -> _Key:
    return key if isinstance(key, int) else str(key)
