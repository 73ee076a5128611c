"""A list in memory that changes while it is walked, behind a server that misbehaves; walks through it need no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, Unpack, cast

from deltasib_query import Filter, User
from deltasib_query.client.paging.by_key import BEFORE_ALL
from deltasib_query.client.paging.cursor import CursorScope, Position
from deltasib_query.client.paging.listing import Listing, Scan
from deltasib_query.client.paging.page import PagingOptions, Slice
from deltasib_query.client.paging.query import CheckedOptions, ListPlan
from deltasib_query.client.paging.splitting import split
from deltasib_query.client.wire.rows import PageResponse
from deltasib_query.service.actions import USER_LIST

from .scripted import Answer, Asked, Script, as_json, user


class AskedTooOftenError(Exception):
    """A walk that does not end."""


def selected(keys: list[int], text: str) -> list[int]:
    """Return the keys that a filter selects. What a walk asks for is read here by somebody else: by Python."""
    condition = text.replace(" = ", " == ").replace(" <> ", " != ")
    assert set(re.findall(r"[a-z_]+", condition, re.IGNORECASE)) <= {"User_Id", "and", "or"}
    found: list[int] = eval(f"[User_Id for User_Id in keys if {condition}]", {"keys": keys})
    return found


@dataclass
class Hostile:
    """Keys in the order of a server, which `between` may change before each request.

    most: requests that are answered.
    cap: rows that are served at a time, at most; `caps` draws one for each response, `cut` says it for each.
    repeats: how probable it is that the response is the one before, unless that is empty, which nothing could show.
    shuffled: there is no order.
    """

    keys: list[int]
    between: Callable[[Hostile], None] = lambda _hostile: None
    most: int = 20_000
    cap: int | None = None
    caps: tuple[int, ...] = ()
    cut: Callable[[Hostile], int] | None = None
    repeats: float = 0.0
    shuffled: bool = False
    random: Random = field(default_factory=lambda: Random(0))
    asked: list[Slice] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first = set(self.keys)
        self._last: PageResponse[Any] | None = None

    def lasting(self) -> set[int]:
        """The keys that have been there throughout."""
        return self.first - self.gone

    def insert(self, position: int, count: int = 1) -> None:
        new = max(self.keys, default=0) + self.random.choice((0, 0, 0, 50))
        self.keys[position:position] = range(new + 1, new + 1 + count)

    def delete(self, position: int, count: int = 1) -> None:
        self.gone.update(self.keys[position : position + count])
        del self.keys[position : position + count]

    def fetch(self, asked: Slice, _run: object = None) -> PageResponse[Any]:
        self.asked.append(asked)
        if len(self.asked) > self.most:
            raise AskedTooOftenError
        self.between(self)
        if self._last is not None and self._last.keys and self.random.random() < self.repeats:
            return self._last
        keys = self.keys
        if asked.filter is not None:
            keys = selected(keys, asked.filter)
        if self.shuffled:
            keys = self.random.sample(keys, len(keys))
        cap = self.cut(self) if self.cut else self.random.choice(self.caps) if self.caps else self.cap
        served = keys[asked.start :][: asked.count if cap is None else min(asked.count, cap)]
        self._last = PageResponse([User.model_construct(User_Id=key) for key in served], served)
        return self._last

    def list(
        self,
        page_size: int = 100,
        start: int = 0,
        limit: int | None = None,
        page_cap: int | None = None,
        **options: Unpack[PagingOptions],
    ) -> Listing[User]:
        return Listing(_plan("offset", None, Position(start, limit), page_size, options, page_cap), self.fetch)

    def scan(
        self,
        filter: Filter[User] | None = None,
        page_size: int = 100,
        limit: int | None = None,
        **options: Unpack[PagingOptions],
    ) -> Scan[User]:
        return Scan(_plan("key", filter, Position(BEFORE_ALL, limit), page_size, options), self.fetch)


def _plan(
    by: Literal["offset", "key"],
    filter: Filter[User] | None,
    position: Position,
    page_size: int,
    options: PagingOptions,
    page_cap: int | None = None,
) -> ListPlan[User]:
    return ListPlan(
        action=USER_LIST,
        record=User,
        fields=("User_Id",),
        values={},
        selections=split(User, filter, len, 10**9).parts,
        disjoint=True,
        scope=CursorScope.of(USER_LIST, by, {"Filter": repr(filter)}, page_size),
        options=CheckedOptions.of(options),
        position=position,
        size=len,
        max_url_bytes=3000,
        page_cap=page_cap,
    )


def over_http(hostile: Hostile) -> Script:
    """Return the script of a server that has the list."""

    def answer(asked: Asked) -> Answer:
        keys = hostile.fetch(Slice(asked.start, asked.count, asked.parameters.get("Filter"))).keys
        return as_json([user(cast("int", key)) for key in keys])

    return answer


def at(**changes: Callable[[Hostile], None]) -> Callable[[Hostile], None]:
    """Return what changes a list before certain requests: ``at(_2=…)`` before the second."""

    def between(hostile: Hostile) -> None:
        change = changes.get(f"_{len(hostile.asked)}")
        if change is not None:
            change(hostile)

    return between


def churn(probability: float) -> Callable[[Hostile], None]:
    """Return what inserts and deletes a few rows anywhere before some of the requests."""

    def between(hostile: Hostile) -> None:
        if hostile.random.random() >= probability:
            return
        for _ in range(hostile.random.choice((1, 1, 2, 3))):
            if hostile.keys and hostile.random.random() < 0.5:
                hostile.delete(hostile.random.randrange(len(hostile.keys)))
            else:
                hostile.insert(hostile.random.randrange(len(hostile.keys) + 1))

    return between
