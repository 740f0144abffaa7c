"""Rows of a result, which are frozen dataclasses, as frames and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Framed", "arrow"]

_WIDTH = 100  # characters of what `print` shows


class Framed:
    """A result whose `rows`, of the dataclass `row_type`, are given as frames and as CSV."""

    row_type: ClassVar[type]
    rows: Any

    def terminal(self, width: int = 100) -> Any:
        """Return what the terminal shows, for a console of so many characters."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return what the terminal shows as plain text: `print` gives the table."""
        from rich.console import Console

        console = Console(file=io.StringIO(), width=_WIDTH, color_system=None)
        with console.capture() as shown:
            console.print(self.terminal(_WIDTH))
        return "\n".join(line.rstrip() for line in shown.get().splitlines())

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table with nulls and the types of the columns."""
        return arrow(self.rows, self.row_type)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame, whole numbers with nulls as Int64."""
        import pandas as pd
        import pyarrow as pa

        kinds = {pa.int64(): pd.Int64Dtype()}
        frame: pd.DataFrame = self.to_arrow().to_pandas(types_mapper=kinds.get)
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def to_csv(self) -> str:
        """Return the rows as CSV with a header; what is not known is empty, lists have commas."""
        text = io.StringIO()
        names = [each.name for each in fields(self.row_type)]
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            values = asdict(row).items()
            writer.writerow({k: ",".join(v) if isinstance(v, tuple) else v for k, v in values})
        return text.getvalue()


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
