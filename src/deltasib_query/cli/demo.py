"""``deltasib-query demo``: the three uses of the library, with a sandbox."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query import Client, FilterError, User, parse
from deltasib_query.cli.language import said
from deltasib_query.messages.message import Message, Param

USERS = 5000
TYPED = "Username like 'ali%' or Family = 'رضایی'"
WRONG = "Usernme == 09121234567 and Name = “علی”"


def demo_command() -> None:
    """Show what the library does, with a sandbox of its own."""
    from deltasib_query.sandbox.server import Sandbox

    console = Console(highlight=False, soft_wrap=True)
    requests: list[str] = []

    def heading(key: str) -> None:
        console.print(f"\n[bold cyan]{escape(_said(key))}[/]")

    def show_requests() -> None:
        for request in requests:
            console.print(f"  [dim]→ {escape(request)}[/]")
        requests.clear()

    with (
        Sandbox(users=USERS, on_request=requests.append) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
    ):
        console.print(_said("sandbox", users=USERS, url=sandbox.url))

        heading("compose")
        mine = User.User_Id.between(100, 2000) & (User.Address != "")
        console.print("  User.User_Id.between(100, 2000) & (User.Address != '')", markup=False)
        console.print(f"  {mine}", markup=False, style="green")

        heading("parse")
        typed = parse(TYPED, User)
        scoped = mine & typed
        console.print(f"  {TYPED}", markup=False)
        console.print(f"  {scoped}", markup=False, style="green")

        heading("rows")
        table = Table("User_Id", "Username", "Name", "Family", "Address")
        for user in isp.user.list(scoped, limit=8):
            table.add_row(str(user.User_Id), user.Username, user.Name, user.Family, user.Address)
        console.print(table)
        show_requests()

        heading("mistakes")
        try:
            parse(WRONG, User)
        except FilterError as error:
            for problem in error.problems:
                console.print(f"[red]{problem.code}[/]: {escape(said(problem, sys.stdout))}")
        repaired = str(parse(WRONG, User, repair=True))
        console.print(f"  {_said('repaired', filter=repaired)}", markup=False, style="green")

        heading("list")
        everybody = isp.user.list(page_size=500)
        first = next(iter(everybody))
        console.print(f"  {_said('first', requests=len(requests), username=str(first.Username))}", markup=False)
        requests.clear()
        count = sum(1 for _ in everybody)
        console.print(f"  {_said('last', rows=count, requests=len(requests))}")
        del requests[:-3]
        show_requests()
        console.print(f"  {_said('memory')}")


def _said(key: str, **params: Param) -> str:
    return said(Message(f"command.demo-{key}", **params), sys.stdout)
