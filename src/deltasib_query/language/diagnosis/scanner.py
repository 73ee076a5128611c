"""What the readers share: the position in a text, what can stand there, the problems so far, and moving on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NoReturn

from deltasib_query.language import excerpts
from deltasib_query.language.diagnosis.automaton import Automaton
from deltasib_query.language.diagnosis.literals import RUN, LiteralReader
from deltasib_query.language.diagnosis.synonyms import OPERATORS, compatible
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span

WORD: Final = re.compile(r"[^\W\d]\w*")
OPERATOR_SIGNS: Final = re.compile(r"[=<>!~:^≠≤≥⩽⩾≦≧＝＜＞]+")
_KEYWORD: Final = re.compile(r"(?:and|or|like|in|between|not)\b", re.ASCII | re.IGNORECASE)
_TURNING: Final = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
"""Marks that turn the direction of the text behind them, so that people see its digits in another order."""
_DIGITS_BEFORE_MARK: Final = re.compile(r"[\d.,/:٫٬،-]+[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_COMMENT: Final = re.compile(r"--|/\*|\#")
_WORDS: Final[Mapping[str, str | Message]] = {
    "FIELD": Message("possible.field"), "LPAR": "(", "OPERATOR": Message("possible.operator"), "LIKE": "like",
    "STRING": Message("possible.text"), "NUMBER": Message("possible.number"), "_AND": "and", "_OR": "or", "RPAR": ")",
    "$END": Message("possible.end"),
}  # fmt: skip
"""The grammar's terminals in plain words, in the order in which messages name them."""


class GiveUp(Exception):  # noqa: N818 - never leaves the package
    """The rest of the text cannot be read."""


