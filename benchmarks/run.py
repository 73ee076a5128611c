"""Named workloads beside peers, in one process and one run: ``make bench``, in short ``make bench SHORT=1``.

python benchmarks/run.py [--short] [--json FILE]
python benchmarks/run.py --compare BEFORE.json AFTER.json
"""

from __future__ import annotations

import argparse
import functools
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pysnow
from analysis import analysing
from completing import completing
from editors import serving
from lark import Lark
from lark.exceptions import UnexpectedInput
from measuring import Effort, Result, Work, children, compare, measure, show, write
from peers import groups, installed
from pydantic import TypeAdapter
from pypika import Criterion
from pypika import Table as PypikaTable
from sqlalchemy import Column, Integer, MetaData, String, Table, and_, or_
from sqlalchemy.dialects import mysql
from walks import walking

from deltasib_query import (
    Client,
    Filter,
    FilterError,
    User,
    all_of,
    any_of,
    check,
    from_lookups,
    from_rules,
    parse,
)
from deltasib_query.client.wire.decoding import read_json
from deltasib_query.evaluation.collation import like_key
from deltasib_query.language.terminals import grammar, terminals

EFFORT, SHORT = Effort(), Effort(turns=20, seconds=0.0005, table=0.4)
TOKENS = re.compile("|".join(terminals().values()) + r"|[()]", re.ASCII)
ROUGH_TOKENS = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*|<>|<=|>=|[=<>()]|[+-]?\d+(?:\.\d+)?")
PLAIN_LARK = Lark(grammar(), parser="lalr", g_regex_flags=re.ASCII)
PYPIKA_USERS = PypikaTable("users")
TABLE = Table("users", MetaData(), Column("User_Id", Integer), Column("Username", String))
TablesOf = Callable[[Effort], Iterator[tuple[str, Mapping[str, Result]]]]


def typed(comparisons: int) -> str:
    """`(User_Id >= 0 and Username like 'user0%') or …`, as a person might have typed it."""
    parts = [" and ".join(f"Username like '{one}%'" if isinstance(one, str) else f"User_Id >= {one}" for one in group)
             for group in groups(comparisons)]  # fmt: skip
    return " or ".join(f"({part})" if " and " in part else part for part in parts)


