"""What a caller may state about a server where the guide leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deltasib_query.errors import needed
from deltasib_query.messages.message import Message

SINGLE_BYTE_CHARSETS: Final = frozenset(
    {"iso-8859-1", "latin1", "windows-1252", "iso-8859-6", "windows-1256", "cp1256"}
)
CHARSETS: Final = SINGLE_BYTE_CHARSETS | {
    "utf-8", "utf8", "us-ascii", "ascii",
    "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be",
}  # fmt: skip
"""The charsets that a server may declare and a caller may state. Some others of Python are no charsets, or slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProfile:
    """What the caller knows about a server beyond the guide. The client never guesses it. See `Client`.

    page_cap: the number of rows that the server never exceeds in one response, whatever LimitCount is; None if unknown.
    skip_preamble: skip text before the JSON of a response, such as the warnings of a misconfigured PHP. By default such
        a response raises `UnexpectedResponseError`.
    charset: the charset of all responses, such as ``utf-8`` or ``windows-1256``, whatever their header declares; None
        uses the header.

    Raises `ParameterError` for a value of another kind.

    >>> ServerProfile(page_cap=100)
    ServerProfile(page_cap=100, skip_preamble=False, charset=None)
    """

    page_cap: int | None = None
    skip_preamble: bool = False
    charset: str | None = None

    def __post_init__(self) -> None:
        cap = self.page_cap
        if cap is not None and (not isinstance(cap, int) or isinstance(cap, bool) or cap < 1):
            raise needed("page_cap", Message("rule.at-least", lowest=1), cap)
        if not isinstance(self.skip_preamble, bool):
            raise needed("skip_preamble", Message("rule.switch"), self.skip_preamble)
        if self.charset is not None and self.charset not in CHARSETS:
            raise needed("charset", Message("rule.one-of", values=tuple(sorted(CHARSETS))), self.charset)


DOCUMENTED: Final = ServerProfile()
"""A server about which nothing is known beyond the guide."""
