"""Functions that an engine runs on batches of columns: Arrow's on DuckDB, pandas' on Spark.

Ibis runs its Arrow functions row by row on Spark, and knows no pandas functions on DuckDB. On Spark
the workers need tagline installed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

__all__ = ["batch_function"]


def batch_function(
    name: str,
    takes: tuple[dt.DataType, ...],
    gives: Mapping[str, dt.DataType],
    count: Callable[..., pa.StructArray],
    *,
    spark: bool,
) -> Callable[..., ir.StructValue]:
    """Make a function of columns that gives a struct column.

    Parameters
    ----------
    name : str
        Letters, digits and ``_``; unique for each way of counting.
    takes : tuple of ibis data types
    gives : mapping from the name of a field to its ibis data type
    count : callable
        From one Arrow array for each column to a struct array with these fields. On DuckDB it never
        sees a row in which one of them is null: the struct is null there.
    spark : bool

    Returns
    -------
    callable
        From ibis values to an ibis struct value.
    """
    kinds = [kind.to_pyarrow() for kind in takes]

    def on_arrow(*columns: pa.Array | pa.ChunkedArray) -> pa.StructArray:
        return count(*(_whole(each) for each in columns))

    def on_pandas(*columns: pd.Series) -> pd.DataFrame:
        counted = count(
            *(
                pa.array(each, kind, from_pandas=True)
                for each, kind in zip(columns, kinds, strict=True)
            )
        )
        fields = zip(gives, counted.flatten(), strict=True)
        return pd.DataFrame({field: _column(values) for field, values in fields})

    run: Any = on_pandas if spark else on_arrow
    run.__signature__ = inspect.Signature(  # the engines ask it for the number of arguments
        [
            inspect.Parameter(f"column_{place}", inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for place in range(len(takes))
        ]
    )
    udf = ibis.udf.scalar.pandas if spark else ibis.udf.scalar.pyarrow
    made: Callable[..., ir.StructValue] = udf(name=name, signature=(takes, dt.Struct(dict(gives))))(
        run
    )
    return made


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _column(values: pa.Array) -> Any:
    """Return a column for pandas that keeps nulls apart from NaN, whole numbers whole."""
    if pa.types.is_integer(values.type):
        return pd.array(values.to_pylist(), "Int64")
    return values.to_pylist()
