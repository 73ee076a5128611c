"""A tree and the fields: every problem, errors and warnings alike, and the tree in documented spelling.

`Field.accept` accepts or rejects each value. For a valid filter it is called while the text is read, through
`Whitelist.accepted`, which stops at the first rejection. If something is wrong, this module calls it for every
comparison of the tree, to report all problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from deltasib_query.display import shown
from deltasib_query.errors import FilterUsageError, filter_error
from deltasib_query.evaluation.kinds import Kind
from deltasib_query.filters.field import Field
from deltasib_query.filters.labels import names_by_label
from deltasib_query.filters.values import ValueIssue, ValueRejected
from deltasib_query.language.diagnosis.repairs import binds
from deltasib_query.language.diagnosis.synonyms import closest, folded
from deltasib_query.language.excerpts import locate, quoted, shortened
from deltasib_query.language.fast_parser import MakeComparison, NotSimple
from deltasib_query.language.placeholders import Placeholder
from deltasib_query.language.renderer import literal
from deltasib_query.language.tree import And, Comparison, Node, Or, Value, preorder, rewrite
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span


class Whitelist(Protocol):
    """The fields that a filter may use: all of a record's, or those that a policy allows."""

    @property
    def service_object(self) -> str: ...  # noqa: D102 - what these are, `Record` says
    @property
    def fields_by_name(self) -> Mapping[str, Field[Any, Any]]: ...  # noqa: D102
    @property
    def response_fields_by_name(self) -> Mapping[str, object]: ...  # noqa: D102
    @property
    def field_kinds(self) -> Mapping[str, Kind]: ...  # noqa: D102
    @property
    def accepted(self) -> MakeComparison: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Checked:
    """A tree with documented names and values, and its problems in the order of the text."""

    tree: Node
    problems: tuple[Problem, ...]


def accepted_by(fields: Mapping[str, Field[Any, Any]]) -> MakeComparison:
    """Return what makes the comparisons of a typed filter: with documented names, and values as the fields accept them.

    It raises `NotSimple` for a field that is not among `fields` or does not take the operator, `ValueRejected` for a
    value that its field rejects. `check_tree` asks the fields the same, and says what is wrong.

    >>> from deltasib_query import Service
    >>> accepted_by(Service.fields_by_name)("isenable", "=", "YES", (0, 16), (11, 16))
    Comparison('ISEnable', '=', 'Yes')
    """
    by_casefold = {name.lower(): field for name, field in fields.items()}

    def accepted(
        name: str, operator: str, value: Value, span: tuple[int, int], value_span: tuple[int, int]
    ) -> Comparison:
        """Return a comparison of a typed filter."""
        field = by_casefold.get(name.lower())
        if field is None or operator not in field.operators:
            raise NotSimple
        value = field.accept_text(operator, value) if isinstance(value, str) else field.accept_number(operator, value)
        return Comparison(field.name, operator, value, span, value_span)

    return accepted


def check_tree(tree: Node, whitelist: Whitelist, text: str) -> Checked:
    """Check every comparison of a tree against the fields that a filter may name.

    text: the text that the tree was read from, for the spans of problems; empty for a tree made in code.

    >>> from deltasib_query import User
    >>> tree = Comparison("usernme", "=", "x", Span(0, 13), Span(10, 13))
    >>> check_tree(tree, User, "usernme = 'x'").problems[0].repair.replacement
    'Username'
    """
    problems: list[Problem] = []
    fields = {name.lower(): field for name, field in whitelist.fields_by_name.items()}

    def comparison(leaf: Comparison) -> Comparison:
        if isinstance(leaf.value, Placeholder) and not leaf.field:  # the name of a condition
            return leaf
        field = fields.get(leaf.field.lower())
        if field is not None:
            return _checked(leaf, field, text, problems)
        unknown = unknown_field(leaf.field, whitelist, _place(leaf).start)
        problems.append(unknown)
        if unknown.repair is not None and unknown.repair.certain:
            of_what_is_meant: list[Problem] = []
            _checked(leaf, fields[unknown.repair.replacement.lower()], text, of_what_is_meant)
            problems.extend(filter(binds, of_what_is_meant))
        return leaf

    checked = rewrite(tree, comparison)
    bounded = {leaf.value_span for leaf in bounded_below(checked)}
    return Checked(checked, tuple(p for p in problems if p.code != "zero-dates" or p.span not in bounded))


def accept_tree(tree: Node, whitelist: Whitelist) -> Node:
    """Return a tree that was made in code with documented names and normal values; raise as `from_tree` does.

    >>> from deltasib_query import User
    >>> accept_tree(Comparison("username", "=", "ali"), User)
    Comparison('Username', '=', 'ali')
    """
    for node in preorder(tree):
        if not _is_node(node):
            raise FilterUsageError(Message("usage.no-tree", given=repr(node)))
    checked = check_tree(tree, whitelist, "")
    errors = tuple(problem for problem in checked.problems if problem.severity == "error")
    if errors:
        raise filter_error(errors[0], errors)
    return checked.tree


