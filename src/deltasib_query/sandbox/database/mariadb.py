"""A MariaDB of the caller. The real service uses one too [wild] (extra ``mariadb``)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from deltasib_query.errors import MissingExtraError, ParameterError
from deltasib_query.messages.message import Message
from deltasib_query.sandbox.database.comparisons import COLLATION, collation
from deltasib_query.sandbox.database.tables import METADATA, TABLE_COMMENT
from deltasib_query.service.profile import ServerProfile

_DRIVERS: Final = {"mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"}

_SQL_MODE: Final = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO"
"""The SQL mode of our connection, whatever the server's is: it changes no value that is inserted, and takes 0 as an id.
Without NO_ZERO_DATE and NO_ZERO_IN_DATE, zero dates are dates.
"""
_IDLE: Final = 30 * 24 * 3600
"""Seconds for which an idle sandbox keeps its connection."""


def parse_address(database: str) -> URL:
    """Return the parsed address. Raise `ParameterError` for a wrong one, `MissingExtraError` without a driver.

    >>> parse_address("mariadb://root@localhost/sandbox").drivername
    'mysql+pymysql'
    """
    try:
        address = make_url(database)
    except (ArgumentError, ValueError):  # whose texts may hold the password
        address = None
    if address is None or address.drivername not in _DRIVERS or not address.database:
        raise ParameterError("database", Message("parameter.database"))
    try:
        import pymysql  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("mariadb", "pymysql") from None
    return address.set(drivername="mysql+pymysql")


def open_mariadb(address: URL, profile: ServerProfile) -> Engine:
    """Return an engine with empty tables and a single connection, which all threads share.

    The database must be empty, or hold only a sandbox's tables, which are made anew. Raises `ParameterError` for any
    other database, for one that another sandbox uses, for one that cannot be reached, and for a profile whose
    comparisons no collation has.
    """
    collated = collation(profile)
    engine = create_engine(
        address, pool_size=1, max_overflow=0, connect_args=_connect_arguments(), hide_parameters=True,
        paramstyle="format",  # rows are tuples
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def claim(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select get_lock(concat('deltasib_query ', database()), 0)")
            if cursor.fetchone() != (1,):
                raise ParameterError("database", Message("parameter.database-in-use", database=str(address.database)))

    try:
        with engine.begin() as connection:
            _check_owner(connection)
            METADATA.drop_all(connection)
            METADATA.create_all(connection)
            if collated != COLLATION:
                for name in METADATA.tables:
                    connection.execute(text(f"alter table {name} convert to character set utf8mb3 collate {collated}"))
    except ParameterError:
        engine.dispose()
        raise
    except Exception as error:  # a driver may raise anything for the options of an address
        engine.dispose()
        reason = database_message(error) if isinstance(error, DBAPIError) else str(error)
        rule = Message("parameter.unusable-database", database=str(address.database), reason=reason)
        raise ParameterError("database", rule) from None
    return engine


def database_message(error: DBAPIError) -> str:
    """Return the message of the database itself, without the statement."""
    return str(error.orig.args[-1]) if error.orig and error.orig.args else type(error).__name__


def _connect_arguments() -> dict[str, object]:
    """Return the arguments of the driver. Dates are read as text, since Python has no zero date."""
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import conversions

    dates = {FIELD_TYPE.DATE, FIELD_TYPE.DATETIME}
    return {
        "charset": "utf8mb4",
        "sql_mode": _SQL_MODE,
        "init_command": f"set session wait_timeout = {_IDLE}",
        "conv": {kind: convert for kind, convert in conversions.items() if kind not in dates},
    }


def _check_owner(connection: Connection) -> None:
    tables = text("select table_name, table_comment from information_schema.tables where table_schema = database()")
    others = sorted(name for name, comment in connection.execute(tables) if comment != TABLE_COMMENT)
    if others:
        named = tuple(others) if len(others) <= 3 else (*others[:3], "…")
        database = str(connection.engine.url.database)
        raise ParameterError("database", Message("parameter.full-database", database=database, tables=named))
