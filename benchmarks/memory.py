"""Memory while a million rows are walked, exported and made an Arrow table of, in processes of their own.

python benchmarks/memory.py [ROWS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from deltasib_query import Client, User
from deltasib_query.client.paging.listing import Listing
from deltasib_query.client.paging.page import Slice
from deltasib_query.client.wire.rows import PageResponse

PAGE = 1000


def walked(rows: int) -> Listing[User]:
    """Return a list of so many users, which are made where a server would be asked."""

    def fetch(asked: Slice, _run: object) -> PageResponse[User]:
        keys = range(asked.start + 1, min(asked.start + asked.count, rows) + 1)
        users = [
            User.from_row(
                {"User_Id": str(key), "Username": f"user{key}", "Name": "علی", "Family": "رضایی", "Address": ""}
            )
            for key in keys
        ]
        return PageResponse(users, keys)

    with Client("http://127.0.0.1:1", username="reseller", password="x") as client:
        return replace(client.user.list(page_size=PAGE), _fetch=cast("Any", fetch))


def walk(rows: int) -> int:
    return sum(1 for _ in walked(rows))


def arrow(rows: int) -> int:
    return sum(batch.num_rows for batch in walked(rows).to_arrow())


def export(form: str) -> Callable[[int], int]:
    def work(rows: int) -> int:
        from deltasib_query.cli.export.run import export
        from deltasib_query.cli.formats import Format

        with tempfile.TemporaryDirectory() as folder:
            export(walked(rows), Format(form), Path(folder) / "users", Path(folder) / "checkpoint")
        return rows

    return work


WORKS: dict[str, Callable[[int], int]] = {
    "walk": walk,
    "to_arrow": arrow,
    "export csv": export("csv"),
    "export parquet": export("parquet"),
}


def main() -> None:
    """Measure one work in this process, whose memory it then is, or all of them in processes of their own."""
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
