"""The rules of react-querybuilder and jQuery QueryBuilder: text or objects to a tree.

Nothing is dropped, since that would select more rows: a rule is a condition of the language, or an error at its place.
A text is measured before anything parses it, and groups are walked without recursion.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from pydantic_core import from_json

from deltasib_query.errors import filter_error
from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.conditions.reader import SIGNS, ConditionReader, Path
from deltasib_query.filters.conditions.rule_formats import EMPTY, JQUERY, NO_OPPOSITE, NOT_EMPTY, NULL, REACT
from deltasib_query.language.diagnosis.literals import NO_NULL
from deltasib_query.language.excerpts import quoted
from deltasib_query.language.limits import Limits
from deltasib_query.language.terminals import number_of
from deltasib_query.language.tree import And, Node, Or, join
from deltasib_query.problems import Problem, Span

_WORDINESS: Final = 16
"""How many bytes of JSON there may be for each that a filter's text may have."""
_MOST_NODES: Final = 4
"""How many rules and groups there may be for each comparison that a filter may have: some are muted, some nested."""
_PLACEHOLDER: Final = "~"
"""What react-querybuilder has where no field or operator is chosen [its source]."""
_UNSUPPORTED: Final = (
    ("valueSource", "field-as-value", "a field is compared with a value, not with a field, parameter or expression"),
    ("lhs", "expression", "a condition starts with a field, not with an expression"),
    ("match", "subquery", "the language has no subqueries"),
)
"""Keys of react-querybuilder for what the language lacks. A value source may also be ``value``."""
_REFUSED: Final = {
    NULL: ("null", NO_NULL),
    NO_OPPOSITE: ("no-opposite", "`like` has no opposite in the language"),
}
_EMPTY: Final = {EMPTY: "=", NOT_EMPTY: "<>"}
_TAKE_SEVERAL: Final = frozenset({"in", "not in", "between", "not between"})


