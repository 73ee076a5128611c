"""Reads a text beside the automaton, from its start to its end; see the package's docstring."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from deltasib_query.language.diagnosis.conditions import ConditionReader
from deltasib_query.language.diagnosis.connectives import ConnectiveReader
from deltasib_query.language.diagnosis.operators import OperatorReader
from deltasib_query.language.diagnosis.scanner import GiveUp
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The syntax errors of a text in its order, and the edits that make a filter of as much of it as possible.

    `edits` are the repairs of the problems. Where these do not mend the whole text, the last edit cuts off the rest.
    """

    problems: tuple[Problem, ...]
    edits: tuple[Repair, ...]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The repairs, if together they mend the whole text."""
        mended = tuple(problem.repair for problem in self.problems if problem.repair is not None)
        return mended if set(mended) == set(self.edits) else ()


def diagnose(
    text: str,
    fields: Mapping[str, str] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    placeholders: bool = False,
) -> Diagnosis:
    """Say what is wrong with a text that `parse_tree` refuses.

    fields: the names that messages propose, each with the kind of its values.
    labels: names by what they are called in Persian, as `synonyms.folded` has it.
    placeholders: a name such as ``:low`` stands for a value.

    Takes any text; time is linear in its length.

    >>> diagnose("User_Id => 5").repairs
    (Repair(span=Span(start=8, end=10), replacement='>=', certain=True),)
    >>> diagnose("User_Id => 5 and Name is null").edits[-1]
    Repair(span=Span(start=12, end=29), replacement='', certain=True)
    """
    reader = _Reader(text, fields or {}, labels or {}, placeholders=placeholders)
    with suppress(GiveUp):
        reader.read()
    return Diagnosis(reader.sorted_problems(), reader.edits())


_ENCODED: Final = re.compile(
    r"'[^']*'|(?P<percent>%(?:25)*(?:2[0789]|3[CDE]))|(?P<entity>&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});)",
    re.ASCII | re.IGNORECASE,
)
"""A character that is encoded for an address or for HTML; a text in quotes matches too, so that it is skipped."""


def _percent_decoded(text: str) -> str | None:
    """Return the text as it was before it was encoded, once or several times; None if that is no UTF-8."""
    if " " not in text:
        text = text.replace("+", " ")
    try:
        while (decoded := unquote(text, errors="strict")) != text and _ENCODED.search(text):
            text = decoded
    except UnicodeDecodeError:
        return None
    return text


class _Reader(ConditionReader, OperatorReader, ConnectiveReader):
    """Reads a whole text: whichever part of a filter can stand next is read by the class for it."""

    def read(self) -> None:
        self._refuse_encoded()
        while True:
            self._skip_blank()
            expected = self.automaton.expected()
            if self.position == len(self.text):
                return self._end(expected)
            self._refuse_comment()
            if "FIELD" in expected:
                if not self._plain_condition():
                    self._condition()
            elif "OPERATOR" in expected:
                self._operator()
            elif "NUMBER" in expected:
                self._value()
            else:
                self._connective(expected)

    def _refuse_encoded(self) -> None:
        """Refuse a text that was encoded for an address or for HTML before it came here."""
        for found in _ENCODED.finditer(self.text):
            if found["percent"]:
                reason, decoded = Message("encoded.percent"), _percent_decoded(self.text)
            elif found["entity"]:
                reason, decoded = Message("encoded.html"), html.unescape(self.text)
            else:
                continue
            self._report(reason, Span(*found.span()), decoded, at=Span(0, len(self.text)), certain=False)
            raise GiveUp

    def _end(self, expected: frozenset[str]) -> None:
        end = Span(len(self.text), len(self.text))
        if "$END" in expected:
            return
        if not self.fed:
            self._fail(Message("empty"), end)
        if "RPAR" in expected:
            return self._unclosed_parentheses(end)
        self._fail(Message("unexpected-end", needed=self._possible()[0]), end)

    def _unclosed_parentheses(self, end: Span) -> None:
        """Report the open parentheses. To close them at the end is certain while one keyword joins all conditions.

        It is not where a text holds a parenthesis that may belong behind its quote: `(Name = 'ali)'`.
        """
        unclosed: list[int] = []
        for terminal, span in self.fed:
            if terminal == "LPAR":
                unclosed.append(span.start)
            elif terminal == "RPAR":
                unclosed.pop()
        keywords = {terminal for terminal, _ in self.fed} & {"_AND", "_OR"}
        quoted = any(")" in self.text[slice(*span)] for terminal, span in self.fed if terminal == "STRING")
        at = max(
            len(self.text.rstrip(" \t\r\n")), self.fed[-1][1].end
        )  # an unclosed text includes the blanks at the end
        column = unclosed[0] + 1
        reason = Message("unclosed-parenthesis", column=column)
        if len(unclosed) > 1:
            reason = Message("unclosed-parenthesis.several", number=len(unclosed), column=column)
        certain = len(keywords) < 2 and not quoted
        self._report(reason, end, ")" * len(unclosed), at=Span(at, at), certain=certain)
