"""The two databases, filled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mariadb import MariaDB

from .world import GENERAL, PERSIAN, World, world


@pytest.fixture(scope="session")
def persian(mariadb: MariaDB) -> Iterator[World]:
    with world(mariadb, PERSIAN) as made:
        yield made


@pytest.fixture(scope="session")
def general(mariadb: MariaDB) -> Iterator[World]:
    with world(mariadb, GENERAL) as made:
        yield made
