"""What is wrong with a filter: the place, the message, and the edit that repairs it."""

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
    """An edit that repairs a problem: replace the text of `span` by `replacement`.

    certain: no other meaning is plausible. Only such repairs are made by ``parse(…, repair=True)``; a person has to
        decide about the others.

    >>> Repair(Span(9, 11), "<>").apply("Username != 'x'")
    "Username <> 'x'"
    """

    span: Span
    replacement: str
    certain: bool = True

    def apply(self, text: str) -> str:
        """Return the text with this edit made."""
        return text[: self.span.start] + self.replacement + text[self.span.end :]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or doubtful, in a filter.

    code: for programs; it does not change between versions.
    message: for people.
    span: the place in the filter's text; for a value that was refused in Python code, the place in the value.
    found, expected: what stands there and what may stand there, in words of the language.
    line, column: of the place, counted from 1.
    excerpt: the line with the place marked; empty if there is no text.
    path: the place in JSON or in a form that was given in place of a text, as a JSON pointer (RFC 6901) of at most 200
        characters. Then `span` and `repair` are of the text that stands there.
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
