"""Data frames and arrays in memory as Arrow tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tagline.engine.arrow_types import plain
from tagline.engine.kinds import made_by
from tagline.exceptions import InputError

__all__ = ["as_array", "as_table", "with_columns"]


def as_table(data: Any) -> tuple[pa.Table, str]:
    """Return data in memory as an Arrow table, and what to call it.

    Parameters
    ----------
    data : object
        A frame of pandas or Polars, an Arrow table or batch, a dictionary of columns, a Hugging
        Face data set.

    Returns
    -------
    tuple of pyarrow.Table and str

    Raises
    ------
    InputError
        If the kind is not known or a column mixes types.
    """
    if made_by(data, "pandas"):
        return _of_pandas(data), "the data frame"
    if made_by(data, "datasets"):
        return _of_hugging_face(data), "the data set"
    if isinstance(data, pa.Table):
        return plain(data), "the Arrow table"
    if isinstance(data, pa.RecordBatch):
        return plain(pa.Table.from_batches([data])), "the Arrow table"
    if isinstance(data, Mapping):
        return _of_mapping(data), "the dictionary"
    if hasattr(data, "__arrow_c_stream__"):
        try:
            return plain(pa.table(data)), "the data frame"
        except (TypeError, pa.ArrowInvalid) as error:
            raise InputError(
                f"`data` is {_kind(data)}, which is no table of columns: {error}."
            ) from error
    raise InputError(
        "`data` must be a data frame (pandas, Polars, Arrow, Spark, DuckDB, Ibis), a dictionary of"
        f" columns, a path or a list of paths. Got {_kind(data)} instead."
    )


def _kind(data: Any) -> str:
    return "None" if data is None else f"an object of type {type(data).__qualname__}"


def _of_pandas(frame: Any) -> pa.Table:
    import pandas as pd

    if isinstance(frame, pd.Series):
        raise InputError(
            "`data` must be a data frame. Got a pandas Series instead: use to_frame()."
        )
    levels = [name for name in frame.index.names if name is not None]
    keep = [name for name in levels if name not in frame.columns]
    if keep:
        frame = frame.reset_index(level=keep)
    if isinstance(frame.columns, pd.MultiIndex):
        raise InputError("The data frame has columns of several levels: flatten them first.")
    names = [str(name) for name in frame.columns]
    arrays = [as_array(frame.iloc[:, i], name) for i, name in enumerate(names)]
    return plain(pa.Table.from_arrays(arrays, names=names))


def _of_hugging_face(data: Any) -> pa.Table:
    if isinstance(data, Mapping):
        raise InputError(
            f"`data` is a DatasetDict: name one of its splits, such as data[{next(iter(data))!r}]."
        )
    if not hasattr(data, "with_format") or not hasattr(data, "__len__"):
        raise InputError("`data` is an iterable data set: hand over an Arrow reader or a file.")
    return plain(data.with_format("arrow")[:])


def _of_mapping(data: Mapping[Any, Any]) -> pa.Table:
    names = [str(name) for name in data]
    arrays = [as_array(values, name) for name, values in zip(names, data.values(), strict=True)]
    lengths = {name: len(array) for name, array in zip(names, arrays, strict=True)}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        raise InputError(
            f"The columns must have one length. Got {lengths[short]} values in {short!r} and"
            f" {lengths[long]} in {long!r} instead."
        )
    return plain(pa.Table.from_arrays(arrays, names=names))


def as_array(values: Any, name: str) -> pa.Array | pa.ChunkedArray:
    """Return a list, NumPy array, or column of pandas, Polars or Arrow as an Arrow array.

    Parameters
    ----------
    values : array of shape (n_rows,)
        NaN is a missing value, except in Polars and Arrow.
    name : str
        Of the column, for messages.

    Returns
    -------
    pyarrow.Array or pyarrow.ChunkedArray

    Raises
    ------
    InputError
        If it is no column, or mixes types.
    """
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    if made_by(values, "polars") or (
        hasattr(values, "__arrow_c_stream__") and not made_by(values, "pandas")
    ):
        return pa.chunked_array(values)
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise InputError(f"The column {name!r} must be an array. Got {values!r:.80} instead.")
    if hasattr(values, "__array__") and not made_by(values, "pandas"):
        import numpy as np

        values = np.asarray(values)
        if values.ndim != 1:
            values = list(values) if values.ndim == 2 else values.tolist()
    try:
        return pa.array(values, from_pandas=True)
    except (
        pa.ArrowInvalid,
        pa.ArrowTypeError,
        pa.ArrowNotImplementedError,
        OverflowError,
    ) as error:
        raise InputError(_mixed(values, name, error)) from error


def _mixed(values: Any, name: str, error: Exception) -> str:
    seen: dict[str, int] = {}
    for row, value in enumerate(values):
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        if not missing:
            seen.setdefault(type(value).__name__, row)
    if len(seen) > 1:
        (first, _), (second, row) = list(seen.items())[:2]
        return (
            f"The column {name!r} mixes types: {second} in row {row} after {first}."
            " Make it one type."
        )
    return f"The column {name!r} cannot be read: {error}."


def with_columns(table: pa.Table, columns: Mapping[str, Any] | None, name: str) -> pa.Table:
    """Return the table with further columns.

    Parameters
    ----------
    table : pyarrow.Table
    columns : mapping of str to array of shape (n_rows,), or None
    name : str
        Of the table, for messages.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    InputError
        If a column has another length, or its name is taken.
    """
    if not columns:
        return table
    for key, values in columns.items():
        array = as_array(values, key)
        check_length(len(array), table.num_rows, key, name)
        table = table.append_column(key, array)
    return plain(table)


def check_length(found: int, rows: int, key: str, name: str) -> None:
    """Refuse a column that is shorter or longer than the data.

    Parameters
    ----------
    found, rows : int
    key, name : str
        The column and the data, for messages.

    Raises
    ------
    InputError
        If the two numbers differ.
    """
    if found != rows:
        raise InputError(
            f"The array for {key!r} must be as long as the data. Got {found} values for"
            f" {rows} rows of {name} instead."
        )
