"""Examples of the same content and no id: each further one gets a number behind its hash.

Text repeats itself: two customers write "thanks". The first such row keeps the hash as its id; the
second is called ``<hash>-2``, and so on. The order is that of what the rows hold, not that of the
rows, so the same rows have the same ids in whatever order they come.
"""

from __future__ import annotations

import os
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tagline.engine import Connection
from tagline.project.staging import ROW, Roles, Staged
from tagline.project.transfer import read_files
from tagline.schema.relations import EXAMPLE_ID

__all__ = ["number_repeats"]


def number_repeats(connection: Connection, staged: Staged, roles: Roles) -> int:
    """Give rows of the same content ids of their own, in both staged files.

    Parameters
    ----------
    connection : Connection
    staged : Staged
        With ids that are hashes.
    roles : Roles

    Returns
    -------
    int
        How many rows repeat the content of another one.
    """
    paths = staged.examples, staged.predictions
    with (
        read_files(connection, [str(paths[0])]) as examples,
        read_files(connection, [str(paths[1])]) as predictions,
    ):
        found = connection.stream(_further(examples, predictions, roles)).read_all()
    if found.num_rows:
        rows, times = (found[name].to_numpy() for name in (ROW, "times"))
        for path in paths:
            _rewrite(path, rows, times)
    return int(found.num_rows)


def _further(examples: ir.Table, predictions: ir.Table, roles: Roles) -> ir.Table:
    """Return the rows whose content came before, in their order: number, and which time it is."""
    many = predictions.group_by(EXAMPLE_ID).agg(n=predictions.count()).filter(ibis._.n > 1)
    both = predictions.semi_join(many, EXAMPLE_ID).inner_join(examples.drop(EXAMPLE_ID), ROW)
    # beside the same input the label may differ; another run may lack the other columns
    first = [roles.label] if roles.label in both.columns else []
    rest = sorted(set(both.columns) - {EXAMPLE_ID, ROW, *first})
    window = ibis.window(group_by=EXAMPLE_ID, order_by=[*first, *rest, ROW])
    numbered = both.select(ROW, times=ibis.row_number().over(window) + 1)
    return numbered.filter(numbered.times > 1).order_by(ROW)


def _rewrite(path: Path, rows: np.ndarray, times: np.ndarray) -> None:
    """Put the number behind the ids, which are the first column, of these rows."""
    target = path.with_suffix(".numbered")
    with pq.ParquetFile(path) as file, pq.ParquetWriter(target, file.schema_arrow) as writer:
        start = 0
        for batch in file.iter_batches():
            low, high = np.searchsorted(rows, [start + 1, start + 1 + len(batch)])
            if low < high:
                places = rows[low:high] - start - 1
                ids = _numbered(batch.column(0), places, times[low:high])
                arrays = [ids, *batch.columns[1:]]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=batch.schema))
            else:
                writer.write_batch(batch)
            start += len(batch)
    os.replace(target, path)


def _numbered(ids: pa.Array, places: np.ndarray, times: np.ndarray) -> pa.Array:
    names = ids.to_numpy(zero_copy_only=False).astype(object)
    names[places] = [f"{name}-{time}" for name, time in zip(names[places], times, strict=True)]
    return pa.array(names, pa.string())
