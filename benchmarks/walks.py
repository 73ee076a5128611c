"""What it costs to read a list: compared with a loop by hand, with prefetch, and by offset and by key in a large table.

`make bench` has the first of them too. Figures are medians of rounds that take turns, in one run. The large table is
in a MariaDB of its own.

PYTHONPATH=tests python benchmarks/walks.py [--rows 1000000]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import httpx
from measuring import Effort, Result, Work, measure, show
from pydantic import TypeAdapter

from deltasib_query import Client, User
from deltasib_query.service.actions import api_key

ROWS = TypeAdapter(list[User])
FIELDS = "User_Id,Username,Name,Family,Address"


@contextmanager
def sandbox(*options: str) -> Iterator[str]:
    """Run a sandbox in a process of its own, and yield its address."""
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


def walking(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """Read a list over loopback, and do the same with httpx and pydantic alone, in wall-clock time."""
    users = 5_000
    with sandbox("--users", str(users)) as url, Client(url, username="reseller", password="sandbox") as isp:
        login = {"Action": "gettoken", "Api_Username": "reseller", "Api_Key": api_key("sandbox")}
        token = httpx.post(f"{url}/1.0/auth/", data=login).json()["token"]
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as http:
            for page_size in (100, 1000):
                works: dict[str, Work] = {
                    "httpx and User.model_validate": partial(by_hand, http, url, page_size, _validate_each),
                    "httpx and validate_json of all rows": partial(by_hand, http, url, page_size, ROWS.validate_json),
                    "isp.user.list()": partial(_count, isp.user.list(page_size=page_size)),
                    "isp.user.scan()": partial(_count, isp.user.scan(page_size=page_size)),
                }
                assert all(work() == users for work in works.values())
                yield f"walk {users:,} users in pages of {page_size:,}", measure(works, effort, time.perf_counter)


def by_hand(http: httpx.Client, url: str, page_size: int, read: Callable[[bytes], Sequence[User]]) -> int:
    """Read a list as anybody would by hand."""
    start = 0
    while True:
        query = {"Action": "list", "Field": FIELDS, "LimitFrom": str(start), "LimitCount": str(page_size)}
        rows = read(http.get(f"{url}/1.0/user/", params=query).content)
        if not rows:
            return start
        start += len(rows)


def _validate_each(content: bytes) -> list[User]:
    return [User.model_validate(row) for row in json.loads(content)]


def _count(listing: Iterable[User]) -> int:
    return sum(1 for _ in listing)


def with_prefetch(pages: int) -> None:
    """Walk with 20 ms of latency, for a caller who takes 20 ms a page."""
    with (
        sandbox("--users", str(pages * 100), "--fault", "latency=0.02") as url,
        Client(url, username="reseller", password="sandbox") as isp,
    ):

        def walk(prefetch: int) -> None:
            for _page in isp.user.list(prefetch=prefetch).pages():
                time.sleep(0.02)

        taken = turns(3, sequential=lambda: walk(0), prefetched=lambda: walk(1))
    print(f"{pages} pages, prefetch=1: {taken['sequential'] / taken['prefetched']:.2f} times the throughput")


def in_a_large_table(rows: int) -> None:
    """Ask MariaDB for pages of 10,000 at offsets and in windows of keys."""
    from mariadb import running

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
    arguments = parser.parse_args()
    for title, results in walking(Effort(table=60)):
        show(title, results)
    with_prefetch(40)
    in_a_large_table(arguments.rows)


if __name__ == "__main__":
    main()
