"""The value of a comparison as people type it, and the literal that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deltasib_query.language import excerpts, placeholders
from deltasib_query.language.diagnosis.synonyms import CONNECTIVES, KEYWORDS, NO_VALUES, SQL_WORDS, ascii_number
from deltasib_query.language.renderer import quote, unsafe_character
from deltasib_query.language.terminals import NUMBER, terminal_pattern
from deltasib_query.messages.message import Message
from deltasib_query.problems import Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a text: where it ends, the literal that it is or should be, and what is wrong with it.

    `text` is None where no literal can be offered, `reason` is None where nothing is wrong. `at` is the span of the
    problem, None for the whole value.
    """

    end: int
    text: str | None
    reason: Message | None = None
    certain: bool = True
    at: Span | None = None


_CLOSED_TEXT: Final = re.compile(r"'(?:[^']|'')*'(?!')")
_DOUBLE_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"(?!")')
_APOSTROPHES: Final = "ʼʹʺʻʽˈˊˋˮ˴ʹ՚׳״ߴߵꞋꞌ"
"""Letters and signs that look like quotes, and are taken for them at the start of a text."""
_SINGLE: Final = f"‘’‚‛′‵`´΄᾽᾿`´῾＇｀{_APOSTROPHES}"
_DOUBLE: Final = "“”„‟″‶〝〞〟＂˝"
_TYPOGRAPHIC: Final = re.compile(
    rf"""[{_SINGLE}]((?:[^{_SINGLE}']|(?<=\w)[’'{_APOSTROPHES}](?=\w))*)[{_SINGLE}'](?!\w)"""
    rf"""|[{_SINGLE}]([^{_SINGLE}']*)[{_SINGLE}']|[{_DOUBLE}]([^{_DOUBLE}"]*)[{_DOUBLE}"]|«([^«»]*)»|‹([^‹›]*)›"""
)
"""A text in other quotes. An apostrophe between two letters belongs to the text."""
_MIXED_QUOTES: Final = re.compile(r"[\"“”„‟‘’‚‛«]([^\"“”„‟‘’‚‛«»']*)[\"“”„‟‘’‚‛»']")
_CLOSING_SIGNS: Final = "'\"“”„‟‘’‚‛«»`´;؛；\u200e\u200f\u200b\u200c\ufeff"
"""Signs at the end of an unclosed text that are not part of it."""
COMMAS: Final = ",،，"
"""The commas of Latin and Arabic script, and the full-width one."""
_ENDS: Final = rf"""\s()'"`‘’‚‛“”„‟«»{COMMAS};؛；=<>!≠≤≥&|"""
RUN: Final = re.compile(f"[^{_ENDS}]+")
"""Characters up to a blank, a parenthesis, a quote, a comma or an operator."""
_LISTED: Final = re.compile(rf"[^{_ENDS}\[\]{{}}]+")
"""The same within a list, which may be in other brackets."""
_NUMBER_THEN_KEYWORD: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:and|or)\Z", re.IGNORECASE)
_GROUPED: Final = re.compile(rf"[+−-]?(?![0۰٠])\d{{1,3}}(?:[{COMMAS}٬]\d{{3}})+(?:[.٫]\d+)?(?![\w.{COMMAS}٬])")
"""A number with thousands commas of any script."""
_DATE: Final = re.compile(
    r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}(?=(?:[ \t]+|T)\d+:))((?:[ \t]+|T)\d[\d:.]*+)?+(?![^\s)])"
)
"""A date, with anything behind it that starts with a digit: the field says whether that is a time."""
_TIME: Final = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?")
_JOINED: Final = re.compile(rf"(?:\b(?:and|or|و|یا)\b|[&|{COMMAS};؛])\s*(?:\(\s*)*([A-Za-z_]\w*)", re.IGNORECASE)
"""Whatever can join two conditions, and the word behind it: a condition follows if that is a field."""
_PREFIX: Final = re.compile(r"(?:n|x|b|_[a-z0-9]+)\Z", re.IGNORECASE)
"""A prefix that changes the meaning of a text in SQL: `N'…'`, `x'…'`, `_utf8'…'`."""
_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ÿ\u0620-\u063f\u0641-\u064a\u0671-\u0673\u0675-\u06d3"
"""Latin and Arabic letters without modifiers. Some letters of other scripts look like a quote."""
_PLAIN: Final = re.compile(rf"[{_LETTERS}_](?:(?!--)[{_LETTERS}_\d.@:\u200c-])*%?\Z")
"""A word that can only be meant as a text."""
_NAME_WITH_PARENTHESES: Final = re.compile(r"(?![^\W\d]\w*\()[\w.@:+-]+(?:\([\w.@:+-]*\)[\w.@:+-]*)+")
"""A value such as `PAH-420(2)`, which cannot be the call of a function."""
_NEXT_WORD: Final = re.compile(r"\s+([\w.@:%*+/-]+)")
_BEHIND_PHRASE: Final = re.compile(r"\s*(?:[);؛；]|\Z)")
"""What ends several words that may be one text."""
_STOP: Final = re.compile(r"(?<!\s)(?:\s+(?:and|or)\b|\s*\)|\s*\Z)", re.IGNORECASE)
"""Where an unclosed text may end."""
_STRUCTURE: Final = re.compile(rf"\b(?:and|or|like|not|in|between|is|و|یا)\b|[()=<>≠≤≥!&|{COMMAS};؛]", re.IGNORECASE)
"""What in an unclosed text may belong to the next condition."""


