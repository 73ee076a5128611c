"""What is wrong with a filter: the place, the message, and the edit that repairs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, NamedTuple

from deltasib_query.messages.message import Message, Param
from deltasib_query.messages.said import Said, joined


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

    @property
    def label(self) -> Message:
        """What the edit does, in words.

        >>> str(Repair(Span(9, 11), "<>").label)
        'write  <>'
        """
        if not self.replacement:
            return Message("edit.remove")
        if self.span.start == self.span.end:
            return Message("edit.insert", text=self.replacement)
        return Message("edit.write", text=self.replacement)


_UNFINISHED: Final = frozenset({"empty", "unclosed-parenthesis", "unclosed-quote", "unexpected-end"})
"""Errors of a text that only lacks its end."""
_TEXT: Final = re.compile(r"'[^']*(?:''[^']*)*+'?")
"""A text in quotes, or one without its end."""
_DATA: Final = ("code", "message", "span", "severity", "found", "expected", "line", "column", "excerpt", "path")


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
    text: the text that the problem is of; empty if there is none.

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
    text: str = field(default="", repr=False, compare=False)

    @property
    def key(self) -> str:
        """The key of the message: the code, and behind a dot which of its sentences it is, if it has several."""
        return self.reason.key

    @property
    def code(self) -> str:
        """What is wrong, for programs. It does not change between versions."""
        return self.reason.code

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

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as data for JSON, with its texts in English.

        >>> from deltasib_query import User, check
        >>> [problem] = check("Username != 'ali'", User)
        >>> problem.as_dict()["repair"]
        {'span': Span(start=9, end=11), 'replacement': '<>', 'certain': True}
        """
        data = {name: getattr(self, name) for name in _DATA} | self.reason.as_dict()
        return data | {"repair": self.repair and asdict(self.repair)}

    def unfinished(self, caret: int) -> bool:
        """Return whether the reason may only be that somebody is still typing at `caret`, an offset in code points.

        That is so for a text that lacks its end, and for every problem that the next letters may solve. An editor shows
        such a problem once the person rests.

        >>> from deltasib_query import User, check
        >>> text = "Usernme = 'x' and Name"
        >>> [(problem.found, problem.unfinished(len(text))) for problem in check(text, User)]
        [('`Usernme`', False), ('the end of the filter', True)]
        """
        text, (start, end) = self.text, self.span
        if self.code in _UNFINISHED or start <= caret <= end:
            return True
        if text.count("'") % 2 and text.count("'", 0, caret) % 2:  # the quote that is missing belongs to the caret
            *_, open_text = _TEXT.finditer(text[:caret])
            return open_text.start() <= start
        return self.code == "stray-quote" and text[end:caret].isalnum()  # a word that may become `and` or `or`

    def describe(self, language: str) -> Said:
        """Return everything about the problem in a language: what is wrong, the place, what is possible, the repair.

        `str` of a problem is this in English, with code in backticks. Raises as `Message.said`.
        """
        lines = ((line,) if isinstance(line, str) else line.said(language).parts for line in self._lines())
        return Said(joined("\n", lines))

    def __str__(self) -> str:
        return "\n".join(map(str, self._lines()))

    def _lines(self) -> Iterator[Message | str]:
        reason = self.reason
        if self.excerpt:
            reason = Message("problem.place", reason=reason, line=self.line, column=self.column)
        yield Message("problem.path", reason=reason, path=self.path) if self.path else reason
        if self.excerpt:
            yield self.excerpt
        if self.possible:
            yield Message("problem.possible", possible=self.possible)
        if self.repair is not None:
            edit = self.repair.label
            if not self.repair.certain:
                edit = Message(f"{edit.key}.perhaps", **edit.params)
            yield Message("problem.repair", edit=edit)
