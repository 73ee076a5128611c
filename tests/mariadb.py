"""A private MariaDB for tests that need the real database: started on demand, removed at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pymysql
import pytest

MODES: Final = ("", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES,ANSI_QUOTES")
"""The values of sql_mode that change how a literal is read."""

HOW_TO_GET_IT: Final = "no MariaDB here (Debian: apt-get install mariadb-server-core mariadb-client-core)"
REQUIRED: Final = "DELTASIB_QUERY_REQUIRE_MARIADB"
"""The environment variable under which a missing MariaDB is a failure."""

_PLACES: Final = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
_FAST: Final = ("--debug-no-sync", "--loose-innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0")
"""The data lives for minutes, so nothing has to reach a disk."""
_SECONDS_TO_START: Final = 30.0
_SECONDS_TO_END: Final = 120.0


@dataclass(frozen=True)
class MariaDB:
    """A running server, reached by its socket as root, without a password."""

    socket: str

    def connect(self, mode: str = "", charset: str = "utf8mb4", database: str | None = None) -> pymysql.Connection:
        """Return a connection that commits at once, in this sql_mode, whose text the server reads as `charset`."""
        connection = pymysql.connect(
            unix_socket=self.socket, user="root", charset=charset, database=database, autocommit=True, ssl_disabled=True
        )
        with connection.cursor() as cursor:
            cursor.execute("set sql_mode = %s", (mode,))
        return connection

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database."""
        return f"mysql+pymysql://root@localhost/{database}?unix_socket={self.socket}&charset=utf8mb4&ssl_disabled=true"


@contextmanager
def running() -> Iterator[MariaDB]:
    """Run a server on a socket in a temporary folder. Raise `FileNotFoundError` without MariaDB."""
    install, serve = _program("mariadb-install-db"), _program("mariadbd")
    with TemporaryDirectory(prefix="deltasib-mariadb-") as folder:
        data, path = Path(folder, "data"), Path(folder, "socket")
        user = ["--user=root"] if os.geteuid() == 0 else []
        # Its own folder for temporary tables: two servers that start at once would use the same names.
        shared = ["--no-defaults", f"--datadir={data}", f"--tmpdir={folder}", *user]
        subprocess.run(
            [install, *shared, "--auth-root-authentication-method=normal"],
            check=True,
            capture_output=True,
            timeout=_SECONDS_TO_END,
        )
        arguments = [serve, *shared, f"--socket={path}", "--skip-networking", *_FAST]
        with Path(folder, "log").open("wb") as log:
            server = subprocess.Popen(arguments, stdout=log, stderr=log)
        try:
            _wait_for(server, path)
            yield MariaDB(str(path))
        finally:
            server.terminate()
            try:
                server.wait(_SECONDS_TO_END)
            finally:
                server.kill()


def _program(name: str) -> str:
    found = shutil.which(name, path=_PLACES)
    if found is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    return found


def _wait_for(server: subprocess.Popen[bytes], path: Path) -> None:
    give_up = time.monotonic() + _SECONDS_TO_START
    while True:
        with socket.socket(socket.AF_UNIX) as probe:  # PyMySQL leaks the sockets of refused connections
            refused = probe.connect_ex(str(path))
        if not refused:
            return
        if server.poll() is not None or time.monotonic() > give_up:
            raise OSError(refused, "MariaDB does not start", str(path))
        time.sleep(0.05)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Return the server of this test process. Skip the test without MariaDB, unless it is required."""
    try:
        _program("mariadbd")
    except FileNotFoundError:
        if os.environ.get(REQUIRED):
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with running() as server:
        yield server
