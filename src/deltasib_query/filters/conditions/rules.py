"""The rules of react-querybuilder and jQuery QueryBuilder: JSON to a tree.

Nothing is dropped, since that would select more rows: a rule is a condition of the language, or an error at its place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, TypeAlias

from pydantic_core import from_json

from deltasib_query.display import shown
from deltasib_query.filters.checker import Whitelist
from deltasib_query.filters.conditions.formats import JQUERY, MEANINGS, REACT
from deltasib_query.filters.conditions.reader import ConditionReader, Place
from deltasib_query.language.excerpts import shortened
from deltasib_query.language.limits import Limits
from deltasib_query.language.terminals import number_of
from deltasib_query.language.tree import And, Node, Or, join
from deltasib_query.messages.message import Message

_EMPTY: Final = {"empty": "=", "not empty": "<>"}
_REFUSED: Final = {"no-opposite": Message("no-opposite.rule"), "null": Message("null")}
_PLACEHOLDER: Final = "~"
"""What react-querybuilder has where no field or operator is chosen [its source]."""
_UNSUPPORTED: Final = (
    ("valueSource", Message("field-as-value")),
    ("lhs", Message("expression")),
    ("match", Message("subquery")),
)
"""Keys of react-querybuilder for what the language lacks. A value source may also be ``value``."""
_WORDINESS: Final = 16
"""How many bytes of JSON there may be for each that a filter's text may have."""
_MOST_NODES: Final = 4
"""How many rules and groups there may be for each comparison that a filter may have: some are muted, some nested."""

_Task: TypeAlias = Generator[Any, "Node | None", "Node | None"]
"""A group that is being read: it yields the groups in it, and is sent the tree of each."""


