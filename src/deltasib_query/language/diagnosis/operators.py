"""Behind a field: an operator and its value, `in`, `between`, or a mistake."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Final

from deltasib_query.language import excerpts
from deltasib_query.language.diagnosis.literals import COMMAS, Literal
from deltasib_query.language.diagnosis.scanner import OPERATOR_SIGNS, WORD, Scanner
from deltasib_query.language.diagnosis.synonyms import OPERATORS, SQL_WORDS, closest, letters
from deltasib_query.language.terminals import terminal_pattern
from deltasib_query.messages.message import Message
from deltasib_query.problems import Span

_SPACED_OPERATOR: Final = re.compile(r"([<>=!])\s+([=>])")
_QUALIFIED: Final = re.compile(r"\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)")
_REST_OF_NAME: Final = re.compile(r"-?\s*([A-Za-z][A-Za-z0-9_]*)")
_AND: Final = re.compile(r"\s*and\s*", re.IGNORECASE)
BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_CALL: Final = re.compile(r"[^\W\d]\w*(?=\()")
_THOUSANDS: Final = re.compile(rf"(?<!\d)\d{{1,3}}[{COMMAS}٬]\d{{3}}(?!\d)")
_LONGEST_NAME: Final = 64
"""The longest name of a column in MariaDB. A longer word is not repeated for each value of a list."""


class OperatorReader(Scanner):
    """Reads from the end of a field to the end of its value."""

    def _operator(self) -> None:
        signs = self._match(OPERATOR_SIGNS)
        if signs and not self.literals.placeholder(self.position):
            return self._signs(signs)
        word = self._match(WORD)
        character = self.text[self.position]
        if word:
            return self._operator_word(word)
        if character == ".":
            return self._qualified()
        if character == "(":
            self._fail(Message("function"), Span(self.position, self.position + 1))
        if character == "-" and self._split_name():
            return
        if character in "+-*/%":
            self._fail(Message("arithmetic"), Span(self.position, self.position + 1))
        if unicodedata.combining(character):
            reason = Message("unknown-character.name", character=excerpts.name(character))
            self._fail(reason, Span(self.position, self.position + 1))
        if self.literals.read(self.position) is not None:
            here = Span(self.position, self.position)
            self._report(Message("missing-operator"), here, "= ", certain=False)
            return self._feed("OPERATOR", self.position)
        self._unexpected()

    def _value(self) -> None:
        pattern = "PATTERN" in self.automaton.expected()
        if self.text[self.position] in BRACKETS and self._several():
            return
        value = self.literals.read(self.position, pattern=pattern, is_text=self._is_text())
        if value is None:
            called = self._match(_CALL)
            if called:
                self._fail(Message("function.value"), Span(*called.span()))
            self._unexpected()
        if value.reason:
            span = value.at or Span(self.position, value.end)
            place = Span(self.position, value.end)
            self._report(value.reason, span, value.text, at=place, certain=value.certain)
        self._feed("STRING", value.end)

    def _signs(self, signs: re.Match[str]) -> None:
        spaced = self._match(_SPACED_OPERATOR)
        written, end = signs[0], signs.end()
        if self.literals.placeholder(end - 1):
            written, end = written[:-1], end - 1
        if spaced and spaced.end(1) == end:
            written, end = spaced[1] + spaced[2], spaced.end()
        valid = terminal_pattern("OPERATOR").fullmatch(written)
        if not valid or (spaced and spaced.end() == end):
            meant = written if valid else OPERATORS.get(written)
            reason = Message("operator", found=excerpts.shortened(self.text[self.position : end]))
            self._report(reason, Span(self.position, end), meant)
        self._feed("OPERATOR", end)

    def _operator_word(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if terminal_pattern("LIKE").fullmatch(word[0]):
            return self._feed("LIKE", span.end)
        if lower in {"in", "between"}:
            return self._expand(span.start, span.end, lower, negated=False)
        if lower == "not":
            following = WORD.match(self.text, self._behind_blank(span.end))
            if following and following[0].lower() in {"in", "between"}:
                return self._expand(span.start, following.end(), following[0].lower(), negated=True)
            self._report(Message("negation.like") if following else Message("negation"), span)
            self.position = span.end
            return
        if lower == "is" or lower == "isnull":
            self._fail(Message("null"), span)
        if lower in OPERATORS:
            self._report(Message("operator", found=excerpts.shortened(word[0])), span, OPERATORS[lower])
            return self._feed("LIKE" if OPERATORS[lower] == "like" else "OPERATOR", span.end)
        if lower in SQL_WORDS:
            self._fail(Message("sql-word", word=lower), span)
        if self._lookalike(word, {"like"}):
            return self._feed("LIKE", span.end)
        if self._split_name():
            return None
        if closest(lower, ["like"])[1] and letters(lower) <= set("like"):
            self._report(Message("keyword", found=excerpts.shortened(word[0])), span, "like")
            return self._feed("LIKE", span.end)
        self._unexpected()

    def _split_name(self) -> bool:
        """Read `User Id` and `User-Id`, which stand for `User_Id`; return False for anything else."""
        rest = self._match(_REST_OF_NAME)
        start, end = self.fed[-1][1]
        name = f"{self.text[start:end]}_{rest[1]}" if rest else ""
        if rest is None or name.lower() not in self.literals.names:
            return False
        self._report(Message("split-name", name=name), Span(start, rest.end()), name)
        self.fed[-1] = "FIELD", Span(start, rest.end())
        self.name = name
        self.position = rest.end()
        return True

    def _qualified(self) -> None:
        rest = self._match(_QUALIFIED)
        if not rest:
            self._unexpected()
        prefix = Span(self.fed[-1][1].start, rest.start(1))
        self._report(Message("qualified-field"), prefix, "", certain=False)
        self.fed[-1] = "FIELD", Span(*rest.span(1))
        self.name = rest[1]
        self.position = rest.end()

    def _expand(self, start: int, end: int, keyword: str, *, negated: bool) -> None:
        """Read `in (…)` or `between … and …`, and offer the comparisons that the language has for it."""
        operators: tuple[str, ...]
        if keyword == "in":
            operators, connective = ("<>", "<>") if negated else ("=", "="), "and" if negated else "or"
        else:
            operators, connective = ("<", ">") if negated else (">=", "<="), "or" if negated else "and"
        self.position = end
        values, end = self._list() if keyword == "in" else self._range()
        example = f" {connective} ".join(f"{self.name} {operator} …" for operator in operators)
        written = f"not {keyword}" if negated else keyword
        if keyword == "in":
            reason = Message("in", keyword=written, example=example)
            operators = operators[:1] * len(values)
        else:
            reason = Message("between", keyword=written, example=example)
        self.position = start
        self._spell_out(reason, Span(start, end), self.fed[-1][1], values, operators, connective)
        self._feed("OPERATOR", start)
        self._feed("STRING", end)
        self.operator = operators[0] if keyword == "in" else ""

    def _several(self) -> bool:
        """Read several values behind an operator that takes one, as in `= [1, 2]`; return False for anything else."""
        start, operator = self.position, self.operator
        values, end = self._list(pattern=operator == "like")
        self.position = start
        if len(values) < 2 or operator not in {"=", "<>", "like"}:
            return False
        connective = "and" if operator == "<>" else "or"
        example = f"{self.name} {operator} … {connective} {self.name} {operator} …"
        reason = Message("in.list", example=example)
        field, operators = self.fed[-2][1], (operator,) * len(values)
        self._spell_out(reason, Span(start, end), field, values, operators, connective, certain=False)
        self._feed("STRING", end)
        return True

    def _spell_out(
        self, reason: Message, span: Span, field: Span, values: list[Literal], operators: tuple[str, ...],
        connective: str, *, certain: bool = True,
    ) -> None:  # fmt: skip
        """Report a condition with several values. The repair compares the field with each of them."""
        thousands = _THOUSANDS.search(self.text, *span)
        if thousands:
            key = "between.thousands" if reason.key == "between" else "in.thousands"
            reason = Message(key, reason=reason, number=excerpts.shortened(thousands[0]))
        if not values or len(self.name) > _LONGEST_NAME:
            self._fail(reason, span)
        texts = [value.text for value in values]
        parts = [f"{self.name} {operator} {text}" for operator, text in zip(operators, texts, strict=True)]
        repair = parts[0] if len(parts) == 1 else f"({f' {connective} '.join(parts)})"
        certain = certain and all(value.certain for value in values) and not thousands
        self._report(reason, span, None if None in texts else repair, at=Span(field.start, span.end), certain=certain)

    def _list(self, *, pattern: bool = False) -> tuple[list[Literal], int]:
        """Read a list in brackets of any kind, or in none. Return its values, none if it is no list, and its end."""
        values: list[Literal] = []
        self.position = self._behind_blank(self.position)
        closing = BRACKETS.get(self.text[self.position : self.position + 1])
        if closing:
            self.position += 1
        while True:
            self.position = self._behind_blank(self.position)
            if (
                values and closing and self.text.startswith(closing, self.position)
            ):  # behind a comma: perhaps a value is missing
                values[-1] = replace(values[-1], certain=False)
                return values, self.position + 1
            value = self.literals.read(self.position, pattern=pattern, listed=True, is_text=self._is_text())
            if value is None:
                return [], self.position
            values.append(value if closing else replace(value, certain=False))
            self.position = self._behind_blank(value.end)
            if closing and self.text.startswith(closing, self.position):
                return values, self.position + 1
            if self.position == len(self.text) or self.text[self.position] not in COMMAS:
                return ([], self.position) if closing else (values, value.end)
            self.position += 1

    def _range(self) -> tuple[list[Literal], int]:
        """Read `… and …`. Return the two values, none if it is no range, and its end."""
        self.position = self._behind_blank(self.position)
        low = self.literals.read(self.position, is_text=self._is_text())
        keyword = _AND.match(self.text, low.end) if low else None
        if low is None or keyword is None:
            return [], self.position
        self.position = keyword.end()
        high = self.literals.read(self.position, is_text=self._is_text())
        return ([low, high], high.end) if high else ([], self.position)
