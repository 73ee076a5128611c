"""A scan as a Dask DataFrame, whose workers walk it together (extra ``dask``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

from deltasib_query.errors import MissingExtraError, ParameterError
from deltasib_query.filters.record import Record
from deltasib_query.integrations.arrow import schema
from deltasib_query.messages.message import Message

try:
    import dask.dataframe as dd
    import pandas as pd
except ImportError as error:  # Dask says in words which of its parts is missing
    raise MissingExtraError("dask", "dask") from error


__all__ = ["from_scan"]


class _Client(Protocol):
    def close(self) -> None: ...


class _Scan(Protocol):
    @property
    def record(self) -> type[Record]: ...
    @property
    def fields(self) -> Iterable[str]: ...
    @property
    def price_scale(self) -> int: ...
    @property
    def limit(self) -> int | None: ...
    def windows(self, count: int, /) -> Iterable[Any]: ...
    def within(self, window: Any, /) -> Self: ...
    def to_arrow(self) -> Any: ...


C = TypeVar("C", bound=_Client)


def from_scan(connect: Callable[[], C], scan: Callable[[C], _Scan], *, partitions: int) -> dd.DataFrame:
    """Return the rows of a scan as a Dask DataFrame: a partition for each range of keys, typed columns of Arrow.

    connect: makes a `Client`: here, to find the highest key, and on the workers, for every partition. It must be
        picklable, as a function of a module is, and should read a password from the workers' environment.
    scan: makes the `Scan`, given a client. It must be picklable too, and the scan must not have a limit.
    partitions: how many ranges of keys. Where keys have gaps, partitions differ in length.

    Only the highest key is requested before Dask computes. A partition that is computed again is requested again.
    Raises `ParameterError`, and what `Scan.windows` raises; a partition raises what `Scan.pages` raises, and
    `ColumnError`.
    """
    with closing(connect()) as client:
        whole = scan(client)
        if whole.limit is not None:
            raise ParameterError("scan", Message("parameter.unlimited"))
        windows = whole.windows(partitions)
        meta = _frame(schema(whole.record, whole.fields, whole.price_scale).empty_table())
    return dd.from_map(_Partition(connect, scan), windows, meta=meta, label="deltasib")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Partition:
    """Reads a window, on whatever worker."""

    connect: Callable[[], Any]
    scan: Callable[[Any], _Scan]

    def __call__(self, window: object) -> pd.DataFrame:
        with closing(self.connect()) as client:
            return _frame(self.scan(client).within(window).to_arrow().read_all())


def _frame(table: Any) -> pd.DataFrame:
    return table.to_pandas(types_mapper=pd.ArrowDtype)
