"""What is wrong with a text: the place, the words, and the edit that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A place in a text: offsets in code points, the end excluded.

    >>> "Username = 'x'"[slice(*Span(0, 8))]
    'Username'
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Repair:
    """An edit that mends a problem: put `replacement` in the place of `span`.

    `certain` says that no other reading is plausible; only such repairs are applied by
    `parse(..., repair=True)`, the others are for a person to look at.

    >>> Repair(Span(9, 11), "<>").apply("Username != 'x'")
    "Username <> 'x'"
    """

    span: Span
    replacement: str
    certain: bool = True

    def apply(self, text: str) -> str:
        """Return `text` with this one edit made."""
        return text[: self.span.start] + self.replacement + text[self.span.end :]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or doubtful, in a filter.

    `code` is stable and meant for programs, `message` is for people. `span` is a place in the filter's
    text, or in the value where a value was refused in Python code. `line` and `column` count from 1.
    `path` is the place in JSON or in a form that was given instead of a text, as a JSON pointer (RFC 6901) of at most
    200 characters; `span` and `repair` are then of the text that stands there.
    `found` and `expected` are in words of the language. `excerpt` shows the line with the place marked.
    """

    code: str
    message: str
    span: Span
    severity: Literal["error", "warning"] = "error"
    found: str = ""
    expected: tuple[str, ...] = ()
    repair: Repair | None = None
    line: int = 1
    column: int = 1
    excerpt: str = ""
    path: str = ""

    def __str__(self) -> str:
        place = f" (line {self.line}, column {self.column})" if self.excerpt else ""
        place += f" (at {self.path})" if self.path else ""
        lines = [self.message + place, self.excerpt]
        if self.expected:
            lines.append(f"possible here: {', '.join(self.expected)}")
        if self.repair is not None:
            lines.append(f"repair: {_describe(self.repair)}")
        return "\n".join(line for line in lines if line)


def _describe(repair: Repair) -> str:
    sure = "" if repair.certain else "perhaps "
    if not repair.replacement:
        return f"{sure}remove the marked part"
    if repair.span.start == repair.span.end:
        return f"{sure}insert  {repair.replacement}"
    return f"{sure}write  {repair.replacement}"
