"""The lookups of forms and query strings: names and values of a mapping to a tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.conditions.reader import ConditionReader, Path
from deltasib_query.language.diagnosis.conditions import NO_NOT
from deltasib_query.language.diagnosis.literals import NO_NULL
from deltasib_query.language.excerpts import quoted
from deltasib_query.language.limits import Limits
from deltasib_query.language.tree import And, Node, join

LOOKUPS: Final = {
    "exact": "=", "ne": "<>", "in": "in", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "range": "between",
    "contains": "contains", "startswith": "startswith", "endswith": "endswith",
    "iexact": "=", "icontains": "contains", "istartswith": "startswith", "iendswith": "endswith",
}  # fmt: skip
"""What stands behind the two underscores, and what it says of the field; letter case makes no difference."""
_REFUSED: Final = {
    "isnull": ("null", NO_NULL), "exclude": ("negation", NO_NOT),
    "regex": ("operator", "the language has no regular expressions"),
    "iregex": ("operator", "the language has no regular expressions"),
}  # fmt: skip


class LookupReader(ConditionReader):
    """Reads one form: a mapping from lookups to values, of which several may have one key."""

    def __init__(
        self, lookups: Mapping[str, Any], whitelist: Whitelist, limits: Limits | None, ignore: Collection[str]
    ) -> None:
        super().__init__(whitelist, limits)
        self._lookups, self._ignore = lookups, ignore

    def path(self) -> Path:
        """Return the key at hand."""
        return (self._key,)

    def tree(self) -> Node | None:
        """Return the tree of all lookups, None where all are blank."""
        # What the MultiDicts of Werkzeug, Starlette and Django call it, and those of multidict and WebOb.
        several = getattr(self._lookups, "getlist", None) or getattr(self._lookups, "getall", None)
        nodes: list[Node | None] = []
        for key in dict.fromkeys(self._lookups.keys()):
            self._key = key if isinstance(key, str) else str(key)
            if key not in self._ignore:
                given = several(key) if several else self._lookups[key]
                nodes.append(self._lookup(self._key, given))
        conditions = [node for node in nodes if node is not None]
        return join(And, conditions) if conditions else None

    def _lookup(self, key: str, given: object) -> Node | None:
        name, _, lookup = (key, "", "exact") if key.lower() in self._fields else key.rpartition("__")
        name, lookup = (name, lookup) if name else (key, "exact")
        self.check_name(name)
        meaning = LOOKUPS.get(lookup, "")
        if lookup in _REFUSED:
            self.report(*_REFUSED[lookup])
        elif not meaning:
            self.report("operator", f"there is no lookup {quoted(lookup)}", expected=LOOKUPS)
        several = isinstance(given, Collection) and not isinstance(given, str | bytes | Mapping)
        values: list[object] = [*cast("Collection[object]", given)] if several else [given]
        blank = [index for index, value in enumerate(values) if value is None or value == ""]
        if len(blank) == len(values) or not meaning or name.lower() not in self._fields:
            return None
        if blank:
            self.report("empty-value", "a value is missing", blank[0])
        elif meaning == "between" and len(values) != 2:
            self.report("empty-value", f"a range has two ends, not {len(values)}")
        elif len(values) > 1 and meaning not in {"in", "between"}:
            self.report("wrong-type", f"one value is needed, not {len(values)}: several are for `in` and `range`")
        else:
            return self.condition(name, meaning, values, several=len(values) > 1)
        return None
