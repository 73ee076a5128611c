"""The database: SQLite in memory, which compares as the service's does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

from sqlalchemy import Engine, StaticPool, Table, create_engine

from deltasib_query.backends.sqlalchemy import prepare
from deltasib_query.errors import ParameterError
from deltasib_query.sandbox.tables import METADATA

Row: TypeAlias = tuple[Any, ...]
"""The values of a table's columns, in their order."""
Contents: TypeAlias = Mapping[Table, Iterable[Row]]


def open_database() -> Engine:
    """Return an engine with empty tables. The database is its one connection, so all threads share that."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    prepare(engine)
    METADATA.create_all(engine)
    return engine


def fill(engine: Engine, contents: Contents) -> None:
    """Put rows into the tables. Raises `ParameterError` for rows that a table does not take."""
    connection = engine.raw_connection()
    try:
        driver = cast("sqlite3.Connection", connection.driver_connection)
        for table, rows in contents.items():
            marks = ", ".join("?" * len(table.c))
            driver.executemany(f"insert into {table.name} values ({marks})", rows)  # noqa: S608
        driver.commit()
    except sqlite3.Error as error:
        raise ParameterError("rows", f"the database takes them ({error})") from None
    finally:
        connection.close()
