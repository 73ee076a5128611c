"""Hypothesis strategies: random filters of every record, adversarial texts, rows, and damaged texts.

To make a strategy takes longer than to draw from it, so each is made once.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from hypothesis import strategies as st

from deltasib_query import Filter, InvalidValueError, Record, all_of, any_of
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import (
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    KeyField,
    TextField,
    YesNoField,
)
from deltasib_query.service.objects import RECORDS

AnyFilter: TypeAlias = Filter[Any]
Row: TypeAlias = dict[str, Any]

NASTY = (
    "", " ", "'", "''", "'''", '"', "' or 1=1 --", "' or '1'='1", "'; drop table users; --", "x' and Username = 'y",
    ") or (User_Id > 0", "/* */", "#", "-- ", "%", "_", "%%", "a_b%c", "and", "or", "like", "NULL", "0", "-1", "1e3",
    "0x41", "09121234567", "علی", "می‌خواهم", "كيك", "۰۹۱۲", "ا،ب", "😀", "a\u00a0b", "\u200f", "\u202e", "\ufeff",
    "é", "e\u0301", "ß", "İ", "ſ", "K", "\u2028", "x" * 300,
)  # fmt: skip
"""Texts that broke one program or another; a literal can carry each of them."""

UNSAFE = "\\" + "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\ud800\udbff\udc00\udfff"
"""What no literal carries."""

SAFE_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\\")


@cache
def safe_texts() -> st.SearchStrategy[str]:
    """Any text that a literal can carry."""
    pieces = st.lists(st.sampled_from(NASTY[:-1]), max_size=3).map("".join)
    return st.sampled_from(NASTY) | st.text(SAFE_CHARACTERS, max_size=12) | pieces


@cache
def patterns() -> st.SearchStrategy[str]:
    """Any pattern of `like`: a backslash only right before a wildcard."""
    piece = st.sampled_from(["%", "_", r"\%", r"\_", "'", "a", "ALI", "علی", "😀", " "]) | st.text(SAFE_CHARACTERS)
    return st.lists(piece, max_size=6).map("".join)


@cache
def decimals() -> st.SearchStrategy[Decimal]:
    """Finite decimals of at most 65 digits, exponents included."""
    small = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2)
    digits = st.integers(0, 10**65 - 1)
    exact = st.builds(lambda n, places: Decimal(f"{n}E-{places}"), digits, st.integers(0, 64))
    exponents = st.sampled_from(["1E+3", "-0", "0E+5", "-0.00", "1E-64", "9" * 65, "0." + "3" * 64])
    return small | exact | exponents.map(Decimal)


@cache
def days() -> st.SearchStrategy[date]:
    """Any day but those of years that are taken for Jalali ones."""
    return st.dates(max_value=date(1199, 12, 31)) | st.dates(min_value=date(1501, 1, 1))


@cache
def moments() -> st.SearchStrategy[datetime]:
    """Any moment of such a day, to the second."""
    times = st.times().map(lambda moment: moment.replace(microsecond=0))
    return st.builds(datetime.combine, days(), times)


VALUES: dict[type[Field[Any, Any]], Callable[[Any], st.SearchStrategy[Any]]] = {
    TextField: lambda field: safe_texts(),
    ChoiceField: lambda field: st.sampled_from(field.choices).map(random_case) | safe_texts(),
    YesNoField: lambda field: st.booleans() | st.sampled_from(["Yes", "No", "yes", "NO"]),
    IntegerField: lambda field: st.integers(field.lowest, field.highest),
    KeyField: lambda field: st.integers(field.lowest, field.highest),
    DecimalField: lambda field: decimals() | st.integers(-(10**65) + 1, 10**65 - 1),
    DateField: lambda field: days() | days().map(str) | st.just("0000-00-00"),
    DateTimeField: lambda field: (
        moments() | moments().map(str) | days().map(str) | st.sampled_from(["0000-00-00", "0000-00-00 00:00:00"])
    ),
}
"""A value of every kind that the field takes, for each class of field."""


@cache
def values_of(field: Field[Any, Any]) -> st.SearchStrategy[Any]:
    """Values that a field takes."""
    return VALUES[type(field)](field)


def random_case(text: str) -> str:
    """The same text with its letters in other cases, always the same ones."""
    chance = random.Random(text)
    return "".join(chance.choice([letter.upper(), letter.lower()]) for letter in text)


def between(field: Any, one: Any, other: Any) -> AnyFilter:
    """What lies between two values, whichever is the lower one."""
    found: AnyFilter
    try:
        found = field.between(one, other)
    except InvalidValueError:
        found = field.between(other, one)
    return found


@st.composite
def leaves(draw: st.DrawFn, record: type[Record], *, like: bool = True) -> AnyFilter:
    """What one call of a field's method gives: mostly one comparison, for `between` and `in_` more."""
    field: Any = draw(st.sampled_from(list(record.fields_by_name.values())))
    values = values_of(field)
    makers: list[Callable[[], AnyFilter]] = [
        lambda: field == draw(values),
        lambda: field != draw(values),
        lambda: field.in_(draw(st.lists(values, min_size=1, max_size=4))),
        lambda: field.not_in(draw(st.lists(values, min_size=1, max_size=4))),
    ]
    if "<" in field.operators:
        makers += [
            lambda: field < draw(values),
            lambda: field > draw(values),
            lambda: field <= draw(values),
            lambda: field >= draw(values),
            lambda: between(field, draw(values), draw(values)),
        ]
    if like and "like" in field.operators:
        makers += [
            lambda: field.like(draw(patterns())),
            lambda: field.contains(draw(safe_texts())),
            lambda: field.startswith(draw(safe_texts())),
            lambda: field.endswith(draw(safe_texts())),
        ]
    return draw(st.sampled_from(makers))()


