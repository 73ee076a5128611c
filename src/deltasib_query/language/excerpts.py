"""Parts of a text as problems show them: a line with the span marked, a character by name, a short piece."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Final

from deltasib_query.display import JOINERS
from deltasib_query.messages.message import Message
from deltasib_query.messages.said import ISOLATE, POP_ISOLATE
from deltasib_query.problems import Problem, Span

_EXCERPT: Final = 76
"""The most characters of a line that an excerpt shows."""
_BEFORE: Final = 40
"""The most characters that it shows before the marked span."""
_LONGEST: Final = 40
"""The most characters of a piece."""


def locate(problem: Problem, text: str) -> Problem:
    """Return a problem with the text that it is of, its line, its column, and an excerpt in which its span is marked.

    >>> print(locate(Problem(Message("operator", found="!="), Span(9, 11)), "Username != 'x'").excerpt)
      Username != 'x'
               ^^
    """
    start = problem.span.start
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else max(start, line_end)
    return replace(
        problem,
        text=text,
        line=text.count("\n", 0, start) + 1,
        column=start - line_start + 1,
        excerpt=_excerpt(text, line_start, line_end, problem.span),
    )


def _excerpt(text: str, line_start: int, line_end: int, span: Span) -> str:
    left = max(line_start, span.start - _BEFORE)
    right = min(line_end, left + _EXCERPT)
    marked_end = max(span.start, min(span.end, right))
    before, before_width = _show(text, left, span.start)
    # What is marked is shown by itself, so that a joiner on its own is seen.
    marked, marked_width = _show(text[slice(*span)], 0, marked_end - span.start)
    after, _ = _show(text, marked_end, right)
    head, tail = "…" if left > line_start else "", "…" if right < line_end else ""
    indent = " " * (len(head) + before_width)
    return f"  {head}{before}{marked}{after}{tail}\n  {indent}{'^' * max(1, marked_width)}"


def invisible(character: str) -> bool:
    """Return whether a character is invisible, and not white space of the language.

    >>> invisible("\\u200c"), invisible("\\u00a0"), invisible(" "), invisible("ی")
    (True, True, False, False)
    """
    return unicodedata.category(character) in _UNSEEN and character not in " \t\r\n"


_UNSEEN: Final = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}


def _written(text: str, position: int) -> str:
    """Return a character as it is shown: an invisible one as its code, but a joiner within a Persian word as it is."""
    character = text[position]
    if character in "\t\r\n":
        return " "
    if not invisible(character):
        return character
    around = text[max(0, position - 1) : position] + text[position + 1 : position + 2]
    within = character in JOINERS and len(around) == 2 and all(map(_arabic, around))
    return character if within else f"<U+{ord(character):04X}>"


def _arabic(character: str) -> bool:
    """Return whether a character is a letter of the Arabic script, or a vowel sign on one."""
    return unicodedata.bidirectional(character) in {"AL", "NSM"} and "ARABIC" in unicodedata.name(character, "")


def name(character: str) -> Message:
    """Return what a message calls a character: its code point and Unicode name, or the character itself in Persian.

    >>> str(name("\\u00a0")), name("ي").said("fa").plain
    ('U+00A0 NO-BREAK SPACE', 'ي')
    """
    written = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    if invisible(character):
        return Message("character.invisible", name=written)
    return Message("character", name=written, sign=character)


def shortened(piece: str) -> str:
    """Return a piece of a text for a message: at most 40 characters, on one line, invisible ones as codes.

    >>> shortened("a\\x1b[1mb")
    'a<U+001B>[1mb'
    """
    shown = "".join(_written(piece, position) for position in range(min(len(piece), _LONGEST)))
    return f"{shown}…" if len(piece) > _LONGEST else shown


def quoted(piece: str) -> str:
    """Return a piece of a text as `shortened` does, in backticks."""
    return f"`{shortened(piece)}`"


def _show(text: str, start: int, end: int) -> tuple[str, int]:
    """Return a piece of a text for a terminal, and the number of columns that it takes.

    Each run of right-to-left letters is put between isolates, so that a terminal which reorders text keeps it in its
    own columns, and the marks below stand under the right characters.
    """
    piece = text[start:end]
    if piece.isascii() and piece.isprintable():  # quicker for most texts
        return piece, len(piece)
    shown: list[str] = []
    width = run_end = 0
    for position in range(start, end):
        if position >= run_end and _right_to_left(text[position]):
            run_end = _run_end(text, position, end)
            shown.append(ISOLATE)
        written = _written(text, position)
        width += sum(map(_columns, written))
        shown.append(written)
        if position + 1 == run_end:
            shown.append(POP_ISOLATE)
    return "".join(shown), width


def _right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL", "AN"} and not invisible(character)


def _run_end(text: str, start: int, limit: int) -> int:
    """Return where the run of right-to-left letters at `start` ends, with the spaces and marks between them."""
    end = position = start
    while position < limit:
        kind = unicodedata.bidirectional(text[position])
        if kind in {"R", "AL", "AN", "NSM"}:
            end = position + 1
        elif kind not in {"WS", "BN", "CS", "EN"} or text[position] == "\n":
            break
        position += 1
    return end


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
