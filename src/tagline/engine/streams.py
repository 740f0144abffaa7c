"""Data that is read in batches: readers, data sets of files, unknown streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tagline.engine.kinds import made_by

__all__ = ["Stream", "as_stream"]

_READ_AGAIN = ("pandas", "polars", "datasets")  # frames in memory, though they offer a stream


@dataclass(frozen=True)
class Stream:
    """Batches, and what to call them."""

    data: Any
    name: str

    def reader(self) -> pa.RecordBatchReader:
        """Return the batches; a one-shot stream has them once."""
        if isinstance(self.data, pa.RecordBatchReader):
            return self.data
        if hasattr(self.data, "scanner"):
            return self.data.scanner().to_reader()
        return pa.RecordBatchReader.from_stream(self.data)


def as_stream(data: Any) -> Stream | None:
    """Return the data as a stream if it is to be read in batches, else None.

    Parameters
    ----------
    data : object

    Returns
    -------
    Stream or None
    """
    if isinstance(data, pa.RecordBatchReader):
        return Stream(data, "the Arrow reader")
    if isinstance(data, pa.Table | pa.RecordBatch | pa.Array | pa.ChunkedArray):
        return None
    if made_by(data, "pyarrow") and hasattr(data, "scanner"):
        return Stream(data, "the Arrow dataset")
    if hasattr(data, "__arrow_c_stream__") and not made_by(data, *_READ_AGAIN):
        return Stream(data, "the Arrow stream")
    return None