def combinations(
    leaf: st.SearchStrategy[AnyFilter], *, invert: bool, max_leaves: int = 12
) -> st.SearchStrategy[AnyFilter]:
    """Filters of all shapes over the leaves."""

    def extend(inner: st.SearchStrategy[AnyFilter]) -> st.SearchStrategy[AnyFilter]:
        several = st.lists(inner, min_size=1, max_size=4)
        pairs = st.tuples(inner, inner)
        shapes = [
            several.map(all_of),
            several.map(any_of),
            pairs.map(lambda pair: pair[0] & pair[1]),
            pairs.map(lambda pair: pair[0] | pair[1]),
        ]
        return st.one_of(*shapes, *([inner.map(lambda one: ~one)] if invert else []))

    return st.recursive(leaf, extend, max_leaves=max_leaves)


@st.composite
def filters(draw: st.DrawFn, *, like: bool = True) -> AnyFilter:
    """A filter of any record. Without `like` it can be negated, and parts of it are."""
    record = draw(st.sampled_from(RECORDS))
    return draw(_filters_of(record, like))


@cache
def _filters_of(record: type[Record], like: bool) -> st.SearchStrategy[AnyFilter]:
    return combinations(leaves(record, like=like), invert=not like)


# Rows, and filters that have a fair chance to find some of them

SMALL_TEXTS = (
    "", " ", "ali", "ALI", "ali ", "Ali  ", " ali", "alireza", "a_b", "a%b", "axb", "Base", "base ", "Active", "Yes",
    "علی", "علی‌", "رضا علی", "ÀÉ", "àé", "İ", "i", "ß", "SS", "0912", "912", "O'Reilly", "10", "9", "😀",
)  # fmt: skip
SMALL_PATTERNS = (
    "%", "", "_", "a%", "%i", "%ali%", "a_i", "ALI%", r"a\_b", r"a\%b", "a_b", "%علی%", "ali ", "%%a%%l%%i%%", "__",
    "à%", "%'%", "%0%1%2%", "%a%a%", r"%\%%", "ali_", "%_%_%",
)  # fmt: skip
SMALL_NUMBERS = tuple(map(Decimal, ["0", "1", "-1", "2.50", "2.5", "150000.50", "150000", "-3.25", "12345678901.25"]))
SMALL_DAYS = ("0000-00-00", "1000-01-01", "2021-01-30", "2021-01-31", "2021-02-01", "9999-12-31")
SMALL_MOMENTS = (
    "0000-00-00 00:00:00", "2021-01-30 00:00:00", "2021-01-30 10:00:00", "2021-01-30 23:59:59", "2021-01-31 00:00:00",
)  # fmt: skip


def _stored(field: Field[Any, Any]) -> Sequence[Any]:
    """What a row may hold for a field, as the database has it."""
    pools: dict[type[Field[Any, Any]], Sequence[Any]] = {
        TextField: SMALL_TEXTS,
        ChoiceField: ("Base", "base", "IP", "Cash", "TAX", "Active", "Used", "PrePaid", "Else"),
        YesNoField: ("Yes", "No"),
        IntegerField: (0, 1, 2, 3, 4294967295),
        KeyField: (0, 1, 2, 3, 4294967295),
        DecimalField: SMALL_NUMBERS,
        DateField: SMALL_DAYS,
        DateTimeField: SMALL_MOMENTS,
    }
    pool = pools[type(field)]
    return [n for n in pool if field.lowest <= n <= field.highest] if isinstance(field, IntegerField) else pool


@cache
def rows(record: type[Record]) -> st.SearchStrategy[Row]:
    """A row as the database holds it, NULL wherever it likes."""
    return st.fixed_dictionaries(
        {name: st.none() | st.sampled_from(_stored(field)) for name, field in record.fields_by_name.items()}
    )