class RuleReader(ConditionReader):
    """Reads one query, as the objects that a parser has made of its JSON."""

    parts = (("field",), ("operator",), ("value",))

    def __init__(self, rules: object, whitelist: Whitelist, limits: Limits | None) -> None:
        super().__init__(whitelist, limits)
        self._rules = rules

    def path(self) -> Path:
        """Return the place of the rule or group that is being read."""
        return self._path(len(self._groups))

    def _path(self, groups: int) -> Path:
        return tuple(token for group in self._groups[:groups] for token in ("rules", group.index))

    def tree(self) -> Node | None:
        """Return the tree of all rules, None if there is none."""
        self._groups: list[_Group] = []
        self._open_groups: set[int] = set()
        self._nodes = 0
        rules = self._rules
        if rules is None or rules == {}:
            return None
        if not isinstance(rules, Mapping) or "rules" not in rules:
            self.report("wrong-type", "an object with `rules` is needed")
            return None
        self._format = JQUERY if JQUERY.combinator in rules and REACT.combinator not in rules else REACT
        if not self._open(rules):
            return None
        while True:
            group = self._groups[-1]
            for index, item in group.items:
                group.index = index
                if group.takes_keyword():
                    group.keyword = self._keyword(item)
                elif not isinstance(item, Mapping):
                    self.report("wrong-type", f"a rule is an object, not {_kind(item)}")
                elif "rules" not in item:
                    group.add(self._rule(item, group.negated_by))
                elif self._open(item):
                    break
            else:
                self._groups.pop()
                self._open_groups.discard(id(group.given))
                if not self._groups:
                    return group.tree()
                self._groups[-1].add(group.tree())

    # Groups

    def _open(self, given: Mapping[str, object]) -> bool:
        """Begin to read a group, and return whether it has rules that count."""
        if self._is_left_out(given, self._format.group_keys, "group"):
            return False
        deepest = self.limits.depth
        if id(given) in self._open_groups:
            self.stop("too-deep", "the group contains itself")
        if deepest is not None and len(self._groups) > deepest:
            self.stop("too-deep", f"groups are nested more than {deepest} deep")
        if given.get("valid", True) is not True:
            self.report("incomplete-rule", "the builder says that the rules are not valid", "valid")
        rules, key = given["rules"], self._format.combinator
        if not isinstance(rules, Sequence) or isinstance(rules, str | bytes):
            self.report("wrong-type", f"`rules` is a list, not {_kind(rules)}", "rules")
            return False
        if not rules:
            if self._groups:
                self.report("empty-group", "a group without rules does not mean everything", "rules")
            return False
        independent = self._format is REACT and key not in given
        if independent and len(rules) % 2 == 0:
            self.report("combinator", "`and` or `or` stands between two rules, and only there", "rules")
        negated_by = self._groups[-1].negated_by if self._groups else None
        if self._flag(given, "not"):
            negated_by = len(self._groups) if negated_by is None else None
        keyword = "" if independent else self._keyword(given.get(key), key)
        self._open_groups.add(id(given))
        self._groups.append(_Group(given, enumerate(rules), keyword, independent, negated_by))
        return True

    def _keyword(self, given: object, *path: str) -> str:
        keyword = given.lower() if isinstance(given, str) else ""
        if keyword not in {"and", "or"}:
            what = quoted(given) if isinstance(given, str) else _kind(given)
            self.report(
                "combinator", f"rules are joined by `and` or `or`, not by {what}", *path, expected=("and", "or")
            )
        return keyword

    # Rules

    def _rule(self, rule: Mapping[str, object], negated_by: int | None) -> Node | None:
        if self._is_left_out(rule, self._format.rule_keys, "rule"):
            return None
        if len(rule) > 3:  # else it has no room for more than a field, an operator and a value
            for key, code, message in _UNSUPPORTED:
                if rule.get(key, "value") != "value":
                    self.report(code, message, key)
                    return None
        name, operator = self._chosen(rule, "field"), self._chosen(rule, "operator")
        meaning = self._format.operators.get(operator or "", "")
        if negated_by is not None and "like" in SIGNS.get(meaning, ()):
            self.report(*_REFUSED[NO_OPPOSITE], at=(*self._path(negated_by), "not"))
        elif name is not None and (meaning in SIGNS or meaning in _EMPTY):
            values, several = self._values(rule, meaning)
            meant = _EMPTY.get(meaning, meaning)
            return self.condition(name, meant, values, negated=negated_by is not None, several=several)
        if name is not None:
            self.check_name(name, "field")
        if meaning in _REFUSED:
            self.report(*_REFUSED[meaning], "operator")
        elif not meaning and operator is not None:
            what = f"there is no operator {quoted(operator)}"
            self.report("operator", what, "operator", text=operator, expected=self._format.operators)
        return None

    def _chosen(self, rule: Mapping[str, object], key: str) -> str | None:
        """Return the field or operator of a rule, None if there is none."""
        given = rule.get(key)
        if isinstance(given, str) and given != _PLACEHOLDER:
            return given
        if given is None or given == _PLACEHOLDER:
            self.report("incomplete-rule", f"no {key} is chosen", key)
        else:
            self.report("wrong-type", f"`{key}` is a text, not {_kind(given)}", key)
        return None

    def _values(self, rule: Mapping[str, object], meaning: str) -> tuple[Sequence[object], bool]:
        """Return the values of a rule and whether each has an index; no values if that is an error."""
        value = rule.get("value")
        if meaning in _EMPTY:
            if value not in (None, ""):
                self.report("wrong-type", "this operator takes no value", "value")
            return ("",), False
        if "value" not in rule:
            self.report("incomplete-rule", "the rule has no value", "value")
            return (), False
        if meaning not in _TAKE_SEVERAL:
            return (value,), False
        indexed = not isinstance(value, str)
        if self._format is REACT:
            value = _split(value)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self.report("wrong-type", f"a list of values is needed, not {_kind(value)}", "value")
        elif not value or ("" in value and (not indexed or "between" in meaning)):
            self.report("empty-value", "a value is missing", "value")
        elif "between" in meaning and len(value) != 2:
            self.report("empty-value", f"a range has two ends, not {len(value)}", "value")
        else:
            return value, indexed
        return (), False

    # What rules and groups share

    def _is_left_out(self, given: Mapping[str, object], known: frozenset[str], what: str) -> bool:
        """Return whether a rule or group is muted. It is counted and its keys are checked all the same."""
        self._nodes += 1
        most = self.limits.comparisons
        if most is not None and self._nodes > _MOST_NODES * most:
            self.stop("too-many-comparisons", f"there are more than {_MOST_NODES * most} rules and groups")
        for key in given:
            if key not in known:
                text = str(key)
                self.report("unknown-key", f"a {what} has no {quoted(text)}", text, text=text, expected=sorted(known))
        if isinstance(given, _Repeated):
            self.report("duplicate-key", f"{quoted(given.key)} is there twice", given.key)
        return self._flag(given, "muted")

    def _flag(self, given: Mapping[str, object], key: str) -> bool:
        value = given.get(key, False)
        if not isinstance(value, bool):
            self.report("wrong-type", f"`{key}` is true or false, not {_kind(value)}", key)
        return value is True


