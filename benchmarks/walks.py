"""What walking costs: beside a loop written by hand, with prefetch, and by offsets and by key in a large table.

Figures are medians of rounds that take turns, in one run. The large table is that of a MariaDB of its own.

PYTHONPATH=tests python benchmarks/walks.py [--rows 1000000] [--users 5000]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx

from deltasib_query import Client, User
from mariadb import running

FIELDS = "User_Id,Username,Name,Family,Address"


@contextmanager
def sandbox(*options: str) -> Iterator[str]:
    """Run a sandbox in a process of its own, and return its address."""
    program = Path(sys.executable).with_name("deltasib-query")
    command = [str(program), "sandbox", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split("DELTASIB_URL=")[1].split()[0]
        try:
            yield url
        finally:
            process.terminate()
            process.wait(60)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def turns(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """Return the median seconds of each, measured in turns."""
    for work in works.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return {name: median(each) for name, each in taken.items()}


def beside_a_loop_by_hand(users: int) -> None:
    """Walk a list, and do the same with httpx and pydantic alone."""
    with sandbox("--users", str(users)) as url, Client(url, username="reseller", password="sandbox") as isp:
        isp.user.list().first()  # logs in
        token = isp._settings.session._token
        assert token is not None
        with httpx.Client(headers={"Authorization": f"Bearer {token.text}"}) as http:

            def by_hand() -> int:
                start = 0
                while True:
                    query: dict[str, str | int] = {
                        "Action": "list",
                        "Field": FIELDS,
                        "LimitFrom": start,
                        "LimitCount": 100,
                    }
                    rows = [
                        User.model_validate(row)
                        for row in json.loads(http.get(f"{url}/1.0/user/", params=query).content)
                    ]
                    if not rows:
                        return start
                    start += len(rows)

            def walk() -> int:
                return sum(1 for _ in isp.user.list())

            def without_overlap() -> int:
                return sum(1 for _ in isp.user.list(overlap=0))

            def by_key() -> int:
                return sum(1 for _ in isp.user.scan())

            assert by_hand() == walk() == by_key() == users
            taken = turns(5, by_hand=by_hand, walk=walk, without_overlap=without_overlap, by_key=by_key)
    for name, each in taken.items():
        print(
            f"{users:,} users in pages of 100, {name}: {each:.2f} s, {each / taken['by_hand']:.2f} of the loop by hand"
        )


def with_prefetch(pages: int) -> None:
    """Walk with 20 ms of latency, for a caller who takes 20 ms a page."""
    with (
        sandbox("--users", str(pages * 100), "--fault", "latency=0.02") as url,
        Client(url, username="reseller", password="sandbox") as isp,
    ):

        def walk(prefetch: int) -> None:
            for _page in isp.user.list(prefetch=prefetch, overlap=0).pages():
                time.sleep(0.02)

        taken = turns(3, sequential=lambda: walk(0), prefetched=lambda: walk(1))
    print(f"{pages} pages, prefetch=1: {taken['sequential'] / taken['prefetched']:.2f} times the throughput")


def in_a_large_table(rows: int) -> None:
    """Ask MariaDB for pages of 10,000 at offsets and in windows of keys."""
    with running() as server:
        connection = server.connect()
        with connection.cursor() as cursor:
            cursor.execute("create database bench")
            cursor.execute("use bench")
            cursor.execute(
                "create table users (User_Id int unsigned primary key, Username varchar(32), Name varchar(32), "
                "Family varchar(32), Address varchar(255)) engine=InnoDB default charset=utf8mb3"
            )
            cursor.execute(
                f"insert into users select seq, concat('user', seq), 'علی', 'رضایی', 'تهران' from seq_1_to_{rows}"
            )

            def ask(sql: str) -> tuple[float, int]:
                cursor.execute("flush status")
                taken = median(seconds(lambda: (cursor.execute(sql), cursor.fetchall())) for _ in range(3))
                cursor.execute("show session status like 'Handler_read_next'")
                return taken, int(cursor.fetchall()[0][1]) // 3

            offsets = keys = 0.0
            sample = range(0, rows, rows // 10)
            print(f"{rows:,} rows, pages of 10,000 | by offset: s, rows read | by key: s, rows read")
            for start in sample:
                one = ask(f"select * from users order by User_Id limit 10000 offset {start}")
                other = ask(f"select * from users where User_Id > {start} and User_Id <= {start + 10000} limit 10000")
                offsets, keys = offsets + one[0], keys + other[0]
                print(f"at {start:>9,} | {one[0]:.3f} {one[1]:>9,} | {other[0]:.3f} {other[1]:>9,}")
        pages = rows // 10_000
        print(
            f"the whole list, from {len(sample)} samples: {offsets / len(sample) * pages:.1f} s by offset, "
            f"{keys / len(sample) * pages:.1f} s by key, {offsets / keys:.1f} times"
        )


def main() -> None:
    """Measure all of it, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=5_000)
    arguments = parser.parse_args()
    beside_a_loop_by_hand(arguments.users)
    with_prefetch(40)
    in_a_large_table(arguments.rows)


if __name__ == "__main__":
    main()
