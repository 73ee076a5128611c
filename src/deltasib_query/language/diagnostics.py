"""What is wrong with a text that the grammar refuses: where, in whose words, and the repair.

The reader goes through the text beside the parser's own automaton, which always knows what could stand next.
Where the text has it, both move on. Where it does not, the reader names the mistake and, if it can tell what
was meant, notes the edit and moves the automaton as if it had been made. The edits together make the
*repaired* text, which the strict parser then reads like any other: nothing is believed because it was mended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from deltasib_query.errors import Problem, Repair, Span
from deltasib_query.language import source
from deltasib_query.language.connectives import ConnectiveReader
from deltasib_query.language.literals import NO_NULL, Literal
from deltasib_query.language.scanner import WORD, GiveUp
from deltasib_query.language.spelling import KEYWORDS, OPERATORS, SQL_WORDS, closest, letters
from deltasib_query.language.terminals import terminal_pattern
from deltasib_query.language.tree import OPPOSITE


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The syntactic problems of a text in its order; and the repairs, if together they mend all of it."""

    problems: tuple[Problem, ...]
    repairs: tuple[Repair, ...] = ()


def diagnose(text: str, fields: Mapping[str, str] | None = None) -> Diagnosis:
    """Say what is wrong with a text that `parse_tree` refuses.

    `fields` are the names that messages propose, each with its kind of value. Takes any text; time is linear in its
    length.

    >>> apply("User_Id => 5", diagnose("User_Id => 5").repairs)
    'User_Id >= 5'
    """
    reader = _Reader(text, fields or {})
    try:
        reader.read()
    except GiveUp:
        return Diagnosis(reader.sorted_problems())
    repairs = tuple(problem.repair for problem in reader.problems if problem.repair is not None)
    mended = len(repairs) + reader.covered == len(reader.problems)
    return Diagnosis(reader.sorted_problems(), repairs if mended else ())


def apply(text: str, repairs: Iterable[Repair]) -> str:
    """Return the text with all the repairs made; they must not overlap.

    >>> apply("a != 1 && b = 2", [Repair(Span(2, 4), "<>"), Repair(Span(7, 9), "and")])
    'a <> 1 and b = 2'
    """
    pieces: list[str] = []
    position = 0
    for repair in sorted(repairs, key=lambda r: r.span):
        pieces += (text[position : repair.span.start], repair.replacement)
        position = repair.span.end
    return "".join(pieces) + text[position:]


_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_NAME: Final = 64
"""Characters of a column's name, at most. A longer one is not written once more for each value of a list."""
_QUOTED_NAME: Final = re.compile(
    r"""(?:`(\w+)`|"(\w+)"|\[(\w+)\]|'(\w+)')(?=\s*(?:[=<>!]|(?:like|in|between|not|is)\b))""", re.ASCII | re.IGNORECASE
)
_QUALIFIED: Final = re.compile(r"\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)")
_REST_OF_NAME: Final = re.compile(r"-?\s*([A-Za-z][A-Za-z0-9_]*)")
_CALL: Final = re.compile(r"[^\W\d]\w*(?=\()")
_OPERATOR: Final = re.compile(r"[=<>!~:^≠≤≥⩽⩾≦≧＝＜＞]+")
_SPACED_OPERATOR: Final = re.compile(r"([<>=!])\s+([=>])")
_TURNED: Final = re.compile(r"\s*(<>|!=|<=|>=|=|<|>)\s*([A-Za-z_]\w*)", re.ASCII)
_AND: Final = re.compile(r"\s*and\s*", re.IGNORECASE)
_SIMPLE_NEGATION: Final = re.compile(
    r"not\s+([a-z_][a-z0-9_]*)\s*(<>|<=|>=|=|<|>)(?![=<>!~])", re.ASCII | re.IGNORECASE
)


