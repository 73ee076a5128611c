"""Typed filters with values of a program: `Username = :name`, and the t-strings of Python 3.14.

The text is parsed with names in it. The values are put into the tree, through the fields, as those of Python code are.
So no value is ever a part of a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn, Protocol

from deltasib_query.errors import FilterError, FilterUsageError, filter_error
from deltasib_query.filters.checker import Checked
from deltasib_query.filters.filter import Filter, Filterable, check_record
from deltasib_query.language.diagnosis.synonyms import closest
from deltasib_query.language.excerpts import shortened
from deltasib_query.language.fast_parser import NotSimple
from deltasib_query.language.placeholders import Placeholder
from deltasib_query.language.terminals import FIELD
from deltasib_query.language.tree import Comparison, Node, fold, join, rewrite
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Repair, Span


class Template(Protocol):
    """A t-string: the texts between its values, and the values."""

    @property
    def strings(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def interpolations(self) -> tuple[Any, ...]: ...  # noqa: D102


def text_and_values(template: Template) -> tuple[str, dict[str, object]]:
    """Return a t-string as a text with a name for each value, and the values by these names.

    Raises `FilterUsageError` for a conversion or a format: a value is taken as it is.
    """
    text, values = template.strings[0], dict[str, object]()
    for value, following in zip(template.interpolations, template.strings[1:], strict=True):
        if value.conversion or value.format_spec:
            raise FilterUsageError(Message("usage.template-format", value=value.expression))
        name = value.expression if FIELD.fullmatch(value.expression) else "value"
        while name in values:
            name += "_"
        values[name] = value.value
        text += f":{name}{following}"
    return text, values


class Prepared:
    """The fields of a record together with the values of a text: a `Whitelist` of the checker.

    Raises `FilterUsageError` for values without names.
    """

    def __init__(self, record: type[Filterable], values: Mapping[str, object]) -> None:
        if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
            raise FilterUsageError(Message("usage.no-values", type=type(values).__name__))
        self.record, self.values = record, values
        self.service_object, self.field_kinds = record.service_object, record.field_kinds
        self.fields_by_name, self.response_fields_by_name = record.fields_by_name, record.response_fields_by_name

    def accepted(self, *_: object) -> NoReturn:
        """Leave every text to Lark, which knows the names."""
        raise NotSimple

    def put_in(self, checked: Checked, text: str, *, complete: bool) -> Checked:
        """Return a checked tree with the values in it, and what is wrong with them.

        complete: all of the text is in the tree, so that a name which is not in it is not used.
        """
        problems = list(checked.problems)
        unused = dict.fromkeys(self.values)

        def comparison(leaf: Comparison) -> Node:
            place, name = leaf.value_span or Span(0, 0), str(leaf.value)
            if not isinstance(leaf.value, Placeholder):
                if isinstance(leaf.value, str) and name[:1] == ":" and name[1:] in self.values:
                    unused.pop(name[1:], None)
                    repair = Repair(place, name, certain=False)
                    problems.append(Problem(Message("quoted-placeholder", name=name), place, repair=repair))
                return leaf
            unused.pop(name, None)
            if name not in self.values:
                meant = closest(name, self.values)[0]
                mended = None if meant is None else Repair(place, f":{meant}", certain=False)
                reason = Message("missing-value", name=shortened(f":{name}"))
                known = tuple(f":{known}" for known in self.values)
                problems.append(Problem(reason, place, possible=known, repair=mended))
                return leaf
            try:
                return self._filled(leaf, self.values[name])
            except FilterError as error:
                # What the field says has its place in the value, which is not in the text.
                problems.append(replace(error.problem, span=place, line=1, column=1, excerpt="", repair=None))
                return leaf

        tree = rewrite(checked.tree, comparison)
        for name in unused if complete else ():
            at = text.find(f":{name}") if f":{name}" in text else len(text)
            problems.append(Problem(Message("unused-value", name=shortened(name)), Span(at, at)))
        return Checked(tree, tuple(sorted(problems, key=lambda problem: problem.span)))

    def _filled(self, leaf: Comparison, value: object) -> Node:
        """Return the comparison with a value, or the tree of a filter, without its spans."""
        if leaf.field:
            field = self.fields_by_name.get(leaf.field)
            if field is None or leaf.operator not in field.operators:  # of which there is a problem already
                return leaf
            return leaf.replace(leaf.field, leaf.operator, field.comparison(leaf.operator, value).value)
        if not isinstance(value, Filter):
            reason = Message("wrong-type.condition", name=f":{leaf.value}", type=type(value).__name__)
            raise filter_error(Problem(reason, Span(0, 0)))
        check_record(value, self.record)
        return fold(
            value.tree,
            lambda one: Comparison(one.field, one.operator, one.value),
            lambda group, operands: join(type(group), operands),
        )
