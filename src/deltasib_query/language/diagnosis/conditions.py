"""Where a condition starts: a field, a parenthesis, or a mistake."""

from __future__ import annotations

import re
from typing import Final

from deltasib_query.language import excerpts
from deltasib_query.language.diagnosis.literals import COMMAS, Literal
from deltasib_query.language.diagnosis.scanner import OPERATOR_SIGNS, WORD, Scanner
from deltasib_query.language.diagnosis.synonyms import KEYWORDS, OPERATORS, SQL_WORDS, folded
from deltasib_query.language.fast_parser import comparison
from deltasib_query.language.terminals import terminal_pattern
from deltasib_query.language.tree import OPPOSITE
from deltasib_query.messages.message import Message
from deltasib_query.problems import Span

_QUOTED_NAME: Final = re.compile(
    r"""(?:`(\w+)`|"(\w+)"|\[(\w+)\]|'(\w+)')(?=\s*(?:[=<>!]|(?:like|in|between|not|is)\b))""", re.ASCII | re.IGNORECASE
)
_TURNED: Final = re.compile(r"\s*(<>|!=|<=|>=|=|<|>)\s*([A-Za-z_]\w*)", re.ASCII)
"""Behind a value: an operator and a field, as in `5 < User_Id`."""
_FURTHER_OPERATOR: Final = re.compile(r"\s*(<>|!=|<=|>=|=|<|>)\s*")
"""Behind that, as in `1 < User_Id < 5`."""
_LABEL: Final = re.compile(r"[^\W\dA-Za-z][^\WA-Za-z]*+(?!\w)(?:[\s\u200c]++[^\W\dA-Za-z][^\WA-Za-z]*+(?!\w)){0,9}+")
"""A few words without an English letter."""
_MIRROR: Final = str.maketrans("<>", "><")
_SIMPLE_NEGATION: Final = re.compile(
    r"not\s+([a-z_][a-z0-9_]*)\s*(<>|<=|>=|=|<|>)(?![=<>!~])", re.ASCII | re.IGNORECASE
)
_REPEATED: Final = frozenset({"=", "<>", "<", ">", "<=", ">=", "like"})
"""Operators that `User_Id = 1 or 2` repeats before the second value."""
_BEHIND_VALUE: Final = re.compile(r"\s*(?:\)|\Z|(?:and|or|و|یا)\b|&&|\|\|)", re.IGNORECASE)


