"""How the database compares texts: MariaDB's collation `utf8mb3_persian_ci`, as measured.

Each character has weights, and ``=`` and ``<`` compare nothing else: ``a``, ``A``, ``á`` and ``آ`` have the same
weight, ``ß`` has those of ``ss``, a ZWNJ has none, and a Persian, an Arabic and an ASCII digit have the same.
`persian_ci.txt` is the table. Each line has a range of code points, the weights of the first (a hyphen for none), and
how much the last weight grows from one code point to the next. `tests/live` compares every line with a real MariaDB.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

_SPACE: Final = "\u0209"
"""The weight of a space. MariaDB compares texts as if spaces without end followed each."""
_SPACES_BEFORE_LESS: Final = re.compile("(?<!\u0209)\u0209++(?=[\u0001-\u0208])")
"""Spaces before a character of less weight: a control such as a tab, or one of U+0653 to U+0655 and U+0670."""
_LINE: Final = re.compile(r"([0-9A-F]{4})(?:-([0-9A-F]{4}))? ([0-9A-F]+|-)(?:\+([0-9]))?")


def sort_key(text: str) -> str:
    r"""Return the key of a text: ``=`` and ``<`` hold for texts in the database as they do for these keys in Python.

    >>> sort_key("Ali  ") == sort_key("ALÍ") == sort_key("a\u200cli"), sort_key("ali") < sort_key("علی")
    (True, True)
    """
    key = text.translate(_weights()).rstrip(_SPACE)
    # Because of the spaces behind its end, "a" is greater than "a\t", which has less weight, and less than "a b".
    if _SPACE in key:
        key = _SPACES_BEFORE_LESS.sub(lambda spaces: f"{_SPACE}\0" * len(spaces[0]), key)
    return f"{key}{_SPACE}\1"


def like_key(text: str) -> str:
    """Return the text as `like` compares it: for each character the first one with the same weights.

    >>> like_key("ÀLİ۵ß")
    'ali5ß'
    """
    return text.lower() if text.isascii() and text.isprintable() else text.translate(_letters())


def implicit_weights(point: int) -> str:
    """Return the weights of a code point that is not in the table: behind all others, in the order of code points."""
    if point > 0xFFFF:
        return "\ufffd"
    base = 0xFB40 if 0x4E00 <= point <= 0x9FA5 else 0xFB80 if 0x3400 <= point <= 0x4DB5 else 0xFBC0
    return chr(base + (point >> 15)) + chr(point & 0x7FFF | 0x8000)


class _Weights(dict[int, str]):
    """Weights by code point."""

    def __missing__(self, point: int) -> str:
        _refuse_surrogate(point)
        return implicit_weights(point)


class _Letters(dict[int, int]):
    """For each code point of the table the first with the same weights."""

    def __missing__(self, point: int) -> int:
        _refuse_surrogate(point)
        return point


def _refuse_surrogate(point: int) -> None:
    if 0xD800 <= point <= 0xDFFF:
        raise TypeError("a text of a column has no lone surrogate, which UTF-8 cannot hold")


@cache
def _weights() -> _Weights:
    table = _Weights()
    for line in files("deltasib_query.evaluation").joinpath("persian_ci.txt").read_text("ascii").splitlines():
        found = _LINE.fullmatch(line)
        assert found is not None
        start, end = int(found[1], 16), int(found[2] or found[1], 16)
        first = bytes.fromhex(found[3].strip("-")).decode("utf-16-be", "surrogatepass")
        for point in range(start, end + 1):
            added = (point - start) * int(found[4] or 0)
            table[point] = first[:-1] + chr(ord(first[-1]) + added) if added else first
    return table


@cache
def _letters() -> _Letters:
    """Return the character that stands for each in `like`: the first with the same weights, small letters first."""
    by_weights: dict[str, int] = {}
    return _Letters(
        (point, by_weights.setdefault(weights, ord(chr(point).lower()) if point < 0x80 else point))
        for point, weights in _weights().items()
    )
