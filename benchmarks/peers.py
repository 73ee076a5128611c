"""Parsers of other filter languages: the same filter in the syntax of each, and what each makes of it.

Every peer is imported only if it is installed; what is missing is left out by name.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any, TypeAlias

Meaning: TypeAlias = list[list[int | str]]
"""The groups of an `or`: a number is what User_Id is at least, a text what Username starts with."""
Row: TypeAlias = dict[str, Any]


def groups(comparisons: int) -> Meaning:
    """What is measured: pairs `(User_Id >= 7 and Username like 'user7%')`, joined by `or`, the odd one out alone."""
    pairs: Meaning = [[i, f"user{i}"] for i in range(comparisons // 2)]
    return [*pairs, [comparisons // 2]] if comparisons % 2 else pairs


@dataclass(frozen=True)
class Peer:
    """A parser, and how its language writes the two comparisons and the two keywords.

    `load` imports it and returns the function to be measured. `meaning` reads a parsed filter back; where a parser's
    result can rather be evaluated, `holds` does that.
    """

    name: str
    load: Callable[[], Callable[[str], Any]]
    at_least: str = "User_Id >= {}"
    starts: str = "Username like '{}%'"
    both: str = " and "
    either: str = " or "
    meaning: Callable[[Any], Meaning] | None = None
    holds: Callable[[Any, Row], bool] | None = None

    def write(self, meaning: Meaning) -> str:
        """Write a filter in this peer's language."""
        return self.either.join(self._group(group) for group in meaning)

    def _group(self, group: Sequence[int | str]) -> str:
        written = [(self.at_least if isinstance(each, int) else self.starts).format(each) for each in group]
        return f"({self.both.join(written)})" if len(written) > 1 else written[0]

    def check(self, parse: Callable[[str], Any]) -> None:
        """Make sure that a filter of this peer means the same as everybody's."""
        expected = groups(7)
        parsed = parse(self.write(expected))
        if self.meaning is not None:
            assert self.meaning(parsed) == expected, (self.name, self.meaning(parsed))
        if self.holds is not None:
            for number in range(5):
                for name in ("user0", "user1x", "user2", "other"):
                    row: Row = {"User_Id": number, "Username": name}
                    assert bool(self.holds(parsed, row)) == holds(expected, row), (self.name, row)


def holds(meaning: Meaning, row: Row) -> bool:
    """Say whether a row is selected."""
    return any(
        all(row["User_Id"] >= one if isinstance(one, int) else row["Username"].startswith(one) for one in group)
        for group in meaning
    )


def installed() -> tuple[dict[Peer, Callable[[str], Any]], list[str]]:
    """Return the peers that are there, checked, with their functions; and the names of the others."""
    found, missing = {}, []
    for peer in PEERS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parse = peer.load()
        except ImportError:
            missing.append(peer.name)
            continue
        peer.check(parse)
        found[peer] = parse
    return found, missing


def _walk(node: Any, step: Callable[[Any], tuple[str, Any]]) -> Meaning:
    """Read a tree of `and` and `or` back: `step` names a node's kind, and gives its operands or its value."""
    kind, content = step(node)
    if kind == "or":
        return [group for operand in content for group in _walk(operand, step)]
    if kind == "and":
        return [[one for operand in content for group in _walk(operand, step) for one in group]]
    if kind == "in parentheses":
        return _walk(content, step)
    field, value = content
    assert (kind, field) in {("at least", "User_Id"), ("starts", "Username")}, (kind, field)
    return [[int(value) if kind == "at least" else str(value).removesuffix("%").removesuffix("*")]]


def _cql2(node: Any) -> tuple[str, Any]:
    if node["op"] in {"and", "or"}:
        return node["op"], node["args"]
    field, value = node["args"]
    return {">=": "at least", "like": "starts"}[node["op"]], (field["property"], value)