class Scanner:
    """The state of reading a text, and the steps that every reader takes."""

    def __init__(
        self, text: str, fields: Mapping[str, str], labels: Mapping[str, str], *, placeholders: bool = False
    ) -> None:
        self.text = text
        self.fields = tuple(fields)
        self.labels = labels
        self.literals = LiteralReader(text, self.fields, placeholders=placeholders)
        self._kinds = {name.lower(): kind for name, kind in fields.items()}
        self._last_digit = max((digit.start() for digit in re.finditer(r"\d", text)), default=-1)
        self.position = 0
        self.automaton = Automaton()
        self.problems: list[Problem] = []
        self.fed: list[tuple[str, Span]] = []  # the terminals read so far, each with its span
        self.name = ""  # of the current field, as it should be written
        self.operator = ""  # of the current comparison, likewise; empty for `between`, which has two
        self.unmended: int | None = None  # how many terminals came before the first problem without a repair

    def sorted_problems(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the text."""
        return tuple(sorted(self.problems, key=lambda p: p.span))

    def edits(self) -> tuple[Repair, ...]:
        """Return the repairs up to the first problem that has none, and then the edit that cuts off the rest."""
        edits = tuple(problem.repair for problem in self.problems if problem.repair is not None)
        if self.unmended is None:
            return edits
        fed = self.fed[: self.unmended]
        while fed and fed[-1][0] not in {"STRING", "NUMBER"}:
            fed.pop()
        end = fed[-1][1].end if fed else 0
        terminals = [terminal for terminal, _ in fed]
        closing = ")" * (terminals.count("LPAR") - terminals.count("RPAR"))
        return (*(edit for edit in edits if edit.span.end <= end), Repair(Span(end, len(self.text)), closing))

    # Reporting and moving on

    def _report(
        self, reason: Message, span: Span, repair: str | None = None, *, at: Span | None = None, certain: bool = True
    ) -> None:
        """Note a problem. `repair` is what to write at the span `at`, which is `span` unless it is given."""
        edit = None
        if repair is not None:
            edit = self._cover(Repair(at or span, repair, certain))
        elif self.unmended is None:
            self.unmended = len(self.fed)
        found = str(self._found(span))
        self.problems.append(Problem(reason, span, found=found, possible=self._possible(), repair=edit))

    def _cover(self, edit: Repair) -> Repair:
        """Drop the repairs within a larger edit, and return that edit: certain only if all of them were."""
        for index in range(len(self.problems) - 1, -1, -1):
            problem = self.problems[index]
            if problem.span.start < edit.span.start:
                break
            if problem.repair is not None and problem.repair.span.end > edit.span.start:
                self.problems[index] = replace(problem, repair=None)
                edit = replace(edit, certain=edit.certain and problem.repair.certain)
        return edit

    def _is_text(self) -> bool:
        """Return whether the current field holds text."""
        return self._kinds.get(self.name.lower()) == "text"

    def _fail(self, reason: Message, span: Span) -> NoReturn:
        self._report(reason, span)
        raise GiveUp

    def _feed_field(self, name: str, end: int) -> None:
        self.name = name
        self._feed("FIELD", end)

    def _feed_comparison(self, name: str, operator: str, end: int) -> None:
        """Move on past a comparison that an edit replaces as a whole."""
        start = self.position
        self._feed_field(name, start)
        self._feed("OPERATOR", start)
        self._feed("STRING", end)
        self.operator = operator

    def _feed(self, terminal: str, end: int) -> None:
        self.automaton.feed(terminal)
        self.fed.append((terminal, Span(self.position, end)))
        if terminal in {"OPERATOR", "LIKE"}:
            written = "".join(self.text[self.position : end].split()).lower()
            self.operator = OPERATORS.get(written, written)
        self.position = end

    def _possible(self) -> tuple[str | Message, ...]:
        """Return what can stand here, in words."""
        expected = self.automaton.expected()
        words = [word for terminal, word in _WORDS.items() if terminal in expected]
        if "FIELD" in expected and self.fields:
            names = self.fields if len(self.fields) <= 8 else (*self.fields[:8], "…")
            words[0] = Message("possible.fields", names=names)
        return tuple(words)

    def _found(self, span: Span) -> Message:
        if span.start == len(self.text):
            return Message("possible.end")
        piece = self.text[span.start : max(span.end, span.start + 1)]
        if len(piece) == 1 and (excerpts.invisible(piece) or not piece.isascii()):
            return excerpts.name(piece)
        return Message("found", text=excerpts.shortened(piece))

    def _unexpected(self) -> NoReturn:
        """Report what stands here in general words, and give up."""
        piece = self._match(WORD) or self._match(RUN)
        span = Span(self.position, piece.end() if piece else self.position + 1)
        character = self.text[self.position]
        if not character.isascii() and not piece:
            self._fail(Message("unknown-character", character=excerpts.name(character)), span)
        self._fail(Message("unexpected", found=self._found(span)), span)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.position)

    # White space and what only looks like it

    def _skip_blank(self) -> None:
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character in " \t\r\n":
                self.position += 1
            elif excerpts.invisible(character):
                self._skip_invisible(character)
            else:
                return

    def _behind_blank(self, position: int) -> int:
        """Return the position behind the white space at `position`."""
        while position < len(self.text) and self.text[position] in " \t\r\n":
            position += 1
        return position

    def _skip_invisible(self, character: str) -> None:
        start = end = self.position
        while end < len(self.text) and self.text[end] == character:
            end += 1
        # Between two words the character may stand for a space or for nothing. The repair is a space.
        glue = self.text[start - 1 : start].isalnum() and self.text[end : end + 1].isalnum()
        blank = " " if character.isspace() or glue else ""
        reason = Message("invisible-character", character=excerpts.name(character))
        if character == "\u200c":
            reason = Message("invisible-character.joiner")
        sure = character.isspace() or not glue or _KEYWORD.match(self.text, end) is not None
        turned = character in _TURNING and end <= self._last_digit
        sure = sure and not turned and not _DIGITS_BEFORE_MARK.match(self.text, end)
        self._report(reason, Span(start, end), blank, certain=sure)
        self.position = end

    def _refuse_comment(self) -> None:
        comment = self._match(_COMMENT) if self.text[self.position] in "-/#" else None
        if comment and not (comment[0] == "--" and "NUMBER" in self.automaton.expected()):
            self._fail(Message("comment"), Span(*comment.span()))

    def _lookalike(self, word: re.Match[str], keywords: set[str]) -> bool:
        """Report a keyword in which a letter is replaced by one that looks alike; return whether the word is one."""
        keyword = compatible(word[0])
        if word[0].isascii() or keyword not in keywords:
            return False
        foreign = next(character for character in word[0] if not character.isascii())
        reason = Message("keyword.letter", character=excerpts.name(foreign), keyword=keyword)
        self._report(reason, Span(*word.span()), keyword)
        return True
