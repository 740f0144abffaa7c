"""Rows of a result, which are frozen dataclasses, as frames and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["arrow", "csv_text", "pandas_frame", "polars_frame"]


def arrow(rows: Sequence[Any], kind: type) -> pa.Table:
    """Return rows as an Arrow table with nulls.

    Parameters
    ----------
    rows : sequence of `kind`
    kind : type
        A dataclass; its fields are int, float, str, or tuple[str, ...], each with None or without.

    Returns
    -------
    pyarrow.Table
        With the fields as columns, also without rows.
    """
    import pyarrow as pa

    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    kinds["tuple[str, ...]"] = pa.list_(pa.string())
    schema = pa.schema([(each.name, kinds[_plain(each.type)]) for each in fields(kind)])
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)


def _plain(annotation: Any) -> str:
    return str(annotation).removesuffix(" | None")


def pandas_frame(rows: Sequence[Any], kind: type) -> pd.DataFrame:
    """Return rows as a pandas frame, whole numbers with nulls as Int64."""
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = arrow(rows, kind).to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get
    )
    return frame


def polars_frame(rows: Sequence[Any], kind: type) -> pl.DataFrame:
    """Return rows as a Polars frame."""
    import polars as pl

    frame = pl.from_arrow(arrow(rows, kind))
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def csv_text(rows: Sequence[Any], kind: type) -> str:
    """Return rows as CSV with a header; what is not known is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [each.name for each in fields(kind)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()
