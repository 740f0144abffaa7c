"""Names for examples that have none: a hash of their content, the same on every machine.

An example is named by its `example_id`; without one, by what its input is; without a named input,
by its whole row but for what the run said about it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from tagline.exceptions import InputError

__all__ = ["Fingerprint", "content_ids", "given_ids"]

_ID_DIGITS = 32  # 128 bits: no two of 10^15 examples meet by chance


def given_ids(column: pa.Array, name: str, first_row: int) -> pa.Array:
    """Return the ids that stand in a column, as text.

    Parameters
    ----------
    column : pyarrow.Array of shape (n_rows,)
        Integers or text.
    name : str
        The column's name, for messages.
    first_row : int
        The number of the first row, from 1, for messages.

    Returns
    -------
    pyarrow.StringArray of shape (n_rows,)

    Raises
    ------
    InputError
        If an id is null or blank, or the ids are neither integers nor text.
    """
    whole = pt.is_integer(column.type) or (pt.is_decimal(column.type) and not column.type.scale)
    if not (whole or pt.is_string(column.type)):
        raise InputError(
            f"The ids in {name!r} must be integers or text. Got {column.type} instead."
        )
    ids = column.cast(pa.string())
    missing = ids.is_null().to_numpy(zero_copy_only=False)
    blank = pa.compute.equal(pa.compute.utf8_trim_whitespace(ids), "").fill_null(False)
    missing |= blank.to_numpy(zero_copy_only=False)
    if missing.any():
        raise InputError(
            f"The id in {name!r} is missing in row {first_row + int(missing.argmax())}:"
            " give every row an id, or leave the column out."
        )
    return ids


def content_ids(columns: dict[str, pa.Array]) -> pa.Array:
    """Return ids made of the content of columns.

    Parameters
    ----------
    columns : mapping of str to pyarrow.Array of shape (n_rows,)
        One column: the hash of its values. Several: of the names and values, sorted by name; a
        null says nothing, so a column without values changes no id.

    Returns
    -------
    pyarrow.StringArray of shape (n_rows,)
        The first 32 hexadecimal digits of SHA-256. Text is hashed as UTF-8, bytes as they are, all
        else as JSON.
    """
    if len(columns) == 1:
        (values,) = (column.to_pylist() for column in columns.values())
        return pa.array([_digest(_bytes(value)) for value in values], pa.string())
    names = sorted(columns)
    rows = zip(*(columns[name].to_pylist() for name in names), strict=True)
    pairs = ([(n, v) for n, v in zip(names, row, strict=True) if v is not None] for row in rows)
    return pa.array([_digest(_json(each)) for each in pairs], pa.string())


class Fingerprint:
    """A hash of a table's content, however its rows are cut into batches."""

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {}

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch."""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            lengths, content = self._columns.setdefault(name, (hashlib.sha256(), hashlib.sha256()))
            texts = _texts(column)
            lengths.update(pa.compute.binary_length(texts).fill_null(-1).to_numpy().tobytes())
            content.update(_content(texts.fill_null(b"")))

    def hexdigest(self) -> str:
        """Return the 64 hexadecimal digits for all rows so far."""
        parts = [[n, *(h.hexdigest() for h in pair)] for n, pair in sorted(self._columns.items())]
        return hashlib.sha256(_json(parts)).hexdigest()


def _texts(column: pa.Array) -> pa.Array:
    """Return each value as bytes; null stays null."""
    if pt.is_binary(column.type):
        return column
    if pt.is_nested(column.type):
        values = column.to_pylist()
        return pa.array([None if value is None else _json(value) for value in values], pa.binary())
    return column.cast(pa.string()).cast(pa.binary())


def _content(texts: pa.Array) -> memoryview | bytes:
    _, offsets, data = texts.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(data)[ends[0] : ends[-1]] if len(ends) else b""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_ID_DIGITS]


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else _json(value)


def _json(value: object) -> bytes:
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
