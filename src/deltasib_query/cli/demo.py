"""``deltasib-query demo``: the three uses of the library, with a sandbox."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deltasib_query import Client, FilterError, User, parse

USERS = 5000
TYPED = "Username like 'ali%' or Family = 'رضایی'"
WRONG = "Usernme == 09121234567 and Name = “علی”"


def demo_command() -> None:
    """Show what the library does, with a sandbox of its own."""
    from deltasib_query.sandbox.server import Sandbox

    console = Console(highlight=False, soft_wrap=True)
    requests: list[str] = []

    def heading(text: str) -> None:
        console.print(f"\n[bold cyan]{text}[/]")

    def show_requests() -> None:
        for request in requests:
            console.print(f"  [dim]→ {escape(request)}[/]")
        requests.clear()

    with (
        Sandbox(users=USERS, on_request=requests.append) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
    ):
        console.print(f"A sandbox with {USERS:,} customers runs at {sandbox.url}")

        heading("1. Compose a filter in code")
        mine = User.User_Id.between(100, 2000) & (User.Address != "")
        console.print("  User.User_Id.between(100, 2000) & (User.Address != '')", markup=False)
        console.print(f"  {mine}", markup=False, style="green")

        heading("2. Parse one that a user typed, and combine both: its `or` stays in parentheses")
        typed = parse(TYPED, User)
        scoped = mine & typed
        console.print(f"  {TYPED}", markup=False)
        console.print(f"  {scoped}", markup=False, style="green")

        heading("3. Its rows")
        table = Table("User_Id", "Username", "Name", "Family", "Address")
        for user in isp.user.list(scoped, limit=8):
            table.add_row(str(user.User_Id), user.Username, user.Name, user.Family, user.Address)
        console.print(table)
        show_requests()

        heading("4. A filter with mistakes")
        try:
            parse(WRONG, User)
        except FilterError as error:
            for problem in error.problems:
                console.print(f"[red]{problem.code}[/]: {escape(str(problem))}")
        console.print(f"  repaired: {parse(WRONG, User, repair=True)}", markup=False, style="green")

        heading("5. Read the whole list, lazily")
        everybody = isp.user.list(page_size=500)
        first = next(iter(everybody))
        console.print(f"  the first row needs {len(requests)} request: {escape(str(first.Username))}")
        requests.clear()
        count = sum(1 for _ in everybody)
        console.print(f"  {count:,} rows in {len(requests)} requests. The last of them:")
        del requests[:-3]
        show_requests()
        console.print("  one page at a time is in memory; the next is requested when it is needed")
