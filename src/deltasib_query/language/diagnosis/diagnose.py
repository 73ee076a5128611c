"""What is wrong with a text that the grammar refuses: where, in whose words, and the repair.

The reader goes through the text beside the parser's own automaton, which always knows what could stand next.
Where the text has it, both move on. Where it does not, the reader names the mistake and, if it can tell what
was meant, notes the edit and moves the automaton as if it had been made. The edits together make the
*repaired* text, which the strict parser then reads like any other: nothing is believed because it was mended.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from deltasib_query.language import excerpts
from deltasib_query.language.diagnosis.connectives import ConnectiveReader
from deltasib_query.language.diagnosis.literals import COMMAS, Literal
from deltasib_query.language.diagnosis.operators import BRACKETS, NO_FUNCTIONS, NO_NOT, OPERATOR_SIGNS, OperatorReader
from deltasib_query.language.diagnosis.scanner import WORD, GiveUp
from deltasib_query.language.diagnosis.synonyms import KEYWORDS, OPERATORS, SQL_WORDS
from deltasib_query.language.terminals import terminal_pattern
from deltasib_query.language.tree import OPPOSITE
from deltasib_query.problems import Problem, Repair, Span


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The syntactic problems of a text in its order; and the edits that make a filter of what can be read of it.

    `edits` are the repairs of the problems. If those do not mend all of it, the last edit cuts off the rest.
    """

    problems: tuple[Problem, ...]
    edits: tuple[Repair, ...]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The repairs, if together they mend all of the text."""
        mended = tuple(problem.repair for problem in self.problems if problem.repair is not None)
        return mended if set(mended) == set(self.edits) else ()


def diagnose(text: str, fields: Mapping[str, str] | None = None, *, placeholders: bool = False) -> Diagnosis:
    """Say what is wrong with a text that `parse_tree` refuses.

    `fields` are the names that messages propose, each with its kind of value. With `placeholders` a name such as
    ``:low`` stands for a value. Takes any text; time is linear in its length.

    >>> diagnose("User_Id => 5").repairs
    (Repair(span=Span(start=8, end=10), replacement='>=', certain=True),)
    >>> diagnose("User_Id => 5 and Name is null").edits[-1]
    Repair(span=Span(start=12, end=29), replacement='', certain=True)
    """
    reader = _Reader(text, fields or {}, placeholders=placeholders)
    with suppress(GiveUp):
        reader.read()
    return Diagnosis(reader.sorted_problems(), reader.edits())


_QUOTED_NAME: Final = re.compile(
    r"""(?:`(\w+)`|"(\w+)"|\[(\w+)\]|'(\w+)')(?=\s*(?:[=<>!]|(?:like|in|between|not|is)\b))""", re.ASCII | re.IGNORECASE
)
_CALL: Final = re.compile(r"[^\W\d]\w*(?=\()")
_TURNED: Final = re.compile(r"\s*(<>|!=|<=|>=|=|<|>)\s*([A-Za-z_]\w*)", re.ASCII)
_FURTHER_OPERATOR: Final = re.compile(r"\s*(<>|!=|<=|>=|=|<|>)\s*")
_REPEATED: Final = frozenset({"=", "<>", "<", ">", "<=", ">=", "like"})
_BEHIND_VALUE: Final = re.compile(r"\s*(?:\)|\Z|(?:and|or|و|یا)\b|&&|\|\|)", re.IGNORECASE)
_ENCODED: Final = re.compile(
    r"'[^']*'|(?P<percent>%(?:25)*(?:2[0789]|3[CDE]))|(?P<entity>&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});)",
    re.ASCII | re.IGNORECASE,
)
"""What stands for a character of the language in an address or in HTML; texts in quotes may hold it as it is."""
_MIRROR: Final = str.maketrans("<>", "><")
_SIMPLE_NEGATION: Final = re.compile(
    r"not\s+([a-z_][a-z0-9_]*)\s*(<>|<=|>=|=|<|>)(?![=<>!~])", re.ASCII | re.IGNORECASE
)


def _percent_decoded(text: str) -> str | None:
    """The text before it was encoded, once or several times; None where it is no UTF-8."""
    if " " not in text:
        text = text.replace("+", " ")
    try:
        while (decoded := unquote(text, errors="strict")) != text and _ENCODED.search(text):
            text = decoded
    except UnicodeDecodeError:
        return None
    return text


class _Reader(OperatorReader, ConnectiveReader):
    """Reads a text from its start to its end: conditions, and between them what the other readers know about."""

    def read(self) -> None:
        self._refuse_encoded()
        while True:
            self._skip_blank()
            expected = self.cursor.expected()
            if self.position == len(self.text):
                return self._end(expected)
            self._refuse_comment()
            if "FIELD" in expected:
                self._condition()
            elif "OPERATOR" in expected:
                self._operator()
            elif "NUMBER" in expected:
                self._value()
            else:
                self._connective(expected)

    def _refuse_encoded(self) -> None:
        """A text that was made ready for an address or a page before it came here."""
        for found in _ENCODED.finditer(self.text):
            if found["percent"]:
                message = "this text is percent-encoded, as an address is: write it as it was before"
                decoded = _percent_decoded(self.text)
            elif found["entity"]:
                message = "this text is escaped, as HTML is: write it as it was before"
                decoded = html.unescape(self.text)
            else:
                continue
            self._report("encoded", message, Span(*found.span()), decoded, at=Span(0, len(self.text)), certain=False)
            raise GiveUp

    # A condition starts: a field or a parenthesis

    def _condition(self) -> None:
        if self.text[self.position] == "(":
            return self._feed("LPAR", self.position + 1)
        if self._pass_over():
            return
        named = self.literals.placeholder(self.position)
        if named and not _FURTHER_OPERATOR.match(self.text, named.end()):
            return self._feed_comparison("", "", named.end())
        quoted = self._match(_QUOTED_NAME)
        if quoted:
            name = next(group for group in quoted.groups() if group)
            if name.lower() in self.literals.names or quoted[0][0] in "`[":
                sure = quoted[0][0] != "'"
                message = "a field's name has no quotes"
                self._report("quoted-field", message, Span(*quoted.span()), name, certain=sure)
                return self._feed_field(name, quoted.end())
        word = self._match(WORD)
        if word and not self._is_lone_value(word):
            return self._field(word)
        if self.text[self.position] == "!":
            self._fail("negation", NO_NOT, Span(self.position, self.position + 1))
        if (not named and self._match(OPERATOR_SIGNS)) or self.text[self.position] in f");&|{COMMAS}":
            self._unexpected()
        self._reversed()

    def _field(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if lower in KEYWORDS:
            self._fail("unexpected", f"`{lower}` is a keyword, a condition should start here", span)
        if lower == "not":
            return self._negation(span)
        if lower in {"where", "having"} and not self.fed:
            after = self._behind_blank(span.end)
            self._report(
                "sql-word", f"a filter is the condition alone, without `{lower}`", span, "", at=Span(span.start, after)
            )
            self.position = after
            return
        if lower in SQL_WORDS and lower not in self.literals.names:
            self._fail("sql-word", f"`{lower}` is SQL, and not part of the language", span)
        if not terminal_pattern("FIELD").fullmatch(word[0]):
            offset, foreign = next((at, letter) for at, letter in enumerate(word[0]) if not letter.isascii())
            at = span.start + offset
            message = f"{excerpts.name(foreign)} cannot be part of a field's name"
            self._report("unknown-character", message, Span(at, at + 1))
        self._feed_field(word[0], span.end)

    def _negation(self, span: Span) -> None:
        simple = self._match(_SIMPLE_NEGATION)
        if simple:
            turned = f"{simple[1]} {OPPOSITE[simple[2]]}"
            self._report("negation", NO_NOT, span, turned, at=Span(*simple.span()))
            self._feed_field(simple[1], simple.end(1))
            self._feed("OPERATOR", simple.end(2))
            self.operator = OPPOSITE[simple[2]]
        else:
            self._report("negation", NO_NOT, span)
            self.position = span.end

    def _reversed(self) -> None:
        """A value where a field should be: perhaps `5 < User_Id`."""
        start, value = self.position, self.literals.read(self.position)
        if value is None or value.text is None:
            self._unexpected()
        rest = _TURNED.match(self.text, value.end)
        if not rest or rest[2].lower() in KEYWORDS:
            return self._without_field(value)
        operator = OPERATORS.get(rest[1], rest[1])
        turned = operator.translate(_MIRROR) if operator != "<>" else operator
        message, span = "the field stands first, the value last", Span(start, rest.end())
        repair, certain, end = f"{rest[2]} {turned} {value.text}", value.certain, span.end
        further = _FURTHER_OPERATOR.match(self.text, end)
        high = self.literals.read(further.end()) if further else None
        if further and high and high.text is not None:
            message = "a comparison has one operator: two of them are joined by `and`"
            second = OPERATORS.get(further[1], further[1])
            repair, certain, end = f"({repair} and {rest[2]} {second} {high.text})", False, high.end
        self._report("reversed", message, span, repair, at=Span(start, end), certain=certain)
        self._feed_comparison(rest[2], turned if end == span.end else "", end)

    def _is_lone_value(self, word: re.Match[str]) -> bool:
        """Whether a word is no field, and nothing is compared with it: `Name = ali or reza`."""
        lower = word[0].lower()
        known = lower in self.literals.names or lower in SQL_WORDS or lower in KEYWORDS
        return not known and self.operator in _REPEATED and _BEHIND_VALUE.match(self.text, word.end()) is not None

    def _without_field(self, value: Literal) -> None:
        """`User_Id = 1 or 2`: what was compared with the value before it is meant again."""
        span = Span(self.position, value.end)
        message = "a comparison starts with a field"
        if value.text is None or self.operator not in _REPEATED or not _BEHIND_VALUE.match(self.text, value.end):
            self._fail("no-field", message, span)
        whole = f"{self.name} {self.operator} {value.text}"
        self._report("no-field", f"{message}: write  {whole}", span, whole, certain=False)
        self._feed_comparison(self.name, self.operator, value.end)

    # After an operator: the value

    def _value(self) -> None:
        pattern = "PATTERN" in self.cursor.expected()
        if self.text[self.position] in BRACKETS and self._several():
            return
        value = self.literals.read(self.position, pattern=pattern, is_text=self._is_text())
        if value is None:
            called = self._match(_CALL)
            if called:
                message = f"{NO_FUNCTIONS}, and a text stands in single quotes: '…'"
                self._fail("function", message, Span(*called.span()))
            self._unexpected()
        if value.code:
            span = value.at or Span(self.position, value.end)
            place = Span(self.position, value.end)
            self._report(value.code, value.message, span, value.text, at=place, certain=value.certain)
        self._feed("STRING", value.end)

    # The end of the text

    def _end(self, expected: frozenset[str]) -> None:
        end = Span(len(self.text), len(self.text))
        if "$END" in expected:
            return
        if not self.fed:
            message = "an empty text is not a filter, and does not mean everything"
            self._fail("empty", message, end)
        if "RPAR" in expected:
            return self._unclosed_parentheses(end)
        self._fail("unexpected-end", f"the filter ends where {self._expected()[0]} should stand", end)

    def _unclosed_parentheses(self, end: Span) -> None:
        """Where they close makes no difference while one keyword joins everything; else only a person knows.

        So it is where a text holds one that may belong behind the quote: `(Name = 'ali)'`.
        """
        unclosed: list[int] = []
        for terminal, span in self.fed:
            if terminal == "LPAR":
                unclosed.append(span.start)
            elif terminal == "RPAR":
                unclosed.pop()
        keywords = {terminal for terminal, _ in self.fed} & {"_AND", "_OR"}
        quoted = any(")" in self.text[slice(*span)] for terminal, span in self.fed if terminal == "STRING")
        at = max(len(self.text.rstrip(" \t\r\n")), self.fed[-1][1].end)  # a text without its quote has the blanks too
        number = "a parenthesis is" if len(unclosed) == 1 else f"{len(unclosed)} parentheses are"
        message = f"{number} not closed, the first from column {unclosed[0] + 1}"
        self._report(
            "unclosed-parenthesis",
            message,
            end,
            ")" * len(unclosed),
            at=Span(at, at),
            certain=len(keywords) < 2 and not quoted,
        )
