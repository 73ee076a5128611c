"""Every literal that we write is one literal, with the value that was meant, however the server reads strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pymysql
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from deltasib_query import FilterError, User
from deltasib_query.filters.fields import TextField
from deltasib_query.language.tree import Comparison
from deltasib_query.service.objects import RECORDS
from mariadb import MODES, MariaDB
from strategies import VALUES, AnyFilter, patterns, safe_texts

CHARSETS = ("utf8mb4", "utf8", "latin1", "cp1256", "gbk", "big5", "sjis", "euckr", "ujis")
"""What a server may take the bytes of a connection for; in some a letter's second byte may be a backslash."""

_BREAKERS = (
    "'", "''", '"', "`", "--", "-- ", "#", "/*", "*/", ";", "%", "_", "%27", "0x27", " or ", "1=1", ")", "(", "=", "x",
    "0", " ", "é", "ÿ", "啊", "縗", "表", "ع", "ی", "\u200c", "\u02bc", "＇", "’", "´", "\u0301", "😀",
    "\ufffd", "\uffff", "\\", "\0", "\n",
)  # fmt: skip
_SIZE = 30

literal_texts = safe_texts() | st.lists(st.sampled_from(_BREAKERS), max_size=9).map("".join)


@st.composite
def equalities(draw: st.DrawFn) -> tuple[AnyFilter, Any]:
    """A comparison of any field with any value that it takes, and the value."""
    record = draw(st.sampled_from(RECORDS))
    field: Any = draw(st.sampled_from(list(record.fields_by_name.values())))
    value = draw(literal_texts if isinstance(field, TextField) else VALUES[type(field)](field))
    return accepted(lambda: field == value), value


def accepted(make: Callable[[], AnyFilter]) -> AnyFilter:
    """The filter, where our API takes the value at all."""
    try:
        return make()
    except FilterError:
        reject()


likes = patterns() | st.lists(st.sampled_from([*_BREAKERS, r"\%", r"\_"]), max_size=9).map("".join)
any_comparisons = equalities().map(lambda pair: pair[0]) | likes.map(
    lambda pattern: accepted(lambda: User.Name.like(pattern))
)


def literal_of(filter: AnyFilter) -> str:
    """What stands behind the operator."""
    return str(filter).split(" ", 2)[2]


def value_of(filter: AnyFilter) -> Any:
    assert isinstance(filter.tree, Comparison)
    return filter.tree.value


@pytest.fixture(scope="module")
def in_modes(mariadb: MariaDB) -> Iterator[dict[str, pymysql.Connection]]:
    """A connection in each mode."""
    with ExitStack() as stack:
        yield {mode: stack.enter_context(mariadb.connect(mode, database="mysql")) for mode in MODES}


@pytest.fixture(scope="module")
def foreign(mariadb: MariaDB) -> Iterator[dict[tuple[str, str], pymysql.Connection]]:
    """A connection in each mode for each charset, which sends UTF-8 all the same."""
    with ExitStack() as stack:
        made = {}
        for mode in MODES:
            for charset in CHARSETS:
                connection = stack.enter_context(mariadb.connect(mode, database="mysql"))
                rows(connection, f"set names {charset}", "set character_set_results = binary")
                made[mode, charset] = connection
        yield made


