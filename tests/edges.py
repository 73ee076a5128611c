"""Filters over few literals, and rows at their edges: where a comparison that is thought to change nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from deltasib_query import Filter, Record, all_of, any_of
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.fields import ChoiceField, DecimalField, IntegerField, TextField, YesNoField
from strategies import Row


class Edge(Record, service="edge", key="Id"):
    """A record with a field of every kind."""

    Id = IntegerField[Any]()
    Count = IntegerField[Any](-10, 10**18)
    Amount = DecimalField[Any]()
    Rate = DecimalField[Any](exact=False)
    Text = TextField[Any]()
    Kind = ChoiceField[Any]("Base", "IP")
    Flag = YesNoField[Any]()
    Day = DateField[Any]()
    Moment = DateTimeField[Any]()


TEXTS: Final = (
    "", "ab", "AB", "ab ", "abc", "b", "ba", "0", "a-b", "A-B", "a_b", "a b", "x", "ax", "i", "I", "y", "Y", "j",
    "z", "t", "aa", "ch", "h", "u", "v", "علی", "رضا", "علي", "آب", "اب", "عَلی", "ع\u200cلی", "۰", "٠", "é", "e", "ß",
    "ss", "ab\u200c", "ﷺ",
)  # fmt: skip
PATTERNS: Final = (
    "%", "%%", "", "_", "__", "ab", "AB", "ab ", "ab%", "a%", "A%", "%b", "%bc", "a%c", "a_", "a_%", "_b%", r"a\_b",
    r"a\_%", "x%", "%x%", "%a%", "i%", "I%", "y%", "علی", "علی%", "%ی", "ر%", "é%", "e%", "b_%", "abc%", "%0", "آ%",
    "ا%",
)  # fmt: skip
LITERALS: Final[dict[str, Sequence[Any]]] = {
    "Id": (1, 2, 3, 5),
    "Count": (-1, 0, 1, 2, 5, 2**53, 2**53 + 1),
    "Amount": tuple(map(Decimal, ("0", "1", "1.5", "2", "-1", "1.00000000000000000001", "99999999999999999.99"))),
    "Rate": tuple(map(Decimal, ("0", "1", "0.1", "0.10000000000000000001", "2"))),
    "Text": TEXTS,
    "Kind": ("Base", "base", "IP", "", "x", "علی"),
    "Flag": ("Yes", "No"),
    "Day": ("0000-00-00", "1000-01-01", "2021-01-30", "2021-01-31", "2021-02-01", "9999-12-31"),
    "Moment": ("0000-00-00", "0000-00-00 00:00:00", "2021-01-30", "2021-01-30 00:00:00", "2021-01-30 23:59:59",
               "2021-01-31", "9999-12-31 23:59:59"),
}  # fmt: skip


COMPARE: Final = {"=": "__eq__", "<>": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


def leaf(field: Any, operator: str, value: Any) -> Filter[Any]:
    """Return the filter of one comparison."""
    found: Filter[Any] = getattr(field, COMPARE.get(operator, operator))(value)
    return found


def leaves(names: Sequence[str] = tuple(LITERALS)) -> st.SearchStrategy[Filter[Any]]:
    """Return a strategy of comparisons of some fields with their literals."""

    def of(name: str) -> st.SearchStrategy[Filter[Any]]:
        field: Any = getattr(Edge, name)
        plain = [operator for operator in field.operators if operator != "like"]
        compared = st.builds(leaf, st.just(field), st.sampled_from(plain), st.sampled_from(LITERALS[name]))
        if "like" not in field.operators:
            return compared
        return compared | st.builds(leaf, st.just(field), st.just("like"), st.sampled_from(PATTERNS))

    return st.sampled_from(names).flatmap(of)


def filters(names: Sequence[str] = tuple(LITERALS), max_leaves: int = 8) -> st.SearchStrategy[Filter[Any]]:
    """Return a strategy of filters of a few fields, so that their comparisons have something to do with each other."""
    some = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)

    def combined(inner: st.SearchStrategy[Filter[Any]]) -> st.SearchStrategy[Filter[Any]]:
        several = st.lists(inner, min_size=2, max_size=4)
        return several.map(all_of) | several.map(any_of)

    return some.flatmap(lambda few: st.recursive(leaves(few), combined, max_leaves=max_leaves))


def values(name: str) -> tuple[Any, ...]:
    """Return what a row may hold for a field: its literals, what is next to them, NULL unless it is the key."""
    literals = LITERALS[name]
    match getattr(Edge, name):
        case IntegerField():
            found = {literal + step for literal in literals for step in (-1, 0, 1)}
        case DecimalField():
            steps = map(Decimal, ("0", "1e-21", "-1e-21", "0.5"))
            found = {literal + step for step in steps for literal in literals} | {1.0, 0.1, 1.5, 0.3}
        case DateField():
            found = {*literals, "2021-01-29", "2021-02-02", "0001-01-01"}
        case DateTimeField():
            found = {literal.ljust(11)[:11] + (literal[11:] or "00:00:00") for literal in literals}
            found |= {"2021-01-30 10:00:00", "2021-01-31 00:00:01", "2020-01-01 00:00:00"}
        case YesNoField():
            found = {"Yes", "No", ""}
        case _:
            found = set(text_edges([*literals, *PATTERNS]))
    return (*sorted(found, key=repr), *([] if name == "Id" else [None]))


def text_edges(texts: Sequence[str]) -> Iterator[str]:
    """Yield texts that differ from others in what one collation or one operator minds."""
    for text in texts:
        plain = text.replace("\\", "").replace("%", "").replace("_", "x")
        for one in {text.replace("\\", "").replace("%", "x"), plain}:
            yield from (one, f"{one}0", f"{one}\u2028", f"{one} ", f"\u200c{one}", f"{one[:1]}\u200c{one[1:]}")
            yield from (one.upper(), one[:-1], f"{one}é", f"b{one}")


def rows() -> st.SearchStrategy[Row]:
    """Return a strategy of such rows."""
    return st.fixed_dictionaries({name: st.sampled_from(values(name)) for name in LITERALS})