def parsing(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """Text to a checked filter; the peers only make a tree of it."""
    peers, missing = installed()
    for name in missing:
        print(f"left out, since it is not installed: {name}")
    for comparisons in (1, 3, 20, 1000):
        text = typed(comparisons)
        works: dict[str, Work] = {
            "re.findall of the grammar's tokens": functools.partial(TOKENS.findall, text),
            "re.findall, tokens roughly": functools.partial(ROUGH_TOKENS.findall, text),
            "deltasib_query.parse": functools.partial(parse, text, User, limits=None),
            "Lark alone": functools.partial(PLAIN_LARK.parse, text),
        }
        for peer, read in peers.items():
            work = functools.partial(read, peer.write(groups(comparisons)))
            try:
                work()
            except RecursionError:
                print(f"left out at {comparisons} comparisons, which it does not survive: {peer.name}")
            else:
                works[peer.name] = work
        yield f"parse {comparisons}", measure(works, effort)
    text = typed(100_000)
    works = {
        "re.findall of the grammar's tokens": functools.partial(TOKENS.findall, text),
        "re.findall, tokens roughly": functools.partial(ROUGH_TOKENS.findall, text),
        "deltasib_query.parse": functools.partial(parse, text, User, limits=None),
    }
    yield "parse 100000", measure(works, effort)


def refusing(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """A wrong filter, of 20 comparisons and of many: what is wrong, where, and the repair; Lark only refuses."""
    right = typed(20)
    wrong = {
        "a quote within a text": right.replace("user7", "user'7"),
        "=> for >= in the last pair": right.replace(">= 9", "=> 9"),
        "&& for and": right.replace("7 and", "7 &&"),
        "unfinished": f"{right} and",
        "unfinished, 5.6 kB": f"{typed(238)} and",
    }
    for title, text in wrong.items():
        works: dict[str, Work] = {
            "Lark alone": functools.partial(_refuse, text),
            "check": functools.partial(check, text, User),
        }
        yield f"refuse: {title}", measure(works, effort)


def _refuse(text: str) -> None:
    try:
        PLAIN_LARK.parse(text)
    except UnexpectedInput:
        return
    raise AssertionError("the filter is right")


def rules(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """The JSON of a visual builder to a checked filter, and JSON that means harm to its refusal."""
    given = (User.Username.startswith("ali") & (User.User_Id >= 100)) & (
        (User.Name == "علی") | (User.Family == "رضایی")
    )
    for title, filter in (("4", given), ("500", any_of(User.User_Id == i for i in range(500)))):
        query, text = json.dumps(filter.to_rules()), str(filter)
        assert from_rules(query, User) == parse(text, User, limits=None)
        works: dict[str, Work] = {
            "json.loads": functools.partial(json.loads, query),
            "from_rules of its text": functools.partial(from_rules, query, User),
            "from_rules of its objects": functools.partial(from_rules, json.loads(query), User),
            "parse of the filter's text": functools.partial(parse, text, User, limits=None),
        }
        yield f"rules {title}", measure(works, effort)
    form = {"Username__startswith": "ali", "User_Id__gte": "100", "Name": "", "Family": "رضایی", "Address": ""}
    yield "form of 5 inputs", measure({"from_lookups": functools.partial(from_lookups, form, User)}, effort)
    values = {"combinator": "or", "rules": [{"field": "User_Id", "operator": "in", "value": [*range(10_000)]}]}
    works = {
        "65 kB of brackets": functools.partial(_refuse_rules, "[" * 65_000),
        "65 kB of groups": functools.partial(_refuse_rules, '{"combinator":"and","rules":[' * 2_200),
        "10,000 values": functools.partial(_refuse_rules, values),
    }
    yield "refuse rules", measure(works, effort)


def _refuse_rules(query: Any) -> None:
    try:
        from_rules(query, User)
    except FilterError:
        return
    raise AssertionError("the rules are right")


def building(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """The text of 20 comparisons made in code."""
    works = {
        "f-strings, unsafe": _by_f_strings,
        "deltasib_query": _by_us,
        "pysnow, escapes nothing": _by_pysnow,
        "pypika": _by_pypika,
        "SQLAlchemy, literal binds": _by_sqlalchemy,
    }
    _select_alike(work() for name, work in works.items() if "pysnow" not in name)
    assert [part.split("^") for part in _by_pysnow().split("^OR")] == [
        [f"User_Id>={i}", f"UsernameSTARTSWITHuser{i}"] for i in range(10)
    ]
    yield "build 20", measure(works, effort)
    many = [User.User_Id == i for i in range(10_000)]
    joined = {"any_of": lambda: any_of(many).tree, "a | b | c | …": lambda: functools.reduce(Filter.__or__, many).tree}
    yield "join 10000", measure(joined, effort)


def _by_f_strings() -> str:
    return " or ".join(f"(User_Id >= {i} and Username like 'user{i}%')" for i in range(10))


def _by_us() -> str:
    return str(any_of(all_of(User.User_Id >= i, User.Username.startswith(f"user{i}")) for i in range(10)))


def _by_pypika() -> str:
    users = PYPIKA_USERS
    return str(Criterion.any((users.User_Id >= i) & users.Username.like(f"user{i}%") for i in range(10)))


def _by_pysnow() -> str:
    query = pysnow.QueryBuilder()
    for i in range(10):
        query = query.OR() if i else query
        query.field("User_Id").greater_than_or_equal(i).AND().field("Username").starts_with(f"user{i}")
    return str(query)


def _by_sqlalchemy() -> str:
    clause = or_(*(and_(TABLE.c.User_Id >= i, TABLE.c.Username.like(f"user{i}%")) for i in range(10)))
    return str(clause.compile(dialect=mysql.dialect(), compile_kwargs={"literal_binds": True})).replace("%%", "%")


def _select_alike(conditions: Iterator[str]) -> None:
    """Make sure that all the conditions select the same rows."""
    database = sqlite3.connect(":memory:")
    database.execute("create table users (User_Id integer, Username text)")
    names = ("user0", "user3x", "user9", "other")
    database.executemany("insert into users values (?, ?)", [(i, name) for i in range(12) for name in names])
    selected = [set(database.execute(f"select * from users where {condition}")) for condition in conditions]
    assert selected[0]
    assert all(rows == selected[0] for rows in selected)


def matching(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """One row against a filter of two comparisons, compiled before."""
    filter = (User.User_Id >= 5) & User.Username.startswith("user7")
    row = {"User_Id": 7, "Username": "USER7x"}
    record, prefix = User.from_row(row), like_key("user7")

    def by_hand(row: Mapping[str, Any]) -> bool:
        number, name = row["User_Id"], row["Username"]
        return number is not None and number >= 5 and name is not None and like_key(name).startswith(prefix)

    def by_hand_of_record(row: User) -> bool:
        number, name = row.User_Id, row.Username
        return number is not None and number >= 5 and name is not None and like_key(name).startswith(prefix)

    assert by_hand(row) is by_hand_of_record(record) is filter.matches(row) is filter.matches(record) is True
    works = {"by hand": functools.partial(by_hand, row), "filter.matches": functools.partial(filter.matches, row)}
    yield "matches a mapping", measure(works, effort)
    works = {
        "by hand": functools.partial(by_hand_of_record, record),
        "filter.matches": functools.partial(filter.matches, record),
    }
    yield "matches a record", measure(works, effort)


def importing(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """Processes from their start to their end."""
    codes = {
        "pydantic, httpx, lark": "from pydantic import BaseModel; import httpx, lark",
        "import deltasib_query": "import deltasib_query",
        "from deltasib_query import Client": "from deltasib_query import Client",
        "import, and a first parse": "from deltasib_query import User, parse; parse('User_Id = 5', User)",
    }
    works: dict[str, Work] = {
        name: functools.partial(subprocess.run, [sys.executable, "-c", code], check=True)
        for name, code in codes.items()
    }
    yield "import", measure(works, effort, children)


def reading_pages(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """A page of 100 customers: bytes to records, and the whole call without a network."""
    rows = [
        {"User_Id": i, "Username": f"user{i}", "Name": "علی", "Family": "رضایی", "Address": "تهران"} for i in range(100)
    ]
    page = json.dumps(rows).encode()
    small = json.dumps([{name.lower(): value for name, value in row.items()} for row in rows]).encode()
    adapter = TypeAdapter(list[User])

    def read(content: bytes) -> list[User]:
        return User.from_rows(read_json(content))

    assert read(page) == read(small) == adapter.validate_json(page)
    works: dict[str, Work] = {
        "pydantic's validate_json": functools.partial(adapter.validate_json, page),
        "read_json and from_rows": functools.partial(read, page),
        "the same, keys in small letters": functools.partial(read, small),
    }
    yield "decode 100 rows", measure(works, effort)

    def serve(request: httpx.Request) -> httpx.Response:
        if b"gettoken" in request.content or "gettoken" in str(request.url):
            return httpx.Response(200, json={"Token": "t", "SessionTimeout": "3600"})
        return httpx.Response(200, content=page)

    transport = httpx.MockTransport(serve)
    plain = httpx.Client(base_url="http://127.0.0.1", transport=transport)
    isp = Client("http://127.0.0.1", username="reseller", password="x", transport=transport)
    listing = isp.user.list(User.User_Id >= 5, limit=100)
    assert len(list(listing)) == 100
    query = {"Object": "user", "Action": "list", "Filter": "User_Id >= 5", "LimitFrom": "0", "LimitCount": "100"}
    works = {
        "httpx and validate_json": lambda: adapter.validate_json(plain.get("/", params=query).content),
        "httpx, json.loads and from_rows": lambda: User.from_rows(json.loads(plain.get("/", params=query).content)),
        "isp.user.list(…), all of it": lambda: list(listing),
    }
    yield "request of 100 rows, no network", measure(works, effort)


WORKLOADS: tuple[TablesOf, ...] = (
    parsing, refusing, rules, completing, serving, building, matching, analysing, reading_pages, walking, importing,
)  # fmt: skip


def main() -> None:
    """Measure, or compare what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="few turns: for a look, not for a decision")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"), help="compare two such files")
    given = parser.parse_args()
    if given.compare:
        return compare(*given.compare)
    tables: dict[str, Mapping[str, Result]] = {}
    for workload in WORKLOADS:
        for title, results in workload(SHORT if given.short else EFFORT):
            show(title, results)
            tables[title] = results
    if given.json:
        write(given.json, tables)


if __name__ == "__main__":
    main()
