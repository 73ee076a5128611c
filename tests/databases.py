"""The two databases that a sandbox can use. A test with the fixture `database` runs on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Final, TypeAlias

import pytest

from mariadb import MariaDB

Database: TypeAlias = Callable[[], AbstractContextManager[str | None]]
"""Returns the option `database` of a sandbox: None for SQLite, the address of an empty database for MariaDB."""

_NUMBERS: Final = count(1)


@contextmanager
def empty_database(server: MariaDB) -> Iterator[str]:
    """Yield the address of a new database, which is dropped at the end."""
    name = f"sandbox_{next(_NUMBERS)}"
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
        yield server.url(name)
        cursor.execute(f"drop database {name}")


@pytest.fixture(scope="session", params=["sqlite", pytest.param("mariadb", marks=pytest.mark.heavy)])
def database(request: pytest.FixtureRequest) -> Database:
    """Return the database of a sandbox: SQLite first, and then MariaDB."""
    if request.param == "sqlite":
        return nullcontext
    server: MariaDB = request.getfixturevalue("mariadb")
    return lambda: empty_database(server)
