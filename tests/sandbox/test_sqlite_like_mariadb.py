"""The same rows in SQLite and in MariaDB: whatever is asked, both sandboxes answer the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases import empty_database
from deltasib_query import OnlineRadiusUser, Record, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox
from deltasib_query.testing import filters, rows
from mariadb import MariaDB

Connect = Callable[..., httpx.Client]

OBJECTS: dict[type[Record], tuple[str, str]] = {
    User: ("user", "list"),
    UserCreditInfo: ("user", "creditinfo"),
    Service: ("service", "list"),
    OnlineRadiusUser: ("radius", "list"),
    UserPayment: ("User.payment", "list"),
    UserServiceBase: ("user.service.base", "list"),
}

OWNERS = 5
"""So many users have payments and services."""

TAILORED = re.compile("[ÀÉàé😀\u200c]|a%b'")
"""What the collation of MariaDB's tables has rules of its own for: accents, what it ignores, the order of signs; and
what they cannot hold. SQLite does not know them.
"""


def drawn(record: type[Record]) -> list[dict[str, Any]]:
    """Return rows with every value that there is, but for those of TAILORED."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=50, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(rows(record))
    def draw(row: dict[str, Any]) -> None:
        plain = {name: None if TAILORED.search(f"{value}'") else value for name, value in row.items()}
        owner = {"User_Id": len(found) % OWNERS} if record in {UserPayment, UserServiceBase} else {}
        found.append({**plain, **owner, record.key.name: len(found)})

    draw()
    return found


@pytest.fixture(scope="module")
def both(mariadb: MariaDB) -> Iterator[tuple[Sandbox, Sandbox]]:
    contents = {record: drawn(record) for record in OBJECTS if record is not UserCreditInfo}
    assert min(map(len, contents.values())) == 50
    faults = Faults(shuffled=True)  # every request has another order, and the same in both
    with (
        empty_database(mariadb) as address,
        Sandbox(rows=contents, faults=faults) as on_sqlite,
        Sandbox(rows=contents, faults=faults, database=address) as on_mariadb,
    ):
        yield on_sqlite, on_mariadb


@pytest.fixture
def ask(both: tuple[Sandbox, Sandbox], connect: Connect) -> Callable[..., list[httpx.Response]]:
    """Ask both sandboxes the same."""
    clients = [connect(sandbox) for sandbox in both]

    def ask(object: str, **parameters: object) -> list[httpx.Response]:
        given = {name: str(value) for name, value in parameters.items()}
        return [client.get(f"/{object}/", params=given) for client in clients]

    return ask


@pytest.mark.parametrize("record", OBJECTS)
@given(data=st.data())
@settings(suppress_health_check=list(HealthCheck))
def test_every_filter_of_every_list(
    ask: Callable[..., list[httpx.Response]], record: type[Record], data: st.DataObject
) -> None:
    object, action = OBJECTS[record]
    text = data.draw(filters(record).map(str).filter(lambda text: not TAILORED.search(text)))
    user = {"User_Id": 0 if record is UserCreditInfo else data.draw(st.integers(0, OWNERS - 1))}
    page = {"LimitFrom": data.draw(st.integers(0, 3)), "LimitCount": data.draw(st.sampled_from([0, 2, 1000]))}
    one, other = ask(object, Action=action, Filter=text, **user, **page)
    assert (one.status_code, one.content) == (200, other.content)


@pytest.mark.parametrize("record", OBJECTS)
def test_every_field_of_every_row(ask: Callable[..., list[httpx.Response]], record: type[Record]) -> None:
    object, action = OBJECTS[record]
    parameters = {"Filter": "User_Id >= 0"} if record is UserCreditInfo else {}
    answers = [ask(object, Action=action, User_Id=user, LimitCount=1000, **parameters) for user in range(OWNERS)]
    assert sum(len(one.json()) for one, _other in answers) >= 40
    assert [one.json() for one, _other in answers] == [other.json() for _one, other in answers]


def test_a_repeated_request_is_shuffled_alike(mariadb: MariaDB, connect: Connect) -> None:
    # to a prime below 2**31 some of these are one
    keys = [*range(20), *range(2**31 - 3, 2**31 + 20), *range(2**32 - 5, 2**32)]
    options: dict[str, Any] = {"rows": {User: [{"User_Id": key} for key in keys]}, "faults": Faults(shuffled=True)}
    with (
        empty_database(mariadb) as address,
        Sandbox(**options) as on_sqlite,
        Sandbox(**options, database=address) as on_mariadb,
    ):
        answers = []
        for sandbox in (on_sqlite, on_mariadb):
            client = connect(sandbox)
            pages = [{"Action": "list", "LimitCount": count} for count in (4, 4, 100, 4, 100, 5)]
            answers.append([[row["User_Id"] for row in client.get("/user/", params=page).json()] for page in pages])
    assert answers[0] == answers[1]
    assert len({tuple(page) for page in answers[0]}) == 6
    assert sorted(answers[0][2]) == keys
