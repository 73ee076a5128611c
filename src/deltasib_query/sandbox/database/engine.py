"""The database: SQLite in memory, which is taught MariaDB's comparisons, or a MariaDB of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias

from sqlalchemy import URL, Engine, StaticPool, Table, create_engine, event, insert

from deltasib_query.errors import ParameterError
from deltasib_query.integrations.sql_elements import add_comparisons
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.database.comparisons import like_text, text_key
from deltasib_query.sandbox.database.mariadb import open_mariadb
from deltasib_query.sandbox.database.tables import METADATA
from deltasib_query.service.profile import DOCUMENTED, ServerProfile

Row: TypeAlias = tuple[Any, ...]
"""The values of a table's columns, in their order."""
Contents: TypeAlias = Mapping[Table, Iterable[Row]]

_BATCH: Final = 10_000
"""Rows per insert."""


def open_database(address: URL | None = None, profile: ServerProfile = DOCUMENTED) -> Engine:
    """Return an engine with empty tables and a single connection, which all threads share.

    address: of a MariaDB; None is SQLite.
    profile: says how texts are compared.

    Raises `ParameterError` for a MariaDB that cannot be used.
    """
    if address is not None:
        return open_mariadb(address, profile)
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    comparisons = text_key(profile), like_text(profile)
    event.listen(engine, "connect", lambda connection, _: add_comparisons(connection, *comparisons))
    METADATA.create_all(engine)
    return engine


def fill(engine: Engine, contents: Contents) -> None:
    """Insert rows. Raise `ParameterError` for a row that the database refuses."""
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        for table, rows in contents.items():
            statement, remaining = str(insert(table).compile(engine)), iter(rows)
            while batch := tuple(islice(remaining, _BATCH)):  # never empty, which PyMySQL could not insert
                cursor.executemany(statement, batch)
        connection.commit()
    except (engine.dialect.loaded_dbapi.Error, OverflowError, UnicodeError) as error:
        raise ParameterError("rows", Message("parameter.refused-rows", reason=str(error))) from None
    finally:
        connection.close()
