"""Sentences with values in them, which keep their own direction wherever they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""What keeps a value, or a part of an excerpt, in its place among words of another direction."""


def for_no_reader(text: str) -> str:
    """Return a text for a file, a pipe or a log: without isolates, which only a reader needs.

    >>> for_no_reader(str(Said(("نام ", Code("ali"))))) == "نام ali"
    True
    """
    return text.replace(ISOLATE, "").replace(POP_ISOLATE, "")


@dataclass(frozen=True, slots=True)
class Code:
    """A value in a sentence. It holds no invisible character but the joiners that Persian words need."""

    text: str


Part: TypeAlias = str | Code


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: words of ours, and values.

    Its `str` isolates every value, in Unicode's sense, if anything in it is written from right to left. Otherwise two
    values would change places on the screen.

    >>> Said(("Name is “", Code("ali"), "”")).plain
    'Name is “ali”'
    """

    parts: tuple[Part, ...]

    @property
    def plain(self) -> str:
        """The text without isolates, for what is not shown to people."""
        return for_no_reader("".join(part if isinstance(part, str) else part.text for part in self.parts))

    def __str__(self) -> str:
        plain = self.plain
        if plain.isascii() or not any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in plain):
            return plain
        return "".join(part if isinstance(part, str) else f"{ISOLATE}{part.text}{POP_ISOLATE}" for part in self.parts)

    @property
    def html(self) -> str:
        """The sentence as HTML.

        >>> Said(("Name is “", Code("<b>"), "”")).html
        'Name is “<bdi><code>&lt;b&gt;</code></bdi>”'
        """
        return "".join(
            escape(part) if isinstance(part, str) else f"<bdi><code>{escape(part.text)}</code></bdi>"
            for part in self.parts
        )


def joined(between: str, several: Iterable[Iterable[Part]]) -> tuple[Part, ...]:
    """Return the parts of several, with a text between each two."""
    parts: list[Part] = []
    for one in several:
        if parts:
            parts.append(between)
        parts.extend(one)
    return tuple(parts)
