"""Where a walk stands, as a token that goes on from there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from deltasib_query.client.protocol import Action
from deltasib_query.errors import ResumeError

_NOT_WHICH_ROWS: Final = {"Field", "LimitFrom", "LimitCount"}
_Key: TypeAlias = int | str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands.

    at: the offset of the next row; in a scan, the key behind which the next window begins, -1 for the first.
    left: how many rows are still wanted; None for all.
    part: which part of a filter that takes several requests.
    recent: the keys of the rows that came last, the newest at the end; by them the place is found again.
    width: of the next window of a scan, in keys.
    seen, seen_count: where parts of a filter may select the same row, the keys of all rows so far: the first so many
        of a list that the walk goes on filling.
    ended: nothing follows.
    """

    at: int
    left: int | None = None
    part: int = 0
    recent: tuple[Hashable, ...] = ()
    width: int | None = None
    seen: Iterable[Hashable] = ()
    seen_count: int = 0
    ended: bool = False


class _Token(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[1] = 1
    object: str
    action: str
    by: Literal["offset", "key"]
    filter: str
    page_size: PositiveInt
    at: int
    left: NonNegativeInt | None = None
    part: NonNegativeInt = 0
    recent: tuple[_Key, ...] = ()
    width: PositiveInt | None = None
    seen: tuple[_Key, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Walked:
    """What is walked, as far as a token is concerned.

    filter: a fingerprint of what selects the rows; what the filter compares with is nobody's to read in a token.
    """

    object: str
    action: str
    by: Literal["offset", "key"]
    filter: str
    page_size: int

    @classmethod
    def of(cls, action: Action, by: Literal["offset", "key"], values: Mapping[str, str], page_size: int) -> Walked:
        """Return what a call of an action walks."""
        which = sorted((name, value) for name, value in values.items() if name not in _NOT_WHICH_ROWS)
        return cls(action.object, action.name, by, sha256(repr(which).encode()).hexdigest()[:32], page_size)

    def token(self, place: Place) -> str:
        """Return the token of a place."""
        return _Token(
            object=self.object,
            action=self.action,
            by=self.by,
            filter=self.filter,
            page_size=self.page_size,
            at=place.at,
            left=place.left,
            part=place.part,
            recent=tuple(map(_key, place.recent)),
            width=place.width,
            seen=tuple(map(_key, islice(place.seen, place.seen_count))),
            ended=place.ended,
        ).model_dump_json(exclude_none=True)

    def read(self, token: str) -> tuple[Place, int]:
        """Return the place of a token, and its page size. Raises `ResumeError` for one of another walk."""
        try:
            read = _Token.model_validate_json(token)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ResumeError(f"this is no token of a walk ({where + ': ' if where else ''}{first['msg']})") from None
        for name, told, wanted in (
            ("list", f"{read.object} {read.action}", f"{self.object} {self.action}"),
            ("way", f"by {read.by}", f"by {self.by}"),
            ("filter", read.filter, self.filter),
        ):
            if told != wanted:
                detail = "" if name == "filter" else f": {told}, not {wanted}"
                raise ResumeError(f"the token is of another {name}{detail}")
        place = Place(read.at, read.left, read.part, read.recent, read.width, read.seen, len(read.seen), read.ended)
        return place, read.page_size


def _key(key: Hashable) -> _Key:
    return key if isinstance(key, int) else str(key)