class LiteralReader:
    """Reads the value at a position of a text. `fields` are names, which are no values."""

    def __init__(self, text: str, fields: tuple[str, ...], *, placeholders: bool = False) -> None:
        self.text = text
        self.placeholders = placeholders
        self.position = 0
        self.is_text = False
        self.names = {name.lower() for name in fields}

    def read(
        self, position: int, *, pattern: bool = False, listed: bool = False, is_text: bool = False
    ) -> Literal | None:
        """Return the value at `position`, or None where nothing can be read as one.

        pattern: whether `like` stands before it.
        listed: whether it is one of several, separated by commas.
        is_text: whether the field holds text, in which case something like `1,500` may be a text rather than a number.
        """
        self.position = position
        self.is_text = is_text
        named = self.placeholder(position)
        if named:
            return Literal(named.end(), named[0])
        return (
            self._text(pattern=pattern)
            or self._other_quotes(pattern=pattern)
            or (None if listed else self._grouped_number())
            or self._date()
            or self._bare(listed=listed)
        )

    def placeholder(self, position: int) -> re.Match[str] | None:
        """Return the name at `position` that stands for a value; None where the text has no such names."""
        return placeholders.PATTERN.match(self.text, position) if self.placeholders else None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.position)

    def _text(self, *, pattern: bool) -> Literal | None:
        start = self.position
        if start == len(self.text) or self.text[start] != "'":
            return None
        valid = self._match(terminal_pattern("PATTERN" if pattern else "STRING"))
        if valid:
            return Literal(valid.end(), valid[0])
        closed = self._match(_CLOSED_TEXT)
        if closed:
            return self._unsafe(closed, pattern=pattern)
        return self._unclosed()

    def _unsafe(self, closed: re.Match[str], *, pattern: bool) -> Literal:
        offset = unsafe_character(closed[0], pattern=pattern)
        assert offset is not None
        at = closed.start() + offset
        quote_meant = self.text.startswith("\\'", at)
        reason = Message("unsafe-character.quote") if quote_meant else unsafe_message(self.text[at])
        return Literal(closed.end(), None, reason, at=Span(at, at + 1))

    def _unclosed(self) -> Literal:
        """Read an unclosed text: up to what looks like the next condition, or else to the end."""
        start, text = self.position, self.text
        structure = _STRUCTURE.search(text, start + 1)
        stop = _STOP.search(text, start + 1)
        assert stop is not None
        end = max(stop.start(), start + 1)
        content = text[start + 1 : end]
        meant = content.rstrip(_CLOSING_SIGNS).rstrip()
        certain = structure is None and bool(content) and content == meant
        end = len(text) if structure is None else end
        repair = _quoted(meant.replace("''", "'"))
        return Literal(end, repair, Message("unclosed-quote"), certain, Span(start, start + 1))

    def _other_quotes(self, *, pattern: bool) -> Literal | None:
        double = self._match(_DOUBLE_QUOTED)
        quoted = double or self._match(_TYPOGRAPHIC) or self._match(_MIXED_QUOTES)
        if quoted is None:
            return None
        content = next(group for group in quoted.groups() if group is not None)
        content = content.replace('""', '"') if double else content
        swallows = any(word[1].lower() in self.names for word in _JOINED.finditer(content))
        certain = quoted.re is not _MIXED_QUOTES and quoted[0][0] != "`" and content.lower() not in self.names
        reason = Message("quotes", character=excerpts.name(quoted[0][0]))
        return Literal(quoted.end(), _quoted(content, pattern=pattern), reason, certain and not swallows)

    def _grouped_number(self) -> Literal | None:
        grouped = self._match(_GROUPED)
        if grouped is None:
            return None
        if self.is_text:
            return Literal(grouped.end(), quote(grouped[0]), Message("bare-word"), certain=False)
        digits = ascii_number(re.sub(f"[{COMMAS}٬]", "", grouped[0]))
        return Literal(grouped.end(), digits, Message("comma.number"))

    def _date(self) -> Literal | None:
        date = self._match(_DATE)
        if date is None:
            return None
        certain = date[1] is None or bool(_TIME.fullmatch(date[1]))
        return Literal(date.end(), quote(ascii_number(date[0])), Message("bare-word.date"), certain)

    def _bare(self, *, listed: bool) -> Literal | None:
        """Read a value without quotes: a number, or a word that needs them."""
        run = self._match(_LISTED if listed else RUN)
        if run is None:
            return None
        end = run.end()
        while end > self.position and excerpts.invisible(self.text[end - 1]):
            end -= 1
        word = self.text[self.position : end]
        if not word:
            return None
        if NUMBER.fullmatch(word):
            return Literal(end, word)
        glued = _NUMBER_THEN_KEYWORD.match(word)
        if glued:
            end = self.position + glued.end(1)
            return Literal(end, glued[1] + " ", Message("glued-keyword.number"))
        number = ascii_number(word)
        if NUMBER.fullmatch(number):
            foreign = next(character for character in word if character not in "0123456789.+-")
            reason = Message("digits", character=excerpts.name(foreign))
            return Literal(end, number, reason, certain=len(number) == len(word))
        following = self.text[end : end + 1]
        lower = word.lower()
        named = self._match(_NAME_WITH_PARENTHESES)
        if named:
            return Literal(named.end(), _quoted(named[0]), Message("bare-word"), certain=False)
        if lower in KEYWORDS or following == "(":
            return None
        if following == "'" and _PREFIX.match(word):
            return Literal(end, None, Message("prefixed-text"))
        if lower == "null":
            return Literal(end, None, Message("null"))
        return self._bare_word(word, end, listed=listed)

    def _bare_word(self, word: str, end: int, *, listed: bool) -> Literal:
        start = self.position
        if word[0].isdigit() or word[0] in "+-.":
            return self._bad_number(word, end)
        reason = Message("bare-word.field") if word.lower() in self.names else Message("bare-word")
        parts = set(re.split(r"[.@:-]", word.lower()))
        certain = bool(_PLAIN.match(word)) and not parts & (self.names | NO_VALUES | SQL_WORDS)
        phrase_end = end if listed else self._phrase_end(end)
        if phrase_end > end:
            end, certain = phrase_end, False
        return Literal(end, _quoted(self.text[start:end]), reason, certain)

    def _phrase_end(self, start: int) -> int:
        """Return the end of further words that may belong to a bare one; `start` if there are none."""
        end = start
        while word := _NEXT_WORD.match(self.text, end):
            if word[1].lower() in KEYWORDS or word[1].lower() in CONNECTIVES:
                return end
            end = word.end()
        return end if _BEHIND_PHRASE.match(self.text, end) else start

    def _bad_number(self, word: str, end: int) -> Literal:
        fraction = None if self.is_text else re.fullmatch(r"([+-]?)(\d*)\.(\d*)", word, re.ASCII)
        if fraction and (fraction[2] or fraction[3]):
            whole = f"{fraction[1]}{fraction[2] or '0'}" + (f".{fraction[3]}" if fraction[3] else "")
            return Literal(end, whole, Message("number.fraction"))
        if re.fullmatch(r"[+-]?\d+(?:\.\d+)?e[+-]?\d+|0x[0-9a-f]+|0b[01]+", word, re.IGNORECASE):
            return Literal(end, None, Message("number"))
        return Literal(end, _quoted(word), Message("bare-word.number"), certain=False)


def _quoted(content: str, *, pattern: bool = False) -> str | None:
    """Return the literal of a text; None for a text that no literal can hold."""
    return None if unsafe_character(content, pattern=pattern) is not None else quote(content)


def unsafe_message(character: str) -> Message:
    """Say why a literal cannot hold a character."""
    if character == "\\":
        return Message("unsafe-character.backslash")
    return Message("unsafe-character", character=excerpts.name(character))
