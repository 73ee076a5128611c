"""The lookups of forms and query strings: names and values of a mapping to a tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from deltasib_query.display import shown
from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.conditions.formats import MEANINGS
from deltasib_query.filters.conditions.reader import ConditionReader
from deltasib_query.language.excerpts import shortened
from deltasib_query.language.limits import Limits
from deltasib_query.language.tree import And, Node, join
from deltasib_query.messages.message import Message

LOOKUPS: Final = {
    "exact": "=", "ne": "<>", "in": "in", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "range": "between",
    "contains": "contains", "startswith": "startswith", "endswith": "endswith",
    "iexact": "=", "icontains": "contains", "istartswith": "startswith", "iendswith": "endswith",
}  # fmt: skip
"""What stands behind the two underscores, and what it says of the field; letter case makes no difference."""
_NO_REGEX: Final = Message("operator.regular-expression")
_REFUSED: Final = {"isnull": Message("null"), "exclude": Message("negation"), "regex": _NO_REGEX, "iregex": _NO_REGEX}


class LookupReader(ConditionReader):
    """Reads one form: a mapping from lookups to values, of which several may have one key."""

    def __init__(
        self, lookups: Mapping[str, Any], ignore: Collection[str], whitelist: Whitelist, limits: Limits | None,
        *, repair: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(whitelist, limits, repair=repair)
        self._lookups, self._ignore = lookups, ignore

    def tree(self) -> Node | None:
        """Return the tree of all lookups, None where all are blank."""
        # What the MultiDicts of Werkzeug, Starlette and Django call it, and those of multidict and WebOb.
        several = getattr(self._lookups, "getlist", None) or getattr(self._lookups, "getall", None)
        values_of = several or self._lookups.__getitem__
        keys = [key for key in dict.fromkeys(self._lookups.keys()) if key not in self._ignore]
        given = [self._lookup(key if isinstance(key, str) else shown(key), values_of(key)) for key in keys]
        nodes = [node for node in given if node is not None]
        return join(And, nodes) if nodes else None

    def _lookup(self, key: str, given: object) -> Node | None:
        name, _, lookup = key.rpartition("__")
        if not name or key.lower() in self._fields:
            name, lookup = key, "exact"
        place = ((), key)
        field = self.field(name, place)
        if lookup in _REFUSED:
            self.report(place, _REFUSED[lookup])
        elif lookup not in LOOKUPS:
            self.report(place, Message("operator.lookup", lookup=shortened(lookup)), possible=LOOKUPS)
        several = isinstance(given, Collection) and not isinstance(given, str | bytes | Mapping)
        values: list[object] = [*cast("Collection[object]", given)] if several else [given]
        blank = [index for index, value in enumerate(values) if value is None or value == ""]
        if field is None or lookup not in LOOKUPS or len(blank) == len(values):
            return None
        meaning = MEANINGS[LOOKUPS[lookup]]
        if blank:
            self.report((place, blank[0]), Message("empty-value"))
        elif len(values) > 1 and meaning.takes == "one value":
            self.report(place, Message("wrong-type.one-value", count=len(values)))
        else:
            return self.condition(field, meaning, values, place, place, several=len(values) > 1)
        return None
