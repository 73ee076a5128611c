"""How messages show values and texts that somebody else wrote."""

from __future__ import annotations

from typing import Any, Final

_LONGEST: Final = 400
"""Characters of a text by somebody else in a message."""
_MOST_SHOWN: Final = 80
"""Characters of a value in a message. A list of more items has a longer repr."""
JOINERS: Final = "\u200c\u200d"
"""Invisible, and part of Persian spelling."""


def shown(value: Any) -> str:
    """Return the repr of any value for a message, shortened.

    >>> shown("ali"), shown(10**5000)
    ("'ali'", '<int>')
    """
    if type(value) in {str, bytes, list, tuple}:
        value = value[:_MOST_SHOWN]  # a long list would be written out in full, to be cut
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def printable(text: str) -> str:
    r"""Return a text by somebody else for a message: shortened, and with invisible characters written as escapes.

    These are control characters, lone surrogates and marks that change the direction of text. The joiners of Persian
    stay.

    >>> print(printable("ali\u202e\n"))
    ali\u202e\n
    """
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(each if each.isprintable() or each in JOINERS else repr(each)[1:-1] for each in cut)
