"""Which of our languages a request of HTTP asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from deltasib_query.messages.message import LANGUAGES

_RANGE: Final = re.compile(
    r"[ \t]*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*[ \t]*"
    r"(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)
"""A language or ``*``, then parts of it such as a country, then its quality [RFC 9110, 12.5.4]."""


def preferred_language(header: str | None, known: Sequence[str] = LANGUAGES) -> str:
    """Return the language that an Accept-Language header prefers among the known ones; the first if it prefers none.

    A country changes nothing: ``fa-IR`` is Persian. Of two with the same quality the first counts. What is no language
    range is ignored.

    >>> preferred_language("fa-IR, en;q=0.8"), preferred_language("de, en;q=0.1, fa;q=0.5"), preferred_language(None)
    ('fa', 'fa', 'en')
    >>> preferred_language("de", ["fa", "en"])
    'fa'
    """
    qualities: dict[str, float] = {}
    for part in (header or "").split(","):
        if found := _RANGE.fullmatch(part):
            name = found[1].lower()
            qualities[name] = max(qualities.get(name, 0.0), float(found[2] or 1))
    others = qualities.get("*", 0.0)
    ours = {name: qualities.get(name, others) for name in (*qualities, *known) if name in known}
    return max(ours, key=ours.__getitem__) if any(ours.values()) else known[0]
