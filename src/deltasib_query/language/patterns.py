"""Patterns of `like`: what their signs mean, how a text becomes one, and which text one searches for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

ESCAPED_WILDCARD: Final = re.compile(r"\\([%_])")
"""The one use of a backslash: before a wildcard in a pattern of `like`, where it makes that a plain character."""
_SIGN: Final = re.compile(r"\\[%_]|%|_|[^%_\\]+|\\")
_SEARCH: Final = re.compile(r"(%?)((?:[^%_\\]|\\[%_])+)(%?)")


def escape_like(text: str) -> str:
    r"""Return the pattern of `like` that matches exactly `text`.

    >>> print(escape_like("50%_"))
    50\%\_
    """
    return text.replace("%", r"\%").replace("_", r"\_")


def unescape_like(pattern: str) -> str:
    r"""Return the text of which `escape_like` makes a pattern.

    >>> unescape_like(r"50\%\_")
    '50%_'
    """
    return ESCAPED_WILDCARD.sub(r"\1", pattern)


def signs(pattern: str) -> list[str]:
    r"""Return the parts of a pattern: wildcards, escaped wildcards, and text.

    >>> signs(r"a_li\%%")
    ['a', '_', 'li', '\\%', '%']
    """
    return _SIGN.findall(pattern)


def searched_text(pattern: str) -> tuple[str, tuple[str, str]] | None:
    r"""Return the text that a pattern only searches for, and the wildcards around it; None for any other pattern.

    >>> searched_text(r"%50\%%"), searched_text("a_i")
    (('50%', ('%', '%')), None)
    """
    found = _SEARCH.fullmatch(pattern)
    return found and (unescape_like(found[2]), (found[1], found[3]))


def parts_matcher(parts: Sequence[str]) -> re.Pattern[str]:
    """Return the expression of a pattern whose parts between two ``%`` are expressions. It must match a whole text.

    Each part is matched where it first occurs, without backtracking, and the last part at the end only. So time is
    linear in the text for any number of ``%``.

    >>> bool(parts_matcher(["a", "l", ""]).fullmatch("ali"))
    True
    """
    first, *middle = parts
    last = f".*{middle.pop()}" if middle else ""
    return re.compile(first + "".join(f"(?>.*?{part})" for part in middle if part) + last, re.DOTALL)
