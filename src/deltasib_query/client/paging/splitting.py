"""Filters that are too long for the URL of a request: a long list of values is requested in parts. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from deltasib_query.client.paging.page import Selection
from deltasib_query.errors import filter_error
from deltasib_query.filters.fields import IntegerField
from deltasib_query.filters.filter import Filter, filter_of
from deltasib_query.filters.parsing import read_back
from deltasib_query.filters.record import Record
from deltasib_query.language.renderer import render
from deltasib_query.language.tree import And, Comparison, Node, Or, comparisons, join
from deltasib_query.messages.message import Message
from deltasib_query.problems import Problem, Span

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Split(Generic[R]):
    """The parts of a filter: together they select the same rows.

    disjoint: no row is selected by two parts. That is certain of whole numbers; which texts are equal, only the
        database knows.
    """

    parts: tuple[Selection[R], ...]
    disjoint: bool = True


def split(record: type[R], filter: Filter[R] | None, size: Callable[[str], int], most: int) -> Split[R]:
    """Return the filter in as few parts as keep every URL within `most` bytes. Their texts are read back.

    size: returns the length of the URL for the text of a filter.

    Only a list of values, at the top or in an `and` there, is divided. Raises `FilterTooComplexError` for a filter that
    is too long for another reason.

    >>> from deltasib_query import User
    >>> parts = split(User, User.User_Id.in_([1, 2, 3]) & (User.Name == "x"), len, 50).parts
    >>> [part.text for part in parts]
    ["(User_Id = 1 or User_Id = 2) and Name = 'x'", "User_Id = 3 and Name = 'x'"]
    """
    if filter is None or filter.constant is not None:
        return Split((Selection(record, filter),))
    text = str(filter)
    if size(text) <= most:
        return Split((Selection(record, filter, read_back(text, filter)),))
    tree = filter.tree
    clauses: Sequence[Node] = tree.operands if isinstance(tree, And) else [tree]
    lists = [clause for clause in clauses if _is_list(clause)]
    if not lists:
        raise _too_long(tree, size, most)
    longest = max(lists, key=lambda each: len(render(each)))
    values = list(dict.fromkeys(comparisons(longest)))

    def with_list(some: Sequence[Comparison]) -> Node:
        return join(And, [join(Or, list(some)) if clause is longest else clause for clause in clauses])

    overhead = size(render(with_list(values[:2]))) - sum(_bytes(each, size) for each in values[:2])
    groups = _dealt(values, lambda value: _bytes(value, size), most - overhead)
    filters = [filter_of(record, with_list(some)) for some in groups]
    texts = [str(each) for each in filters]
    if any(size(each) > most for each in texts):
        raise _too_long(tree, size, most)
    parts = (Selection(record, each, read_back(text, each)) for each, text in zip(filters, texts, strict=True))
    return Split(tuple(parts), isinstance(record.fields_by_name[values[0].field], IntegerField))


def _is_list(node: Node) -> bool:
    """Return whether a node is what `in_` makes."""
    return (
        isinstance(node, Or)
        and all(isinstance(each, Comparison) and each.operator == "=" for each in node.operands)
        and len({each.field for each in comparisons(node)}) == 1
    )


def _bytes(comparison: Comparison, size: Callable[[str], int]) -> int:
    return size(" or " + render(comparison)) - size("")


def _dealt(
    values: Sequence[Comparison], weight: Callable[[Comparison], int], most: int
) -> Iterator[Sequence[Comparison]]:
    """Divide the values, in their order, into as few groups as can hold them."""
    some: list[Comparison] = []
    room = most
    for value in values:
        if some and weight(value) > room:
            yield some
            some, room = [], most
        some.append(value)
        room -= weight(value)
    yield some


def _too_long(tree: Node, size: Callable[[str], int], most: int) -> Exception:
    weights: Counter[str] = Counter()
    for each in comparisons(tree):
        weights[each.field] += _bytes(each, size)
    (field, weight), *_ = weights.most_common(1)
    reason = Message("url-too-long", size=size(render(tree)), most=most, field=field, weight=weight)
    return filter_error(Problem(reason, Span(0, 0)))