class RuleReader(ConditionReader):
    """Reads one query: its JSON, or the objects that a parser has made of that."""

    def __init__(self, rules: object, whitelist: Whitelist, limits: Limits | None) -> None:
        super().__init__(whitelist, limits)
        self._rules = rules
        self._open: set[int] = set()
        self._nodes = 0

    def tree(self) -> Node | None:
        """Return the tree of all rules, None if there is none."""
        rules = self._rules
        if isinstance(rules, str | bytes | bytearray):
            rules = self._decoded(rules)
        if rules is None or rules == {}:
            return None
        if not isinstance(rules, Mapping) or "rules" not in rules:
            self.report((), Message("wrong-type.rules"))
            return None
        self._format = JQUERY if JQUERY.combinator in rules and REACT.combinator not in rules else REACT
        tasks: list[_Task] = [self._group(rules, (), None)]
        tree: Node | None = None
        while tasks:  # Python would recurse too deep
            try:
                tasks.append(tasks[-1].send(tree))
                tree = None
            except StopIteration as done:
                tasks.pop()
                tree = done.value
        return tree

    def _decoded(self, text: str | bytes | bytearray) -> object:
        """Return what a JSON text holds, with exact numbers."""
        most = None if self.limits.text is None else self.limits.text * _WORDINESS
        if most is not None and len(text) > most:
            self.stop((), Message("text-too-long.json", most=most))
        try:
            # Python's own parser recurses. This one gives up at 200 brackets within brackets, but lacks exact numbers.
            from_json(text, allow_inf_nan=False)
            return _DECODER.decode(text if isinstance(text, str) else text.decode())
        except ValueError as error:
            self.stop((), Message("not-json", error=str(error)))
        except InvalidOperation:
            self.stop((), Message("not-json.exponent"))

    def _group(self, group: Mapping[Any, Any], at: Place, negated_at: Place | None) -> _Task:
        """Return the tree of a group, None where nothing in it counts.

        negated_at: where it is said that the opposite is meant, None where it is not.
        """
        if self._is_muted(group, self._format.group_keys, at, "group"):
            return None
        deepest = self.limits.depth
        if id(group) in self._open:
            self.stop(at, Message("too-deep.itself"))
        if deepest is not None and len(self._open) > deepest:
            self.stop(at, Message("too-deep.groups", most=deepest))
        if group.get("valid", True) is not True:
            self.report((at, "valid"), Message("incomplete-rule.invalid"))
        rules, rules_at, key = group["rules"], (at, "rules"), self._format.combinator
        if not isinstance(rules, Sequence) or isinstance(rules, str | bytes):
            self.report(rules_at, Message("wrong-type.rule-list", kind=_kind(rules)))
            return None
        if not rules:
            if self._open:
                self.report(rules_at, Message("empty-group"))
            return None
        independent = self._format is REACT and key not in group
        if independent and len(rules) % 2 == 0:
            self.report(rules_at, Message("combinator.between"))
        keyword = "and" if independent else self._keyword(group.get(key), (at, key))
        if self._flag(group, "not", at):
            negated_at = (at, "not") if negated_at is None else None
        self._open.add(id(group))
        runs: list[list[Node]] = []
        """What is joined by `or`: runs of what is joined by `and`, which binds tighter."""
        for index, item in enumerate(rules):
            item_at, node = (rules_at, index), None
            if independent and index % 2:
                keyword = self._keyword(item, item_at)
            elif not isinstance(item, Mapping):
                self.report(item_at, Message("wrong-type.rule", kind=_kind(item)))
            elif "rules" in item:
                node = yield self._group(item, item_at, negated_at)
            else:
                node = self._rule(item, item_at, negated_at)
            if node is not None:  # else the keyword in front is left out with it
                if keyword != "and" or not runs:
                    runs.append([])
                runs[-1].append(node)
        self._open.discard(id(group))
        inner, outer = (And, Or) if negated_at is None else (Or, And)
        return join(outer, [join(inner, run) for run in runs]) if runs else None

    def _keyword(self, given: object, at: Place) -> str:
        keyword = given.lower() if isinstance(given, str) else ""
        if keyword not in {"and", "or"}:
            what = Message("found", text=shortened(given)) if isinstance(given, str) else _kind(given)
            self.report(at, Message("combinator", given=what), possible=("and", "or"))
        return keyword

    def _rule(self, rule: Mapping[Any, Any], at: Place, negated_at: Place | None) -> Node | None:
        if self._is_muted(rule, self._format.rule_keys, at, "rule"):
            return None
        for key, reason in _UNSUPPORTED:
            if rule.get(key, "value") != "value":
                self.report((at, key), reason)
                return None
        name, operator = self._chosen(rule, "field", at), self._chosen(rule, "operator", at)
        field = None if name is None else self.field(name, (at, "field"))
        if operator is None:
            return None
        meant, operator_at, value_at = self._format.operators.get(operator), (at, "operator"), (at, "value")
        meaning = MEANINGS.get(_EMPTY.get(meant, meant)) if meant else None
        if meant is None:
            reason = Message("operator.unknown", operator=shortened(operator))
            self.report(operator_at, reason, text=operator, possible=self._format.operators)
        elif meaning is None:
            self.report(operator_at, _REFUSED[meant])
        elif negated_at is not None and "like" in meaning.signs:
            self.report(negated_at, _REFUSED["no-opposite"])
        else:
            values = self._values(rule, meant, value_at)
            if field is not None and values is not None:
                negated, several = negated_at is not None, values is rule.get("value")
                return self.condition(field, meaning, values, operator_at, value_at, negated=negated, several=several)
        return None

    def _chosen(self, rule: Mapping[Any, Any], key: str, at: Place) -> str | None:
        """Return the field or operator of a rule, None if there is none."""
        given = rule.get(key)
        if given is None or given == _PLACEHOLDER:
            self.report((at, key), Message(f"incomplete-rule.{key}"))
        elif isinstance(given, str):
            return given
        else:
            self.report((at, key), Message("wrong-type.name", key=key, kind=_kind(given)))
        return None

    def _values(self, rule: Mapping[Any, Any], meant: str, at: Place) -> Sequence[object] | None:
        """Return the values of a rule, None if that is an error."""
        value = rule.get("value")
        if meant in _EMPTY:
            if value not in (None, ""):
                self.report(at, Message("wrong-type.no-value"))
            return ("",)
        several = MEANINGS[meant].takes != "one value"
        values = _split(value) if several and self._format is REACT else value
        if "value" not in rule:
            self.report(at, Message("incomplete-rule.value"))
        elif not several:
            return (value,)
        elif not isinstance(values, Sequence) or isinstance(values, str | bytes):
            self.report(at, Message("wrong-type.list", kind=_kind(value)))
        elif not values or ("" in values and (values is not value or "between" in meant)):
            self.report(at, Message("empty-value"))
        else:
            return values
        return None

    def _is_muted(
        self, given: Mapping[Any, Any], known: frozenset[str], at: Place, what: Literal["rule", "group"]
    ) -> bool:
        """Return whether a rule or group is left out. It is counted and its keys are checked all the same."""
        self._nodes += 1
        most = self.limits.comparisons
        if most is not None and self._nodes > _MOST_NODES * most:
            self.stop(at, Message("too-many-comparisons.rules", most=_MOST_NODES * most))
        for key in given:
            if key is _TWICE:
                self.report((at, given[key]), Message("duplicate-key", key=shortened(given[key])))
            elif key not in known:
                text = key if isinstance(key, str) else shown(key)
                reason = Message(f"unknown-key.{what}", key=shortened(text))
                self.report((at, text), reason, text=text, possible=sorted(known))
        return self._flag(given, "muted", at)

    def _flag(self, given: Mapping[Any, Any], key: str, at: Place) -> bool:
        value = given.get(key, False)
        if not isinstance(value, bool):
            self.report((at, key), Message("wrong-type.flag", key=key, kind=_kind(value)))
        return value is True


def _split(value: object) -> object:
    """Return the values of a text with commas, where ``\\,`` is a comma of a value [react-querybuilder's source]."""
    if isinstance(value, str):
        return [part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", value)]
    return [value] if type(value) in {int, float, Decimal} else value


_KINDS: Final = {type(None): "json.null", bool: "json.flag", str: "json.text", dict: "json.object", list: "json.list"}


def _kind(value: object) -> Message:
    """Return what a value is in JSON."""
    return Message(_KINDS.get(type(value), "json.number"))


_TWICE: Final = object()
"""The key under which an object of a JSON text has a key that stands in it twice."""


def _object(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        found[_TWICE] = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=number_of, parse_float=Decimal)
