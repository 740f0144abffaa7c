"""Results as large as the data: their types before the first batch is read, and the batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from tagline.exceptions import InputError

__all__ = ["fitted", "from_connect", "from_driver", "stream_schema"]


def stream_schema(expected: pa.Schema, found: pa.Schema) -> pa.Schema:
    """Return the types of an expression, with the zones that only the engine knows.

    Parameters
    ----------
    expected : pyarrow.Schema
        The types of the expression.
    found : pyarrow.Schema
        The types of the engine's result, in the same order.

    Returns
    -------
    pyarrow.Schema
        Times have microseconds; those of one moment everywhere are in UTC, others have no zone.

    Examples
    --------
    >>> times = pa.schema([("at", pa.timestamp("ns"))])
    >>> stream_schema(times, pa.schema([("at", pa.timestamp("us", "Asia/Tokyo"))]))
    at: timestamp[us, tz=UTC]
    """
    fields = []
    for field, own in zip(expected, found, strict=True):
        if pa.types.is_timestamp(own.type):
            fields.append((field.name, pa.timestamp("us", own.type.tz and "UTC")))
        else:
            fields.append((field.name, field.type))
    return pa.schema(fields)


def fitted(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Bring the engine's batches to a schema, one at a time.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        The columns by place.
    schema : pyarrow.Schema

    Yields
    ------
    pyarrow.RecordBatch

    Raises
    ------
    InputError
        If a column cannot be brought to its type; the message names it.
    """
    for batch in batches:
        columns = [_fitted(*each) for each in zip(batch.columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _fitted(column: pa.Array, field: pa.Field) -> pa.Array:
    if column.type == field.type:
        return column
    try:
        return column.cast(field.type, safe=not pa.types.is_timestamp(field.type))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"The column {field.name!r} cannot be read as {field.type}: {error}. Convert it to a"
            " number, a time or text first."
        ) from error


def from_driver(frame: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Bring a data frame of Spark partition by partition: `toArrow` brings all of them at once.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        Of a session in this process.
    schema : pyarrow.Schema
        As Spark names its types in Arrow.

    Yields
    ------
    pyarrow.RecordBatch
    """
    from pyspark import RDD
    from pyspark.serializers import NoOpSerializer

    parts = frame._jdf.toArrowBatchRdd().toJavaRDD()
    for part in RDD(parts, frame.sparkSession.sparkContext, NoOpSerializer()).toLocalIterator():
        yield pa.ipc.read_record_batch(pa.py_buffer(part), schema)


def from_connect(frame: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Bring what Spark Connect sends as it comes: its `toArrow` waits for all of it.

    Parameters
    ----------
    frame : pyspark.sql.connect.DataFrame
    schema : pyarrow.Schema
        As Spark names its types in Arrow.

    Yields
    ------
    pyarrow.RecordBatch
    """
    client, plan = frame.sparkSession.client, frame._plan
    for part in client.to_table_as_iterator(plan.to_proto(client), plan.observations):
        if hasattr(part, "to_batches"):  # the schema comes, too
            yield from part.cast(schema).to_batches()
