"""Random filters select the same rows in four ways: as text, as a clause on MariaDB, as one on SQLite, in memory."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, TextField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.language.tree import Comparison
from deltasib_query.service.objects import RECORDS
from strategies import AnyFilter, between, combinations, decimals, patterns, safe_texts

from .world import GENERAL, ORDERED, PERSIAN, Database, World, depends_on_an_index

_FILTERS = 5
"""How many filters go in one round trip."""


def writable(value: object) -> bool:
    """Whether a literal can carry a stored value."""
    return not isinstance(value, str) or not any(c < " " or c in "\x7f\\" for c in value)


def in_bmp(text: str) -> bool:
    return all(character <= "\uffff" for character in text)


def values(database: Database, field: Any) -> st.SearchStrategy[Any]:
    """What a filter compares a field with: mostly what rows hold."""
    pool = [value for value in database.stored(field) if writable(value)]
    match field:
        case TextField() if database is GENERAL:
            return st.sampled_from(pool)
        case TextField():
            return st.sampled_from(pool) | safe_texts().filter(in_bmp)
        case ChoiceField() if database is PERSIAN:
            return st.sampled_from(pool) | st.sampled_from(["CASH", "Cásh ", "base\u200c", "2", " "])
        case DecimalField():
            return st.sampled_from(pool) | decimals()
        case IntegerField():
            return st.sampled_from(pool) | st.integers(field.lowest, field.highest)
        case _:
            return st.sampled_from(pool)


def leaf(filter: AnyFilter) -> Comparison:
    assert isinstance(filter.tree, Comparison)
    return filter.tree


@st.composite
def leaves(draw: st.DrawFn, database: Database, record: type[Record], *, like: bool) -> AnyFilter:
    """A comparison; on the collation that is not ours, texts are ordered only where all do it alike."""
    field: Any = draw(st.sampled_from(list(record.fields_by_name.values())))
    value = values(database, field)
    exact = value if isinstance(field, TextField) else value.filter(lambda v: not depends_on_an_index(leaf(field == v)))
    makers = [
        exact.map(lambda v: field == v),
        exact.map(lambda v: field != v),
        st.lists(exact, min_size=1, max_size=4).map(field.in_),
        st.lists(exact, min_size=1, max_size=4).map(field.not_in),
    ]
    if isinstance(field, YesNoField):
        makers.append(st.booleans().map(lambda value: field == value))
    if "<" in field.operators and not (
        database is GENERAL and isinstance(field, TextField) and field.name not in ORDERED
    ):
        makers += [
            value.map(lambda v: field < v),
            value.map(lambda v: field > v),
            value.map(lambda v: field <= v),
            value.map(lambda v: field >= v),
            st.tuples(value, value).map(lambda pair: between(field, *pair)),
        ]
    if like and "like" in field.operators:
        texts = st.sampled_from([text for text in database.texts if writable(text)])
        literal = texts | value
        makers += [
            literal.map(field.contains),
            literal.map(field.startswith),
            literal.map(field.endswith),
            st.lists(texts | st.sampled_from(["%", "_", r"\%", r"\_"]), max_size=3).map("".join).map(field.like),
        ]
        if database is PERSIAN:
            makers.append(patterns().filter(in_bmp).map(field.like))
    return draw(st.one_of(makers))


@st.composite
def batches(draw: st.DrawFn, database: Database) -> list[AnyFilter]:
    """Filters of one record: those with `like`, and those without that are negated here and there."""
    record = draw(st.sampled_from(RECORDS))
    like, plain = (leaves(database, record, like=like) for like in (True, False))
    shapes = combinations(like, invert=False, max_leaves=10) | combinations(plain, invert=True, max_leaves=10)
    return draw(st.lists(shapes, min_size=1, max_size=_FILTERS))


@given(st.data())
def test_the_persian_collation_selects_the_same_rows_everywhere(persian: World, data: st.DataObject) -> None:
    persian.assert_same_rows(data.draw(batches(PERSIAN)))


@given(st.data())
def test_general_ci_selects_the_same_rows_of_texts_it_compares_alike(general: World, data: st.DataObject) -> None:
    general.assert_same_rows(data.draw(batches(GENERAL)))
