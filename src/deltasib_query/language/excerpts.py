"""Where a place in a text is, and how it is shown to people."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Final

from deltasib_query.problems import Problem, Span

_EXCERPT: Final = 76
_BEFORE: Final = 40
"""Characters of a line that an excerpt shows at most, and how many of them before the marked place."""
_QUOTED: Final = 40
"""Characters of a quoted piece, at most."""
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


class Source:
    """A text that problems point into."""

    def __init__(self, text: str) -> None:
        self.text = text

    def place(self, problem: Problem) -> Problem:
        """Return the problem with its line, column and excerpt.

        >>> print(Source("Username != 'x'").place(Problem("operator", "not an operator", Span(9, 11))).excerpt)
          Username != 'x'
                   ^^
        """
        start, end = problem.span
        line = self.text.count("\n", 0, start) + 1
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        if last < 0:
            last = len(self.text)
        return replace(
            problem,
            line=line,
            column=start - first + 1,
            excerpt=self._excerpt(first, max(start, last), Span(start, end)),
        )

    def _excerpt(self, first: int, last: int, span: Span) -> str:
        left = max(first, span.start - _BEFORE)
        right = min(last, left + _EXCERPT)
        marked_to = max(span.start, min(span.end, right))
        before, before_width = _show(self.text[left : span.start])
        marked, marked_width = _show(self.text[span.start : marked_to])
        after, _ = _show(self.text[marked_to:right])
        head, tail = "…" if left > first else "", "…" if right < last else ""
        indent = " " * (len(head) + before_width)
        return f"  {head}{before}{marked}{after}{tail}\n  {indent}{'^' * max(1, marked_width)}"


def invisible(character: str) -> bool:
    """Say whether a character cannot be seen, though it is not one of the language's white space.

    >>> invisible("\\u200c"), invisible("\\u00a0"), invisible(" "), invisible("ی")
    (True, True, False, False)
    """
    return unicodedata.category(character) in _UNSEEN and character not in " \t\r\n"


_UNSEEN: Final = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}


def name(character: str) -> str:
    """Name a character for people.

    >>> name("\\u00a0")
    'U+00A0 NO-BREAK SPACE'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def quoted(piece: str) -> str:
    """Quote a piece of a text in a message: cut short, in one line, and what cannot be seen written out.

    >>> quoted("a\\x1b[1mb")
    '`a<U+001B>[1mb`'
    """
    line = re.sub("[\t\r\n]", " ", piece[:_QUOTED])
    shown = "".join(_written_out(character) if invisible(character) else character for character in line)
    return f"`{shown}{'…' if len(piece) > _QUOTED else ''}`"


def _show(text: str) -> tuple[str, int]:
    """A piece of a line as it is printed, and how many columns that takes.

    What cannot be seen is written out. A run of right-to-left letters is isolated, so that a terminal which
    reorders text keeps it in its own columns and the marks below stay where they belong.
    """
    if text.isascii() and text.isprintable():  # so are most, and this is told faster
        return text, len(text)
    shown: list[str] = []
    width = 0
    run_end = 0
    for position, character in enumerate(text):
        if position >= run_end and _right_to_left(character):
            run_end = _run_end(text, position)
            shown.append(_ISOLATE)
        if character in "\t\r\n":
            character = " "
        if invisible(character):
            character = _written_out(character)
            width += len(character)
        else:
            width += _columns(character)
        shown.append(character)
        if position + 1 == run_end:
            shown.append(_POP_ISOLATE)
    return "".join(shown), width


def _written_out(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL", "AN"} and not invisible(character)


def _run_end(text: str, start: int) -> int:
    """The end of the run of right-to-left letters at `start`, spaces and marks between them included."""
    end = position = start
    while position < len(text):
        kind = unicodedata.bidirectional(text[position])
        if kind in {"R", "AL", "AN", "NSM"}:
            end = position + 1
        elif kind not in {"WS", "BN", "CS", "EN"} or text[position] == "\n":
            break
        position += 1
    return end


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
