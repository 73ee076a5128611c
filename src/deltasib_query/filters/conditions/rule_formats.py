"""The JSON of visual query builders: what react-querybuilder 8 and jQuery QueryBuilder 3 call what; filters in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from deltasib_query.errors import ParameterError
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, fold

FormatName: TypeAlias = Literal["react-querybuilder", "jQuery-QueryBuilder"]

NULL: Final = "null"
NO_OPPOSITE: Final = "no opposite"
EMPTY: Final = "empty"
NOT_EMPTY: Final = "not empty"


class RuleFormat(NamedTuple):
    """What one library calls the parts of its JSON."""

    combinator: str
    """The key that says how the rules of a group are joined."""
    operators: Mapping[str, str]
    """What each operator means, as `conditions` calls it; or why it is refused."""
    group_keys: frozenset[str]
    rule_keys: frozenset[str]


REACT: Final = RuleFormat(
    "combinator",
    {
        "=": "=", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
        "contains": "contains", "beginsWith": "startswith", "endsWith": "endswith", "like": "like",
        "in": "in", "notIn": "not in", "between": "between", "notBetween": "not between",
        "doesNotContain": NO_OPPOSITE, "doesNotBeginWith": NO_OPPOSITE, "doesNotEndWith": NO_OPPOSITE,
        "null": NULL, "notNull": NULL,
    },
    frozenset({"combinator", "rules", "not", "id", "path", "disabled", "muted", "combinatorPreceding"}),
    frozenset({
        "field", "operator", "value", "valueSource", "match", "lhs", "id", "path", "disabled", "muted",
        "combinatorPreceding", "meta",
    }),
)  # fmt: skip
"""react-querybuilder 8 [its source]; `like` is ours."""

JQUERY: Final = RuleFormat(
    "condition",
    {
        "equal": "=", "not_equal": "<>", "less": "<", "less_or_equal": "<=", "greater": ">", "greater_or_equal": ">=",
        "contains": "contains", "begins_with": "startswith", "ends_with": "endswith", "like": "like",
        "in": "in", "not_in": "not in", "between": "between", "not_between": "not between",
        "is_empty": EMPTY, "is_not_empty": NOT_EMPTY,
        "not_contains": NO_OPPOSITE, "not_begins_with": NO_OPPOSITE, "not_ends_with": NO_OPPOSITE,
        "is_null": NULL, "is_not_null": NULL,
    },
    frozenset({"condition", "rules", "not", "valid", "id", "data", "flags", "readonly"}),
    frozenset({"field", "operator", "value", "id", "type", "input", "data", "flags", "readonly"}),
)  # fmt: skip
"""jQuery QueryBuilder 3 [its source]; `like` is ours."""

_FORMATS: Final[Mapping[str, RuleFormat]] = {"react-querybuilder": REACT, "jQuery-QueryBuilder": JQUERY}
_EXACT: Final = 2**53
"""From here on JavaScript's numbers have gaps."""
_SUBSTRING: Final = re.compile(r"(%?)((?:[^%_\\]|\\[%_])+)(%?)", re.DOTALL)
_SUBSTRING_OPERATORS: Final = {("%", "%"): "contains", ("", "%"): "startswith", ("%", ""): "endswith"}


def write_rules(tree: Node, format: FormatName) -> dict[str, Any]:
    """Return a tree as a group of rules: one rule for each comparison."""
    if format not in _FORMATS:
        raise ParameterError("format", f"{' or '.join(_FORMATS)} is needed, not {format!r}")
    names = _FORMATS[format]
    operators = {meaning: name for name, meaning in names.operators.items()}

    def rule(leaf: Comparison) -> dict[str, Any]:
        meaning, value = _meaning(leaf)
        written = {"field": leaf.field, "operator": operators[meaning], "value": _plain(value)}
        return {"id": leaf.field, **written} if names is JQUERY else written

    def group(node: And | Or, rules: list[dict[str, Any]]) -> dict[str, Any]:
        keyword = "and" if isinstance(node, And) else "or"
        return {names.combinator: keyword.upper() if names is JQUERY else keyword, "rules": rules}

    return fold(And([tree]) if isinstance(tree, Comparison) else tree, rule, group)


def _meaning(leaf: Comparison) -> tuple[str, Value]:
    """The operator and the value of a rule. A pattern that only searches for a text is that text."""
    found = _SUBSTRING.fullmatch(str(leaf.value)) if leaf.operator == "like" else None
    meaning = _SUBSTRING_OPERATORS.get((found[1], found[3])) if found else None
    if found is None or meaning is None:
        return leaf.operator, leaf.value
    return meaning, re.sub(r"\\([%_])", r"\1", found[2])


def _plain(value: Value) -> str | int:
    if isinstance(value, str) or (isinstance(value, int) and abs(value) < _EXACT):
        return value
    return literal(value)