def rows(connection: pymysql.Connection, *statements: str) -> list[tuple[Any, ...]]:
    """What the server answers to the bytes of UTF-8, whatever it takes them for."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def hexed(text: str) -> str:
    return text.encode().hex().upper()


def table(field: str, *texts: str) -> str:
    """A derived table of texts, compared to the letter, and their places."""
    selects = (
        f"select {n} as n, convert(x'{hexed(text)}' using utf8mb4) collate utf8mb4_bin as {field}"
        for n, text in enumerate(texts)
    )
    return f"({' union all '.join(selects)}) as t"


@given(st.lists(equalities(), min_size=1, max_size=_SIZE))
def test_the_value_that_was_given_is_the_value_of_the_tree(pairs: Sequence[tuple[AnyFilter, Any]]) -> None:
    for filter, value in pairs:
        if isinstance(value, str) and isinstance(filter.record.fields_by_name[str(filter).split()[0]], TextField):
            assert value_of(filter) == value


@given(st.lists(any_comparisons, min_size=1, max_size=_SIZE))
def test_a_literal_has_its_value_in_every_mode(
    in_modes: dict[str, pymysql.Connection], filters: Sequence[AnyFilter]
) -> None:
    texts = [each for each in filters if isinstance(value_of(each), str)]
    # A fraction has at most 38 digits once it is selected; a comparison knows all of them.
    numbers = [each for each in filters if not isinstance(value_of(each), str)]
    numbers = [each for each in numbers if len(literal_of(each).partition(".")[2]) <= 38]
    columns = [*(f"hex({literal_of(each)})" for each in texts), *map(literal_of, numbers)]
    meant = (7, *(hexed(value_of(each)) for each in texts), *map(value_of, numbers), 8)
    for mode, connection in in_modes.items():
        assert (mode, rows(connection, f"select {', '.join(['7', *columns, '8'])}")) == (mode, [meant])


@given(equalities())
def test_a_comparison_selects_its_own_value_and_no_other_text(
    in_modes: dict[str, pymysql.Connection], pair: tuple[AnyFilter, Any]
) -> None:
    filter, _ = pair
    assume(isinstance(value_of(filter), str))
    field, value = str(filter).split()[0], value_of(filter)
    canaries = table(field, value, f"{value}x", f"x{value}", "canary")
    for mode, connection in in_modes.items():
        assert (mode, rows(connection, f"select 7, n, 8 from {canaries} where {filter}")) == (mode, [(7, 0, 8)])
        assert rows(connection, f"select 7, n, 8 from {canaries} where (n > 0) and {filter}") == []


@given(literal_texts, st.sampled_from(["contains", "startswith", "endswith"]))
def test_like_of_literal_text_finds_exactly_what_contains_it(
    in_modes: dict[str, pymysql.Connection], text: str, how: str
) -> None:
    filter = accepted(lambda: getattr(User.Name, how)(text))
    held = (
        text, f"a{text}b", f"a{text}", f"{text}b", text * 2, text[1:], text[:-1], "", text.replace("%", "x"),
        text.replace("_", "y"), text.replace("%", r"\%"), text.replace("_", r"\_"), text + " ", text.swapcase(),
    )  # fmt: skip
    test = {"contains": str.__contains__, "startswith": str.startswith, "endswith": str.endswith}[how]
    meant = [(n,) for n, each in enumerate(held) if test(each, text)]
    for mode, connection in in_modes.items():
        found = rows(connection, f"select n from {table('Name', *held)} where {filter} order by n")
        assert (mode, found) == (mode, meant)


@given(st.lists(any_comparisons, min_size=1, max_size=_SIZE))
def test_no_literal_ends_early_on_a_connection_of_any_charset(
    foreign: dict[tuple[str, str], pymysql.Connection], filters: Sequence[AnyFilter]
) -> None:
    names = sorted({str(each).split()[0] for each in filters})
    canary = ", ".join(f"cast('canary' as binary) as {name}" for name in names)
    conditions = ", ".join(f"({each}) is true" for each in filters)
    # `canary` is 0 where a number is asked for, and a pattern may well be `%`.
    others = [not isinstance(value_of(each), str) or " like " in str(each) for each in filters]
    for way, connection in foreign.items():
        [(seven, *found, eight)] = rows(connection, f"select 7, {conditions}, 8 from (select {canary}) as t")
        assert (way, seven, len(found), eight) == (way, 7, len(filters), 8)
        assert (way, [one for one, other in zip(found, others, strict=True) if one and not other]) == (way, [])
