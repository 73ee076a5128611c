"""A MariaDB that loses and gains rows while they are walked, behind the sandbox."""

from __future__ import annotations

from random import Random

import pytest

from client.conftest import Ask
from client.steps import ids
from databases import empty_database
from deltasib_query.sandbox.server import Sandbox
from mariadb import MariaDB


@pytest.mark.parametrize("way", ["list", "scan"])
@pytest.mark.parametrize("page_size", [2, 30])
def test_rows_that_last_come_once_while_others_go_and_come(
    mariadb: MariaDB, ask: Ask, way: str, page_size: int
) -> None:
    random, there, gone = Random(page_size), set(range(1, 301)), set[int]()
    with empty_database(mariadb) as address:
        name = address.partition("?")[0].rpartition("/")[2]
        with mariadb.connect(database=name) as connection, connection.cursor() as cursor:

            def change(request: str) -> None:
                """Before every third request delete a row, or add one that has gone."""
                if " list " not in request or random.random() < 2 / 3:
                    return
                if gone and random.random() < 0.5:
                    key = random.choice([*gone])
                    cursor.execute(f"insert ignore into users select * from copies where User_Id = {key}")
                    return
                key = random.choice([*there])
                there.remove(key)
                gone.add(key)
                cursor.execute(f"delete from users where User_Id = {key}")

            with Sandbox(users=300, database=address, on_request=change) as sandbox:
                cursor.execute("create table copies select * from users")
                rows = ids(ask(sandbox.url, lambda isp: getattr(isp.user, way)(page_size=page_size)))
    assert gone
    assert len(rows) == len(set(rows))
    assert there <= set(rows)
