"""What can be written at the caret of a filter that is being typed.

`caret` says what the grammar takes there. This module and `values` name the fields, operators and values for it, and
`matching` keeps those that the typed letters may mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from deltasib_query.assist.caret import Caret, read_caret
from deltasib_query.assist.completions import Completion, Completions, Wanted
from deltasib_query.assist.labels import operator_label
from deltasib_query.assist.matching import matching
from deltasib_query.assist.values import plain_text, value_items
from deltasib_query.assist.visible import visible
from deltasib_query.assist.words import words
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.labels import field_label
from deltasib_query.filters.pattern_field import PatternField
from deltasib_query.filters.policies.policy import Policy
from deltasib_query.filters.record import Record
from deltasib_query.language.diagnosis.synonyms import CONNECTIVES, OPERATORS
from deltasib_query.language.limits import check_text, too_long
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.problems import Span


def complete(
    text: str,
    offset: int,
    record: type[Record] | Policy[Any],
    *,
    language: str = "en",
    today: date | None = None,
    limit: int = 50,
) -> Completions:
    """Return what can be written at the caret of a filter that somebody types.

    text: the filter so far, with what stands behind the caret.
    offset: the caret in code points; one outside of the text counts as its start or end.
    record: the class of the list's rows, or a `Policy`, whose fields, operators and limits are then all that there is.
    language: of labels, "en" or "fa". Items are found by the labels of both, on either keyboard layout.
    today: the day that "today" means where the reader is; None offers no days.
    limit: the most items.

    No text makes it raise, and for one beyond the limits there is no item. Raises `TypeError` for what is no str,
    `FilterUsageError` for what is no record, `ParameterError` for an unknown language.

    >>> from deltasib_query import User
    >>> text = "Username = 'x' and na"
    >>> found = complete(text, len(text), User)
    >>> [(item.label, item.apply(text, found.span)) for item in found.items]
    [('Name', "Username = 'x' and Name "), ('Family', "Username = 'x' and Family ")]
    >>> [item.label for item in complete("User_Id ", 8, User).items]
    ['=', '<>', '<', '>', '<=', '>=']
    """
    vocabulary = _Vocabulary(visible(record), language)
    if not isinstance(text, str):
        raise TypeError(f"a filter's text is a str, not {type(text).__name__}")
    text, limits = str.__str__(text), vocabulary.policy.limits
    offset = max(0, min(offset, len(text)))
    found = Completions(Span(offset, offset))
    if check_text(text, limits):
        return found
    caret = read_caret(text, offset)
    if limits.comparisons is not None and caret.connectives >= limits.comparisons:
        return found
    if "STRING" in caret.expected:
        found = vocabulary.values(caret, today)
    elif caret.expected:
        # An item ends with a blank, which takes the place of one that is there.
        span = Span(caret.span.start, caret.span.end + text.startswith(" ", caret.span.end))
        if "FIELD" in caret.expected:
            found = vocabulary.fields(caret, span)
        elif "OPERATOR" in caret.expected:
            found = vocabulary.operators(caret, span)
        else:
            found = vocabulary.connectives(caret, span, glued=text[: span.start][-1:] not in _BLANKS)
    items = [item for item in found.items if not too_long(item.apply(text, found.span), limits)]
    return replace(found, items=tuple(items[:limit]), more=len(items) > limit)


_BLANKS: Final = " \t\r\n"
_MARKS: Final = re.compile(r" ?\[[^][]*\]")
"""The sources of facts in the docstrings of fields, such as [wild]."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What a policy lets people write, and what it is called."""

    policy: Policy[Any]
    language: str

    @property
    def phrases(self) -> Mapping[str, str]:
        """The phrases of completions."""
        return words(self.language).completions

    def fields(self, caret: Caret, span: Span) -> Completions:
        """Return the fields, and the parenthesis that opens a group."""
        items = []
        for name in self.policy.operators:
            field = self.policy.record.fields_by_name[name]
            label = field_label(field, self.language)
            detail = label if label != name else ""
            documentation = _MARKS.sub("", field.__doc__ or "") if self.language == "en" else ""
            finds = tuple(field_label(field, each) for each in LANGUAGES)
            items.append(Completion(name, f"{name} ", "field", detail, documentation, finds=finds, again=True))
        items = matching(caret.typed, items)
        deepest = self.policy.limits.depth
        if not caret.typed and (deepest is None or caret.depth < deepest):
            items.append(Completion("(", "(", "parenthesis", self.phrases["("], again=True))
        return Completions(span, tuple(items), (self.phrases["a field"], "("))

    def operators(self, caret: Caret, span: Span) -> Completions:
        """Return the operators of the field before the caret."""
        items = []
        name, operators = self._field(caret)
        for operator in operators:
            kind = self.policy.record.field_kinds[name]
            detail = operator_label(operator, kind, self.language)
            finds = tuple(operator_label(operator, kind, each) for each in LANGUAGES)
            items.append(Completion(operator, f"{operator} ", "operator", detail, finds=finds, again=True))
        typed = OPERATORS.get(caret.typed.lower(), caret.typed)
        return Completions(span, tuple(matching(typed, items)), (self.phrases["an operator"],))

    def values(self, caret: Caret, today: date | None) -> Completions:
        """Return the values of the field before the caret."""
        name, operators = self._field(caret)
        if caret.operator not in operators:
            return Completions(caret.span)
        field = self.policy.record.fields_by_name[name]
        items = value_items(field, self.policy.allowed.fields_by_name[name], caret, self.language, today)
        wants = None
        if isinstance(field, PatternField):
            typed = plain_text(caret.typed) if caret.operator == "like" else caret.typed
            wants = Wanted(field, caret.operator, typed)
        return Completions(caret.span, tuple(items), (self.phrases[_VALUES[field.kind]],), wants=wants)

    def connectives(self, caret: Caret, span: Span, *, glued: bool) -> Completions:
        """Return what can stand behind a condition.

        glued: whether no blank stands before the caret.
        """
        items = []
        most = self.policy.limits.comparisons
        if most is None or caret.connectives + 2 <= most:
            for keyword in ("and", "or"):
                finds = tuple(written for written, meant in CONNECTIVES.items() if meant == keyword)
                insert = f" {keyword} " if glued else f"{keyword} "
                items.append(Completion(keyword, insert, "keyword", self.phrases[keyword], finds=finds, again=True))
        expected: tuple[str, ...] = ("and", "or")
        if caret.closable:
            items.append(Completion(")", ") ", "parenthesis", self.phrases[")"]))
            expected = (*expected, ")")
        return Completions(span, tuple(matching(caret.typed, items)), expected)

    def _field(self, caret: Caret) -> tuple[str, tuple[str, ...]]:
        """Return the documented name of the field before the caret, and its operators: none if it may not be named."""
        name = self.policy.record.names_by_casefold.get(caret.field.lower(), "")
        return name, self.policy.operators.get(name, ())


_VALUES: Final[Mapping[Kind, str]] = {
    "text": "a text", "number": "a number", "date": "a date", "datetime": "a date"
}  # fmt: skip
