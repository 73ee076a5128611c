"""What `complete` returns: the items that can be written at the caret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from deltasib_query.filters.field import Field
from deltasib_query.filters.pattern_field import PatternField
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.patterns import escape_like
from deltasib_query.language.renderer import literal
from deltasib_query.problems import Span


@dataclass(frozen=True, slots=True)
class Completion:
    """One item of a list of completions.

    label: what the list shows.
    insert: what is written in the place of `Completions.span`.
    kind: what it is, for an icon.
    detail: what it means, in a few words of the reader's language; empty where the label says it.
    documentation: a sentence more about a field, in English.
    caret: how far into `insert` the caret goes; None for its end.
    finds: what else it is found by, such as its Persian label.
    again: whether something has to follow, so that an editor should show the next list at once.

    >>> Completion("Username", "Username ", "field").label
    'Username'
    """

    label: str
    insert: str
    kind: Literal["field", "operator", "keyword", "value", "pattern", "date", "parenthesis"]
    detail: str = ""
    documentation: str = ""
    caret: int | None = None
    finds: tuple[str, ...] = ()
    again: bool = False

    def apply(self, text: str, span: Span) -> str:
        """Return the text with the item written in the place of the span.

        >>> Completion("Username", "Username ", "field").apply("us", Span(0, 2))
        'Username '
        """
        return text[: span.start] + self.insert + text[span.end :]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that the caller may look up, because the field does not list its values.

    Look it up within the scope of the policy: people would see values of other rows otherwise.

    field: the field whose values are wanted. It is never one that a policy hides.
    operator: the operator before the value.
    typed: what was typed of the value so far, without quotes and wildcards.
    """

    field: PatternField[Any, str]
    operator: str
    typed: str

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Wanted):
            return NotImplemented
        # `==` of a field makes a filter.
        return self.field is other.field and (self.operator, self.typed) == (other.operator, other.typed)


@dataclass(frozen=True, slots=True)
class Completions:
    """What can be written at the caret.

    span: the place that an item replaces: offsets in code points.
    items: the likeliest first.
    expected: what can stand there in words of the reader's language, also where there is no item, such as "a number".
    more: whether there are more items than the limit.
    wants: the value that the caller may look up for `with_values`; None where none is wanted.
    """

    span: Span
    items: tuple[Completion, ...] = ()
    expected: tuple[str, ...] = ()
    more: bool = False
    wants: Wanted | None = None

    def with_values(self, values: Iterable[object], *, limit: int = 50) -> Completions:
        """Return the completions with the values that a caller has looked up, behind the items that are there.

        Each value is written as a literal; behind `like` as the pattern of the texts that start with it. What is no
        text, cannot be written, or is there already, is left out. Values beyond the limit are not even fetched.

        >>> from deltasib_query import User, complete
        >>> found = complete("Username = 'o", 13, User)
        >>> [item.insert for item in found.with_values(["O'Reilly", "back\\\\slash", None]).items]
        ["'o'", "'O''Reilly'"]
        """
        wants = self.wants
        if wants is None:
            return self
        items = {item.insert: item for item in self.items}
        for value in values:
            item = value_item(wants.field, wants.operator, str.__str__(value)) if isinstance(value, str) else None
            if item is not None:
                items.setdefault(item.insert, item)
            if len(items) > limit:
                break
        shown = tuple(items.values())
        return replace(self, items=shown[:limit], more=self.more or len(shown) > limit)


def value_item(field: Field[Any, Any], operator: str, value: str) -> Completion | None:
    """Return the item of a value; None for one that a literal or the field cannot hold."""
    written = f"{escape_like(value)}%" if operator == "like" else value
    try:
        accepted = field.accept(operator, written)
    except ValueRejected:
        return None
    if any(issue.reason.code == "leading-wildcard" for issue in field.warnings(operator, accepted)):
        return None  # no beginning of a text
    return Completion(value, literal(accepted), "value")
