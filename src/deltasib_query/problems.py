"""What is wrong with a filter: the place, the message, and the edit that repairs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from deltasib_query.messages.message import Message, Param
from deltasib_query.messages.said import Said


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

    reason: what is wrong, as a message.
    span: the place in the filter's text; for a value that was refused in Python code, the place in the value.
    found: what stands there. possible: what may stand there, words of the language as text, others as messages.
    line, column: of the place, counted from 1.
    excerpt: the line with the place marked; empty if there is no text.
    path: the place in JSON or in a form that was given in place of a text, as a JSON pointer (RFC 6901) of at most 200
        characters. Then `span` and `repair` are of the text that stands there.

    >>> problem = Problem(Message("out-of-range", field="User_Id", lowest=0, highest=9), Span(10, 12))
    >>> problem.code, problem.message
    ('out-of-range', 'User_Id is between 0 and 9')
    """

    reason: Message
    span: Span
    severity: Literal["error", "warning"] = "error"
    found: str = ""
    possible: tuple[str | Message, ...] = ()
    repair: Repair | None = None
    line: int = 1
    column: int = 1
    excerpt: str = ""
    path: str = ""

    @property
    def key(self) -> str:
        """The key of the message: the code, and behind a dot which of its sentences it is, if it has several."""
        return self.reason.key

    @property
    def code(self) -> str:
        """What is wrong, for programs. It does not change between versions."""
        return self.key.partition(".")[0]

    @property
    def params(self) -> Mapping[str, Param]:
        """What is filled into the sentence."""
        return self.reason.params

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return str(self.reason)

    @property
    def expected(self) -> tuple[str, ...]:
        """What may stand there, in English words."""
        return tuple(map(str, self.possible))

    def said(self, language: str) -> Said:
        """Return what is wrong in a language, its values as parts of their own. Raises as `Message.said`."""
        return self.reason.said(language)

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
