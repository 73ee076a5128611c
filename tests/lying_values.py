"""Subclasses of built-in types whose methods lie about their value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any


class LyingText(str):
    """No method tells the text."""

    __slots__ = ()

    def _lie(self, *_: object) -> str:
        return "x' or 1=1 -- "

    __str__ = __repr__ = __format__ = __getitem__ = lower = upper = strip = replace = translate = capitalize = _lie

    def __iter__(self) -> Iterator[str]:
        return iter("x")

    def __len__(self) -> int:
        return 1

    def __contains__(self, _: object) -> bool:
        return False

    def isprintable(self) -> bool:
        return True

    def isascii(self) -> bool:
        return True


class LyingInt(int):
    def __index__(self) -> int:
        return 666

    __int__ = __index__

    def __str__(self) -> str:
        return "666 or 1=1"

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return "666 or 1=1"


class LyingDecimal(Decimal):
    def __str__(self) -> str:
        return "666 or 1=1"

    def __format__(self, *_: Any) -> str:
        return "666 or 1=1"


class LyingDate(date):
    def isoformat(self) -> str:
        return "x' or 1=1 -- "

    __str__ = isoformat


class LyingDatetime(datetime):
    def isoformat(self, *_: Any) -> str:
        return "x' or 1=1 -- "

    __str__ = isoformat