def _sqlglot(node: Any) -> tuple[str, Any]:
    kind = type(node).__name__
    if kind == "Paren":
        return "in parentheses", node.this
    if kind in {"And", "Or"}:
        return kind.lower(), [node.left, node.right]
    return {"GTE": "at least", "Like": "starts"}[kind], (node.this.name, node.expression.name)


def _luqum(node: Any) -> tuple[str, Any]:
    kind = type(node).__name__
    if kind == "Group":
        return "in parentheses", node.expr
    if kind in {"AndOperation", "OrOperation"}:
        return kind.removesuffix("Operation").lower(), node.operands
    if type(node.expr).__name__ == "Range":
        assert (node.expr.include_low, str(node.expr.high)) == (True, "*")
        return "at least", (node.name, str(node.expr.low))
    return "starts", (node.name, str(node.expr))


def _pygeofilter(node: Any) -> tuple[str, Any]:
    kind = type(node).__name__
    if kind in {"And", "Or"}:
        return kind.lower(), [node.lhs, node.rhs]
    return {"GreaterEqual": "at least", "Like": "starts"}[kind], (
        node.lhs.name,
        node.rhs if kind == "GreaterEqual" else node.pattern,
    )


def _odata(node: Any) -> tuple[str, Any]:
    kind = type(node).__name__
    if kind == "BoolOp":
        return type(node.op).__name__.lower(), [node.left, node.right]
    if kind == "Compare":
        assert type(node.comparator).__name__ == "GtE"
        return "at least", (node.left.name, node.right.val)
    return {"startswith": "starts"}[node.func.name], (node.args[0].name, node.args[1].val)


def _load_sqlglot() -> Callable[[str], Any]:
    metadata.version("sqlglotc")
    parse_one = import_module("sqlglot").parse_one
    return lambda text: parse_one(text, dialect="mysql")


def _load_odata() -> Callable[[str], Any]:
    grammar = import_module("odata_query.grammar")
    lexer, parser = grammar.ODataLexer(), grammar.ODataParser()
    return lambda text: parser.parse(lexer.tokenize(text))


def _load_cel_python() -> Callable[[str], Any]:
    environment: Callable[[str], Any] = import_module("celpy").Environment().compile
    return environment


def _holds_in_cel_python(parsed: Any, row: Row) -> bool:
    celpy = import_module("celpy")
    return bool(celpy.Environment().program(parsed).evaluate(celpy.json_to_cel(row)))


PEERS = (
    Peer(
        "cql2 (Rust)",
        lambda: import_module("cql2").parse_text,
        meaning=lambda parsed: _walk(parsed.to_json(), _cql2),
    ),
    Peer(
        "common-expression-language (Rust)",
        lambda: import_module("cel").compile,
        starts="Username.startsWith('{}')",
        both=" && ",
        either=" || ",
        holds=lambda parsed, row: parsed.execute(row),
    ),
    Peer("sqlglot (compiled, sqlglotc)", _load_sqlglot, meaning=lambda parsed: _walk(parsed, _sqlglot)),
    Peer(
        "luqum",
        lambda: import_module("luqum.parser").parser.parse,
        at_least="User_Id:[{} TO *]",
        starts="Username:{}*",
        both=" AND ",
        either=" OR ",
        meaning=lambda parsed: _walk(parsed, _luqum),
    ),
    Peer(
        "pygeofilter, ECQL",
        lambda: import_module("pygeofilter.parsers.ecql").parse,
        starts="Username LIKE '{}%'",
        both=" AND ",
        either=" OR ",
        meaning=lambda parsed: _walk(parsed, _pygeofilter),
    ),
    Peer(
        "odata-query",
        _load_odata,
        at_least="User_Id ge {}",
        starts="startswith(Username, '{}')",
        meaning=lambda parsed: _walk(parsed, _odata),
    ),
    Peer(
        "cel-python",
        _load_cel_python,
        starts="Username.startsWith('{}')",
        both=" && ",
        either=" || ",
        holds=_holds_in_cel_python,
    ),
)