class _Reader(ConnectiveReader):
    def read(self) -> None:
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

    # A condition starts: a field or a parenthesis

    def _condition(self) -> None:
        if self.text[self.position] == "(":
            return self._feed("LPAR", self.position + 1)
        if self._pass_over():
            return
        quoted = self._match(_QUOTED_NAME)
        if quoted:
            name = next(group for group in quoted.groups() if group)
            if name.lower() in self.literals.names or quoted[0][0] in "`[":
                sure = quoted[0][0] != "'"
                message = "a field's name has no quotes"
                self._report("quoted-field", message, Span(*quoted.span()), name, certain=sure)
                return self._feed("FIELD", quoted.end())
        word = self._match(WORD)
        if word:
            return self._field(word)
        if self.text[self.position] == "!":
            self._fail("negation", _NO_NOT, Span(self.position, self.position + 1))
        if self._match(_OPERATOR) or self.text[self.position] in "),;،&|":
            self._unexpected()
        self._reversed()

    def _field(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if lower in KEYWORDS:
            self._fail("unexpected", f"`{lower}` is a keyword, a condition should start here", span)
        if lower == "not":
            return self._negation(span)
        if lower in {"where", "having"} and not self.fed:
            after = _blank_after(self.text, span.end)
            self._report(
                "sql-word", f"a filter is the condition alone, without `{lower}`", span, "", at=Span(span.start, after)
            )
            self.position = after
            return
        if lower in SQL_WORDS and lower not in self.literals.names:
            self._fail("sql-word", f"`{lower}` is SQL, and not part of the language", span)
        if not _NAME.fullmatch(word[0]):
            foreign = next(i for i, c in enumerate(word[0]) if not (c.isascii()))
            at = span.start + foreign
            message = f"{source.name(word[0][foreign])} cannot be part of a field's name"
            self._report("unknown-character", message, Span(at, at + 1))
        self._feed("FIELD", span.end)

    def _negation(self, span: Span) -> None:
        simple = self._match(_SIMPLE_NEGATION)
        if simple:
            turned = f"{simple[1]} {OPPOSITE[simple[2]]}"
            self._report("negation", _NO_NOT, span, turned, at=Span(*simple.span()))
            self._feed("FIELD", simple.end(1))
            self._feed("OPERATOR", simple.end(2))
        else:
            self._report("negation", _NO_NOT, span)
            self.position = span.end

    def _reversed(self) -> None:
        """A value where a field should be: perhaps `5 < User_Id`."""
        start, value = self.position, self.literals.read(self.position)
        if value is None or value.text is None:
            self._unexpected()
        rest = _TURNED.match(self.text, value.end)
        if not rest or rest[2].lower() in KEYWORDS:
            self._fail("no-field", "a comparison starts with a field", Span(start, value.end))
        operator = OPERATORS.get(rest[1], rest[1])
        turned = operator.translate(_MIRROR) if operator != "<>" else operator
        message = "the field stands first, the value last"
        self._report(
            "reversed", message, Span(start, rest.end()), f"{rest[2]} {turned} {value.text}", certain=value.certain
        )
        self._feed("FIELD", start)
        self._feed("OPERATOR", start)
        self._feed("STRING", rest.end())

    # After a field: the operator

    def _operator(self) -> None:
        signs = self._match(_OPERATOR)
        if signs:
            return self._signs(signs)
        word = self._match(WORD)
        character = self.text[self.position]
        if word:
            return self._operator_word(word)
        if character == ".":
            return self._qualified()
        if character == "(":
            self._fail("function", _NO_FUNCTIONS, Span(self.position, self.position + 1))
        if character == "-" and self._split_name():
            return
        if character in "+-*/%":
            self._fail("arithmetic", "the language has no arithmetic", Span(self.position, self.position + 1))
        if unicodedata.combining(character):
            message = f"{source.name(character)} cannot be part of a field's name"
            self._fail("unknown-character", message, Span(self.position, self.position + 1))
        if self.literals.read(self.position) is not None:
            message = "there is no operator between the field and the value"
            here = Span(self.position, self.position)
            self._report("missing-operator", message, here, "= ", certain=False)
            return self._feed("OPERATOR", self.position)
        self._unexpected()

    def _signs(self, signs: re.Match[str]) -> None:
        spaced = self._match(_SPACED_OPERATOR)
        written, end = signs[0], signs.end()
        if spaced and spaced.end(1) == end:
            written, end = spaced[1] + spaced[2], spaced.end()
        valid = terminal_pattern("OPERATOR").fullmatch(written)
        if not valid or (spaced and spaced.end() == end):
            meant = written if valid else OPERATORS.get(written)
            message = f"{source.quoted(self.text[self.position : end])} is not an operator of the language"
            self._report("operator", message, Span(self.position, end), meant)
        self._feed("OPERATOR", end)

    def _operator_word(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if terminal_pattern("LIKE").fullmatch(word[0]):
            return self._feed("LIKE", span.end)
        if lower in {"in", "between"}:
            return self._lowered(span.start, span.end, lower, negated=False)
        if lower == "not":
            following = WORD.match(self.text, _blank_after(self.text, span.end))
            if following and following[0].lower() in {"in", "between"}:
                return self._lowered(span.start, following.end(), following[0].lower(), negated=True)
            message = "`not like` has no form in the language" if following else _NO_NOT
            self._report("negation", message, span)
            self.position = span.end
            return
        if lower == "is" or lower == "isnull":
            self._fail("null", NO_NULL, span)
        if lower in OPERATORS:
            self._report(
                "operator", f"{source.quoted(word[0])} is not an operator of the language", span, OPERATORS[lower]
            )
            return self._feed("LIKE" if OPERATORS[lower] == "like" else "OPERATOR", span.end)
        if lower in SQL_WORDS:
            self._fail("sql-word", f"`{lower}` is SQL, and not part of the language", span)
        if self._lookalike(word, {"like"}):
            return self._feed("LIKE", span.end)
        if self._split_name():
            return None
        if closest(lower, ["like"])[1] and letters(lower) <= set("like"):
            self._report("keyword", f"{source.quoted(word[0])} is not a keyword", span, "like")
            return self._feed("LIKE", span.end)
        self._unexpected()

    def _split_name(self) -> bool:
        """`User Id` and `User-Id`: the two parts of a name that has an underscore between them."""
        rest = self._match(_REST_OF_NAME)
        start, end = self.fed[-1][1]
        name = f"{self.text[start:end]}_{rest[1]}" if rest else ""
        if rest is None or name.lower() not in self.literals.names:
            return False
        self._report("split-name", f"a field's name is one word: {name}", Span(start, rest.end()), name)
        self.fed[-1] = "FIELD", Span(start, rest.end())
        self.position = rest.end()
        return True

    def _qualified(self) -> None:
        rest = self._match(_QUALIFIED)
        if not rest:
            self._unexpected()
        prefix = Span(self.fed[-1][1].start, rest.start(1))
        message = "a field's name stands alone, without a table"
        self._report("qualified-field", message, prefix, "", certain=False)
        self.fed[-1] = "FIELD", Span(*rest.span(1))
        self.position = rest.end()

    def _lowered(self, start: int, end: int, keyword: str, *, negated: bool) -> None:
        """`in (…)` and `between … and …`: read the values, and write what the language has instead."""
        field = self.fed[-1][1]
        name = self.text[field.start : field.end]
        example = f"({name} = … or {name} = …)" if keyword == "in" else f"({name} >= … and {name} <= …)"
        message = f"`{keyword}` is not part of the language: write {example}"
        self.position = end
        values, end = self._list() if keyword == "in" else self._range()
        if not values or len(name) > _LONGEST_NAME:
            self._fail(keyword, message, Span(start, end))
        texts = [value.text for value in values if value.text is not None]
        if keyword == "in":
            operators, connective = ["<>" if negated else "="] * len(texts), "and" if negated else "or"
        else:
            operators, connective = ["<", ">"] if negated else [">=", "<="], "or" if negated else "and"
        parts = [f"{name} {op} {text}" for op, text in zip(operators, texts, strict=False)]
        lowered = parts[0] if len(parts) == 1 else f"({f' {connective} '.join(parts)})"
        complete = len(texts) == len(values)
        self.position = start
        self._report(
            keyword, message, Span(start, end), lowered if complete else None, at=Span(field.start, end),
            certain=all(value.certain for value in values),
        )  # fmt: skip
        self._feed("OPERATOR", start)
        self._feed("STRING", end)

    def _list(self) -> tuple[list[Literal], int]:
        """The values of `( … )`, none if it is not a list of values, and where it ends."""
        values: list[Literal] = []
        self.position = _blank_after(self.text, self.position)
        if self.text[self.position : self.position + 1] != "(":
            return [], self.position
        while True:
            self.position = _blank_after(self.text, self.position + 1)
            value = self.literals.read(self.position, listed=True, is_text=self._is_text())
            if value is None:
                return [], self.position
            values.append(value)
            self.position = _blank_after(self.text, value.end)
            closing = self.text[self.position : self.position + 1]
            if closing == ")":
                return values, self.position + 1
            if closing not in {",", "،"}:
                return [], self.position

    def _range(self) -> tuple[list[Literal], int]:
        self.position = _blank_after(self.text, self.position)
        low = self.literals.read(self.position, is_text=self._is_text())
        keyword = _AND.match(self.text, low.end) if low else None
        if low is None or keyword is None:
            return [], self.position
        self.position = keyword.end()
        high = self.literals.read(self.position, is_text=self._is_text())
        return ([low, high], high.end) if high else ([], self.position)

    # After an operator: the value

    def _value(self) -> None:
        pattern = "PATTERN" in self.cursor.expected()
        value = self.literals.read(self.position, pattern=pattern, is_text=self._is_text())
        if value is None:
            called = self._match(_CALL)
            if called:
                self._fail("function", _NO_FUNCTIONS, Span(*called.span()))
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
        """Where they close makes no difference while one keyword joins everything; else only a person knows."""
        unclosed: list[int] = []
        for terminal, span in self.fed:
            if terminal == "LPAR":
                unclosed.append(span.start)
            elif terminal == "RPAR":
                unclosed.pop()
        keywords = {terminal for terminal, _ in self.fed} & {"_AND", "_OR"}
        at = max(len(self.text.rstrip(" \t\r\n")), self.fed[-1][1].end)  # a text without its quote has the blanks too
        number = "a parenthesis is" if len(unclosed) == 1 else f"{len(unclosed)} parentheses are"
        message = f"{number} not closed, the first from column {unclosed[0] + 1}"
        self._report(
            "unclosed-parenthesis", message, end, ")" * len(unclosed), at=Span(at, at), certain=len(keywords) < 2
        )


_NO_FUNCTIONS: Final = "the language has no functions"
_NO_NOT: Final = "the language has no `not`: turn every operator round, as in <> for =, and `and` and `or` with them"
_MIRROR: Final = str.maketrans("<>", "><")


def _blank_after(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position
