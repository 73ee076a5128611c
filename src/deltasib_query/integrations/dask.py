"""A scan as a Dask DataFrame, whose workers walk it together (extra ``dask``)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

from deltasib_query import Client, MissingExtraError, ParameterError
from deltasib_query.client.paging.by_key import KeyRange
from deltasib_query.client.paging.listing import Scan
from deltasib_query.filters.record import Record
from deltasib_query.integrations.arrow import schema

try:
    import dask.dataframe as dd
    import pandas as pd
except ImportError as error:  # Dask says in words which of its parts is missing
    raise MissingExtraError("dask", "dask") from error

R = TypeVar("R", bound=Record)


def from_scan(connect: Callable[[], Client], scan: Callable[[Client], Scan[R]], *, partitions: int) -> dd.DataFrame:
    """Return the rows of a scan as a Dask DataFrame: a partition for each range of keys, typed columns of Arrow.

    connect: makes a client. It is called here, for the highest key, and by the workers for every partition, and so has
        to be picklable, as a function of a module is. A password belongs into the workers' environment, not into it.
    scan: makes the scan, given a client; without a limit, which would be one for each window. Picklable as well.
    partitions: how many ranges of keys. Keys that are in use unevenly make partitions of different lengths.

    Nothing but the highest key is asked for before Dask computes. A partition that is computed again asks again.
    Raises `ParameterError`, and as `Scan.windows`; a partition as `Scan.pages` and `ColumnError`.
    """
    with closing(connect()) as client:
        whole = scan(client)
        if whole._plan.position.left is not None:
            raise ParameterError("scan", "a scan without a limit is needed: each partition would have its own")
        windows = whole.windows(partitions)
        meta = _frame(schema(whole._plan.record, whole._plan.fields).empty_table())
    return dd.from_map(_Partition(connect, scan), windows, meta=meta, label="deltasib")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Partition:
    """Reads a window, on whatever worker."""

    connect: Callable[[], Client]
    scan: Callable[[Client], Scan[Any]]

    def __call__(self, window: KeyRange) -> pd.DataFrame:
        with closing(self.connect()) as client:
            return _frame(self.scan(client).within(window).to_arrow().read_all())


def _frame(table: Any) -> pd.DataFrame:
    return table.to_pandas(types_mapper=pd.ArrowDtype)
