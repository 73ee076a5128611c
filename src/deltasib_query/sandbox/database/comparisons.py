"""How a server with a certain profile compares texts: what SQLite and MariaDB need for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from deltasib_query.errors import ParameterError
from deltasib_query.evaluation.collation import sort_key
from deltasib_query.messages.message import Message
from deltasib_query.service.profile import ServerProfile

COLLATION: Final = "utf8mb3_persian_ci"
"""That of the real service, most likely [wild]."""
_EQUAL: Final = ("case", "trailing_spaces", "zwnj", "yeh", "digits")
_COLLATIONS: Final[Mapping[str, tuple[bool, ...]]] = {
    COLLATION: (True, True, True, False, True),
    "utf8mb3_general_ci": (True, True, False, False, False),
    "utf8mb3_bin": (False, True, False, False, False),
    "utf8mb3_nopad_bin": (False, False, False, False, False),
    "utf8mb3_general_nopad_ci": (True, False, False, False, False),
    "utf8mb3_unicode_nopad_ci": (True, False, True, False, True),
}
"""Collations of MariaDB, and which texts are equal in them, as `_EQUAL` and `ServerProfile` name it [measured]."""
_APART: Final = 0xE000
"""Added to a character, it makes one of the private use area, which is equal to no other."""
_CAPITALS: Final = tuple(point for point in range(0x250) if chr(point).isupper())
_DIGITS: Final = (*range(0x660, 0x66A), *range(0x6F0, 0x6FA))


def collation(profile: ServerProfile) -> str:
    """Return a collation of MariaDB that compares as a profile says. Raise `ParameterError` if there is none.

    >>> collation(ServerProfile(equal_zwnj=False))
    'utf8mb3_general_ci'
    """
    if profile.escaped_wildcards is False:
        raise ParameterError("profile", Message("parameter.backslash"))
    wanted = [getattr(profile, f"equal_{name}") for name in _EQUAL]
    for name, equal in _COLLATIONS.items():
        if all(want in {None, is_equal} for want, is_equal in zip(wanted, equal, strict=True)):
            return name
    raise ParameterError("profile", Message("parameter.no-collation"))


def text_key(profile: ServerProfile) -> Callable[[str], str]:
    """Return the function for the key of a text that SQLite compares.

    >>> key = text_key(ServerProfile(equal_case=False))
    >>> key("ali") == key("ali "), key("ali") == key("ALI")
    (True, False)
    """
    respell = like_text(profile)
    if profile.equal_trailing_spaces is not False:
        return lambda text: sort_key(respell(text))
    return lambda text: sort_key(f"{respell(text)}{chr(_APART)}")


def like_text(profile: ServerProfile) -> Callable[[str], str]:
    """Return the function that respells the texts and patterns of SQLite's `like`.

    What is to be equal gets one spelling, what is to differ gets characters of its own. A backslash that escapes
    nothing is such a character.
    """
    apart = {
        *(_CAPITALS if profile.equal_case is False else ()),
        *([0x200C] if profile.equal_zwnj is False else ()),
        *(_DIGITS if profile.equal_digits is False else ()),
        *(b"\\" if profile.escaped_wildcards is False else ()),
    }
    table = {point: point + _APART for point in apart} | ({ord("ي"): ord("ی")} if profile.equal_yeh else {})
    return partial(_translated, table)


def _translated(table: Mapping[int, int], text: str) -> str:
    return text.translate(table)
