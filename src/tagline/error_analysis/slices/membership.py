"""The clusters of each row as one more column of small integers.

The clusters are fitted on rows of the discovery half; every row, of either half, then belongs to
the nearest centre. So a cluster is a fixed question about an embedding before anybody looks at an
error of the half that confirms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.engine import Connection
from tagline.error_analysis.slices.clustering import Centres, fit
from tagline.error_analysis.slices.coded import Errors
from tagline.error_analysis.slices.columns import Level, SliceColumn
from tagline.error_analysis.slices.embeddings import Embedding, as_matrix
from tagline.error_analysis.slices.rules import identifier
from tagline.exceptions import InputError

__all__ = ["Clustered", "clustered"]

SAMPLE = {"kmeans": 30_000, "hdbscan": 5_000}  # rows that clusters are fitted on, at most
FLOATS = 20_000_000  # numbers of theirs, at most: 80 MB
BATCH = 2_000_000  # numbers that are looked at together
NEAREST = 5  # examples that are named for a cluster


@dataclass(frozen=True, eq=False)
class Clustered:
    """The clusters of one embedding.

    Attributes
    ----------
    embedding : Embedding
    column : SliceColumn
        A level for each cluster; `value` is its number, from 1.
    nearest : mapping from a cluster's number to ids
        Of the examples nearest to its centre.
    """

    embedding: Embedding
    column: SliceColumn
    nearest: Mapping[int, tuple[Any, ...]] = field(default_factory=dict)


def clustered(
    connection: Connection,
    rows: ir.Table,
    embeddings: Sequence[Embedding],
    *,
    n_rows: int,
    min_support: int,
    seed: int,
) -> tuple[ir.Table, list[Clustered]]:
    """Fit clusters on the discovery half, and say for every row to which it belongs.

    Parameters
    ----------
    connection : Connection
    rows : ibis Table
        Those that count, with `digest`, `id`, `e`, `w` and the embeddings as ``v0``, ``v1`` ...
    embeddings : sequence of Embedding
        In this order.
    n_rows, min_support, seed : int

    Returns
    -------
    ibis Table
        `cluster_id`, and the number of the cluster as ``k0``, ``k1`` ...: from 1, 0 for none,
        null for a row without an embedding.
    list of Clustered
    """
    tables: list[pa.Table] = []
    found: list[Clustered] = []
    for i, embedding in enumerate(embeddings):
        own = rows.select("digest", "id", "e", "w", v=rows[f"v{i}"])
        own = own.filter(own.v.notnull()).drop_null(["v"])
        centres = _fitted(
            connection, own, embedding, n_rows=n_rows, min_support=min_support, seed=seed
        )
        ids, numbers, nearest = _assigned(connection, own, embedding, centres)
        tables.append(pa.table({"cluster_id": ids, f"k{i}": numbers}))
        column = _column(embedding, len(centres))
        if any(column.levels == each.column.levels != () for each in found):
            raise InputError(
                f"`columns` asks twice for {len(centres)} clusters of {embedding.column!r}: once is"
                " enough."
            )
        found.append(Clustered(embedding, column, nearest))
    whole = tables[0]
    for each in tables[1:]:
        whole = whole.join(each, "cluster_id", join_type="full outer")
    return connection.table(whole, "clusters"), found


def _column(embedding: Embedding, count: int) -> SliceColumn:
    kind = "dense cluster" if embedding.method == "hdbscan" else "cluster"
    start = f"{identifier(embedding.column)} in {kind}"
    levels = tuple(Level(f"{start} {i} of {count}", i) for i in range(1, count + 1))
    return SliceColumn(embedding.column, levels)


def _fitted(
    connection: Connection,
    rows: ir.Table,
    embedding: Embedding,
    *,
    n_rows: int,
    min_support: int,
    seed: int,
) -> Centres:
    """Fit on the discovery half, or on as many of its rows as are enough."""
    first = connection.fetch(rows.select("v").limit(1))
    if not len(first):
        raise InputError(f"`columns` names embeddings {embedding.column!r}, all of them null.")
    size = as_matrix(first["v"], embedding.column, None).shape[1]
    most = min(SAMPLE[embedding.method], max(FLOATS // size, 1000))
    part = min(0.5, most / n_rows)
    chosen = rows.filter(rows.digest < f"{round(part * 16**6):06x}")
    table = connection.fetch(chosen.mutate(e=chosen.e.cast("float64"), w=chosen.w.cast("float64")))
    if len(table) < 2 * min_support:
        raise InputError(
            f"{len(table):,} rows with embeddings {embedding.column!r} are left to fit clusters on,"
            f" too few for a `min_support` of {min_support}."
        )
    # the engine's order is no order: by digest the fit is the same everywhere
    table = table.sort_by([("digest", "ascending"), ("id", "ascending")])
    vectors = as_matrix(table["v"], embedding.column, size)
    errors = Errors.of(table["e"].to_numpy(), table["w"].to_numpy())
    return fit(
        vectors, errors, method=embedding.method, k=embedding.k, min_support=min_support, seed=seed
    )


def _assigned(
    connection: Connection, rows: ir.Table, embedding: Embedding, centres: Centres
) -> tuple[pa.ChunkedArray, pa.ChunkedArray, dict[int, tuple[Any, ...]]]:
    """Find the cluster of every row, batch by batch, and the rows nearest to each centre."""
    size = max(centres.places.shape[1], 1)
    reader = connection.stream(rows.select("id", "v"), rows=max(BATCH // size, 256))
    ids, numbers, near = [], [], _Nearest()
    for batch in reader:
        vectors = as_matrix(batch["v"], embedding.column, size)
        number, far = centres.nearest(vectors)
        ids.append(batch["id"])
        numbers.append(pa.array(number.astype(np.int16)))
        near.add(batch["id"], number, far)
    return pa.chunked_array(ids), pa.chunked_array(numbers), near.found()


class _Nearest:
    """The few nearest examples of each cluster, over batches."""

    def __init__(self) -> None:
        self._best: dict[int, list[tuple[float, Any]]] = {}

    def add(self, ids: Any, number: NDArray[np.int64], far: NDArray[np.float64]) -> None:
        """Look at one more batch."""
        for each in np.unique(number[number > 0]):
            rows = np.flatnonzero(number == each)
            near = rows[np.argsort(far[rows], kind="stable")[:NEAREST]]
            some = [(float(far[row]), ids[int(row)].as_py()) for row in near]
            best = self._best.get(int(each), []) + some
            self._best[int(each)] = sorted(best)[:NEAREST]

    def found(self) -> dict[int, tuple[Any, ...]]:
        """Return the ids by the number of the cluster, the nearest first."""
        return {each: tuple(row for _, row in best) for each, best in self._best.items()}
