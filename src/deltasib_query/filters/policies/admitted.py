"""Filters that a policy has admitted: they remember what was typed, apart from the scope that was and-ed on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from deltasib_query.filters.filter import Filter, filter_of
from deltasib_query.filters.record import Record
from deltasib_query.language.tree import And, Node, Value, comparisons, join

R = TypeVar("R", bound=Record)


class AdmittedFilter(Filter[R]):
    """A filter within a policy's scope, and what was typed of it: None where nobody typed anything."""

    __slots__ = ("typed",)
    typed: Filter[R] | None

    @classmethod
    def of(cls, filter: Filter[R], typed: Filter[R] | None) -> Filter[R]:
        """Return the filter as an admitted one."""
        self = object.__new__(cls)
        self._record, self._tree, self._predicate, self.typed = filter._record, filter._tree, None, typed
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return AdmittedFilter.of, (filter_of(self._record, self._tree), self.typed)


def within_scope(tree: Node | None, scope: Filter[R]) -> Filter[R]:
    """Return the filter that a tree means within a scope; the scope alone for None."""
    if tree is None:
        return AdmittedFilter.of(scope, None)
    typed = filter_of(scope.record, tree)
    return AdmittedFilter.of(typed & scope, typed)


def without_scope(filter: Filter[R], scope: Filter[R]) -> tuple[Filter[R] | None, bool]:
    """Return a filter without the operands of the scope, and whether all of these are and-ed on it.

    The filter is None where nothing is left. It is as it was where an operand of the scope is missing.
    """
    operands, of_scope = _operands(filter), set(_operands(scope))
    if not of_scope.issubset(operands):
        return filter, False
    rest = [operand for operand in operands if operand not in of_scope]
    return (filter_of(filter.record, join(And, rest)) if rest else None), True


def typed_part(filter: Filter[R]) -> Filter[R]:
    """Return what was typed of an admitted filter, which is every row if nothing was; any other filter as it is."""
    if not isinstance(filter, AdmittedFilter):
        return filter
    return filter_of(filter.record, True) if filter.typed is None else filter.typed


def have_comparisons_in_common(one: Filter[Any], other: Filter[Any]) -> bool:
    """Return whether both compare a field with the same value."""
    return not _compared(_operands(one)).isdisjoint(_compared(_operands(other)))


def _operands(filter: Filter[Any]) -> tuple[Node, ...]:
    if filter.constant:
        return ()
    return filter.tree.operands if isinstance(filter.tree, And) else (filter.tree,)


def _compared(trees: Iterable[Node]) -> set[tuple[str, Value]]:
    return {(leaf.field, leaf.value) for tree in trees for leaf in comparisons(tree)}