@st.composite
def finding_leaves(draw: st.DrawFn, record: type[Record], *, like: bool = True) -> AnyFilter:
    """A comparison whose value is one that rows hold."""
    field: Any = draw(st.sampled_from(list(record.fields_by_name.values())))
    operator = draw(st.sampled_from([o for o in field.operators if like or o != "like"]))
    if operator == "like":
        return draw(st.sampled_from(SMALL_PATTERNS).map(field.like))
    pool = list(_stored(field)) + ([day for day in SMALL_DAYS if day > "1"] if isinstance(field, DateTimeField) else [])
    value = draw(st.sampled_from(pool))
    makers: dict[str, Callable[[], AnyFilter]] = {
        "=": lambda: field == value,
        "<>": lambda: field != value,
        "<": lambda: field < value,
        ">": lambda: field > value,
        "<=": lambda: field <= value,
        ">=": lambda: field >= value,
    }
    return makers[operator]()


@st.composite
def filters_with_rows(draw: st.DrawFn, *, like: bool = True) -> tuple[AnyFilter, list[Row]]:
    """A filter, and rows of its record."""
    record = draw(st.sampled_from(RECORDS))
    return draw(_finding_filters_of(record, like)), draw(st.lists(rows(record), min_size=1, max_size=8))


@cache
def _finding_filters_of(record: type[Record], like: bool) -> st.SearchStrategy[AnyFilter]:
    return combinations(finding_leaves(record, like=like), invert=not like, max_leaves=8)


# Texts that are no filters, or nearly

FRAGMENTS = (
    "Username", "username", "User_Id", "Usernme", "Name", "Price", "EndDate", "ISEnable", "ETrR", "=", "<>", "<", ">",
    "<=", ">=", "like", "LIKE", "!=", "==", "=>", "&&", "||", "and", "or", "AND", "Or", "not", "in", "between", "is",
    "null", "(", ")", ",", ";", "--", "/*", "*/", "#", "'", '"', "`", "''", "'ali'", "'a''b'", r"'50\%'", "'\\'", "5",
    "-5", "+5", "1.5", "1e5", "09121234567", "1,234", "2021-01-30", "'2021-01-30'", "'1399/11/11'", "yes", "'Yes'", "1",
    "۵", "۱۲۳", "،", "و", "یا", "«علی»", "“x”", "‘x’", "علی", "\u200c", "\u00a0", "\u200f", " ", "  ", "\n", "\t", "%",
    "_", "\\", "\x00", "\ud800", "😀", ".", "user.Username", "[Username]", "@x", "$1", "?", ":x", "{", "}", "~", "^",
    "!", "select", "union", "where", "date(", "now()", "null)", "(1, 2)", "K", "lıke", "ⅷ", "²", "٣", "１２", "＝", "≠",
    "≥", "−5", "٫", "٬", "′", "´", "‚", "\ufeff", "\u2028", "\x85", "\r", "\v", "\x1c",
)  # fmt: skip


def random_texts() -> st.SearchStrategy[str]:
    """Any text at all: code points, lone surrogates included, and fragments of filters in any order."""
    anything = st.text(st.characters(exclude_categories=()), max_size=40)
    glued = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)
    spaced = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join)
    return anything | glued | spaced


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, type[Record]]:
    """The text of a filter with a few characters or tokens inserted, deleted, replaced or swapped."""
    filter = draw(filters())
    return _damage(draw, str(filter)), filter.record


@st.composite
def mutated_cases(draw: st.DrawFn) -> tuple[str, type[Record]]:
    """The text of a conformance case, as it is or damaged likewise."""
    text, record = draw(st.sampled_from(_cases()))
    return (_damage(draw, text) if draw(st.booleans()) else text), record


@cache
def _cases() -> list[tuple[str, type[Record]]]:
    records = {record.service_object.lower(): record for record in RECORDS}
    folder = files("deltasib_query.grammar").joinpath("conformance")
    lines = [
        line
        for name in ("accept", "reject")
        for line in folder.joinpath(f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return [(case["filter"], records[case["object"].lower()]) for case in map(json.loads, lines)]


def _damage(draw: st.DrawFn, text: str) -> str:
    by_character = draw(st.booleans())
    parts = list(text) if by_character else re.findall(r"'(?:[^']|'')*'|\s|\w+|[<>=]+|.", text, re.DOTALL)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(parts) - 1)))
        match draw(st.sampled_from(["insert", "delete", "replace", "swap"])):
            case "insert":
                parts.insert(place, draw(st.sampled_from(FRAGMENTS)))
            case "delete":
                del parts[place : place + 1]
            case "replace":
                parts[place : place + 1] = [draw(st.sampled_from(FRAGMENTS))]
            case _:
                parts[place : place + 2] = reversed(parts[place : place + 2])
    return "".join(parts)
