"""How the database compares letters: MariaDB's `utf8mb3_persian_ci`, letter by letter as measured.

Each character has weights, which are all that ``=`` and ``<`` look at: ``a``, ``A``, ``á`` and ``آ`` have the
same one, ``ß`` has those of ``ss``, a ZWNJ has none, and Persian, Arabic and ASCII digits share theirs.
`persian_ci.txt` has them: on each line a run of code points, the weights of its first or a hyphen for none, and
what each code point adds to the last weight. A real MariaDB confirms every line (`tests/live`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

_SPACE: Final = "\u0209"
"""The weight of a space, and of what MariaDB imagines behind the end of a text."""
_SPACES_BEFORE_LESS: Final = re.compile("(?<!\u0209)\u0209++(?=[\u0001-\u0208])")
"""Spaces before what weighs less than they do: a control such as a tab, or one of U+0653 to U+0655 and U+0670."""
_LINE: Final = re.compile(r"([0-9A-F]{4})(?:-([0-9A-F]{4}))? ([0-9A-F]+|-)(?:\+([0-9]))?")


def sort_key(text: str) -> str:
    r"""Return what ``=`` and ``<`` compare of a text.

    >>> sort_key("Ali  ") == sort_key("ALÍ") == sort_key("a\u200cli"), sort_key("ali") < sort_key("علی")
    (True, True)
    """
    key = text.translate(_weights()).rstrip(_SPACE)
    # A text goes on with spaces without end: "a" is greater than "a" and a line separator, less than "a b".
    if _SPACE in key:
        key = _SPACES_BEFORE_LESS.sub(lambda spaces: f"{_SPACE}\0" * len(spaces[0]), key)
    return f"{key}{_SPACE}\1"


def like_key(text: str) -> str:
    """Return what `like` compares of a text: for each character the first that it takes for the same.

    >>> like_key("ÀLİ۵ß")
    'ali5ß'
    """
    return text.lower() if text.isascii() and text.isprintable() else text.translate(_letters())


def implicit_weights(point: int) -> str:
    """Return the weights of a code point that the table lacks: by its number, behind all others."""
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
    """The letters that `like` compares; small ones come before capitals."""
    by_weights: dict[str, int] = {}
    return _Letters(
        (point, by_weights.setdefault(weights, ord(chr(point).lower()) if point < 0x80 else point))
        for point, weights in _weights().items()
    )
