"""Behind a condition: `and` or `or`, a parenthesis that closes, or a mistake."""

from __future__ import annotations

import re
from typing import Final

from deltasib_query.language import excerpts
from deltasib_query.language.diagnosis.literals import COMMAS
from deltasib_query.language.diagnosis.scanner import WORD, Scanner
from deltasib_query.language.diagnosis.synonyms import CONNECTIVES, SQL_WORDS, closest, compatible, letters
from deltasib_query.language.renderer import quote, unsafe_character
from deltasib_query.language.terminals import NUMBER
from deltasib_query.messages.message import Message
from deltasib_query.problems import Span

_END_SIGNS: Final = ";؛；"
_ESCAPE: Final = re.compile(r"escape\s*'\\\\?'", re.IGNORECASE)
_SIGNS: Final = re.compile(r"&+|\|+")
_CLOSES: Final = re.compile(r"'(?=\s*(?:\Z|\)|(?:and|or)\b))", re.IGNORECASE)
_CONDITION: Final = re.compile(r"\s*(?:\(\s*)*[A-Za-z_]\w*\s*(?:[=<>!]|like\b|in\b)", re.IGNORECASE)


class ConnectiveReader(Scanner):
    """Reads from the end of a condition to the start of the next."""

    def _connective(self, expected: frozenset[str]) -> None:
        character = self.text[self.position]
        here = Span(self.position, self.position + 1)
        if character == ")":
            if "RPAR" in expected:
                return self._feed("RPAR", here.end)
            self._report(Message("unopened-parenthesis"), here, "", certain=False)
            self.position += 1
            return
        if character in "&|":
            return self._ampersand()
        word = self._match(WORD)
        if word:
            return self._connective_word(word)
        if character in "'\"" and self._glued_to_text():
            return self._stray_quote()
        if character in COMMAS:
            return self._comma(here)
        if character in _END_SIGNS:
            return self._end_sign(here)
        if character in "=<>":
            self._fail(Message("unexpected.operator"), here)
        if character in "+-*/%" or self._match(NUMBER):
            self._fail(Message("arithmetic.value"), here)
        self._unexpected()

    def _end_sign(self, here: Span) -> None:
        rest = self.text[self.position :].strip(f" \t\r\n{_END_SIGNS}")
        whole = Span(here.start, len(self.text))
        if rest:
            self._fail(Message("semicolon.middle", sign=self.text[here.start]), here)
        self._report(Message("semicolon"), here, "", at=whole)
        self.position = len(self.text)

    def _escape(self, span: Span) -> None:
        """Report `escape` behind a pattern. `escape '\\'` says what holds anyway, so it can be left out."""
        named = self._match(_ESCAPE)
        reason = Message("sql-word.escape")
        if named is None:
            self._fail(reason, span)
        self._report(reason, span, "", at=Span(self.fed[-1][1].end, named.end()))
        self.position = named.end()

    def _ampersand(self) -> None:
        sign = self.text[self.position]
        signs = self._match(_SIGNS)
        assert signs is not None
        meant = CONNECTIVES[sign * 2]
        reason = Message("connective", found=excerpts.shortened(signs[0]))
        self._report(reason, Span(*signs.span()), self._spaced(meant, signs.end()), certain=len(signs[0]) == 2)
        self._feed(f"_{meant.upper()}", signs.end())

    def _spaced(self, keyword: str, end: int) -> str:
        """Return a keyword that replaces a sign, with a space on each side that has none."""
        before = " " if self.text[self.position - 1] not in " \t\r\n" else ""
        after = " " if self.text[end : end + 1] not in {" ", "\t", "\r", "\n", ""} else ""
        return f"{before}{keyword}{after}"

    def _connective_word(self, word: re.Match[str]) -> None:
        lower, span = word[0].lower(), Span(*word.span())
        if word[0].isascii() and lower in {"and", "or"}:
            return self._feed(f"_{lower.upper()}", span.end)
        if self._lookalike(word, {"and", "or"}):
            return self._feed(f"_{compatible(word[0]).upper()}", span.end)
        if self._glued_to_text() and not lower.startswith(("and", "or")):
            return self._stray_quote()
        if lower == "escape" and "LIKE" in {terminal for terminal, _ in self.fed[-2:]}:
            return self._escape(span)
        if lower in SQL_WORDS:
            self._fail(Message("sql-word", word=lower), span)
        for keyword in ("and", "or"):
            rest = word[0][len(keyword) :]
            if lower.startswith(keyword) and rest.lower() in self.literals.names:
                at = span.start + len(keyword)
                self._report(Message("glued-keyword", keyword=keyword), Span(at, at), " ")
                return self._feed(f"_{keyword.upper()}", at)
        meant, sure = CONNECTIVES.get(lower), True
        if meant is None and _CONDITION.match(self.text, span.end):
            meant, sure = closest(lower, ["and", "or"])
            sure = sure and letters(lower) <= set(meant or "")
        if meant:
            self._report(Message("keyword", found=excerpts.shortened(word[0])), span, meant, certain=sure)
            return self._feed(f"_{meant.upper()}", span.end)
        if _CONDITION.match(self.text, span.start):
            here = Span(span.start, span.start)
            self._report(Message("missing-keyword"), span, "and ", at=here, certain=False)
            return self._feed("_AND", span.start)
        self._unexpected()

    def _glued_to_text(self) -> bool:
        """Return whether a text in single quotes ends right here, without a blank behind it."""
        _, (start, end) = self.fed[-1]
        return end == self.position and end - start > 1 and self.text[start] == self.text[end - 1] == "'"

    def _stray_quote(self) -> None:
        """Report a quote that ended a text too early, as in `'O'Reilly'`."""
        _, text = self.fed[-1]
        reason = Message("stray-quote")
        quote_at = Span(text.end - 1, text.end)
        closing = _CLOSES.search(self.text, text.end)
        content = self.text[text.start + 1 : closing.start()].replace("''", "'") if closing else ""
        if closing is None or unsafe_character(content) is not None:
            self._fail(reason, quote_at)
        self._report(reason, quote_at, quote(content), at=Span(text.start, closing.end()), certain=False)
        self.position = closing.end()

    def _comma(self, here: Span) -> None:
        reason = Message("comma", found=self._found(here))
        if not _CONDITION.match(self.text, here.end):
            self._fail(reason, here)
        joined = " and" if self.text[here.end] in " \t\r\n" else " and "
        self._report(reason, here, joined, certain=False)
        self._feed("_AND", here.end)
