"""Data frames and arrays in memory as Arrow tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import pyarrow as pa

from tagline.display.words import plural
from tagline.engine.arrow_types import check_names, plain
from tagline.engine.kinds import made_by
from tagline.exceptions import InputError

__all__ = ["as_array", "as_table", "called", "check_length", "with_columns"]

_NO_ORDER = (str, bytes, Mapping, AbstractSet)
_OWN = "tagline_"  # before the name of an argument, where its array became a column


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
    if isinstance(data, list) and any(isinstance(each, Mapping) for each in data):
        return "a list of rows, which `pyarrow.Table.from_pylist` makes a table of,"
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
    check_names(names)
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
    check_names(names)
    arrays = [as_array(values, name) for name, values in zip(names, data.values(), strict=True)]
    lengths = {name: len(array) for name, array in zip(names, arrays, strict=True)}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        raise InputError(
            f"The columns must have one length. Got {plural(lengths[short], 'value')} in {short!r}"
            f" and {lengths[long]:,} in {long!r} instead."
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
    if not hasattr(values, "__len__") or isinstance(values, _NO_ORDER):
        wanted = "the name of a column or an array" if name.startswith(_OWN) else "an array"
        what = called(name) if name.startswith(_OWN) else _called(name)
        raise InputError(f"{what} must be {wanted}. Got {values!r:.80} instead.")
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


def called(name: str) -> str:
    """Return what people call a column: by its name, or by the argument that brought it.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        In quotes, or backticks.
    """
    argument = name.removeprefix(_OWN)
    return f"`{argument}`" if argument != name else repr(name)


def _called(name: str) -> str:
    return f"The {'array' if name.startswith(_OWN) else 'column'} {called(name)}"


def _mixed(values: Any, name: str, error: Exception) -> str:
    seen: dict[str, int] = {}
    for row, value in enumerate(values):
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        if not missing:
            seen.setdefault(type(value).__name__, row)
    if len(seen) > 1:
        (first, _), (second, row) = list(seen.items())[:2]
        return (
            f"{_called(name)} mixes types: {second} in row {row + 1:,} after {first}."
            " Make it one type."
        )
    return f"{_called(name)} cannot be read: {error}."


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
            f"{_called(key)} must be as long as the data. Got {plural(found, 'value')} for"
            f" {plural(rows, 'row')} of {name} instead."
        )