def _is_node(node: object) -> bool:
    if isinstance(node, Comparison) and type(node) is Comparison:
        return type(node.field) is type(node.operator) is str and type(node.value) in {str, int, Decimal}
    return isinstance(node, And | Or) and type(node) in {And, Or} and bool(node.operands)


def bounded_below(tree: Node) -> Iterator[Comparison]:
    """Yield what has `<` or `<=` and needs no warning of zero dates, since the same `and` has a lower bound."""
    for node in preorder(tree):
        if isinstance(node, And):
            leaves = [operand for operand in node.operands if isinstance(operand, Comparison)]
            bounded = {leaf.field for leaf in leaves if leaf.operator in {">", ">="}}
            yield from (leaf for leaf in leaves if leaf.operator in {"<", "<="} and leaf.field in bounded)


def _checked(leaf: Comparison, field: Field[Any, Any], text: str, problems: list[Problem]) -> Comparison:
    """Return the comparison in documented spelling, and append its problems to `problems`."""
    if leaf.operator not in field.operators:
        problems.append(field.operator_problem(leaf.operator, _place(leaf)))
        return leaf
    if isinstance(leaf.value, Placeholder):
        return leaf.replace(field.name, leaf.operator, leaf.value)
    place = leaf.value_span or _place(leaf)
    written = text[slice(*place)] if text else shown(leaf.value)

    def note(issue: ValueIssue, severity: Literal["error", "warning"]) -> None:
        repair = _repair(issue, leaf, field)
        problems.append(Problem(issue.reason, place, severity, found=quoted(written), repair=repair))

    try:
        value = field.accept(leaf.operator, leaf.value, written)
    except ValueRejected as refusal:
        note(refusal.issue, "error")
        if refusal.warning is not None:
            note(refusal.warning, "warning")
        return leaf
    for warning in field.warnings(leaf.operator, value):
        note(warning, "warning")
    return leaf.replace(field.name, leaf.operator, value)


def _repair(issue: ValueIssue, leaf: Comparison, field: Field[Any, Any]) -> Repair | None:
    """Return the edit that an issue suggests, unless the field would reject that as well."""
    operator = issue.operator or leaf.operator
    suggestion = accepted_suggestion(issue, operator, field)
    if suggestion is None:
        return None
    value = literal(suggestion)
    if issue.operator is None:
        return Repair(leaf.value_span or _place(leaf), value, issue.certain)
    return Repair(_place(leaf), f"{field.name} {operator} {value}", issue.certain)


def accepted_suggestion(issue: ValueIssue, operator: str, field: Field[Any, Any]) -> Value | None:
    """Return the value that an issue suggests, if the field would take it."""
    if issue.suggestion is not None and operator in field.operators:
        with suppress(ValueRejected):
            field.accept(operator, issue.suggestion)
            return issue.suggestion
    return None


def find_field(name: str, whitelist: Whitelist) -> Field[Any, Any]:
    """Return the field of a name, in any letter case; raise `UnknownFieldError` with the problem that `parse` has.

    >>> from deltasib_query import User
    >>> find_field("username", User)
    <TextField User.Username>
    """
    if not isinstance(name, str):
        raise FilterUsageError(Message("usage.no-name", type=type(name).__name__))
    field = {name.lower(): field for name, field in whitelist.fields_by_name.items()}.get(name.lower())
    if field is None:
        raise filter_error(locate(unknown_field(name, whitelist, 0), name))
    return field


def unknown_field(name: str, whitelist: Whitelist, start: int) -> Problem:
    """Return what is wrong with a name that no field has, and that starts at a place in the text."""
    place = Span(start, start + len(name))
    expected = tuple(whitelist.fields_by_name)
    in_responses = {name.lower(): name for name in whitelist.response_fields_by_name}.get(name.lower())
    if in_responses:
        reason = Message("not-filterable", field=in_responses, object=whitelist.service_object)
        return Problem(reason, place, found=quoted(name), possible=expected)
    labelled = names_by_label(whitelist.fields_by_name.values()).get(folded(name))
    if labelled:
        reason = Message("unknown-field.label", field=labelled)
        return Problem(reason, place, found=quoted(name), possible=expected, repair=Repair(place, labelled))
    meant, certain = closest(name, expected, least=3)
    repair = Repair(place, meant, certain) if meant else None
    reason = Message("unknown-field", object=whitelist.service_object, field=shortened(name))
    return Problem(reason, place, found=quoted(name), possible=expected, repair=repair)


def _place(leaf: Comparison) -> Span:
    return leaf.span or Span(0, 0)
