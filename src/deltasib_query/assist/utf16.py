"""Offsets as browsers and the Language Server Protocol count them: in UTF-16 units, two for an emoji and its like."""

from __future__ import annotations

from bisect import bisect_left


class Utf16:
    """The offsets of one text: converted in the time of a binary search, once the text has been read.

    >>> units = Utf16("a😀b")
    >>> units.of(2), units.offset(3), units.length
    (3, 2, 4)
    """

    def __init__(self, text: str) -> None:
        pairs = [] if text.isascii() else [n for n, letter in enumerate(text) if letter > "\uffff"]
        self._pairs = pairs
        self._in_units = [offset + before for before, offset in enumerate(pairs)]
        self.length = len(text) + len(pairs)

    def of(self, offset: int) -> int:
        """Return an offset in UTF-16 units."""
        return offset + bisect_left(self._pairs, offset)

    def offset(self, unit: int) -> int:
        """Return the offset in code points. Between the two units of one it is that of the code point."""
        return unit - bisect_left(self._in_units, unit)
