"""A scan on a real cluster of two processes, whose workers ask a real sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from dask.distributed import Client as Cluster
from dask.distributed import LocalCluster

from dask_scan import connect, limited, payments
from deltasib_query import InvalidKeyError, ParameterError, UserPayment
from deltasib_query.integrations.dask import from_scan
from deltasib_query.sandbox.server import Sandbox

BEGAN = datetime(2021, 1, 1)  # noqa: DTZ001
ROWS = [
    {
        "User_Payment_Id": 3 * number,
        "User_Id": 1,
        "User_PaymentCD": str(BEGAN + timedelta(hours=number)),
        "Price": f"{number}.25",
        "VoucherDate": "0000-00-00",
        "Comment": f"پرداخت {number}",
    }
    for number in range(1, 301)
]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(rows={UserPayment: ROWS}) as sandbox:
        monkeypatch.setenv("DELTASIB_URL", sandbox.url)
        monkeypatch.setenv("DELTASIB_PASSWORD", sandbox.password)
        yield sandbox


def test_two_processes_walk_what_one_walks(sandbox: Sandbox) -> None:
    frame = from_scan(connect, payments, partitions=4)
    assert {name: str(frame.dtypes[name]) for name in ("User_PaymentCD", "Price", "VoucherDate", "Comment")} == {
        "User_PaymentCD": "timestamp[us][pyarrow]",
        "Price": "decimal128(20, 2)[pyarrow]",
        "VoucherDate": "date32[day][pyarrow]",
        "Comment": "string[pyarrow]",
    }
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as processes,
        Cluster(processes) as cluster,
    ):
        cluster.wait_for_workers(2)
        futures = cluster.compute(frame.to_delayed())  # held, or the scheduler would forget who has had them
        parts = cluster.gather(futures)
        who = {address for keys in cluster.who_has().values() for address in keys}
        total = frame["User_Payment_Id"].sum().compute()
    assert [len(part) for part in parts] == [75, 75, 75, 75]
    assert len(who) == 2
    assert all(part.dtypes.equals(frame.dtypes) for part in parts)
    with connect() as client:
        plain = [(row.User_Payment_Id, row.User_PaymentCD, row.Price, row.Comment) for row in payments(client)]
    columns = ["User_Payment_Id", "User_PaymentCD", "Price", "Comment"]
    assert [row for part in parts for row in part[columns].itertuples(index=False, name=None)] == plain
    assert plain[0] == (3, BEGAN + timedelta(hours=1), Decimal("1.25"), "پرداخت 1")
    assert total == 3 * 300 * 301 // 2


def test_a_limit_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ParameterError, match="scan: a scan without"):
        from_scan(connect, limited, partitions=2)


def test_what_the_service_refuses_is_raised_at_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELTASIB_PASSWORD", "wrong")
    with pytest.raises(InvalidKeyError):
        from_scan(connect, payments, partitions=2)
