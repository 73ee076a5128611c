"""The memory that it takes to read, export, or turn into Arrow a million rows, each in a process of its own.

python benchmarks/memory.py [ROWS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from deltasib_query import Client, Listing, User

PAGE = 1000


def users(rows: int) -> Listing[User]:
    """Return a list of so many users, answered without a network."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"token": "t", "SessionTimeout": 3600})
        start, count = (int(request.url.params[name]) for name in ("LimitFrom", "LimitCount"))
        keys = range(start + 1, min(start + count, rows) + 1)
        page = [
            {"User_Id": str(key), "Username": f"user{key}", "Name": "علی", "Family": "رضایی", "Address": ""}
            for key in keys
        ]
        return httpx.Response(200, json=page)

    transport = httpx.MockTransport(answer)
    return Client("http://127.0.0.1:1", username="reseller", password="x", transport=transport).user.list(
        page_size=PAGE
    )


def walk(rows: int) -> int:
    return sum(1 for _ in users(rows))


def arrow(rows: int) -> int:
    return sum(batch.num_rows for batch in users(rows).to_arrow())


def export(format: str) -> Callable[[int], int]:
    def work(rows: int) -> int:
        from deltasib_query.cli.export.run import export
        from deltasib_query.cli.formats import Format

        with tempfile.TemporaryDirectory() as folder:
            export(users(rows), Format(format), Path(folder) / "users", Path(folder) / "checkpoint")
        return rows

    return work


WORKS: dict[str, Callable[[int], int]] = {
    "walk": walk,
    "to_arrow": arrow,
    "export csv": export("csv"),
    "export parquet": export("parquet"),
}


def main() -> None:
    """Measure one work in this process or, without arguments, each of them in a process of its own."""
    if len(sys.argv) == 3:
        rows = int(sys.argv[2])
        began = time.perf_counter()
        assert WORKS[sys.argv[1]](rows) == rows
        seconds = time.perf_counter() - began
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows / seconds)
        return
    most = int(sys.argv[1]) if len(sys.argv) == 2 else 1_000_000
    print(f"{'':<16}{'rows':>12}{'peak, MiB':>12}{'rows/s':>12}")
    for name in WORKS:
        for rows in (most // 100, most // 10, most):
            command = [sys.executable, __file__, name, str(rows)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            peak, speed = map(float, done.stdout.split())
            print(f"{name:<16}{rows:>12,}{peak:>12.1f}{speed:>12,.0f}")


if __name__ == "__main__":
    main()
