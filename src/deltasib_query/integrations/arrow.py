"""Rows as record batches of Apache Arrow, with a typed column for every field (extra ``arrow``).

A column holds a value as it is, or `ColumnError` is raised: nothing is rounded or cut.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from deltasib_query.errors import ColumnError, MissingExtraError
from deltasib_query.filters.date_fields import DateField, DateTimeField
from deltasib_query.filters.field import Field
from deltasib_query.filters.fields import PRICE_SCALE, DecimalField, IntegerField, YesNoField
from deltasib_query.filters.record import Record
from deltasib_query.filters.response_fields import AMOUNT, DAY, MOMENT, YES_NO, ResponseField
from deltasib_query.messages.message import Message

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as missing:
    if missing.name != "pyarrow":
        raise
    raise MissingExtraError("arrow", "pyarrow") from None

__all__ = ["AsyncBatchReader", "batch", "reader", "schema"]

_PRICE_DIGITS: Final = 18
"""Digits of a price before the point; the guide's prices have at most 14."""
_FLOAT_COLUMN: Final = pa.decimal128(38, 18)
"""For a column of the database that may hold floats, whose digits are kept as they were written."""

_BY_FIELD: Final = {
    IntegerField: pa.int64(),
    DateField: pa.date32(),
    DateTimeField: pa.timestamp("us"),  # the unit of datetime, and one that Parquet has
    YesNoField: pa.bool_(),
}
_BY_ANNOTATION: Final = ((AMOUNT, pa.float64()), (YES_NO, pa.bool_()), (DAY, pa.date32()), (MOMENT, pa.timestamp("us")))
_ROW_GROUP: Final = 100_000
"""How many rows of a Parquet file are held in memory."""
_LARGEST_DISTINCT: Final = 2**53
"""Up to it, every whole number is a float."""


def schema(record: type[Record], names: Iterable[str], price_scale: int = PRICE_SCALE) -> pa.Schema:
    """Return the columns for fields of a record, by their names. Prices have `price_scale` digits behind the point.

    >>> from deltasib_query import Service
    >>> print(schema(Service, ["Service_Id", "ServiceName", "Price", "ISEnable"]))
    Service_Id: int64
    ServiceName: string
    Price: decimal128(20, 2)
    ISEnable: bool
    """
    declared: dict[str, Any] = {**record.fields_by_name, **record.response_fields_by_name}
    return pa.schema([(name, _type(declared[name], price_scale)) for name in names])


def _type(declared: Field[Any, Any] | ResponseField[Any], price_scale: int) -> pa.DataType:
    if isinstance(declared, DecimalField):
        return pa.decimal128(_PRICE_DIGITS + price_scale, price_scale) if declared.exact else _FLOAT_COLUMN
    if isinstance(declared, Field):
        return next((found for kind, found in _BY_FIELD.items() if isinstance(declared, kind)), pa.string())
    return next((found for kind, found in _BY_ANNOTATION if declared.annotation is kind), pa.string())


def batch(rows: Sequence[Record], columns: pa.Schema) -> pa.RecordBatch:
    """Return rows as one record batch. Raises `ColumnError` for a value that its column cannot hold.

    >>> from deltasib_query import User
    >>> rows = [User.from_row({"User_Id": 1, "Username": "ali"}), User.from_row({"User_Id": "2"})]
    >>> batch(rows, schema(User, ["User_Id", "Username"])).to_pydict()
    {'User_Id': [1, 2], 'Username': ['ali', None]}
    """
    return pa.record_batch([_column(rows, column) for column in columns], schema=columns)


def _column(rows: Sequence[Record], column: pa.Field) -> pa.Array:
    values = [getattr(row, column.name) for row in rows]
    try:
        return _array(values, column.type)
    except (pa.ArrowException, OverflowError, ValueError):
        pass
    for row, value in zip(rows, values, strict=True):
        try:
            _array([value], column.type)
        except (pa.ArrowException, OverflowError, ValueError):
            # The value is a customer's: it stands on the error, not in its text.
            raise ColumnError(column.name, row, Message("column.cannot-hold", type=str(column.type))) from None
    raise AssertionError


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):
        values = [_float(value) for value in values]
    elif pa.types.is_timestamp(kind) and any(isinstance(value, datetime) and value.tzinfo for value in values):
        raise ValueError("a moment in the server's time is needed, not one of a time zone")
    return pa.array(values, kind)


def _float(value: float | str | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, str):
        return math.inf  # "UL", no limit: more than any number
    if abs(value) > _LARGEST_DISTINCT:
        raise ValueError("from 2**53 on, floats are not exact")
    return float(value)


def reader(
    record: type[Record],
    names: Iterable[str],
    pages: Iterable[Iterable[Record]],
    price_scale: int = PRICE_SCALE,
) -> pa.RecordBatchReader:
    """Return a reader that fetches a page and makes a record batch of it when it is asked for one."""
    columns = schema(record, names, price_scale)

    def batches() -> Generator[pa.RecordBatch, None, None]:
        for page in pages:
            rows = tuple(page)
            del page  # or it would stay in memory while the next page is fetched
            if rows:
                yield batch(rows, columns)
            del rows

    return pa.RecordBatchReader.from_batches(columns, batches())


class AsyncBatchReader:
    """A reader of record batches for ``async for``: a batch a page, fetched when it is asked for.

    schema: the columns.
    """

    def __init__(self, columns: pa.Schema, pages: AsyncGenerator[Iterable[Record], None]) -> None:
        self.schema = columns
        self._pages = pages

    async def __aiter__(self) -> AsyncGenerator[pa.RecordBatch, None]:
        async with aclosing(self._pages) as pages:
            async for page in pages:
                rows = tuple(page)
                del page  # or it would stay in memory while the next page is fetched
                if rows:
                    yield batch(rows, self.schema)
                del rows

    async def read_all(self) -> pa.Table:
        """Return all rows as a table."""
        return pa.Table.from_batches([each async for each in self], self.schema)


def write_parquet(stream: Path, whole: BinaryIO) -> None:
    """Write the Arrow stream in a file as a Parquet file, with few rows in memory."""
    with pa.OSFile(str(stream)) as read:
        batches = pa.ipc.open_stream(read)
        with pq.ParquetWriter(whole, batches.schema) as writer:
            gathered: list[pa.RecordBatch] = []
            for each in batches:
                gathered.append(each)
                if sum(map(len, gathered)) >= _ROW_GROUP:
                    writer.write_table(pa.Table.from_batches(gathered))
                    gathered = []
            writer.write_table(pa.Table.from_batches(gathered, batches.schema))