@dataclass(slots=True, eq=False)
class _Group:
    """A group while its rules are read."""

    given: Mapping[str, object]
    items: Iterator[tuple[int, object]]
    keyword: str
    """What joins the next rule to those before it; empty in front of the first, where keywords stand between rules."""
    independent: bool
    """Whether keywords stand between the rules, each for itself."""
    negated_by: int | None
    """The number of the group that says that the opposite is meant of all in it, None where none does."""
    index: int = 0
    runs: list[list[Node]] = field(default_factory=list)
    """The conditions that are joined by `or`, each of several that are joined by `and`, which binds tighter."""

    def takes_keyword(self) -> bool:
        """Say whether a keyword stands at the index."""
        return self.independent and self.index % 2 == 1

    def add(self, node: Node | None) -> None:
        """Add a condition; None is one that is left out, and the keyword before it with it."""
        if node is None:
            return
        if self.keyword != "and" or not self.runs:
            self.runs.append([])
        self.runs[-1].append(node)

    def tree(self) -> Node | None:
        """Return the tree of all conditions; None where all are left out."""
        inner, outer = (And, Or) if self.negated_by is None else (Or, And)
        return join(outer, [join(inner, run) for run in self.runs]) if self.runs else None


def _split(value: object) -> object:
    """Return the values of a text with commas, where ``\\,`` is a comma of a value [react-querybuilder's source]."""
    if isinstance(value, str):
        return [part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", value)]
    return [value] if type(value) in {int, float, Decimal} else value


def _kind(value: object) -> str:
    """Return what a value is in JSON."""
    return {type(None): "null", bool: "true or false", str: "a text", dict: "an object", list: "a list"}.get(
        type(value), "a number"
    )


# JSON texts


class _Repeated(dict[str, object]):
    """An object of JSON in which a key stands twice."""

    key: str


def read_json(text: str | bytes | bytearray, limits: Limits | None) -> object:
    """Return what a JSON text holds; raise `FilterError` for one that is too long, or none.

    Numbers stay exact. An object with a key twice is marked, and refused where it is read.
    """
    most = limits.text and limits.text * _WORDINESS if limits else None
    if most is not None and len(text) > most:
        message = f"the JSON has more than {most:,} bytes"
        raise filter_error(Problem("text-too-long", message, Span(0, 0)))
    try:
        # Python's own parser recurses. This one gives up at 200 brackets within brackets, but it has no exact numbers.
        from_json(text, allow_inf_nan=False)
        return _DECODER.decode(text if isinstance(text, str) else text.decode())
    except (ValueError, InvalidOperation) as error:
        message = str(error) if isinstance(error, ValueError) else "a number has too large an exponent"
        raise filter_error(Problem("not-json", f"this is no JSON: {message}", Span(0, 0))) from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        found = _Repeated(found)
        found.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=number_of, parse_float=Decimal)
