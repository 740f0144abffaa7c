"""Tagline beside the same work by hand: what the benchmarks that compare have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

import tagline
from benchmarks.data import CATEGORIES, FLAGS
from benchmarks.findings import Finding
from benchmarks.timing import Paired, seconds

__all__ = ["ALL_TAGS", "analyzed", "beside", "by_hand", "check_agreement", "fastest"]

ALL_TAGS = [*FLAGS, *CATEGORIES]  # 20 flags and 555 levels


def analyzed(data: Path | Any, tags: Any, engine: Any, **options: Any) -> Any:
    """Analyse the errors of a file or a frame that has the columns of `benchmarks.data`."""
    if isinstance(data, Path):
        data = str(data)
    return tagline.analyze_errors(
        data, label="label", prediction="prediction", tags=tags, engine=engine, **options
    )


def by_hand(
    connection: duckdb.DuckDBPyConnection, statements: Iterable[str]
) -> list[list[tuple[Any, ...]]]:
    """Run queries one after the other and return the rows of each."""
    return [connection.execute(statement).fetchall() for statement in statements]


def fastest(connection: duckdb.DuckDBPyConnection, ways: Sequence[list[str]]) -> list[str]:
    """Return the fastest way by hand on this machine, the best of 3 runs each."""
    times = [min(seconds(partial(by_hand, connection, way)) for _ in range(3)) for way in ways]
    return ways[times.index(min(times))]


def check_agreement(found: Any, counts: Sequence[tuple[str, int, int]]) -> None:
    """Stop if the two do not count the same: a ratio would mean nothing.

    Parameters
    ----------
    found : ErrorAnalysis
    counts : sequence of (tag, examples, errors)
        As counted by hand.
    """
    rows = {row.tag: row for row in found.rows}
    for tag, support, errors in counts:
        ours = rows[tag].support, rows[tag].errors
        if ours != (support, errors):
            raise AssertionError(f"{tag}: {ours} by Tagline, {(support, errors)} by hand")


def beside(
    name: str, found: Paired, peer: str, *, at_most: float | None = None, note: str = ""
) -> Finding:
    """Return the line for two sides that ran by turns."""
    return Finding(
        name,
        ours=found.ours,
        peer=found.peer,
        peer_name=peer,
        ratio=found.ratio,
        at_most=at_most,
        note=f"{note}; {found.spread}" if note else found.spread,
    )
