"""``deltasib-query console``, started as people start it, for tests of its requests and of its page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from deltasib_query import User
from deltasib_query.sandbox.database.given_rows import GivenRows
from deltasib_query.sandbox.server import Sandbox
from processes import running

LIMIT: Final = 900.0
"""Seconds: more than all tests of one module take, which share a console."""
COMMAND: Final = str(Path(sys.executable).with_name("deltasib-query"))

HOSTILE: Final[GivenRows] = {
    User: [
        {"User_Id": 1, "Username": "<img src=x onerror=alert(1)>", "Name": "\u202egnp.exe", "Family": "=cmd|'/c'!A1"},
        {"User_Id": 2, "Username": "a'b\"c`${d}", "Name": "علی\u200cرضا", "Address": "line\nbreak\ttab \u2066x\u2069"},
        {"User_Id": 3, "Username": "</td><script>alert(2)</script>", "Name": None, "Family": ""},
    ]
}


@dataclass
class Console:
    """A console that runs.

    address: with the token, for a browser. account: of its sandbox, for other commands.
    """

    process: subprocess.Popen[str]
    url: str
    token: str
    account: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"{self.url}/#token={self.token}"

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=60) as client:
            given = {"console-token": self.token, "content-type": "application/json", **headers}
            return client.post(self.url + path, content=json.dumps(body), headers=given)

    def rows(self, list: str = "User", filter: str = "", count: int | None = 50, **more: Any) -> list[dict[str, Any]]:
        """Return the lines that are sent for a request for rows."""
        response = self.post("/rows", {"list": list, "filter": filter, "count": count, **more})
        assert response.status_code == 200
        return [json.loads(line) for line in response.text.splitlines()]


@contextmanager
def console(environment: Mapping[str, str], *arguments: str, filled: bool = True) -> Iterator[Console]:
    """Start the console, and end it. `filled`: wait for the customers of its sandbox."""
    command = [COMMAND, "console", "--no-open", *arguments]
    with running(command, LIMIT, stderr=subprocess.PIPE, env=environment, encoding="utf-8") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"(http://127\.0\.0\.1:\d+)/#token=([\w-]+)&language=en", line)
        assert found, line + process.stderr.read()
        account: dict[str, str] = {}
        if filled and "--live" not in arguments:
            account = dict(word.split("=", 1) for word in process.stderr.readline().split()[1:])
        yield Console(process, found[1], found[2], account)


def account_of(sandbox: Sandbox) -> dict[str, str]:
    """Return the variables of the environment for a sandbox."""
    return {
        "DELTASIB_URL": sandbox.url,
        "DELTASIB_USERNAME": sandbox.username,
        "DELTASIB_PASSWORD": sandbox.password,
    }