class ConditionReader(Scanner):
    """Reads the start of a condition, up to the end of its field."""

    def _plain_condition(self) -> bool:
        """Move on past a comparison of a known field that is plainly right, and the parentheses around it.

        Return False for any other. In a long text that somebody types nearly all comparisons are right, and there is
        nothing to say about them.
        """
        plain = comparison().match(self.text, self.position)
        if plain is None or plain[2] is None or plain[2].lower() not in self.literals.names:
            return False
        opening, name, operator, _, _, closing, *_ = plain.groups()
        if closing.count(")") > self.automaton.depth + opening.count("("):
            return False
        self._feed_all("(", "LPAR", plain.end(1))
        self._feed_field(name, plain.end(2))
        self._feed("OPERATOR" if operator else "LIKE", plain.start(4))
        self._feed("STRING", plain.end(4))
        self._feed_all(")", "RPAR", plain.end(6))
        return True

    def _feed_all(self, sign: str, terminal: str, end: int) -> None:
        """Move on past blanks and parentheses of one kind."""
        while (at := self.text.find(sign, self.position, end)) >= 0:
            self.position = at
            self._feed(terminal, at + 1)
        self.position = end

    def _condition(self) -> None:
        if self.text[self.position] == "(":
            return self._feed("LPAR", self.position + 1)
        named = self.literals.placeholder(self.position)
        if named and not _FURTHER_OPERATOR.match(self.text, named.end()):
            return self._feed_comparison("", "", named.end())
        quoted = self._match(_QUOTED_NAME)
        if quoted:
            name = next(group for group in quoted.groups() if group)
            if name.lower() in self.literals.names or quoted[0][0] in "`[":
                sure = quoted[0][0] != "'"
                self._report(Message("quoted-field"), Span(*quoted.span()), name, certain=sure)
                return self._feed_field(name, quoted.end())
        word = self._match(WORD)
        if word and not self._is_lone_value(word):
            return self._field(word)
        if self.text[self.position] == "!":
            self._fail(Message("negation"), Span(self.position, self.position + 1))
        if (not named and self._match(OPERATOR_SIGNS)) or self.text[self.position] in f");&|{COMMAS}":
            self._unexpected()
        self._reversed()

    def _field(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if lower in KEYWORDS:
            self._fail(Message("unexpected.keyword", keyword=lower), span)
        if lower == "not":
            return self._negation(span)
        if lower in {"where", "having"} and not self.fed:
            after = self._behind_blank(span.end)
            self._report(Message("sql-word.clause", word=lower), span, "", at=Span(span.start, after))
            self.position = after
            return
        if lower in SQL_WORDS and lower not in self.literals.names:
            self._fail(Message("sql-word", word=lower), span)
        if not terminal_pattern("FIELD").fullmatch(word[0]):
            return self._foreign_name(word)
        self._feed_field(word[0], span.end)

    def _foreign_name(self, word: re.Match[str]) -> None:
        """Read a name with letters that no field's name has. It may be what a field is called in Persian."""
        label = self._match(_LABEL)
        meant = self.labels.get(folded(label[0])) if label else None
        if label and meant:
            self._report(Message("unknown-field.label", field=meant), Span(*label.span()), meant)
            return self._feed_field(meant, label.end())
        if label and label.end() > word.end() and OPERATOR_SIGNS.match(self.text, self._behind_blank(label.end())):
            word = label
        span = Span(*word.span())
        if label:
            self._report(Message("unknown-character.letters"), span)
        else:  # one letter among English ones, which people may not see
            at, foreign = next((at, letter) for at, letter in enumerate(word[0], span.start) if not letter.isascii())
            self._report(Message("unknown-character.name", character=excerpts.name(foreign)), Span(at, at + 1))
        self._feed_field(word[0], span.end)

    def _negation(self, span: Span) -> None:
        simple = self._match(_SIMPLE_NEGATION)
        if simple:
            turned = f"{simple[1]} {OPPOSITE[simple[2]]}"
            self._report(Message("negation"), span, turned, at=Span(*simple.span()))
            self._feed_field(simple[1], simple.end(1))
            self._feed("OPERATOR", simple.end(2))
            self.operator = OPPOSITE[simple[2]]
        else:
            self._report(Message("negation"), span)
            self.position = span.end

    def _reversed(self) -> None:
        """Read a value where a field should be, as in `5 < User_Id`."""
        start, value = self.position, self.literals.read(self.position)
        if value is None or value.text is None:
            self._unexpected()
        rest = _TURNED.match(self.text, value.end)
        if not rest or rest[2].lower() in KEYWORDS:
            return self._without_field(value)
        operator = OPERATORS.get(rest[1], rest[1])
        turned = operator.translate(_MIRROR) if operator != "<>" else operator
        reason, span = Message("reversed"), Span(start, rest.end())
        repair, certain, end = f"{rest[2]} {turned} {value.text}", value.certain, span.end
        further = _FURTHER_OPERATOR.match(self.text, end)
        high = self.literals.read(further.end()) if further else None
        if further and high and high.text is not None:
            reason = Message("reversed.range")
            second = OPERATORS.get(further[1], further[1])
            repair, certain, end = f"({repair} and {rest[2]} {second} {high.text})", False, high.end
        self._report(reason, span, repair, at=Span(start, end), certain=certain)
        self._feed_comparison(rest[2], turned if end == span.end else "", end)

    def _is_lone_value(self, word: re.Match[str]) -> bool:
        """Return whether a word is a second value rather than a field, as in `Name = ali or reza`.

        The first letters of a field, at the end of the text, are a field being typed, as in `Name = 'ali' and User`.
        """
        lower, names = word[0].lower(), self.literals.names
        begins = word.end() == len(self.text) and any(name.startswith(lower) for name in names)
        known = begins or lower in names or lower in SQL_WORDS or lower in KEYWORDS
        return not known and self.operator in _REPEATED and _BEHIND_VALUE.match(self.text, word.end()) is not None

    def _without_field(self, value: Literal) -> None:
        """Report a second value without its field: `User_Id = 1 or 2` means `User_Id = 1 or User_Id = 2`."""
        span = Span(self.position, value.end)
        if value.text is None or self.operator not in _REPEATED or not _BEHIND_VALUE.match(self.text, value.end):
            self._fail(Message("no-field"), span)
        whole = f"{self.name} {self.operator} {value.text}"
        self._report(Message("no-field.value", comparison=whole), span, whole, certain=False)
        self._feed_comparison(self.name, self.operator, value.end)
