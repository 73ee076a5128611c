"""What a condition says of its field, and what libraries call that in their JSON; filters in that JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from deltasib_query.display import shown
from deltasib_query.errors import ParameterError
from deltasib_query.language.patterns import searched_text
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import OPPOSITE, And, Comparison, Node, Or, Value, fold
from deltasib_query.messages.message import Message

FormatName: TypeAlias = Literal["react-querybuilder", "jQuery-QueryBuilder"]


class Meaning(NamedTuple):
    """What a condition says of a field."""

    signs: tuple[str, ...]
    """The operators of the language: one for each value, in turn."""
    takes: Literal["one value", "two values", "values"] = "one value"
    joined_by: type[And | Or] = Or
    wildcards: tuple[str, str] | None = None
    """What stands around a text that is searched for."""


MEANINGS: Final[Mapping[str, Meaning]] = {
    **{sign: Meaning((sign,)) for sign in (*OPPOSITE, "like")},
    "contains": Meaning(("like",), wildcards=("%", "%")),
    "startswith": Meaning(("like",), wildcards=("", "%")),
    "endswith": Meaning(("like",), wildcards=("%", "")),
    "in": Meaning(("=",), "values"),
    "not in": Meaning(("<>",), "values", And),
    "between": Meaning((">=", "<="), "two values", And),
    "not between": Meaning(("<", ">"), "two values"),
}
OPERATORS: Final = (
    # here, react-querybuilder 8, jQuery QueryBuilder 3 [their sources]; `like` is ours in both
    ("=", "=", "equal"), ("<>", "!=", "not_equal"),
    ("<", "<", "less"), ("<=", "<=", "less_or_equal"),
    (">", ">", "greater"), (">=", ">=", "greater_or_equal"),
    ("contains", "contains", "contains"), ("startswith", "beginsWith", "begins_with"),
    ("endswith", "endsWith", "ends_with"), ("like", "like", "like"),
    ("in", "in", "in"), ("not in", "notIn", "not_in"),
    ("between", "between", "between"), ("not between", "notBetween", "not_between"),
    ("empty", None, "is_empty"), ("not empty", None, "is_not_empty"),
    ("no-opposite", "doesNotContain", "not_contains"), ("no-opposite", "doesNotBeginWith", "not_begins_with"),
    ("no-opposite", "doesNotEndWith", "not_ends_with"),
    ("null", "null", "is_null"), ("null", "notNull", "is_not_null"),
)  # fmt: skip
"""What a rule says of its field, or why it is refused."""


class RuleFormat(NamedTuple):
    """What one library calls the parts of its JSON [its source]."""

    combinator: str
    """The key that says how the rules of a group are joined."""
    operators: Mapping[str, str]
    """What each operator is called here."""
    group_keys: frozenset[str]
    rule_keys: frozenset[str]


REACT: Final = RuleFormat(
    "combinator",
    {react: here for here, react, _ in OPERATORS if react},
    frozenset({"combinator", "rules", "not", "id", "path", "disabled", "muted", "combinatorPreceding"}),
    frozenset({
        "field", "operator", "value", "valueSource", "match", "lhs", "id", "path", "disabled", "muted",
        "combinatorPreceding", "meta",
    }),
)  # fmt: skip
JQUERY: Final = RuleFormat(
    "condition",
    {jquery: here for here, _, jquery in OPERATORS},
    frozenset({"condition", "rules", "not", "valid", "id", "data", "flags", "readonly"}),
    frozenset({"field", "operator", "value", "id", "type", "input", "data", "flags", "readonly"}),
)
_EXACT: Final = 2**53
"""From here on JavaScript's numbers have gaps."""


def write_rules(tree: Node, format: FormatName) -> dict[str, Any]:
    """Return a tree as a group of rules: one rule for each comparison."""
    names = {"react-querybuilder": REACT, "jQuery-QueryBuilder": JQUERY}.get(format)
    if names is None:
        raise ParameterError("format", Message("parameter.builder", given=shown(format)))
    operators = {meaning: name for name, meaning in names.operators.items()}

    def rule(leaf: Comparison) -> dict[str, Any]:
        meaning, value = _meaning(leaf)
        if not isinstance(value, str | int) or (isinstance(value, int) and abs(value) >= _EXACT):
            value = literal(value)
        written = {"field": leaf.field, "operator": operators[meaning], "value": value}
        return {"id": leaf.field, **written} if names is JQUERY else written

    def group(node: And | Or, rules: list[dict[str, Any]]) -> dict[str, Any]:
        keyword = "and" if isinstance(node, And) else "or"
        return {names.combinator: keyword.upper() if names is JQUERY else keyword, "rules": rules}

    return fold(And([tree]) if isinstance(tree, Comparison) else tree, rule, group)


def _meaning(leaf: Comparison) -> tuple[str, Value]:
    """Return the meaning and the value of a rule. A pattern that only searches for a text is that text."""
    searched = searched_text(str(leaf.value)) if leaf.operator == "like" else None
    for name, meaning in MEANINGS.items():
        if searched is not None and meaning.wildcards == searched[1]:
            return name, searched[0]
    return leaf.operator, leaf.value
