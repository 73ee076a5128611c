"""A MariaDB of the caller's: the database that the service itself stands on [wild] (extra ``mariadb``)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from deltasib_query.errors import MissingExtraError, ParameterError
from deltasib_query.sandbox.tables import MADE_HERE, METADATA

_DRIVERS: Final = {"mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"}

_SQL_MODE: Final = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO"
"""Nothing is cut off or changed on its way in, and 0 is an id; without NO_ZERO_DATE and NO_ZERO_IN_DATE, zero dates
are dates. Set for each connection, whatever the server's own mode is.
"""
_IDLE: Final = 30 * 24 * 3600
"""Seconds for which a sandbox may stand idle and keep its connection."""


def address_of(database: str) -> URL:
    """Return the address that a text is. Raises `ParameterError` for another, `MissingExtraError` without a driver.

    >>> address_of("mariadb://root@localhost/sandbox").drivername
    'mysql+pymysql'
    """
    try:
        address = make_url(database)
    except (ArgumentError, ValueError):  # what they say may hold the password
        address = None
    if address is None or address.drivername not in _DRIVERS or not address.database:
        raise ParameterError("database", "an address as mysql+pymysql://USER:PASSWORD@HOST/NAME is needed")
    try:
        import pymysql  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("mariadb", "pymysql") from None
    return address.set(drivername="mysql+pymysql")


def open_mariadb(address: URL) -> Engine:
    """Return an engine with empty tables, and one connection that all threads share.

    The database is either empty or has tables of a sandbox only, which are made anew. Raises `ParameterError` for
    any other, for one that another sandbox uses, and for one that cannot be reached.
    """
    engine = create_engine(
        address, pool_size=1, max_overflow=0, connect_args=_settings(), hide_parameters=True,
        paramstyle="format",  # rows are tuples
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def claim(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select get_lock(concat('deltasib_query ', database()), 0)")
            if cursor.fetchone() != (1,):
                raise ParameterError("database", f"another sandbox uses {address.database}")

    try:
        with engine.begin() as connection:
            _check_that_it_is_ours(connection)
            METADATA.drop_all(connection)
            METADATA.create_all(connection)
    except ParameterError:
        engine.dispose()
        raise
    except Exception as error:  # a driver raises what it likes for the options of an address
        engine.dispose()
        reason = said(error) if isinstance(error, DBAPIError) else str(error)
        raise ParameterError("database", f"{address.database} cannot be used ({reason})") from None
    return engine


def said(error: DBAPIError) -> str:
    """Return what the database itself said, without the statement."""
    return str(error.orig.args[-1]) if error.orig and error.orig.args else type(error).__name__


def _settings() -> dict[str, object]:
    """How the driver connects. Dates come as the text that they are: a zero date is no date of Python's."""
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import conversions

    dates = {FIELD_TYPE.DATE, FIELD_TYPE.DATETIME}
    return {
        "charset": "utf8mb4",
        "sql_mode": _SQL_MODE,
        "init_command": f"set session wait_timeout = {_IDLE}",
        "conv": {kind: convert for kind, convert in conversions.items() if kind not in dates},
    }


def _check_that_it_is_ours(connection: Connection) -> None:
    tables = text("select table_name, table_comment from information_schema.tables where table_schema = database()")
    others = sorted(name for name, comment in connection.execute(tables) if comment != MADE_HERE)
    if others:
        named = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        rule = f"{connection.engine.url.database} has tables that no sandbox made ({named}): an empty one is needed"
        raise ParameterError("database", rule)
