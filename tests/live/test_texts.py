"""What our parser takes, the database prepares, in every mode; and what reaches it is our text, not the user's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from typing import Any

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import parse
from deltasib_query.language.tree import comparisons
from deltasib_query.service.objects import RECORDS
from mariadb import MODES, MariaDB
from strategies import AnyFilter, damaged, filters

from .world import World

_CASES = [
    json.loads(line)
    for line in files("deltasib_query.grammar").joinpath("conformance", "accept.jsonl").read_text("utf-8").splitlines()
]
_TOKEN = re.compile(r"'(?:[^']|'')*'|<>|[<>]=?|=|[()]|-?[0-9]+(?:\.[0-9]+)?|\w+| ")
_WORDS = {"and", "or", "like"}


Cursors = dict[str, pymysql.cursors.Cursor]


@pytest.fixture(scope="module")
def cursors(mariadb: MariaDB, persian: World) -> Iterator[Cursors]:
    """A cursor in each mode."""
    with ExitStack() as stack:
        connections = {mode: mariadb.connect(mode, database=persian.database.name) for mode in MODES}
        yield {mode: stack.enter_context(each).cursor() for mode, each in connections.items()}


def prepare(cursors: Cursors, filter: AnyFilter) -> None:
    """Have the database prepare a query in every mode. Raises what it says of it."""
    query = f"select 1 from {filter.record.__name__} where (1 = 1) and {filter}"
    for cursor in cursors.values():
        cursor.execute("set @query = %s", (query,))
        cursor.execute("prepare one from @query")
        cursor.execute("deallocate prepare one")


def spelled_otherwise(filter: AnyFilter) -> str:
    """The same filter as people type it: other white space, other letter case of keywords and names."""
    chance = random.Random(str(filter))

    def other(token: str) -> str:
        if token == " ":
            return chance.choice([" ", "  ", "\t", "\r\n"])
        if token in "()" or "<" in token or ">" in token or token == "=":
            return f"{chance.choice(['', ' '])}{token}{chance.choice(['', chr(10)])}"
        return token if token.startswith("'") else chance.choice([token, token.upper(), token.lower()])

    return "".join(map(other, _TOKEN.findall(str(filter))))


def test_every_accepted_conformance_case_is_prepared(cursors: Cursors) -> None:
    records = {record.service_object.lower(): record for record in RECORDS}
    for case in _CASES:
        filter = parse(case["filter"], records[case["object"].lower()], limits=None)
        assert str(filter) == case["canonical"]
        prepare(cursors, filter)


@given(filters() | filters(like=False))
def test_whatever_is_typed_our_own_text_is_prepared(cursors: Cursors, filter: AnyFilter) -> None:
    if filter.constant is not None:
        return
    typed = parse(spelled_otherwise(filter), filter.record, limits=None)
    assert str(typed) == str(filter)
    prepare(cursors, typed)


@given(damaged())
def test_what_is_taken_of_damaged_texts_is_prepared_too(cursors: Cursors, damage: tuple[str, Any]) -> None:
    text, record = damage
    try:
        filter = parse(text, record, limits=None)
    except ValueError:
        return
    prepare(cursors, filter)


@given(st.data())
def test_the_text_has_only_our_words_names_and_literals(data: st.DataObject) -> None:
    filter = data.draw(filters())
    names = {leaf.field for leaf in comparisons(filter.tree)}
    tokens = _TOKEN.findall(str(filter))
    assert "".join(tokens) == str(filter)
    words = {token for token in tokens if token[0].isalpha()}
    assert words <= names | _WORDS and names <= filter.record.fields_by_name.keys()
