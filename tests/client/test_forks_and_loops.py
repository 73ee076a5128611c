"""A client belongs to one process and one event loop."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from client.conftest import Start
from client.scripted import connect_async, table
from deltasib_query import TransportError

FORKS = """
import os, sys
from deltasib_query import Client, TransportError
used = sys.argv[2] == "used"
with Client(sys.argv[1], username="reseller", password="x") as isp:
    if used:
        isp.user.list().first()
    for _ in range(2):
        child = os.fork()
        if not child:
            try:
                isp.user.list().first()
            except TransportError as error:
                os._exit(3 if str(error) == "the client is of another process: make one in each" else 4)
            os._exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == (3 if used else 5)
    isp.user.list().first()
"""


@pytest.mark.parametrize(("use", "asked"), [("used", 2), ("unused", 3)])
def test_a_client_in_use_asks_nothing_in_a_fork(start: Start, use: str, asked: int) -> None:
    """Two processes at one connection would read each other's answers."""
    server = start(table(1))
    subprocess.run([sys.executable, "-W", "error", "-c", FORKS, server.url, use], check=True, timeout=60)
    assert (len(server.calls), len(server.logins)) == (asked, 1 if use == "used" else 3)


def test_a_client_asks_nothing_in_another_event_loop(start: Start) -> None:
    server = start(table(1))
    client = connect_async(server.url)
    another = pytest.raises(TransportError, match="of another event loop: make one where the loop runs")
    with asyncio.Runner() as runner:
        assert runner.run(client.user.list().first()) is not None
        with another:
            asyncio.run(client.user.list().first())
        with another:
            asyncio.run(client.close())
        assert runner.run(client.user.list().first()) is not None
        runner.run(client.close())
