"""Fields that `like` can search, with a pattern or for a text as it is."""

from __future__ import annotations

from typing import Final, TypeVar

from deltasib_query.errors import filter_error
from deltasib_query.filters.field import A_STR, Field, plain_value
from deltasib_query.filters.filter import Filter, Filterable, filter_of
from deltasib_query.filters.values import ValueRejected
from deltasib_query.language.patterns import escape_like
from deltasib_query.language.tree import EQUALITY, Comparison, Value
from deltasib_query.messages.message import Message

R = TypeVar("R", bound=Filterable)
V = TypeVar("V", contravariant=True)

MOST_WILDCARDS: Final = 1000
"""The most % signs of a pattern. From about 1,500 on MariaDB fails with error 1436 [measured]."""


class PatternField(Field[R, V]):
    """A field that `like` can search."""

    operators: tuple[str, ...] = (*EQUALITY, "like")

    def accept_text(self, operator: str, value: str) -> Value:
        """Return the text, or raise `ValueRejected` for a pattern that the database fails on."""
        if (
            len(value) > MOST_WILDCARDS
            and operator == "like"
            and value.count("%") - value.count("\\%") > MOST_WILDCARDS
        ):
            raise ValueRejected(Message("too-many-wildcards", most=MOST_WILDCARDS))
        return value

    def like(self, pattern: str) -> Filter[R]:
        r"""Select the rows whose text matches a pattern: ``%`` is any text, ``_`` any character, ``\%`` a percent sign,
        and ``\_`` an underscore.

        >>> from deltasib_query import User
        >>> str(User.Username.like("ali%"))
        "Username like 'ali%'"
        """
        return self._compare("like", pattern)

    def contains(self, text: str) -> Filter[R]:
        r"""Select the rows whose field contains the text, of which every character stands for itself.

        >>> from deltasib_query import User
        >>> print(User.Username.contains("a_b"))
        Username like '%a\_b%'
        """
        return self._like_exactly("%", text, "%")

    def startswith(self, text: str) -> Filter[R]:
        """Select the rows whose field starts with the text, of which every character stands for itself.

        >>> from deltasib_query import User
        >>> str(User.Name.startswith("علی"))
        "Name like 'علی%'"
        """
        return self._like_exactly("", text, "%")

    def endswith(self, text: str) -> Filter[R]:
        """Select the rows whose field ends with the text, of which every character stands for itself.

        >>> from deltasib_query import User
        >>> str(User.Username.endswith("@isp"))
        "Username like '%@isp'"
        """
        return self._like_exactly("%", text, "")

    def _like_exactly(self, before: str, text: str, behind: str) -> Filter[R]:
        """Make a pattern of a text. Only the text has to be accepted, since a pattern may have anything around it."""
        value: object = text
        try:
            if type(value) is not str:
                value = plain_value(value)
                value = self._plain_text(value, A_STR)
            plain = self.accept("=", value)
        except ValueRejected as refusal:
            raise filter_error(self._problem(refusal.issue, value)) from None
        assert isinstance(plain, str)
        pattern = f"{before}{escape_like(plain)}{behind}"
        return filter_of(self.record, Comparison(self.name, "like", pattern))
